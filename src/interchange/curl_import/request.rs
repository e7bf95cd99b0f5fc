//! One request out of curl's options.

use super::Given;
use super::body::Data;
use super::options::{Meaning, Version};
use super::urls;
use crate::interchange::client_config::{deployment_of, free_id, gateway_of};
use crate::interchange::found_secrets;
use crate::interchange::text::Place;
use crate::interchange::types::{
    FoundSecret, Ignored, ImportError, Imported, ImportedRequest, Lint, NamedFile,
    TRUSTED_CERTIFICATES,
};
use crate::model::clients::ClientForm;
use crate::model::environment::{
    Colour, Credentials, Environment, HttpVersion, KeepHistory, NetworkSettings, Protection, Proxy,
    ResolveOverride, Target,
};
use crate::model::request::{DraftBody, HeaderRow, RequestAuth, RequestDraft};
use crate::model::route::{self, InvokeUrl};
use crate::model::secret::SecretName;

/// A command with more URLs is a text that only looks like one.
const MOST_URLS: usize = 100;

/// Builds the requests of one command, one a URL.
pub(super) fn build(
    text: &str,
    options: &[Given<'_>],
    input: Option<&str>,
    imported: &mut Imported,
) -> Result<(), ImportError> {
    let mut parts = Parts::new(text);
    for given in options {
        parts.take(given, input, imported)?;
    }
    let start = options
        .first()
        .map_or(Place::START, |given| Place::at(text, given.at));
    if parts.urls.is_empty() {
        let names: Vec<String> = options
            .iter()
            .take(8)
            .map(|given| format!("--{}", given.known.long))
            .collect();
        return Err(
            ImportError::new(start, "The curl command has no URL: add it")
                .having_understood(names.join(", ")),
        );
    }
    let urls = std::mem::take(&mut parts.urls);
    if urls.len() > MOST_URLS {
        return Err(ImportError::new(
            start,
            format!(
                "The command has {} URLs, and at most {MOST_URLS} are read: it may be no curl command",
                urls.len()
            ),
        ));
    }
    if urls.len() > 1 {
        imported.lint.push(Lint::new(
            start,
            format!("The command has {} URLs", urls.len()),
            "Each becomes a request with the same settings; take out what is no URL",
        ));
    }
    let draft = parts.draft(start, imported);
    for url in &urls {
        let mut request = ImportedRequest::new(draft.clone());
        parts.send_to(&mut request, url, imported);
        if !parts.takes_url_as_it_is && urls::is_pattern(url) {
            imported.lint.push(Lint::new(
                start,
                "curl makes several URLs of the brackets or braces: this is one request, and they are sent as they stand",
                "Write each URL on its own, or add --globoff to send them as they stand",
            ));
        }
        found_secrets::take_out(&mut request, imported, start);
        imported.requests.push(request);
    }
    Ok(())
}

struct Parts<'a> {
    text: &'a str,
    urls: Vec<String>,
    method: Option<String>,
    headers: Vec<HeaderRow>,
    cookies: Vec<String>,
    auth: RequestAuth,
    data: Data,
    query: Vec<String>,
    is_head: bool,
    is_get: bool,
    /// `--globoff`
    takes_url_as_it_is: bool,
    network: NetworkSettings,
    /// Options that are the environment's, for the case that there is none.
    of_environment: Vec<&'static str>,
    proxy_user: Option<(String, Place)>,
}

