//! The history of the workspace: every exchange, newest first, searched and reopened.

/// What the user does there.
#[derive(Debug, Clone)]
pub enum HistoryAction {}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum HistoryCommand {}

/// What came of it.
#[derive(Debug, Clone)]
pub enum HistoryEvent {}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct HistoryState {}
