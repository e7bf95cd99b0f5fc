//! Reading an answer in the window: folding, finding, filtering, copying, keeping a value, opening a link, pictures, headers.

use std::sync::Arc;

use bytes::Bytes;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::reading::{FilteredView, Picture, ReadingCommand, ReadingEvent, TakenValue};
use gatescope::body::view::{BodyView, Mode};
use gatescope::body::{filter, location};
use gatescope::model::exchange::{BodyProblem, Exchange, HeaderField, Response, ResponseBody};
use gatescope::model::ids::ExchangeId;

use super::answers;
use super::fake::{Desk, addresses, repaint_delay};

const USERS: &str = r#"{"entities":[{"id":"8f4c","name":"Ada Moreno","version":12345678901234567890,"division":{"id":"d","name":"Home","selfUri":"/api/v2/authorization/divisions/d"}},{"id":"77aa","name":"Lee","version":2.0}],"pageSize":2,"nextUri":"/api/v2/users?pageSize=2&pageNumber=2"}"#;

/// What the worker would do, done at once.
fn serve(desk: &mut Desk) -> Vec<Command> {
    let mut others = Vec::new();
    loop {
        let commands = desk.commands();
        if commands.is_empty() {
            return others;
        }
        for command in commands {
            match command {
                Command::Reading(command) => {
                    let event = answer_to(command);
                    desk.event(Event::Reading(event));
                }
                Command::LayOutBody {
                    exchange,
                    body,
                    content_type,
                    ..
                } => {
                    let view = BodyView::lay_out(&body.decoded, content_type.as_deref(), &|| false)
                        .expect("not cancelled");
                    let view = Arc::new(view);
                    desk.event(Event::BodyReady { exchange, view });
                }
                other => others.push(other),
            }
        }
    }
}

fn answer_to(command: ReadingCommand) -> ReadingEvent {
    match command {
        ReadingCommand::Find {
            exchange,
            job,
            view,
            mode,
            query,
        } => ReadingEvent::Found {
            exchange,
            job,
            result: query
                .find(view.document(mode).whole(), &|| false)
                .map(|found| Arc::new(found.expect("not cancelled")))
                .map_err(|error| error.to_string()),
        },
        ReadingCommand::Filter {
            exchange,
            job,
            view,
            expression,
        } => {
            let text = view.document(Mode::Raw).whole();
            let result = filter::filter(text, &expression, &|| false)
                .map(|filtered| filtered.expect("not cancelled"))
                .map(|filtered| {
                    let view = BodyView::lay_out(&filtered.text.into(), None, &|| false);
                    Arc::new(FilteredView {
                        view: Arc::new(view.expect("not cancelled")),
                        locations: filtered.locations,
                        total: filtered.total,
                    })
                })
                .map_err(|error| error.to_string());
            ReadingEvent::Filtered {
                exchange,
                job,
                result,
            }
        }
        ReadingCommand::Take {
            exchange,
            view,
            mode,
            offset,
            taking,
            ..
        } => {
            let text = view.document(mode).whole();
            let located = location::at(text, offset, &|| false).expect("a value");
            ReadingEvent::Took {
                exchange,
                taking,
                result: Ok(TakenValue {
                    path: located.location.to_string(),
                    name: "name".to_owned(),
                    value: location::value_text(text, &located.value),
                }),
            }
        }
        ReadingCommand::Picture { exchange, .. } => ReadingEvent::Pictured {
            exchange,
            result: Ok(Arc::new(Picture {
                format: "PNG".to_owned(),
                size: [3, 2],
                shown: [3, 2],
                pixels: vec![255; 3 * 2 * 4],
            })),
        },
    }
}

fn at_work() -> Desk {
    let mut desk = Desk::fresh();
    desk.harness
        .get_by_role_and_label(Role::Button, "Try the sandbox")
        .click();
    desk.harness.run();
    desk.event(Event::SandboxReady(addresses()));
    desk.commands();
    desk
}

