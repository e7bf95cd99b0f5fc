//! The workspace in memory and where each part of it came from. Finding and reading the files is the work of `scan`,
//! writing them of `saving`, their text of `document`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

use super::atomic::{self, Access};
use super::bounded::{self, Stamp};
use super::document::{self, Stored};
use super::error::{FileReport, StoreError, StoreErrorKind};
use super::flushing::Unflushed;
use super::folders::{self, Folders};
use super::paths::DataFolder;
use super::rules::RulesFile;
use super::scan::{self, Loaded};
use super::{environments, requests, saving};
use crate::model::environment::Environment;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::masks::Masks;
use crate::model::request::RequestDraft;

/// The file that says what the folder is.
const WORKSPACE_FILE: &str = "workspace.toml";

/// Its text in a new workspace.
const WORKSPACE_TEXT: &str = "\
# A Gatescope workspace: one file an environment, one file a request. Never a secret in it.
schema = 1
";

/// One request of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRequest {
    /// Below `requests/`, with `/`: `users/list-users.toml`.
    pub path: String,
    pub draft: RequestDraft,
}

/// What a save did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Below the workspace folder, with `/`: where it was written. In a conflict this is the copy.
    pub file: String,
    /// The file was changed outside in the same place: it stays under its name as it is on disk, and what was
    /// saved here went to this file, under a new id and name.
    pub conflict: Option<String>,
    /// Changes made outside were taken over: what the workspace holds now differs from what was handed in.
    pub merged: bool,
    /// Credentials that were typed into the text and are not in the file, each by its place: `header Authorization`.
    pub withheld: Vec<String>,
}

impl Saved {
    pub(super) fn plain(file: &str, merged: bool) -> Self {
        Self {
            file: file.to_owned(),
            conflict: None,
            merged,
            withheld: Vec::new(),
        }
    }
}

/// A workspace folder as it was read. Opening, reloading, saving, deleting and `changed_outside` touch the disk;
/// the rest is memory.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Absolute; without links when it exists.
    pub(super) root: PathBuf,
    pub(super) data: DataFolder,
    environments: BTreeMap<String, Loaded<Environment>>,
    requests: BTreeMap<String, Loaded<RequestDraft>>,
    pub(super) folders: Folders,
    /// Files that were not read and stay as they are: a save never writes over one.
    pub(super) kept_aside: BTreeSet<String>,
    pub(super) reports: Vec<FileReport>,
    /// Never written, wherever they were typed.
    pub(super) known_secrets: Masks,
    read_only: Option<StoreError>,
    /// Of `workspace.toml`, when there is one.
    stamp: Option<Stamp>,
    pub(super) rules: RulesFile,
    /// `Some` while flushing is put off.
    pub(super) unflushed: Option<Unflushed>,
}

/// Where the workspace holds the files of one kind.
pub(super) trait Kept: Stored {
    fn files(workspace: &Workspace) -> &BTreeMap<String, Loaded<Self>>;
    fn files_mut(workspace: &mut Workspace) -> &mut BTreeMap<String, Loaded<Self>>;
}

impl Kept for Environment {
    fn files(workspace: &Workspace) -> &BTreeMap<String, Loaded<Self>> {
        &workspace.environments
    }

    fn files_mut(workspace: &mut Workspace) -> &mut BTreeMap<String, Loaded<Self>> {
        &mut workspace.environments
    }
}

impl Kept for RequestDraft {
    fn files(workspace: &Workspace) -> &BTreeMap<String, Loaded<Self>> {
        &workspace.requests
    }

    fn files_mut(workspace: &mut Workspace) -> &mut BTreeMap<String, Loaded<Self>> {
        &mut workspace.requests
    }
}

