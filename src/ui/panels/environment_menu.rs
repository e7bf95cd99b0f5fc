//! The switcher of environments: type to filter, arrows and Enter to choose, for one leg or the other.
//! It hangs under its leg; the keyboard stays in its field and goes back to where it was.

use egui::{
    CornerRadius, FontFamily, FontId, Id, Key, Modifiers, Popup, PopupAnchor, PopupCloseBehavior,
    Rect, ScrollArea, Sense, Ui, pos2, vec2,
};

use crate::app::action::Action;
use crate::app::checking::CheckingAction;
use crate::app::command::FilePurpose;
use crate::app::exporting::{ExportingAction, Wanted};
use crate::app::form::{EnvironmentForm, NewTarget};
use crate::app::state::{AppState, Leg};
use crate::body::visible;
use crate::model::environment::{Environment, Protection, SandboxService, Target};
use crate::model::ids::EnvironmentId;
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::{basic, fields};

use super::{Focus, View, top_bar};

/// The open switcher.
#[derive(Debug, Clone)]
pub(in crate::ui) struct Switcher {
    leg: Leg,
    /// The active leg as it was: Ctrl+1 and Ctrl+2 lead the switcher along.
    active: Leg,
    filter: String,
    /// Index into what is listed.
    chosen: usize,
    return_to: Option<Id>,
    /// The field that is typed into; `None` before it was shown.
    field: Option<Id>,
}

/// Where the legs are, so that the switcher can hang under them.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::ui) struct Anchors([Option<Rect>; 2]);

pub(super) fn anchor(view: &mut View<'_>, leg: Leg, rect: Rect) {
    view.local.anchors.0[leg.index()] = Some(rect);
}

pub(super) fn show(ui: &mut Ui, view: &mut View<'_>) {
    for leg in Leg::BOTH {
        if view.local.wants(Focus::Environment(leg)) {
            open(ui, view, leg);
        }
    }
    let Some(mut switcher) = view.local.switcher.take() else {
        return;
    };
    if switcher.active != view.state.active_leg {
        let active = view.state.active_leg;
        switcher.active = active;
        go_to(&mut switcher, view.state, active);
    }
    let anchor = view.local.anchors.0[switcher.leg.index()].unwrap_or(ui.max_rect());
    let mut stays = true;
    let mut done = false;
    let screen = ui.ctx().content_rect();
    Popup::new(
        Id::unique("environment switcher"),
        ui.ctx().clone(),
        PopupAnchor::ParentRect(anchor),
        ui.layer_id(),
    )
    .open_bool(&mut stays)
    .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
    .accessible_name(format!("Environments for leg {}", switcher.leg.letter()))
    .gap(size::HALF)
    .frame(egui::Frame::popup(ui.style()).inner_margin(inset::LIST))
    .show(|ui| {
        ui.set_width(size::SWITCHER.min(screen.width() - size::DOUBLE * 2.0));
        ui.spacing_mut().item_spacing.y = size::HALF;
        done = content(ui, view, &mut switcher);
    });
    if stays && !done {
        view.local.switcher = Some(switcher);
    } else if let Some(id) = switcher.return_to {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
}

fn open(ui: &Ui, view: &mut View<'_>, leg: Leg) {
    let return_to = match &view.local.switcher {
        Some(known) => known.return_to,
        None => ui.memory(egui::Memory::focused),
    };
    let mut switcher = Switcher {
        leg,
        active: view.state.active_leg,
        filter: String::new(),
        chosen: 0,
        return_to,
        field: None,
    };
    go_to(&mut switcher, view.state, leg);
    view.local.switcher = Some(switcher);
    // The list is read as the workspace is now.
    view.act(Action::Focused);
}

/// Turns to a leg; what it uses is the one that Enter would choose.
fn go_to(switcher: &mut Switcher, state: &AppState, leg: Leg) {
    switcher.leg = leg;
    let current = state.legs[leg.index()].as_ref();
    switcher.chosen = listed(state, &switcher.filter)
        .iter()
        .position(|known| Some(&known.id) == current)
        .unwrap_or(0);
}

/// The environments that hold every word of the filter in their name, their target or their guard.
fn listed<'a>(state: &'a AppState, filter: &str) -> Vec<&'a Environment> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    state
        .all_environments()
        .filter(|known| {
            let text = described(known).to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
        .collect()
}

fn described(environment: &Environment) -> String {
    let host = match &environment.target {
        Target::Gateway(gateway) => gateway.host.as_str(),
        Target::Direct { .. } => "direct",
    };
    format!(
        "{} {} {} {host} {}",
        environment.name,
        environment.id,
        top_bar::detail(environment),
        guard(environment)
    )
}

fn guard(environment: &Environment) -> &'static str {
    match environment.protection {
        Protection::Normal => "",
        Protection::Ask => "protected",
        Protection::ReadOnly => "read-only",
    }
}

