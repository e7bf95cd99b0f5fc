//! Pages, days, deletions; past exchanges in tabs of their own and in the tab of their request.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::{Offset, TimeZone};

use super::*;
use crate::app::action::{Action, DialogAnswer};
use crate::app::event::Event;
use crate::app::notices::NoticeLink;
use crate::app::tree::TreeAction;
use crate::app::update::tabs::drafts;
use crate::app::update::{Input, update};
use crate::model::environment::Colour;
use crate::model::exchange::{
    Connection, Exchange, Hop, HopPurpose, Response, ResponseBody, SentRequest, WireVersion,
};
use crate::model::history::{HistoryKind, WithoutBodies, with_told_status};
use crate::model::ids::{EnvironmentId, ExchangeId, RequestId};
use crate::model::masks::Masks;
use crate::model::sandbox_environments::sandbox_environments;
use crate::model::timings::Phases;

/// 02:00 on 2 January 1970 in the zone of these tests.
const NOW: i64 = 86_400;

fn zone() -> TimeZone {
    TimeZone::fixed(Offset::from_hours(2).expect("an offset"))
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

fn entry(id: i64, seconds: i64) -> HistoryEntry {
    HistoryEntry {
        id: HistoryId(id),
        summary: HistorySummary {
            kind: HistoryKind::Exchange,
            request: Some(RequestId("r1".to_owned())),
            environment: EnvironmentId::new("acme").expect("a slug"),
            environment_name: "Acme".to_owned(),
            environment_colour: Colour::Teal,
            leg: Some("B".to_owned()),
            method: "GET".to_owned(),
            path: format!("/{id}"),
            url: format!("https://h.example/{id}"),
            status: Some(200),
            error: None,
            answered_by: None,
            started_at: time(seconds),
            total: Duration::from_millis(5),
            wire_bytes: 2,
            decoded_bytes: 2,
        },
    }
}

fn exchange(id: ExchangeId, seconds: i64) -> Exchange {
    Exchange {
        id,
        environment: EnvironmentId::new("acme").expect("a slug"),
        started_at: time(seconds),
        hops: vec![Hop {
            purpose: HopPurpose::Request,
            start_offset: Duration::ZERO,
            sent: SentRequest {
                method: "GET".to_owned(),
                url: "https://h.example/1".to_owned(),
                version: WireVersion::Http11,
                head: None,
                headers: Vec::new(),
                body_preview: bytes::Bytes::new(),
                body_bytes: 0,
                total_bytes: 0,
            },
            phases: Phases::default(),
            connection: Connection::default(),
            response: Some(Response {
                version: WireVersion::Http11,
                status: 200,
                reason: String::new(),
                head: None,
                headers: Vec::new(),
                body: Arc::new(ResponseBody::default()),
            }),
            error: None,
            notes: Vec::new(),
        }],
        notes: Vec::new(),
        masks: Masks::default(),
        total: Duration::from_millis(5),
        error: None,
        redirect_offer: None,
    }
}

fn past(id: i64, exchange_id: ExchangeId) -> PastExchange {
    let mut environment = sandbox_environments().remove(0);
    environment.name = "Deleted since".to_owned();
    environment.sandbox = None;
    PastExchange {
        entry: entry(id, 10),
        exchange: exchange(exchange_id, 10),
        environment,
        draft: Some(RequestDraft {
            id: RequestId("r1".to_owned()),
            name: "As it was".to_owned(),
            path: format!("/{id}"),
            ..RequestDraft::default()
        }),
        without_bodies: None,
    }
}

/// A state and what it asks for.
struct Desk(AppState);

impl Desk {
    fn new() -> Self {
        Self(AppState::new(time(NOW)))
    }

    fn history(&mut self, action: HistoryAction) -> Vec<Command> {
        self.input(Action::History(action))
    }

    fn event(&mut self, event: HistoryEvent) -> Vec<Command> {
        self.input(Event::History(event))
    }

    fn input(&mut self, input: impl Into<Input>) -> Vec<Command> {
        update(&mut self.0, input, time(NOW))
    }

    /// Asks as the page does when it is opened, and answers with these entries.
    fn show(&mut self, entries: Vec<HistoryEntry>, complete: bool) {
        let commands = self.input(Action::ShowSidebar(SidebarPage::History));
        self.answer(&commands, entries, complete);
    }

    fn answer(&mut self, commands: &[Command], entries: Vec<HistoryEntry>, complete: bool) {
        let [Command::History(HistoryCommand::Read { number, .. })] = commands else {
            panic!("a page is asked for: {commands:?}");
        };
        self.event(HistoryEvent::Page {
            number: *number,
            entries,
            complete,
            zone: zone(),
        });
    }

    fn ids(&self) -> Vec<i64> {
        let entries = &self.0.history.entries;
        entries.iter().map(|entry| entry.id.0).collect()
    }

    /// Date, first entry and number of each day.
    fn days(&self) -> Vec<(String, usize, usize)> {
        let days = self.0.history.days.iter();
        days.map(|day| (day.date.to_string(), day.first, day.count))
            .collect()
    }

    /// Opens entry `id` as the user does, and answers with it.
    fn open(&mut self, id: i64) -> Vec<Command> {
        let commands = self.history(HistoryAction::Open(HistoryId(id)));
        self.loaded(&commands, id)
    }

    fn loaded(&mut self, commands: &[Command], id: i64) -> Vec<Command> {
        let [
            Command::History(HistoryCommand::Load {
                exchange, purpose, ..
            }),
        ] = commands
        else {
            panic!("an exchange is asked for: {commands:?}");
        };
        self.event(HistoryEvent::Loaded {
            past: Box::new(past(id, *exchange)),
            purpose: purpose.clone(),
        })
    }

    fn tab(&self) -> &Tab {
        self.0.active_tab().expect("a tab")
    }
}

fn day(text: &str, first: usize, count: usize) -> (String, usize, usize) {
    (text.to_owned(), first, count)
}

#[test]
fn entries_are_grouped_by_local_days_whatever_comes_and_goes() {
    let mut desk = Desk::new();
    // 22:00 UTC is midnight in the zone of this test.
    desk.show(
        vec![
            entry(5, NOW - 100),
            entry(4, NOW - 7_200),
            entry(3, NOW - 7_201),
        ],
        false,
    );
    assert_eq!(
        desk.days(),
        [day("1970-01-02", 0, 2), day("1970-01-01", 2, 1)]
    );
    let on = desk.history(HistoryAction::ReadOn);
    let [Command::History(HistoryCommand::Read { after, .. })] = &on[..] else {
        panic!("more is asked for: {on:?}");
    };
    assert_eq!(*after, Some(entry(3, NOW - 7_201).place()));
    assert!(desk.history(HistoryAction::ReadOn).is_empty(), "once");
    desk.answer(&on, vec![entry(2, NOW - 7_300), entry(1, -80_000)], true);
    let before_epoch = day("1969-12-31", 4, 1);
    assert_eq!(desk.ids(), [5, 4, 3, 2, 1]);
    assert_eq!(
        desk.days(),
        [
            day("1970-01-02", 0, 2),
            day("1970-01-01", 2, 2),
            before_epoch
        ]
    );
    desk.0.workspace.directory = Some("/w".into());
    for (new, workspace) in [
        (entry(6, NOW), "/w"),
        (entry(7, NOW - 7_250), "/w"),
        (entry(8, NOW), "/other"),
    ] {
        desk.event(HistoryEvent::Recorded {
            workspace: workspace.into(),
            entry: Box::new(new),
            zone: zone(),
        });
    }
    assert_eq!(desk.ids(), [6, 5, 4, 3, 7, 2, 1]);
    assert_eq!(
        desk.days(),
        [
            day("1970-01-02", 0, 3),
            day("1970-01-01", 3, 3),
            day("1969-12-31", 6, 1)
        ]
    );
    desk.history(HistoryAction::Select(HistoryId(7)));
    for id in [7, 6, 1] {
        desk.event(HistoryEvent::Gone {
            id: HistoryId(id),
            deleted: true,
        });
    }
    assert_eq!(desk.ids(), [5, 4, 3, 2]);
    assert_eq!(
        desk.days(),
        [day("1970-01-02", 0, 2), day("1970-01-01", 2, 2)]
    );
    assert_eq!(
        desk.0.history.selected,
        Some(HistoryId(2)),
        "the one behind it"
    );
    assert_eq!(desk.0.notices.iter().count(), 0);
}

#[test]
fn an_answer_to_an_older_question_changes_nothing_and_new_entries_obey_the_search() {
    let mut desk = Desk::new();
    let first = desk.history(HistoryAction::Search("a".to_owned()));
    let second = desk.history(HistoryAction::Search("POST".to_owned()));
    desk.answer(&first, vec![entry(1, 1)], true);
    assert!(desk.ids().is_empty());
    desk.answer(&second, vec![], true);
    desk.0.workspace.directory = Some("/w".into());
    for (id, method) in [(2, "GET"), (3, "POST")] {
        let mut new = entry(id, id);
        new.summary.method = method.to_owned();
        desk.event(HistoryEvent::Recorded {
            workspace: "/w".into(),
            entry: Box::new(new),
            zone: zone(),
        });
    }
    assert_eq!(desk.ids(), [3]);
}

#[test]
fn opening_one_after_another_takes_one_tab_that_is_no_draft() {
    let mut desk = Desk::new();
    desk.input(Action::NewRequest);
    for id in [1, 2] {
        let commands = desk.open(id);
        assert!(
            matches!(
                commands[..],
                [Command::LayOutBody { .. }, Command::Explaining(_)]
            ),
            "{commands:?}"
        );
        let tab = desk.tab();
        assert_eq!(tab.draft.path, format!("/{id}"));
        let answer = tab.answer.as_ref().expect("an answer");
        assert_eq!(answer.environment.name, "Deleted since");
        assert_eq!(answer.leg, Leg::B);
        assert_eq!(desk.0.tabs.len(), 2);
        assert!(!desk.0.is_unsaved(tab));
    }
    let kept = drafts(&desk.0);
    assert_eq!((kept.open.len(), kept.active), (1, 1));
    // Once it was edited it is a request like any other.
    let draft = RequestDraft {
        path: "/edited".to_owned(),
        ..desk.tab().draft.clone()
    };
    desk.input(Action::EditDraft(Box::new(draft)));
    assert!(desk.0.is_unsaved(desk.tab()));
    assert_eq!(drafts(&desk.0).open.len(), 2);
    desk.open(3);
    assert_eq!(desk.0.tabs.len(), 3);
    let commands = desk.history(HistoryAction::OpenAsRequest(HistoryId(4)));
    desk.loaded(&commands, 4);
    let tab = desk.tab();
    assert!(tab.answer.is_none() && tab.past.is_none() && desk.0.is_unsaved(tab));
}

#[test]
fn looking_back_in_a_tab_and_returning() {
    let mut desk = Desk::new();
    desk.0.legs[0] = Some(sandbox_environments()[0].id.clone());
    desk.input(Action::NewRequest);
    let sent = desk.input(Action::Send);
    let Some(Command::Send(sent)) = sent
        .into_iter()
        .find(|command| matches!(command, Command::Send(_)))
    else {
        panic!("a send");
    };
    let newest = exchange(sent.exchange, NOW);
    desk.input(Event::Finished {
        exchange: sent.exchange,
        result: Box::new(newest.clone()),
    });
    let draft = desk.tab().draft.clone();
    for id in [1, 2] {
        let commands = desk.history(HistoryAction::LookBack(HistoryId(id)));
        desk.loaded(&commands, id);
        let tab = desk.tab();
        assert_eq!(tab.draft, draft, "what is being edited stays");
        let past = tab.past.as_ref().expect("a past one");
        assert_eq!(past.entry.id, HistoryId(id));
        let kept = past.newest.as_ref().expect("the newest");
        assert_eq!(kept.exchange.id, newest.id);
    }
    let refused = desk.input(Action::FollowRedirect);
    assert!(refused.is_empty());
    let commands = desk.history(HistoryAction::BackToNewest);
    assert!(
        matches!(commands[..], [Command::LayOutBody { .. }]),
        "{commands:?}"
    );
    let answer = desk.tab().answer.as_ref().expect("an answer");
    assert_eq!(answer.exchange.id, newest.id);
    assert!(desk.tab().past.is_none());

    // An answer that arrives ends the look back.
    let commands = desk.history(HistoryAction::LookBack(HistoryId(1)));
    desk.loaded(&commands, 1);
    let sent = desk.input(Action::Send);
    let Some(Command::Send(sent)) = sent
        .into_iter()
        .find(|command| matches!(command, Command::Send(_)))
    else {
        panic!("a send");
    };
    assert!(desk.tab().past.is_some(), "nothing moves before");
    desk.input(Event::Finished {
        exchange: sent.exchange,
        result: Box::new(exchange(sent.exchange, NOW)),
    });
    assert!(desk.tab().past.is_none());
}

#[test]
fn bodies_that_were_not_kept_are_not_laid_out() {
    let mut desk = Desk::new();
    let mut heads = past(1, ExchangeId(50));
    heads.without_bodies = Some(WithoutBodies::HeadsOnly);
    let commands = desk.event(HistoryEvent::Loaded {
        past: Box::new(heads),
        purpose: LoadPurpose::OwnTab,
    });
    // Only the explanation, which needs no body.
    assert!(
        matches!(commands[..], [Command::Explaining(_)]),
        "{commands:?}"
    );
    let past = desk.tab().past.as_ref().expect("a past one");
    assert_eq!(past.without_bodies, Some(WithoutBodies::HeadsOnly));
}

#[test]
fn clearing_asks_first_and_tells_how_many_went() {
    let mut desk = Desk::new();
    desk.show(vec![entry(1, 1)], true);
    let scope = HistoryScope::Environment(EnvironmentId::new("acme").expect("a slug"));
    assert!(desk.history(HistoryAction::Clear(scope.clone())).is_empty());
    let Some(Dialog::ClearHistory { text, .. }) = &desk.0.dialog else {
        panic!("a question");
    };
    assert!(text.contains("Acme"), "{text}");
    desk.input(Action::Answer(DialogAnswer::Dismiss));
    desk.history(HistoryAction::Clear(scope.clone()));
    let commands = desk.input(Action::Answer(DialogAnswer::Confirm));
    assert!(
        matches!(&commands[..], [Command::History(HistoryCommand::Clear { scope: cleared, .. })] if *cleared == scope),
        "{commands:?}"
    );
    let commands = desk.event(HistoryEvent::Cleared { scope, entries: 1 });
    desk.answer(&commands, vec![], true);
    assert!(desk.ids().is_empty() && desk.days().is_empty());
    let words: Vec<&str> = desk
        .0
        .notices
        .iter()
        .map(|notice| notice.text.as_str())
        .collect();
    assert_eq!(words, ["Cleared 1 exchange from the history"]);
}

#[test]
fn trouble_and_missing_entries_are_told_and_changed_limits_are_handed_on_once() {
    let mut desk = Desk::new();
    desk.show(vec![entry(1, 1)], true);
    desk.event(HistoryEvent::Gone {
        id: HistoryId(1),
        deleted: false,
    });
    desk.event(HistoryEvent::Trouble {
        text: "Cannot write".to_owned(),
        hint: "Free some space".to_owned(),
    });
    assert_eq!(desk.0.notices.iter().count(), 2);
    assert!(desk.ids().is_empty());
    assert!(desk.input(Action::Tick).is_empty());
    desk.0.settings.history.days = 7;
    let commands = desk.input(Action::Tick);
    assert!(
        matches!(&commands[..], [Command::History(HistoryCommand::SetLimits(limits))] if limits.days == 7),
        "{commands:?}"
    );
    assert!(desk.input(Action::Tick).is_empty());
}

#[test]
fn a_deleted_entry_comes_back_with_undo_and_goes_again_with_redo() {
    let mut desk = Desk::new();
    desk.show(vec![entry(2, 2), entry(1, 1)], true);
    let commands = desk.history(HistoryAction::Delete(HistoryId(2)));
    let deletes = |commands: &[Command]| matches!(commands, [Command::History(HistoryCommand::Delete { id })] if id.0 == 2);
    assert!(deletes(&commands), "{commands:?}");
    desk.event(HistoryEvent::Gone {
        id: HistoryId(2),
        deleted: true,
    });
    assert_eq!(desk.ids(), [1]);
    let notice = desk.0.notices.iter().next().expect("it is said").clone();
    assert!(
        matches!(notice.link, Some(NoticeLink::Undo(_))),
        "{notice:?}"
    );
    assert!(notice.text.starts_with("Deleted "), "{notice:?}");
    let commands = desk.input(Action::FollowNotice(notice.id));
    assert!(
        matches!(&commands[..], [Command::History(HistoryCommand::BringBack { id, .. })] if id.0 == 2),
        "{commands:?}"
    );
    let commands = desk.input(Action::Tree(TreeAction::Redo));
    assert!(deletes(&commands), "{commands:?}");
}

#[test]
fn a_refusal_behind_a_success_is_known_from_who_answered() {
    let who = "Genesys Cloud, through a REST non-proxy";
    for (kind, answered_by, told) in [
        (HistoryKind::Exchange, with_told_status(who, 401), Some(401)),
        (HistoryKind::Exchange, who.to_owned(), None),
        (HistoryKind::Comparison, with_told_status(who, 401), None),
    ] {
        let summary = HistorySummary {
            kind,
            answered_by: Some(answered_by.clone()),
            ..entry(1, 1).summary
        };
        assert_eq!(summary.told_status(), told, "{answered_by}");
    }
}

#[test]
fn no_undo_is_offered_for_what_cannot_come_back() {
    let mut desk = Desk::new();
    desk.show(vec![entry(3, 3), entry(2, 2), entry(1, 1)], true);
    let undo = |desk: &Desk| desk.0.tree.undo.next_undo(None).map(str::to_owned);
    for id in [2, 3] {
        desk.history(HistoryAction::Delete(HistoryId(id)));
        desk.event(HistoryEvent::Gone {
            id: HistoryId(id),
            deleted: true,
        });
    }
    desk.event(HistoryEvent::Lost(vec![HistoryId(3)]));
    let links: Vec<(bool, String)> = desk
        .0
        .notices
        .iter()
        .map(|notice| (notice.link.is_some(), notice.hint.clone()))
        .collect();
    let hint = "It is too large to be brought back".to_owned();
    assert!(
        links.contains(&(false, hint)) && links.iter().any(|(linked, _)| *linked),
        "{links:?}"
    );
    assert!(undo(&desk).is_some(), "the other one can still come back");
    desk.event(HistoryEvent::Cleared {
        scope: HistoryScope::Workspace,
        entries: 1,
    });
    assert_eq!(undo(&desk), None, "Clear really clears");
}
