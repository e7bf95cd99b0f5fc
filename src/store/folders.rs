//! Folders of requests: directories below `requests/`, each with what it is called and in which order it shows its content.
//!
//! That stands in a file of the folder's own, `_folder.toml`, which it has only when there is something to say: the order is a
//! list with one entry a line, so that two people's changes merge line by line; what the list does not name follows by name, so
//! that a new request touches no file but its own. A request's or folder's own place is not written into the request, where moving
//! one would change many. The underscore keeps the name apart from those that requests get.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, Item, Value};

use super::atomic::{self, Access};
use super::bounded::{self, Stamp};
use super::document::{self, Stored};
use super::error::{FileReport, StoreError, StoreErrorKind};
use super::lock::{Lock, PATIENCE};
use super::paths::workspace_key;
use super::saving::leads_out;
use super::scan::{Candidate, DEEPEST, Found};
use super::workspace::Workspace;
use crate::model::ids::is_device_name;
use crate::model::request::RequestDraft;

/// The file of a folder's own.
pub(super) const FOLDER_FILE: &str = "_folder.toml";

const NAME: &str = "name";
const ORDER: &str = "order";

/// A folder of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFolder {
    /// Below `requests/`, with `/`; empty for `requests` itself.
    pub path: String,
    /// Empty: it is called like its directory.
    pub name: String,
    /// Files without their ending (`list-users`) and folders with a slash behind them (`admins/`).
    pub order: Vec<String>,
}

/// A folder and where its file was read.
#[derive(Debug, Clone, Default)]
pub(super) struct LoadedFolder {
    pub(super) name: String,
    pub(super) order: Vec<String>,
    file: Option<FileOfFolder>,
}

#[derive(Debug, Clone)]
struct FileOfFolder {
    /// `None`: it could not be read.
    stamp: Option<Stamp>,
}

/// By path below `requests/`.
pub(super) type Folders = BTreeMap<String, LoadedFolder>;

pub(super) fn is_folder_file(file: &str) -> bool {
    file.strip_prefix(RequestDraft::FOLDER)
        .and_then(|below| below.strip_prefix('/'))
        .is_some_and(|below| below == FOLDER_FILE || below.ends_with(&format!("/{FOLDER_FILE}")))
}

/// `users` of `requests/users`.
fn below(file: &str) -> &str {
    file.strip_prefix(RequestDraft::FOLDER)
        .unwrap_or(file)
        .trim_start_matches('/')
}

fn folder_of(file: &str) -> &str {
    below(file)
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
}

/// Reads what was found of folders.
pub(super) fn read(found: &Found) -> (Folders, Vec<FileReport>) {
    let mut folders: Folders = found
        .folders
        .iter()
        .map(|folder| (below(folder).to_owned(), LoadedFolder::default()))
        .collect();
    let mut reports = Vec::new();
    for candidate in &found.folder_files {
        let loaded = match bounded::read_text(&candidate.real) {
            Ok((text, stamp)) => {
                let mut loaded = understand(&text).unwrap_or_else(|reason| {
                    reports.push(unreadable(&candidate.file, reason));
                    LoadedFolder::default()
                });
                loaded.file = Some(FileOfFolder { stamp: Some(stamp) });
                loaded
            }
            Err(error) => {
                reports.push(unreadable(&candidate.file, error.text));
                LoadedFolder {
                    file: Some(FileOfFolder { stamp: None }),
                    ..LoadedFolder::default()
                }
            }
        };
        folders.insert(folder_of(&candidate.file).to_owned(), loaded);
    }
    (folders, reports)
}

fn unreadable(file: &str, text: String) -> FileReport {
    FileReport {
        file: file.to_owned(),
        text,
        hint: "Its folder is shown by name until the file is mended".to_owned(),
    }
}

fn understand(text: &str) -> Result<LoadedFolder, String> {
    let document = document::parse(text)?;
    document::version(document.as_table())?;
    let name = match document.get(NAME) {
        None => String::new(),
        Some(item) => item
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| format!("`{NAME}` must be a text"))?,
    };
    let order = match document.get(ORDER) {
        None => Vec::new(),
        Some(item) => item
            .as_array()
            .ok_or_else(|| format!("`{ORDER}` must be a list of texts"))?
            .iter()
            .filter_map(|entry| entry.as_str().map(str::to_owned))
            .collect(),
    };
    Ok(LoadedFolder {
        name,
        order,
        file: None,
    })
}

