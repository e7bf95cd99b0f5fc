//! The comparison page: what it says, what its rows offer, and what it asks of the worker.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gatescope::app::command::Command;
use gatescope::app::comparing::{
    CompareStep, ComparingCommand, ComparingEvent, NotStarted, SampleCommand,
};
use gatescope::app::event::Event;
use gatescope::compare::VerdictKind;
use gatescope::compare::outcome::Row;
use gatescope::compare::record::RunLeg;
use gatescope::model::history::HistoryId;
use gatescope::model::rules::RuleSet;
use gatescope::runs::sampling::{SamplingEnd, SamplingProgress};

use super::compared::{Answers, arrives, compared, judged, press_compare, samples};
use super::fake::{Desk, repaint_delay};
use super::scenes;
use super::snapshots::{Camera, without_pictures};

/// What is read out of the place of the verdict.
fn status(desk: &Desk) -> String {
    let nodes = desk.harness.query_all_by_role(Role::Status);
    nodes
        .filter_map(|node| node.accesskit_node().label())
        .collect::<Vec<_>>()
        .join(" | ")
}

fn click(desk: &mut Desk, name: &str) {
    desk.harness.get_by_label(name).click();
    desk.harness.run();
}

#[test]
fn the_verdict_is_read_out_and_the_rows_say_what_differs() {
    let mut desk = scenes::at_work();
    let result = compared(&mut desk, &Answers::different());
    let comparison = &result.comparison;
    assert_eq!(comparison.verdict.kind, VerdictKind::Different);
    let said = status(&desk);
    assert!(said.contains(&comparison.verdict.headline), "{said}");
    assert!(said.contains(&comparison.verdict.cause), "{said}");
    let differences: Vec<&Row> = comparison.differences().collect();
    assert!(!differences.is_empty());
    for row in differences {
        desk.harness
            .get_by_role_and_label(Role::Button, &format!("Ignore {}…", row.place));
    }
    desk.harness.get_by_label_contains("only in A: A {");
    // What is volatile is not among the differences, and one choice away.
    let volatile = "modifiedDate, set aside";
    assert!(desk.harness.query_by_label_contains(volatile).is_none());
    click(&mut desk, "Rows: Only differences");
    click(
        &mut desk,
        "All, with notes, what was set aside and what is the same",
    );
    desk.harness.get_by_label_contains(volatile);
}

#[test]
fn nothing_that_counts_shows_everything_else() {
    let mut desk = scenes::at_work();
    let result = compared(&mut desk, &Answers::same());
    let kind = result.comparison.verdict.kind;
    assert!(
        matches!(kind, VerdictKind::Identical | VerdictKind::Equivalent),
        "{kind}"
    );
    desk.harness.get_by_label("Rows: All");
    click(&mut desk, "Show what was set aside");
    desk.harness.get_by_label_contains("set aside, open");
}

#[test]
fn a_row_is_ignored_by_one_of_its_rules() {
    let mut desk = scenes::at_work();
    let result = compared(&mut desk, &Answers::different());
    let (index, row) = result
        .comparison
        .rows
        .iter()
        .enumerate()
        .find(|(_, row)| row.counts_as_difference() && row.place.ends_with("version"))
        .expect("the version differs");
    let rules = row.ignore_rules();
    assert_eq!(rules.len(), 2, "the place, and the same in every element");
    click(&mut desk, &format!("Ignore {}…", row.place));
    click(
        &mut desk,
        &format!("Ignore {} in every element", rules[1].place),
    );
    let commands = desk.commands();
    let judged = commands.iter().find_map(|command| match command {
        Command::Comparing(ComparingCommand::Judge { rules, .. }) => Some(rules),
        _ => None,
    });
    let set = judged.unwrap_or_else(|| panic!("judged again: {commands:#?}"));
    assert!(
        set.own.iter().any(|rule| rule.place == rules[1].place),
        "row {index}: {:#?}",
        set.own
    );
}

