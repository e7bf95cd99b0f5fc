//! Sections, keys and values of an INI file, with their places. Quotes and escapes are no syntax: values are taken as written,
//! as the official clients' readers do. What the keys mean is `sdk_ini`.

use super::text::Place;
use super::types::ImportError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) pairs: Vec<Pair>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) key_place: Place,
    pub(super) value: String,
    pub(super) value_place: Place,
}

impl Section {
    /// The last one of that name, in any case.
    pub(super) fn get(&self, key: &str) -> Option<&Pair> {
        self.pairs
            .iter()
            .rev()
            .find(|pair| pair.key.eq_ignore_ascii_case(key))
    }
}

/// Pairs in front of the first section are in one without a name.
pub(super) fn read(text: &str) -> Result<Vec<Section>, ImportError> {
    let mut sections = vec![Section {
        name: String::new(),
        place: Place::START,
        pairs: Vec::new(),
    }];
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end();
        let trimmed = line.trim_start().trim_start_matches('\u{feff}');
        let indent = line.chars().count() - trimmed.chars().count();
        let place = |characters: usize| Place {
            line: index + 1,
            column: indent + characters + 1,
        };
        let fail = |characters: usize, words: &str| {
            Err(ImportError::new(place(characters), words).having_understood(understood(&sections)))
        };
        if trimmed.is_empty() || trimmed.starts_with([';', '#']) {
            continue;
        }
        if let Some(behind) = trimmed.strip_prefix('[') {
            let Some((name, rest)) = behind.split_once(']') else {
                return fail(0, "A section begins with `[` and has no `]`: add it");
            };
            let rest = rest.trim_start();
            if !rest.is_empty() && !rest.starts_with([';', '#']) {
                return fail(
                    name.chars().count() + 2,
                    "Something follows behind the section's name: put it on a line of its own",
                );
            }
            sections.push(Section {
                name: name.trim().to_owned(),
                place: place(0),
                pairs: Vec::new(),
            });
            continue;
        }
        let Some(at) = trimmed.find(['=', ':']) else {
            return fail(
                0,
                "This line is no `key = value`: put a `#` in front of a comment",
            );
        };
        let key = trimmed[..at].trim();
        if key.is_empty() {
            return fail(0, "A value stands here without a key");
        }
        let behind = &trimmed[at + 1..];
        let value = behind.trim_start();
        let before =
            trimmed[..at].chars().count() + 1 + behind.chars().count() - value.chars().count();
        let pair = Pair {
            key: key.to_owned(),
            key_place: place(0),
            value: value.to_owned(),
            value_place: place(before),
        };
        if let Some(section) = sections.last_mut() {
            section.pairs.push(pair);
        }
    }
    sections.retain(|section| !section.name.is_empty() || !section.pairs.is_empty());
    Ok(sections)
}

fn understood(sections: &[Section]) -> String {
    let names: Vec<String> = sections
        .iter()
        .filter(|section| !section.name.is_empty())
        .take(8)
        .map(|section| format!("[{}] with {} keys", section.name, section.pairs.len()))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_as_written() {
        let sections = read(
            "; comment\r\n[ gateway ] # x\n  host : \"gw\\n\"\nport=\n\n# c\n[other]\na = b = c\n",
        )
        .expect("an INI file");
        assert_eq!(sections.len(), 2);
        let host = sections[0].get("HOST").expect("host");
        assert_eq!(host.value, "\"gw\\n\"");
        assert_eq!(
            host.value_place,
            Place {
                line: 3,
                column: 10
            }
        );
        assert_eq!(
            sections[0].get("port").map(|pair| pair.value.as_str()),
            Some("")
        );
        assert_eq!(
            sections[1].get("a").map(|pair| pair.value.as_str()),
            Some("b = c")
        );
    }

    #[test]
    fn errors_tell_line_column_and_what_was_understood() {
        for (text, line, column, understood) in [
            (
                "[gateway]\nhost = a\n  nonsense",
                3,
                3,
                "[gateway] with 1 keys",
            ),
            ("[gateway", 1, 1, ""),
            ("[a]\n[b] c", 2, 4, "[a] with 0 keys"),
            ("[a]\n= b", 2, 1, "[a] with 0 keys"),
        ] {
            let error = read(text).expect_err(text);
            assert_eq!(error.place, Place { line, column }, "{text}: {error}");
            assert_eq!(error.understood, understood, "{text}");
        }
    }
}
