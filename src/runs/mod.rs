//! Step machines: what to send next, and what the answers mean. Pure: they send nothing themselves.
