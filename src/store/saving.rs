//! Reading, comparing, merging and writing one file of the workspace, under the lock.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Table};

use super::atomic::{self, Access};
use super::bounded::{self, Stamp};
use super::document::{self, Stored};
use super::environments;
use super::error::{StoreError, StoreErrorKind};
use super::lock::{Lock, PATIENCE};
use super::merge;
use super::paths::{real_path, workspace_key};
use super::scan::{self, Candidate, Loaded};
use super::workspace::{Kept, Saved, Workspace};
use crate::model::ids::is_device_name;

/// Writes `value` to the file of its id, or to a new one.
pub(super) fn save<T: Kept>(workspace: &mut Workspace, value: &T) -> Result<Saved, StoreError> {
    workspace.refuse_when_newer()?;
    let (value, withheld) = value.withheld(&workspace.known_secrets);
    workspace.make_folders::<T>()?;
    let _lock = Lock::acquire(&workspace.data, &workspace_key(&workspace.root), PATIENCE)?;
    let known_file = T::files(workspace)
        .iter()
        .find(|(_, loaded)| loaded.value.id_text() == value.id_text())
        .map(|(file, loaded)| (file.clone(), loaded.clone()));
    let mut saved = match known_file {
        None => save_new(workspace, &value, T::FOLDER, &value.file_stem()),
        Some((file, loaded)) => save_over(workspace, &file, &loaded, &value),
    }?;
    saved.withheld = withheld;
    Ok(saved)
}

/// Deletes the file of an id, unless it is no longer what was read.
pub(super) fn delete<T: Kept>(workspace: &mut Workspace, id: &str) -> Result<(), StoreError> {
    workspace.refuse_when_newer()?;
    let Some((file, loaded)) = T::files(workspace)
        .iter()
        .find(|(_, loaded)| loaded.value.id_text() == id)
        .map(|(file, loaded)| (file.clone(), loaded.clone()))
    else {
        return Err(StoreError::new(
            StoreErrorKind::NoSuchEntry,
            &workspace.root,
            format!("The workspace has no {} `{id}`", T::NOUN),
            "It was never saved, or it was deleted outside",
        ));
    };
    let _lock = Lock::acquire(&workspace.data, &workspace_key(&workspace.root), PATIENCE)?;
    let link = workspace.root.join(&file);
    if loaded.real.exists() && !loaded.stamp.still_holds(&loaded.real) {
        return Err(StoreError::new(
            StoreErrorKind::ChangedOutside,
            &link,
            format!("`{file}` was changed outside and is not deleted"),
            "Look at what changed, then delete it again",
        ));
    }
    atomic::delete(&link)?;
    T::files_mut(workspace).remove(&file);
    Ok(())
}

fn save_over<T: Kept>(
    workspace: &mut Workspace,
    file: &str,
    loaded: &Loaded<T>,
    value: &T,
) -> Result<Saved, StoreError> {
    if loaded.newer {
        return Err(StoreError::new(
            StoreErrorKind::NewerVersion,
            &loaded.real,
            format!("`{file}` was written by a newer version of Gatescope and is not changed"),
            "Update Gatescope, or save under another name",
        ));
    }
    if leads_out(workspace, &loaded.real) || is_link(&loaded.real) {
        return save_beside(workspace, file, value);
    }
    let text = match bounded::read_text(&loaded.real) {
        Ok((text, _)) => text,
        // Deleted outside while it was open here: what the user saves is worth more.
        Err(error) if error.kind == StoreErrorKind::Missing => loaded.text.clone(),
        Err(_) => return save_beside(workspace, file, value),
    };
    let candidate = Candidate {
        file: file.to_owned(),
        real: loaded.real.clone(),
    };
    match merged(loaded, &text, value, file)? {
        Merged::Text(merged) => {
            let differs_outside = text != loaded.text;
            write::<T>(workspace, &candidate, merged)?;
            Ok(Saved::plain(file, differs_outside))
        }
        Merged::Conflict => save_beside(workspace, file, value),
    }
}

