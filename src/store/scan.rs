//! Which files a workspace folder has, and what becomes of each. Follows no link out of the folder, and stops at limits,
//! because the folder may come from anyone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::bounded::{self, Stamp};
use super::document::{self, Stored};
use super::error::{FileReport, StoreError, StoreErrorKind};
use super::folders::{self, Folders};

/// The most entries of a workspace that are looked at.
pub(super) const MOST_ENTRIES: usize = 10_000;

/// The most bytes of files of one kind that are read: thousands of requests, and no more than memory takes.
pub(super) const MOST_BYTES: u64 = 64 * 1_048_576;

/// How many folders deep requests may lie.
pub(super) const DEEPEST: usize = 8;

/// A file that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Below the workspace folder, with `/`.
    pub(super) file: String,
    /// Where it really is.
    pub(super) real: PathBuf,
}

/// One file and what it means.
#[derive(Debug, Clone)]
pub(super) struct Loaded<T> {
    /// As it is used here; the id may differ from the one in `text`.
    pub(super) value: T,
    /// The text as it was read or written last.
    pub(super) text: String,
    pub(super) stamp: Stamp,
    /// Where it really is; differs from the name for a link inside the folder.
    pub(super) real: PathBuf,
    /// Written by a newer version.
    pub(super) newer: bool,
}

/// What was found in one folder of a workspace.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) candidates: Vec<Candidate>,
    /// Folders below the one that was looked through.
    pub(super) folders: Vec<String>,
    /// What says how a folder of requests is called and ordered.
    pub(super) folder_files: Vec<Candidate>,
    /// Not read: each with its reason.
    pub(super) refused: Vec<(String, FileReport)>,
}

/// Everything ending in `.toml` below `root/folder`, in order. Names that begin with a dot are left alone.
pub(super) fn list(root: &Path, folder: &str) -> Result<Found, StoreError> {
    let top = root.join(folder);
    let mut walk = Walk {
        root,
        found: Found::default(),
        entries: 0,
        bytes: 0,
    };
    match fs::metadata(&top) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(walk.found),
        Err(error) => return Err(StoreError::from_io("read", &top, &error)),
        Ok(metadata) if !metadata.is_dir() => {
            walk.refuse(
                folder,
                format!("`{folder}` is not a folder"),
                "Move it out of the way: saved files go into a folder of that name",
            );
            return Ok(walk.found);
        }
        Ok(_) => {}
    }
    let real = fs::canonicalize(&top).map_err(|error| StoreError::from_io("read", &top, &error))?;
    if real.starts_with(root) {
        walk.folder(&real, folder, 0);
    } else {
        walk.refuse(
            folder,
            format!("`{folder}` is a link that leads out of the workspace folder"),
            "Put the files themselves into the workspace",
        );
    }
    // A link to a file that is there under its own name adds nothing.
    let own: BTreeSet<PathBuf> = walk
        .found
        .candidates
        .iter()
        .filter(|candidate| root.join(&candidate.file) == candidate.real)
        .map(|candidate| candidate.real.clone())
        .collect();
    let mut taken = BTreeSet::new();
    walk.found.candidates.retain(|candidate| {
        let is_own = root.join(&candidate.file) == candidate.real;
        (is_own || !own.contains(&candidate.real)) && taken.insert(candidate.real.clone())
    });
    walk.found
        .candidates
        .sort_by(|left, right| left.file.cmp(&right.file));
    Ok(walk.found)
}

struct Walk<'a> {
    root: &'a Path,
    found: Found,
    entries: usize,
    bytes: u64,
}

impl Walk<'_> {
    fn folder(&mut self, real: &Path, name: &str, depth: usize) {
        let entries = match fs::read_dir(real) {
            Ok(entries) => entries,
            Err(error) => {
                let error = StoreError::from_io("read", Path::new(name), &error);
                self.refuse(name, error.to_string(), &error.hint);
                return;
            }
        };
        for entry in entries.flatten() {
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                if self.entries == MOST_ENTRIES + 1 {
                    self.refuse(
                        name,
                        format!("More than {MOST_ENTRIES} files: the rest is not read"),
                        "Divide the workspace",
                    );
                }
                return;
            }
            match entry.file_name().to_str() {
                Some(own) if own.starts_with('.') => {}
                Some(own) => self.entry(&entry.path(), &format!("{name}/{own}"), depth),
                None => self.refuse(
                    &format!("{name}/{}", entry.file_name().to_string_lossy()),
                    "The name of the file is not UTF-8".to_owned(),
                    "Rename it",
                ),
            }
        }
    }

    fn entry(&mut self, path: &Path, name: &str, depth: usize) {
        let is_toml = Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "toml");
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let (Ok(real), Ok(metadata)) = (fs::canonicalize(path), fs::metadata(path)) else {
            if is_toml {
                self.refuse(
                    name,
                    "A link that leads nowhere, or a file that cannot be looked at".to_owned(),
                    "Delete it or mend it",
                );
            }
            return;
        };
        if is_link && metadata.is_dir() {
            self.refuse(
                name,
                "A link to a folder: it is not followed".to_owned(),
                "Put the folder itself into the workspace",
            );
        } else if is_link && !real.starts_with(self.root) {
            if is_toml {
                self.refuse(
                    name,
                    "A link that leads out of the workspace folder: it is not followed".to_owned(),
                    "Put the file itself into the workspace",
                );
            }
        } else if metadata.is_dir() {
            if depth + 1 < DEEPEST {
                self.found.folders.push(name.to_owned());
            }
            if depth + 1 >= DEEPEST {
                self.refuse(
                    name,
                    format!("More than {DEEPEST} folders deep: not read"),
                    "Move the files up",
                );
            } else {
                self.folder(&real, name, depth + 1);
            }
        } else if is_toml {
            self.file(name, real, metadata.len());
        }
    }

    fn file(&mut self, name: &str, real: PathBuf, length: u64) {
        // A larger one is refused when it is read.
        let length = if length > bounded::LARGEST { 0 } else { length };
        let before = self.bytes;
        self.bytes += length;
        if self.bytes <= MOST_BYTES {
            let candidate = Candidate {
                file: name.to_owned(),
                real,
            };
            if folders::is_folder_file(name) {
                self.found.folder_files.push(candidate);
            } else {
                self.found.candidates.push(candidate);
            }
        } else if before <= MOST_BYTES {
            self.refuse(
                name,
                format!(
                    "The files are larger than {} MB together: this one and the rest are not read",
                    MOST_BYTES / 1_048_576
                ),
                "Divide the workspace",
            );
        }
    }

    fn refuse(&mut self, name: &str, text: String, hint: &str) {
        self.found.refused.push((
            name.to_owned(),
            FileReport {
                file: name.to_owned(),
                text,
                hint: hint.to_owned(),
            },
        ));
    }
}

