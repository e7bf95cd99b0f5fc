//! What is done from the comparison page: options, reports, the question before requests that act, rules.

use std::path::PathBuf;
use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gatescope::app::command::{Command, FilePurpose};
use gatescope::app::comparing::{
    Alignment, CompareCommand, Compared, ComparingCommand, ComparingEvent, NotStarted, SaveKind,
};
use gatescope::app::event::Event;
use gatescope::compare::Leg;
use gatescope::compare::outcome::SetAside;
use gatescope::compare::record::{LegOrder, TokenUse};
use gatescope::compare::report::{Report, ReportFormat};
use gatescope::model::rules::RuleSet;
use gatescope::runs::comparison::{ComparisonPlan, ComparisonRun, Step};

use super::compared::{Answers, arrives, compared, judged, press_compare};
use super::fake::Desk;
use super::scenes;

fn click(desk: &mut Desk, name: &str) {
    desk.harness.get_by_label(name).click();
    desk.harness.run();
}

fn find<T>(desk: &Desk, pick: impl Fn(&Command) -> Option<T>) -> T {
    let commands = desk.commands();
    commands
        .iter()
        .find_map(pick)
        .unwrap_or_else(|| panic!("not among {commands:#?}"))
}

/// What goes into the clipboard within the next frames.
fn copied(desk: &mut Desk) -> String {
    for _ in 0..4 {
        desk.harness.step();
        let commands = &desk.harness.output().platform_output.commands;
        let copied = commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        if let Some(copied) = copied {
            return copied;
        }
    }
    panic!("nothing was copied")
}

fn comparing_command<T>(desk: &Desk, pick: impl Fn(&ComparingCommand) -> Option<T>) -> T {
    find(desk, |command| match command {
        Command::Comparing(command) => pick(command),
        _ => None,
    })
}

/// Judges the same answers under the rules that were handed out, as the worker would.
fn judged_again(
    desk: &mut Desk,
    command: &CompareCommand,
    answers: &Answers,
) -> (Arc<Compared>, RuleSet) {
    let (job, rules) = comparing_command(desk, |command| match command {
        ComparingCommand::Judge { job, rules, .. } => Some((*job, rules.clone())),
        _ => None,
    });
    let mut again = judged(command, answers, &rules);
    again.job = job;
    let again = Arc::new(again);
    arrives(desk, &again);
    (again, rules)
}

#[test]
fn options_say_how_the_next_comparison_is_made_and_how_lists_are_aligned() {
    let mut desk = scenes::at_work();
    compared(&mut desk, &Answers::different());
    desk.commands();
    click(&mut desk, "Options: Lists by id");
    click(&mut desk, "In order");
    let options = comparing_command(&desk, |command| match command {
        ComparingCommand::Judge { options, .. } => Some(options.clone()),
        _ => None,
    });
    assert_eq!(
        options.alignment,
        Alignment::InOrder,
        "judged again at once"
    );
    click(&mut desk, "By this key");
    let options = comparing_command(&desk, |command| match command {
        ComparingCommand::Judge { options, .. } => Some(options.clone()),
        _ => None,
    });
    assert_eq!(options.alignment, Alignment::ByKey("id".to_owned()));
    click(&mut desk, "Send to A and B at once");
    click(&mut desk, "Both with the token of A");
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    desk.harness.get_by_label("Options: Lists by id");
    let commands = desk.commands();
    assert!(
        !commands
            .iter()
            .any(|command| matches!(command, Command::Comparing(_))),
        "what concerns the sending changes nothing that is shown: {commands:#?}"
    );
    // The answers under the chosen alignment arrive; the next comparison is made as chosen.
    let state = desk.harness.state().state();
    let running = state.open_comparison().and_then(|tab| tab.running.as_ref());
    let job = running.expect("it is judged again").job;
    desk.event(Event::Comparing(ComparingEvent::Stopped {
        job,
        reason: gatescope::runs::comparison::StopReason::Cancelled,
    }));
    let command = press_compare(&mut desk);
    assert_eq!(command.options.order, LegOrder::AtOnce);
    assert_eq!(command.options.tokens, TokenUse::OneForBoth(Leg::A));
    assert_eq!(command.options.alignment, Alignment::ByKey("id".to_owned()));
}

