//! Environments: where requests go, with what credentials and network settings, and how they are guarded.
//! URL rules live in `route`, official clients' rules in `clients`, the sandbox's four environments in `sandbox_environments`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::broken_gateways::BrokenGateway;
use super::clients::ClientForm;
use super::ids::EnvironmentId;
use super::masks::{MASK, mask_url, shown_field};
use super::region::Region;
use super::request::HeaderRow;
use super::route_map::RouteMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Environment {
    pub id: EnvironmentId,
    pub name: String,
    #[serde(default)]
    pub colour: Colour,
    #[serde(default)]
    pub protection: Protection,
    pub target: Target,
    #[serde(default)]
    pub credentials: Credentials,
    #[serde(default)]
    pub variables: Vec<Variable>,
    #[serde(default)]
    pub default_headers: Vec<HeaderRow>,
    /// First match wins.
    #[serde(default)]
    pub path_map: Vec<PathMapRule>,
    #[serde(default)]
    pub network: NetworkSettings,
    /// What the history keeps of its exchanges.
    #[serde(default)]
    pub history: KeepHistory,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_map: Option<RouteMap>,
    /// Set on the built-in environments only: their addresses come from the running sandbox and are never stored.
    #[serde(skip)]
    pub sandbox: Option<SandboxService>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Target {
    Direct { place: Place },
    Gateway(Box<GatewayTarget>),
}

/// A Genesys Cloud deployment, by the way it is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    Region(Region),
    /// `api.{domain}` and `login.{domain}` over HTTPS.
    Domain(String),
    /// Two origins given in full, for the sandbox and for mock servers: `http://127.0.0.1:8080`.
    Origins {
        api: String,
        login: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct GatewayTarget {
    #[serde(default)]
    pub protocol: Protocol,
    /// Bare host name; a custom domain or `{api-id}.execute-api.{aws-region}.amazonaws.com`.
    pub host: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Empty for `$default` and for custom domains whose mapping replaces the stage.
    #[serde(default)]
    pub stage: String,
    #[serde(default)]
    pub login_path: String,
    #[serde(default)]
    pub api_path: String,
    #[serde(default)]
    pub token_from: TokenFrom,
    /// The Genesys Cloud region behind it, as far as known. No request goes there for it, but official configurations name one
    /// beside a gateway too, and so do a direct twin and a blueprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// Kept for round trips with official configurations; no official client sends it.
    #[serde(default)]
    pub user_name: String,
    #[serde(default)]
    pub api_kind: ApiKind,
    /// What an official client is given for this gateway.
    #[serde(default)]
    pub client_form: ClientForm,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    #[default]
    Https,
    Http,
}

impl Protocol {
    #[must_use]
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }

    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

/// What the gateway is, as far as known; an invoke URL alone does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiKind {
    #[default]
    Unknown,
    Rest,
    Http,
}

/// Where a gateway environment's token is requested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenFrom {
    /// Invoke URL + stage + login path + `/oauth/token`.
    #[default]
    LoginPath,
    /// `https://login.{domain}/oauth/token`, past the gateway.
    Region(Place),
}

/// How the token comes about. The secret values themselves are under `SecretKey`s, never here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Credentials {
    /// Requests go out without a token.
    #[default]
    None,
    /// The client credentials grant; the secret is `SecretName::ClientSecret`.
    ClientCredentials {
        client_id: String,
        #[serde(default)]
        scope: String,
        #[serde(default)]
        style: ClientAuthentication,
    },
    /// A pasted token, kept as `SecretName::AccessToken`.
    AccessToken,
    /// Another environment's credentials (id, secret or token), used against this environment's login URL.
    SameAs { environment: EnvironmentId },
}

/// How the client authenticates at the token endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuthentication {
    /// `Authorization: Basic`, both values form-encoded first (RFC 6749 section 2.3.1).
    #[default]
    Basic,
    /// `Authorization: Basic` of the raw values, as all official clients send it.
    BasicRaw,
    /// `client_id` and `client_secret` in the form body.
    Body,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    pub name: String,
    /// Unused when `secret` is set: the value is then `SecretName::Variable(name)`.
    #[serde(default)]
    pub value: String,
    #[serde(default)]
    pub secret: bool,
}

impl fmt::Debug for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.secret && !self.value.is_empty() {
            MASK
        } else {
            shown_field(&self.name, &self.value)
        };
        formatter
            .debug_struct("Variable")
            .field("name", &self.name)
            .field("value", &mask_url(shown))
            .field("secret", &self.secret)
            .finish()
    }
}

/// A route of the gateway's own: requests under `from` go to `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathMapRule {
    #[serde(default)]
    pub matching: PathMatching,
    pub from: String,
    pub to: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathMatching {
    /// The path or any path below it, at a segment border.
    #[default]
    Prefix,
    Exact,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    #[default]
    Teal,
    Violet,
    Blue,
    Green,
    Amber,
    Red,
}

impl Colour {
    pub const ALL: [Self; 6] = [
        Self::Teal,
        Self::Violet,
        Self::Blue,
        Self::Green,
        Self::Amber,
        Self::Red,
    ];

