//! The window's own path with a canary in every field that takes text: `app::update` decides, the real worker carries out.
//! It runs as a process of its own, with its own home, so that its log and its files can be searched afterwards.
//! Only on Linux: elsewhere the keyring cannot be switched off from outside, and a test must not write into the user's.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gatescope::app::action::{Action, DialogAnswer};
use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::form::{EnvironmentForm, NewTarget};
use gatescope::app::preview::LegPreview;
use gatescope::app::state::{AppState, Leg};
use gatescope::app::update::{Input, update};
use gatescope::model::environment::{Credentials, Environment, Place, Proxy, Target, Variable};
use gatescope::model::masks::Masks;
use gatescope::model::region::Region;
use gatescope::model::request::{
    DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestDraft,
};
use gatescope::model::resolve::preview_text;
use gatescope::model::secret::{Secret, SecretName};
use gatescope::worker::{self, Front, Waited, WorkerHandle, WorkerOptions};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::canary::Canary;
use crate::canary_scene::*;
use crate::scene::child;

const FOLDER: &str = "GATESCOPE_TEST_CANARY_FOLDER";
const ENDED: &str = "the canary run came to its end";

#[test]
fn no_file_log_or_event_of_the_windows_path_holds_a_secret() {
    let folder = TempDir::new().expect("a folder");
    let mut command = child("canary_window::run_in_a_child", FOLDER, folder.path());
    command
        .env("HOME", folder.path())
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    for name in [
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "XDG_RUNTIME_DIR",
        "TMPDIR",
    ] {
        let place = folder.path().join(name.to_ascii_lowercase());
        fs::create_dir_all(&place).expect("a folder");
        command.env(name, place);
    }
    let output = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && text.contains(ENDED),
        "{text}\n{errors}"
    );
    let mut outputs = Outputs::default();
    outputs.add("events and words on screen", output.stdout);
    outputs.add("log", output.stderr);
    let entries = outputs.add_histories(folder.path());
    assert!(entries > 10, "only {entries} exchanges in the history");
    outputs.assert_clean(folder.path());
}

/// A window without pixels: its state, the worker, and the time as it goes by.
struct Window {
    state: AppState,
    worker: WorkerHandle,
    now: Timestamp,
}

impl Window {
    fn act(&mut self, action: impl Into<Input>) {
        self.now += SignedDuration::from_secs(1);
        let commands = update(&mut self.state, action, self.now);
        self.carry_out(commands);
    }

    fn carry_out(&mut self, commands: Vec<Command>) {
        for command in commands {
            self.worker.send(command);
        }
    }

    /// Prints each event and takes it over, up to the first one that `wanted` wants.
    fn until(&mut self, what: &str, wanted: impl Fn(&Event) -> bool) {
        loop {
            let Waited::Event(event) = self.worker.wait(Duration::from_mins(1)) else {
                println!("no event: {what}");
                std::process::exit(3);
            };
            match &*event {
                // A known secret under a neutral name stays usable for this run, so the editor gets it back; nothing else does.
                Event::WorkspaceOpened(_) | Event::WorkspaceChanged(_) => {
                    let mut known = Masks::default();
                    for secret in [
                        CLIENT_SECRET,
                        PASTED_TOKEN,
                        ACCESS_TOKEN,
                        GATEWAY_PASSWORD,
                        SECRET_VARIABLE,
                    ] {
                        known.add(secret);
                    }
                    println!("event: {}", known.text(&format!("{event:?}")));
                }
                other => println!("event: {other:?}"),
            }
            if let Event::Finished { result, .. } = &*event {
                println!("pretty: {result:#?}");
            }
            if let Event::BodyReady { view, .. } = &*event {
                // What the window shows, finds and copies.
                for mode in view.modes() {
                    let shown = view.document(mode).whole().to_vec();
                    println!("body: {}", String::from_utf8_lossy(&shown));
                }
            }
            let found = wanted(&event);
            self.act(*event);
            if found {
                return;
            }
        }
    }

    fn send(&mut self) {
        self.act(Action::Send);
        self.until("the end of a send", |event| {
            matches!(event, Event::Finished { .. } | Event::NotSent { .. })
        });
        self.print_words();
    }

    /// Everything that the window says in words of its own, the preview and the sent bytes included.
    fn print_words(&self) {
        println!("notices: {:?}", self.state.notices);
        println!("tokens: {:?}", self.state.tokens);
        println!("dialog: {:?}", self.state.dialog.is_some());
        for tab in &self.state.tabs {
            println!("problems: {:?} {:?}", tab.problems, tab.failure);
            for preview in &tab.previews {
                match preview {
                    LegPreview::Ready(resolved) => {
                        assert_preview_clean(&preview_text(resolved));
                        assert_preview_clean(&format!("{resolved:?}"));
                    }
                    LegPreview::Problems(problems) => println!("problems: {problems:?}"),
                    LegPreview::NoEnvironment | LegPreview::SandboxStopped => {}
                }
                println!("notes: {:?}", preview.notes());
            }
        }
        if let Some(form) = &self.state.form {
            println!(
                "form: {:?} {:?} {:?}",
                form.notes, form.problems, form.entered
            );
        }
    }