#[test]
fn rules_are_switched_off_and_deleted_where_they_are_listed() {
    let mut desk = scenes::at_work();
    let command = press_compare(&mut desk);
    let answers = Answers::different();
    let before = judged(&command, &answers, &RuleSet::default());
    let row = before.comparison.differences().next().expect("one differs");
    let mut rules = RuleSet::default();
    let id = rules.add(row.ignore_rules().remove(0));
    let with_rule = Arc::new(judged(&command, &answers, &rules));
    let mut snapshot =
        super::fake::snapshot(Vec::new(), gatescope::app::command::Drafts::default());
    snapshot.rules.set = rules;
    desk.event(Event::WorkspaceOpened(Box::new(snapshot)));
    arrives(&mut desk, &with_rule);
    click(&mut desk, "Show what was set aside");
    click(&mut desk, &format!("Switch off rule {id}"));
    let switched = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Comparing(ComparingCommand::SaveRules { rules }) => Some(rules),
            _ => None,
        });
    let switched = switched.expect("the rules are written");
    assert!(
        switched
            .own
            .iter()
            .any(|rule| rule.id == id && !rule.enabled)
    );
}

#[test]
fn while_it_runs_the_step_is_told_and_it_can_be_cancelled() {
    let mut desk = scenes::at_work();
    let command = press_compare(&mut desk);
    for (step, words) in [
        (CompareStep::Preparing, "Preparing both requests…"),
        (
            CompareStep::Sending {
                leg: RunLeg::B,
                and_the_other: false,
            },
            "Sending to B…",
        ),
        (
            CompareStep::Sending {
                leg: RunLeg::AAgain,
                and_the_other: false,
            },
            "Sending to A again…",
        ),
    ] {
        let job = command.job;
        desk.wires
            .borrow_mut()
            .events
            .push_back(Event::Comparing(ComparingEvent::Progress { job, step }));
        desk.harness.run_steps(2);
        assert!(status(&desk).contains(words), "{}", status(&desk));
    }
    assert!(
        repaint_delay(&desk.harness) <= std::time::Duration::from_millis(100),
        "the elapsed time goes on"
    );
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run_steps(2);
    let cancels = desk
        .commands()
        .into_iter()
        .any(|sent| matches!(sent, Command::Cancel { exchange } if exchange == command.job));
    assert!(cancels, "Escape cancels");
}

#[test]
fn escape_leads_back_and_the_comparison_stays() {
    let mut desk = scenes::at_work();
    let result = compared(&mut desk, &Answers::different());
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    desk.harness.get_by_label("Request params");
    click(&mut desk, "Show the comparison");
    assert!(status(&desk).contains(&result.comparison.verdict.headline));
    assert!(
        desk.harness.query_by_label("Request params").is_none(),
        "the page stands where the editor was"
    );
}

#[test]
fn the_rows_are_walked_with_the_arrow_keys() {
    let mut desk = scenes::at_work();
    let mut answers = Answers::different();
    answers.b = answers.b.replace("\"name\"", "\"title\"");
    compared(&mut desk, &answers);
    let rows: Vec<String> = desk
        .harness
        .query_all_by_role(Role::Button)
        .filter_map(|node| node.accesskit_node().label())
        .filter(|name| name.contains(": A "))
        .collect();
    assert!(rows.len() > 4, "{rows:#?}");
    desk.harness.get_by_label(&rows[0]).focus();
    desk.harness.run();
    for row in &rows[1..4] {
        desk.harness.key_press(egui::Key::ArrowDown);
        desk.harness.run();
        let focused = desk.focused().map(|(name, _)| name);
        assert_eq!(focused.as_deref(), Some(row.as_str()));
    }
    desk.harness.key_press(egui::Key::End);
    desk.harness.run();
    let (name, _) = desk.focused().expect("the last row has the keyboard");
    assert!(!rows[..4].contains(&name), "{name}");
}

#[test]
fn a_hundred_thousand_rows_cost_what_the_visible_ones_cost() {
    let mut desk = scenes::at_work();
    let command = press_compare(&mut desk);
    let mut compared = judged(&command, &Answers::different(), &RuleSet::default());
    let mut comparison = (*compared.comparison).clone();
    let row = comparison.differences().next().expect("one").clone();
    comparison.rows = (0..100_000)
        .map(|number| Row {
            place: format!("$.entities[{number}].version"),
            ..row.clone()
        })
        .collect();
    compared.comparison = Arc::new(comparison);
    arrives(&mut desk, &Arc::new(compared));
    let listed = desk
        .harness
        .query_all_by_role(Role::Button)
        .filter_map(|node| node.accesskit_node().label())
        .filter(|name| name.contains(".version, "))
        .count();
    assert!((5..100).contains(&listed), "{listed} rows have nodes");
}

