//! What happens to the tree of saved requests: every change is done here at once and in the workspace's files right after,
//! and can be undone.

use crate::model::request::RequestDraft;

use super::super::command::Command;
use super::super::event::StoredRequest;
use super::super::notices::NoticeKind;
use super::super::state::AppState;
use super::super::tab::title_of;
use super::super::tree::{
    Naming, Node, Orders, Place, StoredFolder, TreeAction, TreeCommand, TreeEvent, TreeState,
    places,
};
use super::super::undo::Change;
use super::{drafts_changed, notice, requests, tabs, undo};

pub(super) fn on_action(state: &mut AppState, action: TreeAction) -> Vec<Command> {
    match action {
        TreeAction::Choose(node) => state.tree.cursor = Some(node),
        TreeAction::SetOpen { folder, open } => set_open(state, folder, open),
        TreeAction::OpenAll(open) => open_all(state, open),
        TreeAction::NewFolder { within } => return new_folder(state, &within),
        TreeAction::NewRequest { within } => {
            requests::bring_forward(state);
            requests::new_request_in(state, within);
        }
        TreeAction::StartNaming { node, in_tab } => {
            state.tree.naming = Some(Naming { node, in_tab });
        }
        TreeAction::StopNaming => state.tree.naming = None,
        TreeAction::Rename { node, name } => return rename(state, node, &name),
        TreeAction::Duplicate(node) => return duplicate(state, &node),
        TreeAction::Delete(node) => return delete(state, node),
        TreeAction::Move { node, to } => return relocate(state, node, &to),
        TreeAction::Shift { node, down } => {
            if let Some(to) = places::shifted(&state.workspace, &node, down) {
                return relocate(state, node, &to);
            }
        }
        TreeAction::Lift(node) => {
            if let Some(to) = places::lifted(&state.workspace, &node) {
                return relocate(state, node, &to);
            }
        }
        TreeAction::Sink(node) => {
            if let Some(to) = places::sunk(&state.workspace, &node) {
                return relocate(state, node, &to);
            }
        }
        TreeAction::Undo => return undo::undo(state),
        TreeAction::Redo => return undo::redo(state),
        TreeAction::UndoStep(id) => return undo::undo_step(state, id),
        TreeAction::ChangeDraft { draft, words } => {
            return undo::change_draft(state, *draft, &words);
        }
        TreeAction::ReopenClosed => {
            requests::bring_forward(state);
            return tabs::reopen_last(state);
        }
        TreeAction::Reopen(id) => {
            requests::bring_forward(state);
            return tabs::reopen(state, &id);
        }
        TreeAction::MoveTab { request, to } => tabs::move_tab(state, &request, to),
        TreeAction::CloseOtherTabs(id) => return tabs::close_others(state, &id),
        TreeAction::TakeFile(id) => return tabs::take_file(state, &id),
        TreeAction::KeepMine(id) => return tabs::keep_mine(state, &id),
    }
    Vec::new()
}

pub(super) fn on_event(state: &mut AppState, event: &TreeEvent) -> Vec<Command> {
    match event {
        TreeEvent::Ended => state.tree.under_way = state.tree.under_way.saturating_sub(1),
    }
    Vec::new()
}

/// A command that `TreeEvent::Ended` answers.
pub(super) fn command(state: &mut AppState, command: TreeCommand) -> Command {
    state.tree.under_way += 1;
    Command::Tree(command)
}

/// As `command`, after the workspace in memory was changed in the same way.
pub(super) fn changed(state: &mut AppState, change: TreeCommand) -> Command {
    state.tree.rebuild(&state.workspace);
    drafts_changed(state);
    command(state, change)
}

fn set_open(state: &mut AppState, folder: String, open: bool) {
    if open {
        state.tree.collapsed.remove(&folder);
    } else {
        // The keys go on at the folder when what they were at is hidden by it.
        let hidden = state
            .tree
            .cursor
            .as_ref()
            .and_then(|cursor| state.tree.row(cursor))
            .is_some_and(|row| places::is_within(&row.within, &folder));
        if hidden {
            state.tree.cursor = Some(Node::Folder(folder.clone()));
        }
        state.tree.collapsed.insert(folder);
    }
    drafts_changed(state);
}

fn open_all(state: &mut AppState, open: bool) {
    state.tree.collapsed.clear();
    if !open {
        let folders = state.tree.rows.iter().filter_map(|row| match &row.node {
            Node::Folder(path) => Some(path.clone()),
            Node::Request(_) => None,
        });
        state.tree.collapsed = folders.collect();
        state.tree.cursor = None;
    }
    drafts_changed(state);
}