enum Merged {
    Text(String),
    /// The same key was changed on both sides, or what is on disk is not understood any more.
    Conflict,
}

fn merged<T: Kept>(
    loaded: &Loaded<T>,
    on_disk: &str,
    value: &T,
    file: &str,
) -> Result<Merged, StoreError> {
    let unwritable = |reason: String| malformed(&loaded.real, file, &reason);
    let base = document::understand::<T>(&loaded.text, file).map_err(unwritable)?;
    let old = document::known(&base.value).map_err(unwritable)?;
    let new = document::known(value).map_err(unwritable)?;
    let base_document = document::parse(&loaded.text).map_err(unwritable)?;
    let Ok(mut document) = document::parse(on_disk) else {
        return Ok(Merged::Conflict);
    };
    let newer = document::version(document.as_table()).is_ok_and(|found| found > document::SCHEMA);
    if newer || merge::conflict(&old, &new, base_document.as_table(), document.as_table()) {
        return Ok(Merged::Conflict);
    }
    merge::apply(document.as_table_mut(), &old, &new);
    ensure_version(&mut document);
    let text = document.to_string();
    // What two sides changed apart may not make sense together.
    let understood = document::understand::<T>(&text, file);
    if on_disk == loaded.text {
        return match understood {
            Ok(found) if found.value == *value => Ok(Merged::Text(text)),
            // Comments cannot be kept at the price of the values.
            _ => document::new_text(value)
                .map(Merged::Text)
                .map_err(unwritable),
        };
    }
    Ok(understood.map_or(Merged::Conflict, |_| Merged::Text(text)))
}

/// A file that a person wrote may name no version.
fn ensure_version(document: &mut DocumentMut) {
    if !document.contains_key(document::SCHEMA_KEY) {
        let mut table = Table::new();
        table.insert(document::SCHEMA_KEY, toml_edit::value(document::SCHEMA));
        merge::apply(document.as_table_mut(), &Table::new(), &table);
    }
}

/// Keeps both: what is on disk under its name, `value` in a file of its own beside it, under a new id.
fn save_beside<T: Kept>(
    workspace: &mut Workspace,
    file: &str,
    value: &T,
) -> Result<Saved, StoreError> {
    let stem = format!("{} (conflict)", document::stem(file));
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let copy = free_file::<T>(workspace, folder, &stem);
    let id = value.other_id(&copy, &|id| id_is_taken::<T>(workspace, id));
    let value = value.with_id(&id).with_name_suffix(" (conflict)");
    let saved = create(workspace, &copy, &value)?;
    // What is there under the old name is taken over as it is.
    let candidate = Candidate {
        file: file.to_owned(),
        real: workspace.root.join(file),
    };
    let theirs = if leads_out(workspace, &candidate.real) {
        None
    } else {
        scan::read_one::<T>(&candidate).ok()
    };
    let before = T::files_mut(workspace).remove(file);
    match (theirs, before) {
        (Some(mut loaded), Some(before)) => {
            // A copied file goes on under the id it was given here.
            if id_is_taken::<T>(workspace, loaded.value.id_text()) {
                loaded.value = loaded.value.with_id(before.value.id_text());
            }
            T::files_mut(workspace).insert(file.to_owned(), loaded);
        }
        _ => {
            workspace.kept_aside.insert(file.to_owned());
        }
    }
    Ok(Saved {
        conflict: Some(copy),
        merged: true,
        ..saved
    })
}

pub(super) fn save_new<T: Kept>(
    workspace: &mut Workspace,
    value: &T,
    folder: &str,
    stem: &str,
) -> Result<Saved, StoreError> {
    let stem = if is_device_name(stem) {
        format!("{stem}-{}", T::NOUN)
    } else {
        stem.to_owned()
    };
    let file = free_file::<T>(workspace, folder, &stem);
    create(workspace, &file, value)
}

