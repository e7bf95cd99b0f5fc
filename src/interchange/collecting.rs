//! What the readers of collections have in common: a URL becomes a path and an environment, credentials become secrets,
//! folders and ids are kept. What a format calls these things is in its own file.

mod merged;
mod pieces;
mod secrets;
mod sets;
mod values;

use std::collections::HashSet;

use super::document::place_of;
use super::{FoundSecret, Ignored, Imported, ImportedRequest, NamedFile};
use crate::model::catalogue::path_variables;
use crate::model::dynamic::DYNAMIC_VARIABLES;
use crate::model::environment::{
    Colour, Credentials, Environment, KeepHistory, NetworkSettings, Place as Deployment,
    Protection, Target, Variable,
};
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::region::Region;
use crate::model::request::{DraftBody, NamedText, PartValue, QueryRow, RequestDraft};
use crate::model::route::{InvokeUrl, is_execute_api};
use crate::model::secret::{Secret, SecretName};
use crate::model::variables::references;

use pieces::shortened;
pub(super) use pieces::{
    colon_places, form_decoded, graphql_body, own_type, read_query, text_body,
};
pub(super) use secrets::FoundAuth;
use secrets::{hides, is_masked};
pub(super) use sets::{SetVariable, is_known_host};
use sets::{gateway_name, gateway_of};
pub(super) use values::host_of;

/// Deeper folders are not read; a circle of parents ends here as well.
pub(super) const DEEPEST_FOLDER: usize = 40;

/// A request as formats write it down.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) folder: Vec<String>,
    /// Everything but `path`, which comes from `url`. Query rows here stand besides those of the URL.
    pub(super) draft: RequestDraft,
    /// Absolute, or beginning with a `{{variable}}` or a slash; a query may follow.
    pub(super) url: String,
    pub(super) description: String,
    /// An API key that goes into the query.
    pub(super) key: Option<QueryRow>,
}

/// How clients get their token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ClientGrant {
    pub(super) token_url: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) scope: String,
    pub(super) in_body: bool,
}

#[derive(Debug)]
pub(super) struct Collecting<'a> {
    text: &'a str,
    pub(super) imported: Imported,
    /// Each with the only environment that it is for, if it is for one.
    grants: Vec<(Option<EnvironmentId>, ClientGrant)>,
    /// Variables that only named a host.
    hosts: Vec<String>,
    /// Environments that came as sets of variables.
    named: Vec<EnvironmentId>,
    /// Requests, by their number, whose host is a variable's.
    at_variable_hosts: HashSet<usize>,
}

