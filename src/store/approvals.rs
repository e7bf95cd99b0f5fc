//! What the user allowed a workspace to do on this machine. Filed in the data folder by workspace and environment under
//! a hash of what was allowed, so that any change asks again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::bounded;
use super::data_file::DataFile;
use super::error::{FileReport, StoreError};
use super::paths::{DataFolder, hex, real_path, workspace_key};
use crate::model::environment::{Environment, Proxy};
use crate::model::ids::EnvironmentId;

/// Something that takes effect only after it was allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Approvable {
    /// A PEM file of extra roots, inside the folder or out of it; its content counts, not only its name.
    CaFile(String),
    /// The proxy's URL.
    Proxy(String),
    ResolveOverride {
        host: String,
        address: String,
    },
    /// A body file outside the workspace folder. Where it leads counts, not what is in it.
    BodyFile(String),
    TrustedFingerprint(String),
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Content {
    /// For a person who looks at the file.
    workspace: String,
    /// Hashes of what was allowed, by environment.
    environments: BTreeMap<String, BTreeSet<String>>,
}

/// The approvals of one workspace. A change that cannot be written holds in memory and is answered with the error.
#[derive(Debug)]
pub struct Approvals {
    workspace: PathBuf,
    file: DataFile<Content>,
}

impl Approvals {
    /// Reads them. A file that cannot be read is kept aside and reported, and that of the last start is used.
    #[must_use]
    pub fn open(data: &DataFolder, workspace: &Path) -> Self {
        Self {
            workspace: real_path(workspace),
            file: DataFile::open(data, "approvals", &workspace_key(workspace)),
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

    /// Reads the CA file, when it is one: one that cannot be read is not approved.
    #[must_use]
    pub fn is_approved(&self, environment: &EnvironmentId, item: &Approvable) -> bool {
        self.digest(item).is_ok_and(|digest| {
            self.file
                .content()
                .environments
                .get(environment.as_str())
                .is_some_and(|allowed| allowed.contains(&digest))
        })
    }

    /// # Errors
    /// When a CA file cannot be read, or the approval not be written; the latter then holds for this run.
    pub fn approve(
        &mut self,
        environment: &EnvironmentId,
        item: &Approvable,
    ) -> Result<(), StoreError> {
        let digest = self.digest(item)?;
        let workspace = self.workspace.to_string_lossy().into_owned();
        let ((), written) = self.file.change(|content| {
            content.workspace = workspace;
            content
                .environments
                .entry(environment.as_str().to_owned())
                .or_default()
                .insert(digest);
        });
        written
    }

    /// What the environment's network settings ask for and nobody has allowed yet.
    #[must_use]
    pub fn missing(&self, environment: &Environment) -> Vec<Approvable> {
        asked_for(environment)
            .into_iter()
            .filter(|item| !self.is_approved(&environment.id, item))
            .collect()
    }

    /// Those of the body files that lie outside the workspace folder and nobody has allowed yet. Relative paths are
    /// taken from the workspace folder.
    #[must_use]
    pub fn missing_body_files(
        &self,
        environment: &EnvironmentId,
        paths: &[String],
    ) -> Vec<Approvable> {
        paths
            .iter()
            .filter(|path| !self.real_path(path).starts_with(&self.workspace))
            .map(|path| Approvable::BodyFile(path.clone()))
            .filter(|item| !self.is_approved(environment, item))
            .collect()
    }

    /// A path as typed, from the workspace folder, links followed as far as there are files.
    #[must_use]
    pub fn real_path(&self, path: &str) -> PathBuf {
        real_path(&self.workspace.join(path))
    }

    fn digest(&self, item: &Approvable) -> Result<String, StoreError> {
        let mut hasher = Sha256::new();
        let mut add = |part: &[u8]| {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        };
        match item {
            Approvable::CaFile(path) => {
                let real = self.real_path(path);
                add(b"ca-file");
                add(real.as_os_str().as_encoded_bytes());
                add(&bounded::read_bytes(&real, bounded::LARGEST)?.0);
            }
            Approvable::Proxy(url) => {
                add(b"proxy");
                add(url.trim().as_bytes());
            }
            Approvable::ResolveOverride { host, address } => {
                add(b"resolve");
                add(host.trim().to_ascii_lowercase().as_bytes());
                add(address.trim().as_bytes());
            }
            Approvable::BodyFile(path) => {
                add(b"body-file");
                add(self.real_path(path).as_os_str().as_encoded_bytes());
            }
            Approvable::TrustedFingerprint(fingerprint) => {
                add(b"fingerprint");
                let plain: String = fingerprint
                    .chars()
                    .filter(char::is_ascii_hexdigit)
                    .map(|digit| digit.to_ascii_lowercase())
                    .collect();
                add(plain.as_bytes());
            }
        }
        Ok(hex(&hasher.finalize()))
    }
}

/// Everything in an environment that takes effect only after it was allowed.
#[must_use]
pub fn asked_for(environment: &Environment) -> Vec<Approvable> {
    let network = &environment.network;
    let mut items = Vec::new();
    if !network.ca_file.trim().is_empty() {
        items.push(Approvable::CaFile(network.ca_file.clone()));
    }
    if let Proxy::Explicit { url, .. } = &network.proxy {
        items.push(Approvable::Proxy(url.clone()));
    }
    items.extend(
        network
            .resolve
            .iter()
            .map(|entry| Approvable::ResolveOverride {
                host: entry.host.clone(),
                address: entry.address.clone(),
            }),
    );
    if !network.trusted_fingerprint.trim().is_empty() {
        items.push(Approvable::TrustedFingerprint(
            network.trusted_fingerprint.clone(),
        ));
    }
    items
}
