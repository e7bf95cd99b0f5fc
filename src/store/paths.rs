//! Where things are: the data folder and the default workspace in it. Finds and makes folders, reads no file.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::{StoreError, StoreErrorKind};

/// Names another data folder; for tests and for running several apart.
pub const DATA_DIRECTORY_VARIABLE: &str = "GATESCOPE_DATA_DIR";

/// The folder for everything that belongs to this machine: drafts, the secret map, approvals, locks, the default workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// `explicit`, else `GATESCOPE_DATA_DIR`, else the platform's place. Nothing is created yet.
    ///
    /// # Errors
    /// When the system names no home folder.
    pub fn find(explicit: Option<&Path>) -> Result<Self, StoreError> {
        if let Some(path) = explicit {
            return Ok(Self::at(path));
        }
        if let Some(path) = env::var_os(DATA_DIRECTORY_VARIABLE).filter(|path| !path.is_empty()) {
            return Ok(Self::at(Path::new(&path)));
        }
        directories::ProjectDirs::from("", "", "gatescope")
            .map(|found| Self::at(found.data_dir()))
            .ok_or_else(|| {
                StoreError::new(
                    StoreErrorKind::NoHome,
                    Path::new(""),
                    "The system names no home folder, so there is no place for data",
                    format!("Set HOME, or name a folder in {DATA_DIRECTORY_VARIABLE}"),
                )
            })
    }

    /// A relative path is taken from the working directory as it is now.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self {
            root: std::path::absolute(root).unwrap_or_else(|_| root.to_owned()),
        }
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    #[must_use]
    pub fn default_workspace(&self) -> PathBuf {
        self.root.join("workspace")
    }

    /// Makes the data folder itself, private on Unix (0700) when it is new.
    pub(crate) fn make(&self) -> Result<(), StoreError> {
        make(&self.root)
    }

    /// A folder below the data folder, made when it is not there; private on Unix (0700).
    pub(crate) fn subfolder(&self, name: &str) -> Result<PathBuf, StoreError> {
        make(&self.root)?;
        let folder = self.root.join(name);
        make_private(&folder)?;
        Ok(folder)
    }
}

/// The name under which things of a workspace are filed in the data folder: a hash of its real path.
pub(crate) fn workspace_key(workspace: &Path) -> String {
    let digest = Sha256::digest(real_path(workspace).as_os_str().as_encoded_bytes());
    hex(&digest[..12])
}

/// Where a path leads, links followed as far as there is something; the same before and after the rest is made.
pub(crate) fn real_path(path: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for existing in full.ancestors() {
        let (Ok(mut real), Ok(rest)) = (fs::canonicalize(existing), full.strip_prefix(existing))
        else {
            continue;
        };
        for part in rest.components() {
            match part {
                Component::ParentDir => {
                    real.pop();
                }
                Component::Normal(name) => real.push(name),
                _ => {}
            }
        }
        return real;
    }
    full
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 128 random bits in hexadecimal.
pub(crate) fn random_name() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    hex(&bytes)
}

/// Makes a folder (0700 on Unix); one that exists keeps its permissions, because it may be the user's own.
fn make(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| StoreError::from_io("make the folder", folder, &error))
}

fn make_private(folder: &Path) -> Result<(), StoreError> {
    make(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .map_err(|error| StoreError::from_io("protect the folder", folder, &error))?;
    }
    Ok(())
}