/// What became of the files of one kind.
#[derive(Debug)]
pub(super) struct Reading<T> {
    pub(super) loaded: BTreeMap<String, Loaded<T>>,
    /// Files that stay as they are, whatever is saved.
    pub(super) kept_aside: BTreeSet<String>,
    pub(super) reports: Vec<FileReport>,
    pub(super) folders: Folders,
}

/// Reads all files of one kind.
pub(super) fn read_all<T: Stored>(
    root: &Path,
    is_reserved: &dyn Fn(&str) -> bool,
) -> Result<Reading<T>, StoreError> {
    let found = list(root, T::FOLDER)?;
    let (folders, reports) = folders::read(&found);
    let mut reading = Reading {
        loaded: BTreeMap::new(),
        kept_aside: BTreeSet::new(),
        reports,
        folders,
    };
    for (file, report) in found.refused {
        reading.kept_aside.insert(file);
        reading.reports.push(report);
    }
    for candidate in found.candidates {
        match read_one::<T>(&candidate) {
            Ok(loaded) => {
                if loaded.newer {
                    reading.reports.push(newer_report(&candidate.file));
                }
                reading.loaded.insert(candidate.file, loaded);
            }
            Err(error) => {
                reading.reports.push(FileReport {
                    file: candidate.file.clone(),
                    text: error.text,
                    hint: error.hint,
                });
                reading.kept_aside.insert(candidate.file);
            }
        }
    }
    give_each_its_own_id(&mut reading, is_reserved);
    Ok(reading)
}

/// Reads and understands one file.
pub(super) fn read_one<T: Stored>(candidate: &Candidate) -> Result<Loaded<T>, StoreError> {
    let (text, stamp) = bounded::read_text(&candidate.real)?;
    let understood = document::understand::<T>(&text, &candidate.file).map_err(|reason| {
        StoreError::new(
            StoreErrorKind::Malformed,
            &candidate.real,
            reason,
            "Mend it in an editor, or delete it. It stays as it is until then",
        )
    })?;
    Ok(Loaded {
        value: understood.value,
        text,
        stamp,
        real: candidate.real.clone(),
        newer: understood.newer,
    })
}

fn newer_report(file: &str) -> FileReport {
    FileReport {
        file: file.to_owned(),
        text: "Written by a newer version of Gatescope: it can be used, but not saved".to_owned(),
        hint: "Update Gatescope to change it".to_owned(),
    }
}

/// A copied file holds the id of its original. The original keeps it: the file named as a new one would be, else the first.
fn give_each_its_own_id<T: Stored>(reading: &mut Reading<T>, is_reserved: &dyn Fn(&str) -> bool) {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for (file, loaded) in &reading.loaded {
        let id = loaded.value.id_text();
        let named_after_it = document::stem(file) == loaded.value.file_stem();
        if !is_reserved(id) && (named_after_it || !owners.contains_key(id)) {
            owners.insert(id.to_owned(), file.clone());
        }
    }
    let strays: Vec<String> = reading
        .loaded
        .iter()
        .filter(|(file, loaded)| owners.get(loaded.value.id_text()) != Some(*file))
        .map(|(file, _)| file.clone())
        .collect();
    for file in strays {
        let Some(loaded) = reading.loaded.get_mut(&file) else {
            continue;
        };
        let old = loaded.value.id_text().to_owned();
        let taken = |id: &str| is_reserved(id) || owners.contains_key(id);
        let id = loaded.value.other_id(&file, &taken);
        let original = owners
            .get(&old)
            .map_or_else(|| "a built-in one".to_owned(), |owner| format!("`{owner}`"));
        reading.reports.push(FileReport {
            file: file.clone(),
            text: format!("Its id `{old}` is that of {original}: it is used as `{id}`"),
            hint: "Saving it writes the new id into the file".to_owned(),
        });
        loaded.value = loaded.value.with_id(&id);
        owners.insert(id, file);
    }
}
