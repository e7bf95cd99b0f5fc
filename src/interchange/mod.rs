//! Formats of other tools, one file a format, text in and text out. Pure.

pub mod curl;
