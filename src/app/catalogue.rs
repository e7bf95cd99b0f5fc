//! The catalogue of Genesys operations, and the palette that finds every action, environment, request and operation.

/// What the user does there.
#[derive(Debug, Clone)]
pub enum CatalogueAction {}

/// What is to be done outside for it.
#[derive(Debug, Clone)]
pub enum CatalogueCommand {}

/// What came of it.
#[derive(Debug, Clone)]
pub enum CatalogueEvent {}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct CatalogueState {}
