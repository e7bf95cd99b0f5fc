//! Through the whole window with Tab, page by page: everything that can be used is reached, has a name, and comes in the order of the eye.

#![expect(clippy::large_stack_arrays, reason = "a few windows of one test")]

use std::collections::BTreeMap;

use egui::accesskit::{Action, Role};
use egui::{Key, Modifiers, Rect};
use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _, by};
use gatescope::app::event::Event;

use super::fake::Desk;
use super::{catalogue, history, scenes};

/// Something that Tab reaches.
#[derive(Debug, Clone, PartialEq)]
struct Stop {
    name: String,
    rect: Rect,
    /// Where the stop before was at the same time: pages scroll to what has the focus.
    before: Option<Rect>,
}

impl std::fmt::Display for Stop {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (min, max) = (self.rect.min, self.rect.max);
        write!(
            formatter,
            "{:4.0},{:4.0} to {:4.0},{:4.0}  {}",
            min.x, min.y, max.x, max.y, self.name
        )
    }
}

fn lines(stops: &[Stop]) -> String {
    let lines: Vec<String> = stops.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Everything that Tab reaches, in its order, until it comes round.
fn stops(desk: &mut Desk) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    let (mut first, mut last) = (None, None);
    for _ in 0..400 {
        desk.harness.key_press(Key::Tab);
        desk.harness.run_steps(4);
        let focused = has_focus();
        let Some(node) = desk.harness.query_all(focused).next() else {
            continue;
        };
        let id = node.accesskit_node().id();
        let before = last.and_then(|last| {
            let is_it = by().predicate(move |node| node.id() == last);
            Some(desk.harness.query_all(is_it).next()?.rect())
        });
        let stop = Stop {
            name: spoken(&node.accesskit_node()),
            rect: node.rect(),
            before,
        };
        if first == Some(id) {
            stops[0].before = stop.before;
            return stops;
        }
        first.get_or_insert(id);
        last = Some(id);
        stops.push(stop);
    }
    panic!("Tab does not come round:\n{}", lines(&stops));
}

/// The name of a node, and what it is when it has none.
fn spoken(node: &AccessKitNode<'_>) -> String {
    node.label()
        .filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| format!("{NAMELESS} {:?} {:?}", node.role(), node.value()))
}

const NAMELESS: &str = "(no name)";

/// Nodes that can be focused or clicked: role, name and place.
fn usable(desk: &Desk, wanted: Action) -> Vec<(Role, Stop)> {
    desk.harness
        .query_all(by().predicate(move |node| {
            node.data().supports_action(wanted) && !node.data().is_disabled()
        }))
        .map(|node| {
            let inner = node.accesskit_node();
            let name = spoken(&inner);
            let rect = node.rect();
            let before = None;
            (inner.role(), Stop { name, rect, before })
        })
        .collect()
}

/// Text runs and the window itself are no widgets of ours.
fn is_widget(role: Role) -> bool {
    !matches!(
        role,
        Role::Window
            | Role::TextRun
            | Role::ScrollView
            | Role::Unknown
            | Role::Label
            | Role::ScrollBar
    )
}

/// Whether `next` comes after `stop` for somebody who reads: further on in the line, below it, or in a part that begins to its right.
fn is_further_on(stop: &Rect, next: &Rect) -> bool {
    let same_line = next.top() < stop.bottom() && next.bottom() > stop.top();
    let below = next.center().y >= stop.bottom() - 1.0;
    let in_next_column = next.left() >= stop.right() - 1.0;
    below || in_next_column || (same_line && next.left() >= stop.left() - 1.0)
}

/// The faults of what is open now.
fn faults(desk: &mut Desk, page: &str, is_over: bool) -> Vec<String> {
    let mut faults = Vec::new();
    // Then what lies below it rests.
    let is_covered = desk.harness.state().state().is_covered();
    for wanted in [Action::Focus, Action::Click] {
        for (role, stop) in usable(desk, wanted) {
            if is_widget(role) && stop.name.starts_with(NAMELESS) {
                faults.push(format!("{page}: a {role:?} without a name: {stop}"));
            }
        }
    }
    let stops = stops(desk);
    let window = desk.harness.ctx.content_rect();
    for stop in &stops {
        if !window.contains(stop.rect.center()) {
            faults.push(format!("{page}: Tab leads out of sight: {stop}"));
        }
        if stop.name.starts_with(NAMELESS) {
            faults.push(format!("{page}: a stop without a name:\n{}", lines(&stops)));
        }
    }
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    for stop in &stops {
        *reached.entry(stop.name.as_str()).or_default() += 1;
    }
    for (role, stop) in usable(desk, Action::Focus) {
        if is_widget(role) && !is_covered && !reached.contains_key(stop.name.as_str()) {
            faults.push(format!("{page}: Tab does not reach {role:?}: {stop}"));
        }
    }
    // From the first stop in reading order on, once round.
    let first = stops
        .iter()
        .enumerate()
        .min_by(|(_, one), (_, other)| {
            let line = |stop: &Stop| (stop.rect.center().y / 48.0).floor();
            let key = |stop: &Stop| (line(stop), stop.rect.left());
            key(one)
                .partial_cmp(&key(other))
                .expect("places are numbers")
        })
        .map_or(0, |(index, _)| index);
    let round: Vec<&Stop> = stops[first..].iter().chain(&stops[..first]).collect();
    // What lies over the window is reached after what opened it, wherever it lies.
    let pairs = round.windows(2).filter(|_| !is_over);
    for pair in pairs {
        let is_wrong = pair[1]
            .before
            .is_some_and(|before| !is_further_on(&before, &pair[1].rect));
        if is_wrong {
            faults.push(format!(
                "{page}: against the order of the eye:\n    {}\n    {}",
                pair[0], pair[1]
            ));
        }
    }
    faults
}

