//! What is particular to the files of environments: `environments/<id>.toml`.

use std::sync::LazyLock;

use toml_edit::Table;

use super::document::{Stored, fill_in, stem, table_of};
use super::withheld;
use crate::model::environment::Environment;
use crate::model::ids::EnvironmentId;
use crate::model::masks::Masks;
use crate::model::sandbox_environments::sandbox_environments;

impl Stored for Environment {
    const FOLDER: &'static str = "environments";
    const NOUN: &'static str = "environment";

    fn id_text(&self) -> &str {
        self.id.as_str()
    }

    fn complete(document: &mut Table, file: &str) {
        let id = EnvironmentId::from_name(stem(file));
        fill_in(document, "id", id.as_str());
        fill_in(document, "name", stem(file));
    }

    fn defaults() -> Table {
        static DEFAULTS: LazyLock<Table> = LazyLock::new(|| {
            let empty: Environment = toml_edit::de::from_str(
                "id = \"x\"\nname = \"\"\n[target]\nkind = \"gateway\"\nhost = \"\"\n",
            )
            .expect("the shortest environment is one");
            table_of(&empty).expect("it can be written")
        });
        DEFAULTS.clone()
    }

    fn always_written() -> &'static [&'static str] {
        &[
            "id",
            "name",
            "colour",
            "protection",
            "credentials",
            "target.kind",
            "target.protocol",
            "target.host",
            "target.stage",
            "target.login-path",
            "target.api-path",
        ]
    }

    fn with_id(&self, id: &str) -> Self {
        Self {
            id: EnvironmentId::from_name(id),
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
        let base = EnvironmentId::from_name(stem(file));
        std::iter::once(base.to_string())
            .chain((2..=u32::MAX).map(|number| format!("{base}-{number}")))
            .find(|id| !taken(id))
            .expect("the numbers do not end")
    }

    fn file_stem(&self) -> String {
        let short: String = self.id.as_str().chars().take(100).collect();
        short.trim_end_matches('-').to_owned()
    }

    fn withheld(&self, known: &Masks) -> (Self, Vec<String>) {
        withheld::withhold_environment_with(self, known)
    }
}

/// Whether an id is that of a built-in environment, which no file may take.
pub(super) fn is_reserved(id: &str) -> bool {
    static RESERVED: LazyLock<Vec<EnvironmentId>> = LazyLock::new(|| {
        sandbox_environments()
            .into_iter()
            .map(|environment| environment.id)
            .collect()
    });
    RESERVED.iter().any(|reserved| reserved.as_str() == id)
}
