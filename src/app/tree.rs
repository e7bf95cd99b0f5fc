//! The tree of saved requests: folders, order, names; and what was deleted and can come back.

/// What the user does there.
#[derive(Debug, Clone)]
pub enum TreeAction {}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum TreeCommand {}

/// What came of it.
#[derive(Debug, Clone)]
pub enum TreeEvent {}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct TreeState {}
