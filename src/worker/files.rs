//! What of the worker lives on disk, behind one queue: the workspace, its drafts, which secret belongs where, and what was allowed.

use std::path::{Path, PathBuf};

use crate::app::command::Drafts;
use crate::app::event::{Event, FileReport, StoredRequest, WorkspaceSnapshot};
use crate::model::environment::Environment;
use crate::model::ids::RequestId;
use crate::model::request::RequestDraft;
use crate::store::{
    self, Approvals, DataFolder, DraftSlot, Saved, SecretMap, StoreError, Workspace, withheld,
};

use super::Front;
use super::trust;

/// The state behind the queue. Nothing is read before the first command that needs it.
#[derive(Debug)]
pub(super) struct Files {
    front: Front,
    data_directory: Option<PathBuf>,
    open: Option<Open>,
}

/// An open workspace with what this machine knows of it.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) workspace: Workspace,
    pub(super) secrets: SecretMap,
    pub(super) approvals: Approvals,
    slot: Option<DraftSlot>,
    drafts: Drafts,
    draft_reports: Vec<store::FileReport>,
}

impl Files {
    pub(super) fn new(front: Front, data_directory: Option<PathBuf>) -> Self {
        Self {
            front,
            data_directory,
            open: None,
        }
    }

    /// Opens a workspace in place of the one that is open.
    pub(super) fn open(&mut self, directory: Option<&Path>) -> Event {
        match self.open_workspace(directory) {
            Ok(open) => Event::WorkspaceOpened(Box::new(open.snapshot())),
            Err((directory, error)) => Event::WorkspaceFailed {
                directory,
                text: error.to_string(),
                hint: error.hint,
            },
        }
    }

    /// The open workspace; the default one when none was opened yet.
    pub(super) fn opened(&mut self) -> Result<&mut Open, StoreError> {
        if self.open.is_none() {
            self.open_workspace(None).map_err(|(_, error)| error)?;
        }
        Ok(self.open.as_mut().expect("opened above"))
    }

    /// Keeps the draft's large text body in the data folder.
    pub(super) fn keep_body(&self, draft: &RequestDraft) -> Result<PathBuf, StoreError> {
        let data = DataFolder::find(self.data_directory.as_deref())?;
        store::body_files::keep(&data, draft)
    }

    fn open_workspace(
        &mut self,
        directory: Option<&Path>,
    ) -> Result<&mut Open, (PathBuf, StoreError)> {
        let named = || directory.map(Path::to_owned).unwrap_or_default();
        let data =
            DataFolder::find(self.data_directory.as_deref()).map_err(|error| (named(), error))?;
        let directory = directory.map_or_else(|| data.default_workspace(), Path::to_owned);
        let workspace =
            Workspace::open(&directory, &data).map_err(|error| (directory.clone(), error))?;
        // The slot of the workspace that was open is given back first: it may be the same one.
        self.open = None;
        let mut open = Open {
            secrets: SecretMap::open(&data, &directory),
            approvals: Approvals::open(&data, &directory),
            workspace,
            slot: None,
            drafts: Drafts::default(),
            draft_reports: Vec::new(),
        };
        if self.front == Front::Window {
            open.load_drafts(&data, &directory);
        }
        Ok(self.open.insert(open))
    }
}

impl Open {
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
            let known: Vec<RequestId> = self
                .drafts
                .open
                .iter()
                .map(|open| open.draft.id.clone())
                .collect();
            let new = others
                .open
                .into_iter()
                .filter(|open| !known.contains(&open.draft.id));
            self.drafts.open.extend(new);
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
            environments: self.workspace.environments(),
            requests: self
                .workspace
                .requests()
                .into_iter()
                .map(|stored| StoredRequest {
                    path: stored.path,
                    draft: stored.draft,
                })
                .collect(),
            drafts: self.drafts.clone(),
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
            self.approvals.approve(&environment.id, item)?;
        }
        for (key, origins) in &typed.grants {
            self.secrets.bind(key, origins).1?;
        }
        Ok(saved)
    }

    pub(super) fn save_drafts(&mut self, drafts: &Drafts) -> Result<(), StoreError> {
        let mut kept = drafts.clone();
        for open in &mut kept.open {
            open.draft = withheld::without_credentials(&open.draft);
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
