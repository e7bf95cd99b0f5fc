//! The top bar: the name, the two legs with their environments and tokens, what finds and what sets everything.

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    CornerRadius, FontFamily, FontId, Frame, Response, Sense, Stroke, StrokeKind, TextFormat,
    TextStyle, Ui, pos2, vec2,
};

use crate::app::action::Action;
use crate::app::command::FilePurpose;
use crate::app::event::TokenState;
use crate::app::preferences::{Page, PreferencesAction};
use crate::app::state::Leg;
use crate::app::token_panel::TokenPanelAction;
use crate::body::visible;
use crate::model::environment::{Credentials, Environment, Place, Protection, Target};
use crate::model::settings::Appearance;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, row_end};
use crate::ui::{keys, text};

use super::{Focus, View, environment_menu};

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    let width = ui.available_width();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = size::SNUG;
        if width > size::NARROW {
            ui.label(basic::strong("Gatescope").size(size::TITLE));
            ui.add_space(size::UNIT);
        }
        if width < size::CRAMPED {
            sidebar_button(ui, view);
        }
        let swaps = width > size::CRAMPED;
        let beside = if swaps { size::ICON_BUTTON } else { 0.0 };
        let rest = ui.available_width() - beside - right_end(width) - size::SNUG * 4.0;
        let most = (rest * 0.5).min(size::LEG_MOST);
        leg(ui, view, Leg::A, most);
        if swaps && icons::button(ui, Icon::Swap, "Swap A and B").clicked() {
            view.act(Action::SwapLegs);
        }
        leg(ui, view, Leg::B, most);
        row_end::show(ui, "search and settings", |ui| {
            ui.spacing_mut().item_spacing.x = size::SNUG;
            if search(ui, width > size::NARROW).clicked() {
                view.act(keys::palette());
            }
            // In a tiny window the palette leads to the settings.
            if width > size::TINY_WINDOW {
                look(ui, view);
            }
        });
    });
    environment_menu::show(ui, view);
}

/// The way to everything else by a few letters.
fn search(ui: &mut Ui, wide: bool) -> Response {
    let palette = Palette::of(ui);
    let name = "Search or run (Ctrl+K)";
    if !wide {
        return icons::control(ui, Icon::Search, name);
    }
    let (rect, response) =
        ui.allocate_exact_size(vec2(size::SEARCH_PILL, size::PILL), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    let fill = if response.hovered() {
        palette.hover
    } else {
        palette.panel
    };
    ui.painter().rect(
        rect,
        CornerRadius::same(size::PILL_RADIUS),
        fill,
        palette.outline(),
        StrokeKind::Inside,
    );
    let font = FontId::new(size::TINY, FontFamily::Proportional);
    let at = |end: egui::Pos2, align, words: &str, colour| {
        ui.painter().text(end, align, words, font.clone(), colour);
    };
    let left = rect.left_center() + vec2(size::GAP, 0.0);
    let right = rect.right_center() - vec2(size::GAP, 0.0);
    at(
        left,
        egui::Align2::LEFT_CENTER,
        "Search or run",
        palette.secondary,
    );
    at(right, egui::Align2::RIGHT_CENTER, "Ctrl K", palette.faint);
    response
}

/// Appearance and zoom at hand.
fn look(ui: &mut Ui, view: &mut View<'_>) {
    let response = icons::control(ui, Icon::Gear, "Settings and appearance");
    egui::Popup::menu(&response)
        .accessible_name("Settings and appearance")
        .show(|ui| {
            basic::menu(ui);
            for (appearance, words) in [
                (Appearance::System, "Like the desktop"),
                (Appearance::Dark, "Dark"),
                (Appearance::Light, "Light"),
            ] {
                let chosen = view.state.settings.appearance == appearance;
                if basic::radio(ui, chosen, words).clicked() {
                    view.act(Action::SetAppearance(appearance));
                }
            }
            ui.separator();
            for percent in [100, 125, 150, 200] {
                let chosen = view.state.settings.zoom_percent == percent;
                if basic::radio(ui, chosen, &format!("{percent} %")).clicked() {
                    view.act(Action::SetZoom(percent));
                }
            }
            ui.separator();
            if basic::entry(ui, "Import a file…", "").clicked() {
                view.act(Action::PickFile {
                    purpose: FilePurpose::Import,
                });
            }
            ui.separator();
            for (words, keys, page) in [
                ("Settings…", "Ctrl+,", Page::Settings),
                ("Welcome page", "", Page::Welcome),
                ("About", "", Page::About),
            ] {
                if basic::entry(ui, words, keys).clicked() {
                    view.act(Action::Preferences(PreferencesAction::Show(Some(page))));
                }
            }
            if basic::entry(ui, "Keys", "F1").clicked() {
                view.act(Action::ShowKeys);
            }
        });
}

/// In a window too narrow for the sidebar beside the page.
fn sidebar_button(ui: &mut Ui, view: &mut View<'_>) {
    let shown = view.local.sidebar_alone;
    let name = if shown {
        "Back to the request"
    } else {
        "Requests, history and catalogue"
    };
    if icons::toggle(ui, Icon::List, name, shown).clicked() {
        view.local.sidebar_alone = !shown;
    }
}

/// What is kept free for the right end of the bar.
fn right_end(width: f32) -> f32 {
    if width > size::NARROW {
        size::SEARCH_PILL + size::CONTROL * 2.0
    } else if width <= size::TINY_WINDOW {
        size::CONTROL
    } else {
        size::CONTROL * 2.0
    }
}

/// One leg: badge, name, where it goes, its token, and the way to the other environments.
fn leg(ui: &mut Ui, view: &mut View<'_>, leg: Leg, most: f32) {
    let palette = Palette::of(ui);
    let active = view.state.active_leg == leg;
    let stroke = if active {
        Stroke::new(size::FOCUS, basic::leg_colour(palette, leg))
    } else {
        palette.hairline()
    };
    let shown = Frame::new()
        .fill(palette.raised)
        .stroke(stroke)
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(inset::LEG)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = size::SNUG;
            ui.set_height(size::CONTROL);
            ui.horizontal_centered(|ui| parts(ui, view, leg, most));
        });
    environment_menu::anchor(view, leg, shown.response.rect);
}

