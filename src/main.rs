//! Arguments -> window or subcommand. Everything else is in the library.

fn main() {}