/// Answers whether the switcher has done its work.
fn content(ui: &mut Ui, view: &mut View<'_>, switcher: &mut Switcher) -> bool {
    let state = view.state;
    let typing = switcher
        .field
        .is_some_and(|field| ui.memory(|memory| memory.has_focus(field)));
    // Before the field, which would move its caret by the arrows. Enter is taken away for good:
    // the field that gets the keyboard back must not have it.
    let (up, down, entered) = ui.input_mut(|input| {
        (
            input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
            input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
            typing && input.consume_key(Modifiers::NONE, Key::Enter),
        )
    });
    ui.horizontal(|ui| {
        let choice_width = size::CONTROL * 2.0 + size::HALF + size::UNIT;
        let response = fields::text(
            ui,
            "Find an environment",
            &mut switcher.filter,
            "Find an environment",
            Face::Words,
            ui.available_width() - choice_width,
        );
        if switcher.field.replace(response.id).is_none() {
            response.request_focus();
        }
        if response.changed() {
            switcher.chosen = 0;
        }
        let mut leg = switcher.leg;
        let legs = Leg::BOTH.map(|leg| (leg, leg.letter()));
        if basic::choice(ui, &mut leg, &legs) {
            go_to(switcher, state, leg);
        }
    });
    let all = listed(state, &switcher.filter);
    let last = all.len().saturating_sub(1);
    switcher.chosen = (switcher.chosen + down).saturating_sub(up).min(last);
    let clicked = list(ui, view, switcher, &all, up + down > 0);
    let chosen = match clicked {
        Some(environment) => Some(environment),
        None if entered => all.get(switcher.chosen).map(|known| known.id.clone()),
        None => None,
    };
    if let Some(environment) = chosen {
        view.act(Action::ChooseEnvironment {
            leg: switcher.leg,
            environment,
        });
        return true;
    }
    basic::hairline(ui);
    actions(ui, view, all.get(switcher.chosen).copied())
}

/// Points for the top bar, the field above the list and the buttons below it.
const AROUND_LIST: f32 = size::TOP_BAR + size::PRIMARY * 4.0;

fn list(
    ui: &mut Ui,
    view: &View<'_>,
    switcher: &Switcher,
    all: &[&Environment],
    moved: bool,
) -> Option<EnvironmentId> {
    let palette = Palette::of(ui);
    let mut clicked = None;
    let most = ui.ctx().content_rect().height() - AROUND_LIST;
    ScrollArea::vertical()
        .max_height(most.clamp(size::CONTROL * 2.0, size::LIST_MOST))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if all.is_empty() {
                ui.label(basic::small("No environment matches").color(palette.secondary));
            }
            let mut before: Option<&str> = None;
            for (index, environment) in all.iter().enumerate() {
                let group = match environment.sandbox {
                    None => "This workspace",
                    Some(SandboxService::Broken(_)) => {
                        "Broken gateways of the sandbox, to learn from"
                    }
                    Some(_) => "Sandbox",
                };
                if before != Some(group) {
                    heading(ui, group);
                    before = Some(group);
                }
                let response = row(ui, view, environment, index == switcher.chosen);
                if moved && index == switcher.chosen {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    clicked = Some(environment.id.clone());
                }
            }
        });
    clicked
}

fn heading(ui: &mut Ui, words: &str) {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::hover());
    ui.painter().text(
        rect.left_center() + vec2(size::UNIT, size::TIGHT),
        egui::Align2::LEFT_CENTER,
        words,
        FontId::new(size::TINY, FontFamily::Proportional),
        palette.faint,
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words));
}

