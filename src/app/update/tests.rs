//! Behaviour of `update`, without window, network or disk.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::update;
use crate::app::action::{Action, DialogAnswer};
use crate::app::command::{Approval, Command, Drafts, FilePurpose, OpenDraft, SendCommand};
use crate::app::event::{Event, NotSent, StoredRequest, TokenState, WorkspaceSnapshot};
use crate::app::state::{AppState, Leg, SandboxState};
use crate::model::environment::SandboxAddresses;
use crate::model::exchange::{
    Connection, Exchange, Hop, HopPurpose, Response, ResponseBody, SentRequest, WireVersion,
};
use crate::model::ids::{EnvironmentId, ExchangeId, RequestId};
use crate::model::masks::Masks;
use crate::model::note::{Field, Problem};
use crate::model::request::{DraftBody, RequestDraft};
use crate::model::timings::Phases;

mod catalogue;
mod environment_form;
mod environments;
mod outdated;
mod preferences;
mod questions;
mod tree;

fn start() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

pub(super) fn act(state: &mut AppState, action: Action) -> Vec<Command> {
    update(state, action, start())
}

pub(super) fn hear(state: &mut AppState, event: Event) -> Vec<Command> {
    update(state, event, start())
}

fn snapshot() -> WorkspaceSnapshot {
    WorkspaceSnapshot {
        rules: crate::app::event::StoredRules::default(),
        directory: "/work".into(),
        environments: Vec::new(),
        requests: Vec::new(),
        folders: Vec::new(),
        drafts: Drafts::default(),
        reports: Vec::new(),
        read_only: false,
    }
}

/// An open workspace with the sandbox's legs, a running sandbox and one request.
pub(super) fn at_work() -> AppState {
    let mut state = AppState::new(start());
    hear(&mut state, Event::WorkspaceOpened(Box::new(snapshot())));
    act(&mut state, Action::TrySandbox);
    hear(
        &mut state,
        Event::SandboxReady(SandboxAddresses {
            api: "http://127.0.0.1:1101".to_owned(),
            login: "http://127.0.0.1:1102".to_owned(),
            http_api: "http://127.0.0.1:1103".to_owned(),
            rest_api: "http://127.0.0.1:1104".to_owned(),
            broken: None,
        }),
    );
    state
}

pub(super) fn sent(commands: &[Command]) -> &SendCommand {
    commands
        .iter()
        .find_map(|command| match command {
            Command::Send(send) => Some(&**send),
            _ => None,
        })
        .unwrap_or_else(|| panic!("nothing was sent: {commands:?}"))
}

pub(super) fn exchange(id: ExchangeId, redirect_offer: Option<&str>, body_bytes: u64) -> Event {
    let hop = Hop {
        purpose: HopPurpose::Request,
        start_offset: Duration::ZERO,
        sent: SentRequest {
            method: "GET".to_owned(),
            url: "http://127.0.0.1:1101/".to_owned(),
            version: WireVersion::Http11,
            head: None,
            headers: Vec::new(),
            body_preview: Bytes::new(),
            body_bytes,
            total_bytes: 0,
        },
        phases: Phases::default(),
        connection: Connection::default(),
        response: Some(Response {
            version: WireVersion::Http11,
            status: 200,
            reason: "OK".to_owned(),
            head: None,
            headers: Vec::new(),
            body: Arc::new(ResponseBody::default()),
        }),
        error: None,
        notes: Vec::new(),
    };
    Event::Finished {
        exchange: id,
        result: Box::new(Exchange {
            id,
            environment: EnvironmentId::from_name("sandbox direct"),
            started_at: start(),
            hops: vec![hop],
            notes: Vec::new(),
            masks: Masks::default(),
            total: Duration::from_millis(5),
            error: None,
            redirect_offer: redirect_offer.map(str::to_owned),
        }),
    }
}

#[test]
fn trying_the_sandbox_starts_it_once_and_opens_a_ready_request() {
    let mut state = AppState::new(start());
    hear(&mut state, Event::WorkspaceOpened(Box::new(snapshot())));
    assert!(state.shows_welcome());
    let commands = act(&mut state, Action::TrySandbox);
    assert!(
        matches!(commands[..], [Command::StartSandbox]),
        "{commands:?}"
    );
    assert_eq!(state.sandbox, SandboxState::Starting);
    let legs: Vec<_> = state
        .legs
        .iter()
        .flatten()
        .map(EnvironmentId::as_str)
        .collect();
    assert_eq!(legs, ["sandbox-direct", "sandbox-rest-proxy"]);
    assert_eq!(
        state.active_leg,
        Leg::B,
        "the first send goes through the gateway"
    );
    let tab = state.active_tab().expect("a request is open");
    assert_eq!(tab.draft.path, "/api/v2/users");
    assert!(act(&mut state, Action::StartSandbox).is_empty());
}

