//! Reading an answer: folding, finding, filtering, copying, saving a value, opening a link in it.

/// What the user does there.
#[derive(Debug, Clone)]
pub enum ReadingAction {}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum ReadingCommand {}

/// What came of it.
#[derive(Debug, Clone)]
pub enum ReadingEvent {}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct ReadingState {}
