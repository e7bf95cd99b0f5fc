//! `rules.toml`: what may differ between two answers, read and written like every other file of the workspace. Its text is the
//! business of `model::rules`; two sides that changed different rules are merged rule by rule.

use std::fs;
use std::path::PathBuf;

use toml_edit::Table;

use super::atomic::{self, Access};
use super::bounded::{self, Stamp};
use super::document;
use super::error::{FileReport, StoreError, StoreErrorKind};
use super::lock::{Lock, PATIENCE};
use super::merge;
use super::paths::{real_path, workspace_key};
use super::saving::leads_out;
use super::workspace::{Saved, Workspace};
use crate::model::rules::{CompareRule, RuleSet};

/// The name of the file, in the workspace folder.
pub const FILE: &str = "rules.toml";

/// The rules as they were read or written last.
#[derive(Debug, Clone, Default)]
pub(super) struct RulesFile {
    set: RuleSet,
    /// `None`: there was no file.
    read: Option<Read>,
    /// Something is there that is not understood, or cannot be read: it is not written over.
    damaged: bool,
}

#[derive(Debug, Clone)]
struct Read {
    text: String,
    stamp: Stamp,
}

impl RulesFile {
    /// Reads the file of a workspace folder. What is wrong with it is reported, and the rest is used.
    pub(super) fn open(root: &std::path::Path, reports: &mut Vec<FileReport>) -> Self {
        let path = root.join(FILE);
        let mut report = |text: String, hint: &str| {
            reports.push(FileReport {
                file: FILE.to_owned(),
                text,
                hint: hint.to_owned(),
            });
        };
        let damaged = Self {
            damaged: true,
            ..Self::default()
        };
        if fs::symlink_metadata(&path).is_err() {
            return Self::default();
        }
        if !real_path(&path).starts_with(root) {
            report(
                "A link that leads out of the workspace folder: it is not followed".to_owned(),
                "Put the file itself into the workspace",
            );
            return damaged;
        }
        match bounded::read_text(&path) {
            Err(error) => {
                report(
                    error.text,
                    "No rule of the workspace is used until it is mended",
                );
                damaged
            }
            Ok((text, stamp)) => {
                let found = RuleSet::read(&text);
                for problem in &found.problems {
                    report(
                        problem.to_string(),
                        "Mend it in an editor; the other rules are used",
                    );
                }
                Self {
                    set: found.rules,
                    damaged: !found.problems.is_empty(),
                    read: Some(Read { text, stamp }),
                }
            }
        }
    }

    /// Whether the file is not what was read.
    pub(super) fn changed_outside(&self, root: &std::path::Path) -> bool {
        let path = root.join(FILE);
        match &self.read {
            Some(read) => !real_path(&path).starts_with(root) || !read.stamp.still_holds(&path),
            // One that could not be read at all: whether it can be now.
            None if self.damaged => {
                real_path(&path).starts_with(root) && bounded::read_text(&path).is_ok()
                    || fs::symlink_metadata(&path).is_err()
            }
            None => fs::symlink_metadata(&path).is_ok(),
        }
    }
}

