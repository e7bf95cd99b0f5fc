//! Brings into sight what the keyboard has come to. egui scrolls to a widget when a screen reader asks for it, not when Tab leads there.

use egui::accesskit::{ActionRequest, TreeId};
use egui::{Context, Event, Id};

use super::tokens::size;

/// Remembers what had the keyboard.
#[derive(Debug, Default)]
pub(super) struct FocusInSight {
    last: Option<Id>,
    /// To be scrolled to in the next frame.
    wanted: Option<Id>,
}

impl FocusInSight {
    /// Before the widgets of a frame: asks the one that got the keyboard to scroll its page.
    pub(super) fn ask(&mut self, context: &Context) {
        let Some(id) = self.wanted.take() else {
            return;
        };
        let request = ActionRequest {
            action: egui::accesskit::Action::ScrollIntoView,
            target_tree: TreeId::ROOT,
            target_node: id.accesskit_id(),
            data: None,
        };
        context.input_mut(|input| {
            input.events.push(Event::AccessKitActionRequest(request));
        });
    }

    /// After the widgets of a frame: notices that the keyboard went on to something out of sight.
    pub(super) fn notice(&mut self, context: &Context) {
        let focused = context.memory(egui::Memory::focused);
        if focused == self.last {
            return;
        }
        self.last = focused;
        // The pointer hits only what is in sight.
        let by_pointer = context.input(|input| input.pointer.any_pressed());
        if let Some(id) = focused.filter(|id| !by_pointer && is_out_of_sight(context, *id)) {
            self.wanted = Some(id);
            context.request_repaint();
        }
    }
}

/// Less of it is seen than a control is high.
fn is_out_of_sight(context: &Context, id: Id) -> bool {
    context.read_response(id).is_some_and(|response| {
        let seen = response.interact_rect;
        let enough = response.rect.height().min(size::CONTROL) - 1.0;
        !seen.is_positive() || seen.height() < enough
    })
}
