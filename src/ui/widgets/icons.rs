//! Small pictures made of lines, drawn on a grid of 16 by 16 units and therefore crisp at every zoom.
//! Each that stands alone has words for those who cannot see it.

use std::f32::consts::TAU;

use egui::emath::GuiRounding as _;
use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, vec2};

use crate::ui::tokens::{Palette, size};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Icon {
    Add,
    Check,
    ChevronDown,
    ChevronRight,
    ChevronUp,
    Clock,
    Close,
    Copy,
    /// Something failed.
    Cross,
    Duplicate,
    Edit,
    Eye,
    /// Out of the house.
    Export,
    EyeOff,
    Gear,
    Grip,
    /// Into the house.
    Import,
    Info,
    List,
    Lock,
    More,
    Save,
    Search,
    SplitBeside,
    Swap,
    Trash,
    Warning,
}

/// A part of a picture, in units of the grid.
enum Part {
    Line(&'static [(f32, f32)]),
    Loop(&'static [(f32, f32)]),
    Circle(f32, f32, f32),
    Disc(f32, f32, f32),
    /// Centre, radius, and from where to where in turns; 0 is to the right, a quarter is down.
    Arc(f32, f32, f32, f32, f32),
}

use Part::{Arc, Circle, Disc, Line, Loop};

impl Icon {
    #[cfg(test)]
    const ALL: [Self; 27] = [
        Self::Add,
        Self::Check,
        Self::ChevronDown,
        Self::ChevronRight,
        Self::ChevronUp,
        Self::Clock,
        Self::Close,
        Self::Copy,
        Self::Cross,
        Self::Duplicate,
        Self::Edit,
        Self::Eye,
        Self::Export,
        Self::EyeOff,
        Self::Gear,
        Self::Grip,
        Self::Import,
        Self::Info,
        Self::List,
        Self::Lock,
        Self::More,
        Self::Save,
        Self::Search,
        Self::SplitBeside,
        Self::Swap,
        Self::Trash,
        Self::Warning,
    ];

    #[expect(clippy::too_many_lines, reason = "one arm a picture: a table")]
    fn parts(self) -> &'static [Part] {
        match self {
            Self::Add => &[
                Line(&[(8.0, 3.0), (8.0, 13.0)]),
                Line(&[(3.0, 8.0), (13.0, 8.0)]),
            ],
            Self::Export => &[
                Line(&[(8.0, 10.0), (8.0, 2.5)]),
                Line(&[(5.0, 5.5), (8.0, 2.5), (11.0, 5.5)]),
                Line(&[(3.0, 9.0), (3.0, 13.0), (13.0, 13.0), (13.0, 9.0)]),
            ],
            Self::Import => &[
                Line(&[(8.0, 2.5), (8.0, 10.0)]),
                Line(&[(5.0, 7.0), (8.0, 10.0), (11.0, 7.0)]),
                Line(&[(3.0, 9.0), (3.0, 13.0), (13.0, 13.0), (13.0, 9.0)]),
            ],
            Self::Check => &[Line(&[(3.0, 8.5), (6.5, 12.0), (13.0, 4.5)])],
            Self::ChevronDown => &[Line(&[(4.5, 6.25), (8.0, 9.75), (11.5, 6.25)])],
            Self::ChevronRight => &[Line(&[(6.25, 4.5), (9.75, 8.0), (6.25, 11.5)])],
            Self::ChevronUp => &[Line(&[(4.5, 9.75), (8.0, 6.25), (11.5, 9.75)])],
            Self::Clock => &[
                Circle(8.0, 8.0, 6.0),
                Line(&[(8.0, 4.5), (8.0, 8.0), (10.5, 9.5)]),
            ],
            Self::Close => &[
                Line(&[(4.0, 4.0), (12.0, 12.0)]),
                Line(&[(12.0, 4.0), (4.0, 12.0)]),
            ],
            Self::Copy => &[
                Loop(&[(6.0, 6.0), (13.5, 6.0), (13.5, 13.5), (6.0, 13.5)]),
                Line(&[
                    (4.0, 10.0),
                    (2.5, 10.0),
                    (2.5, 2.5),
                    (10.0, 2.5),
                    (10.0, 4.0),
                ]),
            ],
            Self::Cross => &[
                Circle(8.0, 8.0, 6.0),
                Line(&[(5.75, 5.75), (10.25, 10.25)]),
                Line(&[(10.25, 5.75), (5.75, 10.25)]),
            ],
            Self::Duplicate => &[
                Loop(&[(6.0, 6.0), (13.5, 6.0), (13.5, 13.5), (6.0, 13.5)]),
                Line(&[
                    (4.0, 10.0),
                    (2.5, 10.0),
                    (2.5, 2.5),
                    (10.0, 2.5),
                    (10.0, 4.0),
                ]),
                Line(&[(9.75, 7.75), (9.75, 11.75)]),
                Line(&[(7.75, 9.75), (11.75, 9.75)]),
            ],
            Self::Edit => &[
                Loop(&[
                    (2.75, 13.25),
                    (3.5, 10.25),
                    (10.75, 3.0),
                    (13.0, 5.25),
                    (5.75, 12.5),
                ]),
                Line(&[(9.0, 4.75), (11.25, 7.0)]),
            ],
            Self::Eye => &[Loop(LID), Circle(8.0, 8.0, 2.0)],
            Self::EyeOff => &[
                Loop(LID),
                Circle(8.0, 8.0, 2.0),
                Line(&[(3.0, 13.0), (13.0, 3.0)]),
            ],
            Self::Gear => GEAR,
            Self::Grip => &[
                Disc(6.0, 4.0, 1.0),
                Disc(10.0, 4.0, 1.0),
                Disc(6.0, 8.0, 1.0),
                Disc(10.0, 8.0, 1.0),
                Disc(6.0, 12.0, 1.0),
                Disc(10.0, 12.0, 1.0),
            ],
            Self::Info => &[
                Circle(8.0, 8.0, 6.0),
                Line(&[(8.0, 7.5), (8.0, 11.25)]),
                Disc(8.0, 5.0, 0.9),
            ],
            Self::List => &[
                Line(&[(2.5, 4.0), (13.5, 4.0)]),
                Line(&[(2.5, 8.0), (13.5, 8.0)]),
                Line(&[(2.5, 12.0), (13.5, 12.0)]),
            ],
            Self::Lock => &[
                Loop(&[(3.5, 7.5), (12.5, 7.5), (12.5, 13.5), (3.5, 13.5)]),
                Line(&[(5.25, 7.5), (5.25, 5.5)]),
                Line(&[(10.75, 7.5), (10.75, 5.5)]),
                Arc(8.0, 5.5, 2.75, 0.5, 1.0),
            ],
            Self::More => &[
                Disc(3.5, 8.0, 1.2),
                Disc(8.0, 8.0, 1.2),
                Disc(12.5, 8.0, 1.2),
            ],
            Self::Save => &[
                Line(&[(8.0, 2.5), (8.0, 10.0)]),
                Line(&[(4.75, 6.75), (8.0, 10.0), (11.25, 6.75)]),
                Line(&[(2.5, 10.5), (2.5, 13.5), (13.5, 13.5), (13.5, 10.5)]),
            ],
            Self::Search => &[
                Circle(7.0, 7.0, 4.25),
                Line(&[(10.25, 10.25), (13.5, 13.5)]),
            ],
            Self::SplitBeside => &[
                Loop(&[(2.5, 2.5), (13.5, 2.5), (13.5, 13.5), (2.5, 13.5)]),
                Line(&[(8.0, 2.5), (8.0, 13.5)]),
            ],
            Self::Swap => &[
                Line(&[(2.5, 5.25), (13.5, 5.25)]),
                Line(&[(10.75, 2.5), (13.5, 5.25), (10.75, 8.0)]),
                Line(&[(13.5, 10.75), (2.5, 10.75)]),
                Line(&[(5.25, 8.0), (2.5, 10.75), (5.25, 13.5)]),
            ],
            Self::Trash => &[
                Line(&[(2.5, 4.5), (13.5, 4.5)]),
                Line(&[(6.0, 4.5), (6.0, 2.5), (10.0, 2.5), (10.0, 4.5)]),
                Line(&[(4.0, 4.5), (4.75, 13.5), (11.25, 13.5), (12.0, 4.5)]),
                Line(&[(6.75, 7.0), (6.75, 11.0)]),
                Line(&[(9.25, 7.0), (9.25, 11.0)]),
            ],
            Self::Warning => &[
                Loop(&[(8.0, 2.25), (14.25, 13.25), (1.75, 13.25)]),
                Line(&[(8.0, 6.5), (8.0, 9.5)]),
                Disc(8.0, 11.4, 0.85),
            ],
        }
    }
}

const LID: &[(f32, f32)] = &[
    (1.75, 8.0),
    (3.5, 5.75),
    (5.6, 4.35),
    (8.0, 3.85),
    (10.4, 4.35),
    (12.5, 5.75),
    (14.25, 8.0),
    (12.5, 10.25),
    (10.4, 11.65),
    (8.0, 12.15),
    (5.6, 11.65),
    (3.5, 10.25),
];

const GEAR: &[Part] = &[
    Circle(8.0, 8.0, 2.0),
    Circle(8.0, 8.0, 4.6),
    Line(&[(8.0, 3.4), (8.0, 1.6)]),
    Line(&[(8.0, 12.6), (8.0, 14.4)]),
    Line(&[(3.4, 8.0), (1.6, 8.0)]),
    Line(&[(12.6, 8.0), (14.4, 8.0)]),
    Line(&[(4.75, 4.75), (3.5, 3.5)]),
    Line(&[(11.25, 11.25), (12.5, 12.5)]),
    Line(&[(11.25, 4.75), (12.5, 3.5)]),
    Line(&[(4.75, 11.25), (3.5, 12.5)]),
];

/// Units of the grid that every picture is drawn on.
const GRID: f32 = 16.0;
/// Thickness of its lines in those units.
const PEN: f32 = 1.4;
/// Straight pieces that an arc is drawn with.
const ARC_PIECES: u8 = 16;

/// Paints the picture into the middle of `rect`, `side` points wide and high.
pub(in crate::ui) fn paint_sized(
    painter: &Painter,
    rect: Rect,
    icon: Icon,
    colour: Color32,
    side: f32,
) {
    let unit = side / GRID;
    // On whole pixels, so that straight lines do not blur.
    let origin =
        (rect.center() - vec2(side, side) * 0.5).round_to_pixels(painter.pixels_per_point());
    let at = |&(x, y): &(f32, f32)| origin + vec2(x, y) * unit;
    let stroke = Stroke::new(PEN * unit, colour);
    for part in icon.parts() {
        let shape = match part {
            Line(points) => Shape::line(points.iter().map(at).collect(), stroke),
            Loop(points) => Shape::closed_line(points.iter().map(at).collect(), stroke),
            Circle(x, y, radius) => Shape::circle_stroke(at(&(*x, *y)), radius * unit, stroke),
            Disc(x, y, radius) => Shape::circle_filled(at(&(*x, *y)), radius * unit, colour),
            Arc(x, y, radius, from, to) => {
                Shape::line(arc(at(&(*x, *y)), radius * unit, *from, *to), stroke)
            }
        };
        painter.add(shape);
    }
}

fn arc(centre: Pos2, radius: f32, from: f32, to: f32) -> Vec<Pos2> {
    (0..=ARC_PIECES)
        .map(|piece| {
            let turn = from + (to - from) * f32::from(piece) / f32::from(ARC_PIECES);
            centre + radius * egui::Vec2::angled(turn * TAU)
        })
        .collect()
}

/// Paints the picture into the middle of `rect` in its usual size.
pub(in crate::ui) fn paint(painter: &Painter, rect: Rect, icon: Icon, colour: Color32) {
    paint_sized(painter, rect, icon, colour, size::ICON);
}

/// A picture that says something by itself, read aloud as `words`.
pub(in crate::ui) fn show(ui: &mut Ui, icon: Icon, words: &str, colour: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(size::ICON, size::ICON), Sense::hover());
    paint(ui.painter(), rect, icon, colour);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words));
    response
}

