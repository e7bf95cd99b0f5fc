//! `{{name}}` expansion. A plain variable's value comes from the environment, a secret one's from the secrets at hand;
//! `{{secret.name}}` names a secret variable explicitly. One pass: what a value holds is not expanded again, so a text that
//! must be sent with `{{…}}` in it can be the value of a variable. A name that is not known is a problem, never sent.
//! `{{$uuid}}` and its like are made once for each send (`dynamic`); an environment's own variable of such a name wins.

use std::ops::Range;

use super::dynamic::DYNAMIC_VARIABLES;
use super::environment::Environment;
use super::masks::{MASK, Masks, NOT_KEPT, is_credential_field};
use super::note::{Field, Problem};
use super::resolve::{Purpose, ResolveContext};
use super::secret::{Secret, SecretKey, SecretName};

/// A text with its variables put in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expansion {
    pub text: String,
    /// The names of the secret variables that were put in, each once.
    pub secrets: Vec<String>,
}

impl Expansion {
    #[must_use]
    pub fn has_secret(&self) -> bool {
        !self.secrets.is_empty()
    }
}

/// How a value is written into the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surroundings {
    Plain,
    /// Inside a JSON string a value is escaped, so that a valid body stays valid.
    Json,
}

/// Expands texts in one environment and gathers the secret values that were used.
#[derive(Debug)]
pub struct Expander<'a> {
    environment: &'a Environment,
    context: ResolveContext<'a>,
    /// Every secret value put in, as it stands in the text.
    pub(super) used: Vec<Secret>,
    /// Names of secret variables whose values no mask finds.
    short: Vec<String>,
}

impl<'a> Expander<'a> {
    #[must_use]
    pub fn new(environment: &'a Environment, context: ResolveContext<'a>) -> Self {
        Self {
            environment,
            context,
            used: Vec::new(),
            short: Vec::new(),
        }
    }

    /// `text` with its variables put in. Unknown names and secrets that are not at hand are added to `problems` on `field`;
    /// for a preview a missing secret stands as `MASK`. A text that was left out of a file is a problem as well.
    pub fn expand(
        &mut self,
        text: &str,
        surroundings: Surroundings,
        field: &Field,
        problems: &mut Vec<Problem>,
    ) -> Expansion {
        let mut expansion = Expansion::default();
        let mut rest = text;
        let mut inside_string = false;
        while let Some((before, name, behind)) = next_reference(rest) {
            expansion.text.push_str(before);
            if surroundings == Surroundings::Json {
                inside_string = ends_inside_string(before, inside_string);
            }
            match self.value(name) {
                Ok((value, secret)) => {
                    let written = if inside_string {
                        json_escaped(&value)
                    } else {
                        value.clone()
                    };
                    if secret {
                        self.remember(name, &value, &written);
                        if !expansion.secrets.iter().any(|known| known == name) {
                            expansion.secrets.push(name.to_owned());
                        }
                    }
                    expansion.text.push_str(&written);
                }
                Err(text) => problems.push(Problem::new(field.clone(), text)),
            }
            rest = behind;
        }
        expansion.text.push_str(rest);
        problems.extend(not_kept(&expansion.text, field));
        expansion
    }

    /// Secret variables that were put in though they are too short to be masked.
    pub(super) fn too_short_to_mask(&self) -> impl Iterator<Item = &str> {
        self.short.iter().map(String::as_str)
    }

    fn remember(&mut self, name: &str, value: &str, written: &str) {
        if value == MASK {
            return;
        }
        let name = name.strip_prefix("secret.").unwrap_or(name);
        let short = !value.is_empty() && value.len() < Masks::SHORTEST;
        if short && !self.short.iter().any(|known| known == name) {
            self.short.push(name.to_owned());
        }
        self.used.push(Secret::new(value));
        if written != value {
            self.used.push(Secret::new(written));
        }
    }

    /// The value and whether it is secret, or what is wrong with the name.
    fn value(&self, name: &str) -> Result<(String, bool), String> {
        let plain = name.strip_prefix("secret.");
        let variable = self
            .environment
            .variables
            .iter()
            .find(|variable| variable.name == name)
            .or_else(|| {
                self.environment
                    .variables
                    .iter()
                    .find(|variable| variable.secret && Some(variable.name.as_str()) == plain)
            });
        let Some(variable) = variable else {
            let made = self.context.dynamics.and_then(|made| made.value(name));
            return made
                .map(|value| (value, false))
                .ok_or_else(|| self.unknown(name));
        };
        if !variable.secret {
            // Not in the keyring, but a credential all the same: no file keeps it, nothing shows it.
            return Ok((variable.value.clone(), is_credential_field(&variable.name)));
        }
        let key = SecretKey {
            environment: self.environment.id.clone(),
            name: SecretName::Variable(variable.name.clone()),
        };
        match (self.context.secrets.get(&key), self.context.purpose) {
            (Some(secret), _) => Ok((secret.expose().to_owned(), true)),
            (None, Purpose::Preview) => Ok((MASK.to_owned(), true)),
            (None, Purpose::Send) => Err(format!(
                "The secret variable `{}` has no value on this machine: enter it in the environment `{}`",
                variable.name, self.environment.name
            )),
        }
    }