    /// This one, or the first that none of the others has; this one again when all are taken.
    #[must_use]
    pub fn unused(self, used: &[Self]) -> Self {
        std::iter::once(self)
            .chain(Self::ALL)
            .find(|colour| !used.contains(colour))
            .unwrap_or(self)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    #[default]
    Normal,
    /// Asks before POST, PUT, PATCH, DELETE and everything else that is not GET, HEAD or OPTIONS.
    Ask,
    /// Refuses them.
    ReadOnly,
}

/// What the history keeps of an environment's exchanges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepHistory {
    #[default]
    Everything,
    /// Status, headers and timings, without any body.
    HeadsOnly,
    Nothing,
}

/// The same settings serve the token call and the API call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct NetworkSettings {
    pub proxy: Proxy,
    /// PEM file of extra roots; empty for none. Takes effect only after approval when it lies outside the workspace.
    pub ca_file: String,
    /// SHA-256 of a leaf certificate (hex, colons allowed) trusted for this environment; empty for none.
    pub trusted_fingerprint: String,
    pub http_version: HttpVersion,
    pub header_case: HeaderCase,
    /// Fixed addresses for host names, as curl's `--resolve`.
    pub resolve: Vec<ResolveOverride>,
    pub limits: Limits,
}

#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Proxy {
    /// The system's settings; on Linux the environment variables.
    #[default]
    System,
    None,
    Explicit {
        /// `http://host:port`, `https://…`, `socks5://…` or `socks5h://…`.
        url: String,
        #[serde(default)]
        user_name: String,
        /// Host names and suffixes (`.internal`) reached without the proxy. Loopback always is.
        #[serde(default)]
        bypass: Vec<String>,
    },
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => formatter.write_str("System"),
            Self::None => formatter.write_str("None"),
            Self::Explicit {
                url,
                user_name,
                bypass,
            } => formatter
                .debug_struct("Explicit")
                .field("url", &mask_url(url))
                .field("user_name", user_name)
                .field("bypass", bypass)
                .finish(),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HttpVersion {
    #[default]
    Http11,
    /// What ALPN agrees on.
    Automatic,
    Http2,
}

/// How header names are written over HTTP/1.1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderCase {
    #[default]
    AsTyped,
    Title,
    Lower,
    /// What was typed as typed, and what Gatescope adds itself in lower case.
    AddedLower,
}

impl HeaderCase {
    /// The name as it goes out. `added`: Gatescope wrote it, nobody typed it.
    #[must_use]
    pub fn spell(self, name: &str, added: bool) -> String {
        match (self, added) {
            (Self::AsTyped, _) | (Self::AddedLower, false) => name.to_owned(),
            (Self::Lower, _) | (Self::AddedLower, true) => name.to_ascii_lowercase(),
            (Self::Title, _) => {
                let mut start = true;
                name.chars()
                    .map(|character| {
                        let cased = if start {
                            character.to_ascii_uppercase()
                        } else {
                            character.to_ascii_lowercase()
                        };
                        start = character == '-';
                        cased
                    })
                    .collect()
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveOverride {
    pub host: String,
    /// An IP address.
    pub address: String,
}

/// Limits of one hop. The defaults are DESIGN section 5; a gateway's own timeout is 29-30 s, so `first_byte_ms` must lie above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Limits {
    /// DNS to the end of the TLS handshake.
    pub connect_ms: u64,
    /// From the last byte sent to the first byte received.
    pub first_byte_ms: u64,
    /// Between two reads or writes.
    pub silence_ms: u64,
    /// Body bytes on the wire.
    pub wire_bytes: u64,
    /// Body bytes after decoding.
    pub decoded_bytes: u64,
    /// Decoded bytes per wire byte.
    pub decoded_ratio: u64,
    pub redirects: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_ms: 10_000,
            first_byte_ms: 60_000,
            silence_ms: 60_000,
            wire_bytes: 200_000_000,
            decoded_bytes: 1_000_000_000,
            decoded_ratio: 100,
            redirects: 10,
        }
    }
}

impl Limits {
    #[must_use]
    pub fn connect(&self) -> Duration {
        Duration::from_millis(self.connect_ms)
    }

    #[must_use]
    pub fn first_byte(&self) -> Duration {
        Duration::from_millis(self.first_byte_ms)
    }

    #[must_use]
    pub fn silence(&self) -> Duration {
        Duration::from_millis(self.silence_ms)
    }
}

/// Which door of the sandbox a built-in environment uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxService {
    Direct,
    HttpApi,
    RestProxy,
    RestNonProxy,
    /// A gateway with one fault, for learning.
    Broken(BrokenGateway),
}

/// Where a running sandbox listens: origins such as `http://127.0.0.1:40123`, without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxAddresses {
    pub api: String,
    pub login: String,
    pub http_api: String,
    pub rest_api: String,
    /// Once one of the broken gateways was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<BrokenAddresses>,
}

/// Where the broken gateways listen: one door, a stage for each fault, and a door with a wrong certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenAddresses {
    pub plain: String,
    pub secure: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_variable_is_printed_without_its_value() {
        let variable = |secret| Variable {
            name: "partner".to_owned(),
            value: "kestrel".to_owned(),
            secret,
        };
        let hidden = format!("{:?}", variable(true));
        assert!(
            !hidden.contains("kestrel") && hidden.contains(MASK),
            "{hidden}"
        );
        assert!(format!("{:?}", variable(false)).contains("kestrel"));
    }
}
