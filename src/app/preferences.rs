//! The settings page, opening folders, and what is asked for on the welcome page.

/// What the user does there.
#[derive(Debug, Clone)]
pub enum PreferencesAction {}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum PreferencesCommand {}

/// What came of it.
#[derive(Debug, Clone)]
pub enum PreferencesEvent {}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct PreferencesState {}