    fn unknown(&self, name: &str) -> String {
        let environment = &self.environment.name;
        match name.strip_prefix("secret.") {
            Some(plain) => format!(
                "`{{{{{name}}}}}` names no secret variable of `{environment}`: add a secret variable `{plain}` to it"
            ),
            None if name.starts_with('$') && self.context.dynamics.is_some() => {
                let known = DYNAMIC_VARIABLES.map(|known| format!("`{{{{{}}}}}`", known.name));
                format!("There is no `{{{{{name}}}}}`: use {}", known.join(", "))
            }
            None => format!(
                "The variable `{name}` is not known in `{environment}`: add it there, or correct the name"
            ),
        }
    }
}

/// The problem of a text that holds what a file has in place of a credential.
pub(super) fn not_kept(text: &str, field: &Field) -> Option<Problem> {
    text.contains(NOT_KEPT).then(|| {
        Problem::new(
            field.clone(),
            format!(
                "`{NOT_KEPT}` stands where a credential was left out of the file: enter it again, best as a secret variable"
            ),
        )
    })
}

/// Text before the first `{{name}}`, the name trimmed, text behind it. Braces that hold a quote, a brace or a line end are no name.
pub(super) fn next_reference(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find("{{").map(|at| at + from) {
        // Of `{{{name}}}` the inner pair is the reference.
        let open = if text[open + 2..].starts_with('{') {
            from = open + 1;
            continue;
        } else {
            open
        };
        let inside = &text[open + 2..];
        let end = inside.find(|character: char| "{}\"\r\n".contains(character));
        if let Some(end) = end
            && inside[end..].starts_with("}}")
            && !inside[..end].trim().is_empty()
        {
            return Some((&text[..open], inside[..end].trim(), &inside[end + 2..]));
        }
        from = open + 2;
    }
    None
}

/// Where a `{{name}}` stands in a text, braces included, and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    pub range: Range<usize>,
    pub name: &'a str,
}

/// Every `{{name}}` of a text, in order.
#[must_use]
pub fn references(text: &str) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, name, behind)) = next_reference(rest) {
        let start = text.len() - rest.len() + before.len();
        found.push(Reference {
            range: start..text.len() - behind.len(),
            name,
        });
        rest = behind;
    }
    found
}

/// What a name means in an environment, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Plain(String),
    /// Its value is a secret, or it is named like one.
    Secret,
    /// Made for each send.
    Dynamic(&'static str),
    Unknown,
}

/// What `{{name}}` means in `environment`.
#[must_use]
pub fn meaning(environment: &Environment, name: &str) -> Meaning {
    let plain = name.strip_prefix("secret.");
    let found = environment.variables.iter().find(|variable| {
        variable.name == name || (variable.secret && Some(variable.name.as_str()) == plain)
    });
    match found {
        Some(variable) if variable.secret || is_credential_field(&variable.name) => Meaning::Secret,
        Some(variable) => Meaning::Plain(variable.value.clone()),
        None => DYNAMIC_VARIABLES
            .iter()
            .find(|known| known.name == name)
            .map_or(Meaning::Unknown, |known| Meaning::Dynamic(known.words)),
    }
}

/// Every name that can be written between the braces, with what it means: the environment's first.
#[must_use]
pub fn known_names(environment: &Environment) -> Vec<(String, Meaning)> {
    let own = environment.variables.iter().map(|variable| {
        let name = if variable.secret {
            format!("secret.{}", variable.name)
        } else {
            variable.name.clone()
        };
        let meaning = meaning(environment, &name);
        (name, meaning)
    });
    let dynamic = DYNAMIC_VARIABLES
        .iter()
        .map(|known| (known.name.to_owned(), Meaning::Dynamic(known.words)));
    own.chain(dynamic).collect()
}

/// The `{{` before the caret that is not closed yet, and what was typed behind it: `("{{", "us")` of `a/{{us`.
/// Answers the byte offset behind the braces.
#[must_use]
pub fn open_reference(before_caret: &str) -> Option<usize> {
    let open = before_caret.rfind("{{")? + 2;
    let typed = &before_caret[open..];
    let is_name = !typed.contains(|character: char| "{}\"\r\n".contains(character));
    is_name.then_some(open)
}

