//! Completing a path that is being typed. What stands in a `{place}` already stays as it was typed.

use std::collections::HashMap;

use super::{Catalogue, is_place};

/// One way the path can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSuggestion {
    /// What the field would hold.
    pub path: String,
    /// Of the operation below: the method that is chosen where there is one with it, else the gentlest.
    pub method: String,
    /// All methods this path has, in the order of the catalogue.
    pub methods: Vec<String>,
    /// By `Catalogue::operation`.
    pub operation: u32,
}

/// What came of a path that is being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathCompletion {
    pub suggestions: Vec<PathSuggestion>,
    /// The path is one of the catalogue's as it stands.
    pub is_whole: bool,
}

impl Catalogue {
    /// At most `most` ways to go on from `typed`: longer words first, then those with `method`, then the shorter ones.
    /// What is no beginning of any path is searched for instead. The very path that was typed is none of them.
    #[must_use]
    pub fn complete_path(&self, typed: &str, method: &str, most: usize) -> PathCompletion {
        let typed = typed.trim();
        if typed.is_empty() || typed.contains('?') || typed.contains("://") {
            return PathCompletion::default();
        }
        let mut suggestions = self.continued(typed, method);
        suggestions.sort_by(|one, other| {
            let key = |suggestion: &PathSuggestion| {
                (
                    // What goes on with the word before what takes it for the value of a place.
                    goes_on_behind(&suggestion.path, typed),
                    suggestion.method != method,
                    suggestion.path.matches('/').count(),
                    suggestion.path.len(),
                )
            };
            key(one)
                .cmp(&key(other))
                .then_with(|| one.path.cmp(&other.path))
        });
        let is_whole = self.is_whole(typed, &suggestions);
        // A whole path that goes nowhere further needs no other one.
        if suggestions.is_empty() && !is_whole {
            suggestions = self.searched(typed, method, most);
        }
        suggestions.retain(|suggestion| suggestion.path != typed);
        suggestions.truncate(most);
        PathCompletion {
            suggestions,
            is_whole,
        }
    }

    /// A path of the catalogue, and not rather the beginning of a longer word: `/users/sea` may be a user, or `/users/search`.
    fn is_whole(&self, typed: &str, suggestions: &[PathSuggestion]) -> bool {
        let goes_on_in_word = suggestions.iter().any(|suggestion| {
            suggestion
                .path
                .strip_prefix(typed)
                .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        });
        self.operations().any(|(_, operation)| {
            operation.path == typed || (!goes_on_in_word && super::fits(operation.path, typed))
        })
    }

    fn continued(&self, typed: &str, method: &str) -> Vec<PathSuggestion> {
        let mut gathered = Gathered::new(method);
        for (index, operation) in self.operations() {
            if let Some(path) = continuation(typed, operation.path) {
                gathered.add(path, operation.method, index);
            }
        }
        gathered.suggestions
    }

    fn searched(&self, typed: &str, method: &str, most: usize) -> Vec<PathSuggestion> {
        let words: Vec<&str> = typed
            .split(['/', ' '])
            .filter(|word| !word.is_empty() && !["api", "v2"].contains(word))
            .collect();
        let typed = words.join(" ");
        if typed.chars().count() < 2 {
            return Vec::new();
        }
        let mut gathered = Gathered::new(method);
        for index in self.search(&typed) {
            if let Some(operation) = self.operation(index) {
                gathered.add(operation.path.to_owned(), operation.method, index);
            }
            if gathered.suggestions.len() > most {
                break;
            }
        }
        gathered.suggestions
    }
}

/// Suggestions by path, each with all its methods.
struct Gathered<'a> {
    method: &'a str,
    suggestions: Vec<PathSuggestion>,
    by_path: HashMap<String, usize>,
}

/// What changes least comes first: accepting a path must not end up at a deletion by itself.
const GENTLEST_FIRST: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

impl<'a> Gathered<'a> {
    fn new(method: &'a str) -> Self {
        Self {
            method,
            suggestions: Vec::new(),
            by_path: HashMap::new(),
        }
    }

    fn add(&mut self, path: String, method: &str, operation: u32) {
        if let Some(known) = self.by_path.get(&path) {
            let known = &mut self.suggestions[*known];
            known.methods.push(method.to_owned());
            if precedence(method, self.method) < precedence(&known.method, self.method) {
                method.clone_into(&mut known.method);
                known.operation = operation;
            }
        } else {
            self.by_path.insert(path.clone(), self.suggestions.len());
            self.suggestions.push(PathSuggestion {
                path,
                method: method.to_owned(),
                methods: vec![method.to_owned()],
                operation,
            });
        }
    }
}

/// The path is what was typed, a slash, and more.
fn goes_on_behind(path: &str, typed: &str) -> bool {
    path.strip_prefix(typed)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// The chosen method, then the gentlest.
fn precedence(method: &str, chosen: &str) -> usize {
    if method == chosen {
        return 0;
    }
    GENTLEST_FIRST
        .iter()
        .position(|known| *known == method)
        .map_or(usize::MAX, |at| at + 1)
}

/// The template with what was typed at its beginning, when it is one.
fn continuation(typed: &str, template: &str) -> Option<String> {
    let mut wanted = template.split('/');
    let given: Vec<&str> = typed.split('/').collect();
    let (partial, whole) = given.split_last()?;
    for segment in whole {
        let template = wanted.next()?;
        let same = template.eq_ignore_ascii_case(segment);
        let filled = is_place(template) && !segment.is_empty();
        if !same && !filled {
            return None;
        }
    }
    let template = wanted.next()?;
    let beginning = template
        .get(..partial.len())
        .is_some_and(|beginning| beginning.eq_ignore_ascii_case(partial));
    let filled = is_place(template) && !partial.starts_with('{');
    let current = if beginning {
        template
    } else if filled {
        partial
    } else {
        return None;
    };
    let mut path = whole.join("/");
    path.push('/');
    path.push_str(current);
    for segment in wanted {
        path.push('/');
        path.push_str(segment);
    }
    Some(path)
}
