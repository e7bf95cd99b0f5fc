//! The form of one environment while it is edited: what was typed, what is remarked on it, what it would send.
//! The URL rules it shows live in `model::route`.

use std::collections::BTreeMap;

use crate::model::clients::ClientForm;
use crate::model::environment::{
    ClientAuthentication, Credentials, Environment, GatewayTarget, KeepHistory, NetworkSettings,
    Place, Proxy, Target, TokenFrom,
};
use crate::model::ids::EnvironmentId;
use crate::model::note::{Field, Note, Problem};
use crate::model::region::Region;
use crate::model::route_map::RouteWarning;
use crate::model::secret::{Secret, SecretName};

use super::client_preview::ClientPreview;
use super::event::SecretReport;
use super::preferences::OutsideChange;

/// What a new environment starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewTarget {
    Direct(Region),
    /// The invoke URL as pasted; may be empty.
    Gateway {
        invoke_url: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct EnvironmentForm {
    pub environment: Environment,
    /// As it was when the form opened.
    pub initial: Environment,
    /// Not saved before.
    pub is_new: bool,
    /// As pasted.
    pub invoke_url: String,
    /// What was said when the invoke URL was taken apart.
    pub invoke_notes: Vec<Note>,
    /// The target kind that is not chosen, so that switching back loses nothing.
    pub other_target: Target,
    pub port_text: String,
    /// Host names, separated by commas.
    pub bypass_text: String,
    /// Secrets typed here and not kept yet.
    pub entered: BTreeMap<SecretName, Secret>,
    pub make_twin: bool,
    /// The region behind the gateway, for its twin.
    pub twin_region: Region,
    pub notes: Vec<Note>,
    pub problems: Vec<Problem>,
    /// Where API requests go, and where the token is requested.
    pub api_url: String,
    pub login_url: String,
    /// `SAMPLE_PATH` as it would be requested; empty while the address is not complete.
    pub sample_url: String,
    /// The path map has changed the sample.
    pub sample_is_mapped: bool,
    /// What official clients make of it; `None` for a direct target and while the address is not complete.
    pub clients: Option<ClientPreview>,
    /// The form of clients that a click replaced by the one that works in all, so that it can be put back.
    pub former_clients: Option<ClientForm>,
    /// What the configuration of the gateway gets wrong.
    pub route_warnings: Vec<RouteWarning>,
    /// Where the environment's secrets are, as the keyring itself said; empty until it answered.
    pub secret_reports: Vec<SecretReport>,
    /// The file was changed or deleted by somebody else while the form holds changes.
    pub outside: Option<OutsideChange>,
}

/// The request of the sample URL.
pub const SAMPLE_PATH: &str = "/api/v2/users?pageSize=5";

impl EnvironmentForm {
    #[must_use]
    pub fn edit(environment: Environment) -> Self {
        let other_target = match environment.target {
            Target::Direct { .. } => Target::Gateway(Box::new(empty_gateway())),
            Target::Gateway(_) => Target::Direct {
                place: Place::Region(default_region()),
            },
        };
        let twin_region = twin_region(&environment);
        let invoke_url = match &environment.target {
            Target::Gateway(gateway) => invoke_url_of(gateway),
            Target::Direct { .. } => String::new(),
        };
        Self {
            port_text: port_text(&environment),
            bypass_text: bypass_text(&environment.network),
            initial: environment.clone(),
            environment,
            is_new: false,
            invoke_url,
            invoke_notes: Vec::new(),
            other_target,
            entered: BTreeMap::new(),
            make_twin: false,
            twin_region,
            notes: Vec::new(),
            problems: Vec::new(),
            api_url: String::new(),
            login_url: String::new(),
            sample_url: String::new(),
            sample_is_mapped: false,
            clients: None,
            former_clients: None,
            route_warnings: Vec::new(),
            secret_reports: Vec::new(),
            outside: None,
        }
    }

    /// Where a secret of this environment is; `None` while the keyring has not answered.
    #[must_use]
    pub fn secret_report(&self, name: &SecretName) -> Option<&SecretReport> {
        self.secret_reports.iter().find(|report| {
            report.key.name == *name && report.key.environment == self.environment.id
        })
    }

    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.environment != self.initial
            || !self.entered.is_empty()
            || self.port_text != port_text(&self.initial)
            || self.bypass_text != bypass_text(&self.initial.network)
    }

    #[must_use]
    pub fn is_gateway(&self) -> bool {
        matches!(self.environment.target, Target::Gateway(_))
    }

    /// Direct or gateway; what was typed for the other one comes back.
    pub fn choose_gateway(&mut self, gateway: bool) {
        if self.is_gateway() != gateway {
            std::mem::swap(&mut self.environment.target, &mut self.other_target);
            self.port_text = port_text(&self.environment);
        }
    }

    #[must_use]
    pub fn gateway(&self) -> Option<&GatewayTarget> {
        match &self.environment.target {
            Target::Gateway(gateway) => Some(gateway),
            Target::Direct { .. } => None,
        }
    }

    /// Takes the texts that stand for numbers and lists over into the environment; problems are added to `problems`.
    pub fn take_texts(&mut self) {
        self.problems
            .retain(|problem| !matches!(problem.field, Field::Port));
        let port = self.port_text.trim();
        let parsed = if port.is_empty() {
            Some(None)
        } else {
            port.parse::<u16>().ok().filter(|port| *port > 0).map(Some)
        };
        match (&mut self.environment.target, parsed) {
            (Target::Gateway(gateway), Some(port)) => gateway.port = port,
            (Target::Gateway(_), None) => self.problems.push(Problem::new(
                Field::Port,
                format!("`{port}` is not a port: use a number from 1 to 65535, or leave it empty"),
            )),
            (Target::Direct { .. }, _) => {}
        }
        if let Proxy::Explicit { bypass, .. } = &mut self.environment.network.proxy {
            *bypass = self
                .bypass_text
                .split([',', ' ', ';'])
                .map(str::trim)
                .filter(|host| !host.is_empty())
                .map(str::to_owned)
                .collect();
        }
    }

    /// The invoke URL as the fields below it say; empty without a host, and for a host that is more than a host.
    pub fn mirror_invoke_url(&mut self) {
        self.invoke_notes.clear();
        self.invoke_url = self.gateway().map_or_else(String::new, invoke_url_of);
    }

    /// Puts the texts that mirror parts of the environment right again after it was changed from outside the fields.
    pub fn mirror_texts(&mut self) {
        self.twin_region = twin_region(&self.environment);
        self.port_text = port_text(&self.environment);
        self.bypass_text = bypass_text(&self.environment.network);
    }

    /// The remarks on one field, those on the invoke URL included.
    pub fn notes_at(&self, field: &Field) -> impl Iterator<Item = &Note> {
        self.notes
            .iter()
            .chain(&self.invoke_notes)
            .filter(move |note| note.field == *field)
    }

    pub fn problems_at(&self, field: &Field) -> impl Iterator<Item = &Problem> {
        self.problems
            .iter()
            .filter(move |problem| problem.field == *field)
    }
}

