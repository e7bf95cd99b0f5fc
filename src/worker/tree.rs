//! Executes what the tree of saved requests asks for. Everything is told from the queue of the files itself,
//! so that a look at the workspace never overtakes a later one.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::event::{Event, StoredRequest};
use crate::app::tree::{Node, Orders, StoredFolder, TreeCommand, TreeEvent, places};
use crate::model::ids::EnvironmentId;
use crate::model::request::RequestDraft;
use crate::model::secret::{SecretId, SecretKey};
use crate::store::{Removed, RequestFolder, StoreError, StoreErrorKind};

use super::commands;
use super::core::Core;
use super::files::{Files, Open};

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: TreeCommand) {
    match command {
        TreeCommand::SaveIn { draft, folder } => {
            let what = format!("request `{}`", draft.name);
            let saved = what.clone();
            change(core, tasks, what, move |open, core| {
                let done = open.save_request_in(&draft, &folder, None)?;
                core.events.emit(Event::Saved {
                    what: saved,
                    conflict: done.conflict,
                });
                Ok(())
            });
        }
        TreeCommand::Create {
            folders,
            requests,
            orders,
        } => change(core, tasks, "the copy".to_owned(), move |open, _| {
            create(open, &folders, &requests, orders)
        }),
        TreeCommand::Rename { node, name } => {
            let what = format!("the name `{name}`");
            change(core, tasks, what, move |open, core| {
                rename(open, core, &node, &name)
            });
        }
        TreeCommand::Move { node, path, orders } => {
            change(core, tasks, "the new place".to_owned(), move |open, _| {
                relocate(open, &node, &path, orders)
            });
        }
        TreeCommand::Remove { node, removal } => {
            change(core, tasks, "the deletion".to_owned(), move |open, _| {
                remove(open, &node, removal)
            });
        }
        TreeCommand::Restore { removal } => {
            change(
                core,
                tasks,
                "what was deleted".to_owned(),
                move |open, _| open.bring_back(removal),
            );
            // The environment's secrets count again.
            tasks.spawn(commands::secrets_known(core));
        }
        TreeCommand::RemoveEnvironment {
            environment,
            removal,
        } => {
            core.forget_token(&environment);
            change(core, tasks, "the deletion".to_owned(), move |open, _| {
                open.take_out_environment(&environment, removal)
            });
        }
        TreeCommand::ForgetRemoved => forget_removed(core, tasks, Which::OfThisRun),
    }
}

/// Which removed environments lose their secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    OfThisRun,
    /// Those of earlier runs too: one that ended in a crash left them.
    All,
}

/// Deletes the secrets of environments that were removed and did not come back.
pub(super) fn forget_removed(core: &Arc<Core>, tasks: &TaskTracker, which: Which) {
    let pending = core.files.run(move |files: &mut Files| {
        files
            .if_open()
            .map(|open| open.forget_removed(which))
            .unwrap_or_default()
    });
    let core = Arc::clone(core);
    tasks.spawn(async move {
        if let Ok(ids) = pending.wait().await
            && !ids.is_empty()
        {
            commands::forget(&core, ids).await;
        }
    });
}

/// Changes the workspace, and tells what it is now, whatever came of it.
fn change(
    core: &Arc<Core>,
    tasks: &TaskTracker,
    what: String,
    work: impl FnOnce(&mut Open, &Core) -> Result<(), StoreError> + Send + 'static,
) {
    let known = core.known();
    let shared = Arc::clone(core);
    let failed = what.clone();
    let pending = core.files.run(move |files: &mut Files| {
        let told = |error: StoreError| {
            shared.events.emit(Event::SaveFailed {
                what: failed,
                text: error.to_string(),
                hint: error.hint,
            });
        };
        let ended = Event::Tree(TreeEvent::Ended);
        match files.opened() {
            Ok(open) => {
                open.withhold(known);
                if let Err(error) = work(open, &shared) {
                    told(error);
                }
                shared.events.emit(ended);
                let snapshot = open.snapshot();
                shared
                    .events
                    .emit(Event::WorkspaceChanged(Box::new(snapshot)));
            }
            Err(error) => {
                told(error);
                shared.events.emit(ended);
            }
        }
    });
    let core = Arc::clone(core);
    tasks.spawn(async move {
        if let Err(gone) = pending.wait().await {
            core.events.emit(Event::SaveFailed {
                what,
                text: gone.to_string(),
                hint: "Start Gatescope again".to_owned(),
            });
            core.events.emit(Event::Tree(TreeEvent::Ended));
        }
    });
}

fn create(
    open: &mut Open,
    folders: &[StoredFolder],
    requests: &[StoredRequest],
    orders: Orders,
) -> Result<(), StoreError> {
    for folder in folders {
        open.workspace.create_folder(&RequestFolder {
            path: folder.path.clone(),
            name: folder.name.clone(),
            order: folder.order.clone(),
        })?;
    }
    for request in requests {
        let folder = places::parent(&request.path);
        let stem = places::stem(&request.path);
        open.save_request_in(&request.draft, folder, Some(stem))?;
    }
    set_orders(open, orders)
}

