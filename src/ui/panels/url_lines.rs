//! The exact URL of each leg under the path: what both have in common plain, what is this leg's own in its colour.

use egui::text::LayoutJob;
use egui::{Align2, FontFamily, FontId, Sense, TextFormat, Ui, vec2};

use crate::app::action::Action;
use crate::app::editing::EditingAction;
use crate::app::exporting::{ExportingAction, Wanted};
use crate::app::preview::LegPreview;
use crate::app::state::{Leg, SandboxState};
use crate::app::tab::Tab;
use crate::app::url_line::UrlLine;
use crate::body::visible;
use crate::model::resolved::ResolvedRequest;
use crate::model::route_map::Sentence;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::{View, preview};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>, tab: &Tab) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = size::TIGHT;
        for leg in Leg::BOTH {
            line(ui, view, tab, leg);
            route(ui, tab, leg);
        }
    });
}

/// What the gateway's configuration says of the request: three quiet lines at most, the whole behind a press.
fn route(ui: &mut Ui, tab: &Tab, leg: Leg) {
    let Some(foretold) = &tab.foretold[leg.index()] else {
        return;
    };
    let palette = Palette::of(ui);
    let colour = if foretold.route.is_some() {
        palette.faint
    } else {
        palette.warn
    };
    // What is at odds with what was typed stands at the fields as well: it may be cut, the rest is said nowhere else.
    let (odd, rest): (Vec<&Sentence>, Vec<&Sentence>) = foretold
        .sentences
        .iter()
        .partition(|sentence| foretold.route.is_some() && sentence.at_odds.is_some());
    let texts: Vec<_> = rest
        .into_iter()
        .chain(odd)
        .map(|sentence| visible::line(&sentence.text))
        .collect();
    let words = texts.join(" · ");
    ui.horizontal_top(|ui| {
        ui.add_space(size::BADGE + ui.spacing().item_spacing.x);
        let font = FontId::proportional(size::SMALL);
        let mut job = LayoutJob::simple(words.clone(), font, colour, ui.available_width());
        job.wrap.max_rows = MOST_ROUTE_ROWS;
        let label = egui::Label::new(job).wrap().sense(Sense::click());
        let response = ui.add(label);
        let name = format!("Route on leg {}: {words}", leg.letter());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        egui::Popup::menu(&response).show(|ui| {
            ui.set_max_width(size::SHEET);
            preview::sentences(ui, foretold);
        });
    });
}

fn line(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, leg: Leg) {
    let palette = Palette::of(ui);
    ui.spacing_mut().interact_size.y = size::MONO_LINE;
    ui.horizontal(|ui| {
        basic::badge(ui, leg);
        match &tab.previews[leg.index()] {
            LegPreview::NoEnvironment => {
                ui.label(basic::small("no environment").color(palette.faint));
            }
            LegPreview::SandboxStopped => {
                if view.state.sandbox == SandboxState::Starting {
                    ui.label(basic::small("The sandbox is starting…").color(palette.faint));
                } else {
                    ui.label(basic::small("The sandbox is not running").color(palette.warn));
                    if basic::link(ui, "Start it").clicked() {
                        view.act(Action::StartSandbox);
                    }
                }
            }
            LegPreview::Problems(problems) => {
                let words = match problems.len() {
                    1 => "1 problem".to_owned(),
                    count => format!("{count} problems"),
                };
                let first = problems.first().map(|problem| problem.field.to_string());
                let at = first.map_or(String::new(), |field| format!(" at {field}"));
                let words = basic::worded(ui, &format!("{words}{at}"), palette.bad);
                ui.label(words);
            }
            LegPreview::Ready(resolved) => {
                if let Some(line) = &tab.url_lines[leg.index()] {
                    url(ui, view, tab, leg, resolved, line);
                }
            }
        }
    });
}

