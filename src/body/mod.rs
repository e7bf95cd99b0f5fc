//! Big bodies: a lossless JSON lexer, pretty-printing, a line index, encodings and sniffing. Pure.

pub mod view;
