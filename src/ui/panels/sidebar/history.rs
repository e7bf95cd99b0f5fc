//! The history: every exchange, newest first.

use egui::Ui;

use crate::ui::panels::View;

pub(super) fn show(_ui: &mut Ui, _view: &mut View<'_>) {}