    fn edit(&mut self, change: impl FnOnce(&mut RequestDraft)) {
        let mut draft = self.state.active_tab().expect("a tab").draft.clone();
        change(&mut draft);
        self.act(Action::EditDraft(Box::new(draft)));
    }

    fn edit_form(&mut self, change: impl FnOnce(&mut EnvironmentForm)) {
        let mut form = self.state.form.clone().expect("a form");
        change(&mut form);
        self.act(Action::EditForm(form));
        self.print_words();
    }

    fn save_form(&mut self, what: &str) {
        let secrets = self
            .state
            .form
            .as_ref()
            .map_or(0, |form| form.entered.len());
        self.act(Action::SaveForm);
        self.print_words();
        if let Some(form) = &self.state.form {
            println!("{what} was not saved: {:?}", form.problems);
            std::process::exit(4);
        }
        // File and secrets are kept side by side: their events come in any order.
        let saved = Cell::new(false);
        let known = Cell::new(0);
        self.until(what, |event| {
            match event {
                Event::Saved { .. } => saved.set(true),
                Event::SecretsKnown(_) => known.set(known.get() + 1),
                _ => {}
            }
            saved.get() && known.get() >= secrets
        });
        // Both legs are this environment's.
        self.act(Action::ActivateLeg(self.state.active_leg));
    }
}

#[test]
fn run_in_a_child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    gatescope::cli::set_up_logging();
    let server = Recorder::start(Login::Token);
    let mut options = WorkerOptions::new(Front::Window);
    options.data_directory = Some(folder.join("data"));
    let mut window = Window {
        state: AppState::new(Timestamp::now()),
        worker: worker::start(options),
        now: Timestamp::now(),
    };
    window.act(Action::Start {
        directory: Some(folder.join("workspace")),
    });
    window.until("the workspace", |event| {
        matches!(event, Event::WorkspaceOpened(_))
    });
    environments(&mut window, &server);
    requests(&mut window, &folder);
    window.act(Action::FetchToken { leg: Leg::A });
    window.until("a token", |event| matches!(event, Event::Finished { .. }));
    failures(&mut window, &server);
    pasted_token(&mut window, &server);
    sandbox(&mut window);
    window.act(Action::Closing);
    window.print_words();
    window.worker.shutdown();
    for value in [
        CLIENT_SECRET,
        PASTED_TOKEN,
        ACCESS_TOKEN,
        GATEWAY_PASSWORD,
        SECRET_VARIABLE,
        TYPED_AUTHORIZATION,
        TYPED_QUERY,
        TYPED_JSON,
        TYPED_FORM,
        TYPED_PART,
        TYPED_COOKIE,
        TYPED_API_KEY,
        DEFAULT_HEADER,
        NAMED_VARIABLE,
    ] {
        server.assert_received(value);
    }
    println!("{ENDED}");
}

/// The window does not know the values in the keyring: one that was typed where no name tells it shows in the preview
/// as it shows in its field. Everything else is masked there too.
fn assert_preview_clean(text: &str) {
    for (kind, value) in ALL {
        let in_the_keyring = [
            CLIENT_SECRET,
            PASTED_TOKEN,
            ACCESS_TOKEN,
            GATEWAY_PASSWORD,
            SECRET_VARIABLE,
        ];
        if !in_the_keyring.contains(&value)
            && !Canary::new(value).in_bytes(text.as_bytes()).is_empty()
        {
            println!("{kind} in a preview: {text}");
            std::process::exit(5);
        }
    }
}

fn variable(name: &str, value: &str, secret: bool) -> Variable {
    Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        secret,
    }
}

fn header(name: &str, value: impl Into<String>) -> HeaderRow {
    HeaderRow {
        enabled: true,
        name: name.to_owned(),
        value: value.into(),
    }
}

fn query(name: &str, value: &str) -> QueryRow {
    QueryRow {
        enabled: true,
        name: name.to_owned(),
        value: Some(value.to_owned()),
    }
}

fn sends_to(environment: &mut Environment, server: &Recorder) {
    environment.target = Target::Direct {
        place: Place::Origins {
            api: server.origin(),
            login: server.origin(),
        },
    };
}

