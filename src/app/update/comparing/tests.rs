//! A comparison in the state: started, asked about, done, judged again; samplings; rules.

use crate::app::comparing::NotStarted;
use crate::app::history::HistoryAction;
use crate::app::state::Dialog;
use std::sync::Arc;

use super::super::tests::{act, at_work, hear};
use super::*;
use crate::app::action::{Action, DialogAnswer};
use crate::app::comparing::{ComparedSide, ComparingOptions};
use crate::app::event::Event;
use crate::app::notices::NoticeLink;
use crate::compare::latency::{LegSample, LegTiming, PairSample};
use crate::compare::record::{LegOrder, RunLeg, RunRecord, TokenUse};
use crate::compare::test_side::{direct, gateway};
use crate::compare::{Options, Volatile, compare};
use crate::model::history::{HistoryId, HistoryScope};
use crate::runs::comparison::Confirmation;

fn comparing(state: &mut AppState, action: ComparingAction) -> Vec<Command> {
    act(state, Action::Comparing(action))
}

fn told(state: &mut AppState, event: ComparingEvent) -> Vec<Command> {
    hear(state, Event::Comparing(event))
}

fn compare_command(commands: &[Command]) -> CompareCommand {
    let found = commands.iter().find_map(|command| match command {
        Command::Comparing(ComparingCommand::Compare(command)) => Some((**command).clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing is compared: {commands:?}"))
}

fn judged_rules(commands: &[Command]) -> Option<&RuleSet> {
    commands.iter().find_map(|command| match command {
        Command::Comparing(ComparingCommand::Judge { rules, .. }) => Some(rules),
        _ => None,
    })
}

fn saved_rules(commands: &[Command]) -> Option<&RuleSet> {
    commands.iter().find_map(|command| match command {
        Command::Comparing(ComparingCommand::SaveRules { rules }) => Some(rules),
        _ => None,
    })
}

/// Two answers that differ in `$.version`.
fn compared(job: ExchangeId) -> Arc<Compared> {
    let (a, b) = (
        direct(200, r#"{"version":1}"#),
        gateway(200, r#"{"version":2}"#),
    );
    let rules = RuleSet::default();
    let comparison = compare(
        &a.side(),
        &b.side(),
        &Volatile::not_asked(),
        &rules,
        Options::default(),
        &|| false,
    );
    let side = |side: crate::compare::test_side::TestSide| ComparedSide {
        environment: Arc::new(side.environment),
        exchange: Some(Arc::new(side.exchange)),
    };
    Arc::new(Compared {
        job,
        comparison: Arc::new(comparison.expect("a result")),
        run: RunRecord {
            method: "GET".to_owned(),
            order: LegOrder::default(),
            tokens: TokenUse::default(),
            sent: vec![RunLeg::A, RunLeg::B],
        },
        a: side(a),
        b: side(b),
        again: None,
        started_at: jiff::Timestamp::UNIX_EPOCH,
        past: None,
        latency: None,
    })
}

/// A comparison of the open request that is done.
fn with_result() -> AppState {
    let mut state = at_work();
    let command = compare_command(&comparing(&mut state, ComparingAction::Start));
    let job = command.job;
    let compared = compared(job);
    told(&mut state, ComparingEvent::Done { job, compared });
    state
}

#[test]
fn what_a_compared_answer_announces_is_known() {
    let mut state = at_work();
    let command = compare_command(&comparing(&mut state, ComparingAction::Start));
    let job = command.job;
    let mut compared = compared(job);
    let side = &mut Arc::make_mut(&mut compared).b;
    let exchange = Arc::make_mut(side.exchange.as_mut().expect("an exchange"));
    let environment = exchange.environment.clone();
    let response = exchange
        .hops
        .last_mut()
        .and_then(|hop| hop.response.as_mut());
    let headers = &mut response.expect("an answer").headers;
    for (name, value) in [("count", "41"), ("allowed", "300"), ("reset", "20")] {
        headers.push(crate::model::exchange::HeaderField::new(
            format!("inin-ratelimit-{name}"),
            value.as_bytes().to_vec(),
        ));
    }
    told(&mut state, ComparingEvent::Done { job, compared });
    let known = state.rate_limit.clone().expect("it was announced");
    assert_eq!((known.0, known.1.count), (environment, 41));
}

#[test]
fn a_comparison_captures_both_sides_and_shows_what_comes_of_it() {
    let mut state = at_work();
    let command = compare_command(&comparing(&mut state, ComparingAction::Start));
    assert_eq!(Some(&command.a.id), state.legs[0].as_ref());
    assert_eq!(Some(&command.b.id), state.legs[1].as_ref());
    assert!(!command.confirmed);
    assert!(state.shows_comparison());
    let again = comparing(&mut state, ComparingAction::Start);
    assert!(
        !again
            .iter()
            .any(|command| matches!(command, Command::Comparing(_))),
        "one at a time: {again:?}"
    );
    let job = command.job;
    // What belongs to another run changes nothing.
    let older = ExchangeId(job.0 + 1_000);
    let other = compared(older);
    told(
        &mut state,
        ComparingEvent::Done {
            job: older,
            compared: other,
        },
    );
    assert!(
        state
            .open_comparison()
            .is_some_and(|tab| tab.done.is_none())
    );
    let result = compared(job);
    told(
        &mut state,
        ComparingEvent::Done {
            job,
            compared: result,
        },
    );
    let tab = state.open_comparison().expect("it is there");
    assert!(tab.running.is_none() && tab.done.is_some());
    comparing(&mut state, ComparingAction::Close);
    assert!(!state.shows_comparison());
    comparing(&mut state, ComparingAction::Show);
    assert!(state.shows_comparison(), "the result stays");
}

#[test]
fn both_will_act_is_asked_and_only_yes_sends() {
    for (answer, sent) in [
        (DialogAnswer::Confirm, true),
        (DialogAnswer::Dismiss, false),
    ] {
        let mut state = at_work();
        let command = compare_command(&comparing(&mut state, ComparingAction::Start));
        let reason = NotStarted::NeedsConfirmation(Confirmation {
            title: "Send POST to both environments?".to_owned(),
            text: "Both act".to_owned(),
        });
        let job = command.job;
        told(&mut state, ComparingEvent::NotStarted { job, reason });
        assert!(matches!(
            state.dialog,
            Some(Dialog::ConfirmComparison { .. })
        ));
        let commands = act(&mut state, Action::Answer(answer));
        let tab = state.open_comparison().expect("it is there");
        if sent {
            let command = compare_command(&commands);
            assert!(command.confirmed);
            assert_ne!(command.job, job, "a new run");
        } else {
            assert!(commands.is_empty(), "{commands:?}");
            assert!(tab.running.is_none());
            assert!(tab.failure.is_some(), "it says that nothing was sent");
        }
    }
}

#[test]
fn another_question_answered_meanwhile_leaves_the_comparison_waiting() {
    let mut state = at_work();
    act(
        &mut state,
        Action::History(HistoryAction::Clear(HistoryScope::Workspace)),
    );
    let command = compare_command(&comparing(&mut state, ComparingAction::Start));
    let reason = NotStarted::NeedsConfirmation(Confirmation {
        title: "Send POST to both environments?".to_owned(),
        text: "Both act".to_owned(),
    });
    let job = command.job;
    told(&mut state, ComparingEvent::NotStarted { job, reason });
    assert!(
        matches!(state.dialog, Some(Dialog::ClearHistory { .. })),
        "{:?}",
        state.dialog
    );
    act(&mut state, Action::Answer(DialogAnswer::Dismiss));
    assert!(matches!(
        state.dialog,
        Some(Dialog::ConfirmComparison { .. })
    ));
    let commands = act(&mut state, Action::Answer(DialogAnswer::Confirm));
    assert!(compare_command(&commands).confirmed);
}

#[test]
fn a_row_becomes_a_rule_that_can_be_taken_back() {
    let mut state = with_result();
    let commands = comparing(&mut state, ComparingAction::IgnoreRow { row: 0, choice: 0 });
    let saved = saved_rules(&commands)
        .expect("the rules are written")
        .clone();
    assert_eq!(saved.own.len(), 1);
    assert_eq!(saved.own[0].place.to_string(), "$.version");
    assert_eq!(
        judged_rules(&commands),
        Some(&saved),
        "judged by them at once"
    );
    let undo = state
        .notices
        .iter()
        .find_map(|notice| match notice.link {
            Some(NoticeLink::Undo(_)) => Some(notice.id),
            _ => None,
        })
        .expect("a way back");
    let commands = act(&mut state, Action::FollowNotice(undo));
    assert_eq!(saved_rules(&commands), Some(&RuleSet::default()));
    assert_eq!(state.comparing.rules, RuleSet::default());
}

#[test]
fn rules_are_switched_and_a_damaged_file_is_left_alone() {
    let mut state = with_result();
    let id = "context-id".to_owned();
    let off = ComparingAction::SwitchRule {
        id: id.clone(),
        on: false,
    };
    let commands = comparing(&mut state, off);
    let saved = saved_rules(&commands).expect("the rules are written");
    assert!(saved.switched_off.contains(&id), "{saved:?}");
    state.comparing.rules_are_damaged = true;
    let commands = comparing(&mut state, ComparingAction::SwitchRule { id, on: true });
    assert!(commands.is_empty(), "{commands:?}");
}

#[test]
fn another_alignment_judges_the_same_answers_again() {
    let mut state = with_result();
    let options = ComparingOptions {
        alignment: crate::app::comparing::Alignment::InOrder,
        ..ComparingOptions::default()
    };
    let commands = comparing(&mut state, ComparingAction::SetOptions(options.clone()));
    assert!(judged_rules(&commands).is_some(), "{commands:?}");
    let applied = options.applied_to(&RuleSet::default());
    assert!(
        applied
            .own
            .iter()
            .all(|rule| rule.action == crate::model::rules::RuleAction::List)
    );
    assert_eq!(applied.own.len(), 3);
}

#[test]
fn an_edited_environment_ends_the_sampling_once() {
    let mut state = at_work();
    comparing(&mut state, ComparingAction::StartSampling { pairs: 30 });
    let b = state.legs[1].clone();
    let edited = |commands: &[Command]| {
        let is_it = |command: &&Command| {
            matches!(
                command,
                Command::Comparing(ComparingCommand::EnvironmentEdited {
                    leg: CompareLeg::B,
                    ..
                })
            )
        };
        commands.iter().filter(is_it).count()
    };
    assert_eq!(edited(&act(&mut state, Action::Tick)), 0);
    for environment in &mut state.sandbox_environments {
        if Some(&environment.id) == b.as_ref() {
            "Renamed".clone_into(&mut environment.name);
        }
    }
    assert_eq!(edited(&act(&mut state, Action::Tick)), 1);
    assert_eq!(edited(&act(&mut state, Action::Tick)), 0, "told once");
}

#[test]
fn closing_the_request_stops_what_is_under_way() {
    let mut state = at_work();
    let command = compare_command(&comparing(&mut state, ComparingAction::Start));
    let request = command.draft.id.clone();
    let commands = act(&mut state, Action::CloseTab(request));
    assert!(
        commands.iter().any(|stop| {
            matches!(stop, Command::Cancel { exchange } if *exchange == command.job)
        }),
        "{commands:?}"
    );
    assert!(state.comparing.tabs.is_empty());
}

/// The entry that samples are added to.
fn kept_samples(commands: &[Command]) -> Option<HistoryId> {
    commands.iter().find_map(|command| match command {
        Command::Comparing(ComparingCommand::KeepSamples { id, latency }) => {
            assert!(!latency.samples.is_empty());
            Some(*id)
        }
        _ => None,
    })
}

fn one_sample() -> Arc<LatencyReport> {
    let sample = LegSample {
        status: 200,
        timing: LegTiming::default(),
    };
    Arc::new(LatencyReport::new(vec![PairSample {
        pair: 1,
        first: CompareLeg::A,
        a: sample.clone(),
        b: sample,
    }]))
}

/// Samples the open request and lets them arrive; what is to be done then.
fn sample_now(state: &mut AppState) -> Vec<Command> {
    let commands = comparing(state, ComparingAction::StartSampling { pairs: 1 });
    let job = commands
        .iter()
        .find_map(|command| match command {
            Command::Comparing(ComparingCommand::Sample(command)) => Some(command.job),
            _ => None,
        })
        .expect("it is sampled");
    let (end, latency) = (SamplingEnd::Complete, one_sample());
    told(state, ComparingEvent::Sampled { job, end, latency })
}

/// Compares the open request anew; the id of the comparison.
fn compare_now(state: &mut AppState) -> ExchangeId {
    let job = compare_command(&comparing(state, ComparingAction::Start)).job;
    let compared = compared(job);
    told(state, ComparingEvent::Done { job, compared });
    job
}

fn change_path(state: &mut AppState, path: &str) {
    let mut draft = state.active_tab().expect("open").draft.clone();
    draft.path = path.to_owned();
    crate::app::update::update(state, Action::EditDraft(Box::new(draft)), state.now);
}

#[test]
fn samples_go_to_the_entry_of_the_comparison_that_they_are_of() {
    let id = HistoryId(5);
    // In the history already.
    let mut state = at_work();
    let job = compare_now(&mut state);
    assert_eq!(
        kept_samples(&told(&mut state, ComparingEvent::Kept { job, id })),
        None
    );
    assert_eq!(kept_samples(&sample_now(&mut state)), Some(id));
    // Another request is sampled: not what that comparison is about.
    change_path(&mut state, "/api/v2/other");
    assert_eq!(kept_samples(&sample_now(&mut state)), None);
    // The entry comes after the samples.
    let mut state = at_work();
    let job = compare_now(&mut state);
    assert_eq!(kept_samples(&sample_now(&mut state)), None);
    assert_eq!(
        kept_samples(&told(&mut state, ComparingEvent::Kept { job, id })),
        Some(id)
    );
    // The same sides with another request: its entry gets no samples of the first one, and the page shows none.
    change_path(&mut state, "/api/v2/other");
    let job = compare_now(&mut state);
    assert!(open_tab(&mut state).expect("open").latency.is_none());
    assert_eq!(
        kept_samples(&told(&mut state, ComparingEvent::Kept { job, id })),
        None
    );
    // The other way round since.
    let mut state = at_work();
    let job = compare_now(&mut state);
    told(&mut state, ComparingEvent::Kept { job, id });
    state.legs.swap(0, 1);
    assert_eq!(kept_samples(&sample_now(&mut state)), None);
}

#[test]
fn another_folder_ends_what_is_sampled() {
    let mut state = at_work();
    let commands = comparing(&mut state, ComparingAction::StartSampling { pairs: 30 });
    let job = commands.iter().find_map(|command| match command {
        Command::Comparing(ComparingCommand::Sample(command)) => Some(command.job),
        _ => None,
    });
    let left = crate::app::update::preferences::leave_workspace(&mut state, "/other".as_ref());
    let cancelled = left.iter().find_map(|command| match command {
        Command::Cancel { exchange } => Some(*exchange),
        _ => None,
    });
    assert!(job.is_some() && cancelled == job, "{left:?}");
}