#[test]
fn the_report_goes_to_the_clipboard_and_into_files_with_what_was_found() {
    let mut desk = scenes::at_work();
    let result = compared(&mut desk, &Answers::different());
    desk.commands();
    let headline = &result.comparison.verdict.headline;
    let version = &result
        .comparison
        .differences()
        .find(|row| row.place.ends_with("version"))
        .expect("the version differs")
        .place;
    click(&mut desk, "Report");
    desk.harness.get_by_label("Copy as Markdown").click();
    let copied = copied(&mut desk);
    for told in [
        headline.as_str(),
        version,
        "12345678901234567891",
        "Sandbox direct",
    ] {
        assert!(copied.contains(told), "{told} in\n{copied}");
    }
    for (words, format) in [
        ("Save as JSON…", ReportFormat::Json),
        ("Save as HTML…", ReportFormat::Html),
    ] {
        click(&mut desk, "Report");
        click(&mut desk, words);
        assert!(
            desk.harness.query_by_label(words).is_none(),
            "the menu closes, the system's dialog opens"
        );
        // What that dialog answers.
        let kind = SaveKind::Report(format);
        let path = PathBuf::from("/tmp").join(kind.file_name());
        desk.event(Event::FilePicked {
            purpose: FilePurpose::SaveComparison(kind),
            request: None,
            path: path.clone(),
        });
        let (saved_at, text) = comparing_command(&desk, |command| match command {
            ComparingCommand::Save { report, kind, path } => {
                let SaveKind::Report(format) = kind else {
                    return None;
                };
                Some((path.clone(), report.text(*format)))
            }
            _ => None,
        });
        assert_eq!(saved_at, path);
        assert!(text.contains("12345678901234567891"), "{words}\n{text}");
        if format == ReportFormat::Html {
            assert!(text.starts_with("<!doctype html>"), "{text}");
        } else {
            let read: Report = serde_json::from_str(&text).expect("a report");
            assert_eq!(read.comparison, *result.comparison);
        }
        desk.event(Event::Comparing(ComparingEvent::Written { path }));
        let name = format!("Saved /tmp/{}", kind.file_name());
        let told = desk.harness.query_all_by_label_contains(&name).count();
        assert!(told > 0, "{name}");
    }
}

#[test]
fn a_request_that_acts_asks_first_and_never_goes_to_a_twice() {
    let mut desk = scenes::at_work();
    let asked = press_compare(&mut desk);
    assert!(!asked.confirmed);
    let plan = || {
        ComparisonPlan::new(
            Arc::new(asked.a.clone()),
            Arc::new(asked.b.clone()),
            "POST",
            false,
        )
    };
    // The question as the run itself asks it.
    let Step::Confirm(confirmation) = ComparisonRun::new(plan()).next_step() else {
        panic!("it is asked");
    };
    let (title, text) = (confirmation.title.clone(), confirmation.text.clone());
    desk.event(Event::Comparing(ComparingEvent::NotStarted {
        job: asked.job,
        reason: NotStarted::NeedsConfirmation(confirmation),
    }));
    desk.harness.get_by_label(&title);
    desk.harness.get_by_label(&text);
    assert!(text.contains("A is not asked again"), "{text}");
    desk.commands();
    click(&mut desk, "Send to both");
    let confirmed = comparing_command(&desk, |command| match command {
        ComparingCommand::Compare(command) => Some(command.clone()),
        _ => None,
    });
    assert!(confirmed.confirmed);
    assert_ne!(confirmed.job, asked.job);
    // What the confirmed run sends: A and B, and nothing after them.
    let mut run = ComparisonRun::new(plan());
    run.next_step();
    run.confirm(true);
    let answers = judged(&confirmed, &Answers::same(), &RuleSet::default());
    let mut sent = Vec::new();
    while let Step::Send(requests) = run.next_step() {
        for request in requests {
            sent.push(request.leg.to_string());
            let side = answers.side(request.leg.side());
            run.answer(request.leg, side.exchange.clone().expect("it answered"));
        }
    }
    assert_eq!(sent, ["A", "B"]);
}

#[test]
fn no_to_the_question_sends_nothing_and_says_so() {
    let mut desk = scenes::at_work();
    let asked = press_compare(&mut desk);
    desk.event(Event::Comparing(ComparingEvent::NotStarted {
        job: asked.job,
        reason: NotStarted::NeedsConfirmation(gatescope::runs::comparison::Confirmation {
            title: "Send POST to both environments?".to_owned(),
            text: "Both will act on it".to_owned(),
        }),
    }));
    desk.commands();
    click(&mut desk, "Cancel");
    let commands = desk.commands();
    assert!(
        !commands
            .iter()
            .any(|command| matches!(command, Command::Comparing(_))),
        "{commands:#?}"
    );
    let said = gatescope::runs::comparison::StopReason::NotConfirmed.to_string();
    desk.harness
        .get_by_role_and_label(Role::Status, &format!("No comparison. {said}"));
}