fn click(desk: &mut Desk, name: &str) {
    desk.harness.get_by_label(name).click();
    desk.harness.run();
}

fn control(desk: &mut Desk, key: Key) {
    desk.harness.key_press_modifiers(Modifiers::COMMAND, key);
    desk.harness.run();
}

/// A request with an answer and tokens.
fn answered() -> Desk {
    let mut desk = scenes::at_work();
    scenes::token_arrives(&mut desk, "sandbox-direct", 3_600);
    scenes::answered(&mut desk, |exchange| {
        scenes::announces(exchange, 12, 300, 58);
    });
    desk
}

#[track_caller]
fn nothing_to_complain_of(pages: &mut [(&str, Desk)]) {
    let mut all = Vec::new();
    for (page, desk) in pages {
        all.extend(faults(desk, page, false));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn the_pages_of_a_request() {
    let pages = [
        "Request params",
        "Request headers",
        "Request body",
        "Request auth",
        "Request preview",
        "Response headers",
        "Response timing",
        "Response sent",
        "Response connection",
        "Response explain",
    ];
    let mut desks: Vec<(&str, Desk)> = pages
        .into_iter()
        .map(|page| {
            let mut desk = answered();
            click(&mut desk, page);
            (page, desk)
        })
        .collect();
    nothing_to_complain_of(&mut desks);
}

#[test]
fn the_tools_of_the_body() {
    let mut find = answered();
    control(&mut find, Key::F);
    let mut filter = answered();
    click(&mut filter, "Filter $.");
    nothing_to_complain_of(&mut [("find", find), ("filter", filter)]);
}

#[test]
fn welcome_settings_and_about() {
    let mut settings = scenes::at_work();
    control(&mut settings, Key::Comma);
    let mut about = scenes::at_work();
    about.run_command("About Gatescope, licences");
    nothing_to_complain_of(&mut [
        ("welcome", Desk::fresh()),
        ("settings", settings),
        ("about", about),
    ]);
}

#[test]
fn the_form_of_an_environment() {
    let mut gateway = Desk::fresh();
    click(&mut gateway, "Add the gateway…");
    gateway
        .harness
        .get_by_label("Client credentials")
        .click_accesskit();
    gateway.harness.run();
    let mut direct = Desk::fresh();
    click(&mut direct, "Add the region…");
    nothing_to_complain_of(&mut [("gateway", gateway), ("region", direct)]);
}

#[test]
fn history_and_catalogue_in_the_sidebar() {
    let mut operations = Desk::fresh();
    click(&mut operations, "Sidebar catalogue");
    catalogue::answer(&mut operations);
    nothing_to_complain_of(&mut [
        ("history", history::with_entries(12)),
        ("catalogue", operations),
    ]);
}

#[test]
fn what_lies_over_the_window() {
    let mut keys = answered();
    keys.harness.key_press(Key::F1);
    keys.harness.run();
    let mut palette = answered();
    control(&mut palette, Key::K);
    let mut switcher = answered();
    control(&mut switcher, Key::E);
    let mut token = answered();
    token
        .harness
        .get_by_label_contains("Token of leg A")
        .click();
    token.harness.run();
    let mut all = Vec::new();
    for (page, mut desk) in [
        ("keys", keys),
        ("palette", palette),
        ("switcher", switcher),
        ("token panel", token),
    ] {
        all.extend(faults(&mut desk, page, true));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn a_notice_can_be_reached_and_dismissed() {
    let mut desk = answered();
    desk.event(Event::SaveFailed {
        what: "request `List users`".to_owned(),
        text: "The folder cannot be written".to_owned(),
        hint: "Choose another one".to_owned(),
    });
    nothing_to_complain_of(&mut [("notice", desk)]);
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method itself is not general enough in its lifetime"
)]
fn has_focus() -> egui_kittest::kittest::By<'static> {
    by().predicate(|node| node.is_focused())
}
