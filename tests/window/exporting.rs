//! Exports in the window: one dialog, by mouse and by keyboard; secrets stay out without a yes, and nothing is written over unasked.

use std::sync::Arc;

use bytes::Bytes;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts, FilePurpose};
use gatescope::app::event::{Event, StoredRequest};
use gatescope::app::exporting::{
    ExportingCommand, ExportingEvent, Handed, Job, Remarks, Subject, Written,
};
use gatescope::app::importing::Trouble;
use gatescope::body::view::BodyView;
use gatescope::interchange::writing::Format;
use gatescope::interchange::{Lint, reading, text::Place};
use gatescope::model::ids::RequestId;
use gatescope::model::request::RequestDraft;
use gatescope::model::secret::Secret;

use super::fake::{Desk, snapshot};

const PROFILE: &str = "[prod]\nclient_credentials = \"abc\"\nenvironment = \"mypurecloud.de\"\n";

fn desk_of(size: [f32; 2], zoom: u32) -> Desk {
    let environments = reading::import(PROFILE, None)
        .expect("reads")
        .imported
        .environments;
    let id = environments[0].id.clone();
    let mut opened = snapshot(
        environments,
        Drafts {
            leg_a: Some(id),
            zoom_percent: zoom,
            ..Drafts::default()
        },
    );
    for (path, name) in [("list.toml", "List"), ("users/one.toml", "One")] {
        opened.requests.push(StoredRequest {
            path: path.to_owned(),
            draft: RequestDraft {
                id: RequestId(path.to_owned()),
                name: name.to_owned(),
                path: "/api/v2/users".to_owned(),
                ..RequestDraft::default()
            },
        });
    }
    let builder = egui_kittest::Harness::builder().with_size(egui::vec2(size[0], size[1]));
    let desk = Desk::built(opened, builder);
    desk.commands();
    desk
}

fn desk() -> Desk {
    desk_of([1_440.0, 900.0], 100)
}

fn exporting(desk: &Desk) -> Vec<ExportingCommand> {
    desk.commands()
        .into_iter()
        .filter_map(|command| match command {
            Command::Exporting(command) => Some(command),
            _ => None,
        })
        .collect()
}

/// Runs a command of the palette by the keyboard alone.
fn palette(desk: &mut Desk, words: &str) {
    desk.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    desk.harness.run();
    desk.harness.event(egui::Event::Text(words.to_owned()));
    desk.harness.run();
    desk.harness.key_press(Key::Enter);
    desk.harness.run();
}

/// The job that is to be shown; the worker answers it with `text`.
fn shown(desk: &mut Desk, text: &str) -> Job {
    let commands = exporting(desk);
    let [ExportingCommand::Show { number, job }] = commands.as_slice() else {
        panic!("{commands:?}");
    };
    let view = BodyView::lay_out(
        &Bytes::copy_from_slice(text.as_bytes()),
        Some("text/plain"),
        &|| false,
    );
    let written = Written {
        view: Arc::new(view.expect("nobody cancels")),
        remarks: Remarks {
            masked: vec!["client secret".to_owned()],
            lint: vec![Lint::new(
                Place { line: 2, column: 5 },
                "A port beside a stage",
                "Leave the port out",
            )],
        },
    };
    desk.event(Event::Exporting(ExportingEvent::Shown {
        number: *number,
        result: Ok(Arc::new(written)),
    }));
    (**job).clone()
}

fn click(desk: &mut Desk, label: &str) {
    desk.harness.get_by_label(label).click();
    desk.harness.run();
}

