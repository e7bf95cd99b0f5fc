//! Exit codes, and failures in the words that the window uses: `error: field: text`, then `hint: …`.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::app::command::Approval;
use crate::app::event::NotSent;
use crate::model::environment::{Credentials, Environment};
use crate::model::masks::mask_url;
use crate::model::note::{Field, Problem};
use crate::model::secret::SecretName;

use super::terminal;

/// How the process ends (DESIGN section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// An answer came back, and what was asked holds.
    Holds,
    /// It does not hold: token refused, `--fail` or `--expect-status` missed.
    Missed,
    /// Usage, configuration, refused by protection.
    Usage,
    /// Nothing came back, or it could not run.
    NoVerdict,
    Cancelled,
}

impl Exit {
    fn number(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Missed => 1,
            Self::Usage => 2,
            Self::NoVerdict => 3,
            Self::Cancelled => 130,
        }
    }

    pub(super) fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }
}

/// Why nothing came of it.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    messages: Vec<Message>,
}

#[derive(Debug, Clone)]
struct Message {
    field: Option<String>,
    text: String,
    hint: Option<String>,
}

impl Failure {
    pub(super) fn new(exit: Exit, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            exit,
            messages: vec![Message {
                field: None,
                text: text.into(),
                hint: Some(hint.into()).filter(|hint| !hint.is_empty()),
            }],
        }
    }

    pub(super) fn usage(text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Exit::Usage, text, hint)
    }

    /// The same with another hint behind its last message.
    pub(super) fn with_last_hint(mut self, hint: String) -> Self {
        if let Some(last) = self.messages.last_mut() {
            last.hint = Some(hint);
        }
        self
    }

    pub(super) fn cancelled() -> Self {
        Self::new(Exit::Cancelled, "Cancelled", "")
    }

    pub(super) fn problems(problems: &[Problem]) -> Self {
        Self {
            exit: Exit::Usage,
            messages: problems
                .iter()
                .map(|problem| Message {
                    field: Some(problem.field.to_string()),
                    text: problem.text.clone(),
                    hint: problem.fix.as_ref().map(|fix| fix.label.clone()),
                })
                .collect(),
        }
    }

    /// Why nothing was sent to `environment`.
    pub(super) fn not_sent(reason: NotSent, environment: &Environment) -> Self {
        match reason {
            NotSent::Problems(problems) => {
                let mut failure = Self::problems(&problems);
                for (message, problem) in failure.messages.iter_mut().zip(&problems) {
                    if message.hint.is_none() && problem.text.contains(" is stored: ") {
                        message.hint = missing_secret_hint(&problem.field, environment);
                    }
                }
                failure
            }
            NotSent::RefusedByProtection { text } => Self::usage(
                text,
                format!(
                    "Nothing was sent. Write protection = \"ask\" into environments/{}.toml of the workspace, or change it in the window",
                    environment.id
                ),
            ),
            NotSent::NeedsConfirmation { .. } => Self::usage(
                format!(
                    "It needs --yes because `{}` asks before unsafe methods",
                    environment.name
                ),
                "Nothing was sent",
            ),
            NotSent::NeedsReadingConfirmation { operation, .. } => Self::usage(
                format!(
                    "It needs --yes because `{}` lets {operation} through only when somebody says that it only reads",
                    environment.name
                ),
                "Nothing was sent",
            ),
            NotSent::OriginsChanged {
                environment,
                stored,
                now,
            } => Self::usage(
                format!(
                    "The secrets of `{environment}` were entered for {}, but it now sends to {}; nothing was sent",
                    listed(&stored),
                    listed(&now)
                ),
                format!("If that is right: gatescope env confirm-origins {environment}"),
            ),
            NotSent::NeedsApproval { environment, items } => Self::usage(
                format!(
                    "The workspace asks for what was not allowed on this machine yet: {}; nothing was sent",
                    items.iter().map(approval).collect::<Vec<_>>().join(", ")
                ),
                if items
                    .iter()
                    .any(|item| matches!(item, Approval::BodyFile(_)))
                {
                    format!("If that is right: gatescope env approve {environment} --request NAME")
                } else {
                    format!("If that is right: gatescope env approve {environment}")
                },
            ),
            NotSent::SecretUnreadable { text, hint } => Self::usage(text, hint),
            NotSent::Failed { text, hint } => Self::new(Exit::NoVerdict, text, hint),
            NotSent::Cancelled => Self::cancelled(),
        }
    }

    pub(super) fn print(&self) {
        for message in &self.messages {
            match &message.field {
                Some(field) => terminal::note(&format!("error: {field}: {}", message.text)),
                None => terminal::note(&format!("error: {}", message.text)),
            }
            if let Some(hint) = &message.hint {
                terminal::note(&format!("hint: {hint}"));
            }
        }
    }

    pub(super) fn document(&self) -> Value {
        let messages: Vec<Value> = self
            .messages
            .iter()
            .map(|message| {
                json!({ "field": message.field, "text": message.text, "hint": message.hint })
            })
            .collect();
        json!({ "problems": messages, "exit_code": self.exit.number() })
    }
}

/// The command that keeps the secret that is missing, for the environment whose credentials are used.
fn missing_secret_hint(field: &Field, environment: &Environment) -> Option<String> {
    let name = match field {
        Field::ClientSecret => SecretName::ClientSecret,
        Field::AccessToken => SecretName::AccessToken,
        _ => return None,
    };
    let owner = match &environment.credentials {
        Credentials::SameAs { environment } => environment,
        _ => &environment.id,
    };
    Some(format!("gatescope env set-secret {owner} {name}"))
}

fn listed(origins: &[String]) -> String {
    if origins.is_empty() {
        "no address that is known".to_owned()
    } else {
        origins.join(" and ")
    }
}

/// What is to be allowed, in words.
pub(super) fn approval(item: &Approval) -> String {
    match item {
        Approval::CaFile(path) => format!("the CA file {path}"),
        Approval::Proxy(url) => format!("the proxy {}", mask_url(url)),
        Approval::ResolveOverride { host, address } => {
            format!("the fixed address {address} for {host}")
        }
        Approval::BodyFile(path) => format!("the body file {path}"),
        Approval::TrustedFingerprint(fingerprint) => {
            format!("the certificate with the fingerprint {fingerprint}")
        }
    }
}
