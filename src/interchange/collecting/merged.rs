//! Requests of another reader inside of a collection: they go where its own requests go, and their secrets get free names.

use super::{Collecting, Found};
use crate::interchange::Imported;
use crate::model::environment::{Environment, NetworkSettings};
use crate::model::request::RequestDraft;
use crate::model::route;
use crate::model::secret::SecretName;

impl Collecting<'_> {
    /// `name`: what a single request is called here; empty where it keeps its own.
    pub(in crate::interchange) fn requests_of(&mut self, other: Imported, name: &str) {
        self.imported.lint.extend(other.lint);
        for ignored in other.ignored {
            self.ignore(ignored.what, ignored.why);
        }
        let has_network = |one: &Environment| one.network != NetworkSettings::default();
        if other.environments.iter().any(has_network) {
            self.ignore(
                "how curl connects (proxy, certificates, time limits)",
                "it belongs to the environment: set it there",
            );
        }
        for variable in other.variables.iter().filter(|variable| !variable.secret) {
            let mut known = self.imported.variables.iter();
            if !known.any(|known| known.name == variable.name) {
                self.variable(&variable.name, &variable.value, false);
            }
        }
        let is_single = other.requests.len() == 1;
        for mut request in other.requests {
            for secret in &other.secrets {
                let SecretName::Variable(own) = &secret.name else {
                    continue;
                };
                if secret.environment == request.environment {
                    let now = self.take_secret(own, secret.value.expose(), &secret.origins);
                    refer_to(&mut request.draft, own, &now);
                }
            }
            let environment = other
                .environments
                .iter()
                .find(|one| Some(&one.id) == request.environment.as_ref());
            let base = environment.and_then(|one| route::api_base(one).ok());
            let path = std::mem::take(&mut request.draft.path);
            let url = base.map_or_else(
                || path.clone(),
                |base| format!("{}{}{path}", base.origin(), base.prefix),
            );
            if is_single && !name.is_empty() {
                name.clone_into(&mut request.draft.name);
            }
            self.request(Found {
                folder: request.folder,
                draft: request.draft,
                url,
                description: request.description,
                key: None,
            });
        }
        for file in other.files {
            let mut known = self.imported.files.iter();
            if !known.any(|known| known.path == file.path) {
                self.file(&file.path, &file.purpose);
            }
        }
    }
}

/// `{{secret.name}}` under its new name.
fn refer_to(draft: &mut RequestDraft, name: &str, now: &str) {
    let (Ok(text), false) = (serde_json::to_string(draft), name == now) else {
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
