//! egui's `Style` made from the tokens, dark and light.

use egui::style::{ScrollStyle, Selection, WidgetVisuals};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, StrokeKind, Style,
    TextEdit, TextStyle, Theme, ThemePreference, Visuals,
};

use crate::model::settings::Appearance;

use super::fonts;
use super::tokens::{BUTTON_PADDING, DARK, LIGHT, Palette, SPACING, size};

/// Fonts and both styles.
/// `sizes`: of words and of what goes over the wire, in points at 100 %.
pub(super) fn install(context: &Context, sizes: [u32; 2]) {
    context.set_fonts(fonts::definitions());
    context.set_style_of(Theme::Dark, style(&DARK, sizes));
    context.set_style_of(Theme::Light, style(&LIGHT, sizes));
}

pub(super) fn follow(context: &Context, appearance: Appearance) {
    context.set_theme(match appearance {
        Appearance::System => ThemePreference::System,
        Appearance::Dark => ThemePreference::Dark,
        Appearance::Light => ThemePreference::Light,
    });
}

/// The ring around what has the keyboard, whatever it is: drawn here for all, so that no widget goes without.
/// A text field has one of its own.
pub(super) fn show_focus(context: &Context) {
    let Some(id) = context.memory(egui::Memory::focused) else {
        return;
    };
    if TextEdit::load_state(context, id).is_some() {
        return;
    }
    let Some(response) = context.read_response(id) else {
        return;
    };
    let shown = response.interact_rect;
    if !shown.is_positive() {
        return;
    }
    let palette = Palette::shown(context);
    context.layer_painter(response.layer_id).rect_stroke(
        shown.expand(size::TIGHT),
        CornerRadius::same(size::RADIUS),
        palette.focus_ring(),
        StrokeKind::Outside,
    );
}

fn style(palette: &Palette, sizes: [u32; 2]) -> Style {
    let [text, mono] = sizes.map(|size| f32::from(u16::try_from(size).unwrap_or(u16::MAX)));
    let mut style = Style {
        visuals: visuals(palette),
        animation_time: 0.0,
        ..Style::default()
    };
    style.text_styles = [
        (
            TextStyle::Heading,
            FontId::new(text + size::HEADING - size::TEXT, fonts::strong()),
        ),
        (TextStyle::Body, FontId::new(text, FontFamily::Proportional)),
        (
            TextStyle::Button,
            FontId::new(text, FontFamily::Proportional),
        ),
        (
            TextStyle::Small,
            FontId::new(text + size::TINY - size::TEXT, FontFamily::Proportional),
        ),
        (
            TextStyle::Monospace,
            FontId::new(mono, FontFamily::Monospace),
        ),
        (
            fonts::small(),
            FontId::new(text + size::SMALL - size::TEXT, FontFamily::Proportional),
        ),
    ]
    .into();
    style.spacing.item_spacing = SPACING;
    style.spacing.button_padding = BUTTON_PADDING;
    style.spacing.interact_size.y = size::CONTROL;
    style.spacing.window_margin = Margin::same(20);
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.combo_width = 120.0;
    style.spacing.icon_width = 16.0;
    style.spacing.icon_width_inner = 10.0;
    style.spacing.tooltip_width = 420.0;
    style.spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        ..ScrollStyle::thin()
    };
    style.interaction.selectable_labels = true;
    style
}

fn visuals(palette: &Palette) -> Visuals {
    let mut visuals = if palette.dark {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let widget = |fill: Color32, line: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(size::RADIUS),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(palette.panel, palette.line, palette.text);
    visuals.widgets.inactive = widget(palette.raised, palette.strong_line, palette.text);
    visuals.widgets.hovered = widget(palette.hover, palette.strong_line, palette.text);
    visuals.widgets.active = widget(palette.hover, palette.strong_line, palette.text);
    visuals.widgets.open = widget(palette.hover, palette.strong_line, palette.text);
    visuals.selection = Selection {
        bg_fill: palette.selection,
        stroke: Stroke::new(1.5, palette.accent),
    };
    visuals.weak_text_color = Some(palette.faint);
    visuals.faint_bg_color = palette.raised;
    visuals.extreme_bg_color = palette.ground;
    visuals.text_edit_bg_color = Some(if palette.dark {
        palette.ground
    } else {
        palette.raised
    });
    visuals.code_bg_color = palette.raised;
    visuals.warn_fg_color = palette.warn;
    visuals.error_fg_color = palette.bad;
    visuals.window_corner_radius = CornerRadius::same(size::RADIUS + 2);
    visuals.menu_corner_radius = CornerRadius::same(size::RADIUS);
    visuals.window_fill = palette.panel;
    visuals.window_stroke = Stroke::new(1.0, palette.strong_line);
    visuals.panel_fill = palette.panel;
    let shadow = Shadow {
        offset: [0, 6],
        blur: 20,
        spread: 0,
        color: palette.shadow,
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.text_cursor.stroke = Stroke::new(2.0, palette.accent);
    visuals.handle_shape = egui::style::HandleShape::Rect { aspect_ratio: 0.5 };
    visuals
}
