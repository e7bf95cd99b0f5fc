//! Every colour, size and distance of the window: the only place for colour literals.
//! The colours are measured (`tests` below): every text on every ground it stands on has a contrast of 4.5:1 or more.

use egui::{Color32, Margin, Stroke, Vec2, vec2};

use crate::model::environment::Colour;
use crate::model::timings::Phase;

/// The colours of one appearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    pub dark: bool,
    pub ground: Color32,
    pub panel: Color32,
    pub raised: Color32,
    pub hover: Color32,
    pub line: Color32,
    pub strong_line: Color32,
    pub text: Color32,
    pub secondary: Color32,
    pub faint: Color32,
    pub accent: Color32,
    pub on_accent: Color32,
    pub leg_a: Color32,
    pub leg_b: Color32,
    /// Text on a badge of a leg or an environment colour.
    pub on_badge: Color32,
    pub ok: Color32,
    pub ok_fill: Color32,
    pub info: Color32,
    pub info_fill: Color32,
    pub warn: Color32,
    pub warn_fill: Color32,
    pub bad: Color32,
    pub bad_fill: Color32,
    pub json_key: Color32,
    pub json_string: Color32,
    pub json_number: Color32,
    pub json_literal: Color32,
    /// Behind what differs between two answers.
    pub diff_changed: Color32,
    /// Behind what only the second one has.
    pub diff_added: Color32,
    /// Behind what only the first one has.
    pub diff_removed: Color32,
    /// Behind selected text.
    pub selection: Color32,
    /// Behind what a search found.
    pub found: Color32,
    /// Behind the current one of what a search found.
    pub found_current: Color32,
    pub backdrop: Color32,
    pub shadow: Color32,
}

pub const DARK: Palette = Palette {
    dark: true,
    ground: rgb(0x14, 0x16, 0x1b),
    panel: rgb(0x19, 0x1c, 0x22),
    raised: rgb(0x20, 0x24, 0x2c),
    hover: rgb(0x27, 0x2c, 0x36),
    line: rgb(0x2b, 0x30, 0x3a),
    strong_line: rgb(0x3a, 0x41, 0x50),
    text: rgb(0xe7, 0xea, 0xf0),
    secondary: rgb(0xa3, 0xac, 0xbb),
    faint: rgb(0x8d, 0x97, 0xa7),
    accent: rgb(0x7a, 0xa2, 0xff),
    on_accent: rgb(0x0d, 0x14, 0x26),
    leg_a: rgb(0x3c, 0xcf, 0xb4),
    leg_b: rgb(0xb3, 0x94, 0xff),
    on_badge: rgb(0x0d, 0x14, 0x26),
    ok: rgb(0x4c, 0xc3, 0x8a),
    ok_fill: rgb(0x16, 0x28, 0x1f),
    info: rgb(0x6c, 0xb6, 0xff),
    info_fill: rgb(0x17, 0x22, 0x2f),
    warn: rgb(0xf0, 0xb0, 0x40),
    warn_fill: rgb(0x2b, 0x24, 0x16),
    bad: rgb(0xff, 0x7a, 0x80),
    bad_fill: rgb(0x2f, 0x1a, 0x1d),
    json_key: rgb(0x8f, 0xb8, 0xff),
    json_string: rgb(0x9b, 0xd6, 0x9b),
    json_number: rgb(0xe8, 0xb9, 0x8a),
    json_literal: rgb(0xd4, 0x9b, 0xe0),
    diff_changed: rgb(0x33, 0x2a, 0x14),
    diff_added: rgb(0x16, 0x30, 0x1f),
    diff_removed: rgb(0x3a, 0x1c, 0x20),
    selection: rgb(0x2a, 0x3a, 0x5e),
    found: rgb(0x33, 0x2a, 0x14),
    found_current: rgb(0x4a, 0x3a, 0x12),
    backdrop: Color32::from_rgba_premultiplied(0, 0, 0, 140),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 96),
};