fn url(
    ui: &mut Ui,
    view: &mut View<'_>,
    tab: &Tab,
    leg: Leg,
    resolved: &ResolvedRequest,
    line: &UrlLine,
) {
    let palette = Palette::of(ui);
    let font = FontId::new(size::MONO, FontFamily::Monospace);
    let character = ui.fonts_mut(|fonts| fonts.glyph_width(&font, 'a'));
    let mapped = resolved
        .mapped_from
        .as_ref()
        .map(|from| format!("mapped from {from}"));
    let small = FontId::new(size::SMALL, FontFamily::Proportional);
    let beside = mapped.as_ref().map_or(0.0, |words| {
        let galley = ui
            .painter()
            .layout_no_wrap(shortened(words), small, palette.info);
        galley.size().x + size::WIDE
    });
    let room = (ui.available_width() - beside).max(character * f32::from(LEAST_SHOWN));
    let job = coloured(line, fitting(room, character), |kind| {
        let colour = match kind {
            Part::Origin => palette.secondary,
            Part::Common => palette.text,
            Part::Own => basic::leg_colour(palette, leg),
            Part::LeftOut => palette.faint,
        };
        TextFormat::simple(font.clone(), colour)
    });
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let wanted = vec2(galley.size().x, size::MONO_LINE);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::click());
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), rect);
    ui.painter().galley(at.min, galley, palette.text);
    let name = format!("URL of leg {}: {}", leg.letter(), shown(&line.url));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    let response = response.on_hover_ui(|ui| {
        ui.label(basic::mono(shown(&line.url)));
        ui.label(basic::small("A click offers to copy it").color(palette.faint));
    });
    // By a click too: the keyboard has no other button.
    let asked = response.clicked() || response.secondary_clicked();
    egui::Popup::menu(&response)
        .open_memory(asked.then_some(egui::SetOpenCommand::Toggle))
        .show(|ui| menu(ui, view, tab, leg, line));
    if let Some(words) = mapped {
        mapping(ui, view, leg, &words);
    }
}

fn menu(ui: &mut Ui, view: &mut View<'_>, tab: &Tab, leg: Leg, line: &UrlLine) {
    basic::menu(ui);
    if ui.button("Copy URL").clicked() {
        ui.ctx().copy_text(line.url.clone());
        ui.close();
    }
    if ui.button("Copy as cURL").clicked() {
        view.act(Action::Editing(EditingAction::CopyAsCurl {
            request: Some(tab.id().clone()),
            leg: Some(leg),
        }));
        ui.close();
    }
    if ui.button("Export the request…").clicked() {
        let wanted = Wanted::Request(tab.id().clone());
        view.act(Action::Exporting(ExportingAction::Ask(wanted)));
        ui.close();
    }
}

/// Where the path map or a route of the gateway's own applied; a click goes there.
fn mapping(ui: &mut Ui, view: &mut View<'_>, leg: Leg, words: &str) {
    let palette = Palette::of(ui);
    let environment = view
        .state
        .leg(leg)
        .filter(|known| known.sandbox.is_none())
        .map(|known| known.id.clone());
    let by_routes = view
        .state
        .leg(leg)
        .is_some_and(|known| known.path_map.is_empty());
    let text = basic::small(shortened(words)).color(palette.info);
    // Cut where the window ends, or the whole page would be as wide as it.
    ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
    match environment {
        Some(id) => {
            let where_from = if by_routes {
                "See the routes of the gateway"
            } else {
                "Edit the path map"
            };
            let link = ui
                .add(egui::Link::new(text))
                .accessible_name(format!("{words}: {}", where_from.to_lowercase()))
                .on_hover_text(where_from);
            if link.clicked() {
                view.act(Action::EditEnvironment(id));
            }
        }
        None => {
            ui.label(text).on_hover_text(words);
        }
    }
}

fn shortened(words: &str) -> String {
    let count = words.chars().count();
    if count <= MOST_MAPPED {
        return words.to_owned();
    }
    let beginning: String = words.chars().take(MOST_MAPPED - 1).collect();
    format!("{beginning}…")
}

