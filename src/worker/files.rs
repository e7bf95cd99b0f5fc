//! What of the worker lives on disk, behind one queue: the workspace, its drafts, which secret belongs where, and what was allowed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::app::command::Drafts;
use crate::app::event::{Event, FileReport, StoredRequest, StoredRules, WorkspaceSnapshot};
use crate::app::tree::StoredFolder;
use crate::model::environment::Environment;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::masks::Masks;
use crate::model::request::RequestDraft;
use crate::model::settings::Settings;
use crate::store::{
    self, Approvals, DataFolder, DraftSlot, Removed, Saved, SecretMap, StoreError, StoreErrorKind,
    Workspace, withheld,
};

use super::Front;
use super::imports::Imports;
use super::preferences::Preferences;
use super::trust;
use super::typed::Typed;

/// The state behind the queue. Nothing is read before the first command that needs it.
#[derive(Debug)]
pub(super) struct Files {
    front: Front,
    data_directory: Option<PathBuf>,
    open: Option<Open>,
    /// Read, but what comes is meant for `open` until the window says that it shows this one.
    next: Option<Open>,
    preferences: Preferences,
}

/// When the file of own operations was written and how many bytes it has; `None` while there is none.
type CatalogueMark = Option<(SystemTime, u64)>;

/// An open workspace with what this machine knows of it.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) workspace: Workspace,
    pub(super) secrets: SecretMap,
    pub(super) approvals: Approvals,
    slot: Option<DraftSlot>,
    drafts: Drafts,
    draft_reports: Vec<store::FileReport>,
    typed: Typed,
    known: Masks,
    /// What was taken out in this run and can come back.
    pub(super) removed: HashMap<u64, Removed>,
    /// Environments among it whose secrets wait.
    pub(super) set_aside_here: Vec<EnvironmentId>,
    /// What the imports of this run put in place of something else.
    pub(super) imports: Imports,
    /// Of the workspace's own operations, once they were read.
    pub(super) catalogue_mark: Option<CatalogueMark>,
}

impl Files {
    pub(super) fn new(front: Front, data_directory: Option<PathBuf>, settings: Settings) -> Self {
        Self {
            front,
            data_directory,
            open: None,
            next: None,
            preferences: Preferences::new(settings),
        }
    }

    /// Settings and what the window remembers, with the folder they are in.
    pub(super) fn preferences(&mut self) -> Result<(&mut Preferences, DataFolder), StoreError> {
        let data = DataFolder::find(self.data_directory.as_deref())?;
        Ok((&mut self.preferences, data))
    }

    /// Reads a workspace. When another one is `shown`, it takes its place with `enter`.
    pub(super) fn open(&mut self, directory: Option<&Path>, shown: Option<&Path>) -> Event {
        match self.open_workspace(directory, shown) {
            Ok(open) => Event::WorkspaceOpened(Box::new(open.snapshot())),
            Err((directory, error)) => Event::WorkspaceFailed {
                directory,
                text: error.to_string(),
                hint: error.hint,
            },
        }
    }

    /// The folder of the open workspace, when one is open.
    pub(super) fn directory(&self) -> Option<PathBuf> {
        let open = self.open.as_ref()?;
        Some(open.workspace.directory().to_owned())
    }

    /// The open workspace; the default one when none was opened yet.
    pub(super) fn opened(&mut self) -> Result<&mut Open, StoreError> {
        if self.open.is_none() {
            self.open_workspace(None, None)
                .map_err(|(_, error)| error)?;
        }
        Ok(self.open.as_mut().expect("opened above"))
    }

    /// Another workspace was read and the window does not show it yet.
    pub(super) fn waits_for_window(&self) -> bool {
        self.next.is_some()
    }

    /// The open workspace, if one was opened.
    pub(super) fn if_open(&mut self) -> Option<&mut Open> {
        self.open.as_mut()
    }

    /// Keeps the draft's large text body in the data folder.
    pub(super) fn keep_body(&self, draft: &RequestDraft) -> Result<PathBuf, StoreError> {
        let data = DataFolder::find(self.data_directory.as_deref())?;
        store::body_files::keep(&data, draft)
    }

