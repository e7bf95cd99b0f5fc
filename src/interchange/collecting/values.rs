//! Variables whose values refer to other variables. Gatescope puts values in once, when a request is sent: what other tools put in
//! again and again is put in here.

use super::Collecting;
use super::sets::SetVariable;
use crate::interchange::document::place_of;
use crate::interchange::{FoundSecret, Imported};
use crate::model::environment::{Environment, Variable};
use crate::model::ids::EnvironmentId;
use crate::model::masks::is_credential_field;
use crate::model::route;
use crate::model::secret::{Secret, SecretName};
use crate::model::variables::references;

/// A value that refers to others more deeply stays as it is.
const DEEPEST: usize = 10;

/// Bytes; values that become larger stay as they are.
const LARGEST: usize = 100_000;

/// References that are followed for one value.
const MOST_STEPS: usize = 10_000;

/// A text with everything put in that it refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PutIn {
    pub(super) text: String,
    /// The value of a secret is in it.
    pub(super) is_secret: bool,
}

/// Which variables are known where a text stands: own ones first, then those that all share.
pub(super) struct Scope<'a> {
    own: Vec<(&'a str, Known<'a>)>,
    shared: Vec<(&'a str, Known<'a>)>,
}

#[derive(Clone, Copy)]
struct Known<'a> {
    value: Option<&'a str>,
    is_secret: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn of_set(set: &'a [SetVariable], imported: &'a Imported) -> Self {
        let own = set.iter().map(|row| {
            let known = Known {
                value: Some(&row.value),
                is_secret: row.is_secret,
            };
            (row.name.as_str(), known)
        });
        Self {
            own: own.collect(),
            shared: known_of(&imported.variables, None, imported),
        }
    }

    /// `None`: what all share.
    pub(super) fn of(environment: Option<&EnvironmentId>, imported: &'a Imported) -> Self {
        let own = imported
            .environments
            .iter()
            .find(|known| Some(&known.id) == environment)
            .map(|own| known_of(&own.variables, Some(&own.id), imported));
        Self {
            own: own.unwrap_or_default(),
            shared: known_of(&imported.variables, None, imported),
        }
    }

    /// # Errors
    /// What stands in the way, in words.
    pub(super) fn expanded(&self, text: &str) -> Result<PutIn, String> {
        let mut put_in = PutIn::default();
        self.expand(text, 0, &mut 0, &mut put_in)?;
        Ok(put_in)
    }

    fn expand(
        &self,
        text: &str,
        depth: usize,
        steps: &mut usize,
        put_in: &mut PutIn,
    ) -> Result<(), String> {
        *steps += 1;
        if depth > DEEPEST || *steps > MOST_STEPS {
            return Err("it refers to itself, or too deeply".to_owned());
        }
        let mut from = 0;
        for reference in references(text) {
            put_in.text.push_str(&text[from..reference.range.start]);
            from = reference.range.end;
            let name = reference.name;
            if name.starts_with('$') {
                return Err(format!("`{{{{{name}}}}}` is made anew for each send"));
            }
            let known = self
                .known(name)
                .ok_or_else(|| format!("`{{{{{name}}}}}` is not known"))?;
            let value = known
                .value
                .ok_or_else(|| format!("the value of `{{{{{name}}}}}` is not in the text"))?;
            put_in.is_secret |= known.is_secret;
            self.expand(value, depth + 1, steps, put_in)?;
        }
        put_in.text.push_str(&text[from..]);
        if put_in.text.len() > LARGEST {
            return Err("it becomes too large".to_owned());
        }
        Ok(())
    }

    fn known(&self, name: &str) -> Option<Known<'a>> {
        let find = |name: &str| {
            let mut all = self.own.iter().chain(&self.shared);
            all.find(|(known, _)| *known == name)
                .map(|(_, known)| *known)
        };
        find(name).or_else(|| find(name.strip_prefix("secret.")?))
    }
}