pub const LIGHT: Palette = Palette {
    dark: false,
    ground: rgb(0xf4, 0xf5, 0xf8),
    panel: rgb(0xff, 0xff, 0xff),
    raised: rgb(0xf1, 0xf3, 0xf6),
    hover: rgb(0xe8, 0xeb, 0xf0),
    line: rgb(0xdf, 0xe3, 0xea),
    strong_line: rgb(0xc6, 0xcd, 0xd8),
    text: rgb(0x1a, 0x1f, 0x29),
    secondary: rgb(0x50, 0x5b, 0x6c),
    faint: rgb(0x5c, 0x67, 0x7a),
    accent: rgb(0x2f, 0x5f, 0xd0),
    on_accent: rgb(0xff, 0xff, 0xff),
    leg_a: rgb(0x0a, 0x70, 0x60),
    leg_b: rgb(0x6f, 0x42, 0xc9),
    on_badge: rgb(0xff, 0xff, 0xff),
    ok: rgb(0x16, 0x74, 0x45),
    ok_fill: rgb(0xe4, 0xf5, 0xec),
    info: rgb(0x1f, 0x63, 0xb5),
    info_fill: rgb(0xe6, 0xf0, 0xfb),
    warn: rgb(0x8a, 0x5a, 0x00),
    warn_fill: rgb(0xfc, 0xf2, 0xdc),
    bad: rgb(0xb9, 0x23, 0x2b),
    bad_fill: rgb(0xfd, 0xe8, 0xe9),
    json_key: rgb(0x1f, 0x4f, 0xb0),
    json_string: rgb(0x2a, 0x74, 0x33),
    json_number: rgb(0x9a, 0x55, 0x11),
    json_literal: rgb(0x7b, 0x3a, 0x94),
    diff_changed: rgb(0xfd, 0xf0, 0xcf),
    diff_added: rgb(0xdc, 0xf5, 0xe4),
    diff_removed: rgb(0xfd, 0xe0, 0xe2),
    selection: rgb(0xe0, 0xe9, 0xfc),
    found: rgb(0xfd, 0xf0, 0xcf),
    found_current: rgb(0xff, 0xe9, 0xb0),
    backdrop: Color32::from_rgba_premultiplied(10, 12, 16, 90),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 40),
};

const fn rgb(red: u8, green: u8, blue: u8) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

impl Palette {
    /// The palette of the appearance that is shown.
    #[must_use]
    pub fn of(ui: &egui::Ui) -> &'static Self {
        if ui.visuals().dark_mode {
            &DARK
        } else {
            &LIGHT
        }
    }

    /// The same for what has no `Ui`.
    #[must_use]
    pub fn shown(context: &egui::Context) -> &'static Self {
        if context.global_style().visuals.dark_mode {
            &DARK
        } else {
            &LIGHT
        }
    }

    /// An environment's colour, readable as text.
    #[must_use]
    pub fn environment(&self, colour: Colour) -> Color32 {
        match colour {
            Colour::Teal => self.leg_a,
            Colour::Violet => self.leg_b,
            Colour::Blue => self.info,
            Colour::Green => self.ok,
            Colour::Amber => self.warn,
            Colour::Red => self.bad,
        }
    }

    /// The bar of a phase in a waterfall; its name and number stand beside it.
    #[must_use]
    pub fn phase(&self, phase: Phase) -> Color32 {
        match phase {
            Phase::Dns => self.secondary,
            Phase::Tcp => self.info,
            Phase::Proxy => self.bad,
            Phase::Tls => self.leg_b,
            Phase::Send => self.leg_a,
            Phase::Wait => self.ok,
            Phase::Download => self.warn,
        }
    }

    /// The colour of a status and of its chip.
    #[must_use]
    pub fn status(&self, status: u16) -> (Color32, Color32) {
        match status {
            200..=299 => (self.ok, self.ok_fill),
            100..=199 | 300..=399 => (self.info, self.info_fill),
            400..=499 => (self.warn, self.warn_fill),
            _ => (self.bad, self.bad_fill),
        }
    }

    /// The quiet line between parts.
    #[must_use]
    pub fn hairline(&self) -> Stroke {
        Stroke::new(size::LINE, self.line)
    }

    /// The line around what can be used.
    #[must_use]
    pub fn outline(&self) -> Stroke {
        Stroke::new(size::LINE, self.strong_line)
    }

    /// Around what has the keyboard.
    #[must_use]
    pub fn focus_ring(&self) -> Stroke {
        Stroke::new(size::FOCUS, self.accent)
    }
}

