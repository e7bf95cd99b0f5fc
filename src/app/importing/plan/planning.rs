//! How a plan is made: which names are free, which environment takes what, and where secrets may go.

use std::collections::{HashMap, HashSet};

use super::{Choices, Fate, Known, Plan, PlannedEnvironment, PlannedRequest, PlannedSecret};
use crate::app::form::blank;
use crate::app::tree::places;
use crate::interchange::{FoundSecret, Ignored, ImportedRequest};
use crate::model::environment::{Colour, Credentials, Environment, Place, Target, Variable};
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::request::RequestDraft;
use crate::model::route;
use crate::model::sandbox_environments::every_sandbox_environment;
use crate::model::secret::{SecretKey, SecretName};

/// So many hosts that nobody knows become environments.
pub(super) const MOST_HOSTS: usize = 8;

pub(super) struct Planning<'a> {
    known: Known<'a>,
    pub(super) choices: &'a Choices,
    pub(super) plan: Plan,
    /// Ids of the import, and what they are now.
    renamed: Vec<(EnvironmentId, EnvironmentId)>,
    /// Folder and name of each request that is there or will be.
    names: HashSet<(String, String)>,
    /// Directory of each folder of the import, by the directory it lies in and its name in lower case.
    directories: HashMap<(String, String), String>,
    /// Those, as whole paths.
    taken_directories: HashSet<String>,
}

impl<'a> Planning<'a> {
    pub(super) fn new(plan: Plan, known: Known<'a>, choices: &'a Choices) -> Self {
        let names = known.requests.iter().map(|stored| {
            (
                places::parent(&stored.path).to_owned(),
                stored.draft.name.clone(),
            )
        });
        Self {
            known,
            choices,
            plan,
            renamed: Vec::new(),
            names: names.collect(),
            directories: HashMap::new(),
            taken_directories: HashSet::new(),
        }
    }

    fn existing(&self, id: &EnvironmentId) -> Option<&Environment> {
        self.known
            .environments
            .iter()
            .find(|environment| environment.id == *id)
    }

    fn is_taken(&self, id: &EnvironmentId) -> bool {
        self.existing(id).is_some()
            || self
                .plan
                .environments
                .iter()
                .any(|planned| planned.environment.id == *id)
            || every_sandbox_environment()
                .iter()
                .any(|environment| environment.id == *id)
    }

    /// `is_bare`: it only says where requests go, so that one which goes there does as well.
    pub(super) fn environment(
        &mut self,
        mut environment: Environment,
        is_bare: bool,
        secrets: &[FoundSecret],
    ) {
        let id = environment.id.clone();
        if is_bare && let Some(at) = self.use_existing(&environment) {
            self.leave_settings(at, &environment);
            // A secret one with a value comes along with it.
            let has_value = |name: &str| {
                let name = SecretName::Variable(name.to_owned());
                let own = |secret: &&FoundSecret| secret.environment.as_ref() == Some(&id);
                secrets.iter().filter(own).any(|secret| secret.name == name)
            };
            for variable in &environment.variables {
                if !variable.secret || !has_value(&variable.name) {
                    self.add_variable(at, variable);
                }
            }
            let now = self.plan.environments[at].environment.id.clone();
            self.renamed.push((id, now));
            return;
        }
        let fate = match self.existing(&id) {
            Some(before) if self.choices.replaces => {
                environment.colour = before.colour;
                environment.protection = before.protection;
                Fate::Replaces
            }
            _ if self.is_taken(&id) => {
                let (free, name) = self.free_name(&environment.name);
                environment.id = free;
                Fate::Numbered(std::mem::replace(&mut environment.name, name))
            }
            _ => Fate::New,
        };
        if fate != Fate::Replaces {
            environment.colour = environment.colour.unused(&self.colours());
        }
        self.renamed.push((id, environment.id.clone()));
        self.plan
            .environments
            .push(PlannedEnvironment { environment, fate });
    }

    fn colours(&self) -> Vec<Colour> {
        let planned = self.plan.environments.iter();
        let planned = planned.map(|planned| planned.environment.colour);
        let known = self.known.environments.iter().map(|known| known.colour);
        known.chain(planned).collect()
    }

    fn free_name(&self, name: &str) -> (EnvironmentId, String) {
        (2_u32..=u32::MAX)
            .map(|number| format!("{name} {number}"))
            .map(|name| (EnvironmentId::from_name(&name), name))
            .find(|(id, _)| !self.is_taken(id))
            .expect("the numbers do not end")
    }

