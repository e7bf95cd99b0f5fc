//! The URL rules, table by table.
