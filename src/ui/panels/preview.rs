//! The exact bytes of each leg before sending, secrets masked: side by side where there is room, what differs on a tinted ground.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId, Ui, vec2};
use similar::{ChangeTag, TextDiff};

use crate::app::action::Action;
use crate::app::editing::{EditingAction, FileLook};
use crate::app::preview::LegPreview;
use crate::app::state::Leg;
use crate::app::tab::Tab;
use crate::body::visible;
use crate::model::environment::HttpVersion;
use crate::model::ids::RequestId;
use crate::model::masks::MASK;
use crate::model::resolve::{preview_body, preview_head};
use crate::model::resolved::{BodySegment, ResolvedRequest};
use crate::model::route_map::Foretold;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;
use crate::ui::widgets::icons::{self, Icon};

use super::View;

/// A longer body is cut here: the rest is sent all the same.
const SHOWN_BODY: usize = 16 * 1024;

/// The texts of both legs, made once for each change of the request.
#[derive(Debug, Default)]
pub(in crate::ui) struct Shown {
    of: Option<(RequestId, u64)>,
    legs: [Vec<Line>; 2],
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    text: String,
    /// The other leg has no such line in this place.
    is_own: bool,
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    let key = Some((tab.id().clone(), tab.generation));
    if view.local.preview.of != key {
        view.local.preview = Shown {
            of: key,
            legs: texts(tab),
        };
    }
    if !tab.dynamic.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = size::SMALL_ROW;
            icons::decoration(ui, Icon::Info, palette.info);
            let names: Vec<String> = tab
                .dynamic
                .iter()
                .map(|name| format!("{{{{{name}}}}}"))
                .collect();
            let words = format!(
                "{} stands as an example: each send makes a new value",
                names.join(", ")
            );
            ui.label(basic::small(words).color(palette.info));
        });
    }
    let both = tab.previews.iter().all(|preview| preview.ready().is_some());
    if both && ui.available_width() >= size::TWO_COLUMNS {
        ui.columns(2, |columns| {
            for (column, leg) in columns.iter_mut().zip(Leg::BOTH) {
                side(column, view, tab, leg);
            }
        });
    } else {
        for leg in Leg::BOTH {
            side(ui, view, tab, leg);
        }
    }
}

fn side(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, leg: Leg) {
    let palette = Palette::of(ui);
    ui.add_space(size::HALF);
    ui.horizontal_wrapped(|ui| {
        basic::badge(ui, leg);
        let name = view
            .state
            .leg(leg)
            .map_or("No environment".into(), |known| visible::line(&known.name));
        ui.label(basic::strong(name.as_ref()));
        if let LegPreview::Ready(resolved) = &tab.previews[leg.index()] {
            ui.label(basic::small(sizes(view, resolved)).color(palette.secondary));
            let link = basic::link(ui, "Copy as cURL");
            if link
                .accessible_name(format!("Copy leg {} as cURL", leg.letter()))
                .clicked()
            {
                view.act(Action::Editing(EditingAction::CopyAsCurl {
                    request: Some(tab.id().clone()),
                    leg: Some(leg),
                }));
            }
        }
    });
    match &tab.previews[leg.index()] {
        LegPreview::NoEnvironment => {
            ui.label(basic::small("Choose one in the top bar").color(palette.faint));
        }
        LegPreview::SandboxStopped => {
            ui.label(basic::small("The sandbox is not running").color(palette.faint));
        }
        LegPreview::Problems(problems) => {
            for problem in problems {
                ui.label(basic::small(problem.to_string()).color(palette.bad));
            }
        }
        LegPreview::Ready(resolved) => {
            if resolved.network.http_version != HttpVersion::Http11 {
                let words = "As HTTP/1.1 would carry it; over HTTP/2 the names are lower case";
                ui.label(basic::small(words).color(palette.faint));
            }
            text(ui, &view.local.preview.legs[leg.index()], leg);
            if let Some(foretold) = &tab.foretold[leg.index()] {
                ui.add_space(size::UNIT);
                ui.label(basic::strong("What the gateway does with it"));
                sentences(ui, foretold);
            }
        }
    }
}

/// What a gateway's configuration says of a request, a line each; what is at odds with it stands out.
pub(super) fn sentences(ui: &mut Ui, foretold: &Foretold) {
    let palette = Palette::of(ui);
    for sentence in &foretold.sentences {
        let colour = if sentence.at_odds.is_some() {
            palette.warn
        } else {
            palette.text
        };
        let text = visible::line(&sentence.text);
        ui.add(egui::Label::new(basic::small(text.as_ref()).color(colour)).wrap());
    }
}