fn known_of<'a>(
    variables: &'a [Variable],
    environment: Option<&EnvironmentId>,
    imported: &'a Imported,
) -> Vec<(&'a str, Known<'a>)> {
    let secret = |name: &str| {
        imported
            .secrets
            .iter()
            .find(|secret| {
                secret.environment.as_ref() == environment
                    && secret.name == SecretName::Variable(name.to_owned())
            })
            .map(|secret| secret.value.expose())
    };
    variables
        .iter()
        .map(|variable| {
            let value = if variable.secret {
                secret(&variable.name)
            } else {
                Some(variable.value.as_str())
            };
            let known = Known {
                value,
                is_secret: variable.secret,
            };
            (variable.name.as_str(), known)
        })
        .collect()
}

/// A variable whose value changes.
struct Change {
    environment: Option<EnvironmentId>,
    name: String,
    put_in: PutIn,
}

impl Collecting<'_> {
    /// Puts into the variables what they refer to. A value with a secret in it becomes a secret.
    pub(super) fn put_values_in(&mut self) {
        self.share();
        let mut changes = Vec::new();
        let mut troubles = Vec::new();
        let shared = Scope::of(None, &self.imported);
        for variable in referring(&self.imported.variables) {
            match shared.expanded(&variable.value) {
                Ok(put_in) => changes.push(change(None, variable, put_in)),
                // Environments have the variable as well, and say what it lacks there.
                Err(_) if !self.named.is_empty() => {}
                Err(why) => troubles.push((variable.name.clone(), why)),
            }
        }
        for environment in &self.imported.environments {
            let scope = Scope::of(Some(&environment.id), &self.imported);
            for variable in referring(&environment.variables) {
                match scope.expanded(&variable.value) {
                    Ok(put_in) => changes.push(change(Some(&environment.id), variable, put_in)),
                    Err(why) => {
                        troubles
                            .push((format!("{} of `{}`", variable.name, environment.name), why));
                    }
                }
            }
        }
        for change in changes {
            self.apply(change);
        }
        for (name, why) in troubles {
            self.ignore(
                format!("what the variable {name} refers to"),
                format!("{why}, so its text stays as it is: enter the value"),
            );
        }
    }

    /// Environments that came as sets know what all share.
    fn share(&mut self) {
        let is_named = |environment: &&mut Environment| self.named.contains(&environment.id);
        for environment in self.imported.environments.iter_mut().filter(is_named) {
            for shared in self.imported.variables.iter().filter(|one| !one.secret) {
                if !environment
                    .variables
                    .iter()
                    .any(|own| own.name == shared.name)
                {
                    environment.variables.push(shared.clone());
                }
            }
        }
    }

    fn apply(&mut self, change: Change) {
        let at = self
            .imported
            .environments
            .iter()
            .position(|known| Some(&known.id) == change.environment.as_ref());
        let origins = at
            .map(|at| route::origins(&self.imported.environments[at]))
            .unwrap_or_default();
        let variables = match at {
            Some(at) => &mut self.imported.environments[at].variables,
            None => &mut self.imported.variables,
        };
        let secret = change.put_in.is_secret || is_credential_field(&change.name);
        let variable = Variable {
            name: change.name.clone(),
            value: if secret {
                String::new()
            } else {
                change.put_in.text.clone()
            },
            secret,
        };
        match variables.iter_mut().find(|known| known.name == change.name) {
            Some(known) => *known = variable,
            None => variables.push(variable),
        }
        if secret && !change.put_in.text.is_empty() {
            self.imported.secrets.push(FoundSecret {
                environment: change.environment,
                name: SecretName::Variable(change.name.clone()),
                value: Secret::new(&change.put_in.text),
                origins,
                place: place_of(self.text, &change.name),
            });
        }
    }
}

fn referring(variables: &[Variable]) -> impl Iterator<Item = &Variable> {
    variables
        .iter()
        .filter(|variable| !variable.secret && !references(&variable.value).is_empty())
}

fn change(environment: Option<&EnvironmentId>, variable: &Variable, put_in: PutIn) -> Change {
    Change {
        environment: environment.cloned(),
        name: variable.name.clone(),
        put_in,
    }
}

/// The host of a text that is a URL, or a host alone.
pub(in crate::interchange) fn host_of(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains(char::is_whitespace) || text.contains("{{") {
        return None;
    }
    let behind = text.split_once("://").map_or(text, |(_, behind)| behind);
    let host = behind.split(['/', ':', '?', '#']).next()?;
    host.contains('.').then(|| host.to_ascii_lowercase())
}
