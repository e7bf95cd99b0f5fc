//! Comparisons made of exchanges that are made by hand: compared for real, so that the page shows what it would show.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gatescope::app::command::Command;
use gatescope::app::comparing::{
    CompareCommand, Compared, ComparedSide, ComparingCommand, ComparingEvent, SideBySide,
};
use gatescope::app::event::Event;
use gatescope::body::view::{BodyView, Mode};
use gatescope::compare::latency::{LatencyReport, LegSample, LegTiming, PairSample};
use gatescope::compare::outcome::Comparison;
use gatescope::compare::record::{LegOrder, RunLeg, RunRecord, TokenUse};
use gatescope::compare::{
    Answered, Answerer, Leg, Options, Side, compare, differing_lines, volatile_places,
};
use gatescope::model::exchange::{Exchange, HeaderField, ResponseBody};
use gatescope::model::rules::RuleSet;
use gatescope::model::timings::Phase;
use jiff::Timestamp;

use super::answers;
use super::fake::Desk;

/// What both sides answer.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    pub(crate) a: String,
    pub(crate) b: String,
    pub(crate) again: String,
}

/// A page of users: `count` of them, the version of the third one as given, the moment of the presence of the first.
pub(crate) fn users(count: usize, page_size: usize, version: &str, moment: &str) -> String {
    let names = [
        "Ada Moreno",
        "Lee Okafor",
        "Mia Brandt",
        "Noor Haddad",
        "Eli Stone",
    ];
    let mut text = String::from(r#"{"entities":["#);
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        let name = names[number % names.len()];
        let version = if number == 2 {
            version
        } else {
            "12345678901234567890"
        };
        let moment = if number == 0 {
            moment
        } else {
            "2026-11-23T20:14:07.113Z"
        };
        write!(
            text,
            r#"{comma}{{"id":"8f4c2f0e-{number:04}","name":"{name} {number}","version":{version},"presence":{{"modifiedDate":"{moment}"}}}}"#
        )
        .expect("a string takes everything");
    }
    write!(text, r#"],"pageSize":{page_size},"pageNumber":1}}"#)
        .expect("a string takes everything");
    text
}

impl Answers {
    /// One value differs, one element is missing on B, one moment is volatile.
    pub(crate) fn different() -> Self {
        Self {
            a: users(6, 25, "12345678901234567890", "2026-11-23T20:14:07.113Z"),
            b: users(5, 25, "12345678901234567891", "2026-11-23T20:14:07.302Z"),
            again: users(6, 25, "12345678901234567890", "2026-11-23T20:14:07.904Z"),
        }
    }

    pub(crate) fn same() -> Self {
        let text = users(3, 25, "7", "2026-11-23T20:14:07.113Z");
        Self {
            a: text.clone(),
            b: text.clone(),
            again: text,
        }
    }
}

fn exchange(command: &CompareCommand, leg: Leg, number: usize, text: &str) -> Exchange {
    let mut exchange = answers::answer(command.exchanges[number]);
    let environment = match leg {
        Leg::A => &command.a,
        Leg::B => &command.b,
    };
    exchange.environment = environment.id.clone();
    exchange.hops.remove(0);
    let hop = &mut exchange.hops[0];
    let port = if leg == Leg::A {
        "1101"
    } else {
        "1104/test/apipath"
    };
    hop.sent.method.clone_from(&command.draft.method);
    hop.sent.url = format!("http://127.0.0.1:{port}/api/v2/users?pageSize=25");
    hop.phases.set(Phase::Tls, Duration::from_millis(12));
    hop.phases.total += Duration::from_millis(12);
    if leg == Leg::B {
        hop.phases.set(Phase::Wait, Duration::from_millis(91));
        hop.phases.total += Duration::from_millis(46);
    }
    let response = hop.response.as_mut().expect("it answered");
    let body = Bytes::from(text.to_owned());
    response.body = Arc::new(ResponseBody {
        wire: body.clone(),
        decoded: body,
        ..ResponseBody::default()
    });
    if leg == Leg::B {
        response
            .headers
            .push(HeaderField::new("x-amzn-RequestId", "6f0a"));
    } else {
        response.headers[0] = HeaderField::new("Content-Type", "application/json; charset=utf-8");
    }
    exchange
}

fn side<'a>(
    exchange: &'a Exchange,
    command: &'a CompareCommand,
    answered: &'a Answered,
) -> Side<'a> {
    let is_b = exchange.environment == command.b.id;
    Side {
        exchange,
        environment: if is_b { &command.b } else { &command.a },
        answered,
    }
}

