//! A pasted invoke URL, taken apart: protocol, host, port, stage, paths, API id, AWS region.
//! The URL alone does not tell a REST API from an HTTP API, nor a stage from the first segment under `$default`:
//! what had to be assumed is a note.

use super::place::{self, TypedUrl, check_host};
use super::{API_PREFIX, TOKEN_PATH};
use crate::model::environment::{ApiKind, GatewayTarget, Protocol};
use crate::model::note::{Field, Note, Problem};

/// What a pasted invoke URL says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvokeUrl {
    pub protocol: Protocol,
    /// ASCII; IPv6 in brackets.
    pub host: String,
    pub port: Option<u16>,
    /// Empty when the URL has none.
    pub stage: String,
    /// What stands between the stage and `/api/v2`, when the URL has both.
    pub api_path: Option<String>,
    /// What stands between the stage and `/oauth/token`, when the URL has both.
    pub login_path: Option<String>,
    /// The path behind the stage as pasted: `/api/v2/users`, or empty.
    pub path: String,
    pub api_id: Option<String>,
    pub aws_region: Option<String>,
    /// Always `Unknown`: the URL does not tell.
    pub api_kind: ApiKind,
    /// What was assumed or left out.
    pub notes: Vec<Note>,
}

impl InvokeUrl {
    /// # Errors
    /// What makes the text no URL.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let problem = |text: String| vec![Problem::new(Field::InvokeUrl, text)];
        let text = text.trim();
        if text.is_empty() {
            return Err(problem(
                "Paste the invoke URL, such as `https://a1b2c3.execute-api.us-east-1.amazonaws.com/test`"
                    .to_owned(),
            ));
        }
        if text.contains(|character: char| character.is_whitespace() || character.is_control()) {
            return Err(problem(
                "The invoke URL has a space or a line end inside: take it out".to_owned(),
            ));
        }
        let typed = TypedUrl::take_apart(text);
        let scheme = typed.protocol().map_err(problem)?;
        let host = check_host(&typed.host).map_err(problem)?;
        let port = typed.port_number().map_err(problem)?;
        let mut parsed = Self {
            protocol: scheme.unwrap_or_default(),
            host,
            port,
            stage: String::new(),
            api_path: None,
            login_path: None,
            path: String::new(),
            api_id: None,
            aws_region: None,
            api_kind: ApiKind::Unknown,
            notes: Vec::new(),
        };
        if let Some((api_id, region)) = place::execute_api_parts(&parsed.host) {
            parsed.api_id = Some(api_id);
            parsed.aws_region = Some(region);
        }
        parsed.note_assumptions(&typed, scheme.is_none());
        parsed.read_path(&typed.path);
        Ok(parsed)
    }

    /// Puts what the URL says into a gateway target. Paths that the URL does not name stay as they are.
    pub fn apply_to(&self, gateway: &mut GatewayTarget) {
        gateway.protocol = self.protocol;
        gateway.host.clone_from(&self.host);
        gateway.port = self.port;
        gateway.stage.clone_from(&self.stage);
        if let Some(path) = &self.api_path {
            gateway.api_path.clone_from(path);
        }
        if let Some(path) = &self.login_path {
            gateway.login_path.clone_from(path);
        }
    }

    fn note_assumptions(&mut self, typed: &TypedUrl, without_scheme: bool) {
        if without_scheme {
            let note = Note::new(Field::InvokeUrl, "No protocol was given: https is assumed");
            self.notes.push(if place::is_local(&self.host) {
                note.with_fix("Use http", vec![(Field::Protocol, "http".to_owned())])
            } else {
                note
            });
        }
        if typed.has_user_info {
            self.notes.push(Note::new(
                Field::InvokeUrl,
                "The user name and password in the URL were left out: a gateway never reads them there",
            ));
        }
        if !typed.rest.is_empty() {
            self.notes.push(Note::new(
                Field::InvokeUrl,
                "What follows `?` or `#` was left out: it belongs to a request",
            ));
        }
    }

    /// The first segment of an execute-api URL is the stage, unless the path begins with what Genesys Cloud's own paths begin with.
    /// On any other host everything before such a path stands before every request, as a stage does.
    fn read_path(&mut self, path: &str) {
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return;
        }
        let own = [API_PREFIX, TOKEN_PATH]
            .iter()
            .filter_map(|own| find_at_border(path, own))
            .min();
        let before = &path[..own.unwrap_or(path.len())];
        let stage_end = if self.api_id.is_some() {
            before
                .get(1..)
                .and_then(|behind| behind.find('/'))
                .map_or(before.len(), |at| at + 1)
        } else {
            before.len()
        };
        before[..stage_end]
            .trim_matches('/')
            .clone_into(&mut self.stage);
        path[stage_end..].clone_into(&mut self.path);
        self.read_path_behind_stage(&before[stage_end..], &path[own.unwrap_or(path.len())..]);
    }

    fn read_path_behind_stage(&mut self, parameter: &str, own: &str) {
        if own.starts_with(API_PREFIX) {
            self.api_path = Some(parameter.to_owned());
        } else if own.starts_with(TOKEN_PATH) {
            self.login_path = Some(parameter.to_owned());
        } else if !self.stage.is_empty() && parameter.trim_matches('/') == self.stage {
            self.notes.push(Note::new(
                Field::InvokeUrl,
                format!(
                    "The stage `{0}` stands twice in the URL: it is used once",
                    self.stage
                ),
            ));
        } else if !parameter.is_empty() {
            self.notes.push(
                Note::new(
                    Field::InvokeUrl,
                    format!("`{parameter}` behind the stage was left out: it may be the API path or the login path"),
                )
                .with_fix("Use it as API path", vec![(Field::ApiPath, parameter.to_owned())]),
            );
        }
        if !own.is_empty() && own != API_PREFIX && own != TOKEN_PATH {
            self.notes.push(Note::new(
                Field::InvokeUrl,
                format!("`{own}` was left out: it belongs to a request"),
            ));
        }
        if self.api_id.is_some() && !self.stage.is_empty() && !self.path.is_empty() {
            let whole = format!("/{}{parameter}", self.stage);
            let field = if own.starts_with(TOKEN_PATH) {
                Field::LoginPath
            } else {
                Field::ApiPath
            };
            self.notes.push(
                Note::new(
                    Field::Stage,
                    format!(
                        "`{}` was taken for the stage; under `$default` there is none",
                        self.stage
                    ),
                )
                .with_fix(
                    "There is no stage",
                    vec![(Field::Stage, String::new()), (field, whole)],
                ),
            );
        }
    }
}

/// The first place where `wanted` stands as whole segments.
pub(super) fn find_at_border(path: &str, wanted: &str) -> Option<usize> {
    path.match_indices(wanted)
        .map(|(at, _)| at)
        .find(|at| matches!(path.as_bytes().get(at + wanted.len()), None | Some(b'/')))
}
