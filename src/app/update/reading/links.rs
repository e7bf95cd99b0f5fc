//! Opening a link of an answer: a GET of its own, in a tab of its own, through the environment that the answer came from.

use crate::app::command::{Command, SendCommand};
use crate::app::notices::NoticeKind;
use crate::app::state::{AppState, Leg, SandboxState};
use crate::model::environment::Environment;
use crate::model::ids::{ExchangeId, RequestId};
use crate::model::request::{QueryRow, RequestDraft};
use crate::model::sandbox_environments::bind;
use crate::model::{encode, route};

use super::super::{notice, refresh_previews, requests, sending};
use super::answer;

/// A GET of its own in a tab of its own, sent at once. On another origin nothing goes along that could identify anyone.
pub(super) fn open(state: &mut AppState, exchange: ExchangeId, uri: &str) -> Vec<Command> {
    let Some(answer) = answer(state, exchange) else {
        return Vec::new();
    };
    let captured = (*answer.environment).clone();
    let answer_leg = answer.leg;
    let environment = state.environment(&captured.id).cloned().unwrap_or(captured);
    let elsewhere = elsewhere(&bound(state, &environment), uri);
    let id = requests::unused_id(state);
    let draft = draft_of(
        id.clone(),
        if elsewhere.is_some() {
            path_of(uri)
        } else {
            uri
        },
    );
    let leg = leg_of(state, &environment, answer_leg);
    state.active_leg = leg;
    requests::add_tab(state, draft.clone());
    refresh_previews(state);
    if let Some(origin) = &elsewhere {
        notice(
            state,
            NoticeKind::Warning,
            format!(
                "Opened without credentials: {origin} is not where {} sends its requests",
                environment.name
            ),
            "To send it through the environment, press Send: its path is kept",
        );
    }
    let command = SendCommand {
        exchange: ExchangeId(0),
        draft,
        environment,
        confirmed_unsafe: false,
        follow_redirects: true,
        follow_to: elsewhere.is_some().then(|| uri.to_owned()),
        dynamics: None,
        leg: Some(leg),
        reading_operations: state.settings.reading_operations.clone(),
    };
    sending::send_again(state, &id, leg, command)
}

/// The leg that shows the environment; it is put back where it was when no leg does any more.
fn leg_of(state: &mut AppState, environment: &Environment, answered: Leg) -> Leg {
    let known = [answered, state.active_leg, Leg::A, Leg::B]
        .into_iter()
        .find(|leg| state.legs[leg.index()].as_ref() == Some(&environment.id));
    if let Some(leg) = known {
        return leg;
    }
    if state.environment(&environment.id).is_some() {
        state.legs[answered.index()] = Some(environment.id.clone());
        notice(
            state,
            NoticeKind::Done,
            format!(
                "Leg {} is {} again, where the link comes from",
                answered.letter(),
                environment.name
            ),
            "",
        );
    }
    answered
}

/// The sandbox's environments have their addresses only while it runs.
fn bound(state: &AppState, environment: &Environment) -> Environment {
    match (&environment.sandbox, &state.sandbox) {
        (Some(_), SandboxState::Running(addresses)) => bind(environment, addresses),
        _ => environment.clone(),
    }
}

/// The origin of an absolute URL that is not the environment's own.
fn elsewhere(environment: &Environment, uri: &str) -> Option<String> {
    let lower = uri.get(..8).unwrap_or(uri).to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return None;
    }
    let (scheme, behind) = uri.split_once("://")?;
    let authority = behind.split(['/', '?', '#']).next().unwrap_or(behind);
    let origin = format!("{}://{authority}", scheme.to_ascii_lowercase());
    let own = route::origins(environment);
    let is_own = own.first().is_some_and(|own| is_same_origin(own, &origin));
    (!is_own).then_some(origin)
}

fn is_same_origin(own: &str, other: &str) -> bool {
    let plain = |origin: &str| {
        let lower = origin.to_ascii_lowercase();
        let port = if lower.starts_with("https:") {
            ":443"
        } else {
            ":80"
        };
        lower
            .strip_suffix(port)
            .map_or(lower.clone(), str::to_owned)
    };
    plain(own) == plain(other)
}

fn path_of(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    behind.find(['/', '?']).map_or("/", |at| &behind[at..])
}

/// The link as a draft. Braces are encoded: what an answer says is no template.
fn draft_of(id: RequestId, uri: &str) -> RequestDraft {
    let uri = uri.split('#').next().unwrap_or(uri);
    let uri = uri.replace('{', "%7B").replace('}', "%7D");
    let (path, query) = match uri.split_once('?') {
        Some((path, query)) => (path.to_owned(), Some(query)),
        None => (uri.clone(), None),
    };
    let rows: Vec<QueryRow> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .map(|pair| {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (pair, None),
            };
            QueryRow {
                enabled: true,
                name: name.to_owned(),
                value,
            }
        })
        .collect();
    let keeps_its_spelling = rows.iter().all(|row| {
        !row.name.is_empty()
            && encode::query_name(&row.name) == row.name
            && row
                .value
                .as_ref()
                .is_none_or(|value| encode::query_value(value) == *value)
    });
    let (path, query) = if keeps_its_spelling {
        (path, rows)
    } else {
        (uri, Vec::new())
    };
    RequestDraft {
        id,
        path,
        query,
        ..RequestDraft::default()
    }
}