/// Sizes and distances in points.
pub mod size {
    pub const WINDOW: [f32; 2] = [1_280.0, 820.0];
    pub const WINDOW_MINIMUM: [f32; 2] = [400.0, 300.0];
    /// Below this width the top bar leaves out what is said elsewhere too.
    pub const NARROW: f32 = 1_000.0;
    /// Below this width or height only what is needed stays.
    pub const CRAMPED: f32 = 640.0;
    /// Below this width even that stands in two rows, or is left to the keys.
    pub const TINY_WINDOW: f32 = 340.0;

    // Bars and panes.
    pub const TOP_BAR: f32 = 48.0;
    pub const TAB_BAR: f32 = 36.0;
    pub const STATUS_BAR: f32 = 28.0;
    pub const SIDEBAR: f32 = 264.0;
    pub const SIDEBAR_MINIMUM: f32 = 160.0;
    pub const SIDEBAR_MAXIMUM: f32 = 420.0;
    /// The button beside the filter, with the gap before it.
    pub const BESIDE_FILTER: f32 = 28.0;

    // The two halves of a request's page.
    /// Enough for the path, the URL of each leg, the strip and a row.
    pub const EDITOR_LEAST: f32 = 190.0;
    /// Enough for the status row, the strip and some lines.
    pub const RESPONSE_LEAST: f32 = 170.0;
    /// A lower page scrolls as a whole; in a higher one each half scrolls by itself.
    pub const PAGE_LEAST: f32 = 240.0;
    /// What is left below the bar with method and path, or all of the editor scrolls as one.
    pub const PART_LEAST: f32 = 32.0;
    /// Enough for either of them side by side.
    pub const HALF_LEAST: f32 = 280.0;
    /// Below this height nothing is left empty in the editor while the response lacks room.
    pub const SMALL_PAGE: f32 = 560.0;
    /// The pointer takes hold of the divider this far from it.
    pub const GRIP: f32 = 4.0;

    // The legs in the top bar.
    /// The widest that a leg gets.
    pub const LEG_MOST: f32 = 460.0;
    /// A leg that gets less shows its token's dot without words.
    pub const LEG_WORDY: f32 = 240.0;
    /// One that gets less has no sign of its list.
    pub const LEG_TIGHT: f32 = 112.0;
    /// Room for the longest of the usual words about a token, and its dot.
    pub const TOKEN: f32 = 92.0;
    pub const SEARCH_PILL: f32 = 148.0;
    pub const PILL: f32 = 26.0;
    /// The list of environments.
    pub const SWITCHER: f32 = 440.0;
    /// The highest that a list over the window becomes.
    pub const LIST_MOST: f32 = 420.0;

    // Controls.
    pub const CONTROL: f32 = 32.0;
    pub const PRIMARY: f32 = 36.0;
    pub const ROW: f32 = 28.0;
    /// A row of a dense list.
    pub const SMALL_ROW: f32 = 20.0;
    /// A row with a second line.
    pub const TALL_ROW: f32 = 44.0;
    pub const BADGE: f32 = 18.0;
    /// The picture itself.
    pub const ICON: f32 = 16.0;
    /// What is clicked around it.
    pub const ICON_BUTTON: f32 = 24.0;
    pub const DOT_RADIUS: f32 = 4.0;
    /// Radius of the dot of what is not saved; the reach of a small triangle's tip.
    pub const SMALL_DOT: f32 = 3.0;
    /// The mark in a checkbox.
    pub const CHECK: f32 = 10.0;
    pub const COMBO: f32 = 120.0;
    pub const SCROLL_BAR: f32 = 10.0;
    pub const SCROLL_HANDLE_MINIMUM: f32 = 28.0;

    // Lines and corners.
    pub const LINE: f32 = 1.0;
    pub const FOCUS: f32 = 1.5;
    /// The line under the chosen tab.
    pub const MARK: f32 = 2.0;
    pub const HISTORY_ROW: f32 = 46.0;
    pub const HISTORY_METHOD: f32 = 44.0;
    pub const HISTORY_MENU: f32 = 320.0;
    pub const RADIUS: u8 = 6;
    /// Of what lies over the window.
    pub const WINDOW_RADIUS: u8 = 8;
    pub const SHADOW_OFFSET: [i8; 2] = [0, 6];
    pub const SHADOW_BLUR: u8 = 20;
    pub const CHIP_RADIUS: u8 = 4;
    /// Round ends of what is `CONTROL` high or lower.
    pub const PILL_RADIUS: u8 = 16;

