//! Big bodies: a lossless JSON lexer, pretty-printing, a line index, encodings and sniffing. Pure.
//!
//! `content_coding` turns what came over the wire into bytes, `charset` bytes into text, `sniff` says what kind of body it is,
//! and `view::BodyView` puts all of it together for a viewer that shows any line of any body at once.

pub mod charset;
pub mod content_coding;
pub mod document;
pub mod duplicate_keys;
pub mod filter;
pub mod fold;
pub mod format;
pub mod hex;
pub mod highlight;
pub mod json_lexer;
pub mod links;
pub mod location;
pub mod pretty;
pub mod search;
pub mod segments;
pub mod sniff;
pub mod template;
pub mod view;
pub mod visible;
