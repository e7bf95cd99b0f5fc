//! Moving requests and folders of them within a workspace, taking them out in a way that can be undone, and bringing them back
//! as they were, comments included.

use std::fs;
use std::path::Path;

use super::atomic::{self, Access};
use super::document::{self, Stored};
use super::error::{StoreError, StoreErrorKind};
use super::folders::{self, FOLDER_FILE, check_path, make_directory, remember_way};
use super::lock::{Lock, PATIENCE};
use super::paths::workspace_key;
use super::saving::{self, free_file, id_is_taken, leads_out};
use super::scan::{self, Candidate};
use super::workspace::{Kept, Saved, Workspace};
use crate::model::environment::Environment;
use crate::model::ids::{EnvironmentId, RequestId, is_device_name};
use crate::model::request::RequestDraft;

/// What was taken out of a workspace: every file with its bytes. It never holds a secret, because no file does.
#[derive(Debug, Clone, Default)]
pub struct Removed {
    /// Below the workspace folder, with `/`.
    files: Vec<(String, Vec<u8>)>,
    /// Below `requests/`.
    folders: Vec<String>,
    /// What stays behind because it is no request.
    pub left: Option<String>,
}

impl Workspace {
    /// Writes a request that is new to the workspace into a folder below `requests`.
    /// `stem`: the file it would like; `None`: one named after it.
    ///
    /// # Errors
    /// As `save_request`; a path that names no folder.
    pub fn save_request_in(
        &mut self,
        draft: &RequestDraft,
        folder: &str,
        stem: Option<&str>,
    ) -> Result<Saved, StoreError> {
        self.refuse_when_newer()?;
        if self.holds(&draft.id) {
            return self.save_request(draft);
        }
        let stem = stem.map_or_else(|| draft.file_stem(), str::to_owned);
        // A request may be called as devices of Windows are: its file gets another name.
        if !is_device_name(&stem) {
            check_path(&self.root, &stem)?;
        }
        let (draft, withheld) = draft.withheld(&self.known_secrets);
        self.make_folders::<RequestDraft>()?;
        let _lock = Lock::acquire(&self.data, &workspace_key(&self.root), PATIENCE)?;
        make_directory(self, folder)?;
        remember_way(&mut self.folders, folder);
        let saved = saving::save_new(self, &draft, &in_requests(folder), &stem)?;
        Ok(Saved { withheld, ..saved })
    }

    fn holds(&self, id: &RequestId) -> bool {
        RequestDraft::files(self)
            .values()
            .any(|loaded| loaded.value.id == *id)
    }

    /// Moves the file of a request to `path` below `requests`, or to a free name beside it. Answers where it is now.
    ///
    /// # Errors
    /// When it is not there any more, is a link, or cannot be moved.
    pub fn move_request(&mut self, id: &RequestId, path: &str) -> Result<String, StoreError> {
        self.refuse_when_newer()?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = document::stem(name).to_owned();
        check_path(&self.root, &stem)?;
        let file = file_of::<RequestDraft>(self, &id.0)?;
        let wished = format!("{}/{stem}.toml", in_requests(folder));
        let _lock = Lock::acquire(&self.data, &workspace_key(&self.root), PATIENCE)?;
        if file == wished {
            return Ok(path.to_owned());
        }
        refuse_link(self, &file)?;
        make_directory(self, folder)?;
        remember_way(&mut self.folders, folder);
        let to = free_file::<RequestDraft>(self, &in_requests(folder), &stem);
        let target = self.root.join(&to);
        atomic::rename(&self.root.join(&file), &target)?;
        let files = RequestDraft::files_mut(self);
        if let Some(mut loaded) = files.remove(&file) {
            loaded.real = target;
            files.insert(to.clone(), loaded);
        }
        Ok(to.trim_start_matches("requests/").to_owned())
    }