    /// The place in the plan of an environment that is there already and sends to the same address.
    fn use_existing(&mut self, wanted: &Environment) -> Option<usize> {
        let address = |environment: &Environment| {
            let base = route::api_base(environment).ok()?;
            Some((base.origin(), base.prefix))
        };
        let wanted = address(wanted)?;
        let chosen = self.choices.into.as_ref();
        let same = |environment: &&Environment| address(environment).as_ref() == Some(&wanted);
        let found = self
            .known
            .environments
            .iter()
            .find(|environment| Some(&environment.id) == chosen && same(environment))
            .or_else(|| self.known.environments.iter().find(same))?
            .clone();
        Some(self.take_in(found))
    }

    /// The place of an existing environment in the plan.
    fn take_in(&mut self, environment: Environment) -> usize {
        let known = self
            .plan
            .environments
            .iter()
            .position(|planned| planned.environment.id == environment.id);
        known.unwrap_or_else(|| {
            self.plan.environments.push(PlannedEnvironment {
                environment,
                fate: Fate::Used,
            });
            self.plan.environments.len() - 1
        })
    }

    /// Credentials that are the same as another environment's follow its new id.
    pub(super) fn remap_credentials(&mut self) {
        for planned in &mut self.plan.environments {
            if let Credentials::SameAs { environment } = &mut planned.environment.credentials
                && let Some((_, now)) = self.renamed.iter().find(|(was, _)| was == environment)
            {
                environment.clone_from(now);
            }
        }
    }

    /// Requests whose host nobody knows: into the chosen environment, or each host becomes an environment.
    pub(super) fn hosts(&mut self, requests: &mut [ImportedRequest], secrets: &[FoundSecret]) {
        if let Some(environment) = self.chosen() {
            let at = self.take_in(environment);
            let id = self.plan.environments[at].environment.id.clone();
            for request in requests
                .iter_mut()
                .filter(|request| request.environment.is_none())
            {
                cut_origin(request);
                request.environment = Some(id.clone());
            }
            return;
        }
        let mut hosts: Vec<String> = Vec::new();
        for origin in requests
            .iter()
            .filter(|request| request.environment.is_none())
            .filter_map(|request| request.origin.as_ref())
        {
            if !hosts.contains(origin) {
                hosts.push(origin.clone());
            }
        }
        // Those that secrets came with first: without an environment they would be lost.
        hosts.sort_by_key(|host| {
            !secrets
                .iter()
                .any(|secret| secret.origins.contains(host) && secret.environment.is_none())
        });
        if hosts.len() > MOST_HOSTS {
            self.plan.ignored.push(Ignored::new(
                format!("{} of {} hosts", hosts.len() - MOST_HOSTS, hosts.len()),
                "their requests keep the whole URL; choose an environment to send them there",
            ));
        }
        for host in hosts.into_iter().take(MOST_HOSTS) {
            let id = self.host(&host);
            for request in requests.iter_mut().filter(|request| {
                request.environment.is_none() && request.origin.as_deref() == Some(&host)
            }) {
                cut_origin(request);
                request.environment = Some(id.clone());
            }
        }
    }

    fn chosen(&self) -> Option<Environment> {
        let id = self.choices.into.as_ref()?;
        self.existing(id).cloned()
    }

    /// The environment of a host that is no Genesys Cloud and no gateway.
    fn host(&mut self, origin: &str) -> EnvironmentId {
        let name = origin.split_once("://").map_or(origin, |(_, host)| host);
        let target = Target::Direct {
            place: Place::Origins {
                api: origin.to_owned(),
                login: origin.to_owned(),
            },
        };
        let environment = blank(EnvironmentId::from_name(name), name, target);
        let id = environment.id.clone();
        let renamed = self.renamed.len();
        self.environment(environment, true, &[]);
        self.renamed
            .drain(renamed..)
            .next_back()
            .map_or(id, |(_, now)| now)
    }

    fn now(&self, id: &EnvironmentId) -> EnvironmentId {
        self.renamed
            .iter()
            .find(|(was, _)| was == id)
            .map_or_else(|| id.clone(), |(_, now)| now.clone())
    }

    /// Which environments take what belongs to none.
    pub(super) fn targets(&self) -> Vec<usize> {
        let all = 0..self.plan.environments.len();
        match &self.choices.into {
            Some(chosen) => all
                .filter(|at| self.plan.environments[*at].environment.id == *chosen)
                .collect(),
            None => all.collect(),
        }
    }

    pub(super) fn variables(
        &mut self,
        variables: &[Variable],
        secrets: &[FoundSecret],
        targets: &[usize],
    ) {
        if targets.is_empty() {
            for variable in variables.iter().filter(|variable| !variable.secret) {
                self.plan.ignored.push(Ignored::new(
                    format!("the variable {}", variable.name),
                    "no environment takes it: choose one",
                ));
            }
            return;
        }
        for variable in variables {
            // One with a value comes along with it.
            let has_value = secrets
                .iter()
                .any(|secret| secret.name == SecretName::Variable(variable.name.clone()));
            if variable.secret && has_value {
                continue;
            }
            for at in targets {
                self.add_variable(*at, variable);
            }
        }
    }

