//! Formats of other tools, one file a format, text in and text out. Pure.
//!
//! Every reader is `pub fn import(text: &str) -> Result<Imported, ImportError>`, every writer gives an `Export`.
//! `types` holds what they share, `text` decodes files and finds lines and columns, `recognise` tells the kind by content.
//! Nothing imported is executed, no file that it names is opened, and nothing is written: that is for whoever asked.

pub mod api_gateway;
pub mod blueprint;
pub mod bruno;
pub mod cli_config;
pub mod cli_gateway;
mod client_config;
mod client_lint;
mod collecting;
#[cfg(test)]
mod collections_more_tests;
#[cfg(test)]
mod collections_tests;
pub mod curl;
pub mod curl_import;
pub mod cx_as_code;
mod document;
mod found_secrets;
pub mod har;
pub mod http_file;
mod ini;
pub mod insomnia;
mod literal_tree;
pub mod open_api;
mod path_params;
pub mod postman;
pub mod process_variables;
pub mod reading;
pub mod recognise;
pub mod sdk_ini;
pub mod sdk_json;
pub mod set_gateway;
#[cfg(test)]
mod sets_tests;
pub mod snippets;
pub mod text;
pub mod types;
pub mod writing;
mod written_requests;

#[cfg(test)]
mod tests;

pub use recognise::{Kind, Recognised, recognise};
pub use types::{
    Export, ExportContext, ExportError, FoundSecret, Ignored, ImportError, Imported,
    ImportedRequest, Lint, NamedFile, TRUSTED_CERTIFICATES,
};