impl Workspace {
    /// Reads the folder. One that does not exist is an empty workspace; it is made by the first save.
    /// Files that cannot be read are in `reports`, and stay as they are.
    ///
    /// # Errors
    /// When the folder itself cannot be read: a file in its place, no permission.
    pub fn open(directory: &Path, data: &DataFolder) -> Result<Self, StoreError> {
        let mut workspace = Self {
            root: std::path::absolute(directory)
                .map_err(|error| StoreError::from_io("open", directory, &error))?,
            data: data.clone(),
            environments: BTreeMap::new(),
            requests: BTreeMap::new(),
            folders: Folders::new(),
            kept_aside: BTreeSet::new(),
            reports: Vec::new(),
            known_secrets: Masks::default(),
            unflushed: None,
            read_only: None,
            stamp: None,
            rules: RulesFile::default(),
        };
        match fs::metadata(&workspace.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(workspace),
            Err(error) => return Err(StoreError::from_io("open", &workspace.root, &error)),
            Ok(metadata) if !metadata.is_dir() => return Err(not_a_folder(&workspace.root)),
            Ok(_) => {}
        }
        workspace.root = fs::canonicalize(&workspace.root)
            .map_err(|error| StoreError::from_io("open", &workspace.root, &error))?;
        fs::read_dir(&workspace.root)
            .map_err(|error| StoreError::from_io("read", &workspace.root, &error))?;
        workspace.read_workspace_file();
        workspace.rules = RulesFile::open(&workspace.root, &mut workspace.reports);
        let environments =
            scan::read_all::<Environment>(&workspace.root, &environments::is_reserved)?;
        let requests = scan::read_all::<RequestDraft>(&workspace.root, &|_| false)?;
        workspace.environments = environments.loaded;
        workspace.requests = requests.loaded;
        workspace.folders = requests.folders;
        workspace.kept_aside = environments.kept_aside;
        workspace.kept_aside.extend(requests.kept_aside);
        workspace.reports.extend(environments.reports);
        workspace.reports.extend(requests.reports);
        if workspace.read_only.is_none() {
            workspace.read_only = unwritable(&workspace.root);
        }
        Ok(workspace)
    }