    fn open_workspace(
        &mut self,
        directory: Option<&Path>,
        shown: Option<&Path>,
    ) -> Result<&mut Open, (PathBuf, StoreError)> {
        let named = || directory.map(Path::to_owned).unwrap_or_default();
        let data =
            DataFolder::find(self.data_directory.as_deref()).map_err(|error| (named(), error))?;
        let directory = directory.map_or_else(|| data.default_workspace(), Path::to_owned);
        let workspace =
            Workspace::open(&directory, &data).map_err(|error| (directory.clone(), error))?;
        // The slot of a workspace is given back before it is taken again.
        self.next = None;
        let is_another = self
            .directory()
            .is_some_and(|open| open != workspace.directory() && shown == Some(open.as_path()));
        if !is_another {
            self.open = None;
        }
        let mut open = Open {
            secrets: SecretMap::open(&data, &directory),
            approvals: Approvals::open(&data, &directory),
            workspace,
            slot: None,
            drafts: Drafts::default(),
            draft_reports: Vec::new(),
            typed: Typed::default(),
            known: Masks::default(),
            removed: HashMap::new(),
            set_aside_here: Vec::new(),
            imports: Imports::default(),
            catalogue_mark: None,
        };
        if self.front == Front::Window {
            open.load_drafts(&data, &directory);
        }
        let place = if is_another {
            &mut self.next
        } else {
            &mut self.open
        };
        Ok(place.insert(open))
    }

    /// The workspace that was read last takes the place of the one that is open, whose last drafts are these.
    pub(super) fn enter(
        &mut self,
        directory: &Path,
        drafts: &Drafts,
        known: Masks,
    ) -> Result<(), StoreError> {
        let next = self
            .next
            .take_if(|next| next.workspace.directory() == directory);
        let Some(next) = next else {
            return Ok(());
        };
        match self.open.replace(next) {
            Some(mut before) => {
                before.withhold(known);
                before.save_drafts(drafts)
            }
            None => Ok(()),
        }
    }
}

/// Adds the requests that another window left open. The same request with other unsaved edits becomes a request of its own:
/// neither edit is given up for the other.
fn adopt(drafts: &mut Drafts, others: Drafts) {
    if drafts.form.is_none() {
        drafts.form = others.form;
    }
    for mut other in others.open {
        let own = drafts
            .open
            .iter()
            .find(|own| own.draft.id == other.draft.id);
        if let Some(own) = own {
            if !other.dirty || own.draft == other.draft {
                continue;
            }
            other.draft.id = unused_id(drafts, &other.draft.id);
        }
        drafts.open.push(other);
    }
    let unsaved = others.closed.into_iter().filter(|closed| closed.dirty);
    drafts.closed.extend(unsaved);
}

fn unused_id(drafts: &Drafts, taken: &RequestId) -> RequestId {
    (2..=u32::MAX)
        .map(|number| RequestId(format!("{}-{number}", taken.0)))
        .find(|id| drafts.open.iter().all(|open| open.draft.id != *id))
        .expect("there are more numbers than open requests")
}

impl Open {
    /// The workspace's own operations as they are now.
    pub(super) fn own_operations(&mut self) -> Result<Option<String>, StoreError> {
        self.catalogue_mark = Some(self.workspace.catalogue_mark());
        self.workspace.catalogue()
    }

    /// Whether another program changed them since they were read.
    pub(super) fn catalogue_changed(&self) -> bool {
        self.catalogue_mark
            .is_some_and(|mark| mark != self.workspace.catalogue_mark())
    }

    /// Secrets that no file may hold, whatever field they were typed into.
    pub(super) fn withhold(&mut self, known: Masks) {
        self.known = known.clone();
        self.workspace.withhold(known);
    }

