//! Requests in a tool's own words: every `{{reference}}` by the name that the tool knows, dynamic values by the tool's, and what it
//! has no word for told.

use super::dialect::Dialect;
use super::effect::{self, Part, parts};
use super::hiding::for_each_text;
use super::{Login, WrittenRequest, type_row};
use crate::interchange::client_config::secret_words;
use crate::interchange::text::Place;
use crate::interchange::{ExportContext, ImportedRequest, Lint};
use crate::model::dynamic::DYNAMIC_VARIABLES;
use crate::model::encode;
use crate::model::environment::{ClientAuthentication, Credentials, Environment, Variable};
use crate::model::masks::{credentials_in_url, is_credential_field};
use crate::model::request::{DraftBody, NamedText, RequestAuth, RequestDraft};
use crate::model::route;
use crate::model::secret::SecretName;
use crate::model::variables::references;

/// A variable as the tool gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::interchange) struct WrittenVariable {
    pub(in crate::interchange) name: String,
    /// Empty where it is a secret that is left out.
    pub(in crate::interchange) value: String,
    pub(in crate::interchange) secret: bool,
}

pub(super) struct Words<'a> {
    dialect: Dialect,
    environment: Option<&'a Environment>,
    /// The environment's, those that stand for typed credentials, and those of the login.
    variables: Vec<Variable>,
    /// Of each variable, as the tool calls it.
    names: Vec<String>,
    used: Vec<bool>,
    /// The variable that is the environment's own secret.
    own: Option<(usize, SecretName)>,
    lint: Vec<Lint>,
}

impl<'a> Words<'a> {
    pub(super) fn new(
        dialect: Dialect,
        environment: Option<&'a Environment>,
        variables: Vec<Variable>,
    ) -> Self {
        Self {
            dialect,
            environment,
            names: dialect.names(&variables),
            used: vec![false; variables.len()],
            variables,
            own: None,
            lint: Vec::new(),
        }
    }

    fn say(&mut self, cause: String, fix: String) {
        let lint = Lint::new(Place::START, cause, fix);
        if !self.lint.contains(&lint) {
            self.lint.push(lint);
        }
    }

    /// How the environment gets its token, with a variable for the secret.
    pub(super) fn login(&mut self, environment: &Environment) -> Login {
        match &environment.credentials {
            Credentials::None | Credentials::SameAs { .. } => Login::None,
            Credentials::AccessToken => {
                Login::Token(self.own_secret("access_token", SecretName::AccessToken))
            }
            Credentials::ClientCredentials {
                client_id,
                scope,
                style,
            } => match route::login_url(environment) {
                Ok(url) => Login::Client {
                    token_url: url.to_string(),
                    client_id: client_id.clone(),
                    client_secret: self.own_secret("client_secret", SecretName::ClientSecret),
                    scope: scope.clone(),
                    in_body: *style == ClientAuthentication::Body,
                },
                Err(_) => Login::None,
            },
        }
    }

