//! Badges, chips, strips of tabs, buttons.

use egui::{
    Align2, Button, Color32, CornerRadius, FontFamily, FontId, Frame, Response, RichText, Sense,
    Stroke, Ui, vec2,
};

use crate::app::state::Leg;
use crate::model::environment::Colour;
use crate::ui::fonts;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::icons::{self, Icon};

/// The square with the leg's letter, in the leg's colour.
pub(in crate::ui) fn badge(ui: &mut Ui, leg: Leg) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(size::BADGE, size::BADGE), Sense::hover());
    paint_badge(ui.painter(), rect, palette, leg);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("Leg {}", leg.letter()))
    });
}

/// The same into a place of the caller's.
pub(in crate::ui) fn paint_badge(
    painter: &egui::Painter,
    rect: egui::Rect,
    palette: &Palette,
    leg: Leg,
) {
    painter.rect_filled(
        rect,
        CornerRadius::same(size::CHIP_RADIUS),
        leg_colour(palette, leg),
    );
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        leg.letter(),
        FontId::new(size::LETTER, fonts::strong()),
        palette.on_badge,
    );
}

pub(in crate::ui) fn leg_colour(palette: &Palette, leg: Leg) -> Color32 {
    match leg {
        Leg::A => palette.leg_a,
        Leg::B => palette.leg_b,
    }
}

/// A dot in an environment's colour; the name beside it says the same in words.
pub(in crate::ui) fn dot(ui: &mut Ui, colour: Color32) {
    let (rect, _) =
        ui.allocate_exact_size(vec2(size::DOT_RADIUS * 2.5, size::BADGE), Sense::hover());
    ui.painter()
        .circle_filled(rect.center(), size::DOT_RADIUS, colour);
}

pub(in crate::ui) fn colour_name(colour: Colour) -> &'static str {
    match colour {
        Colour::Teal => "Teal",
        Colour::Violet => "Violet",
        Colour::Blue => "Blue",
        Colour::Green => "Green",
        Colour::Amber => "Amber",
        Colour::Red => "Red",
    }
}

/// A small filled label: a status, a state.
pub(in crate::ui) fn chip(ui: &mut Ui, text: &str, colour: Color32, fill: Color32) -> Response {
    Frame::new()
        .fill(fill)
        .corner_radius(CornerRadius::same(size::CHIP_RADIUS))
        .inner_margin(inset::CHIP)
        .show(ui, |ui| ui.label(strong(text).color(colour)))
        .response
}

/// Text in the heavier face.
pub(in crate::ui) fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).family(fonts::strong())
}

pub(in crate::ui) fn small(text: impl Into<String>) -> RichText {
    RichText::new(text).text_style(fonts::small())
}

pub(in crate::ui) fn mono(text: impl Into<String>) -> RichText {
    RichText::new(text).text_style(egui::TextStyle::Monospace)
}

/// For what covers the whole window, in each frame that shows it: a tooltip below it, which would stay as long as the pointer rests, goes.
pub(in crate::ui) fn covers(context: &egui::Context, name: &str) {
    let id = egui::Id::unique(("covers", name));
    let now = context.cumulative_pass_nr();
    let before = context.data_mut(|data| {
        let before = data.get_temp::<u64>(id);
        data.insert_temp(id, now);
        before
    });
    if before.is_none_or(|before| before + 1 < now) {
        let rests = context.input(|input| {
            let pointer = &input.pointer;
            // A click takes tooltips away by itself.
            pointer.time_since_last_click() > pointer.time_since_last_movement() + 0.1
        });
        if rests {
            // The pointer is taken for gone until it moves or clicks.
            context.input_mut(|input| input.pointer = egui::PointerState::default());
            context.request_repaint();
        }
    }
}

/// Small text in which what stands between backticks is code, in its own face and without them.
pub(in crate::ui) fn worded(ui: &Ui, text: &str, colour: Color32) -> egui::text::LayoutJob {
    worded_in(&fonts::small().resolve(ui.style()), text, colour)
}

/// The same in another face and size.
pub(in crate::ui) fn worded_in(
    words: &FontId,
    text: &str,
    colour: Color32,
) -> egui::text::LayoutJob {
    let code = FontId::new(words.size, FontFamily::Monospace);
    let mut job = egui::text::LayoutJob::default();
    let is_even = text.matches('`').count().is_multiple_of(2);
    let parts: Vec<&str> = if is_even {
        text.split('`').collect()
    } else {
        vec![text]
    };
    for (index, part) in parts.into_iter().enumerate() {
        let font = if index.is_multiple_of(2) {
            words
        } else {
            &code
        };
        job.append(part, 0.0, egui::TextFormat::simple(font.clone(), colour));
    }
    job
}