fn environments(window: &mut Window, server: &Recorder) {
    // A gateway: its password, and a URL with user information, which is said to be wrong and not kept.
    window.act(Action::NewEnvironment(NewTarget::Gateway {
        invoke_url: format!(
            "http://user:{USER_INFORMATION}@127.0.0.1:{}/test",
            server.port
        ),
    }));
    window.print_words();
    window.edit_form(|form| {
        form.invoke_url = format!("http://127.0.0.1:{}/test", server.port);
        "Through".clone_into(&mut form.environment.name);
        form.make_twin = false;
        form.environment.credentials = Credentials::None;
        form.entered
            .insert(SecretName::GatewayPassword, Secret::new(GATEWAY_PASSWORD));
        form.environment.network.proxy = Proxy::Explicit {
            url: format!(
                "http://someone:{USER_INFORMATION}@127.0.0.1:{}",
                server.port
            ),
            user_name: "someone".to_owned(),
            bypass: Vec::new(),
        };
        form.entered
            .insert(SecretName::ProxyPassword, Secret::new(PROXY_PASSWORD));
    });
    window.save_form("the gateway");
    // The direct one, with everything typed into it that a person may type.
    let region = Region::all().next().expect("a region");
    window.act(Action::NewEnvironment(NewTarget::Direct(region)));
    window.edit_form(|form| {
        let environment = &mut form.environment;
        "Acme".clone_into(&mut environment.name);
        sends_to(environment, server);
        environment.credentials = Credentials::ClientCredentials {
            client_id: "someone".to_owned(),
            scope: String::new(),
            style: gatescope::model::environment::ClientAuthentication::Basic,
        };
        environment.variables = vec![
            variable("partner", SECRET_VARIABLE, true),
            variable("password", NAMED_VARIABLE, false),
            variable("remark", GATEWAY_PASSWORD, false),
        ];
        environment.default_headers = vec![header("X-Auth-Token", DEFAULT_HEADER)];
        form.entered
            .insert(SecretName::ClientSecret, Secret::new(CLIENT_SECRET));
        form.entered.insert(
            SecretName::Variable("partner".to_owned()),
            Secret::new(SECRET_VARIABLE),
        );
    });
    // Before the first save has replaced what cannot be kept, the window sends what was typed.
    let typed = window.state.form.clone().expect("a form").environment;
    window.save_form("the environment");
    let mut kept = window
        .state
        .environments
        .iter()
        .find(|known| known.name == "Acme")
        .expect("it is there")
        .clone();
    kept.default_headers = typed.default_headers;
    kept.variables = typed.variables;
    window.act(Action::EditEnvironment(kept.id.clone()));
    window.edit_form(|form| form.environment = kept.clone());
    // As the form shows it now, it is captured by the sends below.
    if let Some(known) = window
        .state
        .environments
        .iter_mut()
        .find(|known| known.id == kept.id)
    {
        *known = kept;
    }
    window.act(Action::CloseForm);
    window.act(Action::Answer(DialogAnswer::Confirm));
}

/// One request with everything in it, sent with each kind of body; then drafts and file are written.
fn requests(window: &mut Window, folder: &Path) {
    window.act(Action::NewRequest);
    for (path, body) in bodies() {
        window.edit(|draft| {
            // Secrets that are known, where no name tells them.
            "List".clone_into(&mut draft.name);
            "POST".clone_into(&mut draft.method);
            draft.path = format!("{path}/{{place}}/reason?api_key={TYPED_QUERY}");
            draft.path_variables = vec![NamedText {
                name: "place".to_owned(),
                value: SECRET_VARIABLE.to_owned(),
            }];
            draft.query = vec![
                query("client_secret", TYPED_QUERY),
                query("note", GATEWAY_PASSWORD),
                query("q", "{{remark}}"),
            ];
            draft.headers = vec![
                header("Authorization", format!("Bearer {TYPED_AUTHORIZATION}")),
                header("Cookie", format!("theme=dark; session={TYPED_COOKIE}")),
                header("x-api-key", TYPED_API_KEY),
                header("X-Named", "{{password}}"),
                header("X-Note", CLIENT_SECRET),
            ];
            draft.body = body;
        });
        window.print_words();
        window.act(Action::Tick);
        window.send();
        window.edit(|draft| {
            draft.headers.remove(0);
        });
        window.send();
        window.until("the body", |event| matches!(event, Event::BodyReady { .. }));
        window.act(Action::SaveBody {
            path: folder.join("saved-body.txt"),
        });
        window.until("a saved body", |event| {
            matches!(event, Event::BodySaved { .. })
        });
        window.act(Action::Tick);
    }
    let saved = fs::read_to_string(folder.join("saved-body.txt")).expect("it was saved");
    assert!(
        saved.contains('\u{2022}'),
        "the answer echoed secrets: {saved}"
    );
    window.act(Action::SaveRequest);
    window.until("the request", |event| {
        matches!(event, Event::Saved { .. } | Event::SaveFailed { .. })
    });
    window.act(Action::Closing);
}

