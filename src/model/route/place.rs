//! Hosts, origins and Genesys Cloud deployments: a text taken apart, checked, and turned into a base.

use super::Base;
use crate::model::environment::{Place, Protocol};
use crate::model::masks::mask_url;
use crate::model::note::{Field, Problem};

/// A URL or host as somebody typed it, in its pieces; nothing is checked yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TypedUrl {
    /// Lower case, without `://`.
    pub(crate) scheme: Option<String>,
    pub(crate) has_user_info: bool,
    pub(crate) host: String,
    pub(crate) port: Option<String>,
    /// From the first `/` on, without query and fragment.
    pub(crate) path: String,
    /// `?query#fragment` as typed.
    pub(crate) rest: String,
}

impl TypedUrl {
    pub(crate) fn take_apart(text: &str) -> Self {
        let text = text.trim();
        let (scheme, behind) = match text.split_once("://") {
            Some((scheme, behind)) if !scheme.contains(['/', '?', '#']) => {
                (Some(scheme.to_ascii_lowercase()), behind)
            }
            _ => (None, text),
        };
        let (authority, path_and_rest) =
            behind.split_at(behind.find(['/', '?', '#']).unwrap_or(behind.len()));
        let (path, rest) = path_and_rest.split_at(
            path_and_rest
                .find(['?', '#'])
                .unwrap_or(path_and_rest.len()),
        );
        let (user_info, host_and_port) = match authority.rsplit_once('@') {
            Some((user_info, behind)) => (Some(user_info), behind),
            None => (None, authority),
        };
        let (host, port) = split_port(host_and_port);
        Self {
            scheme,
            has_user_info: user_info.is_some(),
            host: host.to_owned(),
            port: port.map(str::to_owned),
            path: path.to_owned(),
            rest: rest.to_owned(),
        }
    }

    /// The scheme as a protocol; `None` when none was typed.
    pub(crate) fn protocol(&self) -> Result<Option<Protocol>, String> {
        match self.scheme.as_deref() {
            None => Ok(None),
            Some("https") => Ok(Some(Protocol::Https)),
            Some("http") => Ok(Some(Protocol::Http)),
            Some(other) => Err(format!("`{other}` is not a protocol for APIs: use https")),
        }
    }

    /// The port as a number; `None` when none was typed.
    pub(crate) fn port_number(&self) -> Result<Option<u16>, String> {
        match self.port.as_deref() {
            None => Ok(None),
            Some(text) => match text.parse::<u16>() {
                Ok(port) if port > 0 => Ok(Some(port)),
                _ => Err(format!(
                    "`{text}` is not a port: use a number from 1 to 65535"
                )),
            },
        }
    }
}

/// `[::1]:80`, `host:80`; a bare IPv6 address has no port.
fn split_port(text: &str) -> (&str, Option<&str>) {
    if let Some(end) = text.rfind(']') {
        return match text[end + 1..].strip_prefix(':') {
            Some(port) => (&text[..=end], Some(port)),
            None => (text, None),
        };
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, Some(port)),
        _ => (text, None),
    }
}

/// A host name or address as it goes into `Host` and SNI: ASCII, IDN in punycode, IPv6 in brackets.
pub(crate) fn check_host(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("The host is empty".to_owned());
    }
    let bracketed = if text.contains(':') && !text.starts_with('[') {
        format!("[{text}]")
    } else {
        text.to_owned()
    };
    if text.contains(char::is_whitespace) {
        return Err(format!("`{text}` has a space inside: take it out"));
    }
    url::Host::parse(&bracketed)
        .map(|host| host.to_string())
        .map_err(|_| format!("`{text}` is not a host name or an address"))
}

/// `{api-id}.execute-api.{aws-region}.amazonaws.com` and its relatives in the other partitions.
#[must_use]
pub fn is_execute_api(host: &str) -> bool {
    execute_api_parts(host).is_some()
}

