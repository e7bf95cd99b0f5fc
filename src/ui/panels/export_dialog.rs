//! An export before it is copied or saved: as what, what it looks like, what was left out of it, and what a client stumbles over.
//! Secrets stay out until a plain question was answered with yes; the preview masks them even then.

use egui::{ComboBox, Frame, Id, Modal, ScrollArea, Ui, vec2};

use crate::app::action::Action;
use crate::app::command::FilePurpose;
use crate::app::exporting::{ExportingAction, OpenExport, SecretsWish, Wanted, Written};
use crate::body::view::Mode;
use crate::body::visible;
use crate::interchange::writing::{Format, Group, SubjectKind};
use crate::ui::tokens::{Palette, inset, size};
use crate::ui::widgets::fields::Face;
use crate::ui::widgets::icons::{self, Icon};
use crate::ui::widgets::text_view::{self, Asked, TextViewState};
use crate::ui::widgets::{basic, fields, row_end};

use super::{View, region_picker};

/// Of the height between title and buttons.
const PREVIEW_SHARE: f32 = 0.6;

/// What only the screen knows of the dialog.
#[derive(Debug, Default)]
pub(in crate::ui) struct Memory {
    view: TextViewState,
    wraps: bool,
    /// The format whose text `view` stands in.
    of: Option<Format>,
    /// The keyboard has been led to the chosen format.
    was_shown: bool,
    /// Where it goes, while that is typed.
    path: Option<String>,
    /// That field was just opened: the keyboard goes there.
    path_is_new: bool,
}

pub(super) fn show(ui: &Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(open) = &state.exporting.open else {
        view.local.export = Memory::default();
        return;
    };
    let memory = &mut view.local.export;
    if memory.of != Some(open.format) {
        *memory = Memory {
            of: Some(open.format),
            wraps: memory.wraps,
            was_shown: memory.was_shown,
            ..Memory::default()
        };
    }
    let context = ui.ctx();
    let room = context.content_rect().size();
    let response = Modal::new(Id::unique("export"))
        .backdrop_color(view.palette.backdrop)
        .frame(Frame::window(ui.style()).inner_margin(inset::DIALOG))
        .show(context, |ui| {
            ui.set_width(size::READABLE.min(room.x - size::WIDE * 3.0));
            ui.set_max_height(room.y - size::WIDE * 2.0);
            content(ui, view, open, room.y);
        });
    if response.should_close() {
        act(view, ExportingAction::Dismiss);
    }
}

fn act(view: &mut View<'_>, action: ExportingAction) {
    view.act(Action::Exporting(action));
}

fn content(ui: &mut Ui, view: &mut View<'_>, open: &OpenExport, height: f32) {
    let name = visible::line(&open.name);
    ui.add(egui::Label::new(basic::strong(format!("Export {name}")).size(size::TITLE)).truncate());
    ui.add_space(size::HALF);
    // The title and the buttons stay; what does not fit between them scrolls.
    let middle = (height - size::DIALOG_AROUND).max(size::CONTROL * 2.0);
    let is_wide = ui.available_width() > size::COMPARISON_LEAST && height > size::CHECK_HEIGHT;
    if is_wide {
        let middle = middle.min(size::CHECK_HEIGHT);
        ui.horizontal_top(|ui| {
            let list = vec2(size::REGION, middle);
            ui.allocate_ui(list, |ui| {
                ui.vertical(|ui| {
                    ui.set_width(size::REGION);
                    ScrollArea::vertical()
                        .id_salt("formats")
                        .max_height(middle)
                        .auto_shrink(false)
                        .show(ui, |ui| formats(ui, view, open));
                });
            });
            ui.vertical(|ui| {
                ScrollArea::vertical()
                    .id_salt("export")
                    .max_height(middle)
                    .auto_shrink([false, true])
                    .show(ui, |ui| page(ui, view, open, middle));
            });
        });
    } else {
        ScrollArea::vertical()
            .id_salt("export")
            .max_height(middle)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.name_inputs("Format", |ui| {
                    ComboBox::from_id_salt("export format")
                        .icon(basic::drop_down)
                        .selected_text(format!(
                            "{}: {}",
                            open.format.group().title(),
                            open.format.title()
                        ))
                        .width(ui.available_width().min(size::REGION))
                        .height(size::REGION_LIST)
                        .show_ui(ui, |ui| formats(ui, view, open))
                        .response
                });
                page(ui, view, open, middle);
            });
    }
    ui.add_space(size::UNIT);
    foot(ui, view, open);
}