/// An answer arrives that `change` made of the usual one.
fn answered_with(desk: &mut Desk, change: impl FnOnce(&mut Exchange)) -> ExchangeId {
    desk.harness.get_by_label("Send").click();
    desk.harness.run_steps(2);
    let id = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Send(send) => Some(send.exchange),
            _ => None,
        })
        .expect("Send was pressed");
    let mut exchange = answers::answer(id);
    change(&mut exchange);
    desk.event(Event::Finished {
        exchange: id,
        result: Box::new(exchange),
    });
    serve(desk);
    id
}

fn response(exchange: &mut Exchange) -> &mut Response {
    exchange
        .hops
        .last_mut()
        .and_then(|hop| hop.response.as_mut())
        .expect("an answer")
}

fn with_body(body: impl Into<Bytes>, content_type: &str) -> impl FnOnce(&mut Exchange) {
    let body = body.into();
    move |exchange| {
        let response = response(exchange);
        response.headers[0] = HeaderField::new("Content-Type", content_type.to_owned());
        response.body = Arc::new(ResponseBody {
            wire: body.clone(),
            decoded: body,
            codings: Vec::new(),
            incomplete: None,
        });
    }
}

/// The users are on the screen.
fn reading_users() -> Desk {
    let mut desk = at_work();
    answered_with(&mut desk, with_body(USERS, "application/json"));
    desk
}

/// The visible page of the body.
fn page(desk: &Desk) -> String {
    desk.harness
        .get_by_role_and_label(Role::Document, "Body")
        .value()
        .expect("the body has lines")
}

fn press(desk: &mut Desk, modifiers: Modifiers, key: Key) {
    desk.harness.key_press_modifiers(modifiers, key);
    desk.harness.run();
}

fn focus_body(desk: &mut Desk) {
    desk.harness
        .get_by_role_and_label(Role::Document, "Body")
        .focus();
    desk.harness.run();
}

/// What Ctrl+C puts into the clipboard, at once or after the worker was asked.
fn copied(desk: &mut Desk) -> Option<String> {
    desk.harness.event(egui::Event::Copy);
    for _ in 0..4 {
        desk.harness.step();
        let text = desk
            .harness
            .output()
            .platform_output
            .commands
            .iter()
            .find_map(|command| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            });
        if text.is_some() {
            return text;
        }
        for command in desk.commands() {
            if let Command::Reading(command) = command {
                let event = Event::Reading(answer_to(command));
                desk.wires.borrow_mut().events.push_back(event);
            }
        }
    }
    None
}

#[test]
fn lines_fold_by_click_with_counts_and_keep_their_numbers() {
    let mut desk = reading_users();
    assert!(
        page(&desk).contains("12345678901234567890"),
        "{}",
        page(&desk)
    );
    desk.harness.get_by_label("Fold line 7").click();
    desk.harness.run();
    let folded = page(&desk);
    assert!(folded.contains("\"division\": { 3 keys … }"), "{folded}");
    assert!(!folded.contains("Home"), "{folded}");
    desk.harness.get_by_label("Fold line 2").click();
    desk.harness.run();
    let folded = page(&desk);
    assert!(folded.contains("\"entities\": [ 2 items … ],"), "{folded}");
    // What was folded inside stays so.
    desk.harness.get_by_label("Unfold line 2").click();
    desk.harness.run();
    desk.harness.get_by_label("Unfold line 7").click();
    desk.harness.run();
    assert!(page(&desk).contains("Home"));
}

