//! Doing, taking back and doing again: every change yields the change that takes it back.

use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::request::RequestDraft;

use super::super::command::Command;
use super::super::history::HistoryCommand;
use super::super::importing::ImportingCommand;
use super::super::notices::{NoticeKind, NoticeLink};
use super::super::state::{AppState, Leg};
use super::super::tree::{
    Node, Orders, Removal, RemovedEnvironment, StoredFolder, TreeCommand, places,
};
use super::super::undo::{Change, Step};
use super::{drafts_changed, notice, refresh_previews, requests, tabs, tree};
use crate::model::carry::carried;

/// Does something and files how to take it back. Answers the id of the step, when there was something to do.
pub(super) fn perform(
    state: &mut AppState,
    words: impl Into<String>,
    change: Change,
) -> (Option<u64>, Vec<Command>) {
    match apply(state, change) {
        Some((back, commands)) => (Some(state.tree.undo.did(words, back)), commands),
        None => (None, Vec::new()),
    }
}

pub(super) fn undo(state: &mut AppState) -> Vec<Command> {
    let open = state.active_tab().map(|tab| tab.id().clone());
    match state.tree.undo.take_back(open.as_ref()) {
        Some(step) => take_back(state, step),
        None => Vec::new(),
    }
}

pub(super) fn undo_step(state: &mut AppState, id: u64) -> Vec<Command> {
    match state.tree.undo.take(id) {
        Some(step) => take_back(state, step),
        None => Vec::new(),
    }
}

fn take_back(state: &mut AppState, step: Step) -> Vec<Command> {
    state.notices.drop_link(&NoticeLink::Undo(step.id));
    let Some((again, commands)) = apply(state, step.change) else {
        return Vec::new();
    };
    notice(
        state,
        NoticeKind::Done,
        format!("Undone: {}", step.words),
        "",
    );
    state.tree.undo.was_undone(Step {
        id: step.id,
        words: step.words,
        change: again,
    });
    commands
}

pub(super) fn redo(state: &mut AppState) -> Vec<Command> {
    let open = state.active_tab().map(|tab| tab.id().clone());
    let Some(step) = state.tree.undo.take_again(open.as_ref()) else {
        return Vec::new();
    };
    let Some((back, commands)) = apply(state, step.change) else {
        return Vec::new();
    };
    notice(state, NoticeKind::Done, step.words.clone(), "");
    state.tree.undo.was_redone(Step {
        id: step.id,
        words: step.words,
        change: back,
    });
    commands
}

/// An edit of the tab at `index` that is about to happen counts as a step of its own.
pub(super) fn file_edit(state: &mut AppState, index: usize, to: &RequestDraft, words: String) {
    let before = state.tabs[index].draft.clone();
    let back = Change::Draft {
        from: Box::new(to.clone()),
        to: Box::new(before),
    };
    state.tree.undo.did(words, back);
}

/// Changes an open request as a whole, as one step.
pub(super) fn change_draft(state: &mut AppState, draft: RequestDraft, words: &str) -> Vec<Command> {
    if let Some(index) = state.tabs.iter().position(|tab| *tab.id() == draft.id)
        && state.tabs[index].draft != draft
    {
        file_edit(state, index, &draft, words.to_owned());
        requests::put(state, index, draft);
    }
    Vec::new()
}

/// Removes the environment's file. Its secrets stay in the keyring as long as this can be undone: until the window closes.
pub(super) fn delete_environment(state: &mut AppState, id: &EnvironmentId) -> Vec<Command> {
    let Some(name) = state
        .environments
        .iter()
        .find(|known| known.id == *id)
        .map(|known| known.name.clone())
    else {
        return Vec::new();
    };
    if !requests::can_write(state, "The environment was not deleted", "") {
        return Vec::new();
    }
    let words = format!("Deleted {name}");
    let (step, commands) = perform(state, words.clone(), Change::RemoveEnvironment(id.clone()));
    tell(state, words, "Its secrets go when the window closes", step);
    commands
}

/// Says what was done, with a way back.
pub(super) fn tell(state: &mut AppState, words: String, hint: &str, step: Option<u64>) {
    let now = state.now;
    state.notices.add_linked(
        NoticeKind::Done,
        words,
        hint,
        step.map(NoticeLink::Undo),
        now,
    );
}

