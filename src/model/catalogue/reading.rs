//! Operations that only read although their method is POST: the question is too long for a URL and travels in a body.

use super::{Catalogue, Operation};

impl Operation<'_> {
    /// `POST …/query` and `POST …/search`. The SDK says nothing about effects; this is how the API names its questions.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        self.method == "POST" && has_a_questions_name(self.path)
    }
}

impl Catalogue {
    /// The key of the operation that a request would call, when it is one that only reads although its method is POST.
    /// Paths with anything in them that could lead elsewhere (`..`, variables outside a `{place}`) are none, and neither are
    /// operations that a workspace brought: it may come from anywhere, and would say of itself that it is harmless.
    #[must_use]
    pub fn reading_operation(&self, method: &str, path: &str) -> Option<String> {
        if !may_only_read(method, path) {
            return None;
        }
        let (_, operation) = self.find(method, path)?;
        // A variable may stand for anything; in place of a literal part it did not fit anyway.
        (operation.only_reads() && !operation.is_own)
            .then(|| operation_key(operation.method, operation.path))
    }
}

/// Whether it is worth looking the request up: a quick look at method and path alone.
#[must_use]
pub fn may_only_read(method: &str, path: &str) -> bool {
    let bare = path.split('?').next().unwrap_or_default();
    let leads_elsewhere = bare.split('/').any(|segment| {
        let decoded = segment.to_ascii_lowercase().replace("%2e", ".");
        decoded == "." || decoded == ".." || decoded.contains("%2f") || decoded.contains("{{")
    });
    method == "POST" && bare.starts_with('/') && has_a_questions_name(bare) && !leads_elsewhere
}

fn has_a_questions_name(path: &str) -> bool {
    path.ends_with("/query") || path.ends_with("/search")
}

/// How settings remember an operation: `METHOD path`.
#[must_use]
pub fn operation_key(method: &str, path: &str) -> String {
    format!("{method} {path}")
}