#[test]
fn the_keyboard_alone_folds_selects_and_copies() {
    let mut desk = reading_users();
    focus_body(&mut desk);
    press(&mut desk, Modifiers::COMMAND, Key::Home);
    press(&mut desk, Modifiers::NONE, Key::ArrowDown);
    press(&mut desk, Modifiers::NONE, Key::Space);
    assert!(page(&desk).contains("[ 2 items … ],"), "{}", page(&desk));
    press(&mut desk, Modifiers::NONE, Key::ArrowDown);
    press(&mut desk, Modifiers::SHIFT, Key::End);
    assert_eq!(copied(&mut desk).as_deref(), Some("  \"pageSize\": 2,"));
    // Without a selection the value at the caret is meant.
    press(&mut desk, Modifiers::NONE, Key::Home);
    assert_eq!(copied(&mut desk).as_deref(), Some("2"));
    press(&mut desk, Modifiers::COMMAND, Key::A);
    let all = copied(&mut desk).expect("all of it");
    assert!(
        all.contains("Home") && all.ends_with('}'),
        "folded parts are copied too: {all}"
    );
}

#[test]
fn find_counts_steps_wraps_and_opens_what_is_folded() {
    let mut desk = reading_users();
    desk.harness.get_by_label("Fold line 2").click();
    desk.harness.run();
    press(&mut desk, Modifiers::COMMAND, Key::F);
    let field = "Find in the body";
    assert!(desk.harness.get_by_label(field).is_focused());
    desk.harness.get_by_label(field).type_text("\"NAME\"");
    desk.harness.run();
    serve(&mut desk);
    desk.harness.get_by_label("1 of 3");
    assert!(page(&desk).contains("Ada Moreno"), "{}", page(&desk));
    press(&mut desk, Modifiers::NONE, Key::Enter);
    desk.harness.get_by_label("2 of 3");
    press(&mut desk, Modifiers::SHIFT, Key::Enter);
    desk.harness.get_by_label("1 of 3");
    press(&mut desk, Modifiers::SHIFT, Key::F3);
    desk.harness.get_by_label("3 of 3");
    press(&mut desk, Modifiers::NONE, Key::F3);
    desk.harness.get_by_label("1 of 3");
    desk.harness.get_by_label("Match case").click();
    desk.harness.run();
    serve(&mut desk);
    desk.harness.get_by_label("Not found");
    press(&mut desk, Modifiers::NONE, Key::Escape);
    assert!(desk.harness.query_by_label(field).is_none());
}

#[test]
fn a_regular_expression_finds_or_says_what_is_wrong_with_it() {
    let mut desk = reading_users();
    press(&mut desk, Modifiers::COMMAND, Key::F);
    desk.harness.get_by_label("Regular expression").click();
    desk.harness.run();
    let field = "Find in the body";
    desk.harness.get_by_label(field).focus();
    desk.harness.run();
    desk.harness.get_by_label(field).type_text("[0-9]{4,}");
    desk.harness.run();
    serve(&mut desk);
    desk.harness.get_by_label("1 of 1");
    desk.harness.get_by_label(field).type_text("(");
    desk.harness.run();
    serve(&mut desk);
    desk.harness.get_by_label_contains("unclosed group");
}

#[test]
fn a_filter_shows_what_it_selects_and_closing_it_shows_everything() {
    let mut desk = reading_users();
    desk.harness.get_by_label("Filter $.").click();
    desk.harness.run();
    let field = "Filter with JSONPath";
    assert!(
        desk.harness.get_by_label(field).is_focused(),
        "{:?} has the keyboard",
        desk.focused()
    );
    desk.harness
        .get_by_label(field)
        .type_text("entities[*].version");
    desk.harness.run();
    serve(&mut desk);
    desk.harness.get_by_label("2 matches");
    assert_eq!(page(&desk), "[\n  12345678901234567890,\n  2.0\n]");
    desk.harness.get_by_label(field).type_text("[");
    desk.harness.run();
    desk.harness.get_by_label_contains("not a JSONPath");
    desk.harness.get_by_label("Close the filter").click();
    desk.harness.run();
    serve(&mut desk);
    assert!(page(&desk).contains("Ada Moreno"));
}

