//! Which secret belongs where, on this machine: workspace, environment and name lead to a random id, under which `secrets`
//! keeps the value, and to the origins it was entered for. In the data folder, never in the workspace, and never a value.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::data_file::DataFile;
use super::error::{FileReport, StoreError};
use super::paths::{DataFolder, random_name, workspace_key};
use crate::model::ids::EnvironmentId;
use crate::model::secret::{SecretId, SecretKey};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Content {
    /// For a person who looks at the file.
    workspace: String,
    secrets: Vec<Entry>,
    /// Environments that were removed and may come back: their secrets wait.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    set_aside: Vec<EnvironmentId>,
    /// Ids whose place another one took, and which may come back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<SecretId>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: SecretKey,
    id: SecretId,
    origins: Vec<String>,
}

/// Under which id a secret is kept, and where it may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    pub id: SecretId,
    pub origins: Vec<String>,
}

/// The secrets of one workspace. A change that cannot be written holds in memory and is answered with the error.
#[derive(Debug)]
pub struct SecretMap {
    workspace: String,
    file: DataFile<Content>,
}

impl SecretMap {
    /// Reads the map. One that cannot be read is kept aside and reported, and that of the last start is used.
    #[must_use]
    pub fn open(data: &DataFolder, workspace: &Path) -> Self {
        Self {
            workspace: workspace.to_string_lossy().into_owned(),
            file: DataFile::open(data, "secrets", &workspace_key(workspace)),
        }
    }

    /// Takes over what other processes changed since: before a send, and when the window comes to the front.
    pub fn refresh(&mut self) {
        self.file.refresh();
    }

    #[must_use]
    pub fn reports(&self) -> &[FileReport] {
        self.file.reports()
    }

    /// Everything that is filed, in the order in which it was entered.
    #[must_use]
    pub fn entries(&self) -> Vec<(SecretKey, SecretId)> {
        self.file
            .content()
            .secrets
            .iter()
            .map(|entry| (entry.key.clone(), entry.id.clone()))
            .collect()
    }

    #[must_use]
    pub fn id(&self, key: &SecretKey) -> Option<SecretId> {
        self.entry(key).map(|entry| entry.id.clone())
    }

    /// The id of `key`, made when there is none, bound to `origins` and to no other. Call it before the secret is kept.
    /// The id holds even when the error says that it could not be written.
    pub fn bind(
        &mut self,
        key: &SecretKey,
        origins: &[String],
    ) -> (SecretId, Result<(), StoreError>) {
        let workspace = self.workspace.clone();
        self.file.change(|content| {
            content.workspace = workspace;
            if let Some(entry) = content.secrets.iter_mut().find(|entry| entry.key == *key) {
                entry.origins = normalised(origins);
                return entry.id.clone();
            }
            let id = SecretId(random_name());
            content.secrets.push(Entry {
                key: key.clone(),
                id: id.clone(),
                origins: normalised(origins),
            });
            id
        })
    }

    /// A new id for a secret of `key`, bound to `origins`. The one that was filed is answered too: its value stays where it is,
    /// for `put`, until `forget_waiting`. As with `bind`, the id holds even when it could not be written.
    pub fn replace(
        &mut self,
        key: &SecretKey,
        origins: &[String],
    ) -> (SecretId, Option<Filed>, Result<(), StoreError>) {
        let filed = Filed {
            id: SecretId(random_name()),
            origins: origins.to_vec(),
        };
        let (before, written) = self.put(key, Some(&filed));
        (filed.id, before, written)
    }

    /// Files `key` as it was before; `None` takes it out. Answers what was filed instead, whose value waits.
    pub fn put(
        &mut self,
        key: &SecretKey,
        filed: Option<&Filed>,
    ) -> (Option<Filed>, Result<(), StoreError>) {
        let workspace = self.workspace.clone();
        self.file.change(|content| {
            content.workspace = workspace;
            let position = content.secrets.iter().position(|entry| entry.key == *key);
            let before = position.map(|at| content.secrets.remove(at));
            if let Some(filed) = filed {
                content.waiting.retain(|id| *id != filed.id);
                content.secrets.push(Entry {
                    key: key.clone(),
                    id: filed.id.clone(),
                    origins: normalised(&filed.origins),
                });
            }
            let before = before.map(|entry| Filed {
                id: entry.id,
                origins: entry.origins,
            })?;
            if filed.is_none_or(|filed| filed.id != before.id) {
                content.waiting.push(before.id.clone());
            }
            Some(before)
        })
    }