fn bodies() -> Vec<(&'static str, DraftBody)> {
    let json = serde_json::json!({
        "password": TYPED_JSON, "comment": GATEWAY_PASSWORD, "token": "{{partner}}"
    });
    vec![
        (
            "/json",
            DraftBody::Json {
                text: json.to_string(),
            },
        ),
        (
            "/echo",
            DraftBody::Form {
                rows: vec![
                    query("password", TYPED_FORM),
                    query("remark", GATEWAY_PASSWORD),
                ],
            },
        ),
        (
            "/echo",
            DraftBody::Multipart {
                rows: [("password", TYPED_PART), ("remark", CLIENT_SECRET)]
                    .map(|(name, value)| PartRow {
                        enabled: true,
                        name: name.to_owned(),
                        value: PartValue::Text(value.to_owned()),
                        content_type: String::new(),
                    })
                    .into(),
            },
        ),
        (
            "/redirect",
            DraftBody::Text {
                text: format!("a remark with {GATEWAY_PASSWORD} in it"),
                content_type: "text/plain".to_owned(),
            },
        ),
    ]
}

/// Sends that come to nothing: the words about them are clean too.
fn failures(window: &mut Window, server: &Recorder) {
    let page = Recorder::start(Login::HtmlEcho);
    let wrong = Recorder::start(Login::ErrorEcho);
    // The saved request holds `(not kept)` now, which is refused; this one is not saved before it is sent.
    window.act(Action::NewRequest);
    window.edit(|draft| {
        "/json".clone_into(&mut draft.path);
        draft.query = vec![query("note", GATEWAY_PASSWORD)];
        draft.headers = vec![header("Cookie", format!("session={TYPED_COOKIE}"))];
    });
    for origin in [
        page.origin(),
        wrong.origin(),
        format!("https://127.0.0.1:{}", server.port),
        "http://127.0.0.1:9".to_owned(),
    ] {
        let id = window.state.legs[window.state.active_leg.index()].clone();
        let environment = window
            .state
            .environments
            .iter_mut()
            .find(|known| Some(&known.id) == id.as_ref())
            .expect("the environment of the leg");
        environment.target = Target::Direct {
            place: Place::Origins {
                api: origin.clone(),
                login: origin,
            },
        };
        environment.default_headers.clear();
        environment.variables.clear();
        window.edit(|draft| draft.path.push('/'));
        window.send();
        // Other origins than those the secrets were entered for: asked for, and agreed to.
        while window.state.dialog.is_some() {
            window.act(Action::Answer(DialogAnswer::Confirm));
            window.until("the end of a confirmed send", |event| {
                matches!(event, Event::Finished { .. } | Event::NotSent { .. })
            });
            window.print_words();
        }
    }
    page.assert_received(CLIENT_SECRET);
    wrong.assert_received(CLIENT_SECRET);
    window.edit(|draft| {
        draft.path = format!("http://user:{USER_INFORMATION}@127.0.0.1:{}/x", server.port);
    });
    window.send();
    window.edit(|draft| {
        "/x".clone_into(&mut draft.path);
        draft.headers = vec![header("X", format!("{{{{nowhere}}}} {CLIENT_SECRET}"))];
    });
    window.send();
}

fn pasted_token(window: &mut Window, server: &Recorder) {
    let region = Region::all().next().expect("a region");
    window.act(Action::NewEnvironment(NewTarget::Direct(region)));
    window.edit_form(|form| {
        "Pasted".clone_into(&mut form.environment.name);
        sends_to(&mut form.environment, server);
        form.environment.credentials = Credentials::AccessToken;
        form.entered
            .insert(SecretName::AccessToken, Secret::new(PASTED_TOKEN));
    });
    window.save_form("the pasted token");
    window.act(Action::NewRequest);
    window.edit(|draft| {
        "/json".clone_into(&mut draft.path);
        draft.headers = vec![
            header("X-Note", PASTED_TOKEN),
            header("X-Other", ACCESS_TOKEN),
        ];
    });
    window.send();
    window.act(Action::SaveRequest);
    window.until("the request", |event| {
        matches!(event, Event::Saved { .. } | Event::SaveFailed { .. })
    });
}

fn sandbox(window: &mut Window) {
    window.act(Action::TrySandbox);
    window.until("the sandbox", |event| {
        matches!(event, Event::SandboxReady(_))
    });
    window.edit(|draft| draft.headers = vec![header("x-api-key", TYPED_API_KEY)]);
    window.send();
    window.act(Action::FetchToken { leg: Leg::A });
    window.until("a token", |event| matches!(event, Event::Finished { .. }));
}