    /// Moves a folder of requests with everything in it to `to`, or to a free name beside it. Answers where it is now.
    ///
    /// # Errors
    /// When it is not there any more, would lie in itself or too deep, or cannot be moved.
    pub fn move_folder(&mut self, from: &str, to: &str) -> Result<String, StoreError> {
        self.refuse_when_newer()?;
        check_path(&self.root, from)?;
        if from.is_empty() || to.is_empty() || is_within(to, from) {
            return Err(StoreError::new(
                StoreErrorKind::Other,
                &self.root,
                "A folder cannot be moved into itself",
                "Choose another place",
            ));
        }
        let deepest = self
            .folders
            .keys()
            .filter(|path| is_within(path, from))
            .map(|path| format!("{to}{}", &path[from.len()..]))
            .max_by_key(|path| path.matches('/').count());
        check_path(&self.root, &deepest.unwrap_or_else(|| to.to_owned()))?;
        let _lock = Lock::acquire(&self.data, &workspace_key(&self.root), PATIENCE)?;
        refuse_link(self, &in_requests(from))?;
        let (parent, name) = to.rsplit_once('/').unwrap_or(("", to));
        let target_parent = make_directory(self, parent)?;
        let name = (1..=u32::MAX)
            .map(|number| match number {
                1 => name.to_owned(),
                number => format!("{name}-{number}"),
            })
            .find(|name| fs::symlink_metadata(target_parent.join(name)).is_err())
            .expect("the numbers do not end");
        let to = if parent.is_empty() {
            name
        } else {
            format!("{parent}/{name}")
        };
        atomic::rename(
            &self.root.join(in_requests(from)),
            &self.root.join(in_requests(&to)),
        )?;
        // Every path below has changed: what is there now is read as it is.
        self.reload()?;
        Ok(to)
    }

    /// Takes the file of a request out.
    ///
    /// # Errors
    /// When it was changed outside since it was read, or cannot be deleted.
    pub fn take_out_request(&mut self, id: &RequestId) -> Result<Removed, StoreError> {
        self.take_out_one::<RequestDraft>(&id.0)
    }

    /// As `take_out_request`.
    ///
    /// # Errors
    /// As `take_out_request`.
    pub fn take_out_environment(&mut self, id: &EnvironmentId) -> Result<Removed, StoreError> {
        self.take_out_one::<Environment>(id.as_str())
    }

    fn take_out_one<T: Kept>(&mut self, id: &str) -> Result<Removed, StoreError> {
        let file = file_of::<T>(self, id)?;
        let bytes = read(&self.root.join(&file))?;
        saving::delete::<T>(self, id)?;
        Ok(Removed {
            files: vec![(file, bytes)],
            ..Removed::default()
        })
    }

    /// Takes a folder of requests out with every request in it. Files that are none stay, and their folders with them.
    ///
    /// # Errors
    /// When a request in it was changed outside since it was read, or cannot be deleted; the ones before it are gone by then
    /// and are in what the error comes with.
    pub fn take_out_folder(&mut self, path: &str) -> Result<Removed, Box<(Removed, StoreError)>> {
        let mut removed = Removed::default();
        match self.empty_folder(path, &mut removed) {
            Ok(()) => Ok(removed),
            Err(error) => Err(Box::new((removed, error))),
        }
    }

