//! Which parts of a command are secrets, and the shell variables that stand for them. Secret variables are found by marks that
//! take the place of their values before the request is resolved, typed credentials by their names and by their values.

use std::ops::Range;

use crate::model::encode;
use crate::model::environment::Environment;
use crate::model::masks::{
    FieldSyntax, Masks, credentials_in_text, is_credential_field, is_credential_header,
};
use crate::model::request::RequestDraft;
use crate::model::resolved::{HeaderOrigin, RequestHeader};
use crate::model::secret::{Secret, SecretKey, SecretName, Secrets};

use super::field_name;
use super::shell::{Piece, Shell, comment};
use crate::interchange::ExportContext;

/// How a value is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Plain,
    /// In a URL.
    Encoded,
    /// In a form, where a space is `+`.
    Form,
    Json,
}

/// A shell variable that has to be set.
struct Variable {
    name: String,
    words: String,
    /// What tells two variables apart that would have the same name.
    stands_for: String,
    value: Value,
}

/// Where the value of a shell variable is.
#[derive(Clone)]
enum Value {
    Stored(SecretName, Context),
    /// As it stood in the request.
    Typed(String),
    /// Only a login tells it.
    Unknown,
}

/// What stands in front of a command.
pub(super) struct Told {
    /// Assignments, and remarks as comments.
    pub(super) lines: Vec<String>,
    /// What has to be set before the command runs.
    pub(super) masked: Vec<String>,
}

pub(super) struct Hidden {
    /// Letters and digits that occur in no text of the request: no encoding changes them.
    salt: String,
    /// Of each mark: the name of the secret variable.
    marked: Vec<String>,
    variables: Vec<Variable>,
    remarks: Vec<String>,
    typed: Masks,
}

impl Hidden {
    pub(super) fn new(draft: &RequestDraft, environment: &Environment) -> Self {
        let texts = serde_json::to_string(&(draft, environment)).unwrap_or_default();
        let salt = (0_u32..=u32::MAX)
            .map(|number| format!("Gs9{number}Qz7Kx"))
            .find(|salt| !texts.contains(salt.as_str()))
            .unwrap_or_default();
        Self {
            salt,
            marked: Vec::new(),
            variables: Vec::new(),
            remarks: Vec::new(),
            typed: Masks::default(),
        }
    }

    /// The environment with marks in place of variables that are named like credentials.
    pub(super) fn environment(&mut self, environment: &Environment) -> Environment {
        let mut hiding = environment.clone();
        for variable in &mut hiding.variables {
            if !variable.secret && is_credential_field(&variable.name) {
                variable.value = self.mark(&variable.name);
            }
        }
        hiding
    }

    /// Marks in place of the values of secret variables.
    pub(super) fn secrets(&mut self, environment: &Environment) -> Secrets {
        let secret = environment
            .variables
            .iter()
            .filter(|variable| variable.secret);
        secret
            .map(|variable| {
                let key = SecretKey {
                    environment: environment.id.clone(),
                    name: SecretName::Variable(variable.name.clone()),
                };
                (key, Secret::new(self.mark(&variable.name)))
            })
            .collect()
    }

    fn mark(&mut self, name: &str) -> String {
        self.marked.push(name.to_owned());
        format!("{}{:04}", self.salt, self.marked.len() - 1)
    }

    /// What was typed as a credential somewhere is hidden wherever it stands.
    pub(super) fn know(&mut self, masks: &Masks) {
        self.typed = masks.clone();
    }

    pub(super) fn remark(&mut self, words: &str) {
        self.remarks.push(words.to_owned());
    }

    /// The variable called `name` that stands for `stands_for`; the same one when it is asked for again.
    pub(super) fn variable(&mut self, name: &str, words: &str, stands_for: &str) -> Piece {
        let value = match name {
            "PROXY_PASSWORD" => Value::Stored(SecretName::ProxyPassword, Context::Plain),
            _ => Value::Unknown,
        };
        self.variable_with(name, words, stands_for, value)
    }

