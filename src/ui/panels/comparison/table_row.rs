//! One row of the table of differences: its tint, sign and words, both values, and the menu that writes a rule.

use egui::{
    Align, Color32, FontFamily, FontId, Id, Popup, Pos2, Rect, Response, Sense, Stroke, Ui, pos2,
    vec2,
};

use crate::app::action::Action;
use crate::app::comparing::ComparingAction;
use crate::body::visible;
use crate::compare::outcome::{Layer, Row, RowKind, SetAside, Shape, Shown};
use crate::ui::text;
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::super::View;

use super::table::{Columns, cell};

/// Ground and sign of a row that counts.
fn face(palette: &Palette, row: &Row) -> (Option<Color32>, &'static str, &'static str) {
    if !row.counts_as_difference() {
        let (sign, said) = match row.kind {
            RowKind::Same => ("", "on both sides"),
            _ if row.set_aside.is_some() => ("·", "set aside"),
            _ => ("≈", "note"),
        };
        return (None, sign, said);
    }
    match row.kind {
        RowKind::Added => (Some(palette.diff_added), "+", "only in B"),
        RowKind::Removed => (Some(palette.diff_removed), "−", "only in A"),
        RowKind::Moved => (Some(palette.diff_changed), "", "moved"),
        _ => (Some(palette.diff_changed), "≠", "differs"),
    }
}

/// One row, which is number `index` of the comparison; answers what has the keyboard for it.
pub(super) fn row(
    ui: &mut Ui,
    view: &mut View<'_>,
    id: Id,
    row: &Row,
    index: usize,
    why: &str,
) -> Response {
    let palette = Palette::of(ui);
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::TABLE_ROW), Sense::hover());
    let columns = Columns::of(rect);
    let link = ignore_words(ui, &columns);
    let can_ignore = row.counts_as_difference() && !row.ignore_rules().is_empty();
    let response = ui.interact(rect, id, Sense::click());
    let (ground, sign, said) = face(palette, row);
    let hovered = response.hovered() || response.has_focus();
    if let Some(fill) = ground.or(hovered.then_some(palette.raised)) {
        ui.painter().rect_filled(rect, 0.0, fill);
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom(), palette.hairline());
    let place = visible::line(&row.place);
    let mut why_place = columns.why;
    if can_ignore {
        why_place.max.x = link.1.left() - size::UNIT;
    }
    let mono = egui::TextStyle::Monospace.resolve(ui.style());
    let words = FontId::new(size::SMALL, FontFamily::Proportional);
    let mut place_rect = columns.place;
    let sign_rect = Rect::from_min_max(
        pos2(rect.left() + size::HALF, rect.top()),
        pos2(place_rect.left(), rect.bottom()),
    );
    cell(ui, sign_rect, sign, &words, palette.secondary);
    if row.kind == RowKind::Moved && row.counts_as_difference() {
        paint_move(
            ui,
            pos2(sign_rect.left() + size::HALF, sign_rect.center().y),
        );
    }
    place_rect.max.x -= size::HALF;
    let is_path = row.layer == Layer::Body && row.place.starts_with('$');
    let place_colour = if row.kind == RowKind::Same {
        palette.secondary
    } else if is_path {
        palette.json_key
    } else {
        palette.text
    };
    let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&mono, 'a'));
    let shown = with_end(short_place(&place), place_rect.width() / letter);
    cell(ui, place_rect, &shown, &mono, place_colour);
    let quiet = (row.kind == RowKind::Same).then_some(palette.secondary);
    value(ui, columns.a, row.a.as_ref(), &mono, quiet);
    value(ui, columns.b, row.b.as_ref(), &mono, quiet);
    cell(ui, why_place, why, &words, palette.secondary);
    let link_response = can_ignore.then(|| ignore_link(ui, id, link, &place));
    response.widget_info(|| {
        let words = format!(
            "{place}, {said}: A {}, B {}, {why}",
            spoken(row.a.as_ref()),
            spoken(row.b.as_ref())
        );
        egui::WidgetInfo::labeled(egui::Role::Button, true, words)
    });
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect.shrink(size::LINE),
            0.0,
            palette.focus_ring(),
            egui::StrokeKind::Inside,
        );
    }
    let mut ignored = None;
    for opener in [Some(&response), link_response.as_ref()]
        .into_iter()
        .flatten()
    {
        Popup::menu(opener)
            .accessible_name(format!("What to do with {place}"))
            .show(|ui| {
                basic::menu(ui);
                ignored = menu(ui, row).or(ignored);
            });
    }
    if let Some(choice) = ignored {
        view.act(Action::Comparing(ComparingAction::IgnoreRow {
            row: index,
            choice,
        }));
    }
    hover(ui, &response, row, &columns, why);
    response
}