#[test]
fn the_next_page_opens_from_the_body_and_is_sent() {
    let mut desk = reading_users();
    desk.harness.get_by_label("Fold line 2").click();
    desk.harness.run();
    desk.harness.get_by_label("open next page").click();
    desk.harness.run_steps(3);
    let send = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Send(send) => Some(send),
            _ => None,
        })
        .expect("it is sent");
    assert_eq!(send.draft.path, "/api/v2/users");
    assert_eq!(send.environment.id.as_str(), "sandbox-rest-proxy");
    assert_eq!(desk.harness.state().state().tabs.len(), 2);
}

#[test]
fn a_value_is_kept_as_a_variable_under_a_name() {
    let mut desk = reading_users();
    focus_body(&mut desk);
    let body = desk
        .harness
        .get_by_role_and_label(Role::Document, "Body")
        .rect();
    // The third row of entities: its name.
    let at = body.left_top() + egui::vec2(120.0, 4.5 * 20.0);
    desk.harness.hover_at(at);
    desk.harness.event(egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Secondary,
        pressed: true,
        modifiers: Modifiers::NONE,
    });
    desk.harness.event(egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Secondary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    desk.harness.run();
    desk.harness.get_by_label("Save value as variable…").click();
    desk.harness.run();
    serve(&mut desk);
    desk.harness
        .get_by_label_contains("$.entities[0].name = Ada Moreno");
    assert!(
        desk.harness
            .get_by_label("Name of the variable")
            .is_focused()
    );
    desk.harness.get_by_label("Save variable").click();
    desk.harness.run();
    // The sandbox keeps none; the word says so and the value waits.
    let words = desk.harness.get_all_by_label_contains("keep no variables");
    assert!(words.count() > 0, "nothing says why");
    desk.harness.get_by_label("Name of the variable");
}