/// The sign of a part that folds out.
pub(in crate::ui) fn unfold(ui: &mut Ui, openness: f32, response: &Response) {
    let icon = if openness > 0.5 {
        Icon::ChevronDown
    } else {
        Icon::ChevronRight
    };
    let colour = Palette::of(ui).secondary;
    icons::paint(ui.painter(), response.rect, icon, colour);
}

/// The one button of a view that does its work.
pub(in crate::ui) fn primary(ui: &mut Ui, text: &str) -> Response {
    let palette = Palette::of(ui);
    ui.add(
        Button::new(strong(text).color(palette.on_accent))
            .fill(palette.accent)
            .stroke(Stroke::NONE)
            .min_size(vec2(0.0, size::PRIMARY)),
    )
}

pub(in crate::ui) fn secondary(ui: &mut Ui, text: &str) -> Response {
    ui.add(Button::new(text).min_size(vec2(0.0, size::PRIMARY)))
}

/// A button that takes something away.
pub(in crate::ui) fn danger(ui: &mut Ui, text: &str) -> Response {
    let palette = Palette::of(ui);
    ui.add(
        Button::new(strong(text).color(palette.bad))
            .fill(palette.bad_fill)
            .stroke(Stroke::new(size::LINE, palette.bad))
            .min_size(vec2(0.0, size::PRIMARY)),
    )
}

/// A frameless button with a sign on it; `name` says what it does.
pub(in crate::ui) fn icon(ui: &mut Ui, sign: &str, name: &str) -> Response {
    let palette = Palette::of(ui);
    ui.add(
        Button::new(RichText::new(sign).color(palette.secondary))
            .frame_when_inactive(false)
            .min_size(vec2(size::ICON_BUTTON, size::ICON_BUTTON)),
    )
    .accessible_name(name)
    .on_hover_text(name)
}

/// A link-like button: it does something here rather than going somewhere.
pub(in crate::ui) fn link(ui: &mut Ui, text: &str) -> Response {
    let palette = Palette::of(ui);
    let link = egui::Link::new(small(text).color(palette.accent));
    // In a text that goes on below, egui makes a widget of each of its lines: it stays whole.
    let wraps = ui.layout().main_wrap();
    let before = ui.style().wrap_mode;
    if wraps {
        ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
    }
    let response = ui.add(link);
    if wraps {
        ui.style_mut().wrap_mode = before;
    }
    response
}

/// A strip of tabs with a count beside each; answers the one that was clicked.
/// `of` tells two strips apart for those who hear them: `Request headers`, `Response headers`.
pub(in crate::ui) fn strip<T: Copy + PartialEq>(
    ui: &mut Ui,
    of: &str,
    chosen: T,
    tabs: &[(T, &str, Option<usize>)],
) -> Option<T> {
    let palette = Palette::of(ui);
    let mut clicked = None;
    let before = (ui.spacing().button_padding, ui.spacing().item_spacing);
    // Without padding, so that the first title stands on the edge of what is below it.
    ui.spacing_mut().button_padding.x = 0.0;
    ui.spacing_mut().item_spacing.x = size::UNIT * 2.5;
    for (tab, title, count) in tabs {
        let active = *tab == chosen;
        let colour = if active {
            palette.text
        } else {
            palette.secondary
        };
        let mut text = egui::text::LayoutJob::default();
        let body = egui::TextStyle::Body.resolve(ui.style());
        text.append(title, 0.0, egui::TextFormat::simple(body, colour));
        if let Some(count) = count.filter(|count| *count > 0) {
            text.append(
                &count.to_string(),
                6.0,
                egui::TextFormat::simple(
                    FontId::new(size::TINY, FontFamily::Proportional),
                    palette.faint,
                ),
            );
        }
        let response = ui
            .add(
                Button::new(text)
                    .frame(false)
                    .min_size(vec2(0.0, size::TAB_BAR - size::HALF)),
            )
            .accessible_name(format!("{of} {}", title.to_lowercase()));
        let rect = response.rect;
        let line = if active {
            Some(palette.accent)
        } else {
            response.hovered().then_some(palette.strong_line)
        };
        if let Some(colour) = line {
            ui.painter().hline(
                rect.x_range(),
                rect.bottom() - 1.0,
                Stroke::new(size::MARK, colour),
            );
        }
        if response.clicked() {
            clicked = Some(*tab);
        }
    }
    ui.spacing_mut().button_padding = before.0;
    ui.spacing_mut().item_spacing = before.1;
    clicked
}

/// A two- or three-way choice, side by side.
pub(in crate::ui) fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    chosen: &mut T,
    options: &[(T, &str)],
) -> bool {
    choice_shown(ui, chosen, options).0
}