/// With the identities in it cut, so that the end can be seen: `$.entities[id=8f4c…].version`.
fn short_place(place: &str) -> String {
    let mut short = String::with_capacity(place.len());
    let mut rest = place;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at + 1);
        short.push_str(before);
        let end = after.find(']').unwrap_or(after.len());
        let (value, behind) = after.split_at(end);
        match value.char_indices().nth(IDENTITY) {
            Some((cut, _)) if value.chars().count() > IDENTITY + 1 => {
                short.push_str(&value[..cut]);
                short.push('…');
            }
            _ => short.push_str(value),
        }
        rest = behind;
    }
    short + rest
}

/// What is left of a place in a narrow column: its end, which tells it from the others.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few hundred characters fit into a column"
)]
fn with_end(place: String, characters: f32) -> String {
    let room = characters.max(2.0) as usize;
    let count = place.chars().count();
    if count <= room {
        return place;
    }
    let end: String = place.chars().skip(count - room + 1).collect();
    format!("…{end}")
}

/// Characters of an identity that are enough to know it by.
const IDENTITY: usize = 4;

/// Up or down, as small as the other signs; no arrow of the fonts is.
fn paint_move(ui: &Ui, centre: Pos2) {
    let stroke = Stroke::new(size::LINE, Palette::of(ui).secondary);
    let (half, head) = (vec2(0.0, size::HALF), size::TIGHT);
    ui.painter()
        .line_segment([centre - half, centre + half], stroke);
    for (tip, back) in [(centre - half, head), (centre + half, -head)] {
        for side in [-head, head] {
            ui.painter()
                .line_segment([tip, tip + vec2(side, back)], stroke);
        }
    }
}

/// The words of the link at the end of a row, and its place; fewer words where there is little room for the reason beside it.
fn ignore_words(ui: &Ui, columns: &Columns) -> (&'static str, Rect) {
    let font = FontId::new(size::SMALL, FontFamily::Proportional);
    let width = |words: &str| {
        let colour = Palette::of(ui).accent;
        let galley = ui
            .painter()
            .layout_no_wrap(words.to_owned(), font.clone(), colour);
        galley.size().x
    };
    let whole = "ignore this…";
    let words = if width(whole) * 2.5 > columns.why.width() {
        "ignore…"
    } else {
        whole
    };
    let left = columns.why.right() - width(words).min(columns.why.width());
    let rect = Rect::from_min_max(pos2(left, columns.why.top()), columns.why.right_bottom());
    (words, rect)
}

fn ignore_link(ui: &Ui, id: Id, (words, rect): (&str, Rect), place: &str) -> Response {
    let palette = Palette::of(ui);
    let response = ui.interact(rect, id.with("ignore"), Sense::click());
    let font = FontId::new(size::SMALL, FontFamily::Proportional);
    cell(ui, rect, words, &font, palette.accent);
    if response.hovered() || response.has_focus() {
        let line = egui::Stroke::new(size::LINE, palette.accent);
        ui.painter()
            .hline(rect.x_range(), rect.center().y + size::UNIT, line);
    }
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Ignore {place}…"))
    });
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// What can be done with a row; answers which of its rules was chosen.
fn menu(ui: &mut Ui, row: &Row) -> Option<usize> {
    let palette = Palette::of(ui);
    let mut chosen = None;
    if row.counts_as_difference() {
        let rules = row.ignore_rules();
        for (choice, rule) in rules.iter().enumerate() {
            let words = match choice {
                0 => format!("Ignore {}", visible::line(&rule.place.to_string())),
                _ => format!(
                    "Ignore {} in every element",
                    visible::line(&rule.place.to_string())
                ),
            };
            if ui.button(words).clicked() {
                chosen = Some(choice);
            }
        }
        if rules.is_empty() {
            let words = "No rule reaches this place";
            ui.label(basic::small(words).color(palette.faint));
        }
        ui.separator();
    }
    if ui.button("Copy where").clicked() {
        ui.ctx().copy_text(row.place.clone());
    }
    for (words, shown) in [("Copy A", &row.a), ("Copy B", &row.b)] {
        if let Some(shown) = shown
            && ui.button(words).clicked()
        {
            ui.ctx().copy_text(shown.text.clone());
        }
    }
    if ui.button("Copy the row").clicked() {
        let text =
            |shown: &Option<Shown>| shown.as_ref().map_or("", |shown| &shown.text).to_owned();
        let words = [row.place.clone(), text(&row.a), text(&row.b), why(row)];
        ui.ctx().copy_text(words.join("\t"));
    }
    chosen
}