fn create<T: Kept>(workspace: &mut Workspace, file: &str, value: &T) -> Result<Saved, StoreError> {
    let real = workspace.root.join(file);
    let text = document::new_text(value).map_err(|reason| malformed(&real, file, &reason))?;
    let candidate = Candidate {
        file: file.to_owned(),
        real,
    };
    write::<T>(workspace, &candidate, text)?;
    Ok(Saved::plain(file, false))
}

/// Writes the text and takes it into memory as what was read.
fn write<T: Kept>(
    workspace: &mut Workspace,
    candidate: &Candidate,
    text: String,
) -> Result<(), StoreError> {
    let path = &candidate.real;
    if text.len() as u64 > bounded::LARGEST {
        return Err(StoreError::new(
            StoreErrorKind::TooLarge,
            path,
            format!(
                "`{}` would be larger than 1 MB and is not written",
                candidate.file
            ),
            "Move a large body into a file of its own and name that file as the body",
        ));
    }
    if leads_out(workspace, path) {
        return Err(StoreError::new(
            StoreErrorKind::NotARegularFile,
            path,
            format!("`{}` leads out of the workspace folder", candidate.file),
            "Replace the link by a folder",
        ));
    }
    let unchanged = std::fs::read(path).is_ok_and(|present| present == text.as_bytes());
    if !unchanged {
        write_text(workspace, path, text.as_bytes())?;
    }
    let value = document::understand::<T>(&text, &candidate.file)
        .map_err(|reason| malformed(path, &candidate.file, &reason))?
        .value;
    let metadata =
        std::fs::metadata(path).map_err(|error| StoreError::from_io("read", path, &error))?;
    let loaded = Loaded {
        value,
        stamp: Stamp::new(&metadata, text.as_bytes()),
        text,
        real: path.clone(),
        newer: false,
    };
    T::files_mut(workspace).insert(candidate.file.clone(), loaded);
    Ok(())
}

/// A new file is flushed later where that is put off.
fn write_text(workspace: &mut Workspace, path: &Path, text: &[u8]) -> Result<(), StoreError> {
    match &mut workspace.unflushed {
        Some(unflushed) if !path.exists() => {
            atomic::write_unflushed(path, text)?;
            unflushed.add(path);
            Ok(())
        }
        _ => atomic::write(path, text, Access::AsBefore),
    }
}

/// `folder/stem.toml`, or the first of `stem-2`, `stem-3` that is nowhere: not in memory, not on disk.
pub(super) fn free_file<T: Kept>(workspace: &Workspace, folder: &str, stem: &str) -> String {
    (1..=u32::MAX)
        .map(|number| match number {
            1 => format!("{folder}/{stem}.toml"),
            number => format!("{folder}/{stem}-{number}.toml"),
        })
        .find(|file| {
            !workspace.kept_aside.contains(file)
                && !T::files(workspace).contains_key(file)
                && std::fs::symlink_metadata(workspace.root.join(file)).is_err()
        })
        .expect("the numbers do not end")
}

pub(super) fn id_is_taken<T: Kept>(workspace: &Workspace, id: &str) -> bool {
    environments::is_reserved(id)
        || T::files(workspace)
            .values()
            .any(|loaded| loaded.value.id_text() == id)
}

/// Whether a path leads out of the workspace folder now: the file or a folder above it became a link.
pub(super) fn leads_out(workspace: &Workspace, path: &Path) -> bool {
    !real_path(path).starts_with(&workspace.root)
}

/// A link where a file was: `real` never names one.
fn is_link(real: &Path) -> bool {
    std::fs::symlink_metadata(real).is_ok_and(|metadata| metadata.is_symlink())
}

fn malformed(path: &Path, file: &str, reason: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Malformed,
        path,
        format!("`{file}` cannot be written: {reason}"),
        "Change the value and save again",
    )
}

/// The folder of one kind of file.
pub(super) fn folder_of<T: Stored>(workspace: &Workspace) -> PathBuf {
    workspace.root.join(T::FOLDER)
}
