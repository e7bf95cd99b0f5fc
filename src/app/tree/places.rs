//! Paths in the tree, and what a move makes of them: new paths, and new orders of the folders it concerns.
//! Changes the workspace in memory; the worker does the same on disk.

use crate::app::event::StoredRequest;
use crate::app::state::Workspace;
use crate::model::ids::{EnvironmentId, RequestId, is_device_name};

use super::{Node, Orders, Place, StoredFolder, TreeState, rows};

/// `users/admins` of `users/admins/list.toml`; empty at the top.
#[must_use]
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `list` of `users/list.toml`.
#[must_use]
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

#[must_use]
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// Whether `path` is `folder` or in it.
#[must_use]
pub fn is_within(path: &str, folder: &str) -> bool {
    path == folder
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// The directory of a folder with that name, free in `within`.
#[must_use]
pub fn free_folder(workspace: &Workspace, within: &str, name: &str) -> String {
    free(within, &directory(name), "", &|path| {
        folder_is_taken(workspace, path)
    })
}

/// What a folder of that name is called on disk, on every system.
#[must_use]
pub fn directory(name: &str) -> String {
    let slug = EnvironmentId::from_name(name).to_string();
    if slug == "environment" && !name.trim().eq_ignore_ascii_case("environment") {
        return "folder".to_owned();
    }
    if is_device_name(&slug) {
        return format!("{slug}-folder");
    }
    let slug: String = slug.chars().take(60).collect();
    slug.trim_end_matches('-').to_owned()
}

/// The file of a request that would like to be called `stem`, free in `within`.
#[must_use]
pub fn free_file(workspace: &Workspace, within: &str, stem: &str) -> String {
    free(within, stem, ".toml", &|path| {
        workspace.requests.iter().any(|stored| stored.path == path)
    })
}

fn free(within: &str, name: &str, ending: &str, is_taken: &dyn Fn(&str) -> bool) -> String {
    (1..=u32::MAX)
        .map(|number| match number {
            1 => join(within, &format!("{name}{ending}")),
            number => join(within, &format!("{name}-{number}{ending}")),
        })
        .find(|path| !is_taken(path))
        .expect("the numbers do not end")
}

fn folder_is_taken(workspace: &Workspace, path: &str) -> bool {
    workspace
        .folders
        .iter()
        .any(|folder| is_within(&folder.path, path))
        || workspace
            .requests
            .iter()
            .any(|stored| is_within(parent(&stored.path), path))
}

/// Where a node is: the path of its file or folder.
#[must_use]
pub fn path_of(workspace: &Workspace, node: &Node) -> Option<String> {
    match node {
        Node::Folder(path) => Some(path.clone()),
        Node::Request(id) => find(workspace, id).map(|stored| stored.path.clone()),
    }
}

fn find<'a>(workspace: &'a Workspace, id: &RequestId) -> Option<&'a StoredRequest> {
    workspace
        .requests
        .iter()
        .find(|stored| stored.draft.id == *id)
}

/// The order that a folder has of its own; empty when it has none.
#[must_use]
pub fn order_of(workspace: &Workspace, folder: &str) -> Vec<String> {
    workspace
        .folders
        .iter()
        .find(|known| known.path == folder)
        .map(|known| known.order.clone())
        .unwrap_or_default()
}

/// What stands directly in `folder`, as it is shown.
#[must_use]
pub fn children(workspace: &Workspace, folder: &str) -> Vec<Node> {
    rows::build(&workspace.requests, &workspace.folders)
        .into_iter()
        .filter(|row| row.within == folder)
        .map(|row| row.node)
        .collect()
}

/// What an order calls a node: `list` or `admins/`.
fn entry_of(workspace: &Workspace, node: &Node) -> Option<String> {
    path_of(workspace, node).map(|path| entry(node, &path))
}

fn entry(node: &Node, path: &str) -> String {
    match node {
        Node::Folder(_) => format!("{}/", stem(path)),
        Node::Request(_) => stem(path).to_owned(),
    }
}

/// What a move does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The file or folder that it becomes.
    pub path: String,
    pub orders: Orders,
    /// The orders before, to go back.
    pub orders_before: Orders,
}

/// What becomes of `node` when it is put at `to`; `None` when that is where it is, or cannot be.
#[must_use]
pub fn plan(workspace: &Workspace, node: &Node, to: &Place) -> Option<Moved> {
    let from = path_of(workspace, node)?;
    if let Node::Folder(folder) = node
        && (is_within(&to.folder, folder) || too_deep(workspace, folder, &to.folder))
    {
        return None;
    }
    let stays = parent(&from) == to.folder;
    let path = match node {
        _ if stays => from.clone(),
        Node::Folder(_) => free(&to.folder, stem(&from), "", &|path| {
            folder_is_taken(workspace, path)
        }),
        Node::Request(_) => free_file(workspace, &to.folder, stem(&from)),
    };
    let siblings = children(workspace, &to.folder);
    let mut wanted: Vec<&Node> = siblings.iter().filter(|sibling| *sibling != node).collect();
    let at = to
        .before
        .as_ref()
        .and_then(|before| wanted.iter().position(|sibling| *sibling == before))
        .unwrap_or(wanted.len());
    wanted.insert(at, node);
    if stays && wanted.iter().copied().eq(siblings.iter()) {
        return None;
    }
    let order: Vec<String> = wanted
        .into_iter()
        .filter_map(|sibling| {
            if sibling == node {
                Some(entry(node, &path))
            } else {
                entry_of(workspace, sibling)
            }
        })
        .collect();
    let before = order_of(workspace, &to.folder);
    // Put anywhere in a folder without an order it goes where its name belongs: no order is made for that.
    let keeps_none = !stays && to.before.is_none() && before.is_empty();
    let mut orders: Orders = Vec::new();
    let mut orders_before: Orders = Vec::new();
    if !keeps_none {
        orders.push((to.folder.clone(), order));
        orders_before.push((to.folder.clone(), before));
    }
    if !stays {
        let left = parent(&from).to_owned();
        let before = order_of(workspace, &left);
        let gone = entry(node, &from);
        if before.contains(&gone) {
            let order = before.iter().filter(|entry| **entry != gone).cloned();
            orders.push((left.clone(), order.collect()));
            orders_before.push((left, before));
        }
    }
    Some(Moved {
        path,
        orders,
        orders_before,
    })
}

