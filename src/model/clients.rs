//! What the seven official clients make of the gateway settings they are given:
//! the login and API URL each would send (facts/genesys-cloud.md sections 1.1 and 2).
//! How Gatescope itself builds URLs is in `route`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::environment::{GatewayTarget, Protocol};
use super::route::{TypedUrl, check_host};

/// The gateway as an official client is told about it; texts as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ClientForm {
    pub host: String,
    pub port: String,
    pub protocol: String,
    pub login_path: String,
    pub api_path: String,
}

/// A client made by the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfficialClient {
    JavaScript,
    Python,
    Java,
    DotNet,
    Go,
    CxAsCode,
    Cli,
}

impl OfficialClient {
    pub const ALL: [Self; 7] = [
        Self::JavaScript,
        Self::Python,
        Self::Java,
        Self::DotNet,
        Self::Go,
        Self::CxAsCode,
        Self::Cli,
    ];

    /// The family that pastes host and port as given and falls back to https.
    fn is_sdk_family(self) -> bool {
        matches!(
            self,
            Self::JavaScript | Self::Python | Self::Java | Self::DotNet
        )
    }
}

impl fmt::Display for OfficialClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::JavaScript => "JavaScript SDK",
            Self::Python => "Python SDK",
            Self::Java => "Java SDK",
            Self::DotNet => ".NET SDK",
            Self::Go => "Go SDK",
            Self::CxAsCode => "CX as Code",
            Self::Cli => "Genesys Cloud CLI",
        })
    }
}

/// What one client would request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientUrls {
    pub login: ClientUrl,
    /// For the API path `/api/v2/users`.
    pub api: ClientUrl,
}

impl ClientUrls {
    /// Breakages of both URLs, each once.
    #[must_use]
    pub fn breakages(&self) -> Vec<Breakage> {
        let mut all = self.login.breakages.clone();
        all.extend(&self.api.breakages);
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// One URL of one client, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientUrl {
    /// The URL text the client puts together; empty when the gateway setting is off.
    pub text: String,
    /// Where that text leads; `None`: no request goes out.
    pub sent: Option<ClientRequest>,
    pub breakages: Vec<Breakage>,
}

/// Where a client's URL text leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRequest {
    pub host: String,
    /// The TCP port that is hit.
    pub port: u16,
    /// As on the request line.
    pub target: String,
}

/// What goes wrong between a setting and a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breakage {
    /// Without a host the gateway is off: the client goes to the region directly.
    GatewayOff,
    /// No protocol: the URL is `://host…`, and no request goes out.
    NoProtocol,
    /// The host has a scheme: `https://https://…`, and no request reaches the gateway.
    SchemeInHost,
    /// The text behind the protocol names no host and port: no request goes out.
    MalformedHost,
    /// The port stands behind the stage: `…/test:443/loginpath/…`.
    PortInPath,
    /// No port leaves a colon behind the stage: `…/test:/loginpath/…`.
    ColonInPath,
    /// No port leaves a colon behind the host: `https://host:/…`. Most servers take it.
    DanglingColon,
    /// 80 or 443 is dropped whatever the protocol: the request goes to the protocol's own port.
    PortDropped,
    DoubleSlash,
    /// Spaces in a path value go out as `%20`.
    EncodedSpaces,
    /// Other characters of a path value go out percent-encoded, or not at all.
    ChangedCharacters,
    /// `.` and `..` in a path value are resolved before anything is sent.
    DotSegments,
    /// The client's URL library takes the path value for an error: no request goes out.
    RefusedPath,
    /// A backslash in a path value goes out as a slash.
    TurnedBackslash,
    /// What stands behind a `#`, the client's own path too, is not sent.
    CutAtHash,
    /// What stands behind a `?`, the client's own path too, becomes the query.
    QueryInPath,
    /// The path value holds what the client adds itself: `/oauth/token` or `/api/v2` stands twice.
    RepeatedPath,
}