    fn add_variable(&mut self, at: usize, variable: &Variable) {
        let planned = &mut self.plan.environments[at];
        let known = planned
            .environment
            .variables
            .iter_mut()
            .find(|known| known.name == variable.name);
        match known {
            Some(known) if *known == *variable => return,
            // What all share is less than what the import's environment says itself.
            Some(_) if !matches!(planned.fate, Fate::Used | Fate::Completed) => return,
            Some(known) if self.choices.replaces => known.clone_from(variable),
            Some(_) => {
                let what = format!("the variable {}", variable.name);
                self.plan.ignored.push(Ignored::new(
                    what,
                    format!(
                        "`{}` has one with another value, which stays",
                        planned.environment.name
                    ),
                ));
                return;
            }
            None => planned.environment.variables.push(variable.clone()),
        }
        if planned.fate == Fate::Used {
            planned.fate = Fate::Completed;
        }
    }

    pub(super) fn secret(
        &mut self,
        secret: &FoundSecret,
        targets: &[usize],
        requests: &mut [ImportedRequest],
    ) {
        let place_of = |planning: &Self, id: &EnvironmentId| {
            planning
                .plan
                .environments
                .iter()
                .position(|planned| planned.environment.id == *id)
        };
        let places: Vec<usize> = match &secret.environment {
            Some(id) => place_of(self, &self.now(id)).into_iter().collect(),
            None => self.takers(secret, targets),
        };
        if places.is_empty() {
            self.plan.lost_secrets += 1;
            self.plan.ignored.push(Ignored::new(
                format!("the secret {}", secret.name),
                "no environment takes it, so it was kept nowhere: choose one",
            ));
        }
        for at in places {
            if let Some(name) = self.keeps_own(secret, at) {
                self.plan.lost_secrets += 1;
                self.plan.ignored.push(Ignored::new(
                    format!("the secret {}", secret.name),
                    format!("`{name}` is there already and keeps its own: enter it there"),
                ));
            } else {
                self.place_secret(secret, at, requests);
            }
        }
    }

    /// Environments at the origins that a secret came with. When the text did not say, only one that was chosen or stands alone:
    /// of several each would get it, and be allowed to send it.
    fn takers(&self, secret: &FoundSecret, targets: &[usize]) -> Vec<usize> {
        let at_origin = |at: &&usize| {
            let environment = &self.plan.environments[**at].environment;
            route::origins(environment)
                .iter()
                .any(|origin| secret.origins.contains(origin))
        };
        // The login of a region is also that of the environment for its API, which gets a secret only if no other does.
        let sends_there = |at: &&usize| {
            route::api_base(&self.plan.environments[**at].environment)
                .is_ok_and(|base| secret.origins.contains(&base.origin()))
        };
        let mut fitting: Vec<usize> = targets.iter().filter(sends_there).copied().collect();
        if fitting.is_empty() {
            fitting = targets.iter().filter(at_origin).copied().collect();
        }
        let is_open = secret.origins.is_empty() && targets.len() == 1;
        if fitting.is_empty() && (is_open || self.choices.into.is_some()) {
            targets.to_vec()
        } else {
            fitting
        }
    }

    fn place_secret(&mut self, secret: &FoundSecret, at: usize, requests: &mut [ImportedRequest]) {
        let planned = &mut self.plan.environments[at];
        let environment = &mut planned.environment;
        let own = route::origins(environment);
        let came_here = secret.environment.is_some()
            || secret.origins.is_empty()
            || secret.origins.iter().any(|origin| own.contains(origin));
        let mut name = secret.name.clone();
        if let SecretName::Variable(variable) = &mut name {
            let was_there = planned.fate == Fate::Used || planned.fate == Fate::Completed;
            let is_taken = |name: &str, environment: &Environment| {
                environment
                    .variables
                    .iter()
                    .any(|known| known.name == *name)
            };
            if was_there && !self.choices.replaces && is_taken(variable, environment) {
                let free = (2_u32..=u32::MAX)
                    .map(|number| format!("{variable}_{number}"))
                    .find(|name| !is_taken(name, environment))
                    .expect("the numbers do not end");
                let id = environment.id.clone();
                for request in requests.iter_mut().filter(|request| {
                    let own = request.environment.as_ref();
                    own.is_none_or(|own| *own == id || Some(own) == secret.environment.as_ref())
                }) {
                    refer_to(&mut request.draft, variable, &free);
                }
                *variable = free;
            }
            match environment
                .variables
                .iter_mut()
                .find(|known| known.name == *variable)
            {
                Some(known) => {
                    known.value.clear();
                    known.secret = true;
                }
                None => environment.variables.push(Variable {
                    name: variable.clone(),
                    value: String::new(),
                    secret: true,
                }),
            }
            if planned.fate == Fate::Used {
                planned.fate = Fate::Completed;
            }
        }
        self.plan.secrets.push(PlannedSecret {
            key: SecretKey {
                environment: environment.id.clone(),
                name,
            },
            value: secret.value.clone(),
            origins: if came_here {
                own
            } else {
                secret.origins.clone()
            },
        });
    }