    fn empty_folder(&mut self, path: &str, removed: &mut Removed) -> Result<(), StoreError> {
        self.refuse_when_newer()?;
        check_path(&self.root, path)?;
        if path.is_empty() || !self.folders.contains_key(path) {
            return Err(StoreError::new(
                StoreErrorKind::NoSuchEntry,
                &self.root,
                format!("The workspace has no folder `{path}`"),
                "It was moved or deleted outside",
            ));
        }
        let inside: Vec<(String, String)> = RequestDraft::files(self)
            .iter()
            .filter(|(file, _)| is_within(file, &in_requests(path)))
            .map(|(file, loaded)| (file.clone(), loaded.value.id.0.clone()))
            .collect();
        // All are looked at before the first one goes.
        for (file, _) in &inside {
            let holds = RequestDraft::files(self)
                .get(file)
                .is_some_and(|loaded| loaded.stamp.still_holds(&loaded.real));
            if !holds {
                return Err(StoreError::new(
                    StoreErrorKind::ChangedOutside,
                    &self.root.join(file),
                    format!("`{file}` was changed outside: the folder is not deleted"),
                    "Look at what changed, then delete it again",
                ));
            }
        }
        for (file, id) in inside {
            let bytes = read(&self.root.join(&file))?;
            saving::delete::<RequestDraft>(self, &id)?;
            removed.files.push((file, bytes));
        }
        let mut folders: Vec<String> = self
            .folders
            .keys()
            .filter(|known| is_within(known, path))
            .cloned()
            .collect();
        // The innermost first.
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.matches('/').count()));
        for folder in folders {
            self.drop_folder(&folder, removed)?;
        }
        Ok(())
    }

    fn drop_folder(&mut self, folder: &str, removed: &mut Removed) -> Result<(), StoreError> {
        let directory = self.root.join(in_requests(folder));
        let own = directory.join(FOLDER_FILE);
        let others = fs::read_dir(&directory)
            .map(|entries| {
                entries
                    .flatten()
                    .map(|entry| entry.file_name().to_string_lossy().into_owned())
                    .find(|name| name != FOLDER_FILE)
            })
            .unwrap_or_default();
        if let Some(other) = others {
            removed.left.get_or_insert(format!("{folder}/{other}"));
            return Ok(());
        }
        if own.is_file() {
            let file = format!("{}/{FOLDER_FILE}", in_requests(folder));
            removed.files.push((file, read(&own)?));
            atomic::delete(&own)?;
        }
        if directory.exists() {
            fs::remove_dir(&directory)
                .map_err(|error| StoreError::from_io("delete", &directory, &error))?;
        }
        removed.folders.push(folder.to_owned());
        self.folders.remove(folder);
        Ok(())
    }

    /// Brings back what was taken out. A file whose place is taken by now comes back beside it, an id that is taken becomes
    /// another one.
    ///
    /// # Errors
    /// When a file could not be written; those before it are there.
    pub fn bring_back(&mut self, removed: &Removed) -> Result<(), StoreError> {
        self.refuse_when_newer()?;
        self.make_folders::<RequestDraft>()?;
        let lock = Lock::acquire(&self.data, &workspace_key(&self.root), PATIENCE)?;
        for folder in &removed.folders {
            make_directory(self, folder)?;
        }
        for (file, bytes) in &removed.files {
            let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
            if let Some(below) = file.strip_prefix("requests/") {
                make_directory(
                    self,
                    below.rsplit_once('/').map_or("", |(folder, _)| folder),
                )?;
            }
            if folders::is_folder_file(file) {
                let path = self.root.join(file);
                if fs::symlink_metadata(&path).is_err() {
                    atomic::write(&path, bytes, Access::AsBefore)?;
                }
            } else if file.starts_with(Environment::FOLDER) {
                self.make_folders::<Environment>()?;
                put_back::<Environment>(self, folder, name, bytes)?;
            } else {
                put_back::<RequestDraft>(self, folder, name, bytes)?;
            }
        }
        drop(lock);
        self.reload()
    }
}

fn put_back<T: Kept>(
    workspace: &mut Workspace,
    folder: &str,
    name: &str,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let file = free_file::<T>(workspace, folder, document::stem(name));
    let path = workspace.root.join(&file);
    if leads_out(workspace, &path) {
        return Err(StoreError::new(
            StoreErrorKind::NotARegularFile,
            &path,
            format!("`{file}` leads out of the workspace folder"),
            "Replace the link by a folder",
        ));
    }
    atomic::write(&path, bytes, Access::AsBefore)?;
    let candidate = Candidate { file, real: path };
    if let Ok(mut loaded) = scan::read_one::<T>(&candidate) {
        if id_is_taken::<T>(workspace, loaded.value.id_text()) {
            let id = loaded
                .value
                .other_id(&candidate.file, &|id| id_is_taken::<T>(workspace, id));
            loaded.value = loaded.value.with_id(&id);
        }
        T::files_mut(workspace).insert(candidate.file, loaded);
    }
    Ok(())
}

fn file_of<T: Kept>(workspace: &Workspace, id: &str) -> Result<String, StoreError> {
    T::files(workspace)
        .iter()
        .find(|(_, loaded)| loaded.value.id_text() == id)
        .map(|(file, _)| file.clone())
        .ok_or_else(|| {
            StoreError::new(
                StoreErrorKind::NoSuchEntry,
                &workspace.root,
                format!("The workspace has no {} `{id}`", T::NOUN),
                "It was never saved, or it was deleted outside",
            )
        })
}

fn refuse_link(workspace: &Workspace, file: &str) -> Result<(), StoreError> {
    let path = workspace.root.join(file);
    let metadata =
        fs::symlink_metadata(&path).map_err(|error| StoreError::from_io("move", &path, &error))?;
    if metadata.is_symlink() || leads_out(workspace, &path) {
        return Err(StoreError::new(
            StoreErrorKind::NotARegularFile,
            &path,
            format!("`{file}` is a link and is not moved"),
            "Move the file that it leads to",
        ));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    fs::read(path).map_err(|error| StoreError::from_io("read", path, &error))
}

fn in_requests(folder: &str) -> String {
    if folder.is_empty() {
        RequestDraft::FOLDER.to_owned()
    } else {
        format!("{}/{folder}", RequestDraft::FOLDER)
    }
}

/// Whether `path` is `folder` or in it.
fn is_within(path: &str, folder: &str) -> bool {
    path == folder
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}