/// `quiet`: the colour in place of the one of its kind.
fn value(ui: &Ui, rect: Rect, shown: Option<&Shown>, font: &FontId, quiet: Option<Color32>) {
    let palette = Palette::of(ui);
    let Some(shown) = shown else {
        cell(ui, rect, "missing", font, palette.faint);
        return;
    };
    let colour = match shown.shape {
        Shape::String => palette.json_string,
        Shape::Number => palette.json_number,
        Shape::Boolean | Shape::Null => palette.json_literal,
        Shape::Plain | Shape::Object | Shape::Array => palette.text,
    };
    let colour = quiet.unwrap_or(colour);
    cell(ui, rect, &visible::line(&shown.text), font, colour);
}

fn spoken(shown: Option<&Shown>) -> String {
    shown.map_or("missing".to_owned(), |shown| {
        visible::line(&shown.text).into_owned()
    })
}

/// What the difference is, where what set it aside is said already.
pub(super) fn what(row: &Row) -> String {
    let mut words = row.why.clone();
    if row.times > 1 {
        words = format!("{} places: {words}", row.times);
    }
    visible::line(&words).into_owned()
}

/// Why the row is there, and what set it aside.
pub(super) fn why(row: &Row) -> String {
    let aside = match &row.set_aside {
        None => String::new(),
        Some(SetAside::Expected { because }) => format!("expected: {because}"),
        Some(other) => other.to_string(),
    };
    let parts = [aside.as_str(), row.why.as_str()];
    let told: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mut words = told.join("; ");
    if row.times > 1 {
        words = format!("{} places: {words}", row.times);
    }
    visible::line(&words).into_owned()
}

/// The whole of what is in the column under the pointer.
fn hover(ui: &Ui, response: &Response, row: &Row, columns: &Columns, why: &str) {
    let Some(pointer) = ui.input(|input| input.pointer.hover_pos()) else {
        return;
    };
    let cut = |shown: &Shown| {
        let size = text::bytes(u64::try_from(shown.bytes).unwrap_or(u64::MAX));
        let whole = shown.bytes <= shown.text.len();
        let text = visible::line(&shown.text).into_owned();
        if whole {
            text
        } else {
            format!("{text}\nThe whole value has {size}")
        }
    };
    let words = if columns.place.contains(pointer) {
        Some(visible::line(&row.place).into_owned())
    } else if columns.a.contains(pointer) {
        row.a.as_ref().map(cut)
    } else if columns.b.contains(pointer) {
        row.b.as_ref().map(cut)
    } else if columns.why.contains(pointer) {
        Some(why.to_owned())
    } else {
        None
    };
    if let Some(words) = words.filter(|words| !words.is_empty()) {
        response.clone().on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(size::NOTICE);
            ui.with_layout(egui::Layout::top_down(Align::Min), |ui| {
                ui.label(basic::mono(words));
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{short_place, with_end};

    #[test]
    fn a_narrow_column_keeps_the_end() {
        for (room, expected) in [
            (40.0, "$.entities[id=06d5…].version"),
            (28.0, "$.entities[id=06d5…].version"),
            (27.9, "…entities[id=06d5…].version"),
            (12.0, "…5…].version"),
            (0.0, "…n"),
        ] {
            let place = "$.entities[id=06d5…].version".to_owned();
            assert_eq!(with_end(place, room), expected, "{room}");
        }
    }

    #[test]
    fn the_end_of_a_place_stays_visible() {
        for (place, expected) in [
            ("$.pageSize", "$.pageSize"),
            (
                "$.entities[id=8f4c2f0e-0002].version",
                "$.entities[id=8f4c…].version",
            ),
            (
                "$.a[id=12345].b[name=Ada Moreno]",
                "$.a[id=12345].b[name=Ada …]",
            ),
            ("$.a[id=žluťoučký].c", "$.a[id=žluť…].c"),
            ("content-type", "content-type"),
            ("$.a[id=unended", "$.a[id=unen…"),
        ] {
            assert_eq!(short_place(place), expected, "{place}");
        }
    }
}
