//! A body laid out for a virtual view: text, its lines cut into segments, and what kind of body it is.

/// (to come)
#[derive(Debug)]
pub struct BodyView {}