#[test]
fn send_captures_draft_and_environment_and_the_answer_lands_in_its_tab() {
    let mut state = at_work();
    let commands = act(&mut state, Action::Send);
    let send = sent(&commands);
    assert_eq!(send.environment.id.as_str(), "sandbox-rest-proxy");
    assert_eq!(send.draft.path, "/api/v2/users");
    let id = send.exchange;
    assert!(
        act(&mut state, Action::Send).is_empty(),
        "one request is under way once"
    );
    // The other tab that is active when the answer comes must not get it.
    act(&mut state, Action::NewRequest);
    let commands = hear(&mut state, exchange(id, None, 0));
    assert!(
        matches!(commands[..], [Command::LayOutBody { exchange, .. }, Command::Explaining(_)] if exchange == id)
    );
    assert!(state.tabs[0].answer.is_some());
    assert!(state.tabs[0].in_flight.is_none());
    assert!(state.tabs[1].answer.is_none());
}

#[test]
fn the_beginning_of_a_large_body_is_shown_until_the_whole_is_laid_out() {
    for (length, shown) in [(1_000, false), (2_000_000, true)] {
        let mut state = at_work();
        let id = sent(&act(&mut state, Action::Send)).exchange;
        let Event::Finished {
            exchange,
            mut result,
        } = exchange(id, None, 0)
        else {
            panic!("an answer was made");
        };
        let response = result.hops[0].response.as_mut().expect("it has one");
        let bytes = Bytes::from(vec![b'a'; length]);
        response.body = Arc::new(ResponseBody {
            wire: bytes.clone(),
            decoded: bytes,
            ..ResponseBody::default()
        });
        hear(&mut state, Event::Finished { exchange, result });
        let answer = state.tabs[0].answer.as_ref().expect("it arrived");
        let preview = answer.view.as_ref().is_some_and(|view| view.is_preview());
        assert_eq!(preview, shown, "{length}");
    }
}

#[test]
fn the_second_leg_is_used_when_it_is_active() {
    let mut state = at_work();
    act(&mut state, Action::ActivateLeg(Leg::B));
    let commands = act(&mut state, Action::Send);
    assert_eq!(
        sent(&commands).environment.id.as_str(),
        "sandbox-rest-proxy"
    );
}

#[test]
fn events_of_closed_and_unknown_exchanges_change_nothing() {
    let mut state = at_work();
    let id = sent(&act(&mut state, Action::Send)).exchange;
    let request = state.tabs[0].id().clone();
    let commands = act(&mut state, Action::CloseTab(request));
    assert!(matches!(commands[..], [Command::Cancel { exchange }] if exchange == id));
    act(&mut state, Action::NewRequest);
    for late in [id, ExchangeId(999)] {
        assert!(hear(&mut state, exchange(late, None, 0)).is_empty());
        hear(
            &mut state,
            Event::NotSent {
                exchange: late,
                reason: NotSent::RefusedByProtection {
                    text: "no".to_owned(),
                },
            },
        );
    }
    assert!(state.dialog.is_none());
    assert!(state.tabs[0].answer.is_none());
}

#[test]
fn cancel_asks_once_more_without_harm_and_ends_with_the_event() {
    let mut state = at_work();
    let id = sent(&act(&mut state, Action::Send)).exchange;
    for _ in 0..2 {
        let commands = act(&mut state, Action::Cancel);
        assert!(matches!(commands[..], [Command::Cancel { exchange }] if exchange == id));
    }
    assert!(
        state.tabs[0]
            .in_flight
            .as_ref()
            .is_some_and(|flight| flight.cancelling)
    );
    hear(
        &mut state,
        Event::NotSent {
            exchange: id,
            reason: NotSent::Cancelled,
        },
    );
    assert!(state.tabs[0].in_flight.is_none());
    assert!(act(&mut state, Action::Cancel).is_empty());
}

#[test]
fn a_protected_environment_is_asked_about_and_the_same_request_goes_out_on_yes() {
    let mut state = at_work();
    let id = sent(&act(&mut state, Action::Send)).exchange;
    hear(
        &mut state,
        Event::NotSent {
            exchange: id,
            reason: NotSent::NeedsConfirmation {
                text: "Acme is protected".to_owned(),
            },
        },
    );
    // What is typed while the question is open does not slip into the confirmed request.
    let mut changed = state.tabs[0].draft.clone();
    changed.path = "/api/v2/other".to_owned();
    act(&mut state, Action::EditDraft(Box::new(changed)));
    let commands = act(&mut state, Action::Answer(DialogAnswer::Confirm));
    let send = sent(&commands);
    assert!(send.confirmed_unsafe);
    assert_eq!(send.draft.path, "/api/v2/users");
    assert_ne!(send.exchange, id);
}

