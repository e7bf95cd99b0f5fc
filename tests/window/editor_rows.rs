//! The tables of the editor, its credentials, its preview, and what is too long for a field.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts, OpenDraft};
use gatescope::app::event::Event;
use gatescope::model::ids::RequestId;
use gatescope::model::request::{DraftBody, QueryRow, RequestAuth, RequestDraft};

use super::fake::{Desk, addresses, snapshot};

fn row(name: &str, value: Option<&str>) -> QueryRow {
    QueryRow {
        enabled: true,
        name: name.to_owned(),
        value: value.map(str::to_owned),
    }
}

fn rows(count: usize) -> Vec<QueryRow> {
    (1..=count)
        .map(|number| row(&format!("name{number}"), Some(&number.to_string())))
        .collect()
}

/// The request in the sandbox, which runs.
fn with_draft(draft: RequestDraft) -> Desk {
    let mut desk = Desk::with(snapshot(
        Vec::new(),
        Drafts {
            open: vec![OpenDraft { draft, dirty: true }],
            zoom_percent: 100,
            leg_a: Some(gatescope::model::ids::EnvironmentId::from_name(
                "sandbox direct",
            )),
            leg_b: Some(gatescope::model::ids::EnvironmentId::from_name(
                "sandbox rest proxy",
            )),
            ..Drafts::default()
        },
    ));
    desk.event(Event::SandboxReady(addresses()));
    desk.commands();
    desk
}

fn with_rows(query: Vec<QueryRow>) -> Desk {
    with_draft(RequestDraft {
        id: RequestId("r1".to_owned()),
        path: "/api/v2/users".to_owned(),
        query,
        ..RequestDraft::default()
    })
}

fn draft_of(desk: &Desk) -> RequestDraft {
    desk.harness.state().state().tabs[0].draft.clone()
}

fn names(desk: &Desk) -> Vec<String> {
    draft_of(desk)
        .query
        .into_iter()
        .map(|row| row.name)
        .collect()
}

fn focus(desk: &mut Desk, label: &str) {
    desk.harness.get_by_label(label).focus();
    desk.harness.run();
}

fn press(desk: &mut Desk, modifiers: Modifiers, key: Key) {
    desk.harness.key_press_modifiers(modifiers, key);
    desk.harness.run();
}

