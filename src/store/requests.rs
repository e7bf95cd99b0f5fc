//! What is particular to the files of requests: `requests/**/<slug>.toml`.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use toml_edit::Table;

use super::document::{Stored, fill_in, stem, table_of};
use super::paths::hex;
use super::withheld;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::masks::Masks;
use crate::model::request::RequestDraft;

impl Stored for RequestDraft {
    const FOLDER: &'static str = "requests";
    const NOUN: &'static str = "request";

    fn id_text(&self) -> &str {
        &self.id.0
    }

    fn complete(document: &mut Table, file: &str) {
        fill_in(document, "id", &id_from_file(file, 0));
        fill_in(document, "name", stem(file));
    }

    fn defaults() -> Table {
        static DEFAULTS: LazyLock<Table> = LazyLock::new(|| {
            table_of(&RequestDraft::default()).expect("an empty request can be written")
        });
        DEFAULTS.clone()
    }

    fn always_written() -> &'static [&'static str] {
        &["id", "name", "method", "path"]
    }

    fn with_id(&self, id: &str) -> Self {
        Self {
            id: RequestId(id.to_owned()),
            ..self.clone()
        }
    }

    fn with_name_suffix(&self, suffix: &str) -> Self {
        Self {
            name: format!("{}{suffix}", self.name),
            ..self.clone()
        }
    }

    fn other_id(&self, file: &str, taken: &dyn Fn(&str) -> bool) -> String {
        (0..=u32::MAX)
            .map(|number| id_from_file(file, number))
            .find(|id| !taken(id))
            .expect("the numbers do not end")
    }

    fn file_stem(&self) -> String {
        let from = if self.name.trim().is_empty() {
            format!("{} {}", self.method, self.path)
        } else {
            self.name.clone()
        };
        let slug = EnvironmentId::from_name(&from).to_string();
        if slug == "environment" && !from.eq_ignore_ascii_case("environment") {
            return "request".to_owned();
        }
        slug.chars()
            .take(60)
            .collect::<String>()
            .trim_end_matches('-')
            .to_owned()
    }

    fn withheld(&self, known: &Masks) -> (Self, Vec<String>) {
        withheld::withhold_request_with(self, known)
    }
}

/// An id for a file that has none of its own; the same for the same file.
fn id_from_file(file: &str, number: u32) -> String {
    let digest = Sha256::digest(format!("{file}\n{number}"));
    format!("file-{}", hex(&digest[..8]))
}

/// A random id.
pub(super) fn new_id() -> RequestId {
    RequestId(super::paths::random_name())
}
