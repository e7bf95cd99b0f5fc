//! The window starts children (a browser for links): none of them may inherit `GATESCOPE_SECRET_…`.

use std::fs;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_windows_process_never_had_the_secret_variables() {
    let folder = TempDir::new().expect("a folder");
    // A display that takes connections and says nothing: the window waits, and its process can be looked at.
    let display = UnixListener::bind(folder.path().join("display")).expect("a socket");
    let child = Command::new(env!("CARGO_BIN_EXE_gatescope"))
        .env_clear()
        .env("HOME", folder.path())
        .env("XDG_RUNTIME_DIR", folder.path())
        .env("WAYLAND_DISPLAY", "display")
        .env("GATESCOPE_DATA_DIR", folder.path().join("data"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("GATESCOPE_SECRET_ACME_CLIENT_SECRET", "kanarie-4711")
        .env("gatescope_secret_acme_access_token", "kanarie-4711")
        .env("KEPT", "yes")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let child = Running(child);
    let _connection = display.accept().expect("the window asks for its display");
    let first = child.0.id();
    let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children"))
        .expect("the children of a process");
    let window = children
        .split_whitespace()
        .next()
        .expect("the window runs in a second process");
    let surroundings = fs::read(format!("/proc/{window}/environ")).expect("its variables");
    let surroundings = String::from_utf8_lossy(&surroundings).replace('\0', "\n");
    assert!(surroundings.contains("KEPT=yes"), "{surroundings}");
    assert!(
        !surroundings
            .to_ascii_uppercase()
            .contains("GATESCOPE_SECRET_")
            && !surroundings.contains("kanarie"),
        "{surroundings}"
    );
}