impl fmt::Display for Breakage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::GatewayOff => {
                "without a host the gateway is off, and requests go to the region directly"
            }
            Self::NoProtocol => "without a protocol no request goes out",
            Self::SchemeInHost => "the protocol stands twice, because the host has one too",
            Self::MalformedHost => "host and port together are no address, so no request goes out",
            Self::PortInPath => "the port lands in the path, behind the stage",
            Self::ColonInPath => "a colon without a port lands in the path, behind the stage",
            Self::DanglingColon => {
                "a colon without a port stands behind the host; most servers take it"
            }
            Self::PortDropped => "the port is dropped, and requests go to the protocol's own port",
            Self::DoubleSlash => "a double slash stands in the path",
            Self::EncodedSpaces => "spaces in the path go out as %20",
            Self::ChangedCharacters => "characters in the path do not go out as typed",
            Self::DotSegments => "`.` and `..` in the path are resolved before it is sent",
            Self::RefusedPath => "the path is taken for an error, so no request goes out",
            Self::TurnedBackslash => "a backslash in the path goes out as a slash",
            Self::CutAtHash => {
                "what stands behind `#` in the path is not sent, and the client's own path neither"
            }
            Self::QueryInPath => {
                "what stands behind `?` in the path goes out as the query, and the client's own path too"
            }
            Self::RepeatedPath => "the path that the client adds itself stands twice",
        })
    }
}

/// What `client` would request with `form`.
#[must_use]
pub fn urls(client: OfficialClient, form: &ClientForm) -> ClientUrls {
    ClientUrls {
        login: url(client, form, &form.login_path, "/oauth/token"),
        api: url(client, form, &form.api_path, "/api/v2/users"),
    }
}

/// The form that works in every client: bare host, the protocol's port spelled out, the stage inside both paths.
#[must_use]
pub fn portable_form(form: &ClientForm) -> ClientForm {
    let typed = TypedUrl::take_apart(&form.host);
    let protocol = match (form.protocol.trim(), typed.scheme.as_deref()) {
        ("", Some(scheme)) => scheme.to_owned(),
        ("", None) => "https".to_owned(),
        (protocol, _) => protocol.to_ascii_lowercase(),
    };
    let own_port = if protocol == "http" { "80" } else { "443" };
    let port = match form.port.trim() {
        "" | "0" => typed.port.as_deref().unwrap_or(own_port),
        "80" | "443" => own_port,
        port => port,
    };
    let path = |value: &str, own: &str| {
        let value = value.trim().trim_end_matches('/');
        let value = value.find(own).map_or(value, |at| &value[..at]);
        [typed.path.as_str(), value]
            .iter()
            .flat_map(|piece| piece.split('/'))
            .filter(|segment| !segment.is_empty())
            .fold(String::new(), |path, segment| format!("{path}/{segment}"))
    };
    ClientForm {
        host: typed.host.clone(),
        port: port.to_owned(),
        login_path: path(&form.login_path, "/oauth/token"),
        api_path: path(&form.api_path, "/api/v2"),
        protocol,
    }
}

/// The client form of a gateway target: bare host, port spelled out, stage inside both paths. It works in every client.
#[must_use]
pub fn default_client_form(gateway: &GatewayTarget) -> ClientForm {
    let path = |value: &str| {
        [gateway.stage.as_str(), value]
            .iter()
            .map(|piece| piece.trim().trim_matches('/'))
            .filter(|piece| !piece.is_empty() && *piece != "$default")
            .fold(String::new(), |path, piece| format!("{path}/{piece}"))
    };
    ClientForm {
        host: gateway.host.clone(),
        port: gateway
            .port
            .unwrap_or(gateway.protocol.default_port())
            .to_string(),
        protocol: gateway.protocol.scheme().to_owned(),
        login_path: path(&gateway.login_path),
        api_path: path(&gateway.api_path),
    }
}

/// The client form that is in force: the one typed, or the default while nothing is typed.
#[must_use]
pub fn client_form(gateway: &GatewayTarget) -> ClientForm {
    if gateway.client_form == ClientForm::default() {
        default_client_form(gateway)
    } else {
        gateway.client_form.clone()
    }
}

fn url(client: OfficialClient, form: &ClientForm, path_value: &str, own_path: &str) -> ClientUrl {
    if form.host.is_empty() {
        return ClientUrl {
            text: String::new(),
            sent: None,
            breakages: vec![Breakage::GatewayOff],
        };
    }
    let protocol = if form.protocol.is_empty() && client.is_sdk_family() {
        "https"
    } else {
        &form.protocol
    };
    let port = written_port(client, &form.port);
    let path = written_path(client, path_value);
    let text = format!("{protocol}://{}{port}{path}{own_path}", form.host);
    let sent = if protocol.is_empty() {
        None
    } else {
        where_it_leads(client, &text)
    };
    let mut breakages = breakages(client, form, &port, sent.as_ref());
    if let Some((_, changed)) = target::read(client, &path) {
        breakages.extend(changed);
    } else {
        breakages.retain(|breakage| *breakage != Breakage::MalformedHost);
        breakages.push(Breakage::RefusedPath);
    }
    if path.contains("/oauth/token") || path.contains("/api/v2") {
        breakages.push(Breakage::RepeatedPath);
    }
    breakages.sort_unstable();
    ClientUrl {
        text,
        sent,
        breakages,
    }
}

