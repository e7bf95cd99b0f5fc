//! Reading an answer, without window, worker or files.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::super::tests::{act, at_work, exchange, hear, sent};
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::editing::EditingCommand;
use crate::app::event::Event;
use crate::app::preferences::PreferencesCommand;
use crate::app::preview::LegPreview;
use crate::app::reading::{
    FilteredView, ReadingAction, ReadingCommand, ReadingEvent, TakenValue, Taking,
};
use crate::app::state::{AppState, Leg, SandboxState};
use crate::body::search::{Matches, Query};
use crate::body::view::{BodyView, Mode};
use crate::model::environment::{Environment, PathMapRule, PathMatching};
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::sandbox_environments::bind;

/// The answer `body` to a request through the sandbox's REST proxy, and its exchange.
fn answered(body: &str) -> (AppState, ExchangeId) {
    let mut state = at_work();
    let id = sent(&act(&mut state, Action::Send)).exchange;
    hear(&mut state, exchange(id, None, 0));
    show(&mut state, id, body);
    (state, id)
}

fn show(state: &mut AppState, id: ExchangeId, body: &str) -> Vec<Command> {
    let bytes = Bytes::from(body.to_owned());
    let view = BodyView::lay_out(&bytes, None, &|| false).expect("not cancelled");
    let event = Event::BodyReady {
        exchange: id,
        view: Arc::new(view),
    };
    hear(state, event)
}

fn read(state: &mut AppState, action: ReadingAction) -> Vec<Command> {
    act(state, Action::Reading(action))
}

fn look_for(state: &mut AppState, exchange: ExchangeId, text: &str) -> Vec<Command> {
    let query = Query {
        text: text.to_owned(),
        ..Query::default()
    };
    read(
        state,
        ReadingAction::Find {
            exchange,
            mode: Mode::Pretty,
            query,
        },
    )
}

fn job(commands: &[Command]) -> ExchangeId {
    commands
        .iter()
        .find_map(|command| match command {
            Command::Reading(
                ReadingCommand::Find { job, .. } | ReadingCommand::Filter { job, .. },
            ) => Some(*job),
            _ => None,
        })
        .unwrap_or_else(|| panic!("nothing to do: {commands:?}"))
}

#[test]
fn a_new_search_cancels_the_one_under_way_and_late_results_are_dropped() {
    let (mut state, exchange) = answered("{\"a\":1}");
    let first = job(&look_for(&mut state, exchange, "a"));
    let commands = look_for(&mut state, exchange, "ab");
    assert!(
        matches!(commands[0], Command::Cancel { exchange } if exchange == first),
        "{commands:?}"
    );
    let second = job(&commands);
    let found = |job| {
        Event::Reading(ReadingEvent::Found {
            exchange,
            job,
            result: Ok(Arc::new(Matches::default())),
        })
    };
    hear(&mut state, found(first));
    let finding = |state: &AppState| {
        let reading = state.reading.reading(exchange).expect("it is read");
        reading.find.clone().expect("something is looked for")
    };
    assert!(finding(&state).result.is_none(), "the late result landed");
    hear(&mut state, found(second));
    assert!(finding(&state).result.is_some());
    // A search that ended is not cancelled again; an empty one ends it.
    assert!(look_for(&mut state, exchange, "").is_empty());
    assert!(
        state
            .reading
            .reading(exchange)
            .expect("read")
            .find
            .is_none()
    );
}

#[test]
fn a_filter_shows_what_it_left_and_runs_again_on_a_new_layout() {
    let (mut state, exchange) = answered("{\"a\":1}");
    let filter = |expression: &str| ReadingAction::Filter {
        exchange,
        expression: expression.to_owned(),
    };
    let first = job(&read(&mut state, filter(" $.a ")));
    let left = BodyView::lay_out(&Bytes::from_static(b"[1]"), None, &|| false);
    let filtered = Arc::new(FilteredView {
        view: Arc::new(left.expect("not cancelled")),
        locations: Vec::new(),
        total: 1,
    });
    let event = ReadingEvent::Filtered {
        exchange,
        job: first,
        result: Ok(Arc::clone(&filtered)),
    };
    hear(&mut state, Event::Reading(event));
    let shown = |state: &AppState| {
        let answer = state.active_tab().and_then(|tab| tab.answer.as_ref());
        let view = state.reading.view(answer.expect("an answer"));
        view.expect("a view").bytes().clone()
    };
    assert_eq!(&shown(&state)[..], b"[1]");
    // While the next filter runs, nothing flickers.
    read(&mut state, filter("$.a.b"));
    assert_eq!(&shown(&state)[..], b"[1]");
    let commands = show(&mut state, exchange, "{\"a\":2}");
    assert!(
        commands.iter().any(|command| matches!(
            command,
            Command::Reading(ReadingCommand::Filter { expression, .. }) if expression == "$.a.b"
        )),
        "{commands:?}"
    );
    read(&mut state, filter(""));
    assert_eq!(&shown(&state)[..], b"{\"a\":2}");
}