/// A picture beside words that say the same: nothing is read aloud.
pub(in crate::ui) fn decoration(ui: &mut Ui, icon: Icon, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(size::ICON, size::ICON), Sense::hover());
    paint(ui.painter(), rect, icon, colour);
}

/// A frameless button with a picture; `name` says what it does, aloud and on hover.
pub(in crate::ui) fn button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let colour = Palette::of(ui).secondary;
    button_in(ui, icon, name, colour, size::ICON_BUTTON)
}

/// The same as high as the fields beside it.
pub(in crate::ui) fn control(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let colour = Palette::of(ui).secondary;
    button_in(ui, icon, name, colour, size::CONTROL)
}

/// A button with a picture in a colour of its own, `side` points wide and high.
pub(in crate::ui) fn button_in(
    ui: &mut Ui,
    icon: Icon,
    name: &str,
    colour: Color32,
    side: f32,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, name));
    if ui.is_rect_visible(rect) {
        let palette = Palette::of(ui);
        let held = response.hovered() || response.is_pointer_button_down_on();
        if held && enabled {
            ui.painter()
                .rect_filled(rect, CornerRadius::same(size::CHIP_RADIUS), palette.hover);
        }
        // In a colour that means something it stays in it; the quiet ones wake up.
        let shown = if held && colour == palette.secondary {
            palette.text
        } else {
            colour
        };
        paint(ui.painter(), rect, icon, shown);
    }
    response.on_hover_text(name)
}