    // Text.
    pub const TEXT: f32 = 14.0;
    pub const SMALL: f32 = 13.0;
    pub const TINY: f32 = 12.0;
    pub const LETTER: f32 = 11.0;
    pub const HEADING: f32 = 20.0;
    pub const TITLE: f32 = 16.0;
    pub const MONO: f32 = 13.0;
    pub const MONO_LINE: f32 = 20.0;

    // Distances: the 8-point grid, and what lies between its lines.
    pub const TIGHT: f32 = 2.0;
    pub const HALF: f32 = 4.0;
    pub const SNUG: f32 = 6.0;
    pub const UNIT: f32 = 8.0;
    pub const GAP: f32 = 12.0;
    pub const DOUBLE: f32 = 16.0;
    pub const WIDE: f32 = 24.0;

    // Forms, dialogs, lists that open over the window.
    pub const FORM_LABEL: f32 = 136.0;
    pub const FORM_FIELD: f32 = 520.0;
    pub const DIALOG: f32 = 480.0;
    /// Of a folder within another, in the tree.
    pub const TREE_INDENT: f32 = 14.0;
    /// The triangle of a folder, with the gap behind it.
    pub const CHEVRON: f32 = 14.0;
    /// Methods in lists and tabs, and the column they stand in.
    pub const METHOD: f32 = 11.0;
    pub const METHOD_COLUMN: f32 = 50.0;
    pub const TAB_PADDING: f32 = 14.0;
    /// The dot of a tab, and its closing cross, each with the gap before it.
    pub const TAB_DOT: f32 = 14.0;
    pub const TAB_CLOSE: f32 = 26.0;
    /// The longest name that a tab shows whole.
    pub const TAB_NAME: f32 = 180.0;
    /// Below this width the tools of the body get a row of their own.
    pub const TOOLS_BESIDE_TABS: f32 = 680.0;
    /// A field in which something is looked for.
    pub const SEARCH_FIELD: f32 = 260.0;
    /// The column of names in a table of headers.
    pub const HEADER_NAME: f32 = 240.0;
    /// The names of phases and their numbers beside the bars.
    pub const PHASE_NAME: f32 = 88.0;
    pub const PHASE_NUMBER: f32 = 80.0;
    /// A bar of a waterfall, and the least of it that is seen.
    pub const BAR_HEIGHT: f32 = 12.0;
    pub const BAR_LEAST: f32 = 2.0;
    /// The column of fold marks beside the line numbers.
    pub const FOLD_MARK: f32 = 12.0;
    // Tables that are edited in place.
    /// With its hairline.
    pub const TABLE_ROW: f32 = 29.0;
    /// Where the text of the first column begins.
    pub const TABLE_TEXT: f32 = 36.0;
    /// The name's share of the width, and its bounds.
    pub const TABLE_NAME: f32 = 0.24;
    pub const TABLE_NAME_LEAST: f32 = 156.0;
    pub const TABLE_NAME_MOST: f32 = 320.0;
    pub const TABLE_CHECK: f32 = 14.0;
    pub const SEND: f32 = 150.0;
    /// Of the path field in a narrow window.
    pub const PATH_LEAST: f32 = 90.0;
    // The comparison.
    /// Enough for the request bar, the verdict, both waterfalls and some rows.
    pub const COMPARISON_LEAST: f32 = 700.0;
    /// What came back on one side.
    pub const COMPARED_SIDE: f32 = 40.0;
    /// Below this width the tools of the comparison get a row of their own, and so does each side.
    pub const TOOLS_BESIDE_COMPARISON: f32 = 800.0;
    pub const COMPARE: f32 = 132.0;
    pub const COMPARE_SHORT: f32 = 64.0;
    pub const PLOT_HEIGHT: f32 = 140.0;
    /// From this width on two texts stand side by side.
    pub const TWO_COLUMNS: f32 = 900.0;
    /// The list of methods beside the path.
    pub const METHOD_LIST: f32 = 100.0;
    /// Below this width the title of a check has room for its name and its buttons only, which become pictures.
    pub const CHECK_TITLE: f32 = 720.0;
    /// Below this height what a check may do besides scrolls with its steps.
    pub const CHECK_HEIGHT: f32 = 560.0;
    /// The least width of a form and of a check beside each other.
    pub const BESIDE_CHECK: f32 = 400.0;
    pub const PART_NAME: f32 = 150.0;
    pub const PART_VALUE: f32 = 240.0;
    pub const PART_KIND: f32 = 70.0;
    /// Beside the path of a file.
    pub const FILE_BUTTONS: f32 = 110.0;

