//! The field in place of a name, in the tree or in a tab: Enter or leaving it takes the name, Esc does not.

use egui::text::{CCursor, CCursorRange};
use egui::{Align2, Key, Rect, TextEdit, Ui, vec2};

use crate::app::action::Action;
use crate::app::tree::{Naming, Node, TreeAction};
use crate::ui::tokens::{inset, size};

use super::View;

/// The name as it is typed.
pub(in crate::ui) struct NameField {
    naming: Naming,
    text: String,
}

/// Answers whether the typing ended by a key.
pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, rect: Rect, naming: &Naming) -> bool {
    let known = view
        .local
        .naming
        .take()
        .filter(|field| field.naming == *naming);
    let is_fresh = known.is_none();
    let mut field = known.unwrap_or_else(|| NameField {
        naming: naming.clone(),
        text: name_of(view, &naming.node),
    });
    let height = size::ROW - size::HALF;
    let place = Rect::from_center_size(rect.center(), vec2(rect.width(), height));
    let edit = TextEdit::singleline(&mut field.text)
        .id_salt("name field")
        .margin(inset::NAME_FIELD)
        .min_size(place.size())
        .align(Align2::LEFT_CENTER)
        .desired_width(rect.width() - size::UNIT);
    let response = ui
        .scope(|ui| {
            ui.spacing_mut().interact_size.y = height;
            ui.put(place, edit)
        })
        .inner
        .accessible_name("Name");
    if is_fresh {
        response.request_focus();
        if let Some(mut state) = TextEdit::load_state(ui.ctx(), response.id) {
            let all = CCursorRange::two(CCursor::new(0), CCursor::new(field.text.chars().count()));
            state.cursor.set_char_range(Some(all));
            TextEdit::store_state(ui.ctx(), response.id, state);
        }
        view.local.naming = Some(field);
        return false;
    }
    if response.has_focus() {
        view.local.naming = Some(field);
        return false;
    }
    let (escape, enter) = ui.input(|input| {
        (
            input.key_pressed(Key::Escape),
            input.key_pressed(Key::Enter),
        )
    });
    view.act(Action::Tree(if escape {
        TreeAction::StopNaming
    } else {
        TreeAction::Rename {
            node: naming.node.clone(),
            name: field.text,
        }
    }));
    escape || enter
}

/// As it is, not as it is shown.
fn name_of(view: &View<'_>, node: &Node) -> String {
    let state = view.state;
    match node {
        Node::Request(id) => state
            .tab(id)
            .map(|tab| tab.title().to_owned())
            .or_else(|| {
                state
                    .stored(id)
                    .map(|draft| crate::app::tab::title_of(draft).to_owned())
            })
            .unwrap_or_default(),
        Node::Folder(path) => state
            .workspace
            .folders
            .iter()
            .find(|folder| folder.path == *path)
            .map(|folder| folder.name.clone())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path).to_owned()),
    }
}