/// What the worker makes of a command whose sides answer so.
pub(crate) fn judged(command: &CompareCommand, answers: &Answers, rules: &RuleSet) -> Compared {
    let a = exchange(command, Leg::A, 0, &answers.a);
    let b = exchange(command, Leg::B, 1, &answers.b);
    let again = exchange(command, Leg::A, 2, &answers.again);
    let by = |text: &str| Answered {
        by: Answerer::GenesysCloud,
        text: text.to_owned(),
        meaning: String::new(),
    };
    let (direct, through) = (
        by("Genesys Cloud"),
        by("Genesys Cloud, through a REST proxy"),
    );
    let (side_a, side_b) = (side(&a, command, &direct), side(&b, command, &through));
    let side_again = side(&again, command, &direct);
    let volatile = volatile_places(&side_a, &side_again, rules, &|| false).expect("not cancelled");
    let comparison = compare(
        &side_a,
        &side_b,
        &volatile,
        rules,
        Options::default(),
        &|| false,
    )
    .expect("not cancelled");
    finished(command, comparison, (a, b, again))
}

pub(crate) fn finished(
    command: &CompareCommand,
    comparison: Comparison,
    (a, b, again): (Exchange, Exchange, Exchange),
) -> Compared {
    Compared {
        job: command.job,
        comparison: Arc::new(comparison),
        run: RunRecord {
            method: command.draft.method.clone(),
            order: LegOrder::OneAfterTheOther,
            tokens: TokenUse::Own,
            sent: vec![RunLeg::A, RunLeg::B, RunLeg::AAgain],
        },
        a: ComparedSide {
            environment: Arc::new(command.a.clone()),
            exchange: Some(Arc::new(a)),
        },
        b: ComparedSide {
            environment: Arc::new(command.b.clone()),
            exchange: Some(Arc::new(b)),
        },
        again: Some(Arc::new(again)),
        started_at: Timestamp::UNIX_EPOCH,
        past: None,
        latency: None,
    }
}

/// Both bodies laid out, as the worker does it.
pub(crate) fn texts(compared: &Compared) -> SideBySide {
    let view = |side: &ComparedSide| {
        let exchange = side.exchange.as_ref()?;
        let body = &exchange.answer()?.response.as_ref()?.body.decoded;
        let view = BodyView::lay_out(body, Some("application/json"), &|| false)?;
        Some(Arc::new(view))
    };
    let (a, b) = (view(&compared.a), view(&compared.b));
    let text = |view: &Option<Arc<BodyView>>| {
        view.as_ref()
            .map(|view| view.document(Mode::Pretty).whole().clone())
            .unwrap_or_default()
    };
    SideBySide {
        hunks: differing_lines(&text(&a), &text(&b), &|| false).expect("not cancelled"),
        a,
        b,
        pretty: true,
        masked: false,
    }
}

/// Presses Compare, and answers what is sent.
pub(crate) fn press_compare(desk: &mut Desk) -> CompareCommand {
    desk.harness.key_press_modifiers(
        egui::Modifiers::COMMAND | egui::Modifiers::SHIFT,
        egui::Key::Enter,
    );
    desk.harness.run_steps(2);
    desk.commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Comparing(ComparingCommand::Compare(compare)) => Some(*compare),
            _ => None,
        })
        .expect("Ctrl+Shift+Enter compares")
}

/// Compares, and lets the result arrive.
pub(crate) fn compared(desk: &mut Desk, answers: &Answers) -> Arc<Compared> {
    let command = press_compare(desk);
    let compared = Arc::new(judged(&command, answers, &RuleSet::default()));
    arrives(desk, &compared);
    compared
}

pub(crate) fn arrives(desk: &mut Desk, compared: &Arc<Compared>) {
    desk.event(Event::Comparing(ComparingEvent::Done {
        job: compared.job,
        compared: Arc::clone(compared),
    }));
    desk.event(Event::Comparing(ComparingEvent::TextsReady {
        job: compared.job,
        texts: Arc::new(texts(compared)),
    }));
}

/// Thirty warm pairs and six cold ones in which B takes 46 ms more.
pub(crate) fn samples() -> LatencyReport {
    let sample = |pair: usize, extra: f64, reused: bool| {
        let spread = f64::from(u32::try_from((pair * 7) % 11).expect("small"));
        let wait = 70.0 + spread + extra + if reused { 0.0 } else { 25.0 };
        LegSample {
            status: 200,
            timing: LegTiming {
                phases: vec![(Phase::Wait, wait), (Phase::Download, 2.0)],
                total_ms: wait + 2.0,
                reused,
            },
        }
    };
    let pairs = (1..=36).map(|pair| PairSample {
        pair,
        first: if pair % 2 == 0 { Leg::B } else { Leg::A },
        a: sample(pair, 0.0, pair > 6),
        b: sample(pair + 3, 46.0, pair > 6),
    });
    LatencyReport::new(pairs.collect())
}
