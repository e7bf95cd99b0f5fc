//! Parts that panels are made of. They know tokens and egui, and of the domain only what they are handed.

pub(super) mod basic;
pub(super) mod completion;
pub(super) mod fields;
pub(super) mod header_names;
pub(super) mod icons;
pub(super) mod remarks;
mod row_cells;
pub(super) mod row_end;
mod row_heights;
pub(super) mod rows;
pub(super) mod segmented;
pub(super) mod text_view;
mod text_view_caret;
pub(super) mod text_view_paint;
mod text_view_rows;
mod text_view_scroll;
pub(super) mod variables;
