//! Lines of variables as shells, `.env` files and Windows write them, several on a line too. Nothing is executed.

use super::PREFIX;
use crate::interchange::client_config::Told;
use crate::interchange::text::Place;
use crate::interchange::types::{Ignored, ImportError, Imported, Lint};

/// Words in front of a variable, and whether they are a POSIX shell's, where a blank ends the value.
const KEYWORDS: [(&str, bool); 9] = [
    ("export ", true),
    ("declare -x ", true),
    ("env ", true),
    ("set ", false),
    ("SET ", false),
    ("Set ", false),
    ("$env:", false),
    ("$Env:", false),
    ("$ENV:", false),
];

/// Variables whose value has no blank: what stands behind one is a command.
const SINGLE_WORDS: [&str; 10] = [
    "REGION",
    "OAUTHCLIENT_ID",
    "OAUTHCLIENT_SECRET",
    "ACCESS_TOKEN",
    "GATEWAY_HOST",
    "GATEWAY_PORT",
    "GATEWAY_PROTOCOL",
    "PROXY_HOST",
    "PROXY_PORT",
    "PROXY_PROTOCOL",
];

/// Reads each variable of one line.
///
/// # Errors
/// For a quote without end.
pub(super) fn read(
    line: &str,
    number: usize,
    pairs: &mut Vec<(String, Told)>,
    imported: &mut Imported,
) -> Result<(), ImportError> {
    let mut reader = Reader {
        line,
        at: 0,
        is_of_shell: false,
    };
    reader.skip(&['\u{feff}']);
    let mut is_first = true;
    loop {
        reader.keywords();
        let rest = reader.rest();
        if rest.is_empty() || rest.starts_with('#') || rest == "\\" {
            return Ok(());
        }
        let in_quotes = rest.strip_prefix('"').is_some_and(is_assignment);
        if in_quotes {
            reader.at += 1;
        }
        let Some(name) = reader.name() else {
            if !is_first {
                imported.ignored.push(Ignored::new(
                    "the command behind the variables",
                    "nothing is run",
                ));
            }
            return Ok(());
        };
        is_first = false;
        let place = Place {
            line: number,
            column: line[..reader.at].chars().count() + 1,
        };
        let value = if in_quotes {
            reader.until_quote()
        } else {
            reader.value(name)
        };
        let Some(value) = value else {
            let names: Vec<String> = pairs.iter().map(|(name, _)| format!("`{name}`")).collect();
            return Err(ImportError::new(
                place,
                "A quote has no end on its line: add the closing quote",
            )
            .having_understood(names.join(", ")));
        };
        keep(name, value, place, pairs, imported);
        reader.skip(&[';', '&']);
    }
}

fn keep(
    name: &str,
    value: Value,
    place: Place,
    pairs: &mut Vec<(String, Told)>,
    imported: &mut Imported,
) {
    if !name.starts_with(PREFIX) {
        imported
            .ignored
            .push(Ignored::new(name, "it does not begin with GENESYSCLOUD_"));
        return;
    }
    if value.text.contains("$(") || value.text.contains('`') {
        imported.lint.push(Lint::new(
            place,
            "The value is a command, and commands are not run",
            "Paste the value itself",
        ));
    }
    if value.has_bare_end {
        imported.lint.push(Lint::new(
            place,
            "A `;` or `&` stands in the value, which was read whole: a shell ends it there",
            "Put the value in quotes",
        ));
    }
    pairs.push((name.to_owned(), Told::new(value.text, place)));
}

struct Value {
    text: String,
    /// A sign that ends a value in a shell, and did not here.
    has_bare_end: bool,
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
    is_of_shell: bool,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn skip(&mut self, signs: &[char]) {
        let rest = self.rest();
        let behind =
            rest.trim_start_matches(|sign: char| sign.is_whitespace() || signs.contains(&sign));
        self.at += rest.len() - behind.len();
    }

    fn keywords(&mut self) {
        while let Some((word, is_of_shell)) = keyword(self.rest()) {
            self.at += word.len();
            self.is_of_shell |= is_of_shell;
            self.skip(&[]);
        }
    }