#[test]
fn an_environment_is_shown_with_what_is_left_out_before_anything_is_written() {
    let mut desk = desk();
    palette(&mut desk, "Export the environment of leg A");
    let job = shown(&mut desk, "[prod]\nline two of it\n");
    assert_eq!(job.format, Format::CliConfig);
    assert!(!job.includes_secrets);
    assert!(
        matches!(&job.subject, Subject::Environment(known) if known.name == "prod"),
        "{job:?}"
    );
    for words in [
        "Left out: client secret",
        "Line 2, column 5: A port beside a stage",
        "Leave the port out",
    ] {
        desk.harness.get_by_label(words);
    }
    let preview = desk.harness.get_by_label("Preview of the export");
    let text = preview.value().expect("the preview says what it shows");
    assert!(text.contains("line two of it"), "{text}");
    // The keyboard stands on the chosen format, and goes on from there.
    desk.harness.key_press(Key::ArrowDown);
    desk.harness.run();
    desk.harness.key_press(Key::Enter);
    desk.harness.run();
    assert_eq!(shown(&mut desk, "{}").format, Format::CliGateway);
    click(&mut desk, "CX as Code: Provider block");
    assert_eq!(shown(&mut desk, "provider").format, Format::CxAsCode);
    desk.harness.key_press(Key::Escape);
    desk.harness.run();
    assert!(desk.harness.state().state().exporting.open.is_none());
    assert!(exporting(&desk).is_empty());
}

#[test]
fn secrets_are_put_in_only_after_a_yes_and_never_into_the_state() {
    let mut desk = desk();
    palette(&mut desk, "Export the environment of leg A");
    shown(&mut desk, "x");
    click(&mut desk, "Include secrets");
    assert!(exporting(&desk).is_empty(), "a question comes first");
    click(&mut desk, "Leave secrets out");
    assert!(!shown(&mut desk, "x").includes_secrets);
    click(&mut desk, "Include secrets");
    click(&mut desk, "Put secrets in");
    assert!(shown(&mut desk, "x").includes_secrets);
    click(&mut desk, "Copy");
    let commands = exporting(&desk);
    assert!(
        matches!(commands.as_slice(), [ExportingCommand::Hand { job }] if job.includes_secrets),
        "{commands:?}"
    );
    desk.wires
        .borrow_mut()
        .events
        .push_back(Event::Exporting(ExportingEvent::Handed(Ok(Handed {
            text: Secret::new("canary-4711"),
            remarks: Remarks::default(),
        }))));
    desk.harness.step();
    let copied = desk.harness.output().platform_output.commands.iter().any(
        |command| matches!(command, egui::OutputCommand::CopyText(text) if text == "canary-4711"),
    );
    assert!(copied, "it is in the clipboard");
    desk.harness.run();
    desk.harness.get_by_label("Copied, with its secrets");
    let state = format!("{:?}", desk.harness.state());
    assert!(!state.contains("canary"), "a secret is in the state");
    // Another format begins without them.
    click(&mut desk, "Genesys Cloud CLI: gateway.json");
    assert!(!shown(&mut desk, "x").includes_secrets);
}

#[test]
fn a_file_that_is_there_is_asked_about() {
    let mut desk = desk();
    palette(&mut desk, "Export the environment of leg A");
    shown(&mut desk, "x");
    click(&mut desk, "Save as…");
    let field = desk.harness.get_by_label("Save the export to");
    assert!(
        field.is_focused(),
        "the keyboard is where the path is typed"
    );
    let proposed = field.value().expect("a path");
    assert!(proposed.ends_with("config.toml"), "{proposed}");
    let has_home = std::env::home_dir().is_some_and(|home| home.is_absolute());
    let proposed = std::path::Path::new(&proposed);
    assert_eq!(proposed.is_absolute(), has_home, "{proposed:?}");
    click(&mut desk, "Browse…");
    // As the system's dialog answers.
    let path = std::path::PathBuf::from("/tmp/config.toml");
    desk.event(Event::FilePicked {
        purpose: FilePurpose::Export {
            file_name: "config.toml".to_owned(),
        },
        request: None,
        path: path.clone(),
    });
    let commands = exporting(&desk);
    assert!(
        matches!(commands.as_slice(), [ExportingCommand::Save { path: to, overwrites: false, .. }] if *to == path),
        "{commands:?}"
    );
    desk.event(Event::Exporting(ExportingEvent::IsThere {
        path: path.clone(),
    }));
    desk.harness
        .get_by_label_contains("only its profile is written, the rest stays");
    // It is shown with the profile in it before anybody says yes.
    let job = shown(&mut desk, "# by hand\n[prod]\n");
    assert_eq!(job.into.as_deref(), Some(path.as_path()));
    desk.harness
        .get_by_label("config.toml as it would be; its secrets are masked here only");
    click(&mut desk, "Update it");
    let commands = exporting(&desk);
    assert!(
        matches!(
            commands.as_slice(),
            [ExportingCommand::Save {
                overwrites: true,
                ..
            }]
        ),
        "{commands:?}"
    );
    desk.event(Event::Exporting(ExportingEvent::NotSaved(Trouble {
        text: "The disk is full".to_owned(),
        hint: "Choose another place".to_owned(),
    })));
    desk.harness
        .get_by_label("The disk is full. Choose another place");
    desk.event(Event::Exporting(ExportingEvent::Saved {
        path,
        remarks: Remarks::default(),
    }));
    assert!(desk.harness.state().state().exporting.open.is_none());
    let told = desk
        .harness
        .query_all_by_label_contains("Exported to /tmp/config.toml");
    assert!(told.count() > 0);
}

