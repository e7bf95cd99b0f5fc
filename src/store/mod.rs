//! Files: the workspace, drafts, and what this machine remembers about a workspace. Never a secret in any of them.
//!
//! - `workspace` (with `environments`, `requests`, `folders`, `saving`, `moving`): a folder of TOML files that a person reads and keeps in git
//! - `rules`: the comparison rules of a workspace, its `rules.toml`
//! - `drafts`: open requests and window choices, in the data folder
//! - `secret_map`, `approvals`: which secret belongs where and what was allowed, in the data folder, never in the workspace
//! - `settings`, `window_memory`: what the user chose for the whole program, where the window stood, recent folders
//! - `history`: every exchange that ended, in one database of the data folder
//! - `body_files`: large bodies that were pasted, in the data folder
//! - `paths`, `atomic`, `lock`, `merge`, `withheld`: the tools they share
//!
//! Keeping the secrets themselves is the business of `secrets`. Everything here may block on the disk.

pub mod approvals;
pub mod atomic;
pub mod body_files;
mod bounded;
mod catalogue;
mod data_file;
mod document;
pub mod drafts;
mod environments;
pub mod error;
pub mod flushing;
mod folders;
pub mod history;
pub mod lock;
mod merge;
pub mod moving;
pub mod paths;
mod requests;
pub mod rules;
mod saving;
mod scan;
pub mod secret_map;
pub mod settings;
pub mod window_memory;
pub mod withheld;
pub mod workspace;

pub use approvals::{Approvable, Approvals};
pub use catalogue::CatalogueChange;
pub use drafts::DraftSlot;
pub use error::{FileReport, StoreError, StoreErrorKind};
pub use folders::RequestFolder;
pub use moving::Removed;
pub use paths::DataFolder;
pub use secret_map::{Filed, SecretMap};
pub use settings::SettingsFile;
pub use window_memory::WindowMemory;
pub use workspace::{Saved, StoredRequest, Workspace};