/// The port as the client writes it behind the host, colon included.
fn written_port(client: OfficialClient, port: &str) -> String {
    let left_out: &[&str] = match client {
        // Python writes every port above -1, 0 included.
        OfficialClient::Python => &["", "-1"],
        OfficialClient::JavaScript | OfficialClient::Java | OfficialClient::DotNet => {
            &["", "-1", "0"]
        }
        OfficialClient::Go | OfficialClient::CxAsCode | OfficialClient::Cli => &["80", "443"],
    };
    if left_out.contains(&port) {
        String::new()
    } else {
        format!(":{port}")
    }
}

/// The path value as the client writes it, without the client's own path.
fn written_path(client: OfficialClient, value: &str) -> String {
    let with_slash = |value: &str| {
        if value.is_empty() || value.starts_with('/') {
            value.to_owned()
        } else {
            format!("/{value}")
        }
    };
    match client {
        OfficialClient::JavaScript => with_slash(value).trim_end_matches('/').to_owned(),
        OfficialClient::Python | OfficialClient::Java | OfficialClient::DotNet => {
            let value = with_slash(value);
            value.strip_suffix('/').unwrap_or(&value).to_owned()
        }
        OfficialClient::Go | OfficialClient::CxAsCode => {
            with_slash(value.trim().trim_matches('/').trim())
        }
        OfficialClient::Cli => with_slash(value.trim()),
    }
}

fn breakages(
    client: OfficialClient,
    form: &ClientForm,
    port: &str,
    sent: Option<&ClientRequest>,
) -> Vec<Breakage> {
    let mut found = Vec::new();
    let host_has_scheme = form.host.contains("://");
    let host_has_path = !host_has_scheme && form.host.contains('/');
    if form.protocol.is_empty() && !client.is_sdk_family() {
        found.push(Breakage::NoProtocol);
    } else if host_has_scheme {
        found.push(Breakage::SchemeInHost);
    } else if sent.is_none() {
        found.push(Breakage::MalformedHost);
    }
    match (port, host_has_path) {
        ("", _) => {}
        (":", true) => found.push(Breakage::ColonInPath),
        (":", false) => found.push(Breakage::DanglingColon),
        (_, true) => found.push(Breakage::PortInPath),
        (_, false) => {}
    }
    if drops_port(client, form) {
        found.push(Breakage::PortDropped);
    }
    if !host_has_scheme && sent.is_some_and(|sent| sent.target.contains("//")) {
        found.push(Breakage::DoubleSlash);
    }
    found
}

/// 80 and 443 are dropped by the Go family; that matters when the protocol's own port is the other one.
fn drops_port(client: OfficialClient, form: &ClientForm) -> bool {
    let own_port = if form.protocol.eq_ignore_ascii_case("http") {
        "80"
    } else {
        "443"
    };
    !client.is_sdk_family() && ["80", "443"].contains(&form.port.as_str()) && form.port != own_port
}

/// Takes the URL text apart as the clients' own URL libraries do.
fn where_it_leads(client: OfficialClient, text: &str) -> Option<ClientRequest> {
    let (scheme, rest) = text.split_once("://")?;
    let protocol = match scheme.to_ascii_lowercase().as_str() {
        "http" => Protocol::Http,
        "https" => Protocol::Https,
        _ => return None,
    };
    let (authority, target) = rest.split_at(rest.find('/')?);
    let typed = TypedUrl::take_apart(authority);
    let host = check_host(&typed.host).ok()?;
    // `https://https://…`: the second scheme became the host, with an empty port.
    if target.starts_with("//") && ["http", "https"].contains(&host.as_str()) {
        return None;
    }
    let port = match typed.port.as_deref() {
        None | Some("") => protocol.default_port(),
        Some(_) => typed.port_number().ok().flatten()?,
    };
    Some(ClientRequest {
        host,
        port,
        target: target::read(client, target)?.0,
    })
}

mod target;

#[cfg(test)]
mod tests;