/// API id and AWS region of an execute-api host.
#[must_use]
pub fn execute_api_parts(host: &str) -> Option<(String, String)> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let (api_id, rest) = host.split_once(".execute-api.")?;
    let region = ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu"]
        .iter()
        .find_map(|suffix| rest.strip_suffix(suffix)?.strip_suffix('.'))?;
    (!api_id.is_empty() && !region.is_empty() && !region.contains('.'))
        .then(|| (api_id.to_owned(), region.to_owned()))
}

/// This machine: requests never leave it.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host
        .trim_end_matches('.')
        .trim_matches(['[', ']'])
        .to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// An address of this machine or of a local network.
pub(super) fn is_local(host: &str) -> bool {
    is_loopback(host)
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_private() || address.is_link_local())
}

/// The AWS regions that have API Gateway.
pub(super) const AWS_REGIONS: [&str; 39] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// The domain in what was typed for one: scheme, `api.` / `login.` / `apps.` prefix, path and trailing slash stripped.
/// A port stays.
pub(crate) fn domain_of(text: &str) -> String {
    let typed = TypedUrl::take_apart(text);
    let host = typed.host.trim_end_matches('.').to_lowercase();
    let domain = ["api.", "login.", "apps."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix))
        .unwrap_or(&host);
    match typed.port {
        Some(port) => format!("{domain}:{port}"),
        None => domain.to_owned(),
    }
}

pub(super) fn api_base(place: &Place) -> Result<Base, Problem> {
    base(place, "api")
}

pub(super) fn login_base(place: &Place) -> Result<Base, Problem> {
    base(place, "login")
}

fn base(place: &Place, service: &str) -> Result<Base, Problem> {
    match place {
        Place::Region(region) => Ok(https(&format!("{service}.{}", region.domain()), 443)),
        Place::Domain(text) => {
            domain_base(text, service).map_err(|text| Problem::new(Field::CustomDomain, text))
        }
        Place::Origins { api, login } => {
            let origin = if service == "api" { api } else { login };
            origin_base(origin).map_err(|text| {
                Problem::new(Field::CustomDomain, format!("The {service} origin: {text}"))
            })
        }
    }
}

fn domain_base(text: &str, service: &str) -> Result<Base, String> {
    if text.trim().is_empty() {
        return Err(
            "The domain is empty: type one such as `mypurecloud.com`, or choose a region"
                .to_owned(),
        );
    }
    let typed = TypedUrl::take_apart(text);
    typed.protocol()?;
    if typed.has_user_info {
        return Err("A user name in the domain is never sent: take it out".to_owned());
    }
    let port = typed.port_number()?.unwrap_or(443);
    let domain = TypedUrl::take_apart(&domain_of(text)).host;
    check_host(&domain)?;
    Ok(https(&check_host(&format!("{service}.{domain}"))?, port))
}

fn origin_base(text: &str) -> Result<Base, String> {
    let typed = TypedUrl::take_apart(text);
    // First, because the other messages quote the text.
    if typed.has_user_info {
        return Err("a user name in an origin is never sent: take it out".to_owned());
    }
    let protocol = typed
        .protocol()?
        .ok_or_else(|| format!("`{text}` has no protocol: write it as `https://host:port`"))?;
    if !typed.rest.is_empty() || !["", "/"].contains(&typed.path.as_str()) {
        return Err(format!(
            "`{}` has a path: an origin is protocol, host and port only",
            mask_url(text)
        ));
    }
    Ok(Base {
        scheme: protocol.scheme().to_owned(),
        host: check_host(&typed.host)?,
        port: typed.port_number()?.unwrap_or(protocol.default_port()),
        prefix: String::new(),
    })
}

fn https(host: &str, port: u16) -> Base {
    Base {
        scheme: "https".to_owned(),
        host: host.to_owned(),
        port,
        prefix: String::new(),
    }
}