    fn load_drafts(&mut self, data: &DataFolder, directory: &Path) {
        let mut slot = match DraftSlot::claim(data, directory) {
            Ok(slot) => slot,
            Err(error) => {
                self.draft_reports.push(store::FileReport {
                    file: "drafts".to_owned(),
                    text: error.to_string(),
                    hint: error.hint,
                });
                return;
            }
        };
        let loaded = slot.load::<Drafts>();
        self.drafts = loaded.drafts.unwrap_or_default();
        self.draft_reports.extend(loaded.reports);
        let adopted = !loaded.left_by_others.is_empty();
        for others in loaded.left_by_others {
            adopt(&mut self.drafts, others);
        }
        // Only when they are safe here may they be deleted there.
        if adopted && slot.save(&self.drafts).is_ok() {
            let _ = slot.adopted();
        }
        self.slot = Some(slot);
    }

    pub(super) fn snapshot(&self) -> WorkspaceSnapshot {
        let reports = self
            .workspace
            .reports()
            .iter()
            .chain(self.secrets.reports())
            .chain(self.approvals.reports())
            .chain(&self.draft_reports);
        WorkspaceSnapshot {
            directory: self.workspace.directory().to_owned(),
            environments: self
                .workspace
                .environments()
                .into_iter()
                .map(|stored| self.typed.environment(stored))
                .collect(),
            requests: self
                .workspace
                .requests()
                .into_iter()
                .map(|stored| StoredRequest {
                    path: stored.path,
                    draft: self.typed.request(stored.draft),
                })
                .collect(),
            folders: self
                .workspace
                .folders()
                .into_iter()
                .map(|folder| StoredFolder {
                    path: folder.path,
                    name: folder.name,
                    order: folder.order,
                })
                .collect(),
            drafts: self.drafts.clone(),
            rules: StoredRules {
                set: self.workspace.rules().clone(),
                damaged: self.workspace.rules_are_damaged(),
            },
            reports: reports
                .map(|report| FileReport {
                    file: report.file.clone(),
                    text: report.text.clone(),
                    hint: report.hint.clone(),
                })
                .collect(),
            read_only: self.workspace.read_only().is_some(),
        }
    }

    /// Reads the folder again when something in it changed; the snapshot says what it is now.
    pub(super) fn refresh(&mut self) -> Option<Result<WorkspaceSnapshot, StoreError>> {
        if !self.workspace.changed_outside() {
            return None;
        }
        Some(self.workspace.reload().map(|()| self.snapshot()))
    }

    /// Writes an environment. What the user changed in it counts as allowed: they typed it here and now;
    /// what stood in the file before is no more trusted than it was.
    pub(super) fn save_environment(
        &mut self,
        environment: &Environment,
    ) -> Result<Saved, StoreError> {
        let before = self.workspace.environment(&environment.id).cloned();
        let typed =
            trust::newly_typed(before.as_ref(), environment, &self.workspace.environments());
        let saved = self.workspace.save_environment(environment)?;
        for item in &typed.approvals {
            // A CA file that is not there yet is no reason to call the save failed: the send tells that it is missing.
            match self.approvals.approve(&environment.id, item) {
                Err(error) if error.kind == StoreErrorKind::Missing => {
                    tracing::debug!(%error, "not approved");
                }
                other => other?,
            }
        }
        for (key, origins) in &typed.grants {
            self.secrets.bind(key, origins).1?;
        }
        self.typed
            .environment_saved(environment, &self.workspace, &self.known);
        Ok(saved)
    }

    pub(super) fn save_request(&mut self, draft: &RequestDraft) -> Result<Saved, StoreError> {
        let saved = self.workspace.save_request(draft)?;
        self.typed
            .request_saved(draft, &self.workspace, &self.known);
        Ok(saved)
    }

    /// A request that is new to the workspace, in a folder below `requests`.
    pub(super) fn save_request_in(
        &mut self,
        draft: &RequestDraft,
        folder: &str,
        stem: Option<&str>,
    ) -> Result<Saved, StoreError> {
        let saved = self.workspace.save_request_in(draft, folder, stem)?;
        self.typed
            .request_saved(draft, &self.workspace, &self.known);
        Ok(saved)
    }

