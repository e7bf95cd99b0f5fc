//! URL rules: where a request and a token request of an environment go (DESIGN section 3).
//! The parts: `invoke_url` takes a pasted URL apart, `place` knows hosts and origins, `path_map` the environment's own routes,
//! `translated` puts path map and route map to work; `traps` and `setting_traps` know what is worth saying about the fields. What official clients make of a gateway is in `clients`;
//! percent-encoding is in `encode`.

mod invoke_url;
mod pasted;
mod path_map;
mod place;
mod request_traps;
mod setting_traps;
mod translated;
mod traps;

use super::environment::{Environment, GatewayTarget, Place, Target, TokenFrom};
use super::note::{Field, Problem};
use super::resolved::RequestUrl;
use super::{encode, sandbox_environments};

pub use invoke_url::InvokeUrl;
pub use pasted::PastedUrl;
pub use path_map::{MappedPath, map_path};
pub use place::{execute_api_parts, is_execute_api};
pub use request_traps::path_notes;
pub use translated::{direct_path, map_request};
pub use traps::{environment_notes, environment_problems};

pub(crate) use place::domain_of;
pub(crate) use place::{TypedUrl, check_host};
pub(super) use setting_traps::proxy_not_kept;

/// What every login URL ends with.
pub const TOKEN_PATH: &str = "/oauth/token";
/// What every Genesys Cloud API path begins with.
pub const API_PREFIX: &str = "/api/v2";

/// An origin and the path that stands before every request path: stage and API path, or stage and login path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// `http` or `https`.
    pub scheme: String,
    /// ASCII; IPv6 in brackets.
    pub host: String,
    pub port: u16,
    /// Empty, or begins with `/` and does not end with one.
    pub prefix: String,
}

impl Base {
    /// `path` behind the prefix: one slash at the joint, everything after it untouched.
    #[must_use]
    pub fn url(&self, path: &str) -> RequestUrl {
        let target = if path.is_empty() && !self.prefix.is_empty() {
            self.prefix.clone()
        } else {
            format!("{}{}", self.prefix, with_leading_slash(path))
        };
        RequestUrl {
            scheme: self.scheme.clone(),
            host: self.host.clone(),
            port: self.port,
            target,
        }
    }

    /// `scheme://host[:port]`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url("/").origin()
    }
}

/// A request's URL, and the path before the path map when a rule or a route of the gateway's own applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutedUrl {
    pub url: RequestUrl,
    pub mapped_from: Option<String>,
}

/// Where API requests go.
///
/// # Errors
/// The fields that make no URL.
pub fn api_base(environment: &Environment) -> Result<Base, Vec<Problem>> {
    if sandbox_environments::is_unbound(environment) {
        return Ok(sandbox_environments::unbound_base(
            environment,
            api_path(environment),
        ));
    }
    match &environment.target {
        Target::Direct { place } => place::api_base(place).map_err(|problem| vec![problem]),
        Target::Gateway(gateway) => gateway_base(gateway, (&gateway.api_path, Field::ApiPath)),
    }
}

/// Where the path of a request goes: path map or the gateway's own routes, then base, stage and API path. `path` is encoded
/// already and may hold a query; so a relative `nextUri` or `selfUri` of a Genesys answer can be passed as it is.
///
/// # Errors
/// The fields that make no URL.
pub fn request_url(
    environment: &Environment,
    method: &str,
    path: &str,
) -> Result<RoutedUrl, Vec<Problem>> {
    let mut base = api_base(environment)?;
    let mapped = map_request(environment, method, path);
    if mapped.outside_api_path {
        let api_path = join(&[api_path(environment)]);
        let stage = base.prefix.len() - api_path.len();
        base.prefix.truncate(stage);
    }
    Ok(RoutedUrl {
        url: base.url(&mapped.path),
        mapped_from: mapped.mapped_from,
    })
}

/// Where the token is requested.
///
/// # Errors
/// The fields that make no URL.
pub fn login_url(environment: &Environment) -> Result<RequestUrl, Vec<Problem>> {
    if sandbox_environments::is_unbound(environment) {
        let login_path = match &environment.target {
            Target::Direct { .. } => "",
            Target::Gateway(gateway) => &gateway.login_path,
        };
        return Ok(sandbox_environments::unbound_base(environment, login_path).url(TOKEN_PATH));
    }
    let base = match &environment.target {
        Target::Direct { place } => place::login_base(place).map_err(|problem| vec![problem])?,
        Target::Gateway(gateway) => match &gateway.token_from {
            TokenFrom::LoginPath => gateway_base(gateway, (&gateway.login_path, Field::LoginPath))?,
            TokenFrom::Region(place) => token_base(place)?,
        },
    };
    Ok(base.url(TOKEN_PATH))
}

/// The origins that an environment's secrets are bound to: API first, then login where it is another one.
/// An origin that cannot be built is left out.
#[must_use]
pub fn origins(environment: &Environment) -> Vec<String> {
    let api = api_base(environment).ok().map(|base| base.origin());
    let login = login_url(environment).ok().map(|url| url.origin());
    let mut origins: Vec<String> = api.into_iter().chain(login).collect();
    origins.dedup();
    origins
}

fn api_path(environment: &Environment) -> &str {
    match &environment.target {
        Target::Direct { .. } => "",
        Target::Gateway(gateway) => &gateway.api_path,
    }
}

/// Problems of a token place are shown at `TokenFrom`, not at the direct environment's fields.
fn token_base(place: &Place) -> Result<Base, Vec<Problem>> {
    place::login_base(place).map_err(|problem| {
        vec![Problem {
            field: Field::TokenFrom,
            ..problem
        }]
    })
}

fn gateway_base(
    gateway: &GatewayTarget,
    (path, path_field): (&str, Field),
) -> Result<Base, Vec<Problem>> {
    let mut problems = Vec::new();
    problems.extend(traps::port_problem(gateway));
    problems.extend(traps::path_problem(&gateway.stage, Field::Stage));
    problems.extend(traps::path_problem(path, path_field));
    match traps::gateway_host(gateway) {
        Ok(host) if problems.is_empty() => Ok(Base {
            scheme: gateway.protocol.scheme().to_owned(),
            host,
            port: gateway.port.unwrap_or(gateway.protocol.default_port()),
            prefix: join(&[stage_in_url(&gateway.stage), path]),
        }),
        Ok(_) => Err(problems),
        Err(problem) => {
            problems.insert(0, problem);
            Err(problems)
        }
    }
}

/// `$default` is the name of a stage that stands in no URL.
pub(super) fn stage_in_url(stage: &str) -> &str {
    if stage.trim_matches(['/', ' ']) == "$default" {
        ""
    } else {
        stage
    }
}

/// Pieces with one slash before each and none behind the last; empty pieces are left out.
pub(super) fn join(pieces: &[&str]) -> String {
    let mut joined = String::new();
    for piece in pieces {
        let piece = piece.trim_matches('/');
        if !piece.is_empty() {
            joined.push('/');
            joined.push_str(&encode::path_text(piece));
        }
    }
    joined
}

fn with_leading_slash(path: &str) -> std::borrow::Cow<'_, str> {
    if path.starts_with('/') {
        path.into()
    } else {
        format!("/{path}").into()
    }
}

#[cfg(test)]
mod tests;