#[test]
fn dismissing_a_question_sends_nothing() {
    let mut state = at_work();
    let id = sent(&act(&mut state, Action::Send)).exchange;
    let environment = EnvironmentId::from_name("sandbox direct");
    hear(
        &mut state,
        Event::NotSent {
            exchange: id,
            reason: NotSent::NeedsApproval {
                environment,
                items: vec![Approval::Proxy("http://proxy:3128".to_owned())],
            },
        },
    );
    assert!(act(&mut state, Action::Answer(DialogAnswer::Dismiss)).is_empty());
    assert!(state.dialog.is_none());
}

#[test]
fn approvals_and_origins_are_confirmed_before_the_request_goes_out_again() {
    let environment = EnvironmentId::from_name("sandbox direct");
    let mut state = at_work();
    let id = sent(&act(&mut state, Action::Send)).exchange;
    let proxy = Approval::Proxy("http://proxy:3128".to_owned());
    hear(
        &mut state,
        Event::NotSent {
            exchange: id,
            reason: NotSent::NeedsApproval {
                environment: environment.clone(),
                items: vec![proxy.clone()],
            },
        },
    );
    let commands = act(&mut state, Action::Answer(DialogAnswer::Confirm));
    assert!(
        matches!(&commands[..], [Command::Approve { item, .. }, Command::Send(_)] if *item == proxy),
        "{commands:?}"
    );
    let id = sent(&commands).exchange;
    hear(
        &mut state,
        Event::NotSent {
            exchange: id,
            reason: NotSent::OriginsChanged {
                environment,
                stored: vec!["https://old".to_owned()],
                now: vec!["https://new".to_owned()],
            },
        },
    );
    let commands = act(&mut state, Action::Answer(DialogAnswer::Confirm));
    assert!(
        matches!(
            &commands[..],
            [Command::ConfirmOrigins { .. }, Command::Send(_)]
        ),
        "{commands:?}"
    );
}

#[test]
fn problems_stay_at_their_fields_until_the_next_edit() {
    let mut state = at_work();
    let id = sent(&act(&mut state, Action::Send)).exchange;
    hear(
        &mut state,
        Event::NotSent {
            exchange: id,
            reason: NotSent::Problems(vec![Problem::new(Field::Path, "broken")]),
        },
    );
    assert_eq!(state.tabs[0].problems.len(), 1);
    let mut draft = state.tabs[0].draft.clone();
    draft.path.push('x');
    act(&mut state, Action::EditDraft(Box::new(draft)));
    assert!(state.tabs[0].problems.is_empty());
}

#[test]
fn a_redirect_elsewhere_is_followed_only_on_request_and_with_a_body_only_after_asking() {
    for (body_bytes, asks) in [(0, false), (10, true)] {
        let mut state = at_work();
        let id = sent(&act(&mut state, Action::Send)).exchange;
        hear(
            &mut state,
            exchange(id, Some("https://elsewhere/x"), body_bytes),
        );
        let mut commands = act(&mut state, Action::FollowRedirect);
        assert_eq!(commands.is_empty(), asks, "{body_bytes}");
        if asks {
            commands = act(&mut state, Action::Answer(DialogAnswer::Confirm));
        }
        let follow = sent(&commands).follow_to.as_deref();
        assert_eq!(follow, Some("https://elsewhere/x"), "{body_bytes}");
    }
}

#[test]
fn drafts_are_written_a_moment_after_the_last_edit_and_at_the_end() {
    let mut state = at_work();
    act(&mut state, Action::Closing);
    let mut draft = state.tabs[0].draft.clone();
    draft.path = "/a".to_owned();
    act(&mut state, Action::EditDraft(Box::new(draft.clone())));
    assert!(act(&mut state, Action::Tick).is_empty());
    let later = start() + SignedDuration::from_secs(1);
    let commands = update(&mut state, Action::Tick, later);
    let [Command::SaveDrafts { drafts }] = &commands[..] else {
        panic!("{commands:?}");
    };
    assert_eq!(drafts.open[0].draft.path, "/a");
    assert!(drafts.open[0].dirty);
    assert!(update(&mut state, Action::Closing, later).is_empty());
    draft.path = "/b".to_owned();
    update(&mut state, Action::EditDraft(Box::new(draft)), later);
    let commands = update(&mut state, Action::Closing, later);
    assert!(matches!(commands[..], [Command::SaveDrafts { .. }]));
}

