//! The whole product for real: the binary in a window under a display server, with a session bus and a keyring of its own.
//! Everything is found by its accessible name, everything awaited by condition; a failure leaves a picture.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::desktop::{self, Desktop};
use crate::left_out::leaves_out;

fn start(desktop: &mut Desktop) {
    let mut command = desktop.command(env!("CARGO_BIN_EXE_gatescope"));
    command.env("GATESCOPE_PRINT_FIRST_FRAME", "1");
    desktop.launch(&mut command, "gatescope");
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