/// The change that takes it back, and what is to be done outside; `None` when there is nothing to change.
fn apply(state: &mut AppState, change: Change) -> Option<(Change, Vec<Command>)> {
    match change {
        Change::Draft { from, to } => change_text(state, &from, &to),
        Change::Create {
            node,
            folders,
            requests,
            orders,
        } => {
            state.workspace.folders.extend(folders.iter().cloned());
            state.workspace.requests.extend(requests.iter().cloned());
            places::set_orders(&mut state.workspace, &orders);
            let command = TreeCommand::Create {
                folders,
                requests,
                orders,
            };
            Some((Change::Remove(node), vec![tree::changed(state, command)]))
        }
        Change::Rename { node, name } => rename(state, node, name),
        Change::Move { node, path, orders } => relocate(state, node, path, orders),
        Change::Remove(node) => remove(state, node),
        Change::Restore { node, removal } => Some(restore(state, node, *removal)),
        Change::RemoveEnvironment(id) => remove_environment(state, &id),
        Change::RestoreEnvironment(removed) => Some(restore_environment(state, *removed)),
        Change::DeletePast(id) => Some((
            Change::BringPastBack(id),
            super::history::one(HistoryCommand::Delete { id }),
        )),
        Change::BringPastBack(id) => {
            let workspace = state.workspace.directory.clone();
            let command = HistoryCommand::BringBack { id, workspace };
            Some((Change::DeletePast(id), super::history::one(command)))
        }
        Change::PutEnvironment(environment) => put_environment(state, *environment),
        Change::PutRequest(draft) => put_request(state, *draft),
        Change::SwapImport(import) => Some((
            Change::SwapImport(import),
            vec![Command::Importing(ImportingCommand::Swap { import })],
        )),
        Change::Several(changes) => several(state, changes),
        Change::Rules(rules) => {
            let (before, commands) = super::comparing::put_rules(state, *rules);
            Some((Change::Rules(Box::new(before)), commands))
        }
    }
}

/// What takes them back runs the other way round.
fn several(state: &mut AppState, changes: Vec<Change>) -> Option<(Change, Vec<Command>)> {
    let mut back = Vec::new();
    let mut commands = Vec::new();
    for change in changes {
        if let Some((one, more)) = apply(state, change) {
            back.push(one);
            commands.extend(more);
        }
    }
    back.reverse();
    (!back.is_empty()).then_some((Change::Several(back), commands))
}

fn put_environment(
    state: &mut AppState,
    environment: crate::model::environment::Environment,
) -> Option<(Change, Vec<Command>)> {
    let known = state
        .environments
        .iter_mut()
        .find(|known| known.id == environment.id)?;
    let before = std::mem::replace(known, environment.clone());
    refresh_previews(state);
    let command = ImportingCommand::PutBack(Box::new(environment));
    Some((
        Change::PutEnvironment(Box::new(before)),
        vec![Command::Importing(command)],
    ))
}

fn put_request(state: &mut AppState, draft: RequestDraft) -> Option<(Change, Vec<Command>)> {
    let stored = state
        .workspace
        .requests
        .iter_mut()
        .find(|stored| stored.draft.id == draft.id)?;
    let before = std::mem::replace(&mut stored.draft, draft.clone());
    let command = Command::SaveRequest {
        draft: Box::new(draft),
    };
    Some((Change::PutRequest(Box::new(before)), vec![command]))
}

fn change_text(
    state: &mut AppState,
    from: &RequestDraft,
    to: &RequestDraft,
) -> Option<(Change, Vec<Command>)> {
    let commands = requests::open(state, &to.id);
    let index = state.tabs.iter().position(|tab| *tab.id() == to.id)?;
    let before = state.tabs[index].draft.clone();
    let after = carried(&before, from, to);
    requests::put(state, index, after.clone());
    let back = Change::Draft {
        from: Box::new(after),
        to: Box::new(before),
    };
    Some((back, commands))
}

fn rename(state: &mut AppState, node: Node, name: String) -> Option<(Change, Vec<Command>)> {
    let before = match &node {
        Node::Request(id) => {
            let stored = state
                .workspace
                .requests
                .iter_mut()
                .find(|stored| stored.draft.id == *id)?;
            let before = std::mem::replace(&mut stored.draft.name, name.clone());
            let open = state.tabs.iter_mut();
            let closed = state.tree.closed.iter_mut().map(|closed| &mut closed.tab);
            for tab in open.chain(closed).filter(|tab| tab.id() == id) {
                tab.draft.name.clone_from(&name);
            }
            before
        }
        Node::Folder(path) => {
            let folders = &mut state.workspace.folders;
            if let Some(folder) = folders.iter_mut().find(|folder| folder.path == *path) {
                std::mem::replace(&mut folder.name, name.clone())
            } else {
                folders.push(StoredFolder {
                    path: path.clone(),
                    name: name.clone(),
                    order: Vec::new(),
                });
                String::new()
            }
        }
    };
    let back = Change::Rename {
        node: node.clone(),
        name: before,
    };
    let command = TreeCommand::Rename { node, name };
    Some((back, vec![tree::changed(state, command)]))
}

