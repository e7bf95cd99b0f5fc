//! Brings into sight what the keyboard has come to. egui scrolls to a widget when a screen reader asks for it, not when Tab leads there.

use egui::accesskit::{ActionRequest, TreeId};
use egui::{Context, Event, Id};

use super::tokens::size;

/// Remembers what had the keyboard.
#[derive(Debug, Default)]
pub(super) struct FocusInSight {
    last: Option<Id>,
    /// To be scrolled to in the next frame, unless it is in sight.
    wanted: Option<Id>,
}

impl FocusInSight {
    /// Before the widgets of a frame: asks the one that got the keyboard to scroll its page.
    pub(super) fn ask(&mut self, context: &Context) {
        // Reading a response takes the focus from it while a click elsewhere is being handled: that frame is over now.
        let Some(id) = self
            .wanted
            .take()
            .filter(|id| is_out_of_sight(context, *id))
        else {
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

    /// After the widgets of a frame: whether the keyboard went on. Its new place is to be read in the next frame only.
    pub(super) fn notice(&mut self, context: &Context) -> bool {
        let focused = context.memory(egui::Memory::focused);
        if focused == self.last {
            return false;
        }
        self.last = focused;
        // The pointer hits only what is in sight.
        let by_pointer = context.input(|input| input.pointer.any_pressed());
        self.wanted = focused.filter(|_| !by_pointer);
        if focused.is_some() {
            context.request_repaint();
        }
        true
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