    fn variable_with(&mut self, name: &str, words: &str, stands_for: &str, value: Value) -> Piece {
        let name = shell_name(name);
        let known =
            |variable: &&Variable| variable.stands_for == stands_for && variable.words == words;
        if let Some(variable) = self.variables.iter().find(known) {
            return Piece::Variable(variable.name.clone());
        }
        let free = |wanted: &str| {
            self.variables
                .iter()
                .all(|variable| variable.name != wanted)
        };
        let name = if free(&name) {
            name
        } else {
            (2_u32..=u32::MAX)
                .map(|number| format!("{name}_{number}"))
                .find(|name| free(name))
                .unwrap_or(name)
        };
        self.variables.push(Variable {
            name: name.clone(),
            words: words.to_owned(),
            stands_for: stands_for.to_owned(),
            value,
        });
        Piece::Variable(name)
    }

    /// A whole credential: its marks when it is made of them, else a variable of its name.
    pub(super) fn credential(&mut self, name: &str, value: &str, context: Context) -> Vec<Piece> {
        if value.is_empty() || self.is_marks(value) {
            return self.text(value, context, &[]);
        }
        let words = match context {
            Context::Encoded => format!("the value of {name}, percent-encoded"),
            Context::Form => format!("the value of {name}, encoded as in a form"),
            Context::Json => format!("the value of {name}, escaped as in JSON"),
            Context::Plain => format!("the value of {name}"),
        };
        vec![self.variable_with(name, &words, value, Value::Typed(value.to_owned()))]
    }

    /// A text with the credentials at `ranges` hidden, each called after what stands in front of it.
    pub(super) fn named(
        &mut self,
        text: &str,
        context: Context,
        ranges: &[Range<usize>],
    ) -> Vec<Piece> {
        let named: Vec<(Range<usize>, String)> = ranges
            .iter()
            .map(|range| (range.clone(), named_before(&text[..range.start])))
            .collect();
        self.text(text, context, &named)
    }

    pub(super) fn header(&mut self, header: &RequestHeader, value: &str) -> Vec<Piece> {
        let is_credential = is_credential_header(&header.name)
            || (header.origin == HeaderOrigin::Secret && self.marks_in(value).is_empty());
        if !is_credential {
            let ranges = crate::model::masks::credentials_in_url(value);
            return self.named(value, Context::Plain, &ranges);
        }
        match value.split_once(' ') {
            Some((scheme, rest))
                if ["bearer", "basic", "token"].contains(&scheme.to_ascii_lowercase().as_str()) =>
            {
                let mut pieces = vec![Piece::Text(format!("{scheme} "))];
                pieces.extend(self.credential(&header.name, rest, Context::Plain));
                pieces
            }
            _ => self.credential(&header.name, value, Context::Plain),
        }
    }

    pub(super) fn body(&mut self, text: &str, syntax: FieldSyntax, context: Context) -> Vec<Piece> {
        let ranges: Vec<Range<usize>> = credentials_in_text(text, syntax)
            .into_iter()
            .map(|range| without_quotes(text, range))
            .collect();
        self.named(text, context, &ranges)
    }

    /// The text of a part of a form.
    pub(super) fn part(&mut self, name: &str, text: &str) -> Vec<Piece> {
        if is_credential_field(name) {
            self.credential(name, text, Context::Plain)
        } else {
            self.text(text, Context::Plain, &[])
        }
    }

    /// Marks, the named ranges, and typed credentials that stand elsewhere too.
    pub(super) fn text(
        &mut self,
        text: &str,
        context: Context,
        named: &[(Range<usize>, String)],
    ) -> Vec<Piece> {
        let mut places: Vec<(Range<usize>, Vec<Piece>)> = Vec::new();
        let free = |places: &[(Range<usize>, Vec<Piece>)], range: &Range<usize>| {
            !range.is_empty()
                && places
                    .iter()
                    .all(|(taken, _)| taken.end <= range.start || range.end <= taken.start)
        };
        for (range, name) in named {
            if free(&places, range) && !self.is_marks(&text[range.clone()]) {
                let pieces = self.credential(name, &text[range.clone()], context);
                places.push((range.clone(), pieces));
            }
        }
        for (range, name) in self.marks_in(text) {
            if free(&places, &range) {
                let piece = self.marked_variable(&name, context);
                places.push((range, vec![piece]));
            }
        }
        for range in self.typed.places_in(text) {
            // A mark is on the masks too, and was taken above.
            if free(&places, &range) && !self.is_marks(&text[range.clone()]) {
                let pieces = self.credential("a credential", &text[range.clone()], context);
                places.push((range, pieces));
            }
        }
        places.sort_by_key(|(range, _)| range.start);
        let mut pieces = Vec::new();
        let mut at = 0;
        for (range, inner) in places {
            pieces.push(Piece::Text(text[at..range.start].to_owned()));
            pieces.extend(inner);
            at = range.end;
        }
        pieces.push(Piece::Text(text[at..].to_owned()));
        pieces
    }

