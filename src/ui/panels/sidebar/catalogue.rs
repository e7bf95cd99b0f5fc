//! The catalogue of Genesys operations.

use egui::Ui;

use crate::ui::panels::View;

pub(super) fn show(_ui: &mut Ui, _view: &mut View<'_>) {}