/// Rows of what a route does.
const MOST_ROUTE_ROWS: usize = 3;
/// Characters of a mapping that stand beside the URL.
const MOST_MAPPED: usize = 60;
/// Characters of a URL that are shown however narrow it gets.
const LEAST_SHOWN: u16 = 24;
/// Characters of a URL in its tooltip.
const MOST_TOLD: usize = 4_000;

/// All of a URL, unless nobody would read it.
fn shown(url: &str) -> String {
    if url.len() <= MOST_TOLD {
        return url.to_owned();
    }
    let beginning: String = url.chars().take(MOST_TOLD).collect();
    format!("{beginning}…")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few hundred characters fit on a line"
)]
fn fitting(room: f32, character: f32) -> usize {
    (room / character).max(f32::from(LEAST_SHOWN)) as usize
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Origin,
    Common,
    Own,
    /// `…` in the middle.
    LeftOut,
}

fn coloured(line: &UrlLine, most: usize, format: impl Fn(Part) -> TextFormat) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    for (text, part) in parts(line, most) {
        job.append(&text, 0.0, format(part));
    }
    job
}

/// At most `most` characters of the URL, its middle left out, in pieces of one colour.
fn parts(line: &UrlLine, most: usize) -> Vec<(String, Part)> {
    // Looking at the ends is enough; a URL of megabytes is not counted through.
    let is_long = line.url.len() > most && line.url.chars().nth(most).is_some();
    let (head, tail) = if is_long {
        // More of the end: there it says what is asked for.
        let head = most.saturating_sub(1) * 2 / 5;
        let tail = most.saturating_sub(1) - head;
        let head = line
            .url
            .char_indices()
            .nth(head)
            .map_or(line.url.len(), |(at, _)| at);
        let tail = line
            .url
            .char_indices()
            .rev()
            .nth(tail.saturating_sub(1))
            .map_or(0, |(at, _)| at);
        (0..head, tail..line.url.len())
    } else {
        (0..line.url.len(), line.url.len()..line.url.len())
    };
    let borders = [
        (0..line.origin_end, Part::Origin),
        (line.origin_end..line.own.start, Part::Common),
        (line.own.clone(), Part::Own),
        (line.own.end..line.url.len(), Part::Common),
    ];
    let within = |window: std::ops::Range<usize>| {
        borders
            .clone()
            .into_iter()
            .filter_map(move |(range, part)| {
                let start = range.start.max(window.start);
                let end = range.end.min(window.end);
                (start < end).then(|| (line.url[start..end].to_owned(), part))
            })
    };
    let left_out = is_long.then(|| ("…".to_owned(), Part::LeftOut));
    within(head).chain(left_out).chain(within(tail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_in_its_parts_and_shortened_in_the_middle() {
        let line = UrlLine::new(
            "https://gate.example/test/api/v2/users?pageSize=5",
            Some("https://api.example/api/v2/users?pageSize=5"),
        );
        let whole = parts(&line, 200);
        let texts: Vec<(&str, Part)> = whole
            .iter()
            .map(|(text, part)| (text.as_str(), *part))
            .collect();
        assert_eq!(
            texts,
            [
                ("https://gate.example", Part::Origin),
                ("/test", Part::Own),
                ("/api/v2/users?pageSize=5", Part::Common),
            ]
        );
        for most in [1, 2, 10, 24, 48] {
            let short: String = parts(&line, most)
                .into_iter()
                .map(|(text, _)| text)
                .collect();
            assert!(short.chars().count() <= most.max(2), "{most}: {short}");
            assert!(short.contains('…'), "{most}: {short}");
        }
        let short: String = parts(&line, 24).into_iter().map(|(text, _)| text).collect();
        assert_eq!(
            short,
            "https://g…s?pageSize=5".replace("s?page", "ers?page")
        );
    }
}
