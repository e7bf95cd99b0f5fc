//! How each tool writes what all of them have: a reference to a variable, the name of one, values that are made for each send.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::model::environment::Variable;

/// A tool that reads collections of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::interchange) enum Dialect {
    Postman,
    Insomnia,
    Bruno,
    HttpFile,
}

/// Gatescope's dynamic values, as Postman makes the same; what has two names is written by the first. Bruno took these names over.
const POSTMAN: &[(&str, &str)] = &[
    ("$uuid", "{{$guid}}"),
    ("$uuid", "{{$randomUUID}}"),
    ("$timestamp", "{{$isoTimestamp}}"),
    ("$epoch", "{{$timestamp}}"),
    ("$randomInt", "{{$randomInt}}"),
];

const INSOMNIA: &[(&str, &str)] = &[
    ("$uuid", "{% uuid 'v4' %}"),
    ("$timestamp", "{% now 'iso-8601', '' %}"),
    ("$epoch", "{% now 'unix', '' %}"),
    ("$epochMs", "{% now 'millis', '' %}"),
];

/// As VS Code's REST Client writes them.
const HTTP_FILE: &[(&str, &str)] = &[
    ("$uuid", "{{$guid}}"),
    ("$timestamp", "{{$datetime iso8601}}"),
    ("$date", "{{$datetime 'YYYY-MM-DD'}}"),
    ("$epoch", "{{$timestamp}}"),
    ("$randomInt", "{{$randomInt 0 1000}}"),
];

impl Dialect {
    /// As people call it.
    pub(in crate::interchange) fn title(self) -> &'static str {
        match self {
            Self::Postman => "Postman",
            Self::Insomnia => "Insomnia",
            Self::Bruno => "Bruno",
            Self::HttpFile => "an .http file",
        }
    }

    fn dynamics(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Postman | Self::Bruno => POSTMAN,
            Self::Insomnia => INSOMNIA,
            Self::HttpFile => HTTP_FILE,
        }
    }

    /// What makes the same value as `{{name}}`; `None` when the tool has no such thing.
    pub(in crate::interchange) fn dynamic(self, name: &str) -> Option<&'static str> {
        let mut all = self.dynamics().iter();
        all.find(|(ours, _)| *ours == name)
            .map(|(_, theirs)| *theirs)
    }

    /// `text` of this tool with Gatescope's dynamic values.
    pub(in crate::interchange) fn with_own_dynamics(self, text: &str) -> Cow<'_, str> {
        // All at once: `{{$timestamp}}` means one thing there and another one here.
        let mut written = String::new();
        let mut rest = text;
        loop {
            let next = self.dynamics().iter().filter_map(|(ours, theirs)| {
                let at = rest.find(theirs)?;
                Some((at, *ours, *theirs))
            });
            let Some((at, ours, theirs)) = next.min_by_key(|(at, _, _)| *at) else {
                break;
            };
            written.push_str(&rest[..at]);
            written.push_str("{{");
            written.push_str(ours);
            written.push_str("}}");
            rest = &rest[at + theirs.len()..];
        }
        if written.is_empty() {
            return Cow::Borrowed(text);
        }
        written.push_str(rest);
        Cow::Owned(written)
    }

    /// A reference to the variable of that name.
    pub(in crate::interchange) fn reference(self, name: &str) -> String {
        let is_word = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match self {
            Self::Insomnia if is_word(name) => format!("{{{{ _.{name} }}}}"),
            // A dash would be a minus.
            Self::Insomnia => format!("{{{{ _['{name}'] }}}}"),
            Self::Postman | Self::Bruno | Self::HttpFile => format!("{{{{{name}}}}}"),
        }
    }

    /// `name` with what the tool does not take in one replaced.
    pub(in crate::interchange) fn name(self, name: &str) -> String {
        let fits = |character: char| match self {
            Self::Postman => !"{}\"".contains(character),
            Self::Insomnia => !"{}\"'\\$".contains(character),
            Self::Bruno | Self::HttpFile => {
                character.is_ascii_alphanumeric() || "_-".contains(character)
            }
        };
        let name = name.trim().chars();
        name.map(|character| if fits(character) { character } else { '_' })
            .collect()
    }

    /// What each of the variables is called there, in their order; no name stands twice.
    pub(in crate::interchange) fn names(self, variables: &[Variable]) -> Vec<String> {
        let mut taken = HashSet::new();
        variables
            .iter()
            .map(|variable| {
                let wanted = self.name(&variable.name);
                let mut name = wanted.clone();
                let mut number = 2;
                while !taken.insert(name.clone()) {
                    name = format!("{wanted}_{number}");
                    number += 1;
                }
                name
            })
            .collect()
    }
}