fn open_way_to(state: &mut AppState, folder: &str) {
    let mut folder = folder;
    while !folder.is_empty() {
        state.tree.collapsed.remove(folder);
        folder = places::parent(folder);
    }
}

fn new_folder(state: &mut AppState, within: &str) -> Vec<Command> {
    if !requests::can_write(state, "The folder was not made", "") {
        return Vec::new();
    }
    if within.split('/').filter(|part| !part.is_empty()).count() >= TreeState::DEEPEST {
        notice(state, NoticeKind::Warning, too_deep(), "");
        return Vec::new();
    }
    let path = places::free_folder(&state.workspace, within, "New folder");
    let node = Node::Folder(path.clone());
    let folder = StoredFolder {
        path,
        name: "New folder".to_owned(),
        order: Vec::new(),
    };
    open_way_to(state, within);
    let change = Change::Create {
        node: node.clone(),
        folders: vec![folder],
        requests: Vec::new(),
        orders: Orders::new(),
    };
    let (_, commands) = undo::perform(state, "Made a folder", change);
    state.tree.cursor = Some(node.clone());
    state.tree.naming = Some(Naming {
        node,
        in_tab: false,
    });
    commands
}

fn too_deep() -> String {
    format!("Folders can lie {} deep at most", TreeState::DEEPEST)
}

fn rename(state: &mut AppState, node: Node, name: &str) -> Vec<Command> {
    state.tree.naming = None;
    let name = name.trim();
    if name.is_empty() {
        return Vec::new();
    }
    if let Node::Request(id) = &node
        && state.stored(id).is_none()
    {
        // Not in the workspace yet: the draft alone has a name.
        let Some(tab) = state.tab(id) else {
            return Vec::new();
        };
        let mut draft = tab.draft.clone();
        name.clone_into(&mut draft.name);
        return requests::edit(state, draft);
    }
    let before = called(state, &node);
    if before == name || !requests::can_write(state, "It was not renamed", "") {
        return Vec::new();
    }
    let words = format!("Renamed {before}");
    let change = Change::Rename {
        node,
        name: name.to_owned(),
    };
    undo::perform(state, words, change).1
}

/// What a node is called on screen.
fn called(state: &AppState, node: &Node) -> String {
    state
        .tree
        .row(node)
        .map(|row| row.name.clone())
        .unwrap_or_default()
}

/// A request right behind its original, a folder with everything in it.
fn duplicate(state: &mut AppState, node: &Node) -> Vec<Command> {
    if !requests::can_write(state, "It was not duplicated", "") {
        return Vec::new();
    }
    let name = called(state, node);
    let words = format!("Duplicated {name}");
    let (copy, folders, copies) = match node {
        Node::Request(id) => {
            let Some((path, draft)) = state
                .workspace
                .requests
                .iter()
                .find(|stored| stored.draft.id == *id)
                .map(|stored| (stored.path.clone(), stored.draft.clone()))
            else {
                return Vec::new();
            };
            let stored = copy_of_request(state, &path, draft);
            (
                Node::Request(stored.draft.id.clone()),
                Vec::new(),
                vec![stored],
            )
        }
        Node::Folder(folder) => copy_of_folder(state, folder),
    };
    let orders = order_behind(state, node, &copy, &copies);
    let change = Change::Create {
        node: copy.clone(),
        folders,
        requests: copies,
        orders,
    };
    let (_, mut commands) = undo::perform(state, words, change);
    state.tree.cursor = Some(copy.clone());
    if let Node::Request(id) = copy {
        commands.extend(requests::open(state, &id));
    }
    commands
}

fn copy_of_request(state: &mut AppState, path: &str, draft: RequestDraft) -> StoredRequest {
    let id = requests::unused_id(state);
    let name = format!("{} copy", title_of(&draft));
    let stem = format!("{}-copy", places::stem(path));
    StoredRequest {
        path: places::free_file(&state.workspace, places::parent(path), &stem),
        draft: RequestDraft { id, name, ..draft },
    }
}

