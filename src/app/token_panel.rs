//! The token panel of a leg: the token's state, where it came from, what it may do.

/// What the user does there.
#[derive(Debug, Clone)]
pub enum TokenPanelAction {}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum TokenPanelCommand {}

/// What came of it.
#[derive(Debug, Clone)]
pub enum TokenPanelEvent {}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct TokenPanelState {}
