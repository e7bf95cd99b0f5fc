//! Every shortcut that F1 lists, pressed inside every kind of text field: the text stays as it was.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{Queryable as _, by};
use gatescope::app::command::{Drafts, OpenDraft};
use gatescope::app::event::Event;
use gatescope::model::ids::{EnvironmentId, RequestId};
use gatescope::model::request::{DraftBody, QueryRow, RequestDraft};

use super::fake::{Desk, addresses, snapshot};
use super::scenes;

#[derive(Debug, Clone)]
struct Shortcut {
    modifiers: Modifiers,
    key: Key,
    words: String,
}

/// What the sheet says, apart from the keys that hold in the tree only and those that move the focus.
fn listed() -> Vec<Shortcut> {
    let mut desk = Desk::fresh();
    desk.harness.key_press(Key::F1);
    desk.harness.run();
    let labels: Vec<String> = desk
        .harness
        .query_all(by().predicate(|node| node.role() == Role::Label))
        .filter_map(|node| node.value())
        .collect();
    let mut found: Vec<Shortcut> = Vec::new();
    for pair in labels.windows(2) {
        let elsewhere = pair[1].starts_with("In the tree") || pair[1].contains("ield");
        if let Some((modifiers, key)) = parse(&pair[0]).filter(|_| !elsewhere) {
            found.push(Shortcut {
                modifiers,
                key,
                words: pair[1].clone(),
            });
        }
    }
    found
}

/// `Ctrl+Shift+T`, as egui writes a shortcut.
fn parse(text: &str) -> Option<(Modifiers, Key)> {
    let (mut rest, mut modifiers) = (text, Modifiers::NONE);
    loop {
        let before = rest;
        for (word, modifier) in [
            ("Ctrl+", Modifiers::COMMAND | Modifiers::CTRL),
            ("Shift+", Modifiers::SHIFT),
            ("Alt+", Modifiers::ALT),
        ] {
            if let Some(behind) = rest.strip_prefix(word) {
                rest = behind;
                modifiers |= modifier;
            }
        }
        if before == rest {
            break;
        }
    }
    let key = match rest {
        "Esc" => Key::Escape,
        name => Key::from_name(name)?,
    };
    // Lone letters and words on the sheet are no shortcuts.
    let is_shortcut = modifiers != Modifiers::NONE || rest.len() > 1;
    is_shortcut.then_some((modifiers, key))
}

#[test]
fn the_sheet_is_read_as_it_is_meant() {
    let listed = listed();
    let holds = |modifiers: Modifiers, key: Key| {
        listed
            .iter()
            .any(|known| known.modifiers == modifiers && known.key == key)
    };
    let control = Modifiers::COMMAND | Modifiers::CTRL;
    for (modifiers, key) in [
        (control, Key::Enter),
        (control, Key::K),
        (control, Key::W),
        (control | Modifiers::SHIFT, Key::T),
        (control, Key::Comma),
        (control, Key::Plus),
        (control, Key::Minus),
        (Modifiers::SHIFT, Key::F3),
        (Modifiers::NONE, Key::F6),
        (Modifiers::NONE, Key::Escape),
    ] {
        assert!(
            holds(modifiers, key),
            "{modifiers:?} {key:?} of {listed:#?}"
        );
    }
    assert!(listed.len() >= 25, "{listed:#?}");
}

const TEXT: &str = "kept, word by word";

fn draft() -> RequestDraft {
    RequestDraft {
        id: RequestId("r1".to_owned()),
        method: "POST".to_owned(),
        path: format!("/api/v2/{TEXT}"),
        query: vec![QueryRow {
            enabled: true,
            name: "q".to_owned(),
            value: Some(TEXT.to_owned()),
        }],
        body: DraftBody::Text {
            text: TEXT.to_owned(),
            content_type: "text/plain".to_owned(),
        },
        ..RequestDraft::default()
    }
}

/// A request with text in every field, and an answer.
fn at_work() -> Desk {
    let open = vec![OpenDraft {
        draft: draft(),
        dirty: true,
    }];
    let mut desk = Desk::with(snapshot(
        Vec::new(),
        Drafts {
            open,
            zoom_percent: 100,
            leg_a: Some(EnvironmentId::from_name("sandbox direct")),
            leg_b: Some(EnvironmentId::from_name("sandbox rest proxy")),
            ..Drafts::default()
        },
    ));
    desk.event(Event::SandboxReady(addresses()));
    scenes::answered(&mut desk, |_| {});
    desk
}

fn click(desk: &mut Desk, name: &str) {
    desk.harness.get_by_label(name).click();
    desk.harness.run();
}

fn control(desk: &mut Desk, key: Key) {
    desk.harness.key_press_modifiers(Modifiers::COMMAND, key);
    desk.harness.run();
}

/// How to get to a field, and its name.
struct Place {
    name: &'static str,
    open: fn() -> Desk,
    /// It has no text until some is typed.
    is_typed: bool,
}

const fn holding(name: &'static str, open: fn() -> Desk) -> Place {
    Place {
        name,
        open,
        is_typed: false,
    }
}

const fn typed(name: &'static str, open: fn() -> Desk) -> Place {
    Place {
        name,
        open,
        is_typed: true,
    }
}