    /// The folder, absolute.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.root
    }

    /// In the order of their file names.
    #[must_use]
    pub fn environments(&self) -> Vec<Environment> {
        self.environments
            .values()
            .map(|loaded| loaded.value.clone())
            .collect()
    }

    #[must_use]
    pub fn environment(&self, id: &EnvironmentId) -> Option<&Environment> {
        self.environments
            .values()
            .map(|loaded| &loaded.value)
            .find(|environment| environment.id == *id)
    }

    /// In the order of their paths.
    #[must_use]
    pub fn requests(&self) -> Vec<StoredRequest> {
        self.requests
            .iter()
            .map(|(file, loaded)| StoredRequest {
                path: file.strip_prefix("requests/").unwrap_or(file).to_owned(),
                draft: loaded.value.clone(),
            })
            .collect()
    }

    /// What was odd about the files when they were read last.
    #[must_use]
    pub fn reports(&self) -> &[FileReport] {
        &self.reports
    }

    /// Why nothing can be saved here, as far as it was known when the folder was read.
    #[must_use]
    pub fn read_only(&self) -> Option<&StoreError> {
        self.read_only.as_ref()
    }

    /// Secrets that no save may write, whatever field they were typed into (tokens too). They replace those told before.
    pub fn withhold(&mut self, known_secrets: Masks) {
        self.known_secrets = known_secrets;
    }

    /// Whether anything on disk differs from what was read or written here. Looks at names, times and lengths, and at the
    /// text of what looks changed: cheap enough for every focus and every send.
    #[must_use]
    pub fn changed_outside(&self) -> bool {
        let path = self.root.join(WORKSPACE_FILE);
        let own_file_holds = match &self.stamp {
            Some(stamp) => stamp.still_holds(&path),
            None => {
                fs::symlink_metadata(&path).is_err() || self.kept_aside.contains(WORKSPACE_FILE)
            }
        };
        !own_file_holds
            || self.rules.changed_outside(&self.root)
            || self.kind_changed::<Environment>()
            || self.kind_changed::<RequestDraft>()
    }

    fn kind_changed<T: Kept>(&self) -> bool {
        let Ok(found) = scan::list(&self.root, T::FOLDER) else {
            return true;
        };
        let files = T::files(self);
        let refused = found.refused.iter().map(|(file, _)| file);
        let present: BTreeSet<&String> = found
            .candidates
            .iter()
            .map(|candidate| &candidate.file)
            .chain(refused)
            .collect();
        let prefix = format!("{}/", T::FOLDER);
        let known: BTreeSet<&String> = files
            .keys()
            .chain(
                self.kept_aside
                    .iter()
                    .filter(|file| file.starts_with(&prefix) || *file == T::FOLDER),
            )
            .collect();
        let refused_now = |(file, _): &(String, FileReport)| files.contains_key(file);
        if T::FOLDER == RequestDraft::FOLDER && folders::changed(&self.folders, &found) {
            return true;
        }
        if present != known || found.refused.iter().any(refused_now) {
            return true;
        }
        found
            .candidates
            .iter()
            .any(|candidate| match files.get(&candidate.file) {
                Some(loaded) => {
                    loaded.real != candidate.real || !loaded.stamp.still_holds(&loaded.real)
                }
                // A file that could not be read: whether it can be now.
                None => scan::read_one::<T>(candidate).is_ok(),
            })
    }

    /// Reads the folder again.
    ///
    /// # Errors
    /// As `open`; the workspace stays as it was.
    pub fn reload(&mut self) -> Result<(), StoreError> {
        let opened = Self::open(&self.root, &self.data)?;
        let known_secrets = std::mem::take(&mut self.known_secrets);
        *self = Self {
            known_secrets,
            ..opened
        };
        Ok(())
    }

    /// Writes an environment to its file, or to a new one named after its id.
    ///
    /// # Errors
    /// When nothing was written. What is on disk is then unchanged.
    pub fn save_environment(&mut self, environment: &Environment) -> Result<Saved, StoreError> {
        if environments::is_reserved(environment.id.as_str()) {
            return Err(StoreError::new(
                StoreErrorKind::Malformed,
                &self.root,
                format!("`{}` is the id of a built-in environment", environment.id),
                "Save it under another id",
            ));
        }
        saving::save(self, environment)
    }

    /// Writes a request to its file, or to a new one named after it.
    ///
    /// # Errors
    /// When nothing was written. What is on disk is then unchanged.
    pub fn save_request(&mut self, draft: &RequestDraft) -> Result<Saved, StoreError> {
        if draft.id.0.trim().is_empty() {
            return Err(StoreError::new(
                StoreErrorKind::Malformed,
                &self.root,
                "A request without an id cannot be saved",
                "Give it one (`Workspace::new_request_id`)",
            ));
        }
        saving::save(self, draft)
    }

    /// Deletes the file of an environment.
    ///
    /// # Errors
    /// When it was changed outside since it was read, or cannot be deleted.
    pub fn delete_environment(&mut self, id: &EnvironmentId) -> Result<(), StoreError> {
        saving::delete::<Environment>(self, id.as_str())
    }

    /// Deletes the file of a request.
    ///
    /// # Errors
    /// When it was changed outside since it was read, or cannot be deleted.
    pub fn delete_request(&mut self, id: &RequestId) -> Result<(), StoreError> {
        saving::delete::<RequestDraft>(self, &id.0)
    }

    /// A new id for a request, random.
    #[must_use]
    pub fn new_request_id() -> RequestId {
        requests::new_id()
    }

    fn read_workspace_file(&mut self) {
        let path = self.root.join(WORKSPACE_FILE);
        let leads_out = fs::canonicalize(&path).is_ok_and(|real| !real.starts_with(&self.root));
        let read = if leads_out {
            Err((
                "A link that leads out of the workspace folder: it is not followed".to_owned(),
                "Put the file itself into the workspace".to_owned(),
            ))
        } else {
            match bounded::read_text(&path) {
                Err(error) if error.kind == StoreErrorKind::Missing => return,
                Err(error) => Err((error.text, error.hint)),
                Ok((text, stamp)) => {
                    self.stamp = Some(stamp);
                    document::parse(&text)
                        .and_then(|found: DocumentMut| document::version(found.as_table()))
                        .map_err(|reason| (reason, "Mend it in an editor".to_owned()))
                }
            }
        };
        match read {
            Ok(version) if version > document::SCHEMA => {
                let error = StoreError::new(
                    StoreErrorKind::NewerVersion,
                    &path,
                    "This workspace was written by a newer version of Gatescope: it can be used, but not changed",
                    "Update Gatescope, or open another folder",
                );
                self.reports.push(report(&error.text, &error.hint));
                self.read_only = Some(error);
            }
            Ok(_) => {}
            Err((text, hint)) => {
                self.reports.push(report(&text, &hint));
                self.kept_aside.insert(WORKSPACE_FILE.to_owned());
            }
        }
    }

    pub(super) fn refuse_when_newer(&self) -> Result<(), StoreError> {
        match &self.read_only {
            Some(error) if error.kind == StoreErrorKind::NewerVersion => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Makes the folder, `workspace.toml` and the folder of one kind, where they are missing.
    pub(super) fn make_folders<T: Stored>(&mut self) -> Result<(), StoreError> {
        self.make_root()?;
        let folder = saving::folder_of::<T>(self);
        if !folder.is_dir() {
            fs::create_dir_all(&folder)
                .map_err(|error| StoreError::from_io("make the folder", &folder, &error))?;
        }
        let real = fs::canonicalize(self.root.join(T::FOLDER))
            .map_err(|error| StoreError::from_io("open", &folder, &error))?;
        if !real.starts_with(&self.root) {
            return Err(StoreError::new(
                StoreErrorKind::NotARegularFile,
                &folder,
                format!("`{}` leads out of the workspace folder", T::FOLDER),
                "Replace the link by a folder",
            ));
        }
        Ok(())
    }

    /// Makes the folder and `workspace.toml`, where they are missing.
    pub(super) fn make_root(&mut self) -> Result<(), StoreError> {
        if self.root.starts_with(self.data.root()) {
            // Before the workspace makes it, with everybody's permissions.
            self.data.make()?;
        }
        if !self.root.is_dir() {
            fs::create_dir_all(&self.root)
                .map_err(|error| StoreError::from_io("make the folder", &self.root, &error))?;
        }
        self.root = fs::canonicalize(&self.root)
            .map_err(|error| StoreError::from_io("open", &self.root, &error))?;
        let path = self.root.join(WORKSPACE_FILE);
        if fs::symlink_metadata(&path).is_err() {
            atomic::write(&path, WORKSPACE_TEXT.as_bytes(), Access::AsBefore)?;
            self.stamp = bounded::read_text(&path).ok().map(|(_, stamp)| stamp);
        }
        Ok(())
    }
}

fn report(text: &str, hint: &str) -> FileReport {
    FileReport {
        file: WORKSPACE_FILE.to_owned(),
        text: text.to_owned(),
        hint: hint.to_owned(),
    }
}

fn not_a_folder(path: &Path) -> StoreError {
    StoreError::new(
        StoreErrorKind::NotARegularFile,
        path,
        format!("{} is not a folder", path.display()),
        "Choose a folder for the workspace",
    )
}

/// Whether the folder can be written, tried with a file that has no name or loses it at once.
fn unwritable(root: &Path) -> Option<StoreError> {
    let error = tempfile::tempfile_in(root).err()?;
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
    .then(|| StoreError::from_io("write to", root, &error))
}
