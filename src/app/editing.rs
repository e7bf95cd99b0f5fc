//! Editing a request beyond its fields: bulk edit, formatting, dropped files, copies of it as a command line.

/// What the user does there.
#[derive(Debug, Clone)]
pub enum EditingAction {}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum EditingCommand {}

/// What came of it.
#[derive(Debug, Clone)]
pub enum EditingEvent {}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct EditingState {}