    fn own_secret(&mut self, wanted: &str, secret: SecretName) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        while self.variables.iter().any(|known| known.name == name) || self.names.contains(&name) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        self.own = Some((self.variables.len(), secret));
        self.variables.push(Variable {
            name: name.clone(),
            value: String::new(),
            secret: true,
        });
        self.names.push(name.clone());
        self.used.push(true);
        self.dialect.reference(&name)
    }

    pub(super) fn request(
        &mut self,
        request: ImportedRequest,
        environment: Option<&Environment>,
        has_login: bool,
    ) -> WrittenRequest {
        let mut draft = request.draft;
        effect::let_rows_win(&mut draft, has_login);
        effect::split_query(&mut draft);
        let address = effect::address(&draft, environment);
        draft.headers.extend(type_row(&draft, self.dialect));
        let origin = if address.origin.is_empty() {
            self.dialect.reference("baseUrl")
        } else {
            self.text(&address.origin)
        };
        let (path, places) = self.path(&address.path, &draft);
        draft.path.clear();
        draft.path_variables.clear();
        let mut query = std::mem::take(&mut draft.query);
        for row in &mut query {
            row.name = self.encoded(&row.name, encode::query_name);
            row.value = row
                .value
                .as_ref()
                .map(|value| self.encoded(value, encode::query_value));
        }
        self.names_of_rows(&mut draft);
        for_each_text(&mut draft, &mut |text| *text = self.text(text));
        draft.path_variables = places;
        draft.query = query;
        WrittenRequest {
            folder: request.folder,
            description: request.description,
            origin,
            path,
            draft,
        }
    }

    /// The path and the values of its places, in the tool's words.
    fn path(&mut self, path: &str, draft: &RequestDraft) -> (String, Vec<NamedText>) {
        let mut segments = Vec::new();
        let mut places: Vec<NamedText> = Vec::new();
        for segment in path.split('/') {
            // A reference holds no slash that matters: one with a slash in its name is cut here and stays as it is.
            let found: Vec<Part<'_>> = parts(segment)
                .into_iter()
                .filter(|part| *part != Part::Text(""))
                .collect();
            if let [Part::Place(name)] = found.as_slice()
                && self.takes_place(value_of(draft, name))
            {
                segments.push(format!(":{name}"));
                if !places.iter().any(|known| known.name == *name) {
                    let value = value_of(draft, name);
                    let value = if self.dialect == Dialect::Insomnia {
                        // It encodes them itself, and what is encoded once more.
                        self.encoded(value, encode::decode)
                    } else {
                        self.encoded(value, encode::path_segment)
                    };
                    places.push(NamedText {
                        name: (*name).to_owned(),
                        value,
                    });
                }
                continue;
            }
            let mut written = String::new();
            for part in found {
                match part {
                    Part::Text(text) => written.push_str(&encode::path_text(text)),
                    Part::Reference(name) => written.push_str(&self.reference(name)),
                    Part::Place(name) => written.push_str(&self.place(name, draft)),
                }
            }
            // It is no place: nobody wrote `{name}` there.
            if self.dialect != Dialect::HttpFile
                && let Some(rest) = written.strip_prefix(':')
            {
                written = format!("%3A{rest}");
            }
            segments.push(written);
        }
        (segments.join("/"), places)
    }

    /// Whether the value may stand beside the path. Insomnia encodes it, which what is encoded already must survive.
    fn takes_place(&self, value: &str) -> bool {
        match self.dialect {
            Dialect::HttpFile => false,
            Dialect::Postman | Dialect::Bruno => true,
            Dialect::Insomnia => encode::path_segment(&encode::decode(value))
                .eq_ignore_ascii_case(&encode::path_segment(value)),
        }
    }

    /// The value of a place, where it stands inside of a segment.
    fn place(&mut self, name: &str, draft: &RequestDraft) -> String {
        let value = value_of(draft, name);
        if value.is_empty() {
            self.say(
                format!("`{{{name}}}` in the path of `{}` has no value", draft.name),
                format!("Enter one, or define the variable {name} in the other tool"),
            );
            return self.dialect.reference(&self.dialect.name(name));
        }
        self.encoded(value, encode::path_segment)
    }

    fn names_of_rows(&mut self, draft: &mut RequestDraft) {
        for row in &mut draft.headers {
            row.name = self.text(&row.name);
        }
        if let RequestAuth::Header { name, .. } = &mut draft.auth {
            *name = self.text(name);
        }
        match &mut draft.body {
            DraftBody::Form { rows } => {
                for row in rows {
                    row.name = self.text(&row.name);
                }
            }
            DraftBody::Multipart { rows } => {
                for row in rows {
                    row.name = self.text(&row.name);
                }
            }
            _ => {}
        }
    }

    /// `text` with the tool's references.
    fn text(&mut self, text: &str) -> String {
        self.encoded(text, str::to_owned)
    }

    /// The same, with what stands between the references encoded.
    fn encoded(&mut self, text: &str, encode: fn(&str) -> String) -> String {
        let mut written = String::with_capacity(text.len());
        let mut from = 0;
        for reference in references(text) {
            written.push_str(&encode(&text[from..reference.range.start]));
            from = reference.range.end;
            written.push_str(&self.reference(reference.name));
        }
        written.push_str(&encode(&text[from..]));
        written
    }

    /// What the tool writes for `{{name}}`.
    fn reference(&mut self, name: &str) -> String {
        let plain = name.strip_prefix("secret.");
        let find = |name: &str| self.variables.iter().position(|known| known.name == name);
        let known = find(name).or_else(|| {
            let at = find(plain?)?;
            self.variables[at].secret.then_some(at)
        });
        if let Some(at) = known {
            self.used[at] = true;
            return self.dialect.reference(&self.names[at]);
        }
        let tool = self.dialect.title();
        if DYNAMIC_VARIABLES.iter().any(|known| known.name == name) {
            return self.dynamic(name);
        }
        if let Some(environment) = self.environment {
            self.say(
                format!(
                    "The variable `{name}` is not known in `{}`",
                    environment.name
                ),
                format!("Define it there and export again, or define it in {tool}"),
            );
        }
        self.dialect
            .reference(&self.dialect.name(plain.unwrap_or(name)))
    }

    fn dynamic(&mut self, name: &str) -> String {
        let Some(theirs) = self.dialect.dynamic(name) else {
            let tool = self.dialect.title();
            self.say(
                format!("`{{{{{name}}}}}` has no equal in {tool}, which takes it for a variable"),
                "Put a value or a variable in its place".to_owned(),
            );
            return format!("{{{{{name}}}}}");
        };
        if self.dialect == Dialect::HttpFile && name != "$epoch" {
            self.say(
                format!("`{theirs}` is made by VS Code's REST Client; JetBrains' tools call it otherwise"),
                "Change it for JetBrains' tools".to_owned(),
            );
        }
        theirs.to_owned()
    }

    /// Those that are referred to.
    pub(super) fn finish(
        self,
        context: ExportContext<'_>,
        masked: &mut Vec<String>,
        lint: &mut Vec<Lint>,
    ) -> Vec<WrittenVariable> {
        lint.extend(self.lint);
        let own = self.own;
        let environment = self.environment;
        let all = self.variables.into_iter().zip(self.names).zip(self.used);
        all.enumerate()
            .filter(|(_, (_, used))| *used)
            .map(|(at, ((variable, name), _))| match &own {
                Some((place, secret)) if *place == at => WrittenVariable {
                    name,
                    value: stored(environment, secret, context, masked),
                    secret: true,
                },
                _ => written_variable(&variable, name, environment, context, masked),
            })
            .collect()
    }
}