impl<'a> Collecting<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            imported: Imported::default(),
            grants: Vec::new(),
            hosts: Vec::new(),
            named: Vec::new(),
            at_variable_hosts: HashSet::new(),
        }
    }

    pub(super) fn ignore(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let ignored = Ignored::new(what, why);
        if !self.imported.ignored.contains(&ignored) {
            self.imported.ignored.push(ignored);
        }
    }

    /// Whether what lies in `folder` is left out, which is then listed.
    pub(super) fn is_too_deep(&mut self, folder: &[String]) -> bool {
        let is_too_deep = folder.len() >= DEEPEST_FOLDER;
        if is_too_deep {
            let name = folder.last().cloned().unwrap_or_default();
            self.ignore(name, "the folders nest too deeply");
        }
        is_too_deep
    }

    /// A variable; one that is named like a credential becomes a secret. References of the form `{{name}}` stay.
    pub(super) fn variable(&mut self, name: &str, value: &str, is_secret: bool) {
        if name.is_empty() {
            return;
        }
        let known = self
            .imported
            .variables
            .iter()
            .find(|known| known.name == name);
        if let Some(known) = known {
            if known.secret || known.value != value {
                self.ignore(
                    format!("another value of the variable {name}"),
                    "the first one in the text is taken",
                );
            }
            return;
        }
        let hides = hides(name, value, is_secret);
        if is_masked(value) {
            self.ignore_masked(name);
        } else if hides && !value.is_empty() {
            self.secret(SecretName::Variable(name.to_owned()), value, Vec::new());
        }
        self.imported.variables.push(Variable {
            name: name.to_owned(),
            value: if hides {
                String::new()
            } else {
                value.to_owned()
            },
            secret: hides,
        });
    }

    fn secret(&mut self, name: SecretName, value: &str, origins: Vec<String>) {
        let known = self
            .imported
            .secrets
            .iter_mut()
            .find(|known| known.name == name && known.value.expose() == value);
        if let Some(known) = known {
            let new: Vec<String> = origins
                .into_iter()
                .filter(|origin| !known.origins.contains(origin))
                .collect();
            known.origins.extend(new);
            return;
        }
        self.imported.secrets.push(FoundSecret {
            environment: None,
            name,
            value: Secret::new(value),
            origins,
            place: place_of(self.text, value),
        });
    }

    pub(super) fn file(&mut self, path: &str, purpose: &str) {
        let file = NamedFile {
            path: path.to_owned(),
            purpose: purpose.to_owned(),
        };
        if !path.is_empty() && !self.imported.files.contains(&file) {
            self.imported.files.push(file);
        }
    }

    pub(super) fn grant(&mut self, grant: ClientGrant) {
        self.add_grant(None, grant);
    }

    /// The clients of the set that came last.
    pub(super) fn grant_of_last_set(&mut self, grant: ClientGrant) {
        self.add_grant(self.named.last().cloned(), grant);
    }

    fn add_grant(&mut self, only: Option<EnvironmentId>, grant: ClientGrant) {
        let grant = (only, grant);
        if !self.grants.contains(&grant) {
            self.grants.push(grant);
        }
    }

    pub(super) fn request(&mut self, found: Found) {
        let mut draft = found.draft;
        draft.id = RequestId(String::new());
        let (before, fragment) = found.url.split_once('#').unwrap_or((&found.url, ""));
        if !fragment.is_empty() && !before.is_empty() {
            self.ignore(
                format!("`#{}`", shortened(fragment)),
                "what follows `#` is never sent",
            );
        }
        let (address, query) = before.split_once('?').unwrap_or((before, ""));
        let mut rows = read_query(query);
        rows.append(&mut draft.query);
        draft.query = rows;
        if open_host(address.trim()).is_some() {
            self.at_variable_hosts.insert(self.imported.requests.len());
        }
        let (path, environment, origin) = self.address(address);
        draft.path = path;
        let names: Vec<String> = path_variables(&draft.path).map(str::to_owned).collect();
        for name in names {
            if !draft.path_variables.iter().any(|known| known.name == name) {
                draft.path_variables.push(NamedText {
                    name,
                    value: String::new(),
                });
            }
        }
        if draft.name.trim().is_empty() {
            draft.name = format!("{} {}", draft.method, draft.path);
        }
        if draft.method.trim().is_empty() {
            "GET".clone_into(&mut draft.method);
        }
        self.lift(&mut draft, origin.as_ref());
        if let Some(key) = found.key {
            self.key_row(key, &mut draft, origin.as_ref());
        }
        self.name_masked(&draft);
        self.name_dynamics(&draft);
        self.name_files(&draft);
        self.imported.requests.push(ImportedRequest {
            folder: found.folder,
            draft,
            environment,
            origin,
            description: found.description,
        });
    }

    /// The path, the environment where the host is known, and the origin. A variable that names a host is put in to find out.
    fn address(&mut self, address: &str) -> (String, Option<EnvironmentId>, Option<String>) {
        let address = address.trim();
        let resolved = self.with_host(address);
        if let Some((host, path)) = open_host(&resolved) {
            if !self.hosts.contains(&host.to_owned()) {
                self.hosts.push(host.to_owned());
                self.ignore(
                    host.rsplit(['@', '/']).next().unwrap_or_default(),
                    "it names a host: the environment that you choose says where requests go",
                );
            }
            return (path.to_owned(), None, None);
        }
        let Some((scheme, behind)) = resolved.split_once("://") else {
            // Without a protocol: a path, or a host as people type it.
            if resolved.starts_with('/') || resolved.is_empty() {
                return (resolved, None, None);
            }
            let host = resolved.split(['/', ':']).next().unwrap_or_default();
            if host.contains('.') || host == "localhost" {
                return self.address(&format!("https://{resolved}"));
            }
            return (format!("/{resolved}"), None, None);
        };
        let (authority, path) = behind
            .find('/')
            .map_or((behind, "/"), |at| behind.split_at(at));
        let host = authority.rsplit('@').next().unwrap_or(authority);
        if host.len() < authority.len() {
            self.ignore(
                "user name and password in the URL",
                "write them into the request's credentials",
            );
        }
        let origin = format!(
            "{}://{}",
            scheme.to_ascii_lowercase(),
            host.to_ascii_lowercase()
        );
        match self.environment_for(&origin, path) {
            Some((id, path)) => (path, Some(id), Some(origin)),
            None => (format!("{origin}{path}"), None, Some(origin)),
        }
    }

    /// `{{baseUrl}}/users` with the value of `baseUrl`, when that is known and names a host.
    fn with_host(&self, address: &str) -> String {
        let mut address = address.to_owned();
        for _ in 0..4 {
            let Some(name) = address
                .split_once("{{")
                .map(|(_, rest)| rest.split("}}").next().unwrap_or_default().to_owned())
            else {
                break;
            };
            let before = address.find("{{").unwrap_or(0);
            // Behind the host variables belong to the path.
            let in_host = before == 0
                || address[..before].ends_with("://")
                || !address[..before]
                    .trim_start_matches("https://")
                    .trim_start_matches("http://")
                    .contains('/');
            match self.host_value(name.trim()) {
                Some(value) if in_host => {
                    address = address.replacen(&format!("{{{{{name}}}}}"), value, 1);
                }
                _ => break,
            }
        }
        address
    }

    /// The environment of an origin that is known to be Genesys Cloud or an API Gateway, and the path in it.
    fn environment_for(&mut self, origin: &str, path: &str) -> Option<(EnvironmentId, String)> {
        let host = origin.split_once("://")?.1;
        let bare = host.split(':').next()?;
        if let Some(region) = region_of(bare) {
            let id = if is_login(bare) {
                self.login(region, origin)
            } else {
                self.direct(region)
            };
            return Some((id, path.to_owned()));
        }
        if !is_execute_api(bare) {
            return None;
        }
        let parsed = InvokeUrl::parse(&format!("{origin}{path}")).ok()?;
        let api_path = parsed.api_path.clone().unwrap_or_default();
        let known = self.imported.environments.iter().position(|environment| {
            matches!(&environment.target, Target::Gateway(gateway) if gateway.host == parsed.host && gateway.stage == parsed.stage)
        });
        let at = known.unwrap_or_else(|| {
            let gateway = gateway_of(&parsed);
            let name = gateway_name(bare, &parsed.stage);
            self.add_environment(&name, Colour::Violet, Target::Gateway(Box::new(gateway)))
        });
        let environment = &mut self.imported.environments[at];
        let stage = format!("/{}", parsed.stage);
        let behind = if parsed.stage.is_empty() {
            path
        } else {
            path.strip_prefix(&stage).unwrap_or(path)
        };
        let mut behind = behind.to_owned();
        if let Target::Gateway(gateway) = &mut environment.target {
            if gateway.api_path.is_empty() && parsed.api_path.is_some() {
                gateway.api_path.clone_from(&api_path);
            }
            if (gateway.api_path == api_path || parsed.api_path.is_none())
                && let Some(rest) = behind.strip_prefix(&gateway.api_path)
                && (rest.starts_with('/') || rest.is_empty())
            {
                behind = String::from(rest);
            }
        }
        let behind = if behind.is_empty() {
            "/".to_owned()
        } else {
            behind
        };
        Some((environment.id.clone(), behind))
    }

    fn direct(&mut self, region: Region) -> EnvironmentId {
        let target = Target::Direct {
            place: Deployment::Region(region),
        };
        self.place(target, &format!("{} · direct", region.place()))
    }

    /// Requests to the login itself: an environment of the region sends to its API.
    fn login(&mut self, region: Region, origin: &str) -> EnvironmentId {
        let target = Target::Direct {
            place: Deployment::Origins {
                api: origin.to_owned(),
                login: origin.to_owned(),
            },
        };
        self.place(target, &format!("{} · login", region.place()))
    }

    /// The environment of that target, which is added where there is none.
    fn place(&mut self, target: Target, name: &str) -> EnvironmentId {
        let known = self
            .imported
            .environments
            .iter()
            .find(|environment| environment.target == target);
        if let Some(known) = known {
            return known.id.clone();
        }
        let at = self.add_environment(name, Colour::Teal, target);
        self.imported.environments[at].id.clone()
    }

    pub(super) fn add_environment(&mut self, name: &str, colour: Colour, target: Target) -> usize {
        let taken = |id: &EnvironmentId| {
            self.imported
                .environments
                .iter()
                .any(|known| known.id == *id)
        };
        let mut id = EnvironmentId::from_name(name);
        let mut number = 2;
        while taken(&id) {
            id = EnvironmentId::from_name(&format!("{name} {number}"));
            number += 1;
        }
        self.imported
            .environments
            .push(blank_environment(id, name, colour, target));
        self.imported.environments.len() - 1
    }

    /// What is masked wherever it stands is no credential by its name: it stays, and is told.
    fn name_masked(&mut self, draft: &RequestDraft) {
        let mut any = false;
        draft.for_each_text(&mut |text| any |= is_masked(text));
        if any {
            self.ignore_masked(&format!("a field of `{}`", draft.name));
        }
    }

    /// Values that the other tool makes for each send and Gatescope does not.
    fn name_dynamics(&mut self, draft: &RequestDraft) {
        let mut unknown: Vec<String> = Vec::new();
        draft.for_each_text(&mut |text| {
            for reference in references(text) {
                let name = reference.name;
                if name.starts_with('$') && !DYNAMIC_VARIABLES.iter().any(|own| own.name == name) {
                    unknown.push(name.chars().take(40).collect());
                }
            }
        });
        for name in unknown {
            self.ignore(
                format!("the dynamic value {{{{{name}}}}}"),
                "Gatescope makes no such value: put a text or a variable in its place",
            );
        }
    }

    fn name_files(&mut self, draft: &RequestDraft) {
        match &draft.body {
            DraftBody::File { path, .. } => {
                self.file(path, &format!("the body of `{}`", draft.name));
            }
            DraftBody::Multipart { rows } => {
                for row in rows {
                    if let PartValue::File { path, .. } = &row.value {
                        self.file(
                            path,
                            &format!("the part `{}` of `{}`", row.name, draft.name),
                        );
                    }
                }
            }
            _ => {}
        }
    }

    /// Everything read. Client credentials go to the environments whose login they name.
    pub(super) fn finish(mut self) -> Imported {
        for (only, grant) in std::mem::take(&mut self.grants) {
            self.place_grant(only.as_ref(), &grant);
        }
        self.put_values_in();
        self.drop_repeated_secrets();
        self.bind_shared_secrets();
        self.imported
    }
}

