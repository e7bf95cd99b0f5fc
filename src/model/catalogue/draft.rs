//! A request that is ready to be filled in, made of an operation.

use super::Operation;
use crate::model::ids::RequestId;
use crate::model::request::{DraftBody, NamedText, QueryRow, RequestDraft};

impl Operation<'_> {
    /// Path variables and query names are there without values; query rows are off, because most are optional.
    #[must_use]
    pub fn request(&self, id: RequestId) -> RequestDraft {
        RequestDraft {
            id,
            name: name_in_words(self.id),
            method: self.method.to_owned(),
            path: self.path.to_owned(),
            path_variables: path_variables(self.path)
                .map(|name| NamedText {
                    name: name.to_owned(),
                    value: String::new(),
                })
                .collect(),
            query: self
                .query_names()
                .map(|name| QueryRow {
                    enabled: false,
                    name: name.to_owned(),
                    value: Some(String::new()),
                })
                .collect(),
            body: if self.has_body {
                DraftBody::Json {
                    text: String::new(),
                }
            } else {
                DraftBody::None
            },
            ..RequestDraft::default()
        }
    }
}

/// The names inside the braces of a path, in order.
pub fn path_variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| {
        segment
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'))
            // `{{name}}` is a variable of the environment.
            .filter(|name| !name.contains(['{', '}']))
    })
}

/// `getUsersMe` is `Get users me`; runs of capitals stay as they are.
#[must_use]
pub fn name_in_words(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let after_small = at > 0 && !letters[at - 1].is_uppercase();
        let before_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        // One capital alone is no word: `OAuth`.
        let stands_alone = at == 1 && letters[0].is_uppercase();
        let begins =
            at == 0 || (letter.is_uppercase() && !stands_alone && (after_small || before_small));
        match words.last_mut() {
            Some(word) if !begins => word.push(*letter),
            _ => words.push(letter.to_string()),
        }
    }
    for (at, word) in words.iter_mut().enumerate() {
        let is_acronym = word.chars().count() > 1 && word.chars().all(char::is_uppercase);
        if at == 0 {
            let mut rest = word.chars();
            if let Some(first) = rest.next() {
                *word = first.to_uppercase().chain(rest).collect();
            }
        } else if !is_acronym {
            *word = word.to_lowercase();
        }
    }
    words.join(" ")
}