fn value_of<'d>(draft: &'d RequestDraft, name: &str) -> &'d str {
    draft
        .path_variables
        .iter()
        .find(|row| row.name == name)
        .map_or("", |row| row.value.as_str())
}

/// The value that may be written. One that is named like a credential, or holds one, is a secret too.
pub(super) fn written_variable(
    variable: &Variable,
    name: String,
    environment: Option<&Environment>,
    context: ExportContext<'_>,
    masked: &mut Vec<String>,
) -> WrittenVariable {
    if variable.secret {
        let secret = SecretName::Variable(variable.name.clone());
        let value = stored(environment, &secret, context, masked);
        return WrittenVariable {
            name,
            value,
            secret: true,
        };
    }
    let secret =
        is_credential_field(&variable.name) || !credentials_in_url(&variable.value).is_empty();
    let value = if secret && !context.reveals_secrets {
        if !variable.value.is_empty() {
            masked.push(format!("the variable {}", variable.name));
        }
        String::new()
    } else {
        variable.value.clone()
    };
    WrittenVariable {
        name,
        value,
        secret,
    }
}

fn stored(
    environment: Option<&Environment>,
    secret: &SecretName,
    context: ExportContext<'_>,
    masked: &mut Vec<String>,
) -> String {
    let Some(environment) = environment else {
        return String::new();
    };
    let shown = context.shown(environment, secret);
    if shown.is_none() && context.has(environment, secret) {
        masked.push(match secret {
            SecretName::Variable(name) => format!("the secret variable {name}"),
            other => secret_words(other),
        });
    }
    shown.unwrap_or_default().to_owned()
}