/// An environment with nothing but its name and its target.
pub(super) fn blank_environment(
    id: EnvironmentId,
    name: &str,
    colour: Colour,
    target: Target,
) -> Environment {
    Environment {
        id,
        name: name.to_owned(),
        colour,
        protection: Protection::default(),
        target,
        credentials: Credentials::None,
        variables: Vec::new(),
        default_headers: Vec::new(),
        path_map: Vec::new(),
        network: NetworkSettings::default(),
        history: KeepHistory::default(),
        route_map: None,
        sandbox: None,
    }
}

/// The region of an `api.` or `login.` host.
pub(super) fn region_of(host: &str) -> Option<Region> {
    let host = host.to_ascii_lowercase();
    let domain = ["api.", "login."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix))?;
    Region::all().find(|region| region.domain() == domain)
}

/// Whether requests to the host go to a login and not to an API.
pub(super) fn is_login(host: &str) -> bool {
    host.to_ascii_lowercase().starts_with("login.")
}

/// `{{host}}/users` and `https://{{host}}:8080/users` are a host that nobody knows, and the path `/users`.
/// What stands for the stage of a gateway belongs to the host.
fn open_host(address: &str) -> Option<(&str, &str)> {
    let (start, behind) = if let Some((_, behind)) = address.split_once("://") {
        (address.len() - behind.len(), behind)
    } else {
        let (_, rest) = address.strip_prefix("{{")?.split_once("}}")?;
        let is_host = rest.is_empty() || rest.starts_with(['/', ':', '.']);
        (0, is_host.then_some(address)?)
    };
    let end = behind.find('/').unwrap_or(behind.len());
    let is_open = address[..start + end].contains("{{");
    let (host, mut path) = is_open.then_some((&address[..start + end], &behind[end..]))?;
    if host.to_ascii_lowercase().contains(".execute-api.") {
        let stage = path[1.min(path.len())..]
            .find('/')
            .map_or(path.len(), |at| at + 1);
        if path[..stage] != *"/api" {
            path = &path[stage..];
        }
    }
    Some((host, if path.is_empty() { "/" } else { path }))
}