impl Workspace {
    /// The comparison rules of the workspace.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules.set
    }

    /// Some of `rules.toml` was not understood; the reports say what. It is not written over.
    #[must_use]
    pub fn rules_are_damaged(&self) -> bool {
        self.rules.damaged
    }

    /// Writes the rules. Rules that were changed outside meanwhile stay; where the same rule was changed on both sides,
    /// the file stays as it is and the rules of here go to `rules (conflict).toml`.
    ///
    /// # Errors
    /// When nothing was written. What is on disk is then unchanged.
    pub fn save_rules(&mut self, rules: &RuleSet) -> Result<Saved, StoreError> {
        self.refuse_when_newer()?;
        let path = self.root.join(FILE);
        if self.rules.damaged {
            return Err(damaged(&path));
        }
        if self.known_secrets.text(&rules.text()) != rules.text() {
            return Err(StoreError::new(
                StoreErrorKind::Malformed,
                &path,
                "A rule names a secret and is not written",
                "Name the place without it: `[*]` stands for every element",
            ));
        }
        self.make_root()?;
        let path = self.root.join(FILE);
        let _lock = Lock::acquire(&self.data, &workspace_key(&self.root), PATIENCE)?;
        if leads_out(self, &path) || fs::symlink_metadata(&path).is_ok_and(|file| file.is_symlink())
        {
            return Err(StoreError::new(
                StoreErrorKind::NotARegularFile,
                &path,
                format!("`{FILE}` is a link and is not written"),
                "Put the file itself into the workspace",
            ));
        }
        let base = self.rules.read.as_ref().map(|read| read.text.clone());
        let on_disk = match bounded::read_text(&path) {
            Ok((text, _)) => text,
            Err(error) if error.kind == StoreErrorKind::Missing => base.clone().unwrap_or_default(),
            Err(error) => return Err(error),
        };
        let theirs = RuleSet::read(&on_disk);
        if !theirs.problems.is_empty() {
            return self.keep_both(rules);
        }
        let differs_outside = base.as_deref().unwrap_or_default() != on_disk;
        let merged = if differs_outside {
            merged(&self.rules.set, rules, &theirs.rules)
        } else {
            Some(rules.clone())
        };
        let Some(merged) = merged else {
            return self.keep_both(rules);
        };
        let text = text_of(&on_disk, &theirs.rules, &merged);
        Self::write_rules(&path, &text)?;
        self.rules = RulesFile {
            set: merged,
            read: Some(read_back(&path, text)?),
            damaged: false,
        };
        Ok(Saved::plain(FILE, differs_outside))
    }

    fn write_rules(path: &std::path::Path, text: &str) -> Result<(), StoreError> {
        if text.len() as u64 > bounded::LARGEST {
            return Err(StoreError::new(
                StoreErrorKind::TooLarge,
                path,
                "The rules would be larger than 1 MB and are not written",
                "Replace rules for single elements by one with `[*]`",
            ));
        }
        if fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
            return Ok(());
        }
        atomic::write(path, text.as_bytes(), Access::AsBefore)
    }

    /// The file stays as it is and is what holds from now on; the rules of here go beside it.
    fn keep_both(&mut self, rules: &RuleSet) -> Result<Saved, StoreError> {
        let (name, path) = self.free_copy();
        Self::write_rules(&path, &rules.text())?;
        let mut reports = Vec::new();
        self.rules = RulesFile::open(&self.root, &mut reports);
        Ok(Saved {
            conflict: Some(name),
            merged: true,
            ..Saved::plain(FILE, true)
        })
    }

    fn free_copy(&self) -> (String, PathBuf) {
        (1..=u32::MAX)
            .map(|number| match number {
                1 => "rules (conflict).toml".to_owned(),
                number => format!("rules (conflict {number}).toml"),
            })
            .map(|name| {
                let path = self.root.join(&name);
                (name, path)
            })
            .find(|(_, path)| fs::symlink_metadata(path).is_err())
            .expect("the numbers do not end")
    }
}

fn damaged(path: &std::path::Path) -> StoreError {
    StoreError::new(
        StoreErrorKind::Malformed,
        path,
        format!("`{FILE}` holds something that is not understood and is not written over"),
        "Mend the file in an editor first",
    )
}

fn read_back(path: &std::path::Path, text: String) -> Result<Read, StoreError> {
    let metadata = fs::metadata(path).map_err(|error| StoreError::from_io("read", path, &error))?;
    Ok(Read {
        stamp: Stamp::new(&metadata, text.as_bytes()),
        text,
    })
}

/// The new rules in the text that is there: comments and whatever else a person wrote stay.
fn text_of(on_disk: &str, present: &RuleSet, wanted: &RuleSet) -> String {
    if on_disk.trim().is_empty() {
        return wanted.text();
    }
    let table = |rules: &RuleSet| -> Option<Table> {
        document::parse(&rules.text())
            .ok()
            .map(toml_edit::DocumentMut::into_table)
    };
    let rewritten = document::parse(on_disk).ok().and_then(|mut document| {
        let (old, new) = (table(present)?, table(wanted)?);
        merge::apply(document.as_table_mut(), &old, &new);
        Some(document.to_string())
    });
    // Comments cannot be kept at the price of the rules.
    rewritten
        .filter(|text| {
            let read = RuleSet::read(text);
            read.problems.is_empty() && read.rules == *wanted
        })
        .unwrap_or_else(|| wanted.text())
}

/// Both changes of `base`, rule by rule; `None` when the same rule was changed in two ways.
fn merged(base: &RuleSet, mine: &RuleSet, theirs: &RuleSet) -> Option<RuleSet> {
    let mut result = theirs.clone();
    for id in &mine.switched_off {
        if !base.switched_off.contains(id) {
            result.switched_off.insert(id.clone());
        }
    }
    for id in &base.switched_off {
        if !mine.switched_off.contains(id) {
            result.switched_off.remove(id);
        }
    }
    for rule in &mine.own {
        let (before, there) = (named(base, &rule.id), named(theirs, &rule.id));
        match (before, there) {
            (Some(before), _) if before == rule => {}
            (_, Some(there)) if there == rule => {}
            (None, None) => result.own.push(rule.clone()),
            (Some(before), Some(there)) if before == there => {
                let place = result.own.iter_mut().find(|known| known.id == rule.id)?;
                *place = rule.clone();
            }
            _ => return None,
        }
    }
    for before in &base.own {
        if named(mine, &before.id).is_none() {
            match named(theirs, &before.id) {
                Some(there) if there != before => return None,
                _ => result.own.retain(|rule| rule.id != before.id),
            }
        }
    }
    Some(result)
}

fn named<'r>(rules: &'r RuleSet, id: &str) -> Option<&'r CompareRule> {
    rules.own.iter().find(|rule| rule.id == id)
}