/// Whether a folder with all that is in it would lie too deep there.
#[must_use]
pub fn too_deep(workspace: &Workspace, folder: &str, within: &str) -> bool {
    let depth = |path: &str| path.split('/').filter(|part| !part.is_empty()).count();
    let below = workspace
        .folders
        .iter()
        .map(|known| known.path.as_str())
        .chain(workspace.requests.iter().map(|stored| parent(&stored.path)))
        .filter(|path| is_within(path, folder))
        .map(|path| depth(path) - depth(folder))
        .max()
        .unwrap_or(0);
    depth(within) + 1 + below > TreeState::DEEPEST
}

/// The place one up or down among its own kind; `None` at the end.
#[must_use]
pub fn shifted(workspace: &Workspace, node: &Node, down: bool) -> Option<Place> {
    let folder = parent(&path_of(workspace, node)?).to_owned();
    let same_kind = |sibling: &Node| {
        matches!(
            (sibling, node),
            (Node::Folder(_), Node::Folder(_)) | (Node::Request(_), Node::Request(_))
        )
    };
    let siblings: Vec<Node> = children(workspace, &folder)
        .into_iter()
        .filter(same_kind)
        .collect();
    let at = siblings.iter().position(|sibling| sibling == node)?;
    let before = if down {
        siblings.get(at + 1)?;
        siblings.get(at + 2).cloned()
    } else {
        Some(siblings.get(at.checked_sub(1)?)?.clone())
    };
    Some(Place { folder, before })
}

/// Out of its folder, to the end of the one around it; `None` at the top.
#[must_use]
pub fn lifted(workspace: &Workspace, node: &Node) -> Option<Place> {
    let path = path_of(workspace, node)?;
    let within = parent(&path);
    (!within.is_empty()).then(|| Place {
        folder: parent(within).to_owned(),
        before: None,
    })
}

/// Into the last folder that stands before it among its siblings; `None` when there is none.
#[must_use]
pub fn sunk(workspace: &Workspace, node: &Node) -> Option<Place> {
    let path = path_of(workspace, node)?;
    let siblings = children(workspace, parent(&path));
    let before = siblings.iter().take_while(|sibling| *sibling != node);
    let folder = before
        .filter_map(|sibling| match sibling {
            Node::Folder(path) => Some(path.clone()),
            Node::Request(_) => None,
        })
        .last()?;
    Some(Place {
        folder,
        before: None,
    })
}

/// Puts a node under another path, with everything in it, and sets the orders.
pub fn relocate(workspace: &mut Workspace, node: &Node, path: &str, orders: &Orders) {
    match node {
        Node::Request(id) => {
            if let Some(stored) = workspace
                .requests
                .iter_mut()
                .find(|stored| stored.draft.id == *id)
            {
                path.clone_into(&mut stored.path);
            }
        }
        Node::Folder(from) => {
            let moved = |old: &str| format!("{path}{}", &old[from.len()..]);
            for folder in &mut workspace.folders {
                if is_within(&folder.path, from) {
                    folder.path = moved(&folder.path);
                }
            }
            for stored in &mut workspace.requests {
                if is_within(parent(&stored.path), from) {
                    stored.path = moved(&stored.path);
                }
            }
        }
    }
    set_orders(workspace, orders);
}

pub fn set_orders(workspace: &mut Workspace, orders: &Orders) {
    for (path, order) in orders {
        match workspace
            .folders
            .iter_mut()
            .find(|folder| folder.path == *path)
        {
            Some(folder) => folder.order.clone_from(order),
            None => workspace.folders.push(StoredFolder {
                path: path.clone(),
                name: String::new(),
                order: order.clone(),
            }),
        }
    }
}

/// Takes a node with everything in it out of the workspace.
pub fn take_out(workspace: &mut Workspace, node: &Node) -> (Vec<StoredFolder>, Vec<StoredRequest>) {
    let inside = |path: &str| matches!(node, Node::Folder(folder) if is_within(path, folder));
    let folders = workspace
        .folders
        .extract_if(.., |folder| inside(&folder.path))
        .collect();
    let requests = workspace
        .requests
        .extract_if(.., |stored| {
            inside(parent(&stored.path))
                || matches!(node, Node::Request(id) if stored.draft.id == *id)
        })
        .collect();
    (folders, requests)
}