fn set_orders(open: &mut Open, orders: Orders) -> Result<(), StoreError> {
    for (folder, order) in orders {
        open.workspace.order_folder(&folder, order)?;
    }
    Ok(())
}

fn rename(open: &mut Open, core: &Core, node: &Node, name: &str) -> Result<(), StoreError> {
    match node {
        Node::Folder(path) => open.workspace.rename_folder(path, name),
        Node::Request(id) => {
            let Some(typed) = open.typed_request(id) else {
                return Err(StoreError {
                    kind: StoreErrorKind::NoSuchEntry,
                    path: open.workspace.directory().to_owned(),
                    text: "The request is not in the workspace any more".to_owned(),
                    hint: "It was deleted outside; save it again to bring it back".to_owned(),
                });
            };
            let saved = open.save_request(&RequestDraft {
                name: name.to_owned(),
                ..typed
            })?;
            if saved.conflict.is_some() {
                core.events.emit(Event::Saved {
                    what: format!("the name `{name}`"),
                    conflict: saved.conflict,
                });
            }
            Ok(())
        }
    }
}

/// The orders name it as it was to be called: where that name was taken, they follow.
fn relocate(
    open: &mut Open,
    node: &Node,
    path: &str,
    mut orders: Orders,
) -> Result<(), StoreError> {
    let (now, ending) = match node {
        Node::Folder(from) if from == path => (path.to_owned(), "/"),
        Node::Folder(from) => (open.workspace.move_folder(from, path)?, "/"),
        Node::Request(id) => (open.workspace.move_request(id, path)?, ""),
    };
    let (wished, got) = (places::stem(path), places::stem(&now));
    if wished != got {
        let folder = places::parent(&now);
        for (_, order) in orders.iter_mut().filter(|(path, _)| path == folder) {
            for entry in order.iter_mut() {
                if *entry == format!("{wished}{ending}") {
                    *entry = format!("{got}{ending}");
                }
            }
        }
    }
    set_orders(open, orders)
}

fn remove(open: &mut Open, node: &Node, removal: u64) -> Result<(), StoreError> {
    let removed = match node {
        Node::Request(id) => open.workspace.take_out_request(id)?,
        Node::Folder(path) => match open.workspace.take_out_folder(path) {
            Ok(removed) => removed,
            Err(half) => {
                let (removed, error) = *half;
                // Half a folder is worse than none deleted.
                open.workspace.bring_back(&removed)?;
                return Err(error);
            }
        },
    };
    let left = removed.left.clone();
    open.removed.insert(removal, removed);
    match left {
        None => Ok(()),
        Some(other) => Err(StoreError {
            kind: StoreErrorKind::NotARegularFile,
            path: open.workspace.directory().to_owned(),
            text: format!("Its requests are deleted, but the folder stays: it holds {other}"),
            hint: "Move what else is in it, then delete it again".to_owned(),
        }),
    }
}

impl Open {
    fn bring_back(&mut self, removal: u64) -> Result<(), StoreError> {
        // Nothing of that number: the deletion had failed, so nothing is missing.
        let Some(removed) = self.removed.get(&removal) else {
            return Ok(());
        };
        self.workspace.bring_back(removed)?;
        self.removed.remove(&removal);
        let there = self.workspace.environments();
        for id in self.secrets.set_aside() {
            if there.iter().any(|environment| environment.id == id) {
                self.secrets.take_back(&id)?;
                self.set_aside_here.retain(|known| *known != id);
            }
        }
        Ok(())
    }

    fn take_out_environment(&mut self, id: &EnvironmentId, removal: u64) -> Result<(), StoreError> {
        let removed: Removed = self.workspace.take_out_environment(id)?;
        self.removed.insert(removal, removed);
        self.set_aside_here.push(id.clone());
        self.secrets.put_aside(id)
    }

    /// Takes them out of the map; the answer is what to delete from the keyring.
    fn forget_removed(&mut self, which: Which) -> Vec<SecretId> {
        let there = self.workspace.environments();
        let mut ids = Vec::new();
        for id in self.secrets.set_aside() {
            let is_there = there.iter().any(|environment| environment.id == id);
            if is_there {
                // It came back another way, with the files.
                let _ = self.secrets.take_back(&id);
            } else if which == Which::All || self.set_aside_here.contains(&id) {
                let keys: Vec<SecretKey> = self
                    .secrets
                    .entries()
                    .into_iter()
                    .map(|(key, _)| key)
                    .filter(|key| key.environment == id)
                    .collect();
                ids.extend(keys.iter().filter_map(|key| self.secrets.remove(key).0));
                let _ = self.secrets.take_back(&id);
            }
        }
        let replaced = match which {
            Which::OfThisRun => self.imports.ids(),
            Which::All => self.secrets.waiting(),
        };
        ids.extend(self.secrets.forget_waiting(&replaced));
        ids
    }
}