const PLACES: &[Place] = &[
    holding("Path", at_work),
    holding("Parameter 1 value", at_work),
    holding("Body text", || {
        let mut desk = at_work();
        click(&mut desk, "Request body");
        desk
    }),
    holding("Params as text", || {
        let mut desk = at_work();
        click(&mut desk, "Edit as text");
        desk
    }),
    typed("Filter requests", at_work),
    typed("Search the history", || {
        let mut desk = at_work();
        click(&mut desk, "Sidebar history");
        desk
    }),
    typed("Search operations", || {
        let mut desk = at_work();
        click(&mut desk, "Sidebar catalogue");
        desk
    }),
    typed("Find in the body", || {
        let mut desk = at_work();
        control(&mut desk, Key::F);
        desk
    }),
    typed("Filter with JSONPath", || {
        let mut desk = at_work();
        click(&mut desk, "Filter $.");
        desk
    }),
    typed("Filter the headers", || {
        let mut desk = at_work();
        click(&mut desk, "Response headers");
        desk
    }),
    typed("API path", || {
        let mut desk = Desk::fresh();
        click(&mut desk, "Add the gateway…");
        desk
    }),
    typed("Invoke URL", Desk::fresh),
    typed("Find an environment", || {
        let mut desk = at_work();
        control(&mut desk, Key::E);
        desk
    }),
    typed("Search or run", || {
        let mut desk = at_work();
        control(&mut desk, Key::K);
        desk
    }),
];

fn is_text_field(role: Role) -> bool {
    matches!(role, Role::TextInput | Role::MultilineTextInput)
}

/// The text of the field of that name, if it is on screen.
fn text_of(desk: &Desk, name: &'static str) -> Option<String> {
    desk.harness
        .query_all(by().predicate(move |node| {
            is_text_field(node.role()) && node.label().as_deref() == Some(name)
        }))
        .next()
        .map(|node| node.value().unwrap_or_default())
}

fn focus(desk: &mut Desk, place: &Place) {
    let name = place.name;
    let found = desk
        .harness
        .query_all(by().predicate(move |node| {
            is_text_field(node.role()) && node.label().as_deref() == Some(name)
        }))
        .next()
        .unwrap_or_else(|| panic!("there is no field `{}`", place.name));
    found.focus();
    desk.harness.run_steps(2);
    if place.is_typed {
        desk.harness.event(egui::Event::Text(TEXT.to_owned()));
        desk.harness.run_steps(2);
        // Not at the end, where nothing could be deleted.
        for _ in 0..4 {
            desk.harness.key_press(Key::ArrowLeft);
        }
        desk.harness.run_steps(2);
    }
}

/// What the shortcut does to the text, if anything.
fn harm(place: &Place, shortcut: &Shortcut) -> Option<String> {
    let mut desk = (place.open)();
    focus(&mut desk, place);
    let before = text_of(&desk, place.name)?;
    assert!(before.contains(TEXT), "`{}` holds `{before}`", place.name);
    desk.harness
        .key_press_modifiers(shortcut.modifiers, shortcut.key);
    desk.harness.run_steps(3);
    let draft_is_kept = |desk: &Desk| {
        let tabs = &desk.harness.state().state().tabs;
        tabs.iter()
            .find(|tab| tab.id().0 == "r1")
            .is_none_or(|tab| {
                // Saving gives it a name.
                let kept = &tab.draft;
                let before = draft();
                kept.path == before.path && kept.query == before.query && kept.body == before.body
            })
    };
    if !draft_is_kept(&desk) {
        return Some("the draft changed".to_owned());
    }
    // What was only looked for may be closed with its text; what was written may not.
    let is_search = ["Find", "Search"]
        .iter()
        .any(|word| place.name.starts_with(word));
    // A page or a tab may have gone in front of it.
    let backs = [
        None,
        Some((Modifiers::NONE, Key::Escape)),
        Some((Modifiers::COMMAND, Key::W)),
        Some((Modifiers::COMMAND | Modifiers::SHIFT, Key::T)),
    ];
    for back in backs {
        if let Some((modifiers, key)) = back {
            desk.harness.key_press_modifiers(modifiers, key);
            desk.harness.run_steps(3);
        }
        let state = desk.harness.state().state();
        let is_in_form = state.tabs.iter().all(|tab| tab.id().0 != "r1");
        let in_front = is_in_form || state.active_tab().is_none_or(|tab| tab.id().0 == "r1");
        if let Some(after) = text_of(&desk, place.name).filter(|_| in_front) {
            let is_reopened = is_search && after.is_empty();
            return (after != before && !is_reopened)
                .then(|| format!("`{before}` became `{after}`"));
        }
    }
    let is_back = draft_is_kept(&desk)
        && (is_search
            || desk
                .harness
                .state()
                .state()
                .tabs
                .iter()
                .any(|tab| tab.id().0 == "r1"));
    (!is_back).then(|| "the field and its text are gone".to_owned())
}

#[test]
fn no_shortcut_changes_the_text_of_the_field_that_has_the_keyboard() {
    let shortcuts = listed();
    let mut harmed = Vec::new();
    for place in PLACES {
        for shortcut in &shortcuts {
            // Undo in a field takes back what was typed there, and Escape may leave a search.
            let is_its_own =
                place.is_typed && (shortcut.key == Key::Z || shortcut.key == Key::Escape);
            if is_its_own {
                continue;
            }
            if let Some(what) = harm(place, shortcut) {
                harmed.push(format!(
                    "{} / {:?} {:?} ({}): {what}",
                    place.name, shortcut.modifiers, shortcut.key, shortcut.words
                ));
            }
        }
    }
    assert!(harmed.is_empty(), "{harmed:#?}");
}