    /// `NAME=` and the blanks around the sign.
    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let name = &rest[..name_length(rest)];
        let behind = rest[name.len()..].trim_start();
        let value = behind.strip_prefix('=').filter(|_| !name.is_empty())?;
        self.at += rest.len() - value.len();
        // `A= B=1`: nothing is the value of the first.
        if !is_assignment(value.trim_start()) {
            self.skip(&[]);
        }
        Some(name)
    }

    /// `set "NAME=value"` of Windows: everything up to the closing quote.
    fn until_quote(&mut self) -> Option<Value> {
        let (text, _) = self.rest().split_once('"')?;
        self.at += text.len() + 1;
        Some(Value {
            text: text.trim().to_owned(),
            has_bare_end: false,
        })
    }

    /// Without its quotes and without a comment behind it. `None`: a quote has no end.
    fn value(&mut self, name: &str) -> Option<Value> {
        let mut text = String::new();
        let mut quote: Option<char> = None;
        let mut has_bare_end = false;
        while let Some(sign) = self.rest().chars().next() {
            let behind = &self.rest()[sign.len_utf8()..];
            match (quote, sign) {
                (None, '\'' | '"') => quote = Some(sign),
                (Some(open), _) if open == sign => quote = None,
                (None | Some('"'), '\\') => match behind.chars().next() {
                    // A Windows path keeps its backslashes.
                    Some(next) if "\"\\$`' ".contains(next) => {
                        text.push(next);
                        self.at += next.len_utf8();
                    }
                    _ => text.push('\\'),
                },
                (None, '#') if text.is_empty() || text.ends_with(char::is_whitespace) => {
                    self.at = self.line.len();
                    break;
                }
                (None, _) if self.ends_before(sign, behind, name) => break,
                _ => {
                    has_bare_end |= quote.is_none() && matches!(sign, ';' | '&');
                    text.push(sign);
                }
            }
            self.at += sign.len_utf8();
        }
        quote.is_none().then(|| Value {
            text: text.trim_end().to_owned(),
            has_bare_end,
        })
    }

    /// Whether the value ends before `sign`, which stands outside of quotes.
    fn ends_before(&self, sign: char, behind: &str, name: &str) -> bool {
        let next = behind.trim_start();
        let goes_on = keyword(next).is_some() || next.starts_with(PREFIX) && is_assignment(next);
        match sign {
            ';' => {
                next.is_empty()
                    || self.is_of_shell
                    || goes_on
                    || behind.starts_with(char::is_whitespace)
            }
            '&' => goes_on || behind.starts_with('&'),
            blank if blank.is_whitespace() => {
                let is_single = name
                    .strip_prefix(PREFIX)
                    .is_some_and(|name| SINGLE_WORDS.contains(&name));
                let is_command = !next.is_empty() && !next.starts_with(['#', ';', '&', ' ', '\t']);
                goes_on || is_assignment(next) || is_command && (is_single || self.is_of_shell)
            }
            _ => false,
        }
    }
}

fn keyword(rest: &str) -> Option<(&'static str, bool)> {
    KEYWORDS
        .into_iter()
        .find(|(word, _)| rest.starts_with(word))
}

/// Whether the text begins with a name in capitals and `=`, as variables of a process are called.
fn is_assignment(text: &str) -> bool {
    let name = &text[..name_length(text)];
    let behind = &text[name.len()..];
    let behind = if name.starts_with(PREFIX) {
        behind.trim_start()
    } else {
        behind
    };
    let is_in_capitals = name.bytes().all(|byte| !byte.is_ascii_lowercase());
    !name.is_empty() && is_in_capitals && behind.starts_with('=')
}

