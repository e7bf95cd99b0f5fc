//! Other formats, one file each: text in, text out.

pub mod curl;
