//! The menu of a request's earlier exchanges, at the right of the status row.

use egui::Ui;

use super::View;

/// Shows the button of the open request's history and its menu: `just now ▾`, or the time of the earlier exchange that is shown.
/// Call it in a right-to-left layout at the end of the status row; it shows nothing where there is no answer.
pub(super) fn show(_ui: &mut Ui, _view: &mut View<'_>) {}