fn copy_of_folder(
    state: &mut AppState,
    folder: &str,
) -> (Node, Vec<StoredFolder>, Vec<StoredRequest>) {
    let name = format!("{} copy", called(state, &Node::Folder(folder.to_owned())));
    let to = places::free_folder(&state.workspace, places::parent(folder), &name);
    let moved = |path: &str| format!("{to}{}", &path[folder.len()..]);
    let mut folders: Vec<StoredFolder> = state
        .workspace
        .folders
        .iter()
        .filter(|known| places::is_within(&known.path, folder))
        .map(|known| StoredFolder {
            path: moved(&known.path),
            ..known.clone()
        })
        .collect();
    match folders.iter_mut().find(|known| known.path == to) {
        Some(own) => own.name = name,
        None => folders.push(StoredFolder {
            path: to.clone(),
            name,
            order: Vec::new(),
        }),
    }
    let inside: Vec<(String, RequestDraft)> = state
        .workspace
        .requests
        .iter()
        .filter(|stored| places::is_within(places::parent(&stored.path), folder))
        .map(|stored| (moved(&stored.path), stored.draft.clone()))
        .collect();
    let requests = inside
        .into_iter()
        .map(|(path, draft)| StoredRequest {
            path,
            draft: RequestDraft {
                id: requests::unused_id(state),
                ..draft
            },
        })
        .collect();
    (Node::Folder(to), folders, requests)
}

/// Where the folder has an order, the copy comes right behind its original.
fn order_behind(state: &AppState, node: &Node, copy: &Node, copies: &[StoredRequest]) -> Orders {
    let Some(path) = places::path_of(&state.workspace, node) else {
        return Orders::new();
    };
    let within = places::parent(&path).to_owned();
    let mut order = places::order_of(&state.workspace, &within);
    let own = |path: &str, is_folder: bool| {
        let stem = places::stem(path);
        if is_folder {
            format!("{stem}/")
        } else {
            stem.to_owned()
        }
    };
    let is_folder = matches!(node, Node::Folder(_));
    let original = own(&path, is_folder);
    let copy_path = match copy {
        Node::Folder(path) => Some(path.as_str()),
        Node::Request(_) => copies.first().map(|stored| stored.path.as_str()),
    };
    match (order.iter().position(|entry| *entry == original), copy_path) {
        (Some(index), Some(copy)) => {
            order.insert(index + 1, own(copy, is_folder));
            vec![(within, order)]
        }
        _ => Orders::new(),
    }
}

fn delete(state: &mut AppState, node: Node) -> Vec<Command> {
    let Some(row) = state.tree.row(&node) else {
        return Vec::new();
    };
    let words = match row.count {
        _ if !row.is_folder() => format!("Deleted {}", row.name),
        0 => format!("Deleted the folder {}", row.name),
        1 => format!("Deleted the folder {} with 1 request", row.name),
        count => format!("Deleted the folder {} with {count} requests", row.name),
    };
    if !requests::can_write(state, "Nothing was deleted", "") {
        return Vec::new();
    }
    let (step, commands) = undo::perform(state, words.clone(), Change::Remove(node));
    undo::tell(state, words, "", step);
    commands
}

/// The row that the keys go on at when `node` is gone: the next one beside it, else the one before, else its folder.
pub(super) fn neighbour(state: &AppState, node: &Node) -> Option<Node> {
    let row = state.tree.row(node)?;
    let siblings: Vec<&Node> = state
        .tree
        .rows
        .iter()
        .filter(|other| other.within == row.within)
        .map(|other| &other.node)
        .collect();
    let at = siblings.iter().position(|sibling| *sibling == node)?;
    siblings
        .get(at + 1)
        .or_else(|| at.checked_sub(1).and_then(|before| siblings.get(before)))
        .map(|sibling| (*sibling).clone())
        .or_else(|| (!row.within.is_empty()).then(|| Node::Folder(row.within.clone())))
}

fn relocate(state: &mut AppState, node: Node, to: &Place) -> Vec<Command> {
    if let Node::Folder(folder) = &node
        && !places::is_within(&to.folder, folder)
        && places::too_deep(&state.workspace, folder, &to.folder)
    {
        notice(state, NoticeKind::Warning, too_deep(), "");
        return Vec::new();
    }
    let Some(moved) = places::plan(&state.workspace, &node, to) else {
        return Vec::new();
    };
    if !requests::can_write(state, "It was not moved", "") {
        return Vec::new();
    }
    let words = format!("Moved {}", called(state, &node));
    open_way_to(state, &to.folder);
    let cursor = match &node {
        Node::Folder(_) => Node::Folder(moved.path.clone()),
        Node::Request(_) => node.clone(),
    };
    let change = Change::Move {
        node,
        path: moved.path,
        orders: moved.orders,
    };
    let (_, commands) = undo::perform(state, words, change);
    state.tree.cursor = Some(cursor);
    commands
}