/// The region that the token comes from, where the gateway says so; else the one in which its host name lies.
fn twin_region(environment: &Environment) -> Region {
    let Target::Gateway(gateway) = &environment.target else {
        return default_region();
    };
    if let TokenFrom::Region(Place::Region(region)) = &gateway.token_from {
        return *region;
    }
    if let Some(region) = gateway.region {
        return region;
    }
    gateway
        .host
        .split('.')
        .find_map(|label| Region::find(label).ok())
        .unwrap_or_else(default_region)
}

/// The first of the vendor's list.
#[must_use]
pub fn default_region() -> Region {
    Region::all().next().expect("there are regions")
}

#[must_use]
pub fn empty_gateway() -> GatewayTarget {
    GatewayTarget {
        protocol: crate::model::environment::Protocol::Https,
        host: String::new(),
        port: None,
        stage: String::new(),
        login_path: String::new(),
        api_path: String::new(),
        token_from: TokenFrom::LoginPath,
        region: None,
        user_name: String::new(),
        api_kind: crate::model::environment::ApiKind::Unknown,
        client_form: crate::model::clients::ClientForm::default(),
    }
}

/// A new environment with that target; client credentials, because every deployment has them, and nothing typed yet.
#[must_use]
pub fn blank(id: EnvironmentId, name: &str, target: Target) -> Environment {
    Environment {
        id,
        name: name.to_owned(),
        colour: crate::model::environment::Colour::default(),
        protection: crate::model::environment::Protection::default(),
        target,
        credentials: Credentials::ClientCredentials {
            client_id: String::new(),
            scope: String::new(),
            style: ClientAuthentication::default(),
        },
        variables: Vec::new(),
        default_headers: Vec::new(),
        path_map: Vec::new(),
        network: NetworkSettings::default(),
        history: KeepHistory::default(),
        route_map: None,
        sandbox: None,
    }
}

/// `acme-prod`, or `acme-prod-2` when that is taken.
#[must_use]
pub fn unused_environment_id(name: &str, taken: impl Fn(&EnvironmentId) -> bool) -> EnvironmentId {
    let base = EnvironmentId::from_name(name);
    if !taken(&base) {
        return base;
    }
    (2..=u32::MAX)
        .filter_map(|number| EnvironmentId::new(format!("{base}-{number}")).ok())
        .find(|id| !taken(id))
        .expect("there are more numbers than environments")
}

fn invoke_url_of(gateway: &GatewayTarget) -> String {
    if gateway.host.is_empty() || gateway.host.contains(['/', ' ']) {
        return String::new();
    }
    let port = match gateway.port {
        Some(port) if port != gateway.protocol.default_port() => format!(":{port}"),
        _ => String::new(),
    };
    let stage = match gateway.stage.trim_matches('/') {
        "" | "$default" => String::new(),
        stage => format!("/{stage}"),
    };
    format!(
        "{}://{}{port}{stage}",
        gateway.protocol.scheme(),
        gateway.host
    )
}

fn port_text(environment: &Environment) -> String {
    match &environment.target {
        Target::Gateway(gateway) => gateway
            .port
            .map(|port| port.to_string())
            .unwrap_or_default(),
        Target::Direct { .. } => String::new(),
    }
}

fn bypass_text(network: &NetworkSettings) -> String {
    match &network.proxy {
        Proxy::Explicit { bypass, .. } => bypass.join(", "),
        Proxy::System | Proxy::None => String::new(),
    }
}