    /// What a dialog has above and below its scrolling part, with the room to the window's edges.
    pub const DIALOG_AROUND: f32 = 180.0;
    pub const NOTICE: f32 = 420.0;
    /// What a notice offers to do.
    pub const NOTICE_LINK: f32 = 64.0;
    /// The names in a list of facts.
    pub const FACT_LABEL: f32 = 104.0;
    pub const SHEET: f32 = 640.0;
    /// Lines of prose are no longer than this.
    pub const READABLE: f32 = 880.0;
    pub const MENU: f32 = 200.0;
    /// Room beside the text of a field, as in `inset::FIELD`.
    pub const FIELD_SIDE: f32 = 10.0;
    pub const NUMBER_FIELD: f32 = 80.0;
    pub const REGION: f32 = 300.0;
    pub const REGION_LIST: f32 = 360.0;
    /// A page of words and cards, in a column that can be read.
    pub const COLUMN: f32 = 640.0;
    /// The names of clients in front of what they send.
    pub const CLIENTS: f32 = 216.0;
    /// Least width of a list of suggestions, and the rows it shows at most.
    pub const COMPLETION_MINIMUM: f32 = 360.0;
    /// Narrower rows that their label fills have no hint.
    pub const COMPLETION_ROOMY: f32 = 420.0;
    pub const COMPLETION_ROWS: f32 = 8.0;
    /// A row with a second, quieter line.
    pub const DOUBLE_ROW: f32 = 44.0;
    /// Room for a method in front of a path or a name.
    pub const METHOD_TAG: f32 = 46.0;
    pub const PALETTE: f32 = 640.0;
    pub const PALETTE_ROWS: f32 = 14.0;
}

/// Room inside frames.
pub mod inset {
    use super::Margin;

    pub const NONE: Margin = Margin::ZERO;
    pub const BAR: Margin = Margin::symmetric(16, 0);
    pub const LEG: Margin = Margin::symmetric(8, 0);
    /// A list that opens over the window.
    pub const LIST: Margin = Margin::same(8);
    pub const SIDEBAR: Margin = Margin::same(8);
    pub const EDITOR: Margin = Margin {
        left: 16,
        right: 16,
        top: 12,
        bottom: 8,
    };
    /// Status row and strip of the response.
    pub const RESPONSE_HEAD: Margin = Margin {
        left: 16,
        right: 16,
        top: 4,
        bottom: 0,
    };
    pub const RESPONSE: Margin = Margin {
        left: 16,
        right: 16,
        top: 6,
        bottom: 0,
    };
    pub const PAGE: Margin = Margin::same(16);
    pub const CARD: Margin = Margin::symmetric(12, 8);
    pub const CHIP: Margin = Margin::symmetric(8, 3);
    pub const FIELD: Margin = Margin::symmetric(10, 6);
    /// A cell of a table that is edited in place, and a name that is.
    pub const CELL: Margin = Margin::symmetric(6, 4);
    pub const NAME_FIELD: Margin = Margin::symmetric(4, 2);
    pub const VERDICT: Margin = Margin::symmetric(14, 12);
    /// Around the waterfalls of a comparison.
    pub const TIMES: Margin = Margin {
        left: 16,
        right: 16,
        top: 8,
        bottom: 4,
    };
    /// A bar with a note across the page.
    pub const NOTE_BAR: Margin = Margin::symmetric(16, 4);
    pub const SEARCH: Margin = Margin::symmetric(10, 8);
    pub const MENU: Margin = Margin::same(6);
    pub const DIALOG: Margin = Margin::same(20);
}

/// Between widgets.
pub const SPACING: Vec2 = vec2(8.0, 8.0);
pub const BUTTON_PADDING: Vec2 = vec2(12.0, 6.0);

/// Contrast of two opaque colours, 1 to 21 (WCAG 2.2).
#[must_use]
pub fn contrast(one: Color32, other: Color32) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Color32) -> f32 {
    let channel = |value: u8| {
        let value = f32::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(colour.r()) + 0.7152 * channel(colour.g()) + 0.0722 * channel(colour.b())
}

#[cfg(test)]
mod tests;