#[test]
fn saving_marks_the_tab_clean_only_when_the_file_was_written() {
    let mut state = at_work();
    let commands = act(&mut state, Action::SaveRequest);
    assert!(matches!(commands[..], [Command::SaveRequest { .. }]));
    assert!(state.is_unsaved(&state.tabs[0]), "not written yet");
    hear(
        &mut state,
        Event::SaveFailed {
            what: "request `List users`".to_owned(),
            text: "disk full".to_owned(),
            hint: String::new(),
        },
    );
    assert!(state.is_unsaved(&state.tabs[0]), "not written at all");
    act(&mut state, Action::SaveRequest);
    hear(
        &mut state,
        Event::Saved {
            what: "environment `List users of the gateway`".to_owned(),
            conflict: None,
        },
    );
    assert!(
        state.is_unsaved(&state.tabs[0]),
        "something else was written"
    );
    hear(
        &mut state,
        Event::Saved {
            what: "request `List users`".to_owned(),
            conflict: None,
        },
    );
    assert!(!state.is_unsaved(&state.tabs[0]));
}

#[test]
fn a_change_from_outside_reaches_clean_tabs_and_spares_edited_ones() {
    let stored = |id: &str, path: &str| StoredRequest {
        path: format!("{id}.toml"),
        draft: RequestDraft {
            id: RequestId(id.to_owned()),
            path: path.to_owned(),
            ..RequestDraft::default()
        },
    };
    let open = |id: &str, path: &str, dirty| OpenDraft {
        draft: stored(id, path).draft,
        dirty,
    };
    let mut state = AppState::new(start());
    hear(
        &mut state,
        Event::WorkspaceOpened(Box::new(WorkspaceSnapshot {
            rules: crate::app::event::StoredRules::default(),
            requests: vec![stored("clean", "/1"), stored("edited", "/1")],
            drafts: Drafts {
                open: vec![open("clean", "/0", false), open("edited", "/typed", true)],
                ..Drafts::default()
            },
            ..snapshot()
        })),
    );
    let paths = |state: &AppState| -> Vec<String> {
        state
            .tabs
            .iter()
            .map(|tab| tab.draft.path.clone())
            .collect()
    };
    assert_eq!(paths(&state), ["/1", "/typed"]);
    hear(
        &mut state,
        Event::WorkspaceOpened(Box::new(WorkspaceSnapshot {
            rules: crate::app::event::StoredRules::default(),
            requests: vec![stored("clean", "/2"), stored("edited", "/2")],
            ..snapshot()
        })),
    );
    assert_eq!(paths(&state), ["/2", "/typed"]);
}

#[test]
fn a_token_is_fetched_once_at_a_time() {
    let mut state = at_work();
    let commands = act(&mut state, Action::FetchToken { leg: Leg::A });
    let [Command::FetchToken { exchange, .. }] = commands[..] else {
        panic!("{commands:?}");
    };
    assert!(act(&mut state, Action::FetchToken { leg: Leg::A }).is_empty());
    let environment = EnvironmentId::from_name("sandbox direct");
    hear(
        &mut state,
        Event::NotSent {
            exchange,
            reason: NotSent::Cancelled,
        },
    );
    assert!(!state.is_fetching_token(&environment));
    hear(
        &mut state,
        Event::Token {
            environment: environment.clone(),
            state: TokenState::Valid {
                expires_at: None,
                masked: "a…z".to_owned(),
            },
        },
    );
    assert!(matches!(
        state.tokens.get(&environment),
        Some(TokenState::Valid { .. })
    ));
}

#[test]
fn choosing_another_environment_changes_what_the_leg_would_send() {
    let mut state = at_work();
    let proxy = EnvironmentId::from_name("sandbox http api");
    let before = format!("{:?}", state.tabs[0].previews[0]);
    act(
        &mut state,
        Action::ChooseEnvironment {
            leg: Leg::A,
            environment: proxy,
        },
    );
    assert_ne!(before, format!("{:?}", state.tabs[0].previews[0]));
}

#[test]
fn a_chosen_file_goes_to_the_request_that_asked_for_it() {
    let mut state = at_work();
    let mut draft = state.tabs[0].draft.clone();
    draft.body = DraftBody::File {
        path: String::new(),
        content_type: String::new(),
    };
    let asked = draft.id.clone();
    act(&mut state, Action::EditDraft(Box::new(draft)));
    let commands = act(
        &mut state,
        Action::PickFile {
            purpose: FilePurpose::BodyFile,
        },
    );
    let [Command::PickFile { purpose, request }] = &commands[..] else {
        panic!("{commands:?}");
    };
    assert_eq!(request.as_ref(), Some(&asked));
    let (purpose, request) = (purpose.clone(), request.clone());
    act(&mut state, Action::NewRequest);
    let other = state.tabs[1].draft.clone();
    hear(
        &mut state,
        Event::FilePicked {
            purpose,
            request,
            path: "/data/body.json".into(),
        },
    );
    let DraftBody::File { path, .. } = &state.tabs[0].draft.body else {
        panic!("{:?}", state.tabs[0].draft.body);
    };
    assert_eq!(path, "/data/body.json");
    assert_eq!(state.tabs[1].draft, other, "the open one asked for nothing");
}
