//! The whole product for real: the binary in a window under a display server, with a session bus and a keyring of its own.
//! Everything is found by its accessible name, everything awaited by condition; a failure leaves a picture.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::desktop::{self, Desktop};
use crate::left_out::leaves_out;

fn start(desktop: &mut Desktop) -> u32 {
    let mut command = desktop.command(env!("CARGO_BIN_EXE_gatescope"));
    command.env("GATESCOPE_PRINT_FIRST_FRAME", "1");
    desktop.launch(&mut command, "gatescope")
}

/// `gatescope sandbox` in a process of its own: somebody else's Genesys Cloud, as far as the window is concerned.
struct Sandbox {
    process: Child,
    told: serde_json::Value,
}

impl Sandbox {
    fn start(desktop: &Desktop) -> Self {
        let mut process = desktop
            .command(env!("CARGO_BIN_EXE_gatescope"))
            .args(["sandbox", "--json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let output = process.stdout.take().expect("piped");
        let told = serde_json::Deserializer::from_reader(output)
            .into_iter::<serde_json::Value>()
            .next()
            .expect("it says where it is")
            .expect("in JSON");
        Self { process, told }
    }

    fn told(&self, key: &str) -> &str {
        self.told[key].as_str().expect("a text")
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Puts `text` in place of what the field holds.
fn fill(desktop: &Desktop, field: &str, text: &str) {
    desktop.focus_window();
    desktop.click(field);
    desktop.wait_for(&format!("the keyboard in `{field}`"), |desktop| {
        let node = desktop.find(field);
        desktop.has_focus(&node).then_some(())
    });
    desktop.key("ctrl+a");
    desktop.type_text(text);
    // A secret is told by dots: only its length can be compared.
    desktop.wait_for(&format!("what was typed into `{field}`"), |desktop| {
        let shown = desktop.text(&desktop.find(field));
        (shown.chars().count() == text.chars().count()).then_some(())
    });
}

/// Runs a command of the palette.
fn run_command(desktop: &Desktop, words: &str) {
    desktop.key("ctrl+k");
    desktop.find_text("Enter opens");
    desktop.type_text(words);
    desktop.key("Return");
}

#[test]
fn what_was_made_by_typing_is_there_again_after_a_restart() {
    if leaves_out("the real window", desktop::missing_program()) {
        return;
    }
    let home = tempfile::tempdir().expect("a folder of the test's own");
    let mut desktop = Desktop::start(home.path());
    let sandbox = Sandbox::start(&desktop);
    let process = start(&mut desktop);

    // An environment, and its secret into the keyring.
    desktop.press("Add the region…");
    desktop.press("Own origins");
    fill(&desktop, "Name", "Acme");
    fill(&desktop, "API origin", sandbox.told("api"));
    fill(&desktop, "Login origin", sandbox.told("login"));
    fill(&desktop, "Client ID", sandbox.told("client_id"));
    fill(&desktop, "Client secret", sandbox.told("client_secret"));
    desktop.press("Save");
    desktop.find("keyring ready");

    // Its token.
    desktop.find("Environment of leg A: Acme");
    desktop.press_beginning("Token of leg A");
    desktop.press("Fetch a new token");
    desktop.find_text("Gatescope Sandbox");
    desktop.press("Close the token panel");

    // A request, and something in its answer.
    desktop.wait_for("the closed token panel", |desktop| {
        let names = desktop.names();
        let is_closed = names.iter().all(|name| name != "Close the token panel");
        is_closed.then_some(())
    });
    fill(&desktop, "Path", "/api/v2/users");
    let has_path = |desktop: &Desktop| {
        let path = desktop.find("Path");
        (desktop.text(&path) == "/api/v2/users").then_some(())
    };
    desktop.wait_for("the path as it was typed", has_path);
    desktop.key("ctrl+Return");
    desktop.find("200 OK");
    desktop.find_text("\"entities\": [");
    desktop.key("ctrl+f");
    desktop.find("Find in the body");
    desktop.type_text("selfUri");
    desktop.find_text(" of ");

    // Another look.
    run_command(&desktop, "Dark theme");
    let middle = (700, 700);
    desktop.wait_for("a dark window", |desktop| {
        (desktop.brightness(middle.0, middle.1) < 0.3).then_some(())
    });
    run_command(&desktop, "Light theme");
    desktop.wait_for("a light window", |desktop| {
        (desktop.brightness(middle.0, middle.1) > 0.7).then_some(())
    });
    let height = |desktop: &Desktop| desktop.extents(&desktop.find("Send")).3;
    let before = height(&desktop);
    desktop.key("ctrl+comma");
    desktop.press("Zoom 200 %");
    desktop.press("Close settings");
    desktop.wait_for("everything at double size", |desktop| {
        ((height(desktop) - before * 2).abs() <= 2).then_some(())
    });

    // Closed and opened again: the request, its answer, the environment, the look.
    desktop.close_window(process);
    start(&mut desktop);
    desktop.find("Environment of leg A: Acme");
    desktop.wait_for("the path as it was typed", has_path);
    desktop.wait_for("the look as it was chosen", |desktop| {
        let is_light = desktop.brightness(middle.0, middle.1) > 0.7;
        let is_double = (height(desktop) - before * 2).abs() <= 2;
        (is_light && is_double).then_some(())
    });
    desktop.key("ctrl+0");
    desktop.press("Sidebar history");
    desktop.press_beginning("GET /api/v2/users, 200, Acme");
    desktop.find("200 OK");
    desktop.find_text("\"entities\": [");
}

#[test]
fn from_the_first_start_to_an_answer_through_the_rest_proxy() {
    if leaves_out("the real window", desktop::missing_program()) {
        return;
    }
    let home = tempfile::tempdir().expect("a folder of the test's own");
    let mut desktop = Desktop::start(home.path());
    start(&mut desktop);

    desktop.press("Try the sandbox");
    desktop.find_text("sandbox running");

    desktop.press_beginning("Token of leg B");
    desktop.press("Fetch a new token");
    desktop.find_text("Gatescope Sandbox");
    desktop.press("Close the token panel");
    desktop.find_text("Token of leg B: 23 h");

    // Trying the sandbox made leg B, the REST proxy, the active one.
    desktop.press("Send");
    desktop.find("200 OK");
    desktop.find_text("\"entities\": [");

    desktop.press("Response headers");
    desktop.find_text("ININ-Correlation-Id");
}

#[test]
fn a_client_secret_goes_from_the_form_into_the_keyring_and_nowhere_else() {
    if leaves_out("the real window", desktop::missing_program()) {
        return;
    }
    let home = tempfile::tempdir().expect("a folder of the test's own");
    let mut desktop = Desktop::start(home.path());
    start(&mut desktop);

    desktop.press("Add the region…");
    desktop.find("Client secret");
    desktop.click("Name");
    desktop.key("ctrl+a");
    desktop.type_text("Acme");
    desktop.click("Client ID");
    desktop.type_text("client-of-acme");
    desktop.click("Client secret");
    desktop.type_text("kestrel-4711-canary");
    desktop.press("Save");
    desktop.find("keyring ready");

    // The keyring is ready before the secret is in it.
    let stored = |shown: &str| shown.to_lowercase().contains("stored");
    let deadline = Instant::now() + Duration::from_secs(20);
    let (shown, errors) = loop {
        let listed = desktop
            .command(env!("CARGO_BIN_EXE_gatescope"))
            .args(["env", "show", "acme"])
            .output()
            .expect("the command line runs");
        let shown = String::from_utf8_lossy(&listed.stdout).into_owned();
        if stored(&shown) || Instant::now() > deadline {
            break (shown, String::from_utf8_lossy(&listed.stderr).into_owned());
        }
    };
    assert!(
        shown.contains("client-of-acme") && stored(&shown),
        "`env show` should know the client and that its secret is stored:\n{shown}\n{errors}",
    );
    let found = Command::new("grep")
        .args(["-rl", "kestrel-4711-canary"])
        .arg(home.path().join("data").join("gatescope"))
        .output()
        .expect("grep runs");
    assert!(
        found.stdout.is_empty(),
        "the secret was written to {}",
        String::from_utf8_lossy(&found.stdout)
    );
}