impl<'a> Parts<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            urls: Vec::new(),
            method: None,
            headers: Vec::new(),
            cookies: Vec::new(),
            auth: RequestAuth::None,
            data: Data::default(),
            query: Vec::new(),
            is_head: false,
            is_get: false,
            takes_url_as_it_is: false,
            network: NetworkSettings::default(),
            of_environment: Vec::new(),
            proxy_user: None,
        }
    }

    fn take(
        &mut self,
        given: &Given<'_>,
        input: Option<&str>,
        imported: &mut Imported,
    ) -> Result<(), ImportError> {
        let value = given.value;
        match given.known.meaning {
            Meaning::Method => self.method = Some(value.to_owned()),
            Meaning::Header => self.header(value, imported),
            Meaning::Data
            | Meaning::DataRaw
            | Meaning::DataBinary
            | Meaning::DataEncoded
            | Meaning::Json => self.data.add(given.known.meaning, value, input, imported),
            Meaning::Form => self.data.add_part(value, false, imported),
            Meaning::FormString => self.data.add_part(value, true, imported),
            Meaning::Upload => {
                name_file(imported, value, "the body of the request");
                self.data.upload = Some(value.to_owned());
            }
            Meaning::Head => self.is_head = true,
            Meaning::Get => self.is_get = true,
            Meaning::User => {
                let (user, password) = value.split_once(':').unwrap_or((value, ""));
                self.auth = RequestAuth::Basic {
                    user: user.to_owned(),
                    password: password.to_owned(),
                };
            }
            Meaning::Bearer => {
                self.auth = RequestAuth::Bearer {
                    token: value.to_owned(),
                };
            }
            Meaning::Cookie if value.contains('=') => self.cookies.push(value.to_owned()),
            Meaning::Cookie => imported.ignored.push(Ignored::new(
                "--cookie with a file",
                "cookies are read from no file: write them as `name=value`",
            )),
            Meaning::UserAgent => self.row("User-Agent", value),
            Meaning::Referer => self.row("Referer", value.trim_end_matches(";auto")),
            Meaning::Range => self.row("Range", &format!("bytes={value}")),
            Meaning::Url if !urls::is_url(value) => imported
                .ignored
                .push(Ignored::new("--url", "its value is no URL")),
            Meaning::Url => self.urls.push(value.to_owned()),
            Meaning::UrlQuery => self.query.push(value.trim_start_matches('+').to_owned()),
            Meaning::ConfigFile => {
                imported.ignored.push(Ignored::new(
                    "--config",
                    "a file of options is not read: paste its options into the command",
                ));
            }
            Meaning::Certificate => imported.ignored.push(Ignored::new(
                format!("--{}", given.known.long),
                "Gatescope sends no client certificates",
            )),
            Meaning::Pattern => self.takes_url_as_it_is = true,
            Meaning::Ignored(why) => imported
                .ignored
                .push(Ignored::new(format!("--{}", given.known.long), why)),
            Meaning::Same | Meaning::Next => {}
            _ => return self.network(given, imported),
        }
        Ok(())
    }

    fn network(&mut self, given: &Given<'_>, imported: &mut Imported) -> Result<(), ImportError> {
        let value = given.value;
        self.of_environment.push(given.known.long);
        match given.known.meaning {
            Meaning::Proxy => self.proxy(value, Place::at(self.text, given.at)),
            Meaning::ProxyUser => {
                self.proxy_user = Some((value.to_owned(), Place::at(self.text, given.at)));
            }
            Meaning::NoProxy if value == "*" => self.network.proxy = Proxy::None,
            Meaning::NoProxy => {
                if let Proxy::Explicit { bypass, .. } = &mut self.network.proxy {
                    bypass.extend(value.split(',').map(|host| host.trim().to_owned()));
                }
            }
            Meaning::CaFile => value.clone_into(&mut self.network.ca_file),
            Meaning::Resolve => {
                let mut pieces = value.trim_start_matches(['+', '-']).splitn(3, ':');
                if let (Some(host), Some(_), Some(address)) =
                    (pieces.next(), pieces.next(), pieces.next())
                {
                    self.network.resolve.push(ResolveOverride {
                        host: host.to_owned(),
                        address: address.trim_matches(['[', ']']).to_owned(),
                    });
                }
            }
            Meaning::Version(version) => {
                self.network.http_version = match version {
                    Version::One => HttpVersion::Http11,
                    Version::Two => HttpVersion::Http2,
                    Version::Agreed => HttpVersion::Automatic,
                };
            }
            Meaning::MaxTime | Meaning::ConnectTimeout => {
                let limit = milliseconds(value).ok_or_else(|| {
                    ImportError::new(
                        Place::at(self.text, given.at),
                        format!("`--{}` needs a number of seconds", given.known.long),
                    )
                })?;
                if given.known.meaning == Meaning::MaxTime {
                    self.network.limits.first_byte_ms = limit;
                    imported.ignored.push(Ignored::new(
                        "--max-time as the limit of the whole",
                        "there is none: it became the limit until the first byte",
                    ));
                } else {
                    self.network.limits.connect_ms = limit;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn proxy(&mut self, value: &str, place: Place) {
        if value.is_empty() {
            self.network.proxy = Proxy::None;
            return;
        }
        let url = if value.contains("://") {
            value.to_owned()
        } else {
            format!("http://{value}")
        };
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", &url));
        let (user, host) = rest
            .rsplit_once('@')
            .map_or((None, rest), |(user, host)| (Some(user), host));
        if let Some(user) = user {
            self.proxy_user = Some((user.to_owned(), place));
        }
        self.network.proxy = Proxy::Explicit {
            url: format!("{scheme}://{host}"),
            user_name: String::new(),
            bypass: Vec::new(),
        };
    }

    fn row(&mut self, name: &str, value: &str) {
        self.headers.push(HeaderRow {
            enabled: true,
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }

    fn header(&mut self, text: &str, imported: &mut Imported) {
        if text.starts_with('@') {
            imported.ignored.push(Ignored::new(
                "--header with a file",
                "headers are read from no file: paste them",
            ));
            return;
        }
        match text.split_once(':') {
            Some((name, value)) if value.trim().is_empty() => imported.ignored.push(Ignored::new(
                format!("the header `{}` without a value", name.trim()),
                "it only keeps curl from adding its own",
            )),
            Some((name, value)) => self.row(name.trim_end(), value.trim()),
            None => match text.trim_end().strip_suffix(';') {
                Some(name) => self.row(name, ""),
                None => imported.ignored.push(Ignored::new(
                    "a header without a colon",
                    "curl leaves it out too",
                )),
            },
        }
    }

    /// All but where it goes.
    fn draft(&mut self, place: Place, imported: &mut Imported) -> RequestDraft {
        let method = self.method.clone().unwrap_or_else(|| {
            let method = if self.is_head {
                "HEAD"
            } else if self.data.upload.is_some() {
                "PUT"
            } else if self.data.has_any() && !self.is_get {
                "POST"
            } else {
                "GET"
            };
            method.to_owned()
        });
        if !self.cookies.is_empty() {
            let cookies = self.cookies.join("; ");
            self.row("Cookie", &cookies);
        }
        if self.is_get && !self.data.is_empty() {
            self.query.push(self.data.query(imported));
            self.data = Data::default();
        }
        self.authorization();
        if self.data.is_json {
            self.default_row("Accept", "application/json");
        }
        let content_type = self.header_value("content-type");
        let body =
            std::mem::take(&mut self.data).into_body(content_type.as_deref(), place, imported);
        self.drop_own_content_type(&body);
        RequestDraft {
            method,
            headers: std::mem::take(&mut self.headers),
            auth: std::mem::take(&mut self.auth),
            body,
            ..RequestDraft::default()
        }
    }

    /// Each URL has an environment of its own.
    fn send_to(&mut self, request: &mut ImportedRequest, url: &str, imported: &mut Imported) {
        place_url(request, &urls::with_query(url, &self.query), imported);
        let origin = request.origin.clone();
        let environment = origin.and_then(|origin| self.environment(&origin, url, imported));
        match environment {
            Some(environment) => {
                if let Some(path) = urls::parse(&urls::with_scheme(url))
                    .and_then(|pasted| pasted.path_in(&environment, &request.draft.method))
                {
                    request.draft.path = path;
                }
                request.environment = Some(environment.id.clone());
                let known = imported
                    .environments
                    .iter()
                    .any(|one| one.id == environment.id);
                if !known {
                    self.proxy_password(&environment, imported);
                    let ca_file = &environment.network.ca_file;
                    if !ca_file.is_empty() {
                        name_file(imported, ca_file, TRUSTED_CERTIFICATES);
                    }
                    imported.environments.push(environment);
                }
            }
            None => {
                for option in &self.of_environment {
                    let ignored = Ignored::new(
                        format!("--{option}"),
                        "it belongs to an environment: set it there",
                    );
                    if !imported.ignored.contains(&ignored) {
                        imported.ignored.push(ignored);
                    }
                }
            }
        }
    }

    fn header_value(&self, name: &str) -> Option<String> {
        self.headers
            .iter()
            .find(|row| row.name.eq_ignore_ascii_case(name))
            .map(|row| row.value.clone())
    }

    fn default_row(&mut self, name: &str, value: &str) {
        if self.header_value(name).is_none() {
            self.row(name, value);
        }
    }

    /// A bearer token in a header row becomes the request's own credentials.
    fn authorization(&mut self) {
        let at = self
            .headers
            .iter()
            .position(|row| row.name.eq_ignore_ascii_case("authorization"));
        let Some(at) = at else {
            return;
        };
        let token = self.headers[at]
            .value
            .split_once(' ')
            .and_then(|(scheme, token)| {
                scheme
                    .eq_ignore_ascii_case("bearer")
                    .then(|| token.trim().to_owned())
            });
        let is_alone = self.auth == RequestAuth::None && self.headers[at].name == "Authorization";
        if let Some(token) = token.filter(|token| is_alone && !token.is_empty()) {
            self.headers.remove(at);
            self.auth = RequestAuth::Bearer { token };
        }
    }

    /// The row is left out where the body says the same.
    fn drop_own_content_type(&mut self, body: &DraftBody) {
        let own = match body {
            DraftBody::Json { .. } => "application/json",
            DraftBody::Form { .. } => "application/x-www-form-urlencoded",
            DraftBody::Text { content_type, .. } => content_type.as_str(),
            // curl writes the boundary itself, unless the row has one.
            DraftBody::Multipart { .. } => "multipart/form-data",
            DraftBody::None | DraftBody::File { .. } => return,
        };
        self.headers.retain(|row| {
            !(row.name.eq_ignore_ascii_case("content-type") && row.value.eq_ignore_ascii_case(own))
        });
    }

    /// For a host of Genesys Cloud or of API Gateway.
    fn environment(&mut self, origin: &str, url: &str, imported: &Imported) -> Option<Environment> {
        let pasted = urls::parse(&urls::with_scheme(
            url.split('?').next().unwrap_or_default(),
        ))?;
        let (name, target) = if let Some(region) = pasted.region() {
            let place = deployment_of(region.domain())?;
            (
                format!("Genesys Cloud {}", region.aws_name()),
                Target::Direct { place },
            )
        } else if route::is_execute_api(&pasted.host) {
            let invoke = InvokeUrl::parse(&format!("{origin}{}", pasted.path)).ok()?;
            let mut gateway = gateway_of(&ClientForm {
                host: pasted.host.clone(),
                ..ClientForm::default()
            });
            invoke.apply_to(&mut gateway);
            gateway.client_form = ClientForm::default();
            (pasted.host.clone(), Target::Gateway(Box::new(gateway)))
        } else {
            return None;
        };
        if let Some(known) = imported
            .environments
            .iter()
            .find(|one| one.target == target)
        {
            return Some(known.clone());
        }
        if let (Proxy::Explicit { user_name, .. }, Some((user, _))) =
            (&mut self.network.proxy, &self.proxy_user)
        {
            user.split(':')
                .next()
                .unwrap_or_default()
                .clone_into(user_name);
        }
        let used: Vec<Colour> = imported.environments.iter().map(|one| one.colour).collect();
        Some(Environment {
            id: free_id(&name, &imported.environments),
            name,
            colour: Colour::default().unused(&used),
            protection: Protection::default(),
            target,
            credentials: Credentials::None,
            variables: Vec::new(),
            default_headers: Vec::new(),
            path_map: Vec::new(),
            network: self.network.clone(),
            history: KeepHistory::default(),
            route_map: None,
            sandbox: None,
        })
    }

    fn proxy_password(&self, environment: &Environment, imported: &mut Imported) {
        let Some((user, place)) = &self.proxy_user else {
            return;
        };
        let Some((_, password)) = user.split_once(':') else {
            return;
        };
        let mut secret = FoundSecret::of(environment, SecretName::ProxyPassword, password, *place);
        if let Proxy::Explicit { url, .. } = &self.network.proxy {
            secret.origins = vec![url.clone()];
        }
        imported.secrets.push(secret);
    }
}

fn name_file(imported: &mut Imported, path: &str, purpose: &str) {
    imported.files.push(NamedFile {
        path: path.to_owned(),
        purpose: purpose.to_owned(),
    });
}

fn milliseconds(seconds: &str) -> Option<u64> {
    let (whole, fraction) = seconds
        .trim()
        .split_once('.')
        .unwrap_or((seconds.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(digits.parse().ok()?)
}

/// Path, query, origin and name of the request.
fn place_url(request: &mut ImportedRequest, url: &str, imported: &mut Imported) {
    let url = urls::with_scheme(url);
    let draft = &mut request.draft;
    let without_user = take_user(&url, draft, imported);
    if let Some(pasted) = urls::parse(&without_user) {
        request.origin = Some(pasted.origin);
        draft.path = if pasted.path.is_empty() {
            "/".to_owned()
        } else {
            pasted.path
        };
        draft.query = pasted.query;
    } else {
        request.origin = None;
        draft.path = without_user;
        draft.query = Vec::new();
    }
    let path = draft.path.split('?').next().unwrap_or_default();
    draft.name = format!("{} {path}", draft.method);
}

/// `https://user:password@host` is Basic authorization.
fn take_user(url: &str, draft: &mut RequestDraft, imported: &mut Imported) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((user, host)) = rest[..end].rsplit_once('@') else {
        return url.to_owned();
    };
    if draft.auth == RequestAuth::None {
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        draft.auth = RequestAuth::Basic {
            user: crate::model::encode::decode(user),
            password: crate::model::encode::decode(password),
        };
    } else {
        imported.ignored.push(Ignored::new(
            "user and password in the URL",
            "the command has other credentials too",
        ));
    }
    format!("{scheme}://{host}{}", &rest[end..])
}
