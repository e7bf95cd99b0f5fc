//! curl's options of the connection: proxy, addresses, certificates, version and limits, which are an environment's settings.

use super::Given;
use super::options::{Meaning, Version};
use crate::interchange::text::Place;
use crate::interchange::types::{
    FoundSecret, Ignored, ImportError, Imported, NamedFile, TRUSTED_CERTIFICATES,
};
use crate::model::environment::{
    Environment, HttpVersion, Limits, NetworkSettings, Proxy, ResolveOverride,
};
use crate::model::secret::SecretName;

/// The options as they come: what they mean together does not hang on their order.
pub(super) struct Network<'a> {
    text: &'a str,
    settings: NetworkSettings,
    /// As given, for the case that there is no environment.
    options: Vec<&'static str>,
    proxy: Option<Proxy>,
    bypass: Option<Vec<String>>,
    user: Option<(String, Place)>,
}

impl<'a> Network<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            settings: NetworkSettings::default(),
            options: Vec::new(),
            proxy: None,
            bypass: None,
            user: None,
        }
    }

    pub(super) fn take(
        &mut self,
        given: &Given<'_>,
        imported: &mut Imported,
    ) -> Result<(), ImportError> {
        let value = given.value;
        let place = Place::at(self.text, given.at);
        if !self.options.contains(&given.known.long) {
            self.options.push(given.known.long);
        }
        match given.known.meaning {
            Meaning::Proxy(scheme) => self.proxy(given, scheme, place, imported),
            Meaning::ProxyUser => self.user = Some((value.to_owned(), place)),
            Meaning::NoProxy => {
                let hosts = value.split([',', ' ']).map(str::trim);
                self.bypass = Some(
                    hosts
                        .filter(|host| !host.is_empty())
                        .map(str::to_owned)
                        .collect(),
                );
            }
            Meaning::CaFile => value.clone_into(&mut self.settings.ca_file),
            Meaning::Resolve => self.resolve(value, imported),
            Meaning::Version(version) => {
                self.settings.http_version = match version {
                    Version::One => HttpVersion::Http11,
                    Version::Two => HttpVersion::Http2,
                    Version::Agreed => HttpVersion::Automatic,
                };
            }
            Meaning::MaxRedirects => match value.trim().parse::<i64>() {
                Ok(number) => match u32::try_from(number) {
                    Ok(number) => self.settings.limits.redirects = number,
                    Err(_) => imported.ignored.push(Ignored::new(
                        "--max-redirs without a limit",
                        "Gatescope always has a limit: its own stands",
                    )),
                },
                Err(_) => return Err(needs(given, place, "a number")),
            },
            Meaning::MaxTime | Meaning::ConnectTimeout => {
                let limit = milliseconds(value)
                    .ok_or_else(|| needs(given, place, "a number of seconds"))?;
                let limits = &mut self.settings.limits;
                match (given.known.meaning, limit) {
                    (_, 0) => imported.ignored.push(Ignored::new(
                        format!("--{} 0", given.known.long),
                        "Gatescope always has a limit: its own stands",
                    )),
                    (Meaning::MaxTime, limit) => limits.first_byte_ms = limit,
                    (_, limit) => limits.connect_ms = limit,
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// curl's port of a proxy is 1080 where none is written, but for https ones.
    fn proxy(
        &mut self,
        given: &Given<'_>,
        scheme: &'static str,
        place: Place,
        imported: &mut Imported,
    ) {
        let value = given.value;
        if value.is_empty() {
            self.proxy = Some(Proxy::None);
            return;
        }
        let (scheme, rest) = value.split_once("://").unwrap_or((scheme, value));
        let scheme = scheme.to_ascii_lowercase();
        let (user, host) = rest
            .rsplit_once('@')
            .map_or((None, rest), |(user, host)| (Some(user), host));
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        if !["http", "https", "socks5", "socks5h"].contains(&scheme.as_str()) {
            self.options.retain(|option| *option != given.known.long);
            imported.ignored.push(Ignored::new(
                format!("the {scheme} proxy"),
                "Gatescope speaks to http, https, socks5 and socks5h proxies",
            ));
            return;
        }
        if let Some(user) = user {
            self.user = Some((crate::model::encode::decode(user), place));
        }
        let has_port = host
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
        let port = match (has_port, scheme.as_str()) {
            (false, "https") => ":443",
            (false, _) => ":1080",
            (true, _) => "",
        };
        self.proxy = Some(Proxy::Explicit {
            url: format!("{scheme}://{}{port}", host.trim_end_matches(':')),
            user_name: String::new(),
            bypass: Vec::new(),
        });
    }

    /// `host:port:address[,address]`, with `+` in front for an address that grows old and `-` for one that is taken out.
    fn resolve(&mut self, value: &str, imported: &mut Imported) {
        let mut ignore = |why: &str| imported.ignored.push(Ignored::new("--resolve", why));
        if value.starts_with('-') {
            return ignore("it only takes an address out of curl's memory");
        }
        let mut pieces = value.trim_start_matches('+').splitn(3, ':');
        let (Some(host), Some(_), Some(addresses)) = (pieces.next(), pieces.next(), pieces.next())
        else {
            return ignore("it is not written as `host:port:address`");
        };
        if host == "*" {
            return ignore("an address for all hosts cannot be set: name the host");
        }
        let (address, more) = addresses.split_once(',').unwrap_or((addresses, ""));
        if !more.is_empty() {
            ignore("the first address is taken, the others are left out");
        }
        self.settings.resolve.push(ResolveOverride {
            host: host.to_owned(),
            address: address.trim_matches(['[', ']']).to_owned(),
        });
    }

    /// All of them together.
    pub(super) fn settings(&self) -> NetworkSettings {
        let mut settings = self.settings.clone();
        let is_bypassed = self
            .bypass
            .as_ref()
            .is_some_and(|hosts| hosts.iter().any(|host| host == "*"));
        settings.proxy = match &self.proxy {
            _ if is_bypassed => Proxy::None,
            Some(Proxy::Explicit { url, .. }) => Proxy::Explicit {
                url: url.clone(),
                user_name: self.user.as_ref().map_or_else(String::new, |(user, _)| {
                    user.split(':').next().unwrap_or_default().to_owned()
                }),
                bypass: self.bypass.clone().unwrap_or_default(),
            },
            Some(other) => other.clone(),
            None => Proxy::default(),
        };
        settings
    }

    /// Says what is of no use without a proxy.
    pub(super) fn check(&self, imported: &mut Imported) {
        if matches!(self.settings().proxy, Proxy::Explicit { .. }) {
            return;
        }
        if self.user.is_some() {
            imported.ignored.push(Ignored::new(
                "--proxy-user",
                "the command names no proxy that is used",
            ));
        }
        let names_hosts = |hosts: &Vec<String>| !hosts.is_empty() && hosts[0] != "*";
        if self.bypass.as_ref().is_some_and(names_hosts) {
            imported.ignored.push(Ignored::new(
                "--noproxy",
                "the command names no proxy that is used",
            ));
        }
    }

    /// Where there is no environment that could have them.
    pub(super) fn ignore(&self, imported: &mut Imported) {
        for option in &self.options {
            let ignored = Ignored::new(
                format!("--{option}"),
                "it belongs to an environment: set it there",
            );
            if !imported.ignored.contains(&ignored) {
                imported.ignored.push(ignored);
            }
        }
    }

    /// What to know of a new environment: its file waits for approval, and a limit is not quite curl's.
    pub(super) fn tell_of(&self, environment: &Environment, imported: &mut Imported) {
        let limits = &environment.network.limits;
        let has_limit = limits.first_byte_ms != Limits::default().first_byte_ms;
        if has_limit && self.options.contains(&"max-time") {
            imported.ignored.push(Ignored::new(
                "--max-time as the limit of the whole",
                "there is none: it became the limit until the first byte",
            ));
        }
        let path = &environment.network.ca_file;
        if !path.is_empty() {
            imported.files.push(NamedFile {
                path: path.clone(),
                purpose: TRUSTED_CERTIFICATES.to_owned(),
            });
        }
    }

    /// For the keyring, bound to the proxy.
    pub(super) fn keep_password(&self, environment: &Environment, imported: &mut Imported) {
        let Some((user, place)) = &self.user else {
            return;
        };
        let (Some((_, password)), Proxy::Explicit { url, .. }) =
            (user.split_once(':'), &environment.network.proxy)
        else {
            return;
        };
        let mut secret = FoundSecret::of(environment, SecretName::ProxyPassword, password, *place);
        secret.origins = vec![url.clone()];
        imported.secrets.push(secret);
    }
}

fn needs(given: &Given<'_>, place: Place, what: &str) -> ImportError {
    ImportError::new(place, format!("`--{}` needs {what}", given.known.long))
}

/// Seconds with a fraction, as curl takes them: `5`, `1.5`, `.5`.
fn milliseconds(seconds: &str) -> Option<u64> {
    let seconds = seconds.trim();
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    whole.checked_mul(1000)?.checked_add(digits.parse().ok()?)
}