/// The lines; those that only this leg has stand on a tinted ground behind a sign in the leg's colour.
fn text(ui: &mut Ui, lines: &[Line], leg: Leg) {
    let palette = Palette::of(ui);
    let font = FontId::new(size::MONO, FontFamily::Monospace);
    ui.spacing_mut().item_spacing.y = 0.0;
    for line in lines {
        let colour = if line.is_own {
            basic::leg_colour(palette, leg)
        } else {
            palette.text
        };
        let ground = if line.is_own {
            palette.raised
        } else {
            Color32::TRANSPARENT
        };
        let mut job = LayoutJob::default();
        job.wrap.max_width = (ui.available_width() - size::UNIT).max(size::TABLE_NAME_LEAST);
        job.wrap.break_anywhere = true;
        let format = TextFormat {
            background: ground,
            ..TextFormat::simple(font.clone(), colour)
        };
        job.append(&line.text, 0.0, format);
        if line.text.is_empty() {
            ui.allocate_space(vec2(1.0, size::MONO_LINE));
        } else {
            ui.add(egui::Label::new(job).selectable(true));
        }
    }
}

fn texts(tab: &Tab) -> [Vec<Line>; 2] {
    let [a, b] = &tab.previews;
    let wires = [a.ready().map(wire), b.ready().map(wire)];
    match wires {
        [Some(a), Some(b)] => differing(&a, &b),
        wires => wires.map(|wire| {
            let text = wire.unwrap_or_default();
            text.lines().map(|line| plain(line, false)).collect()
        }),
    }
}

fn plain(line: &str, is_own: bool) -> Line {
    Line {
        text: line.to_owned(),
        is_own,
    }
}

fn differing(a: &str, b: &str) -> [Vec<Line>; 2] {
    let diff = TextDiff::from_lines(a, b);
    let mut sides = [Vec::new(), Vec::new()];
    for change in diff.iter_all_changes() {
        let text = change.value().trim_end_matches(['\r', '\n']);
        match change.tag() {
            ChangeTag::Equal => {
                sides[0].push(plain(text, false));
                sides[1].push(plain(text, false));
            }
            ChangeTag::Delete => sides[0].push(plain(text, true)),
            ChangeTag::Insert => sides[1].push(plain(text, true)),
        }
    }
    sides
}

/// Request line, headers and body as they will be written, masked and with control characters made visible.
fn wire(resolved: &ResolvedRequest) -> String {
    let (body, left_out) = preview_body(resolved, SHOWN_BODY);
    let head = preview_head(resolved).replace("\r\n", "\n");
    let mut text = head + &body;
    if left_out > 0 {
        let bytes = u64::try_from(left_out).unwrap_or(u64::MAX);
        text = format!("{text}\n… {} more", crate::ui::text::bytes(bytes));
    }
    visible::text(&text).into_owned()
}

/// How much is sent: exact, unless a secret or the token is put in only then.
fn sizes(view: &View<'_>, resolved: &ResolvedRequest) -> String {
    let line = resolved.method.len() + resolved.url.target.len() + "  HTTP/1.1\r\n".len();
    let headers: usize = resolved
        .headers
        .iter()
        .map(|header| header.name.len() + header.value.len() + ": \r\n".len())
        .sum();
    let head = u64::try_from(line + headers + "\r\n".len()).unwrap_or(u64::MAX);
    let mask = MASK.as_bytes();
    let has_mask = |bytes: &[u8]| memchr::memmem::find(bytes, mask).is_some();
    let is_open = resolved.wants_token
        || has_mask(resolved.url.target.as_bytes())
        || resolved
            .headers
            .iter()
            .any(|header| has_mask(&header.value));
    let about = if is_open { " and what is secret" } else { "" };
    let mut words = format!("head {}{about}", crate::ui::text::bytes(head));
    let mut body = Some(0_u64);
    for segment in &resolved.body.segments {
        let length = match segment {
            BodySegment::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            BodySegment::File { path, .. } => {
                match view.state.editing.files.get(&*path.to_string_lossy()) {
                    Some(FileLook::Readable { bytes }) => Some(*bytes),
                    _ => None,
                }
            }
        };
        body = body.zip(length).map(|(body, length)| body + length);
    }
    match body {
        Some(0) => {}
        Some(bytes) => words = format!("{words}, body {}", crate::ui::text::bytes(bytes)),
        None => words.push_str(", body as long as its files"),
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_leg_alone_are_its_own() {
        let [a, b] = differing("GET /a\nHost: x\n\n", "GET /test/a\nHost: x\n\n");
        let own = |lines: &[Line]| {
            lines
                .iter()
                .filter(|line| line.is_own)
                .map(|line| line.text.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(own(&a), ["GET /a"]);
        assert_eq!(own(&b), ["GET /test/a"]);
        assert_eq!(a.len(), b.len());
    }
}