fn relocate(
    state: &mut AppState,
    node: Node,
    path: String,
    orders: Orders,
) -> Option<(Change, Vec<Command>)> {
    let from = places::path_of(&state.workspace, &node)?;
    let before: Orders = orders
        .iter()
        .map(|(folder, _)| (folder.clone(), places::order_of(&state.workspace, folder)))
        .collect();
    places::relocate(&mut state.workspace, &node, &path, &orders);
    let moved = match &node {
        Node::Folder(_) => Node::Folder(path.clone()),
        Node::Request(_) => node.clone(),
    };
    if let Node::Folder(old) = &node {
        let renamed = |known: &String| {
            if places::is_within(known, old) {
                format!("{path}{}", &known[old.len()..])
            } else {
                known.clone()
            }
        };
        state.tree.collapsed = state.tree.collapsed.iter().map(renamed).collect();
        if let Some(Node::Folder(cursor)) = &mut state.tree.cursor {
            *cursor = renamed(cursor);
        }
        let closed = state.tree.closed.iter_mut().map(|closed| &mut closed.tab);
        for tab in state.tabs.iter_mut().chain(closed) {
            tab.folder = renamed(&tab.folder);
        }
    }
    let back = Change::Move {
        node: moved,
        path: from,
        orders: before,
    };
    let command = TreeCommand::Move { node, path, orders };
    Some((back, vec![tree::changed(state, command)]))
}

fn remove(state: &mut AppState, node: Node) -> Option<(Change, Vec<Command>)> {
    places::path_of(&state.workspace, &node)?;
    let id = next_removal(state);
    let next = tree::neighbour(state, &node);
    // The tabs first: closing them asks whether they hold what the workspace has not.
    let gone: Vec<RequestId> = state
        .workspace
        .requests
        .iter()
        .filter(|stored| match &node {
            Node::Folder(folder) => places::is_within(places::parent(&stored.path), folder),
            Node::Request(id) => stored.draft.id == *id,
        })
        .map(|stored| stored.draft.id.clone())
        .collect();
    let mut open = Vec::new();
    let mut commands = Vec::new();
    for request in gone {
        if state.tab(&request).is_some() {
            commands.extend(tabs::put_away(state, &request));
            open.push(request);
        }
    }
    let (folders, requests) = places::take_out(&mut state.workspace, &node);
    let removal = Removal {
        id,
        folders,
        requests,
        tabs: open,
    };
    state.tree.cursor = next;
    commands.push(tree::changed(
        state,
        TreeCommand::Remove {
            node: node.clone(),
            removal: id,
        },
    ));
    let back = Change::Restore {
        node,
        removal: Box::new(removal),
    };
    Some((back, commands))
}

fn restore(state: &mut AppState, node: Node, removal: Removal) -> (Change, Vec<Command>) {
    let known: Vec<RequestId> = state
        .workspace
        .requests
        .iter()
        .map(|stored| stored.draft.id.clone())
        .collect();
    state.workspace.folders.extend(removal.folders);
    let missing = removal
        .requests
        .into_iter()
        .filter(|stored| !known.contains(&stored.draft.id));
    state.workspace.requests.extend(missing);
    let mut commands = vec![tree::changed(
        state,
        TreeCommand::Restore {
            removal: removal.id,
        },
    )];
    for request in removal.tabs {
        commands.extend(tabs::reopen(state, &request));
    }
    state.tree.cursor = Some(node.clone());
    (Change::Remove(node), commands)
}

fn remove_environment(state: &mut AppState, id: &EnvironmentId) -> Option<(Change, Vec<Command>)> {
    let index = state
        .environments
        .iter()
        .position(|known| known.id == *id)?;
    let environment = state.environments.remove(index);
    state.environments_under_way.retain(|known| known.id != *id);
    let mut legs = [false; 2];
    for leg in Leg::BOTH {
        if state.legs[leg.index()].as_ref() == Some(id) {
            legs[leg.index()] = true;
            state.legs[leg.index()] = None;
        }
    }
    if state
        .form
        .as_ref()
        .is_some_and(|form| form.initial.id == *id)
    {
        state.form = None;
    }
    let removal = next_removal(state);
    let commands = vec![
        Command::ForgetToken {
            environment: id.clone(),
        },
        tree::command(
            state,
            TreeCommand::RemoveEnvironment {
                environment: id.clone(),
                removal,
            },
        ),
    ];
    refresh_previews(state);
    drafts_changed(state);
    let back = Change::RestoreEnvironment(Box::new(RemovedEnvironment {
        removal,
        environment,
        legs,
    }));
    Some((back, commands))
}

fn restore_environment(
    state: &mut AppState,
    removed: RemovedEnvironment,
) -> (Change, Vec<Command>) {
    let id = removed.environment.id.clone();
    state.environments.push(removed.environment);
    for leg in Leg::BOTH {
        let place = &mut state.legs[leg.index()];
        if removed.legs[leg.index()] && place.is_none() {
            *place = Some(id.clone());
        }
    }
    let command = tree::command(
        state,
        TreeCommand::Restore {
            removal: removed.removal,
        },
    );
    refresh_previews(state);
    drafts_changed(state);
    (Change::RemoveEnvironment(id), vec![command])
}

fn next_removal(state: &mut AppState) -> u64 {
    state.tree.next_removal += 1;
    state.tree.next_removal
}
