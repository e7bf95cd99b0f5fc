//! Dragging a row of the tree: where it would go is shown while it is dragged, and it goes there when it is let go.

use egui::{CornerRadius, CursorIcon, Key, Rect, Stroke, StrokeKind, Ui, vec2};

use crate::app::action::Action;
use crate::app::tree::{Node, Place, TreeAction, TreeRow, places};
use crate::ui::panels::View;
use crate::ui::tokens::{Palette, size};

/// What the pointer is over.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Into(Place),
    /// Between two rows; the line is above the row of that index.
    Between(Place, usize),
}

pub(super) fn show(ui: &Ui, view: &mut View<'_>, shown: &[usize], rect_of: &dyn Fn(usize) -> Rect) {
    let Some(node) = view.local.tree.drag.clone() else {
        return;
    };
    let (pointer, down, escape) = ui.input(|input| {
        (
            input.pointer.latest_pos(),
            input.pointer.any_down(),
            input.key_pressed(Key::Escape),
        )
    });
    let area = ui.clip_rect();
    let target = pointer
        .filter(|pointer| area.contains(*pointer))
        .and_then(|pointer| {
            let offset = pointer.y - rect_of(0).top();
            target(&view.state.tree.rows, shown, offset)
        })
        .filter(|target| is_possible(&node, target));
    if escape {
        view.local.tree.drag = None;
        return;
    }
    if !down {
        view.local.tree.drag = None;
        if let Some(Target::Into(to) | Target::Between(to, _)) = target {
            view.act(Action::Tree(TreeAction::Move { node, to }));
            view.local.tree.keep_focus = true;
        }
        return;
    }
    ui.ctx().set_cursor_icon(match target {
        Some(_) => CursorIcon::Grabbing,
        None => CursorIcon::NotAllowed,
    });
    if let Some(pointer) = pointer {
        scroll_at_the_edge(ui, area, pointer.y);
    }
    let palette = Palette::of(ui);
    let line = Stroke::new(size::MARK, palette.accent);
    match target {
        Some(Target::Between(_, at)) => {
            let rect = rect_of(at);
            ui.painter().hline(rect.x_range(), rect.top(), line);
        }
        Some(Target::Into(place)) => {
            let row = shown.iter().position(|index| {
                view.state.tree.rows[*index].node == Node::Folder(place.folder.clone())
            });
            if let Some(at) = row {
                let radius = CornerRadius::same(size::CHIP_RADIUS);
                ui.painter()
                    .rect_stroke(rect_of(at), radius, line, StrokeKind::Inside);
            }
        }
        None => {}
    }
}

fn scroll_at_the_edge(ui: &Ui, area: Rect, y: f32) {
    let edge = size::ROW;
    let step = if y < area.top() + edge {
        size::UNIT
    } else if y > area.bottom() - edge {
        -size::UNIT
    } else {
        return;
    };
    ui.scroll_with_delta(vec2(0.0, step));
    ui.ctx().request_repaint();
}

fn is_possible(node: &Node, target: &Target) -> bool {
    let (Target::Into(place) | Target::Between(place, _)) = target;
    match node {
        Node::Folder(own) => !places::is_within(&place.folder, own),
        Node::Request(_) => true,
    }
}

/// `offset`: points below the top of the first row.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the place of a row: small, and not negative by the check before"
)]
fn target(rows: &[TreeRow], shown: &[usize], offset: f32) -> Option<Target> {
    if offset < 0.0 {
        return None;
    }
    let at = (offset / size::ROW).floor() as usize;
    let Some(row) = shown.get(at).map(|index| &rows[*index]) else {
        // Below everything: to the end of the top.
        let place = Place {
            folder: String::new(),
            before: None,
        };
        return Some(Target::Between(place, shown.len()));
    };
    let part = offset / size::ROW - offset_of(at);
    let before = |row: &TreeRow| Place {
        folder: row.within.clone(),
        before: Some(row.node.clone()),
    };
    if let Node::Folder(path) = &row.node
        && (0.25..0.75).contains(&part)
    {
        return Some(Target::Into(Place {
            folder: path.clone(),
            before: None,
        }));
    }
    if part < 0.5 {
        return Some(Target::Between(before(row), at));
    }
    let next = shown.get(at + 1).map(|index| &rows[*index]);
    let place = match next {
        // Into an open folder, or between two of the same folder.
        Some(next)
            if next.depth >= row.depth && (next.depth > row.depth || next.within == row.within) =>
        {
            before(next)
        }
        _ => Place {
            folder: row.within.clone(),
            before: None,
        },
    };
    Some(Target::Between(place, at + 1))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a row of a list: far below what a float holds exactly"
)]
fn offset_of(at: usize) -> f32 {
    at as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::event::StoredRequest;
    use crate::app::tree::rows;
    use crate::model::ids::RequestId;
    use crate::model::request::RequestDraft;

    fn tree() -> Vec<TreeRow> {
        let requests: Vec<StoredRequest> = ["users/a", "users/b", "z"]
            .map(|path| StoredRequest {
                path: format!("{path}.toml"),
                draft: RequestDraft {
                    id: RequestId(path.to_owned()),
                    name: path.to_owned(),
                    ..RequestDraft::default()
                },
            })
            .to_vec();
        rows::build(&requests, &[])
    }

    #[test]
    fn the_place_under_the_pointer_is_before_behind_or_in() {
        let rows = tree();
        let shown: Vec<usize> = (0..rows.len()).collect();
        let request = |id: &str| Some(Node::Request(RequestId(id.to_owned())));
        let folder = |path: &str| Some(Node::Folder(path.to_owned()));
        // Rows: users, users/a, users/b, z.
        for (offset, within, before, into) in [
            (0.1, "", folder("users"), false),
            (0.5, "users", None, true),
            (0.9, "users", request("users/a"), false),
            (1.2, "users", request("users/a"), false),
            (1.8, "users", request("users/b"), false),
            (2.8, "users", None, false),
            (3.2, "", request("z"), false),
            (3.8, "", None, false),
            (9.0, "", None, false),
        ] {
            let got = target(&rows, &shown, offset * size::ROW).expect("a place");
            let is_into = matches!(got, Target::Into(_));
            let (Target::Into(place) | Target::Between(place, _)) = got;
            let expected = Place {
                folder: within.to_owned(),
                before,
            };
            assert_eq!((place, is_into), (expected, into), "at {offset} rows");
        }
        assert_eq!(target(&rows, &shown, -1.0), None);
    }
}
