//! What can be undone besides the typing within one field: deletes, moves and renames in the tree, removed environments, and
//! changes of a request that happen as a whole. Here is the stack; what a change does is the business of `update::undo`.

use crate::model::history::HistoryId;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::request::RequestDraft;

use super::event::StoredRequest;
use super::tree::{Node, Orders, Removal, RemovedEnvironment, StoredFolder};

/// Something that is done as a whole. Doing it yields the change that takes it back.
#[derive(Debug, Clone)]
pub enum Change {
    /// Takes the open request from `from` to `to`, where they differ. What was typed since stays.
    Draft {
        from: Box<RequestDraft>,
        to: Box<RequestDraft>,
    },
    Create {
        node: Node,
        folders: Vec<StoredFolder>,
        requests: Vec<StoredRequest>,
        orders: Orders,
    },
    Rename {
        node: Node,
        name: String,
    },
    Move {
        node: Node,
        path: String,
        orders: Orders,
    },
    Remove(Node),
    Restore {
        node: Node,
        removal: Box<Removal>,
    },
    RemoveEnvironment(EnvironmentId),
    RestoreEnvironment(Box<RemovedEnvironment>),
    /// An entry of the history.
    DeletePast(HistoryId),
    BringPastBack(HistoryId),
    /// Puts an environment back as it was before an import.
    PutEnvironment(Box<crate::model::environment::Environment>),
    /// Puts a request's file back as it was before an import.
    PutRequest(Box<RequestDraft>),
    /// Catalogue and secrets change sides: as before an import, or as after it. By the worker's number.
    SwapImport(u64),
    /// All of them, in this order.
    Several(Vec<Change>),
    /// Puts these in place of the comparison rules of the workspace.
    Rules(Box<crate::model::rules::RuleSet>),
}

impl Change {
    /// The request whose text it changes; `None` for what concerns the workspace.
    fn request(&self) -> Option<&RequestId> {
        match self {
            Self::Draft { to, .. } => Some(&to.id),
            _ => None,
        }
    }
}

/// One thing that was done, with the change that takes it back (or does it again).
#[derive(Debug, Clone)]
pub struct Step {
    pub id: u64,
    /// What was done: `Deleted List users`.
    pub words: String,
    pub change: Change,
}

/// What was done, and what was taken back, each the latest last.
#[derive(Debug, Clone, Default)]
pub struct UndoStack {
    done: Vec<Step>,
    undone: Vec<Step>,
    next: u64,
}

impl UndoStack {
    /// More are forgotten, the oldest first.
    pub const KEPT: usize = 100;

    /// Files what was done now; what was taken back before cannot be done again any more. Answers the id of the step.
    pub fn did(&mut self, words: impl Into<String>, back: Change) -> u64 {
        self.undone.clear();
        let id = self.next;
        self.next += 1;
        self.done.push(Step {
            id,
            words: words.into(),
            change: back,
        });
        if self.done.len() > Self::KEPT {
            self.done.remove(0);
        }
        id
    }

    /// The latest step that can be taken back here: one in another request's text stays, because nobody would see it.
    pub fn take_back(&mut self, open: Option<&RequestId>) -> Option<Step> {
        take_latest(&mut self.done, open)
    }

    pub fn take_again(&mut self, open: Option<&RequestId>) -> Option<Step> {
        take_latest(&mut self.undone, open)
    }

    /// That very step.
    pub fn take(&mut self, id: u64) -> Option<Step> {
        let index = self.done.iter().position(|step| step.id == id)?;
        Some(self.done.remove(index))
    }

    /// The steps that would bring one of those entries of the history back cannot be taken back any more. Answers their ids.
    pub fn forget_past(&mut self, is_lost: impl Fn(HistoryId) -> bool) -> Vec<u64> {
        let is_lost =
            |step: &Step| matches!(&step.change, Change::BringPastBack(id) if is_lost(*id));
        let forgotten = self.done.iter().filter(|step| is_lost(step));
        let forgotten = forgotten.map(|step| step.id).collect();
        self.done.retain(|step| !is_lost(step));
        forgotten
    }

    pub fn was_undone(&mut self, step: Step) {
        self.undone.push(step);
    }

    pub fn was_redone(&mut self, step: Step) {
        self.done.push(step);
    }

    /// Whether an environment of that id can come back.
    #[must_use]
    pub fn holds_environment(&self, id: &EnvironmentId) -> bool {
        self.done.iter().any(|step| {
            matches!(&step.change, Change::RestoreEnvironment(removed) if removed.environment.id == *id)
        })
    }

    /// What Undo would take back: its words.
    #[must_use]
    pub fn next_undo(&self, open: Option<&RequestId>) -> Option<&str> {
        latest(&self.done, open).map(|index| self.done[index].words.as_str())
    }

    /// What Redo would do again: its words.
    #[must_use]
    pub fn next_redo(&self, open: Option<&RequestId>) -> Option<&str> {
        latest(&self.undone, open).map(|index| self.undone[index].words.as_str())
    }
}

fn latest(steps: &[Step], open: Option<&RequestId>) -> Option<usize> {
    steps.iter().rposition(|step| {
        let request = step.change.request();
        request.is_none() || request == open
    })
}

fn take_latest(steps: &mut Vec<Step>, open: Option<&RequestId>) -> Option<Step> {
    latest(steps, open).map(|index| steps.remove(index))
}