#[test]
fn what_was_made_of_an_answer_goes_with_it() {
    let (mut state, exchange) = answered("{\"a\":1}");
    look_for(&mut state, exchange, "a");
    let tab = state.active_tab().expect("a tab").id().clone();
    state.tabs.retain(|known| *known.id() != tab);
    read(&mut state, ReadingAction::DropValue);
    assert!(state.reading.readings.is_empty());
}

fn take(state: &mut AppState, exchange: ExchangeId, taking: Taking, value: &str) -> Vec<Command> {
    let value = TakenValue {
        path: "$.entities[0].id".to_owned(),
        name: "id".to_owned(),
        value: value.to_owned(),
    };
    let event = ReadingEvent::Took {
        exchange,
        taking,
        result: Ok(value),
    };
    hear(state, Event::Reading(event))
}

#[test]
fn values_and_paths_go_to_the_clipboard() {
    let (mut state, exchange) = answered("{}");
    for (taking, expected) in [(Taking::Path, "$.entities[0].id"), (Taking::Value, "8f4c")] {
        let commands = take(&mut state, exchange, taking, "8f4c");
        assert!(
            matches!(&commands[..], [Command::Editing(EditingCommand::Copy(text))] if text == expected),
            "{commands:?}"
        );
    }
}

/// An environment of the user's own on leg B.
fn own_environment(state: &mut AppState) -> EnvironmentId {
    let SandboxState::Running(addresses) = &state.sandbox else {
        panic!("the sandbox does not run");
    };
    let sandbox = bind(state.leg(Leg::B).expect("leg B"), addresses);
    let environment = Environment {
        id: EnvironmentId::from_name("acme"),
        name: "Acme".to_owned(),
        sandbox: None,
        ..sandbox
    };
    let id = environment.id.clone();
    state.environments.push(environment);
    state.legs[1] = Some(id.clone());
    id
}

#[test]
fn a_value_becomes_a_variable_and_replaces_one_only_when_told() {
    let (mut state, exchange) = answered("{}");
    let keep = |state: &mut AppState, name: &str, replace| {
        let name = name.to_owned();
        read(state, ReadingAction::KeepValue { name, replace })
    };
    take(&mut state, exchange, Taking::Variable, "8f4c");
    assert!(
        keep(&mut state, "userId", false).is_empty(),
        "the sandbox keeps none"
    );
    own_environment(&mut state);
    for name in ["", "a b", "{{x}}", "secret.x", "$uuid"] {
        assert!(keep(&mut state, name, false).is_empty(), "{name}");
    }
    let saved = |commands: Vec<Command>| match &commands[..] {
        [Command::SaveEnvironment { environment }] => environment.variables.clone(),
        other => panic!("{other:?}"),
    };
    let variables = saved(keep(&mut state, "userId", false));
    assert_eq!(
        (variables[0].name.as_str(), variables[0].value.as_str()),
        ("userId", "8f4c")
    );
    assert!(state.reading.taken.is_none());
    // The same name with another value is asked about.
    take(&mut state, exchange, Taking::Variable, "77aa");
    assert!(keep(&mut state, "userId", false).is_empty());
    let taken = state.reading.taken.clone().expect("still to be kept");
    assert_eq!(taken.exists.as_deref(), Some("userId"));
    let variables = saved(keep(&mut state, "userId", true));
    assert_eq!((variables.len(), variables[0].value.as_str()), (1, "77aa"));
}

#[test]
fn a_masked_or_endless_value_does_not_become_a_variable() {
    let (mut state, exchange) = answered("{}");
    for value in ["Bearer ••••••".to_owned(), "x".repeat(100_000)] {
        take(&mut state, exchange, Taking::Variable, &value);
        assert!(state.reading.taken.is_none());
    }
}

fn url_on_b(state: &AppState) -> String {
    match &state.active_tab().expect("a tab").previews[1] {
        LegPreview::Ready(resolved) => resolved.url.to_string(),
        other => panic!("{other:?}"),
    }
}

fn open(state: &mut AppState, exchange: ExchangeId, uri: &str) -> Vec<Command> {
    let uri = uri.to_owned();
    read(state, ReadingAction::OpenLink { exchange, uri })
}