#[test]
fn both_bodies_stand_side_by_side() {
    let mut desk = scenes::at_work();
    compared(&mut desk, &Answers::different());
    click(&mut desk, "Bodies side by side");
    let text = desk
        .harness
        .get_by_label("Both bodies side by side")
        .accesskit_node()
        .value()
        .expect("what is visible");
    assert!(
        text.contains("A: \"version\": 12345678901234567890"),
        "{text}"
    );
    assert!(
        text.contains("B: \"version\": 12345678901234567891"),
        "{text}"
    );
    click(&mut desk, "Next change");
    click(&mut desk, "Differences as a table");
    desk.harness.get_by_label_contains("Columns: where");
}

#[test]
fn samples_are_asked_for_told_and_saved() {
    let mut desk = scenes::at_work();
    compared(&mut desk, &Answers::different());
    click(&mut desk, "Sample the latency…");
    click(&mut desk, "30 pairs");
    let sample: SampleCommand = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Comparing(ComparingCommand::Sample(sample)) => Some(*sample),
            _ => None,
        })
        .expect("sampling begins");
    assert_eq!(sample.pairs, 30);
    let progress = SamplingProgress {
        measured: 12,
        of: 30,
        discarded: 0,
    };
    desk.wires
        .borrow_mut()
        .events
        .push_back(Event::Comparing(ComparingEvent::SamplingProgress {
            job: sample.job,
            progress,
            waiting: None,
        }));
    desk.harness.run_steps(2);
    desk.harness.get_by_label_contains("12 of 30 pairs");
    let latency = Arc::new(samples());
    desk.event(Event::Comparing(ComparingEvent::Sampled {
        job: sample.job,
        end: SamplingEnd::Complete,
        latency: Arc::clone(&latency),
    }));
    desk.harness.get_by_label(&latency.sentence());
    click(&mut desk, "Comparison timing");
    desk.harness
        .get_by_label_contains("Times of A (up) and B (down)");
    desk.harness.get_by_label_contains("New connections (6)");
    desk.harness.get_by_label("Save the samples as CSV…");
}

#[test]
fn the_requests_say_which_of_their_differences_are_meant() {
    let mut desk = scenes::at_work();
    compared(&mut desk, &Answers::different());
    click(&mut desk, "Comparison requests");
    desk.harness.get_by_label(
        "origin: A http://127.0.0.1:1101, B http://127.0.0.1:1104, intended: each environment's own address",
    );
    desk.harness.get_by_label("Copy the request of A");
}

#[test]
fn what_went_wrong_stands_where_the_verdict_would() {
    let mut desk = scenes::at_work();
    let command = press_compare(&mut desk);
    desk.event(Event::Comparing(ComparingEvent::NotStarted {
        job: command.job,
        reason: NotStarted::Failed {
            text: "The sandbox did not start".to_owned(),
            hint: "Start it again".to_owned(),
        },
    }));
    let said = status(&desk);
    assert!(said.contains("The sandbox did not start"), "{said}");
    assert!(said.contains("Start it again"), "{said}");
}

#[test]
fn one_out_of_the_history_says_so() {
    let mut desk = scenes::at_work();
    let command = press_compare(&mut desk);
    let mut past = judged(&command, &Answers::different(), &RuleSet::default());
    past.past = Some(HistoryId(7));
    arrives(&mut desk, &Arc::new(past));
    desk.harness
        .get_by_label_contains("From the history: Thu 1 Jan 1970");
    click(&mut desk, "compare again");
    let commands = desk.commands();
    let sends = commands
        .iter()
        .any(|command| matches!(command, Command::Comparing(ComparingCommand::Compare(_))));
    assert!(sends, "{commands:#?}");
}

/// The page as it opens.
fn picture(camera: Camera, name: &str) {
    if without_pictures() {
        return;
    }
    let mut desk = camera.desk(Vec::new());
    scenes::try_sandbox(&mut desk);
    compared(&mut desk, &Answers::different());
    camera.picture(&mut desk, name);
}

#[test]
fn the_page_dark() {
    picture(Camera::DARK, "compare-dark");
}

#[test]
fn the_page_light() {
    picture(Camera::LIGHT, "compare-light");
}