#[test]
fn the_profile_has_the_name_that_is_typed() {
    let mut desk = desk();
    palette(&mut desk, "Export the environment of leg A");
    assert_eq!(
        shown(&mut desk, "x").profile,
        None,
        "the environment's name"
    );
    let field = desk.harness.get_by_label("Profile of config.toml");
    field.focus();
    desk.harness.run();
    desk.harness.event(egui::Event::Text("team".to_owned()));
    desk.harness.run();
    // What was shown stays until the worker has written it anew.
    desk.harness.get_by_label("Preview of the export");
    let job = shown(&mut desk, "[team]\n");
    assert_eq!(job.profile.as_deref(), Some("team"));
    // Other formats have no profiles.
    click(&mut desk, "CX as Code: Provider block");
    shown(&mut desk, "provider");
    assert!(
        desk.harness
            .query_by_label("Profile of config.toml")
            .is_none()
    );
}

#[test]
fn one_request_a_folder_and_all_of_them_are_exported() {
    let mut desk = desk();
    palette(&mut desk, "Export all saved requests");
    let job = shown(&mut desk, "{}");
    assert_eq!(job.format, Format::PostmanCollection);
    let Subject::Requests {
        requests,
        environment,
        ..
    } = &job.subject
    else {
        panic!("{job:?}");
    };
    let mut told: Vec<_> = requests
        .iter()
        .map(|one| (one.draft.name.as_str(), one.folder.clone()))
        .collect();
    told.sort();
    assert_eq!(told, [("List", vec![]), ("One", vec!["users".to_owned()])]);
    assert!(environment.is_some(), "they go to leg A");
    click(&mut desk, "Close");
    desk.harness
        .get_by_label_contains("Folder users")
        .click_secondary();
    desk.harness.run();
    click(&mut desk, "Export…");
    let job = shown(&mut desk, "{}");
    let Subject::Requests { requests, name, .. } = &job.subject else {
        panic!("{job:?}");
    };
    assert_eq!((requests.len(), name.as_str()), (1, "users"));
    click(&mut desk, "Close");
    desk.harness.get_by_label("GET List").click_secondary();
    desk.harness.run();
    click(&mut desk, "Export…");
    let job = shown(&mut desk, "curl");
    assert_eq!(job.format.name(), "curl");
}

#[test]
fn the_smallest_window_and_double_size_keep_the_buttons_in_reach() {
    for (size, zoom) in [([400.0, 300.0], 100), ([1_280.0, 820.0], 200)] {
        let mut desk = desk_of(size, zoom);
        desk.harness.run();
        palette(&mut desk, "Export the environment of leg A");
        shown(&mut desk, &"a line\n".repeat(5_000));
        let points = desk.harness.ctx.content_rect();
        for label in ["Copy", "Save as…", "Close"] {
            let rect = desk.harness.get_by_label(label).rect();
            assert!(
                points.contains_rect(rect),
                "{label} at {rect:?} is outside of {points:?} at {zoom} %"
            );
        }
        desk.harness.get_by_label("Format");
    }
}