    /// How `key` is filed now.
    #[must_use]
    pub fn filed(&self, key: &SecretKey) -> Option<Filed> {
        self.entry(key).map(|entry| Filed {
            id: entry.id.clone(),
            origins: entry.origins.clone(),
        })
    }

    /// Ids that wait for `put`.
    #[must_use]
    pub fn waiting(&self) -> Vec<SecretId> {
        self.file.content().waiting.clone()
    }

    /// These come back no more; the answer is what to delete from the keyring: those of them that did wait.
    pub fn forget_waiting(&mut self, ids: &[SecretId]) -> Vec<SecretId> {
        let (gone, written) = self.file.change(|content| {
            let all = std::mem::take(&mut content.waiting);
            let (gone, stay) = all.into_iter().partition(|id| ids.contains(id));
            content.waiting = stay;
            gone
        });
        if let Err(error) = written {
            tracing::warn!(%error, "the ids of replaced secrets could not be taken out");
        }
        gone
    }

    /// The origins the secret was entered or confirmed for; empty when it is not filed.
    #[must_use]
    pub fn origins_for(&self, key: &SecretKey) -> Vec<String> {
        self.entry(key)
            .map(|entry| entry.origins.clone())
            .unwrap_or_default()
    }

    /// Those of `now` to which the secret may not be sent yet.
    #[must_use]
    pub fn unconfirmed(&self, key: &SecretKey, now: &[String]) -> Vec<String> {
        let allowed = self.origins_for(key);
        normalised(now)
            .into_iter()
            .filter(|origin| !allowed.contains(origin))
            .collect()
    }

    /// The user saw old and new origins: the environment's secrets belong to `origins` from now on, and to no other.
    ///
    /// # Errors
    /// When it could not be written; it then holds for this run.
    pub fn confirm_origins(
        &mut self,
        environment: &EnvironmentId,
        origins: &[String],
    ) -> Result<(), StoreError> {
        let origins = normalised(origins);
        let ((), written) = self.file.change(|content| {
            for entry in &mut content.secrets {
                if entry.key.environment == *environment {
                    entry.origins.clone_from(&origins);
                }
            }
        });
        written
    }

    /// Forgets where the secret is; returns the id to delete it under. The error says that this could not be written:
    /// it then holds for this run.
    pub fn remove(&mut self, key: &SecretKey) -> (Option<SecretId>, Result<(), StoreError>) {
        self.file.change(|content| {
            let position = content.secrets.iter().position(|entry| entry.key == *key)?;
            Some(content.secrets.remove(position).id)
        })
    }

    /// The environment was removed, but may come back: its secrets stay until they are taken out for good.
    ///
    /// # Errors
    /// When it could not be written; it then holds for this run.
    pub fn put_aside(&mut self, environment: &EnvironmentId) -> Result<(), StoreError> {
        let ((), written) = self.file.change(|content| {
            if !content.set_aside.contains(environment) {
                content.set_aside.push(environment.clone());
            }
        });
        written
    }

    /// The environment is there again, or its secrets are gone.
    ///
    /// # Errors
    /// As `put_aside`.
    pub fn take_back(&mut self, environment: &EnvironmentId) -> Result<(), StoreError> {
        let ((), written) = self
            .file
            .change(|content| content.set_aside.retain(|known| known != environment));
        written
    }

    /// Removed environments whose secrets still wait.
    #[must_use]
    pub fn set_aside(&self) -> Vec<EnvironmentId> {
        self.file.content().set_aside.clone()
    }

    fn entry(&self, key: &SecretKey) -> Option<&Entry> {
        self.file
            .content()
            .secrets
            .iter()
            .find(|entry| entry.key == *key)
    }
}

/// Lower case, sorted, each once. Origins are ASCII.
fn normalised(origins: &[String]) -> Vec<String> {
    let mut origins: Vec<String> = origins
        .iter()
        .map(|origin| origin.trim().trim_end_matches('/').to_ascii_lowercase())
        .filter(|origin| !origin.is_empty())
        .collect();
    origins.sort();
    origins.dedup();
    origins
}
