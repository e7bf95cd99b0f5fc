//! Parts that panels are made of. They know tokens and egui, and of the domain only what they are handed.

pub(super) mod basic;
pub(super) mod completion;
pub(super) mod fields;
pub(super) mod icons;
pub(super) mod remarks;
pub(super) mod rows;
pub(super) mod segmented;
pub(super) mod text_view;
mod text_view_caret;
mod text_view_paint;
mod text_view_rows;
mod text_view_scroll;