    /// The request as its file holds it, with what was typed in place of what the file may not hold.
    pub(super) fn typed_request(&self, id: &RequestId) -> Option<RequestDraft> {
        self.stored_request(id)
            .map(|stored| self.typed.request(stored))
    }

    pub(super) fn save_drafts(&mut self, drafts: &Drafts) -> Result<(), StoreError> {
        let mut kept = drafts.clone();
        for open in kept.open.iter_mut().chain(&mut kept.closed) {
            open.draft = withheld::without_credentials_with(&open.draft, &self.known);
        }
        if let Some(form) = &mut kept.form {
            form.environment =
                withheld::withhold_environment_with(&form.environment, &self.known).0;
        }
        for base in kept.tabs.iter_mut().filter_map(|tab| tab.base.as_mut()) {
            **base = withheld::without_credentials_with(base, &self.known);
        }
        let result = self.slot.as_mut().map_or(Ok(()), |slot| slot.save(&kept));
        self.drafts = kept;
        result
    }

    /// The request as its file holds it.
    pub(super) fn stored_request(&self, id: &RequestId) -> Option<RequestDraft> {
        self.workspace
            .requests()
            .into_iter()
            .map(|stored| stored.draft)
            .find(|draft| draft.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::OpenDraft;
    use crate::model::request::HeaderRow;

    fn open(id: &str, path: &str, dirty: bool) -> OpenDraft {
        OpenDraft {
            draft: RequestDraft {
                id: RequestId(id.to_owned()),
                path: path.to_owned(),
                ..RequestDraft::default()
            },
            dirty,
        }
    }

    #[test]
    fn two_windows_edits_of_one_request_are_both_kept() {
        let mut drafts = Drafts {
            open: vec![open("r1", "/mine", true), open("r2", "/same", true)],
            ..Drafts::default()
        };
        let others = Drafts {
            open: vec![
                open("r1", "/theirs", true),
                open("r2", "/same", true),
                open("r3", "/new", false),
            ],
            ..Drafts::default()
        };
        adopt(&mut drafts, others);
        let third = Drafts {
            open: vec![open("r1", "/third", true), open("r1", "/as stored", false)],
            ..Drafts::default()
        };
        adopt(&mut drafts, third);
        let shown: Vec<(&str, &str)> = drafts
            .open
            .iter()
            .map(|open| (open.draft.id.0.as_str(), open.draft.path.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("r1", "/mine"),
                ("r2", "/same"),
                ("r1-2", "/theirs"),
                ("r3", "/new"),
                ("r1-3", "/third"),
            ]
        );
    }

    #[test]
    fn a_credential_typed_into_a_plain_field_is_not_written_and_stays_usable_in_this_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = folder.path().join("workspace");
        let mut files = Files::new(
            Front::Headless,
            Some(folder.path().join("data")),
            Settings::default(),
        );
        files.open(Some(&workspace), None);
        let open = files.opened().expect("open");
        let row = |name: &str, value: &str| HeaderRow {
            enabled: true,
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let mut draft = RequestDraft {
            id: RequestId("r1".to_owned()),
            name: "List".to_owned(),
            path: "/x".to_owned(),
            ..RequestDraft::default()
        };
        draft.headers = vec![
            row("X-Api-Key", "typed-key-4711"),
            row("X-Plain", "token-of-this-run-4711"),
        ];
        let mut known = Masks::default();
        known.add("token-of-this-run-4711");
        open.withhold(known);
        open.save_request(&draft).expect("saved");
        let file = std::fs::read_to_string(
            workspace
                .join("requests")
                .join(&open.snapshot().requests[0].path),
        )
        .expect("the file");
        assert!(!file.contains("4711"), "{file}");
        assert_eq!(open.snapshot().requests[0].draft, draft);

        // Once the file says something else, the file counts.
        draft.headers.clear();
        open.withhold(Masks::default());
        open.save_request(&draft).expect("saved");
        assert_eq!(open.snapshot().requests[0].draft, draft);
    }
}