/// The same, with the one that is chosen, for those who lead the keyboard to it.
pub(in crate::ui) fn choice_shown<T: Copy + PartialEq>(
    ui: &mut Ui,
    chosen: &mut T,
    options: &[(T, &str)],
) -> (bool, Option<Response>) {
    let mut changed = false;
    let mut shown = None;
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.x = size::HALF;
    for (option, words) in options {
        let active = *option == *chosen;
        let text = if active {
            strong(*words).color(palette.text)
        } else {
            RichText::new(*words).color(palette.secondary)
        };
        let mut button = Button::new(text).min_size(vec2(0.0, size::CONTROL));
        if active {
            button = button
                .fill(palette.selection)
                .stroke(Stroke::new(1.0, palette.accent));
        }
        let response = ui.add(button);
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::RadioButton, true, active, *words)
        });
        if response.clicked() && !active {
            *chosen = *option;
            changed = true;
        }
        if active {
            shown = Some(response);
        }
    }
    (changed, shown)
}

/// What is left of the room becomes a sheet of paper for a form or a page.
pub(in crate::ui) fn sheet(ui: &Ui) {
    let palette = Palette::of(ui);
    ui.painter().rect_filled(
        ui.available_rect_before_wrap(),
        CornerRadius::ZERO,
        palette.panel,
    );
}

/// A hairline across what is left of the width.
pub(in crate::ui) fn hairline(ui: &mut Ui) {
    let palette = Palette::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(
        rect.x_range(),
        rect.center().y,
        Stroke::new(1.0, palette.line),
    );
}

/// The rows of a menu close together.
pub(in crate::ui) fn menu(ui: &mut Ui) {
    ui.set_min_width(size::MENU);
    list(ui);
}

/// The rows of a drop-down list close together.
pub(in crate::ui) fn list(ui: &mut Ui) {
    let spacing = ui.spacing_mut();
    spacing.item_spacing.y = 0.0;
    spacing.button_padding = vec2(size::UNIT, size::HALF);
    spacing.interact_size.y = size::ROW;
}

/// A row of a menu with the key that does the same.
pub(in crate::ui) fn entry(ui: &mut Ui, words: &str, keys: &str) -> Response {
    let palette = Palette::of(ui);
    let keys = RichText::new(keys).size(size::TINY).color(palette.faint);
    ui.add(Button::new(words).shortcut_text(keys))
        .accessible_name(words)
}

/// One of several in a menu, of which one is chosen.
pub(in crate::ui) fn radio(ui: &mut Ui, chosen: bool, words: &str) -> Response {
    outlined(ui, |ui| ui.radio(chosen, words))
}

/// What is on or off in a menu.
pub(in crate::ui) fn check(ui: &mut Ui, on: &mut bool, words: &str) -> Response {
    outlined(ui, |ui| ui.checkbox(on, words))
}

/// Menus take the outlines off what stands in them; circles and boxes need theirs.
fn outlined(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> Response) -> Response {
    let palette = Palette::of(ui);
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for look in [
            &mut widgets.inactive,
            &mut widgets.hovered,
            &mut widgets.active,
        ] {
            look.bg_stroke = Stroke::new(1.0, palette.faint);
        }
        add(ui)
    })
    .inner
}

/// What a drop-down list shows at its right end.
pub(in crate::ui) fn drop_down(ui: &Ui, rect: egui::Rect, _: &egui::style::WidgetVisuals, _: bool) {
    icons::paint(
        ui.painter(),
        rect,
        Icon::ChevronDown,
        Palette::of(ui).secondary,
    );
}

/// A filled triangle: down for open, right for closed.
pub(in crate::ui) fn chevron(ui: &Ui, centre: egui::Pos2, open: bool, colour: Color32) {
    let (half, back, tip) = (size::HALF, size::TIGHT, size::SMALL_DOT);
    let corners = if open {
        [vec2(-half, -back), vec2(half, -back), vec2(0.0, tip)]
    } else {
        [vec2(-back, -half), vec2(tip, 0.0), vec2(-back, half)]
    };
    ui.painter().add(egui::Shape::convex_polygon(
        corners.map(|corner| centre + corner).to_vec(),
        colour,
        Stroke::NONE,
    ));
}

/// The colour of a method: what reads, what writes, what deletes.
pub(in crate::ui) fn method_colour(palette: &Palette, method: &str) -> Color32 {
    match method {
        "GET" | "HEAD" | "OPTIONS" => palette.ok,
        "DELETE" => palette.bad,
        "POST" | "PUT" | "PATCH" => palette.warn,
        _ => palette.info,
    }
}