#[test]
fn a_picture_is_shown_with_its_size_and_its_bytes_are_a_choice_away() {
    let mut desk = at_work();
    let png = Bytes::from_static(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    answered_with(&mut desk, with_body(png, "image/png"));
    desk.harness.get_by_label("Image, 3 by 2 pixels");
    desk.harness.get_by_label_contains("PNG · 3 × 2 pixels");
    desk.harness.get_by_label("Body as Image").click();
    desk.harness.run();
    desk.harness.get_by_label("Hex").click();
    desk.harness.run();
    assert!(page(&desk).contains("89 50 4e 47"), "{}", page(&desk));
}

#[test]
fn headers_are_filtered_sorted_and_copied_and_repeats_stay() {
    let mut desk = at_work();
    answered_with(&mut desk, |exchange| {
        let headers = &mut response(exchange).headers;
        for (name, value) in [
            ("Set-Cookie", "a=1"),
            ("Alpha", "x\u{202e}y"),
            ("Set-Cookie", "b=2"),
        ] {
            headers.push(HeaderField::new(name, value.to_owned()));
        }
    });
    desk.harness.get_by_label("Response headers").click();
    desk.harness.run();
    assert_eq!(desk.harness.get_all_by_label("Copy Set-Cookie").count(), 2);
    desk.harness.get_by_label("x\\u{202e}y");
    let top = |desk: &Desk, name: &str| desk.harness.get_by_label(name).rect().top();
    assert!(top(&desk, "Copy Content-Type") < top(&desk, "Copy Alpha"));
    desk.harness.get_by_label("Sort by name").click();
    desk.harness.run();
    assert!(top(&desk, "Copy Content-Type") > top(&desk, "Copy Alpha"));
    desk.harness.get_by_label("Filter the headers").focus();
    desk.harness.run();
    desk.harness
        .get_by_label("Filter the headers")
        .type_text("inin");
    desk.harness.run();
    assert!(desk.harness.query_by_label("Copy Alpha").is_none());
    desk.harness.get_by_label("Copy ININ-Correlation-Id");
}

#[test]
fn a_hundred_thousand_headers_cost_what_is_visible() {
    let mut desk = at_work();
    answered_with(&mut desk, |exchange| {
        let headers =
            (0..100_000).map(|index| HeaderField::new(format!("x-{index}"), "v".to_owned()));
        response(exchange).headers.extend(headers);
    });
    desk.harness.get_by_label("Response headers").click();
    desk.harness.run();
    let shown = desk.harness.get_all_by_label_contains("Copy x-").count();
    assert!((1..100).contains(&shown), "{shown} rows were laid out");
}

#[test]
fn long_lines_and_deep_nesting_are_shown_folded_and_wrapped() {
    for (body, content_type) in [
        ("x".repeat(2_000_000), "text/plain"),
        (format!("\"{}\"", "y".repeat(2_000_000)), "application/json"),
        (
            "[".repeat(100_000) + &"]".repeat(100_000),
            "application/json",
        ),
    ] {
        let mut desk = at_work();
        answered_with(&mut desk, with_body(body, content_type));
        assert!(!page(&desk).is_empty());
        focus_body(&mut desk);
        press(&mut desk, Modifiers::COMMAND, Key::End);
        assert!(!page(&desk).is_empty());
        let menu = desk.harness.get_by_role_and_label(
            Role::Button,
            if content_type == "text/plain" {
                "Body as Raw"
            } else {
                "Body as Pretty"
            },
        );
        menu.click();
        desk.harness.run();
        desk.harness.get_by_label("Wrap long lines").click();
        desk.harness.run();
        assert!(desk.harness.state().state().settings.wrap_lines);
        press(&mut desk, Modifiers::NONE, Key::Escape);
        assert!(!page(&desk).is_empty());
    }
}

#[test]
fn the_status_row_is_one_live_sentence_and_of_one_height() {
    let mut desk = at_work();
    let row = |desk: &Desk, words: &str| {
        let node = desk.harness.get_by_role_and_label(Role::Status, words);
        assert_eq!(
            node.accesskit_node().live(),
            egui::accesskit::Live::Polite,
            "{words}"
        );
        node.rect()
    };
    let before = row(&desk, "No answer yet");
    let strip = desk.harness.get_by_label("Response body").rect();
    desk.harness.get_by_label("Send").click();
    desk.harness.run_steps(2);
    let during = row(&desk, "Sending… leg B, Sandbox REST proxy");
    desk.harness.get_by_label("Cancel the request").click();
    desk.harness.run_steps(2);
    let id = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Cancel { exchange } => Some(exchange),
            _ => None,
        })
        .expect("it was cancelled");
    desk.event(Event::Finished {
        exchange: id,
        result: Box::new(answers::answer(id)),
    });
    serve(&mut desk);
    let after = desk
        .harness
        .get_by(|node| {
            node.role() == Role::Status
                && node.label().is_some_and(|label| {
                    label.starts_with("200 OK, 123 ms") && label.contains("answered by")
                })
        })
        .rect();
    assert_eq!((before, during), (after, after));
    assert_eq!(strip, desk.harness.get_by_label("Response body").rect());
    assert_eq!(
        repaint_delay(&desk.harness).min(std::time::Duration::from_millis(200)),
        std::time::Duration::from_millis(200)
    );
}

#[test]
fn a_body_that_is_not_whole_says_so_and_shows_what_arrived() {
    let mut desk = at_work();
    answered_with(&mut desk, |exchange| {
        response(exchange).body = Arc::new(ResponseBody {
            wire: Bytes::from_static(b"{\"a\":1,"),
            decoded: Bytes::from_static(b"{\"a\":1,"),
            codings: Vec::new(),
            incomplete: Some(BodyProblem::Truncated {
                received: 7,
                expected: 20,
            }),
        });
    });
    desk.harness.get_by_label("The body is not whole");
    desk.harness.get_by_label_contains("7 of 20 bytes");
    desk.harness.get_by_label_contains("Not valid JSON");
    assert!(page(&desk).contains("\"a\": 1,"), "{}", page(&desk));
}
