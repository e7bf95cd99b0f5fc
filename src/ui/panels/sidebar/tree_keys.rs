//! The keys of the tree, while one of its rows has the focus.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use crate::app::action::Action;
use crate::app::tree::{Node, TreeAction, TreeRow};
use crate::ui::panels::View;

use super::tree_row;

/// Takes what concerns the row `at` of those that are shown.
pub(super) fn take(ui: &Ui, view: &mut View<'_>, shown: &[usize], at: usize, response: &Response) {
    // Or egui would take the arrows to look for another widget.
    ui.memory_mut(|memory| {
        memory.set_focus_lock_filter(
            response.id,
            EventFilter {
                tab: false,
                horizontal_arrows: true,
                vertical_arrows: true,
                escape: false,
            },
        );
    });
    if view.state.tree.naming.is_some() {
        return;
    }
    let pressed =
        |modifiers: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let rows = &view.state.tree.rows;
    let row = &rows[shown[at]];
    let node = row.node.clone();
    let tree = |view: &mut View<'_>, action: TreeAction| view.act(Action::Tree(action));
    // Those with more modifiers first: a key also counts with more of them than it names.
    if pressed(Modifiers::ALT, Key::ArrowUp) {
        tree(view, TreeAction::Shift { node, down: false });
    } else if pressed(Modifiers::ALT, Key::ArrowDown) {
        tree(view, TreeAction::Shift { node, down: true });
    } else if pressed(Modifiers::ALT, Key::ArrowLeft) {
        tree(view, TreeAction::Lift(node));
    } else if pressed(Modifiers::ALT, Key::ArrowRight) {
        tree(view, TreeAction::Sink(node));
    } else if pressed(Modifiers::COMMAND, Key::D) {
        tree(view, TreeAction::Duplicate(node));
    } else if pressed(Modifiers::NONE, Key::F2) {
        tree_row::start_naming(view, row);
    } else if pressed(Modifiers::NONE, Key::Delete)
        || (cfg!(target_os = "macos") && pressed(Modifiers::COMMAND, Key::Backspace))
    {
        tree(view, TreeAction::Delete(node));
    } else if pressed(Modifiers::NONE, Key::ArrowRight) {
        sideways(view, row, true, shown, at);
    } else if pressed(Modifiers::NONE, Key::ArrowLeft) {
        sideways(view, row, false, shown, at);
    } else {
        let last = shown.len() - 1;
        let page = 10;
        for (key, to) in [
            (Key::ArrowUp, at.saturating_sub(1)),
            (Key::ArrowDown, (at + 1).min(last)),
            (Key::Home, 0),
            (Key::End, last),
            (Key::PageUp, at.saturating_sub(page)),
            (Key::PageDown, (at + page).min(last)),
        ] {
            if pressed(Modifiers::NONE, key) {
                go(view, rows[shown[to]].node.clone());
                return;
            }
        }
    }
    // Whatever was done to the row: the keys stay in the tree.
    if let Some(action) = view.actions.last()
        && matches!(
            action,
            Action::Tree(
                TreeAction::Shift { .. }
                    | TreeAction::Lift(_)
                    | TreeAction::Sink(_)
                    | TreeAction::Delete(_)
                    | TreeAction::Duplicate(_)
            )
        )
    {
        view.local.tree.keep_focus = true;
    }
}

/// Right opens a folder, then goes into it; left closes it, then goes to the folder it is in.
fn sideways(view: &mut View<'_>, row: &TreeRow, right: bool, shown: &[usize], at: usize) {
    let rows = &view.state.tree.rows;
    let filtering = !view.local.filter.trim().is_empty();
    let open = match &row.node {
        Node::Folder(path) => Some(filtering || !view.state.tree.collapsed.contains(path)),
        Node::Request(_) => None,
    };
    match (&row.node, open, right) {
        (Node::Folder(path), Some(is_open), _) if is_open != right && !filtering => {
            view.act(Action::Tree(TreeAction::SetOpen {
                folder: path.clone(),
                open: right,
            }));
        }
        (Node::Folder(_), _, true) => {
            let inside = shown.get(at + 1).map(|index| &rows[*index]);
            if let Some(next) = inside.filter(|next| next.depth > row.depth) {
                go(view, next.node.clone());
            }
        }
        (_, _, false) if !row.within.is_empty() => {
            go(view, Node::Folder(row.within.clone()));
        }
        _ => {}
    }
}

fn go(view: &mut View<'_>, node: Node) {
    view.local.tree.focus = Some(node.clone());
    view.act(Action::Tree(TreeAction::Choose(node)));
}
