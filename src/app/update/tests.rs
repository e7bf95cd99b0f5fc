//! Behaviour of `update`, without window, network or disk.