fn row(ui: &mut Ui, view: &View<'_>, environment: &Environment, chosen: bool) -> egui::Response {
    let palette = Palette::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::CONTROL), Sense::CLICK);
    let name = visible::line(&environment.name);
    let name = name.as_ref();
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, chosen, name));
    let radius = CornerRadius::same(size::CHIP_RADIUS);
    if chosen {
        ui.painter().rect_filled(rect, radius, palette.selection);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, radius, palette.hover);
    }
    let mut right = rect.right() - size::UNIT;
    for leg in [Leg::B, Leg::A] {
        if view.state.legs[leg.index()].as_ref() == Some(&environment.id) {
            let side = vec2(size::BADGE, size::BADGE);
            let badge = Rect::from_center_size(pos2(right - side.x * 0.5, rect.center().y), side);
            basic::paint_badge(ui.painter(), badge, palette, leg);
            right = badge.left() - size::HALF;
        }
    }
    let small = FontId::new(size::SMALL, FontFamily::Proportional);
    let guard = guard(environment);
    if !guard.is_empty() {
        let colour = match environment.protection {
            Protection::ReadOnly => palette.info,
            _ => palette.warn,
        };
        let shown = ui.painter().text(
            pos2(right - size::HALF, rect.center().y),
            egui::Align2::RIGHT_CENTER,
            guard,
            small.clone(),
            colour,
        );
        right = shown.left() - size::UNIT;
    }
    let dot = pos2(rect.left() + size::DOUBLE, rect.center().y);
    ui.painter().circle_filled(
        dot,
        size::DOT_RADIUS,
        palette.environment(environment.colour),
    );
    let left = dot.x + size::DOUBLE;
    let clip = Rect::from_x_y_ranges(left..=right, rect.y_range());
    let painter = ui.painter().with_clip_rect(clip.intersect(ui.clip_rect()));
    let body = egui::TextStyle::Body.resolve(ui.style());
    let shown = painter.text(
        pos2(left, rect.center().y),
        egui::Align2::LEFT_CENTER,
        name,
        body,
        palette.text,
    );
    painter.text(
        pos2(shown.right() + size::UNIT, rect.center().y),
        egui::Align2::LEFT_CENTER,
        top_bar::detail(environment),
        small,
        palette.secondary,
    );
    response
}

/// What is exported is the file's: nothing unsaved may stand beside it.
pub(super) fn export(ui: &mut Ui, view: &mut View<'_>, form: &EnvironmentForm) {
    if !form.is_changed() && icons::control(ui, Icon::Export, "Export the environment…").clicked()
    {
        let wanted = Wanted::Environment(form.initial.id.clone());
        view.act(Action::Exporting(ExportingAction::Ask(wanted)));
    }
}

/// What can be done with the environment that is marked, and a new one.
fn actions(ui: &mut Ui, view: &mut View<'_>, marked: Option<&Environment>) -> bool {
    let mut done = false;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = size::HALF;
        if icons::text_button(ui, Icon::Add, "Add environment…").clicked() {
            view.act(Action::NewEnvironment(NewTarget::Gateway {
                invoke_url: String::new(),
            }));
            done = true;
        }
        if marked.is_some_and(|known| known.sandbox.is_some())
            && icons::text_button(ui, Icon::Warning, "Break it…")
                .on_hover_text("A gateway of the sandbox with a fault, and the check that finds it")
                .clicked()
        {
            view.act(Action::Checking(CheckingAction::ListBroken));
            done = true;
        }
        if icons::text_button(ui, Icon::Import, "Import…")
            .on_hover_text("Environments and requests out of a file of another tool")
            .clicked()
        {
            view.act(Action::PickFile {
                purpose: FilePurpose::Import,
            });
            done = true;
        }
        if let Some(environment) = marked
            && icons::text_button(ui, Icon::Export, "Export…")
                .on_hover_text(format!("Export {}", visible::line(&environment.name)))
                .clicked()
        {
            let wanted = Wanted::Environment(environment.id.clone());
            view.act(Action::Exporting(ExportingAction::Ask(wanted)));
            done = true;
        }
        let Some(environment) = marked.filter(|known| known.sandbox.is_none()) else {
            return;
        };
        if icons::text_button(ui, Icon::Edit, "Edit…")
            .on_hover_text(format!("Edit {}", visible::line(&environment.name)))
            .clicked()
        {
            view.act(Action::EditEnvironment(environment.id.clone()));
            done = true;
        }
        // The twin is made by way of the form: one with changes of its own must not be lost for it.
        if matches!(environment.target, Target::Gateway(_))
            && view.state.form.is_none()
            && icons::text_button(ui, Icon::Duplicate, "Make direct twin")
                .on_hover_text(format!(
                    "The same region without the gateway, as leg A beside {}",
                    visible::line(&environment.name)
                ))
                .clicked()
        {
            view.act(Action::EditEnvironment(environment.id.clone()));
            view.act(Action::MakeDirectTwin);
            view.act(Action::CloseForm);
            done = true;
        }
    });
    done
}