fn parts(ui: &mut Ui, view: &mut View<'_>, leg: Leg, most: f32) {
    let start = ui.cursor().left();
    if badge(ui, leg, view.state.active_leg == leg).clicked() {
        view.act(Action::ActivateLeg(leg));
    }
    let environment = view.state.leg(leg);
    let token = environment
        .filter(|known| known.credentials != Credentials::None)
        .map(|known| token_words(view, known));
    // A window too small for the words keeps the dot; its hover text and its name say the rest.
    let spells = most > size::LEG_WORDY;
    let guarded = environment.is_some_and(|known| known.protection != Protection::Normal);
    // The name opens the same list: in a tiny window the sign beside it gives way.
    let has_chevron = most > size::LEG_TIGHT;
    let mut others = if has_chevron {
        size::ICON + size::SNUG
    } else {
        0.0
    };
    if token.is_some() {
        others += size::SNUG + if spells { size::TOKEN } else { size::ICON };
    }
    if guarded {
        others += size::ICON + size::SNUG;
    }
    let used = ui.cursor().left() - start;
    let room = (most - used - others - size::UNIT * 2.0).max(size::ICON_BUTTON);
    if name(ui, leg, environment, room).clicked() {
        view.local.focus = Some(Focus::Environment(leg));
    }
    if let Some(environment) = environment {
        protection(ui, environment);
    }
    if let Some(words) = token
        && token_button(ui, leg, &words, spells).clicked()
    {
        view.act(Action::TokenPanel(TokenPanelAction::Open(leg)));
    }
    if has_chevron && chevron(ui, leg).clicked() {
        view.local.focus = Some(Focus::Environment(leg));
    }
}

/// The leg's letter; a click makes it the one that Send uses.
fn badge(ui: &mut Ui, leg: Leg, active: bool) -> Response {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(size::BADGE, size::BADGE), Sense::click());
    let name = format!("Make leg {} active", leg.letter());
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::RadioButton, true, active, name.as_str())
    });
    basic::paint_badge(ui.painter(), rect, palette, leg);
    if response.hovered() {
        ui.painter().rect_stroke(
            rect.expand(size::TIGHT),
            CornerRadius::same(size::RADIUS),
            palette.outline(),
            StrokeKind::Outside,
        );
    }
    response.on_hover_text(if active {
        format!("Send uses leg {}", leg.letter())
    } else {
        format!("Send on leg {} (Ctrl+{})", leg.letter(), leg.index() + 1)
    })
}

/// The environment's name in its colour and where it leads, as far as there is room.
fn name(ui: &mut Ui, leg: Leg, environment: Option<&Environment>, room: f32) -> Response {
    let palette = Palette::of(ui);
    let mut job = LayoutJob {
        wrap: TextWrapping::truncate_at_width(room),
        ..LayoutJob::default()
    };
    let body = TextStyle::Body.resolve(ui.style());
    let (words, colour) = environment.map_or(
        ("Choose an environment".into(), palette.secondary),
        |known| {
            (
                visible::line(&known.name),
                palette.environment(known.colour),
            )
        },
    );
    job.append(&words, 0.0, TextFormat::simple(body, colour));
    let detail = environment.map(detail).unwrap_or_default();
    if !detail.is_empty() {
        let small = FontId::new(size::SMALL, FontFamily::Proportional);
        job.append(
            &detail,
            size::UNIT,
            TextFormat::simple(small, palette.secondary),
        );
    }
    let galley = ui.ctx().fonts_mut(|fonts| fonts.layout_job(job));
    let (rect, response) =
        ui.allocate_exact_size(vec2(galley.size().x, size::ICON_BUTTON), Sense::click());
    let spoken = format!("Environment of leg {}: {words}", leg.letter());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, spoken.as_str()));
    let around = rect.expand2(vec2(size::HALF, 0.0));
    held(ui, &response, around);
    let at = pos2(rect.left(), rect.center().y - galley.size().y * 0.5);
    ui.painter().galley(at, galley, palette.text);
    response.on_hover_text(match environment {
        Some(known) => format!(
            "{}\n{detail}\nChoose another (Ctrl+E)",
            visible::line(&known.name)
        ),
        None => "Choose an environment (Ctrl+E)".to_owned(),
    })
}