    pub(super) fn request(&mut self, request: ImportedRequest) {
        let ImportedRequest {
            folder,
            mut draft,
            environment,
            ..
        } = request;
        let environment = environment.map(|id| self.now(&id));
        draft.id = RequestId(String::new());
        // A path of the gateway's own stands for one of Genesys Cloud, where the environment knows its routes.
        let planned = self.plan.environments.iter();
        let target = planned
            .map(|planned| &planned.environment)
            .find(|known| Some(&known.id) == environment.as_ref());
        let direct =
            target.and_then(|target| route::direct_path(target, &draft.method, &draft.path));
        if let Some(direct) = direct {
            draft.path = direct;
        }
        let folder = self.directories(folder);
        let mut planned = PlannedRequest {
            folder,
            draft,
            fate: Fate::New,
            environment,
        };
        let directory = planned.directory();
        let mut name = (directory, planned.draft.name.clone());
        if self.names.contains(&name) {
            if let Some(id) = self.to_replace(&name.0, &name.1) {
                planned.draft.id = id;
                planned.fate = Fate::Replaces;
            } else {
                let mut number = 2_u32;
                while self.names.contains(&name) {
                    name.1 = format!("{} {number}", planned.draft.name);
                    number += 1;
                }
                let free = name.1.clone();
                planned.fate = Fate::Numbered(std::mem::replace(&mut planned.draft.name, free));
            }
        }
        self.names.insert(name);
        self.plan.requests.push(planned);
    }

    /// Each folder with a directory of its own: what is called otherwise is another folder, even where both names have the same
    /// letters. A folder of the workspace with that directory takes the requests in.
    fn directories(&mut self, folder: Vec<String>) -> Vec<(String, String)> {
        let mut parent = String::new();
        let mut folders = Vec::new();
        for name in folder {
            let name = name.trim().to_owned();
            if name.is_empty() {
                continue;
            }
            let place = (parent.clone(), name.to_lowercase());
            let own = if let Some(own) = self.directories.get(&place) {
                own.clone()
            } else {
                let own = self.free_directory(&parent, &name);
                self.directories.insert(place, own.clone());
                own
            };
            parent = below(&parent, &own);
            folders.push((own, name));
        }
        folders
    }

    fn free_directory(&mut self, parent: &str, name: &str) -> String {
        let slug = places::directory(name);
        let numbered = (2_u32..=u32::MAX).map(|number| format!("{slug}-{number}"));
        std::iter::once(slug.clone())
            .chain(numbered)
            .find(|free| self.taken_directories.insert(below(parent, free)))
            .expect("the numbers do not end")
    }

    /// The request of that name that is there, where it is to be replaced and no other of the import took its place.
    fn to_replace(&self, directory: &str, name: &str) -> Option<RequestId> {
        if !self.choices.replaces {
            return None;
        }
        let stored = self.known.requests.iter().find(|stored| {
            places::parent(&stored.path) == directory && stored.draft.name == name
        })?;
        let is_free = self
            .plan
            .requests
            .iter()
            .all(|planned| planned.draft.id != stored.draft.id);
        is_free.then(|| stored.draft.id.clone())
    }
}

fn below(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}/{name}")
    }
}

/// The path without the host that its environment has.
fn cut_origin(request: &mut ImportedRequest) {
    let Some(origin) = &request.origin else {
        return;
    };
    let path = &request.draft.path;
    if let Some(head) = path.get(..origin.len())
        && head.eq_ignore_ascii_case(origin)
    {
        let rest = &path[origin.len()..];
        request.draft.path = if rest.starts_with('/') {
            rest.to_owned()
        } else {
            format!("/{rest}")
        };
    }
}

/// `{{secret.name}}` under its new name.
fn refer_to(draft: &mut RequestDraft, name: &str, now: &str) {
    let Ok(text) = serde_json::to_string(draft) else {
        return;
    };
    let replaced = text.replace(
        &format!("{{{{secret.{name}}}}}"),
        &format!("{{{{secret.{now}}}}}"),
    );
    if let Ok(changed) = serde_json::from_str(&replaced) {
        *draft = changed;
    }
}