#[test]
fn an_ignored_row_moves_to_suppressed_under_its_rule() {
    let mut desk = scenes::at_work();
    let command = press_compare(&mut desk);
    let answers = Answers::different();
    let first = Arc::new(judged(&command, &answers, &RuleSet::default()));
    arrives(&mut desk, &first);
    let place = first
        .comparison
        .differences()
        .find(|row| row.place.ends_with("version"))
        .expect("the version differs")
        .place
        .clone();
    desk.commands();
    click(&mut desk, &format!("Ignore {place}…"));
    click(&mut desk, &format!("Ignore {place}"));
    let (again, rules) = judged_again(&mut desk, &command, &answers);
    let rule = rules.own.last().expect("a rule was written");
    assert_eq!(rule.place.to_string(), place);
    let differs = format!("Ignore {place}…");
    assert!(
        desk.harness.query_by_label(&differs).is_none(),
        "it is no difference any more"
    );
    let moved = again.comparison.suppressed().find(|row| row.place == place);
    assert!(
        matches!(&moved.expect("it is set aside").set_aside, Some(SetAside::Rule { id, .. }) if *id == rule.id)
    );
    click(&mut desk, "Comparison set aside");
    desk.harness
        .get_by_label_contains(&format!("rule {}: 1 set aside, open", rule.id));
    desk.harness
        .get_by_label_contains(&format!("{place}, set aside: A 12345678901234567890"));
    desk.harness
        .get_by_label(&format!("Delete rule {}", rule.id));
}

#[test]
fn a_shipped_rule_is_switched_off_and_on_again() {
    let mut desk = scenes::at_work();
    let command = press_compare(&mut desk);
    let body = |id: &str| format!(r#"{{"contextId":"{id}","name":"n"}}"#);
    let answers = Answers {
        a: body("1"),
        b: body("2"),
        again: body("1"),
    };
    arrives(
        &mut desk,
        &Arc::new(judged(&command, &answers, &RuleSet::default())),
    );
    desk.commands();
    click(&mut desk, "Show what was set aside");
    desk.harness
        .get_by_label_contains("rule context-id: an id of the one answer: 1 set aside");
    click(&mut desk, "Switch off rule context-id");
    let (again, rules) = judged_again(&mut desk, &command, &answers);
    assert!(rules.switched_off.contains("context-id"), "{rules:?}");
    let counted: Vec<&str> = again
        .comparison
        .differences()
        .map(|row| row.place.as_str())
        .collect();
    assert_eq!(counted, ["$.contextId"]);
    desk.harness.get_by_label("Rules that are switched off");
    click(&mut desk, "Switch on rule context-id");
    let (again, rules) = judged_again(&mut desk, &command, &answers);
    assert!(rules.switched_off.is_empty(), "{rules:?}");
    assert_eq!(again.comparison.differences().count(), 0);
}

#[test]
fn all_headers_of_both_sides_are_listed() {
    let mut desk = scenes::at_work();
    let result = compared(&mut desk, &Answers::different());
    click(&mut desk, "Comparison headers");
    if desk.harness.query_by_label("Rows: All").is_none() {
        click(&mut desk, "Rows: Only differences");
        click(&mut desk, "All headers of both sides");
    }
    let listed: Vec<String> = desk
        .harness
        .query_all_by_role(Role::Button)
        .filter_map(|node| node.accesskit_node().label())
        .filter(|name| name.contains(": A "))
        .collect();
    for side in [&result.a, &result.b] {
        let exchange = side.exchange.as_ref().expect("it answered");
        let response = exchange.answer().and_then(|hop| hop.response.as_ref());
        for field in &response.expect("an answer").headers {
            let name = field.name.to_ascii_lowercase();
            assert!(
                listed
                    .iter()
                    .any(|row| row.starts_with(&format!("{name}, "))),
                "{name} in {listed:#?}"
            );
        }
    }
    let same: Vec<&String> = listed
        .iter()
        .filter(|row| row.contains(", on both sides: "))
        .collect();
    assert!(!same.is_empty(), "{listed:#?}");
    // Nothing is to be ignored about what is the same.
    assert!(!listed[listed.len() - 1].contains("differs"), "{listed:#?}");
}
