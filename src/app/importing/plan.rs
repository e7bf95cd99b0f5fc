//! What an import would do to a workspace: nothing is done here. Names that are taken get a number, or replace what is there
//! when the user says so; requests whose host is known go to the environment that is there already; secrets go where they
//! may be sent and nowhere else.

#[cfg(test)]
mod hosts_tests;
mod keeping;
mod planning;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::app::client_preview::{ClientGroup, ClientPreview, ClientVerdict};
use crate::app::event::StoredRequest;
use crate::interchange::{Ignored, Imported, Lint, NamedFile};
use crate::model::clients::ClientForm;
use crate::model::environment::{Credentials, Environment, Proxy, Target};
use crate::model::ids::EnvironmentId;
use crate::model::masks::mask_url;
use crate::model::request::RequestDraft;
use crate::model::secret::{Secret, SecretKey, SecretName};

use planning::Planning;

/// An API description with more operations fills the catalogue and makes requests only when asked to.
const MOST_OPERATIONS: usize = 300;

/// What the user chose before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Takes what belongs to no environment of the import.
    pub into: Option<EnvironmentId>,
    /// What has the same name is replaced, instead of standing beside it under another name.
    pub replaces: bool,
    /// Requests of an API description, however many.
    pub takes_all_requests: bool,
    /// Official clients are given the form that works in all of them, in place of an imported one that does not.
    pub mends_clients: bool,
}

/// What is there already.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The workspace's own.
    pub environments: &'a [Environment],
    pub requests: &'a [StoredRequest],
}

