//! Drafts and what they mean, table by table.