fn name_length(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variable_of_a_line_is_read() {
        for (line, expected, said) in [
            ("GENESYSCLOUD_A=1", "A=1", ""),
            ("  export GENESYSCLOUD_A='x y' # why", "A=x y", ""),
            (
                "export GENESYSCLOUD_A=1 GENESYSCLOUD_B=\"2 3\" GENESYSCLOUD_C=4",
                "A=1|B=2 3|C=4",
                "",
            ),
            (
                "GENESYSCLOUD_GATEWAY_HOST=h GENESYSCLOUD_OAUTHCLIENT_SECRET=s terraform apply",
                "GATEWAY_HOST=h|OAUTHCLIENT_SECRET=s",
                "command",
            ),
            (
                "TF_LOG=1 GENESYSCLOUD_REGION=r terraform apply -var a=b",
                "REGION=r",
                "TF_LOG command",
            ),
            ("GENESYSCLOUD_A=a b", "A=a b", ""),
            ("export GENESYSCLOUD_A=a b", "A=a", "command"),
            ("GENESYSCLOUD_A=abc;def", "A=abc;def", "whole"),
            ("GENESYSCLOUD_A='abc;def'", "A=abc;def", ""),
            (
                "export GENESYSCLOUD_A=1; export GENESYSCLOUD_B=2;",
                "A=1|B=2",
                "",
            ),
            ("GENESYSCLOUD_A=1;GENESYSCLOUD_B=2", "A=1|B=2", ""),
            (
                "export GENESYSCLOUD_A=1 && export GENESYSCLOUD_B=2 && terraform apply",
                "A=1|B=2",
                "command",
            ),
            (
                "$env:GENESYSCLOUD_A = \"1\"; $env:GENESYSCLOUD_B = '2'",
                "A=1|B=2",
                "",
            ),
            ("set GENESYSCLOUD_A=1& set GENESYSCLOUD_B=2", "A=1|B=2", ""),
            (
                "set \"GENESYSCLOUD_A=it's 1\" && set \"GENESYSCLOUD_B=2\"",
                "A=it's 1|B=2",
                "",
            ),
            ("GENESYSCLOUD_A= GENESYSCLOUD_B=2", "A=|B=2", ""),
            ("GENESYSCLOUD_A = us-east-1", "A=us-east-1", ""),
            ("export GENESYSCLOUD_A=1 \\", "A=1", ""),
            ("export GENESYSCLOUD_A=a'b'\\''c'", "A=ab'c", ""),
            ("GENESYSCLOUD_A=C:\\dir", "A=C:\\dir", ""),
            ("terraform apply", "", ""),
            ("# GENESYSCLOUD_A=1", "", ""),
        ] {
            let mut pairs = Vec::new();
            let mut imported = Imported::default();
            read(line, 1, &mut pairs, &mut imported)
                .unwrap_or_else(|error| panic!("{line}: {error}"));
            let found: Vec<String> = pairs
                .iter()
                .map(|(name, told)| format!("{}={}", &name[PREFIX.len()..], told.text))
                .collect();
            assert_eq!(found.join("|"), expected, "{line}");
            let ignored = imported.ignored.iter().map(|ignored| &ignored.what);
            let lint = imported.lint.iter().map(|lint| &lint.cause);
            let words: Vec<&String> = ignored.chain(lint).collect();
            assert_eq!(words.is_empty(), said.is_empty(), "{line}: {words:?}");
            for word in said.split(' ') {
                assert!(
                    words.iter().any(|words| words.contains(word)) || said.is_empty(),
                    "{line}: {words:?}"
                );
            }
        }
    }

    #[test]
    fn credentials_in_and_behind_a_host_go_to_the_secrets() {
        for text in [
            "export GENESYSCLOUD_REGION=us-east-1 GENESYSCLOUD_OAUTHCLIENT_ID=abc GENESYSCLOUD_OAUTHCLIENT_SECRET=kestrel",
            "GENESYSCLOUD_GATEWAY_HOST=h.example.com GENESYSCLOUD_OAUTHCLIENT_ID=abc GENESYSCLOUD_OAUTHCLIENT_SECRET=kestrel terraform apply",
            "GENESYSCLOUD_PROXY_HOST=http://u:kestrel@proxy\nGENESYSCLOUD_PROXY_PORT=80",
            "GENESYSCLOUD_GATEWAY_HOST=https://u:kestrel@gw.example.com/x?token=kestrel",
        ] {
            let imported = super::super::import(text).unwrap_or_else(|error| panic!("{error}"));
            let [secret] = imported.secrets.as_slice() else {
                panic!("{text}: {:?}", imported.secrets);
            };
            assert_eq!(secret.value.expose(), "kestrel", "{text}");
            let shown = format!("{imported:?}");
            assert!(!shown.contains("kestrel"), "{text}: {shown}");
        }
        let text = "GENESYSCLOUD_PROXY_HOST=https://u:p%40@proxy:80/";
        let imported = super::super::import(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(imported.secrets[0].value.expose(), "p@");
        assert_eq!(imported.secrets[0].origins, ["https://proxy:80"]);
        assert_eq!(
            imported.environments[0].network.proxy,
            crate::model::environment::Proxy::Explicit {
                url: "https://proxy:80".to_owned(),
                user_name: "u".to_owned(),
                bypass: Vec::new()
            }
        );
    }

    #[test]
    fn the_place_is_that_of_the_value() {
        let mut pairs = Vec::new();
        let line = "export GENESYSCLOUD_A=1 GENESYSCLOUD_B='2'";
        read(line, 3, &mut pairs, &mut Imported::default()).expect("reads");
        let columns: Vec<(usize, usize)> = pairs
            .iter()
            .map(|(_, told)| (told.place.line, told.place.column))
            .collect();
        assert_eq!(columns, [(3, 23), (3, 40)]);
        let mut pairs = Vec::new();
        let error = read("GENESYSCLOUD_A='1", 2, &mut pairs, &mut Imported::default())
            .expect_err("an open quote");
        assert_eq!(
            error.place,
            Place {
                line: 2,
                column: 16
            }
        );
    }
}