/// What becomes of something with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    New,
    /// The name was taken: this was it.
    Numbered(String),
    Replaces,
    /// It is there already and gets something more.
    Completed,
    /// It is there already, as it is.
    Used,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedEnvironment {
    pub environment: Environment,
    pub fate: Fate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRequest {
    /// Below `requests/`: each folder's directory and its name.
    pub folder: Vec<(String, String)>,
    /// Its id is empty, but for one that replaces another.
    pub draft: RequestDraft,
    pub fate: Fate,
    pub environment: Option<EnvironmentId>,
}

impl PlannedRequest {
    /// `users/admins`; empty at the top.
    #[must_use]
    pub fn directory(&self) -> String {
        let names: Vec<&str> = self.folder.iter().map(|(path, _)| path.as_str()).collect();
        names.join("/")
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSecret {
    pub key: SecretKey,
    pub value: Secret,
    /// It may be sent there and nowhere else.
    pub origins: Vec<String>,
}

impl PlannedSecret {
    /// `client-secret of acme, to be sent to https://…`. Never the value.
    #[must_use]
    pub fn in_words(&self) -> String {
        if self.key.name == SecretName::ProxyPassword {
            return format!(
                "{} of {}, for its proxy",
                self.key.name, self.key.environment
            );
        }
        if self.key.name == SecretName::GatewayPassword {
            return format!(
                "{} of {}, for exports alone: no client sends it, and neither does Gatescope",
                self.key.name, self.key.environment
            );
        }
        let origins = if self.origins.is_empty() {
            "no address yet".to_owned()
        } else {
            self.origins.join(" and ")
        };
        format!(
            "{} of {}, to be sent to {origins}",
            self.key.name, self.key.environment
        )
    }
}

/// The clients that stumble over the form of one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StumblingClients {
    /// Name of the environment.
    pub environment: String,
    /// In words, with the reason and the URL.
    pub lines: Vec<String>,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub environments: Vec<PlannedEnvironment>,
    pub requests: Vec<PlannedRequest>,
    pub secrets: Vec<PlannedSecret>,
    /// Operations in the text form of `model::catalogue`.
    pub catalogue: Option<Box<str>>,
    pub lint: Vec<Lint>,
    pub ignored: Vec<Ignored>,
    /// Official clients that do not send what an environment sends, with the form that was imported.
    pub clients: Vec<StumblingClients>,
    /// Each waits for approval before it is opened.
    pub files: Vec<NamedFile>,
    /// Secrets that no environment takes: nobody keeps them.
    pub lost_secrets: usize,
    /// Operations that the catalogue has already become those of the import.
    pub replaces_operations: bool,
}

impl Plan {
    /// Nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed_environments().next().is_none()
            && self.requests.is_empty()
            && self.secrets.is_empty()
            && self.catalogue.is_none()
    }

    /// Those that are written.
    pub fn changed_environments(&self) -> impl Iterator<Item = &PlannedEnvironment> {
        self.environments
            .iter()
            .filter(|planned| planned.fate != Fate::Used)
    }

    /// What its new environments ask for besides files, in words. Each waits for approval before it takes effect.
    #[must_use]
    pub fn asked_settings(&self) -> Vec<String> {
        let asks =
            |planned: &&PlannedEnvironment| !matches!(planned.fate, Fate::Used | Fate::Completed);
        let mut asked = Vec::new();
        for planned in self.environments.iter().filter(asks) {
            let environment = &planned.environment;
            if let Proxy::Explicit { url, .. } = &environment.network.proxy {
                let url = mask_url(url);
                asked.push(format!("the proxy {url} of {}", environment.name));
            }
            for one in &environment.network.resolve {
                asked.push(format!(
                    "the address {} for {} of {}",
                    one.address, one.host, environment.name
                ));
            }
        }
        asked
    }

    /// How many operations the catalogue gets, and what becomes of those that it has.
    #[must_use]
    pub fn operations_in_words(&self) -> Option<String> {
        let count = self.catalogue.as_ref()?.lines().count();
        let others = if self.replaces_operations {
            "take the place of"
        } else {
            "leave as they are"
        };
        Some(format!(
            "{count} operations for the workspace's catalogue, which {others} those of the same path that it has"
        ))
    }

    /// What `imported` means for the workspace.
    #[must_use]
    pub fn new(imported: Imported, known: Known<'_>, choices: &Choices) -> Self {
        let mut planning = Planning::new(
            Self {
                lint: imported.lint,
                ignored: imported.ignored,
                files: imported.files,
                catalogue: imported.catalogue,
                replaces_operations: choices.replaces,
                ..Self::default()
            },
            known,
            choices,
        );
        let mut requests = imported.requests;
        let of_requests: HashSet<EnvironmentId> = requests
            .iter()
            .filter_map(|request| request.environment.clone())
            .collect();
        if planning.plan.catalogue.is_some()
            && requests.len() > MOST_OPERATIONS
            && !choices.takes_all_requests
        {
            planning.plan.ignored.push(Ignored::new(
                format!("{} requests", requests.len()),
                "the catalogue holds their operations; ask for all requests to get each as a file too",
            ));
            requests.clear();
        }
        for environment in imported.environments {
            // One with variables of its own is more than an address.
            let has_client = match &environment.credentials {
                Credentials::None => false,
                Credentials::ClientCredentials { client_id, .. } => {
                    let has_secret = imported.secrets.iter().any(|secret| {
                        secret.environment.as_ref() == Some(&environment.id)
                            && secret.name == SecretName::ClientSecret
                    });
                    !client_id.is_empty() || has_secret
                }
                _ => true,
            };
            let is_bare = !has_client
                && environment.variables.iter().all(|variable| variable.secret)
                && environment.route_map.is_none()
                && of_requests.contains(&environment.id);
            planning.environment(environment, is_bare, &imported.secrets);
        }
        planning.remap_credentials();
        planning.hosts(&mut requests, &imported.secrets);
        let targets = planning.targets();
        planning.variables(&imported.variables, &imported.secrets, &targets);
        for secret in &imported.secrets {
            planning.secret(secret, &targets, &mut requests);
        }
        let described = requests
            .iter()
            .filter(|request| !request.description.is_empty())
            .count();
        if described > 0 {
            planning.plan.ignored.push(Ignored::new(
                format!("the descriptions of {described} requests"),
                "a request holds none",
            ));
        }
        for request in requests {
            planning.request(request);
        }
        planning.plan.look_at_clients(choices.mends_clients);
        planning.plan
    }

    /// Finds the clients that an imported form breaks, or gives them the one that works in all.
    fn look_at_clients(&mut self, mends: bool) {
        for planned in &mut self.environments {
            // The form of one that was there before is the user's own.
            if matches!(planned.fate, Fate::Used | Fate::Completed) {
                continue;
            }
            let Some(preview) = ClientPreview::of(&planned.environment) else {
                continue;
            };
            if preview.all_work() {
                continue;
            }
            if let (true, Target::Gateway(gateway)) = (mends, &mut planned.environment.target) {
                gateway.client_form = ClientForm::default();
                continue;
            }
            let stumbling = preview
                .groups
                .iter()
                .filter(|group| group.verdict != ClientVerdict::Works);
            self.clients.push(StumblingClients {
                environment: planned.environment.name.clone(),
                lines: stumbling.map(ClientGroup::words).collect(),
            });
        }
    }
}