/// Whether what is on disk of folders differs from what was read.
pub(super) fn changed(known: &Folders, found: &Found) -> bool {
    let present: BTreeSet<&str> = found.folders.iter().map(|folder| below(folder)).collect();
    let remembered: BTreeSet<&str> = known
        .keys()
        .map(String::as_str)
        .filter(|path| !path.is_empty())
        .collect();
    if present != remembered {
        return true;
    }
    let files: BTreeMap<&str, &Candidate> = found
        .folder_files
        .iter()
        .map(|candidate| (folder_of(&candidate.file), candidate))
        .collect();
    let had = known
        .iter()
        .filter(|(_, folder)| folder.file.is_some())
        .count();
    files.len() != had
        || files.iter().any(|(path, candidate)| {
            let file = known.get(*path).and_then(|folder| folder.file.as_ref());
            match file {
                None => true,
                Some(file) => match &file.stamp {
                    Some(stamp) => !stamp.still_holds(&candidate.real),
                    None => bounded::read_text(&candidate.real).is_ok(),
                },
            }
        })
}

/// What is to be changed in a folder's file.
#[derive(Debug, Default)]
pub(super) struct FolderChange {
    pub(super) name: Option<String>,
    /// Empty: the list goes.
    pub(super) order: Option<Vec<String>>,
}

impl Workspace {
    /// Every folder of requests, the top among them when it has a file of its own.
    #[must_use]
    pub fn folders(&self) -> Vec<RequestFolder> {
        self.folders
            .iter()
            .map(|(path, folder)| RequestFolder {
                path: path.clone(),
                name: folder.name.clone(),
                order: folder.order.clone(),
            })
            .collect()
    }

    /// Makes a folder; one that is there already gets the name and the order.
    ///
    /// # Errors
    /// A path that names no folder below `requests`, or when it could not be written.
    pub fn create_folder(&mut self, folder: &RequestFolder) -> Result<(), StoreError> {
        let change = FolderChange {
            name: Some(folder.name.clone()),
            order: Some(folder.order.clone()).filter(|order| !order.is_empty()),
        };
        self.change_folder(&folder.path, change)
    }

    /// Changes what a folder is called. Its directory keeps its name, so that nobody else's changes lose their place.
    ///
    /// # Errors
    /// As `create_folder`.
    pub fn rename_folder(&mut self, path: &str, name: &str) -> Result<(), StoreError> {
        let change = FolderChange {
            name: Some(name.to_owned()),
            order: None,
        };
        self.change_folder(path, change)
    }

    /// Sets the order of what is in a folder; an empty one takes it away.
    ///
    /// # Errors
    /// As `create_folder`.
    pub fn order_folder(&mut self, path: &str, order: Vec<String>) -> Result<(), StoreError> {
        let change = FolderChange {
            name: None,
            order: Some(order),
        };
        self.change_folder(path, change)
    }

