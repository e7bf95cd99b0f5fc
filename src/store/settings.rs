//! `settings.toml` in the data folder: what the user chose for the whole program. A person may edit it:
//! comments, order and unknown keys stay. What each setting means is the business of `model::settings`.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Table};

use super::atomic::{self, Access};
use super::bounded;
use super::data_file::keep_aside;
use super::document::{self, SCHEMA, SCHEMA_KEY, table_of};
use super::error::{FileReport, StoreError, StoreErrorKind};
use super::lock::{Lock, PATIENCE};
use super::merge;
use super::paths::DataFolder;
use crate::model::settings::Settings;

const NAME: &str = "settings.toml";

const HEAD: &str = "# Settings of Gatescope. Comments and keys that it does not know are kept.\n\n";

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadedSettings {
    pub settings: Settings,
    /// There is such a file.
    pub found: bool,
    pub reports: Vec<FileReport>,
}

/// The settings file and what was last read from or written to it.
#[derive(Debug)]
pub struct SettingsFile {
    data: DataFolder,
    known: Settings,
}

impl SettingsFile {
    /// Reads the file. One that is no TOML is kept beside and reported; a value that makes no sense is reported
    /// and counts as not set, the others hold.
    #[must_use]
    pub fn open(data: &DataFolder) -> (Self, LoadedSettings) {
        let loaded = load(&path(data));
        let file = Self {
            data: data.clone(),
            known: loaded.settings.clone(),
        };
        (file, loaded)
    }

    /// The file as somebody read it at another time, with what they found in it.
    #[must_use]
    pub fn read_before(data: &DataFolder, known: Settings) -> Self {
        Self {
            data: data.clone(),
            known,
        }
    }

    /// Writes what differs from what was read, into the file as it is now: two windows may change different settings.
    ///
    /// # Errors
    /// When nothing was written; what was there is unchanged.
    pub fn save(&mut self, settings: &Settings) -> Result<(), StoreError> {
        let path = path(&self.data);
        self.data.make()?;
        let _lock = Lock::acquire(&self.data, "settings", PATIENCE)?;
        let text = merged(&path, &self.known, settings)?;
        atomic::write(&path, text.as_bytes(), Access::Private)?;
        self.known = settings.clone();
        Ok(())
    }
}

fn path(data: &DataFolder) -> PathBuf {
    data.root().join(NAME)
}

fn load(path: &Path) -> LoadedSettings {
    let text = match bounded::read_text(path) {
        Ok((text, _)) => text,
        Err(error) if error.kind == StoreErrorKind::Missing => return LoadedSettings::default(),
        Err(error) => {
            return LoadedSettings {
                found: true,
                reports: vec![keep_aside(path, &error)],
                ..LoadedSettings::default()
            };
        }
    };
    let mut reports = Vec::new();
    let settings = match document::parse(&text) {
        Ok(document) => understand(document, &mut reports),
        Err(reason) => {
            let error = StoreError::new(StoreErrorKind::Malformed, path, reason, "");
            reports.push(keep_aside(path, &error));
            Settings::default()
        }
    };
    LoadedSettings {
        settings: settings.within_bounds(),
        found: true,
        reports,
    }
}

/// Every key that can be understood; the others are reported.
fn understand(document: DocumentMut, reports: &mut Vec<FileReport>) -> Settings {
    if let Ok(settings) = toml_edit::de::from_document(document.clone()) {
        return settings;
    }
    let keys: Vec<String> = document.iter().map(|(key, _)| key.to_owned()).collect();
    let mut good = DocumentMut::new();
    for key in keys {
        let mut alone = DocumentMut::new();
        let item = document.get(&key).cloned().unwrap_or_default();
        alone.insert(&key, item.clone());
        match toml_edit::de::from_document::<Settings>(alone) {
            Ok(_) => {
                good.insert(&key, item);
            }
            Err(error) => reports.push(FileReport {
                file: NAME.to_owned(),
                text: format!(
                    "`{key}` is not understood: {}",
                    error.to_string().trim().replace('\n', ", ")
                ),
                hint: "Its usual value is used; correct it, or take the line out".to_owned(),
            }),
        }
    }
    toml_edit::de::from_document(good).unwrap_or_default()
}