/// Whether a JSON text stands inside a string at its end.
fn ends_inside_string(text: &str, began_inside: bool) -> bool {
    let mut inside = began_inside;
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

/// The inside of a JSON string that reads as `value`.
fn json_escaped(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dynamic::Dynamics;
    use crate::model::environment::Variable;
    use crate::model::sandbox_environments::sandbox_environments;
    use crate::model::secret::Secrets;

    fn environment() -> Environment {
        let mut environment = sandbox_environments().remove(0);
        let variable = |name: &str, value: &str, secret| Variable {
            name: name.to_owned(),
            value: value.to_owned(),
            secret,
        };
        environment.variables = vec![
            variable("user", "a b", false),
            variable("quoted", "say \"hi\"\nto\\me\u{1}", false),
            variable("braces", "{{user}}", false),
            variable("key", "", true),
            variable("absent", "", true),
        ];
        environment
    }

    fn secrets(environment: &Environment) -> Secrets {
        let key = SecretKey {
            environment: environment.id.clone(),
            name: SecretName::Variable("key".to_owned()),
        };
        Secrets::from([(key, Secret::new("top\"secret"))])
    }

    fn expand(
        text: &str,
        surroundings: Surroundings,
        purpose: Purpose,
    ) -> (Expansion, Vec<Problem>) {
        let environment = environment();
        let secrets = secrets(&environment);
        let context = ResolveContext {
            secrets: &secrets,
            purpose,
            dynamics: Some(Dynamics::EXAMPLE),
        };
        let mut problems = Vec::new();
        let expansion = Expander::new(&environment, context).expand(
            text,
            surroundings,
            &Field::Path,
            &mut problems,
        );
        (expansion, problems)
    }

    #[test]
    fn names_are_replaced_once() {
        let table = [
            ("/x/{{user}}/y", "/x/a b/y"),
            ("{{ user }}{{user}}", "a ba b"),
            ("{{braces}}", "{{user}}"),
            ("{{{user}}}", "{a b}"),
            ("{{", "{{"),
            ("{{}} {{ }}", "{{}} {{ }}"),
            ("{{user}", "{{user}"),
            ("{{\"a\":{}}}", "{{\"a\":{}}}"),
            ("{user}", "{user}"),
            ("{{key}}", "top\"secret"),
            ("{{secret.key}}", "top\"secret"),
            (
                "{{$date}}/{{ $uuid }}",
                "2026-01-02/01234567-89ab-4def-8123-456789abcdef",
            ),
        ];
        for (text, expanded) in table {
            let (expansion, problems) = expand(text, Surroundings::Plain, Purpose::Send);
            assert_eq!(
                (expansion.text.as_str(), problems),
                (expanded, vec![]),
                "{text}"
            );
        }
    }

    #[test]
    fn unknown_names_are_problems_on_their_field() {
        for text in [
            "{{nobody}}",
            "{{$nothing}}",
            "{{secret.user}}",
            "{{absent}}",
        ] {
            let (expansion, problems) = expand(text, Surroundings::Plain, Purpose::Send);
            assert_eq!(expansion.text, "", "{text}");
            assert_eq!(problems.len(), 1, "{text}");
            assert_eq!(problems[0].field, Field::Path, "{text}");
        }
        let (expansion, problems) = expand("{{absent}}", Surroundings::Plain, Purpose::Preview);
        assert_eq!((expansion.text.as_str(), problems), (MASK, vec![]));
    }

    #[test]
    fn references_are_found_where_expansion_finds_them() {
        for (text, expected) in [
            ("a {{b}} {{ c }}", vec![(2..7, "b"), (8..15, "c")]),
            ("{{{d}}}", vec![(1..6, "d")]),
            ("ü{{e}}{{", vec![(2..7, "e")]),
            ("{{\"a\":1}}", vec![]),
        ] {
            let found: Vec<_> = references(text)
                .into_iter()
                .map(|reference| (reference.range, reference.name))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_name_means_what_expansion_puts_in() {
        let environment = environment();
        for (name, expected) in [
            ("user", Meaning::Plain("a b".to_owned())),
            ("key", Meaning::Secret),
            ("secret.key", Meaning::Secret),
            ("secret.user", Meaning::Unknown),
            ("$uuid", Meaning::Dynamic("a random UUID")),
            ("$nothing", Meaning::Unknown),
            ("nobody", Meaning::Unknown),
        ] {
            assert_eq!(meaning(&environment, name), expected, "{name}");
        }
        for (name, meant) in known_names(&environment) {
            assert_ne!(meant, Meaning::Unknown, "{name} is offered");
        }
    }

    #[test]
    fn what_is_being_typed_behind_the_braces_is_found() {
        for (before, expected) in [
            ("a/{{us", Some(4)),
            ("{{", Some(2)),
            ("{{a}}", None),
            ("{{a}} {{b", Some(8)),
            ("{a", None),
            ("{{a\n", None),
        ] {
            assert_eq!(open_reference(before), expected, "{before:?}");
        }
    }

    #[test]
    fn a_json_body_stays_valid() {
        let (expansion, problems) = expand(
            "{\"a\\\"\": \"{{quoted}}\", \"b\": \"x {{key}}\", \"c\": [\"{{user}}\"]}",
            Surroundings::Json,
            Purpose::Send,
        );
        assert_eq!(problems, vec![]);
        let value: serde_json::Value = serde_json::from_str(&expansion.text).expect("valid JSON");
        assert_eq!(value["a\""], "say \"hi\"\nto\\me\u{1}");
        assert_eq!(value["b"], "x top\"secret");
        assert_eq!(value["c"][0], "a b");
        assert_eq!(expansion.secrets, ["key"]);
    }

    #[test]
    fn a_value_outside_a_json_string_is_written_as_it_is() {
        let (expansion, _) = expand("{\"a\": {{user}}}", Surroundings::Json, Purpose::Send);
        assert_eq!(expansion.text, "{\"a\": a b}");
    }
}