#[test]
fn a_next_page_opens_in_a_tab_of_its_own_through_the_same_environment() {
    let (mut state, exchange) = answered("{}");
    // The other leg is active by now: the link still goes where the answer came from.
    act(&mut state, Action::ActivateLeg(Leg::A));
    let before = state.tabs.len();
    let commands = open(
        &mut state,
        exchange,
        "/api/v2/users?pageSize=5&pageNumber=2&flag",
    );
    let send = sent(&commands);
    assert_eq!(send.environment.id.as_str(), "sandbox-rest-proxy");
    assert_eq!(send.follow_to, None);
    assert_eq!(state.active_leg, Leg::B);
    assert_eq!(state.tabs.len(), before + 1);
    let draft = &state.active_tab().expect("a tab").draft;
    assert_eq!(draft.path, "/api/v2/users");
    let rows: Vec<(&str, Option<&str>)> = draft
        .query
        .iter()
        .map(|row| (row.name.as_str(), row.value.as_deref()))
        .collect();
    assert_eq!(
        rows,
        [
            ("pageSize", Some("5")),
            ("pageNumber", Some("2")),
            ("flag", None)
        ]
    );
    assert_eq!(
        url_on_b(&state),
        "http://127.0.0.1:1104/test/apipath/api/v2/users?pageSize=5&pageNumber=2&flag",
        "base, stage and API path stand before the link"
    );
}

#[test]
fn a_path_map_applies_to_a_link() {
    let (mut state, exchange) = answered("{}");
    let id = own_environment(&mut state);
    let environment = state
        .environments
        .iter_mut()
        .find(|environment| environment.id == id)
        .expect("it is there");
    environment.path_map = vec![PathMapRule {
        from: "/api/v2/users".to_owned(),
        to: "/users".to_owned(),
        matching: PathMatching::Prefix,
    }];
    let environment = environment.clone();
    if let Some(answer) = state.tabs[0].answer.as_mut() {
        *answer.environment = environment;
    }
    open(&mut state, exchange, "/api/v2/users?pageNumber=2");
    let url = url_on_b(&state);
    assert!(
        url.ends_with("/users?pageNumber=2") && !url.contains("/api/v2"),
        "{url}"
    );
}

#[test]
fn what_an_answer_says_is_no_template_and_keeps_its_spelling() {
    let (mut state, exchange) = answered("{}");
    for (uri, path, query) in [
        (
            "/api/v2/{{secret.token}}",
            "/api/v2/%7B%7Bsecret.token%7D%7D",
            0,
        ),
        ("/api/v2/users/{id}", "/api/v2/users/%7Bid%7D", 0),
        ("/api/v2/a?q=%7Bx%7D&n=1%2C2", "/api/v2/a", 2),
        ("/api/v2/a?q=a b", "/api/v2/a?q=a b", 0),
        ("/api/v2/a?", "/api/v2/a?", 0),
        ("/api/v2/a#part", "/api/v2/a", 0),
    ] {
        open(&mut state, exchange, uri);
        let draft = &state.active_tab().expect("a tab").draft;
        assert_eq!(
            (draft.path.as_str(), draft.query.len()),
            (path, query),
            "{uri}"
        );
    }
}

#[test]
fn an_absolute_link_to_another_origin_goes_without_credentials_and_says_so() {
    let (mut state, exchange) = answered("{}");
    let own = "http://127.0.0.1:1104/test/apipath/api/v2/users";
    assert_eq!(sent(&open(&mut state, exchange, own)).follow_to, None);
    for uri in [
        "https://api.mypurecloud.com/api/v2/users?pageNumber=2",
        "https://127.0.0.1:1104/api/v2/users?pageNumber=2",
        "http://127.0.0.1:1104@evil.example/api/v2/users?pageNumber=2",
    ] {
        let commands = open(&mut state, exchange, uri);
        let send = sent(&commands);
        assert_eq!(send.follow_to.as_deref(), Some(uri));
        assert_eq!(send.draft.path, "/api/v2/users", "{uri}");
        let notices: Vec<String> = state
            .notices
            .iter()
            .map(|notice| notice.text.clone())
            .collect();
        assert!(
            notices
                .iter()
                .any(|text| text.contains("without credentials")),
            "{notices:?}"
        );
    }
}

#[test]
fn an_unknown_exchange_changes_nothing() {
    let mut state = at_work();
    let tabs = state.tabs.len();
    let exchange = ExchangeId(99);
    assert!(open(&mut state, exchange, "/api/v2/users").is_empty());
    assert!(look_for(&mut state, exchange, "a").is_empty());
    let event = ReadingEvent::Pictured {
        exchange,
        result: Err("gone".to_owned()),
    };
    hear(&mut state, Event::Reading(event));
    assert_eq!(state.tabs.len(), tabs);
    assert!(state.reading.readings.is_empty());
    assert_eq!(state.now, Timestamp::UNIX_EPOCH);
}

#[test]
fn wrapping_is_a_setting_that_is_written() {
    let mut state = at_work();
    act(&mut state, Action::Closing);
    read(&mut state, ReadingAction::SetWrap(true));
    assert!(state.settings.wrap_lines);
    let commands = act(&mut state, Action::Closing);
    let written = commands.iter().any(|command| {
        matches!(
            command,
            Command::Preferences(PreferencesCommand::SaveSettings(settings)) if settings.wrap_lines
        )
    });
    assert!(written, "{commands:?}");
}
