//! The tree of saved requests (folders, order, names), the tabs that were closed, and what can be undone.
//! Which rows it has is the business of `rows`, what a move means that of `places`; what can be undone is in `undo`.

pub mod places;
pub mod rows;

use std::collections::{BTreeSet, HashMap};

use crate::model::environment::Environment;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::request::RequestDraft;

use super::event::StoredRequest;
use super::state::Workspace;
use super::tab::Tab;
use super::undo::UndoStack;

pub use rows::TreeRow;

/// One row of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// Its path below `requests/`, with `/`: `users/admins`.
    Folder(String),
    Request(RequestId),
}

/// A folder as the workspace has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredFolder {
    /// Below `requests/`, with `/`; empty for the top.
    pub path: String,
    /// What it is called; its directory keeps its name when this changes.
    pub name: String,
    /// What is in it in the order that was chosen: `list-users` for a request's file, `admins/` for a folder.
    /// What is not named follows by name.
    pub order: Vec<String>,
}

/// Where something is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Empty for the top.
    pub folder: String,
    /// `None`: behind everything.
    pub before: Option<Node>,
}

/// What the user does with the tree, the tabs, and what was done before.
#[derive(Debug, Clone)]
pub enum TreeAction {
    /// The row that keys work on.
    Choose(Node),
    SetOpen {
        folder: String,
        open: bool,
    },
    OpenAll(bool),
    NewFolder {
        within: String,
    },
    NewRequest {
        within: String,
    },
    /// A field opens in place of the name.
    StartNaming {
        node: Node,
        /// In the tab instead of the tree.
        in_tab: bool,
    },
    StopNaming,
    Rename {
        node: Node,
        name: String,
    },
    Duplicate(Node),
    /// No question: it can be undone.
    Delete(Node),
    Move {
        node: Node,
        to: Place,
    },
    /// Out of its folder.
    Lift(Node),
    /// Into the folder before it.
    Sink(Node),
    /// One place up or down among its siblings.
    Shift {
        node: Node,
        down: bool,
    },

    Undo,
    Redo,
    /// The Undo of a notice.
    UndoStep(u64),
    /// A change of the open request that counts as one step: format, bulk edit, a fix.
    ChangeDraft {
        draft: Box<RequestDraft>,
        /// What was done, as a sentence: `Formatted the body`.
        words: String,
    },

    /// The tab that was closed last.
    ReopenClosed,
    Reopen(RequestId),
    MoveTab {
        request: RequestId,
        to: usize,
    },
    CloseOtherTabs(RequestId),
    /// The file was changed outside while it was edited here: the file counts.
    TakeFile(RequestId),
    /// As above: what was typed here counts, and the next save writes it.
    KeepMine(RequestId),
}

/// What is to be done outside for it. Each is answered with `TreeEvent::Ended`, then with the workspace as it is.
#[derive(Debug, Clone)]
pub enum TreeCommand {
    /// Writes a new request into a folder.
    SaveIn {
        draft: Box<RequestDraft>,
        folder: String,
    },
    Create {
        folders: Vec<StoredFolder>,
        /// With the file each wishes for.
        requests: Vec<StoredRequest>,
        orders: Orders,
    },
    Rename {
        node: Node,
        name: String,
    },
    /// `path` is the file or the folder that it becomes.
    Move {
        node: Node,
        path: String,
        orders: Orders,
    },
    /// Deletes, and remembers the text of every file under `removal` for this run.
    Remove {
        node: Node,
        removal: u64,
    },
    Restore {
        removal: u64,
    },
    /// Deletes the file; its secrets stay where they are until `ForgetRemoved` or the next start.
    RemoveEnvironment {
        environment: EnvironmentId,
        removal: u64,
    },
    /// Nothing that was removed comes back any more: the secrets of removed environments go. Nothing answers.
    ForgetRemoved,
}

/// Folders with the order they get; an empty order takes the folder's own away.
pub type Orders = Vec<(String, Vec<String>)>;

/// What came of it.
#[derive(Debug, Clone)]
pub enum TreeEvent {
    /// A command ended, done or not. The next look at the workspace holds what came of it.
    Ended,
}

/// What left the tree and can come back.
#[derive(Debug, Clone, Default)]
pub struct Removal {
    pub id: u64,
    pub folders: Vec<StoredFolder>,
    pub requests: Vec<StoredRequest>,
    /// Requests whose tab was open.
    pub tabs: Vec<RequestId>,
}

/// An environment that was removed, and the legs that used it.
#[derive(Debug, Clone)]
pub struct RemovedEnvironment {
    pub removal: u64,
    pub environment: Environment,
    pub legs: [bool; 2],
}

/// A tab that was closed.
#[derive(Debug, Clone)]
pub struct ClosedTab {
    pub tab: Tab,
    /// It held what is not in the workspace.
    pub unsaved: bool,
    /// Where it stood.
    pub index: usize,
}

/// Where a name is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    pub node: Node,
    pub in_tab: bool,
}

#[derive(Debug, Clone, Default)]
pub struct TreeState {
    /// Every row, depth first; those of closed folders too.
    pub rows: Vec<TreeRow>,
    /// Folders that are closed; remembered.
    pub collapsed: BTreeSet<String>,
    /// The row that keys work on.
    pub cursor: Option<Node>,
    pub naming: Option<Naming>,
    /// The one closed last is last.
    pub closed: Vec<ClosedTab>,
    pub undo: UndoStack,
    /// Where each request is in `Workspace::requests`.
    pub(super) places: HashMap<RequestId, usize>,
    /// Commands that have not ended: a look at the workspace from before does not hold what they do.
    pub(super) under_way: usize,
    pub(super) next_removal: u64,
}

impl TreeState {
    /// How deep folders may lie within each other.
    pub const DEEPEST: usize = 7;

    /// Another workspace is opened: nothing of this one is left but what has not been answered.
    pub(super) fn leave(&mut self) {
        *self = Self {
            under_way: self.under_way,
            next_removal: self.next_removal,
            ..Self::default()
        };
    }

    /// Follows a change of the workspace's requests or folders.
    pub(super) fn rebuild(&mut self, workspace: &Workspace) {
        self.rows = rows::build(&workspace.requests, &workspace.folders);
        self.places = workspace
            .requests
            .iter()
            .enumerate()
            .map(|(index, stored)| (stored.draft.id.clone(), index))
            .collect();
        if self
            .cursor
            .as_ref()
            .is_some_and(|cursor| self.row(cursor).is_none())
        {
            self.cursor = None;
        }
    }

    #[must_use]
    pub fn row(&self, node: &Node) -> Option<&TreeRow> {
        self.rows.iter().find(|row| row.node == *node)
    }

    /// Whether a closed tab holds what is not in the workspace.
    #[must_use]
    pub fn has_kept_draft(&self, request: &RequestId) -> bool {
        self.closed
            .iter()
            .any(|closed| closed.unsaved && closed.tab.id() == request)
    }

    /// The folder that something new goes into: that of the chosen row.
    #[must_use]
    pub fn chosen_folder(&self) -> String {
        match &self.cursor {
            Some(Node::Folder(path)) => path.clone(),
            Some(node) => self
                .row(node)
                .map(|row| row.within.clone())
                .unwrap_or_default(),
            None => String::new(),
        }
    }
}
