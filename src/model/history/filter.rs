//! What a search of the history looks for: words of one field, understood as statuses, methods, environments and parts of the URL.
//! The same rule in the list (`matches`) and in the store, which makes SQL of the terms.

use super::HistorySummary;

/// All terms have to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    pub terms: Vec<Term>,
}

/// One word of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// `404`
    Status(u16),
    /// `4xx`: the hundreds.
    StatusClass(u16),
    /// `failed`: nothing came back, or not all.
    Failed,
    /// The URL or the environment's name holds it, or it is the method. ASCII letters in either case.
    Text(String),
}

impl HistoryFilter {
    /// Words are split at blanks; what stands in double quotes is one text, whatever it looks like.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let mut terms = Vec::new();
        for (index, part) in search.split('"').enumerate() {
            if index % 2 == 1 {
                if !part.is_empty() {
                    terms.push(Term::Text(part.to_owned()));
                }
            } else {
                terms.extend(part.split_whitespace().map(term));
            }
        }
        Self { terms }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    #[must_use]
    pub fn matches(&self, entry: &HistorySummary) -> bool {
        self.terms.iter().all(|term| match term {
            Term::Status(status) => entry.status == Some(*status),
            Term::StatusClass(class) => entry.status.is_some_and(|status| status / 100 == *class),
            Term::Failed => entry.error.is_some(),
            Term::Text(text) => {
                contains(&entry.url, text)
                    || contains(&entry.environment_name, text)
                    || entry.method.eq_ignore_ascii_case(text)
            }
        })
    }
}

fn term(word: &str) -> Term {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    if digits && word.len() == 3 && matches!(word.as_bytes()[0], b'1'..=b'5') {
        return Term::Status(word.parse().expect("three digits"));
    }
    if let [class @ b'1'..=b'5', b'x' | b'X', b'x' | b'X'] = word.as_bytes() {
        return Term::StatusClass(u16::from(class - b'0'));
    }
    if word.eq_ignore_ascii_case("failed") {
        return Term::Failed;
    }
    Term::Text(word.to_owned())
}

fn contains(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase()
        .contains(&part.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood() {
        let text = |text: &str| Term::Text(text.to_owned());
        for (search, expected) in [
            ("", vec![]),
            ("  ", vec![]),
            ("404", vec![Term::Status(404)]),
            ("4xx", vec![Term::StatusClass(4)]),
            ("5XX users", vec![Term::StatusClass(5), text("users")]),
            ("600 40 4040", vec![text("600"), text("40"), text("4040")]),
            ("Failed", vec![Term::Failed]),
            ("\"404\"", vec![text("404")]),
            ("\"a b\" GET", vec![text("a b"), text("GET")]),
            ("\"open end", vec![text("open end")]),
            ("\"\"", vec![]),
            ("ä", vec![text("ä")]),
        ] {
            assert_eq!(HistoryFilter::parse(search).terms, expected, "{search}");
        }
    }
}