    fn change_folder(&mut self, path: &str, change: FolderChange) -> Result<(), StoreError> {
        self.refuse_when_newer()?;
        check_path(&self.root, path)?;
        self.make_folders::<RequestDraft>()?;
        let _lock = Lock::acquire(&self.data, &workspace_key(&self.root), PATIENCE)?;
        let directory = make_directory(self, path)?;
        let file = directory.join(FOLDER_FILE);
        if std::fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(StoreError::new(
                StoreErrorKind::NotARegularFile,
                &file,
                format!("`{}` is a link and is not written", file.display()),
                "Replace it by a file",
            ));
        }
        // What is there now counts: another program may have changed the other key.
        let text = match bounded::read_text(&file) {
            Ok((text, _)) => text,
            Err(error) if error.kind == StoreErrorKind::Missing => {
                format!("{} = {}\n", document::SCHEMA_KEY, document::SCHEMA)
            }
            Err(error) => return Err(error),
        };
        let malformed = |reason: String| {
            StoreError::new(
                StoreErrorKind::Malformed,
                &file,
                format!("{} cannot be changed: {reason}", file.display()),
                "Mend it in an editor, or delete it",
            )
        };
        let mut changed = document::parse(&text).map_err(malformed)?;
        if document::version(changed.as_table()).map_err(malformed)? > document::SCHEMA {
            return Err(StoreError::new(
                StoreErrorKind::NewerVersion,
                &file,
                "The folder was written by a newer version of Gatescope and is not changed",
                "Update Gatescope to change it",
            ));
        }
        apply(&mut changed, change);
        let text = changed.to_string();
        let mut loaded = understand(&text).map_err(malformed)?;
        let says_nothing = changed.iter().all(|(key, _)| key == document::SCHEMA_KEY);
        if says_nothing {
            atomic::delete(&file)?;
        } else {
            atomic::write(&file, text.as_bytes(), Access::AsBefore)?;
            loaded.file = Some(FileOfFolder {
                stamp: bounded::read_text(&file).ok().map(|(_, stamp)| stamp),
            });
        }
        remember_way(&mut self.folders, path);
        if path.is_empty() && says_nothing {
            self.folders.remove(path);
        } else {
            self.folders.insert(path.to_owned(), loaded);
        }
        Ok(())
    }
}

/// Folders on the way to a new one are there as well.
pub(super) fn remember_way(folders: &mut Folders, path: &str) {
    for (at, _) in path.match_indices('/') {
        folders.entry(path[..at].to_owned()).or_default();
    }
    if !path.is_empty() {
        folders.entry(path.to_owned()).or_default();
    }
}

fn apply(document: &mut DocumentMut, change: FolderChange) {
    if let Some(name) = change.name {
        set(document, NAME, Value::from(name));
    }
    match change.order {
        None => {}
        Some(order) if order.is_empty() => {
            document.remove(ORDER);
        }
        Some(order) => {
            let mut list = Array::new();
            for entry in order {
                let mut value = Value::from(entry);
                value.decor_mut().set_prefix("\n    ");
                list.push_formatted(value);
            }
            list.set_trailing("\n");
            list.set_trailing_comma(true);
            set(document, ORDER, Value::Array(list));
        }
    }
}

/// In place of the value that is there, with what a person wrote behind it.
fn set(document: &mut DocumentMut, key: &str, mut value: Value) {
    if let Some(present) = document.get_mut(key).and_then(Item::as_value_mut) {
        *value.decor_mut() = present.decor().clone();
        *present = value;
    } else {
        document.insert(key, Item::Value(value));
    }
}

/// The directory of a folder, made where it is missing.
pub(super) fn make_directory(workspace: &Workspace, path: &str) -> Result<PathBuf, StoreError> {
    check_path(&workspace.root, path)?;
    let mut directory = workspace.root.join(RequestDraft::FOLDER);
    directory.extend(path.split('/').filter(|part| !part.is_empty()));
    if leads_out(workspace, &directory) {
        return Err(StoreError::new(
            StoreErrorKind::NotARegularFile,
            &directory,
            format!("`{path}` leads out of the workspace folder"),
            "Replace the link by a folder",
        ));
    }
    std::fs::create_dir_all(&directory)
        .map_err(|error| StoreError::from_io("make the folder", &directory, &error))?;
    Ok(directory)
}

/// Whether a path names a folder below `requests`, on every system.
pub(super) fn check_path(root: &Path, path: &str) -> Result<(), StoreError> {
    let parts: Vec<&str> = if path.is_empty() {
        Vec::new()
    } else {
        path.split('/').collect()
    };
    let is_name = |part: &&str| {
        !part.is_empty()
            && part.len() <= 120
            && !part.starts_with('.')
            && !part.ends_with(['.', ' '])
            && !is_device_name(part)
            && !part
                .chars()
                .any(|character| character.is_control() || r#"\:*?"<>|"#.contains(character))
    };
    let refused = if parts.len() >= DEEPEST {
        format!("Folders can lie {} deep at most", DEEPEST - 1)
    } else if !parts.iter().all(is_name) {
        format!("`{}` is no path of a folder", path.escape_debug())
    } else {
        return Ok(());
    };
    Err(StoreError::new(
        StoreErrorKind::Other,
        root,
        refused,
        "Choose another place",
    ))
}