/// Under the headings under which a person looks for them.
fn formats(ui: &mut Ui, view: &mut View<'_>, open: &OpenExport) {
    basic::list(ui);
    let palette = Palette::of(ui);
    let mut before: Option<Group> = None;
    let mut heading = egui::Rect::NOTHING;
    for format in Format::of(open.kind) {
        if before != Some(format.group()) {
            before = Some(format.group());
            ui.add_space(size::SNUG);
            let title = basic::small(format.group().title()).color(palette.faint);
            heading = ui.label(title).rect;
            // The ring of the keyboard's row keeps off the words.
            ui.add_space(size::TIGHT);
        }
        let name = format!("{}: {}", format.group().title(), format.title());
        let row = ui
            .selectable_label(open.format == format, format.title())
            .accessible_name(name)
            .on_hover_text(format.words());
        if open.format == format && !std::mem::replace(&mut view.local.export.was_shown, true) {
            row.request_focus();
            // With its heading and some room above.
            let whole = row.rect.union(heading).expand(size::HALF);
            ui.scroll_to_rect(whole, None);
        }
        if row.clicked() && open.format != format {
            act(view, ExportingAction::ChooseFormat(format));
        }
    }
}

fn page(ui: &mut Ui, view: &mut View<'_>, open: &OpenExport, height: f32) {
    let palette = Palette::of(ui);
    line(ui, open.format.words(), palette.secondary);
    if open.kind == SubjectKind::Requests {
        going_to(ui, view);
    }
    if open.format.creates_gateway() {
        backend(ui, view, open);
    }
    if open.format.updates_files() {
        profile(ui, view, open);
    }
    match &open.written {
        None => line(ui, "Writing it…", palette.faint),
        Some(Err(trouble)) => {
            line(ui, &trouble.text, palette.bad);
            line(ui, &trouble.hint, palette.secondary);
        }
        Some(Ok(written)) => {
            preview(ui, view, written, height * PREVIEW_SHARE);
            secrets(ui, view, open, written);
            lint(ui, written);
        }
    }
}

fn going_to(ui: &mut Ui, view: &View<'_>) {
    let palette = Palette::of(ui);
    let words = match view.state.active_environment() {
        Some(known) => format!(
            "For leg {}: {}",
            view.state.active_leg.letter(),
            visible::line(&known.name)
        ),
        None => "For no environment: choose one in the top bar to have addresses in it".to_owned(),
    };
    line(ui, &words, palette.secondary);
}

/// The region that the gateway leads to.
fn backend(ui: &mut Ui, view: &mut View<'_>, open: &OpenExport) {
    let mut region = open
        .backend
        .unwrap_or_else(crate::app::form::default_region);
    ui.horizontal_wrapped(|ui| {
        ui.label("Genesys Cloud behind it");
        if region_picker::show(ui, "Region behind the gateway", &mut region) {
            act(view, ExportingAction::ChooseBackend(region));
        }
    });
    if open.backend.is_none() {
        let palette = Palette::of(ui);
        line(
            ui,
            "Not chosen yet: taken from what the environment says, where it says it",
            palette.faint,
        );
    }
}

/// The profile that it is written as, and what the preview shows once a file is chosen that is there already.
fn profile(ui: &mut Ui, view: &mut View<'_>, open: &OpenExport) {
    let mut name = open.profile.clone();
    ui.horizontal_wrapped(|ui| {
        ui.label("Profile");
        let width = (ui.available_width()).clamp(size::CONTROL, size::REGION);
        fields::text(
            ui,
            "Profile of config.toml",
            &mut name,
            &open.name,
            Face::Mono,
            width,
        );
    });
    if name != open.profile {
        act(view, ExportingAction::ChooseProfile(name));
    }
    if let Some(path) = &open.is_there {
        let palette = Palette::of(ui);
        let name = path.file_name().unwrap_or(path.as_os_str());
        let words = format!(
            "{} as it would be; its secrets are masked here only",
            name.to_string_lossy()
        );
        line(ui, &words, palette.secondary);
    }
}

fn preview(ui: &mut Ui, view: &mut View<'_>, written: &Written, height: f32) {
    let palette = Palette::of(ui);
    let id = Id::unique("export preview");
    let memory = &mut view.local.export;
    let mut asked = Vec::new();
    Frame::new()
        .fill(palette.ground)
        .inner_margin(inset::LIST)
        .show(ui, |ui| {
            let place = vec2(ui.available_width(), height.max(size::CONTROL * 3.0));
            ui.allocate_ui(place, |ui| {
                ui.set_min_size(place);
                let shown = text_view::Shown {
                    document: written.view.document(Mode::Raw),
                    matches: None,
                    wrap: memory.wraps,
                    links: false,
                };
                asked = text_view::show(ui, id, shown, &mut memory.view, false);
            });
        });
    ui.ctx()
        .accesskit_node_builder(id, |node| node.set_label("Preview of the export"));
    for asked in asked {
        if let Asked::SetWrap(wraps) = asked {
            memory.wraps = wraps;
        }
    }
}