/// A quiet button with a picture and words.
pub(in crate::ui) fn text_button(ui: &mut Ui, icon: Icon, words: &str) -> Response {
    let palette = Palette::of(ui);
    let font = egui::FontId::new(size::SMALL, egui::FontFamily::Proportional);
    let enabled = ui.is_enabled();
    let colour = if enabled {
        palette.secondary
    } else {
        palette.faint
    };
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, colour);
    let width = size::UNIT + size::ICON + size::SNUG + galley.size().x + size::UNIT;
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, words));
    let held = enabled && (response.hovered() || response.is_pointer_button_down_on());
    if held {
        ui.painter()
            .rect_filled(rect, CornerRadius::same(size::CHIP_RADIUS), palette.hover);
    }
    let shown = if held { palette.text } else { colour };
    let picture = Rect::from_min_size(
        rect.left_top() + vec2(size::UNIT, 0.0),
        vec2(size::ICON, rect.height()),
    );
    paint(ui.painter(), picture, icon, shown);
    let at = Pos2::new(
        picture.right() + size::SNUG,
        rect.center().y - galley.size().y * 0.5,
    );
    ui.painter()
        .galley_with_override_text_color(at, galley, shown);
    response
}

/// A button that is on or off; read aloud with its state.
pub(in crate::ui) fn toggle(ui: &mut Ui, icon: Icon, name: &str, on: bool) -> Response {
    let palette = Palette::of(ui);
    let colour = if on {
        palette.accent
    } else {
        palette.secondary
    };
    let response = button_in(ui, icon, name, colour, size::ICON_BUTTON);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, on, name));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines have a thickness: what touches the edge of the grid would be cut off.
    #[test]
    fn every_picture_stays_on_its_grid() {
        let room = PEN / 2.0..=GRID - PEN / 2.0;
        let mut outside = Vec::new();
        for icon in Icon::ALL {
            for part in icon.parts() {
                let points: Vec<(f32, f32)> = match part {
                    Line(points) | Loop(points) => points.to_vec(),
                    Circle(x, y, radius) | Disc(x, y, radius) | Arc(x, y, radius, ..) => {
                        vec![(x - radius, y - radius), (x + radius, y + radius)]
                    }
                };
                if points
                    .iter()
                    .any(|(x, y)| !room.contains(x) || !room.contains(y))
                {
                    outside.push((icon, points));
                }
            }
        }
        assert!(outside.is_empty(), "{outside:#?}");
    }

    #[test]
    fn no_two_pictures_are_the_same() {
        let drawn = |icon: Icon| {
            let context = egui::Context::default();
            let mut shapes = Vec::new();
            let mut output = context.run_ui(egui::RawInput::default(), |ui| {
                let rect = Rect::from_min_size(Pos2::ZERO, vec2(size::ICON, size::ICON));
                paint(ui.painter(), rect, icon, crate::ui::tokens::DARK.text);
            });
            output.textures_delta.clear();
            for clipped in output.shapes {
                shapes.push(format!("{:?}", clipped.shape));
            }
            shapes
        };
        for (index, icon) in Icon::ALL.iter().enumerate() {
            let picture = drawn(*icon);
            assert!(!picture.is_empty(), "{icon:?}");
            for other in &Icon::ALL[index + 1..] {
                assert_ne!(picture, drawn(*other), "{icon:?} and {other:?}");
            }
        }
    }
}