fn merged(path: &Path, known: &Settings, settings: &Settings) -> Result<String, StoreError> {
    let malformed = |reason: String| {
        StoreError::new(
            StoreErrorKind::Malformed,
            path,
            format!("Cannot write {}: {reason}", path.display()),
            "The settings hold for this run",
        )
    };
    let new = table_of(settings).map_err(malformed)?;
    let (text, fresh) = match bounded::read_text(path) {
        Ok((text, _)) if !text.trim().is_empty() => (text, false),
        Ok(_) => (HEAD.to_owned(), true),
        Err(error) if error.kind == StoreErrorKind::Missing => (HEAD.to_owned(), true),
        Err(error) => return Err(error),
    };
    if fresh {
        let mut document = DocumentMut::new();
        document.insert(SCHEMA_KEY, toml_edit::value(SCHEMA));
        merge::apply(document.as_table_mut(), &Table::new(), &new);
        return Ok(format!("{HEAD}{document}"));
    }
    let mut document = match document::parse(&text) {
        Ok(document) => document,
        Err(reason) => {
            // Damaged since it was read: kept beside, and written anew.
            let error = StoreError::new(StoreErrorKind::Malformed, path, reason, "");
            keep_aside(path, &error);
            return merged(path, known, settings);
        }
    };
    let version = document::version(document.as_table()).map_err(malformed)?;
    if version > SCHEMA {
        return Err(StoreError::new(
            StoreErrorKind::NewerVersion,
            path,
            format!("`{NAME}` was written by a newer version of Gatescope and is not changed"),
            "The settings hold for this run; update Gatescope to keep them",
        ));
    }
    let old = table_of(known).map_err(malformed)?;
    merge::apply(document.as_table_mut(), &old, &new);
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::{Appearance, HeaderCase};
    use std::fs;

    fn folder() -> (tempfile::TempDir, DataFolder) {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::at(folder.path());
        (folder, data)
    }

    #[test]
    fn settings_come_back_and_the_file_can_be_read_by_a_person() {
        let (_folder, data) = folder();
        let (mut file, loaded) = SettingsFile::open(&data);
        assert_eq!(loaded, LoadedSettings::default());
        let settings = Settings {
            appearance: Appearance::Dark,
            zoom_percent: 150,
            header_case: HeaderCase::Lower,
            ..Settings::default()
        };
        file.save(&settings).expect("written");
        let text = fs::read_to_string(path(&data)).expect("there");
        for line in [
            "schema = 1",
            "appearance = \"dark\"",
            "zoom-percent = 150",
            "header-case = \"lower\"",
            "[history]",
            "[limits]",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        let (_, again) = SettingsFile::open(&data);
        assert_eq!(again.settings, settings);
        assert!(again.found && again.reports.is_empty(), "{again:?}");
    }

    #[test]
    fn comments_order_and_unknown_keys_stay() {
        let (_folder, data) = folder();
        let before = "# mine\nzoom-percent = 125 # large\nfrom-the-future = [1, 2]\nappearance = \"light\"\n\n[history]\ndays = 7\n";
        fs::write(path(&data), before).expect("written");
        let (mut file, loaded) = SettingsFile::open(&data);
        assert_eq!(loaded.settings.history.days, 7);
        let settings = Settings {
            zoom_percent: 200,
            ..loaded.settings
        };
        file.save(&settings).expect("written");
        let after = fs::read_to_string(path(&data)).expect("there");
        assert_eq!(after, before.replace("125 #", "200 #"));
    }

    #[test]
    fn two_windows_change_different_settings_and_both_hold() {
        let (_folder, data) = folder();
        let (mut one, _) = SettingsFile::open(&data);
        let (mut other, _) = SettingsFile::open(&data);
        one.save(&Settings {
            zoom_percent: 150,
            ..Settings::default()
        })
        .expect("written");
        other
            .save(&Settings {
                appearance: Appearance::Light,
                ..Settings::default()
            })
            .expect("written");
        let (_, both) = SettingsFile::open(&data);
        assert_eq!(both.settings.zoom_percent, 150);
        assert_eq!(both.settings.appearance, Appearance::Light);
    }

    #[test]
    fn what_is_damaged_is_reported_and_never_written_over() {
        let (folder, data) = folder();
        for (what, text, zoom, kept_aside) in [
            ("no TOML", "zoom-percent = = 4", 100, true),
            ("empty", "", 100, false),
            (
                "one wrong value",
                "zoom-percent = \"big\"\nmono-size = 20\n",
                100,
                false,
            ),
            ("out of bounds", "zoom-percent = 9000\n", 300, false),
        ] {
            fs::write(path(&data), text).expect("written");
            let (mut file, loaded) = SettingsFile::open(&data);
            assert_eq!(loaded.settings.zoom_percent, zoom, "{what}");
            let reported = kept_aside || text.contains("big");
            assert_eq!(!loaded.reports.is_empty(), reported, "{what}: {loaded:?}");
            if text.contains("mono") {
                assert_eq!(loaded.settings.mono_size, 20, "{what}");
            }
            let aside = fs::read_dir(folder.path())
                .expect("a folder")
                .filter_map(Result::ok)
                .any(|entry| fs::read_to_string(entry.path()).is_ok_and(|kept| kept == text));
            assert!(aside || text.is_empty(), "{what}: the text is gone");
            file.save(&Settings {
                text_size: 17,
                ..loaded.settings
            })
            .expect("written");
            let after = fs::read_to_string(path(&data)).expect("there");
            if text.contains("big") {
                assert!(after.contains("zoom-percent = \"big\""), "{what}: {after}");
            }
            assert!(after.contains("text-size = 17"), "{what}: {after}");
            fs::remove_file(path(&data)).expect("there");
        }
    }

    #[test]
    fn a_file_of_a_newer_version_is_read_and_not_changed() {
        let (_folder, data) = folder();
        let text = "schema = 9\nzoom-percent = 110\n";
        fs::write(path(&data), text).expect("written");
        let (mut file, loaded) = SettingsFile::open(&data);
        assert_eq!(loaded.settings.zoom_percent, 110);
        let error = file.save(&Settings::default()).expect_err("refused");
        assert_eq!(error.kind, StoreErrorKind::NewerVersion);
        assert_eq!(fs::read_to_string(path(&data)).expect("there"), text);
    }
}