fn secrets(ui: &mut Ui, view: &mut View<'_>, open: &OpenExport, written: &Written) {
    let palette = Palette::of(ui);
    if !written.remarks.masked.is_empty() {
        let words = format!("Left out: {}", written.remarks.masked.join(", "));
        line(ui, &words, palette.text);
    }
    if matches!(open.wanted, Wanted::Past(_)) {
        line(
            ui,
            "The history holds no secrets: they were masked when it was written",
            palette.faint,
        );
        return;
    }
    if !open.format.can_hold_secrets() {
        return;
    }
    match open.secrets {
        SecretsWish::Asked => {
            line(
                ui,
                "Secrets will stand in it as they are: whoever gets it can use them",
                palette.warn,
            );
            ui.horizontal_wrapped(|ui| {
                if ui.button("Leave secrets out").clicked() {
                    act(view, ExportingAction::IncludeSecrets(false));
                }
                if ui.button("Put secrets in").clicked() {
                    act(view, ExportingAction::IncludeSecrets(true));
                }
            });
        }
        wish => {
            let mut on = wish == SecretsWish::Included;
            if basic::check(ui, &mut on, "Include secrets").changed() {
                act(
                    view,
                    if on {
                        ExportingAction::AskForSecrets
                    } else {
                        ExportingAction::IncludeSecrets(false)
                    },
                );
            }
            if wish == SecretsWish::Included {
                let words = "The preview masks them; they stand in what is copied or saved";
                line(ui, words, palette.warn);
            }
        }
    }
}

fn lint(ui: &mut Ui, written: &Written) {
    if written.remarks.lint.is_empty() {
        return;
    }
    let palette = Palette::of(ui);
    ui.add_space(size::HALF);
    ui.label(basic::strong("What a client stumbles over"));
    for lint in &written.remarks.lint {
        let words = format!(
            "Line {}, column {}: {}",
            lint.place.line, lint.place.column, lint.cause
        );
        line(ui, &words, palette.warn);
        line(ui, &lint.fix, palette.secondary);
    }
}

fn line(ui: &mut Ui, words: &str, colour: egui::Color32) {
    let words = egui::RichText::new(visible::line(words)).color(colour);
    ui.add(egui::Label::new(words).wrap());
}

fn foot(ui: &mut Ui, view: &mut View<'_>, open: &OpenExport) {
    let palette = Palette::of(ui);
    match &open.said {
        Some(Ok(words)) => line(ui, words, palette.ok),
        Some(Err(trouble)) => {
            line(
                ui,
                &format!("{}. {}", trouble.text, trouble.hint),
                palette.bad,
            );
        }
        None => {}
    }
    if let Some(path) = &open.is_there {
        let (words, button) = if open.format.updates_files() {
            (
                "is there already: only its profile is written, the rest stays",
                "Update it",
            )
        } else {
            ("is there already", "Replace it")
        };
        line(ui, &format!("{} {words}", path.display()), palette.warn);
        ui.horizontal_wrapped(|ui| {
            if ui.button("Keep it").clicked() {
                act(view, ExportingAction::KeepFile);
            }
            if ui.button(button).clicked() {
                act(view, ExportingAction::Overwrite);
            }
        });
        return;
    }
    if view.local.export.path.is_some() {
        save_row(ui, view, open);
        return;
    }
    let is_ready = matches!(open.written, Some(Ok(_)));
    ui.horizontal(|ui| {
        row_end::show(ui, "export answers", |ui| {
            if basic::secondary(ui, "Close").clicked() {
                act(view, ExportingAction::Dismiss);
            }
            ui.add_enabled_ui(is_ready, |ui| {
                if basic::secondary(ui, "Save as…").clicked() {
                    view.local.export.path = Some(proposed_path(open));
                    view.local.export.path_is_new = true;
                }
                if basic::primary(ui, "Copy").clicked() {
                    act(view, ExportingAction::Copy);
                }
            });
        });
    });
}

/// With its folder, so that nobody has to guess where a bare name ends up.
fn proposed_path(open: &OpenExport) -> String {
    let name = open.format.file_name(&open.name);
    match std::env::home_dir().filter(|home| home.is_absolute()) {
        Some(home) => home.join(name).display().to_string(),
        None => name,
    }
}

/// A path typed or picked; the picker may not exist on every desktop.
fn save_row(ui: &mut Ui, view: &mut View<'_>, open: &OpenExport) {
    let Some(mut path) = view.local.export.path.take() else {
        return;
    };
    let mut stays = true;
    ui.horizontal_wrapped(|ui| {
        let width = (ui.available_width() - size::MENU).clamp(size::MENU * 0.5, size::FORM_FIELD);
        let field = fields::text(
            ui,
            "Save the export to",
            &mut path,
            "Path of the file",
            Face::Mono,
            width,
        );
        if std::mem::take(&mut view.local.export.path_is_new) {
            field.request_focus();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let is_ready = !path.trim().is_empty();
        let save = ui.add_enabled(is_ready, egui::Button::new("Save"));
        if save.clicked() || entered && is_ready {
            act(view, ExportingAction::SaveTo(path.trim().into()));
        }
        if ui.button("Browse…").clicked() {
            view.act(Action::PickFile {
                purpose: FilePurpose::Export {
                    file_name: open.format.file_name(&open.name),
                },
            });
        }
        if icons::control(ui, Icon::Close, "Close saving the export").clicked() {
            stays = false;
        }
    });
    if stays {
        view.local.export.path = Some(path);
    }
}