#[test]
fn rows_are_added_duplicated_moved_and_removed_by_keys() {
    let mut desk = with_rows(rows(2));
    focus(&mut desk, "Parameter 3 name");
    desk.harness.get_by_label("Parameter 3 name").type_text("c");
    desk.harness.run();
    assert_eq!(names(&desk), ["name1", "name2", "c"]);
    press(&mut desk, Modifiers::NONE, Key::Enter);
    assert!(desk.harness.get_by_label("Parameter 4 name").is_focused());
    focus(&mut desk, "Parameter 1 value");
    press(&mut desk, Modifiers::COMMAND, Key::D);
    assert_eq!(names(&desk), ["name1", "name1", "name2", "c"]);
    assert!(desk.harness.get_by_label("Parameter 2 value").is_focused());
    press(&mut desk, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(names(&desk), ["name1", "name2", "name1", "c"]);
    press(&mut desk, Modifiers::ALT, Key::ArrowUp);
    press(&mut desk, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(names(&desk), ["name1", "name1", "name2", "c"]);
    let remove = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    press(&mut desk, remove, Key::Delete);
    assert_eq!(names(&desk), ["name1", "name2", "c"]);
    desk.harness.get_by_label("Undo").click();
    desk.harness.run();
    assert_eq!(names(&desk), ["name1", "name1", "name2", "c"]);
}

#[test]
fn a_row_is_switched_off_and_its_sign_taken_away() {
    let mut desk = with_rows(vec![row("flag", Some(""))]);
    desk.harness.get_by_label("Parameter 1 enabled").click();
    desk.harness.run();
    assert!(!draft_of(&desk).query[0].enabled);
    focus(&mut desk, "Parameter 1 value");
    press(&mut desk, Modifiers::NONE, Key::Backspace);
    assert_eq!(draft_of(&desk).query[0].value, None);
    desk.harness
        .get_by_label("Parameter 1: send = and a value")
        .click();
    desk.harness.run();
    assert_eq!(draft_of(&desk).query[0].value.as_deref(), Some(""));
}

#[test]
fn of_ten_thousand_rows_only_those_in_sight_are_there() {
    let desk = with_rows(rows(10_000));
    assert!(desk.harness.query_by_label("Parameter 1 name").is_some());
    assert!(desk.harness.query_by_label("Parameter 9000 name").is_none());
    let shown = (1..=10_000)
        .filter(|number| {
            let label = format!("Parameter {number} enabled");
            number % 10 == 1 && desk.harness.query_by_label(&label).is_some()
        })
        .count();
    assert!(shown < 20, "{shown} tens of rows are laid out");
}

#[test]
fn rows_are_edited_as_text_and_nothing_is_lost() {
    let mut before = rows(2);
    before[1].enabled = false;
    before.push(row("flag", None));
    let mut desk = with_rows(before.clone());
    desk.harness.get_by_label("Edit as text").click();
    desk.harness.run();
    let field = desk.harness.get_by_label("Params as text");
    assert_eq!(field.value().as_deref(), Some("name1=1\n# name2=2\nflag"));
    field.focus();
    desk.harness.run();
    press(&mut desk, Modifiers::COMMAND, Key::End);
    desk.harness
        .get_by_label("Params as text")
        .type_text("\nnew=a=b");
    desk.harness.run();
    before.push(row("new", Some("a=b")));
    assert_eq!(draft_of(&desk).query, before);
}

#[test]
fn a_megabyte_pasted_into_a_cell_is_kept_and_not_laid_out() {
    let mut desk = with_rows(rows(1));
    focus(&mut desk, "Parameter 1 value");
    let long = "x".repeat(2_000_000);
    desk.harness.event(egui::Event::Paste(long.clone()));
    desk.harness.run();
    let value = draft_of(&desk).query[0].value.clone().unwrap_or_default();
    assert_eq!(
        value.len(),
        long.len() + 1,
        "all of it, beside what stood there"
    );
    let shown = desk.harness.get_by_label("Parameter 1 value").value();
    assert!(
        shown.unwrap_or_default().len() < 1_000,
        "its beginning only"
    );
    desk.harness.get_by_label("Clear Parameter 1 value").click();
    desk.harness.run();
    assert_eq!(draft_of(&desk).query[0].value.as_deref(), Some(""));
}

#[test]
fn credentials_of_the_request_are_typed_masked_and_shown_on_demand() {
    let mut desk = with_rows(Vec::new());
    desk.harness.get_by_label("Request auth").click();
    desk.harness.run();
    desk.harness.get_by_label("Bearer").click();
    desk.harness.run();
    focus(&mut desk, "Token");
    desk.harness.get_by_label("Token").type_text("canary-token");
    desk.harness.run();
    assert_eq!(
        draft_of(&desk).auth,
        RequestAuth::Bearer {
            token: "canary-token".to_owned()
        }
    );
    let shown = desk
        .harness
        .get_by_label("Token")
        .value()
        .unwrap_or_default();
    assert!(!shown.contains("canary"), "{shown}");
    desk.harness.get_by_label("Show token").click();
    desk.harness.run();
    let shown = desk.harness.get_by_label("Token").value();
    assert_eq!(shown.as_deref(), Some("canary-token"));
    desk.harness.get_by_label("Request preview").click();
    desk.harness.run();
    assert!(
        desk.harness.query_by_label_contains("canary").is_none(),
        "the preview masks it"
    );
    assert!(
        desk.harness
            .query_all_by_label("Authorization: Bearer ••••••")
            .count()
            == 2,
        "both legs show the header"
    );
}

#[test]
fn a_request_is_copied_as_curl_without_its_secret() {
    let mut desk = with_rows(rows(1));
    desk.harness.get_by_label("Request preview").click();
    desk.harness.run();
    desk.harness.get_by_label("Copy leg A as cURL").click();
    desk.harness.run_steps(2);
    let notices: Vec<String> = desk
        .harness
        .state()
        .state()
        .notices
        .iter()
        .map(|notice| notice.text.clone())
        .collect();
    assert!(
        notices
            .iter()
            .any(|text| text == "Copied as cURL for Sandbox direct"),
        "{notices:?}"
    );
    assert!(
        !desk
            .commands()
            .iter()
            .any(|command| matches!(command, Command::Editing(_))),
        "the window copies, the worker has nothing to do"
    );
}

#[test]
fn a_pasted_url_of_a_leg_becomes_path_and_rows() {
    let mut desk = with_rows(Vec::new());
    focus(&mut desk, "Path");
    press(&mut desk, Modifiers::COMMAND, Key::A);
    let url = "http://127.0.0.1:1101/api/v2/queues?name=a%20b&flag".to_owned();
    desk.harness.event(egui::Event::Paste(url));
    desk.harness.run();
    let draft = draft_of(&desk);
    assert_eq!(draft.path, "/api/v2/queues");
    assert_eq!(draft.query, [row("name", Some("a%20b")), row("flag", None)]);
}

#[test]
fn a_pasted_url_of_nobody_offers_an_environment() {
    let mut desk = with_rows(Vec::new());
    focus(&mut desk, "Path");
    press(&mut desk, Modifiers::COMMAND, Key::A);
    let url = "https://api.usw2.pure.cloud/api/v2/queues".to_owned();
    desk.harness.event(egui::Event::Paste(url.clone()));
    desk.harness.run();
    assert_eq!(
        draft_of(&desk).path,
        url,
        "nothing changes before the answer"
    );
    desk.harness
        .get_by_label("No environment has https://api.usw2.pure.cloud");
    desk.harness
        .get_by_label("Make an environment of it…")
        .click();
    desk.harness.run();
    assert!(
        desk.harness.state().state().form.is_some(),
        "the form opens"
    );
}

#[test]
fn kinds_of_body_keep_what_was_typed_for_them() {
    let mut desk = with_draft(RequestDraft {
        id: RequestId("r1".to_owned()),
        body: DraftBody::Form {
            rows: vec![row("a", Some("1"))],
        },
        ..RequestDraft::default()
    });
    desk.harness.get_by_label("Request body").click();
    desk.harness.run();
    for kind in ["JSON", "None", "Form"] {
        desk.harness.get_by_label(kind).click();
        desk.harness.run();
    }
    assert_eq!(
        draft_of(&desk).body,
        DraftBody::Form {
            rows: vec![row("a", Some("1"))]
        }
    );
}

#[test]
fn json_is_formatted_and_its_error_has_a_place() {
    let json = |text: &str| DraftBody::Json {
        text: text.to_owned(),
    };
    let mut desk = with_draft(RequestDraft {
        id: RequestId("r1".to_owned()),
        body: json("{\"a\":[1.0,{{x}}]}"),
        ..RequestDraft::default()
    });
    desk.harness.get_by_label("Request body").click();
    desk.harness.run();
    desk.harness.get_by_label("Format").click();
    desk.harness.run();
    assert_eq!(
        draft_of(&desk).body,
        json("{\n  \"a\": [\n    1.0,\n    {{x}}\n  ]\n}")
    );
    focus(&mut desk, "Body text");
    press(&mut desk, Modifiers::COMMAND, Key::End);
    desk.harness.get_by_label("Body text").type_text("]");
    desk.harness.run();
    // By what a screen reader does: it may stand below the edge of the pane.
    desk.harness
        .get_by_label("line 6, column 2")
        .click_accesskit();
    desk.harness.run();
    assert!(desk.harness.get_by_label("Body text").is_focused());
}