    fn marked_variable(&mut self, name: &str, context: Context) -> Piece {
        let (ending, words) = match context {
            Context::Plain => ("", ""),
            Context::Encoded => ("_encoded", ", percent-encoded"),
            Context::Form => ("_form", ", encoded as in a form"),
            Context::Json => ("_json", ", escaped as in JSON"),
        };
        self.variable_with(
            &format!("secret_{name}{ending}"),
            &format!("the secret variable {name}{words}"),
            name,
            Value::Stored(SecretName::Variable(name.to_owned()), context),
        )
    }

    fn marks_in(&self, text: &str) -> Vec<(Range<usize>, String)> {
        text.match_indices(self.salt.as_str())
            .filter_map(|(start, _)| {
                let digits = start + self.salt.len();
                let number = text.get(digits..digits + 4)?.parse::<usize>().ok()?;
                Some((start..digits + 4, self.marked.get(number)?.clone()))
            })
            .collect()
    }

    /// Nothing but marks and what joins them.
    fn is_marks(&self, text: &str) -> bool {
        let marks = self.marks_in(text);
        let covered: usize = marks.iter().map(|(range, _)| range.len()).sum();
        let joins = |character: char| ":, ;=%".contains(character);
        !marks.is_empty() && {
            let mut rest = text.to_owned();
            for (range, _) in marks.iter().rev() {
                rest.replace_range(range.clone(), "");
            }
            covered == text.len() || rest.chars().all(joins)
        }
    }

    /// What has to be set in front of the command: set where it is known and may be shown, else named in a comment.
    pub(super) fn lines(
        &self,
        shell: Shell,
        environment: &Environment,
        shown: ExportContext<'_>,
    ) -> Told {
        let mut told = Told {
            lines: Vec::new(),
            masked: Vec::new(),
        };
        for variable in &self.variables {
            if let Some(value) = value_of(&variable.value, environment, shown) {
                told.lines.push(shell.assignment(&variable.name, &value));
            } else {
                // A command in the words stands last, so that it can be copied.
                let words = format!(
                    "Set {}: for {}, {}",
                    variable.name, environment.name, variable.words
                );
                told.lines.push(comment(shell, &words));
                told.masked.push(variable.words.clone());
            }
        }
        let remarks = self.remarks.iter().map(|remark| comment(shell, remark));
        told.lines.extend(remarks);
        told
    }
}

fn value_of(value: &Value, environment: &Environment, shown: ExportContext<'_>) -> Option<String> {
    match value {
        Value::Unknown => None,
        Value::Typed(text) => shown.reveals_secrets.then(|| text.clone()),
        Value::Stored(name, context) => {
            let value = shown.shown(environment, name)?;
            Some(match context {
                Context::Plain => value.to_owned(),
                Context::Encoded => encode::path_segment(value),
                Context::Form => encode::form_component(value),
                Context::Json => {
                    let quoted = serde_json::to_string(value).unwrap_or_default();
                    quoted[1..quoted.len() - 1].to_owned()
                }
            })
        }
    }
}

/// The name in front of a value: `"password": "` or `&password=`.
fn named_before(before: &str) -> String {
    if before.contains("://") && before.ends_with(':') && !before.contains('"') {
        return "password".to_owned();
    }
    if before.trim_end().ends_with(['"', ':']) {
        let key = before.trim_end_matches([' ', '\t', '\r', '\n', ':', '"']);
        return key.rsplit('"').next().unwrap_or_default().to_owned();
    }
    if let Some((_, head)) = before.rsplit_once("name=\"") {
        return head.split('"').next().unwrap_or_default().to_owned();
    }
    field_name(before)
}

fn without_quotes(text: &str, range: Range<usize>) -> Range<usize> {
    let value = &text[range.clone()];
    if value.len() >= 2 && value.starts_with('"') && value.ends_with('"') {
        range.start + 1..range.end - 1
    } else {
        range
    }
}

/// Upper case letters, digits and underscores, a letter first.
fn shell_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    let name = name.trim_matches('_');
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name.to_owned()
    } else {
        format!("SECRET_{name}").trim_end_matches('_').to_owned()
    }
}