/// Hover of what is painted by hand.
fn held(ui: &Ui, response: &Response, around: egui::Rect) {
    if response.hovered() {
        let radius = CornerRadius::same(size::CHIP_RADIUS);
        ui.painter()
            .rect_filled(around, radius, Palette::of(ui).hover);
    }
}

/// For the pointer: the keyboard has the name beside it, which does the same.
fn chevron(ui: &mut Ui, leg: Leg) -> Response {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(size::ICON, size::ICON_BUTTON), Sense::CLICK);
    let name = format!("Environments for leg {}", leg.letter());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name.as_str()));
    let colour = if response.hovered() {
        palette.text
    } else {
        palette.secondary
    };
    icons::paint(ui.painter(), rect, Icon::ChevronDown, colour);
    response
}

/// `us-west-2`, `stage test`: what tells two environments of one name apart.
pub(super) fn detail(environment: &Environment) -> String {
    if environment.sandbox.is_some() {
        return "sandbox".to_owned();
    }
    let detail = match &environment.target {
        Target::Direct { place } => match place {
            Place::Region(region) => region.aws_name().to_owned(),
            Place::Domain(domain) => domain.clone(),
            Place::Origins { api, .. } => api.clone(),
        },
        Target::Gateway(gateway) if gateway.stage.is_empty() => gateway.host.clone(),
        Target::Gateway(gateway) => format!("stage {}", gateway.stage),
    };
    visible::line(&detail).into_owned()
}

/// Sign and words of what guards an environment; nothing for one that is not guarded.
pub(super) fn protection(ui: &mut Ui, environment: &Environment) {
    let palette = Palette::of(ui);
    let (icon, words, more, colour) = match environment.protection {
        Protection::Normal => return,
        Protection::Ask => (
            Icon::Lock,
            "protected",
            "Protected: asks before POST, PUT, PATCH and DELETE",
            palette.warn,
        ),
        Protection::ReadOnly => (
            Icon::Eye,
            "read-only",
            "Read-only: POST, PUT, PATCH and DELETE are refused",
            palette.info,
        ),
    };
    icons::show(ui, icon, words, colour).on_hover_text(more);
}

/// The state of a token in few words, their colour, and more of them.
pub(super) struct TokenWords {
    pub(super) short: String,
    pub(super) colour: egui::Color32,
    pub(super) more: String,
}

/// Seconds before the end from which on a token is about to end.
const SOON: i64 = 300;

pub(super) fn token_words(view: &View<'_>, environment: &Environment) -> TokenWords {
    let palette = view.palette;
    let words = |short: &str, colour, more: &str| TokenWords {
        short: short.to_owned(),
        colour,
        more: more.to_owned(),
    };
    if view.state.is_fetching_token(&environment.id) {
        return words("fetching…", palette.info, "The token is on its way");
    }
    match view.state.tokens.get(&environment.id) {
        None | Some(TokenState::Missing | TokenState::Fetching) => {
            words("no token", palette.secondary, "Fetched with the next send")
        }
        Some(TokenState::Refused { text, hint }) => {
            words("refused", palette.bad, &format!("{text}. {hint}"))
        }
        Some(TokenState::Unanswered { text, hint }) => {
            words("no answer", palette.bad, &format!("{text}. {hint}"))
        }
        Some(TokenState::Valid { expires_at, masked }) => match expires_at {
            None => words("token", palette.ok, masked),
            Some(until) => {
                let now = view.state.now;
                let (left, stays) = text::countdown(now, *until);
                let colour = match stays {
                    None => palette.bad,
                    Some(_) if until.duration_since(now).as_secs() < SOON => palette.warn,
                    Some(_) => palette.ok,
                };
                words(
                    &left,
                    colour,
                    &format!("Until {}", text::local_moment(*until)),
                )
            }
        },
    }
}

/// Dot and words; the room for the words stays the same, so that the bar does not move when they change.
fn token_button(ui: &mut Ui, leg: Leg, words: &TokenWords, spells: bool) -> Response {
    let palette = Palette::of(ui);
    let width = if spells { size::TOKEN } else { size::ICON };
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ICON_BUTTON), Sense::click());
    let spoken = format!("Token of leg {}: {}", leg.letter(), words.short);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, spoken.as_str()));
    held(ui, &response, rect);
    let middle = pos2(rect.left() + size::UNIT, rect.center().y);
    ui.painter()
        .circle_filled(middle, size::DOT_RADIUS, words.colour);
    if spells {
        let colour = if words.colour == palette.faint {
            palette.secondary
        } else {
            words.colour
        };
        ui.painter().text(
            middle + vec2(size::UNIT, 0.0),
            egui::Align2::LEFT_CENTER,
            &words.short,
            FontId::new(size::SMALL, FontFamily::Proportional),
            colour,
        );
    }
    response.on_hover_text(format!("{}\nToken of leg {}…", words.more, leg.letter()))
}
