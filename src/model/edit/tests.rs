//! Fixes and fields.
