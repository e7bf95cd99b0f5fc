//! What every official client's configuration says, whatever its format: a gateway, a region, credentials, a proxy.
//! Turns it into an environment with its secrets, and an environment into what a writer needs.
//! The formats are in files of their own; their common traps are in `client_lint`.

use super::text::Place;
use super::types::{ExportContext, FoundSecret, Ignored, Imported, Lint};
use crate::model::clients::{self, ClientForm, OfficialClient};
use crate::model::encode;
use crate::model::environment::{
    ApiKind, ClientAuthentication, Colour, Credentials, Environment, GatewayTarget, KeepHistory,
    NetworkSettings, Place as Deployment, Protection, Protocol, Proxy, Target, TokenFrom,
};
use crate::model::ids::EnvironmentId;
use crate::model::region::Region;
use crate::model::route::{self, TypedUrl};
use crate::model::secret::SecretName;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) place: Place,
}

impl Told {
    pub(super) fn new(text: impl Into<String>, place: Place) -> Self {
        Self {
            text: text.into(),
            place,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct ProxyConfig {
    pub(super) protocol: Option<Told>,
    pub(super) host: Option<Told>,
    pub(super) port: Option<Told>,
    pub(super) user_name: Option<Told>,
    pub(super) password: Option<Told>,
}

/// One profile, section or block.
#[derive(Debug, Clone)]
pub(super) struct ClientConfig {
    /// The name of the environment.
    pub(super) name: String,
    /// Where it begins; what is missing is reported there.
    pub(super) start: Place,
    pub(super) host: Option<Told>,
    pub(super) protocol: Option<Told>,
    pub(super) port: Option<Told>,
    pub(super) login_path: Option<Told>,
    pub(super) api_path: Option<Told>,
    /// A path is set by a reference or an expression, so its absence here means nothing.
    pub(super) has_unread_path: bool,
    pub(super) user_name: Option<Told>,
    pub(super) password: Option<Told>,
    /// A region's AWS name, a domain, or the API's host or origin.
    pub(super) region: Option<Told>,
    pub(super) client_id: Option<Told>,
    pub(super) client_secret: Option<Told>,
    pub(super) access_token: Option<Told>,
    pub(super) proxy: ProxyConfig,
}

impl ClientConfig {
    pub(super) fn new(name: impl Into<String>, start: Place) -> Self {
        Self {
            name: name.into(),
            start,
            host: None,
            protocol: None,
            port: None,
            login_path: None,
            api_path: None,
            has_unread_path: false,
            user_name: None,
            password: None,
            region: None,
            client_id: None,
            client_secret: None,
            access_token: None,
            proxy: ProxyConfig::default(),
        }
    }

    /// Whether it sends requests to a gateway.
    pub(super) fn has_gateway(&self) -> bool {
        self.host.as_ref().is_some_and(|host| !host.text.is_empty())
    }

    /// As the clients are given it.
    pub(super) fn form(&self) -> ClientForm {
        let text = |told: &Option<Told>| {
            told.as_ref()
                .map_or_else(String::new, |told| told.text.clone())
        };
        ClientForm {
            host: text(&self.host),
            port: text(&self.port),
            protocol: text(&self.protocol),
            login_path: text(&self.login_path),
            api_path: text(&self.api_path),
        }
    }

    /// Adds the environment, its secrets and what `readers`, the clients that read this format, stumble over.
    pub(super) fn add_to(mut self, readers: &[OfficialClient], imported: &mut Imported) {
        self.take_hosts_apart(&mut imported.lint);
        imported
            .lint
            .extend(super::client_lint::lint(&self, readers));
        let environment = self.environment(imported);
        let mut keep = |told: &Option<Told>, name: SecretName| {
            if let Some(told) = told.as_ref().filter(|told| !told.text.is_empty()) {
                let mut secret = FoundSecret::of(&environment, name, &told.text, told.place);
                if secret.name == SecretName::ProxyPassword {
                    secret.origins = proxy_url(&self.proxy).into_iter().collect();
                }
                imported.secrets.push(secret);
            }
        };
        keep(&self.password, SecretName::GatewayPassword);
        keep(&self.proxy.password, SecretName::ProxyPassword);
        match environment.credentials {
            Credentials::ClientCredentials { .. } => {
                keep(&self.client_secret, SecretName::ClientSecret);
                if filled(self.access_token.as_ref()).is_some() {
                    imported.ignored.push(Ignored::new(
                        format!("the access token of {}", self.name),
                        "client ID and client secret are there, and get a token of their own",
                    ));
                }
            }
            Credentials::AccessToken => keep(&self.access_token, SecretName::AccessToken),
            Credentials::None | Credentials::SameAs { .. } => {
                if let Some(secret) = filled(self.client_secret.as_ref()) {
                    imported.lint.push(Lint::new(
                        secret.place,
                        "A client secret without a client ID gets no token",
                        "Add the client ID",
                    ));
                }
            }
        }
        imported.environments.push(environment);
    }

    /// A host that is a whole URL may hold credentials, which belong neither into a file nor onto the screen.
    fn take_hosts_apart(&mut self, lint: &mut Vec<Lint>) {
        let move_to = |slot: &mut Option<Told>, text: Option<String>, place: Place| {
            if let Some(text) = text.filter(|_| filled(slot.as_ref()).is_none()) {
                *slot = Some(Told::new(text, place));
            }
        };
        if let Some(host) = &mut self.host {
            let parts = HostParts::of(&host.text);
            if parts.host != host.text {
                lint.push(Lint::new(
                    host.place,
                    "User name, password or query stand in the host: no client sends them from there",
                    "Take them out of the host; give user name and password on their own",
                ));
                move_to(&mut self.user_name, parts.user_name, host.place);
                move_to(&mut self.password, parts.password, host.place);
                host.text = parts.host;
            }
        }
        if let Some(host) = &mut self.proxy.host {
            let parts = HostParts::of(&host.text);
            let typed = TypedUrl::take_apart(&parts.host);
            if parts.host != host.text || typed.scheme.is_some() {
                lint.push(Lint::new(
                    host.place,
                    "The host of the proxy is more than a host: its parts were taken apart",
                    "Give protocol, host, port, user name and password of the proxy on their own",
                ));
                move_to(&mut self.proxy.user_name, parts.user_name, host.place);
                move_to(&mut self.proxy.password, parts.password, host.place);
                move_to(&mut self.proxy.protocol, typed.scheme, host.place);
                move_to(&mut self.proxy.port, typed.port, host.place);
                host.text = typed.host;
            }
        }
    }

    fn environment(&self, imported: &mut Imported) -> Environment {
        let target = if self.has_gateway() {
            let gateway = self.gateway();
            if filled(self.region.as_ref()).is_some() && gateway.region.is_none() {
                imported.ignored.push(Ignored::new(
                    format!("the region of {}", self.name),
                    "it is none that is known, and with a gateway every request goes to the gateway",
                ));
            }
            Target::Gateway(Box::new(gateway))
        } else {
            Target::Direct {
                place: self.deployment(&mut imported.lint),
            }
        };
        let credentials = if let Some(id) = filled(self.client_id.as_ref()) {
            Credentials::ClientCredentials {
                client_id: id.text.clone(),
                scope: String::new(),
                style: ClientAuthentication::BasicRaw,
            }
        } else if filled(self.access_token.as_ref()).is_some() {
            Credentials::AccessToken
        } else {
            Credentials::None
        };
        let used: Vec<Colour> = imported.environments.iter().map(|one| one.colour).collect();
        Environment {
            id: free_id(&self.name, &imported.environments),
            name: self.name.clone(),
            colour: Colour::default().unused(&used),
            protection: Protection::default(),
            target,
            credentials,
            variables: Vec::new(),
            default_headers: Vec::new(),
            path_map: Vec::new(),
            network: NetworkSettings {
                proxy: self.network_proxy(),
                ..NetworkSettings::default()
            },
            history: KeepHistory::default(),
            route_map: None,
            sandbox: None,
        }
    }

    fn gateway(&self) -> GatewayTarget {
        let user_name =
            filled(self.user_name.as_ref()).map_or_else(String::new, |told| told.text.clone());
        let region = filled(self.region.as_ref()).and_then(|told| deployment_of(&told.text));
        GatewayTarget {
            user_name,
            region: match region {
                Some(Deployment::Region(region)) => Some(region),
                _ => None,
            },
            ..gateway_of(&self.form())
        }
    }

    /// Official clients fall back to the first region.
    fn deployment(&self, lint: &mut Vec<Lint>) -> Deployment {
        let Some(told) = filled(self.region.as_ref()) else {
            return deployment_of("mypurecloud.com").unwrap_or_else(fallback);
        };
        deployment_of(&told.text).unwrap_or_else(|| {
            lint.push(Lint::new(
                told.place,
                "No Genesys Cloud region is known by this name",
                "Use an AWS name such as us-east-1 or a domain such as mypurecloud.com",
            ));
            Deployment::Domain(told.text.clone())
        })
    }

    fn network_proxy(&self) -> Proxy {
        let user_name = filled(self.proxy.user_name.as_ref());
        match proxy_url(&self.proxy) {
            None => Proxy::System,
            Some(url) => Proxy::Explicit {
                url,
                user_name: user_name.map_or_else(String::new, |told| told.text.clone()),
                bypass: Vec::new(),
            },
        }
    }
}

/// A typed host without what must not be kept with it.
struct HostParts {
    /// With protocol, port and path, as typed.
    host: String,
    user_name: Option<String>,
    password: Option<String>,
}

impl HostParts {
    fn of(text: &str) -> Self {
        let text = &text[..text.find(['?', '#']).unwrap_or(text.len())];
        let start = text.find("://").map_or(0, |at| at + 3);
        let end = text[start..].find('/').map_or(text.len(), |at| start + at);
        let Some((user, host)) = text[start..end].rsplit_once('@') else {
            return Self {
                host: text.to_owned(),
                user_name: None,
                password: None,
            };
        };
        let (name, password) = match user.split_once(':') {
            Some((name, password)) => (name, Some(encode::decode(password))),
            None => (user, None),
        };
        Self {
            host: format!("{}{host}{}", &text[..start], &text[end..]),
            user_name: Some(encode::decode(name)),
            password,
        }
    }
}

fn fallback() -> Deployment {
    Deployment::Domain("mypurecloud.com".to_owned())
}

pub(super) fn filled(told: Option<&Told>) -> Option<&Told> {
    told.filter(|told| !told.text.is_empty())
}

fn proxy_url(proxy: &ProxyConfig) -> Option<String> {
    let host = filled(proxy.host.as_ref())?;
    let protocol = filled(proxy.protocol.as_ref()).map_or("http", |told| told.text.as_str());
    let port =
        filled(proxy.port.as_ref()).map_or_else(String::new, |told| format!(":{}", told.text));
    Some(format!("{protocol}://{}{port}", host.text))
}

/// The slug of `name` that none of `taken` has.
pub(super) fn free_id(name: &str, taken: &[Environment]) -> EnvironmentId {
    let first = EnvironmentId::from_name(name);
    (2..100_000)
        .map(|number| EnvironmentId::from_name(&format!("{name} {number}")))
        .find(|id| taken.iter().all(|environment| environment.id != *id))
        .filter(|_| taken.iter().any(|environment| environment.id == first))
        .unwrap_or(first)
}

/// What the form means, as the user meant it: a stage behind the host is a stage wherever a client would put the port.
pub(super) fn gateway_of(form: &ClientForm) -> GatewayTarget {
    let typed = TypedUrl::take_apart(&form.host);
    let portable = clients::portable_form(form);
    let protocol = if portable.protocol == "http" {
        Protocol::Http
    } else {
        Protocol::Https
    };
    let stage_in_host = typed.path.trim_matches('/').to_owned();
    let stage = if stage_in_host.is_empty() && route::is_execute_api(&typed.host) {
        shared_first_segment(&portable.login_path, &portable.api_path)
    } else {
        stage_in_host
    };
    let behind_stage = |path: &str| {
        let stage = format!("/{stage}");
        if stage.len() == 1 {
            path.to_owned()
        } else {
            path.strip_prefix(&stage).unwrap_or(path).to_owned()
        }
    };
    let mut gateway = GatewayTarget {
        protocol,
        host: typed.host.clone(),
        port: portable
            .port
            .parse()
            .ok()
            .filter(|port| *port != protocol.default_port()),
        login_path: behind_stage(&portable.login_path),
        api_path: behind_stage(&portable.api_path),
        stage,
        token_from: TokenFrom::default(),
        region: None,
        user_name: String::new(),
        api_kind: ApiKind::Unknown,
        client_form: ClientForm::default(),
    };
    if *form != clients::default_client_form(&gateway) {
        gateway.client_form = form.clone();
    }
    gateway
}

/// `/test/login` and `/test/api` name the stage `test`.
fn shared_first_segment(login: &str, api: &str) -> String {
    let split = |path: &str| {
        let (first, rest) = path.trim_matches('/').split_once('/')?;
        (!rest.is_empty()).then(|| first.to_owned())
    };
    match (split(login), split(api)) {
        (Some(login), Some(api)) if login == api => login,
        _ => String::new(),
    }
}

/// A region's name, a domain, an API host, or an origin in full.
pub(super) fn deployment_of(text: &str) -> Option<Deployment> {
    let text = text.trim().trim_end_matches('/');
    let typed = TypedUrl::take_apart(text);
    let host = typed.host.as_str();
    let domain = ["api.", "login.", "apps."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix))
        .unwrap_or(host);
    if let Ok(region) = Region::find(domain) {
        return Some(Deployment::Region(region));
    }
    if typed.scheme.is_some() && (domain == host || typed.port.is_some()) {
        return Some(Deployment::Origins {
            api: text.to_owned(),
            login: text.replacen("//api.", "//login.", 1),
        });
    }
    let is_domain = domain.contains('.') && route::check_host(domain).is_ok();
    is_domain.then(|| Deployment::Domain(domain.to_owned()))
}

/// The domain by which a client is told a deployment, such as `mypurecloud.com`; an origin in full stays one.
pub(super) fn deployment_text(place: &Deployment) -> String {
    match place {
        Deployment::Region(region) => region.domain().to_owned(),
        Deployment::Domain(domain) => domain.clone(),
        Deployment::Origins { api, .. } => api.clone(),
    }
}

/// What a writer puts into a client's configuration.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    environment: &'a Environment,
    context: ExportContext<'a>,
    /// `None` for direct environments.
    pub(super) form: Option<ClientForm>,
    pub(super) gateway_user: &'a str,
    /// The region, as far as the environment has one.
    pub(super) place: Option<Deployment>,
    pub(super) client_id: Option<&'a str>,
    /// Filled while writing: the secrets that were left out.
    pub(super) masked: Vec<String>,
}

impl<'a> Outgoing<'a> {
    pub(super) fn new(environment: &'a Environment, context: ExportContext<'a>) -> Self {
        let (form, user, place) = match &environment.target {
            Target::Direct { place } => (None, "", Some(place.clone())),
            Target::Gateway(gateway) => {
                let place = match &gateway.token_from {
                    TokenFrom::LoginPath => gateway.region.map(Deployment::Region),
                    TokenFrom::Region(place) => Some(place.clone()),
                };
                let form = clients::client_form(gateway);
                (Some(form), gateway.user_name.as_str(), place)
            }
        };
        let client_id = match &environment.credentials {
            Credentials::ClientCredentials { client_id, .. } => Some(client_id.as_str()),
            _ => None,
        };
        Self {
            environment,
            context,
            form,
            gateway_user: user,
            place,
            client_id,
            masked: Vec::new(),
        }
    }

    /// Whether the environment's credentials are a pasted token.
    pub(super) fn uses_token(&self) -> bool {
        self.environment.credentials == Credentials::AccessToken
    }

    /// The secret, when it may be shown; one that is left out is noted.
    pub(super) fn secret(&mut self, name: &SecretName) -> Option<&'a str> {
        let shown = self.context.shown(self.environment, name);
        if shown.is_none() && self.context.has(self.environment, name) {
            self.masked.push(secret_words(name));
        }
        shown
    }
}

/// As people call it.
pub(super) fn secret_words(name: &SecretName) -> String {
    match name {
        SecretName::ClientSecret => "client secret".to_owned(),
        SecretName::AccessToken => "access token".to_owned(),
        SecretName::GatewayPassword => "gateway password".to_owned(),
        SecretName::ProxyPassword => "proxy password".to_owned(),
        SecretName::Variable(name) => format!("variable `{name}`"),
    }
}
