//! The keyring against a real gnome-keyring on a session bus of the test's own: absent, ready, locked, late, slow.
//! Each case is this program again below `dbus-run-session`, because a process has one session bus.

#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use gatescope::model::secret::{Secret, SecretId};
use gatescope::secrets::{
    Kept, KeyringStore, SecretErrorKind, SecretStore as _, SecretVault, StoreState,
};

use crate::left_out::leaves_out;
use crate::scene::Scene;

const CASE: &str = "GATESCOPE_TEST_KEYRING";
pub(crate) const AMPLE: Duration = Duration::from_mins(1);

/// A bus that starts nothing by itself, so that a case says which services there are.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

#[test]
fn no_bus() {
    let scene = Scene::new();
    let mut command = Command::new(env::current_exe().expect("this program"));
    command
        .args(["keyring::case_child", "--exact", "--nocapture"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    run(&scene, "no bus", command);
}

#[test]
fn no_service() {
    in_session("no service");
}

#[test]
fn ready() {
    in_session("ready");
}

#[test]
fn locked() {
    in_session("locked");
}

#[test]
fn a_service_that_starts_later() {
    in_session("late");
}

#[test]
fn a_service_that_was_restarted() {
    in_session("restarted");
}

#[test]
fn a_service_that_hangs() {
    in_session("slow");
}

#[test]
fn imported_secrets() {
    in_session("import");
}

fn in_session(case: &str) {
    let missing = ["dbus-run-session", "gnome-keyring-daemon"]
        .into_iter()
        .find(|program| !on_path(program));
    if leaves_out(&format!("the keyring, {case}"), missing) {
        return;
    }
    let scene = Scene::new();
    let configuration = scene.home().join("bus.conf");
    fs::write(&configuration, BUS).expect("written");
    let mut command = Command::new("dbus-run-session");
    command
        .arg(format!("--config-file={}", configuration.display()))
        .arg("--")
        .arg(env::current_exe().expect("this program"))
        .args(["keyring::case_child", "--exact", "--nocapture"]);
    run(&scene, case, command);
}

fn run(scene: &Scene, case: &str, mut command: Command) {
    let runtime = scene.home().join("run");
    fs::create_dir_all(&runtime).expect("made");
    let output = command
        .env(CASE, case)
        .env("HOME", scene.home())
        .env("XDG_DATA_HOME", scene.home().join("share"))
        .env("XDG_CONFIG_HOME", scene.home().join("config"))
        .env("XDG_CACHE_HOME", scene.home().join("cache"))
        .env("XDG_RUNTIME_DIR", runtime)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL")
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains(&format!("case `{case}` done")),
        "{case}:\n{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    no_plain_text(scene.home());
}

/// What the cases keep is nowhere on the disk as it is.
fn no_plain_text(folder: &Path) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            no_plain_text(&path);
        } else if path.is_file() {
            let bytes = fs::read(&path).expect("readable");
            let text = String::from_utf8_lossy(&bytes);
            assert!(
                !text.contains("c4n4ry"),
                "{} holds the secret",
                path.display()
            );
        }
    }
}

fn on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// One case inside its session; alone it does nothing.
#[test]
fn case_child() {
    let Ok(case) = env::var(CASE) else { return };
    match case.as_str() {
        "no bus" | "no service" => nobody_answers(),
        "ready" => keeps_finds_and_forgets(),
        "locked" => says_that_it_is_locked(),
        "late" => is_found_when_it_appears(),
        "restarted" => is_found_again(),
        "import" => crate::keyring_import::arrive_bound_to_their_origin(),
        "slow" => is_given_up_after_the_limit(),
        other => panic!("no case `{other}`"),
    }
    println!("case `{case}` done");
}

fn id(text: &str) -> SecretId {
    SecretId(text.to_owned())
}

fn secret() -> Secret {
    Secret::new("c4n4ry-s3cret ä")
}

/// The daemon in the foreground; it ends with this value.
pub(crate) struct Daemon(Child);

impl Daemon {
    /// `password`: the one that makes or opens the login keyring; none leaves it locked.
    pub(crate) fn start(password: Option<&str>) -> Self {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if password.is_some() {
            command.arg("--unlock");
        }
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the daemon starts");
        let mut input = process.stdin.take().expect("piped");
        if let Some(password) = password {
            writeln!(input, "{password}").expect("it reads the password");
        }
        drop(input);
        let daemon = Self(process);
        daemon.wait_for_name();
        daemon
    }

    fn wait_for_name(&self) {
        let bus = zbus::blocking::Connection::session().expect("the bus answers");
        let dbus = zbus::blocking::fdo::DBusProxy::new(&bus).expect("the bus itself");
        let name = "org.freedesktop.secrets".try_into().expect("a name");
        let deadline = Instant::now() + AMPLE;
        while !dbus
            .name_has_owner(zbus::names::BusName::clone(&name))
            .expect("answers")
        {
            assert!(
                Instant::now() < deadline,
                "the daemon {} never came up",
                self.0.id()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.0.id().to_string()])
            .status()
            .expect("kill runs");
        assert!(sent.success());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn nobody_answers() {
    let store = KeyringStore::new(AMPLE);
    assert_eq!(
        store.state(),
        StoreState::Untried,
        "nothing is opened before it is needed"
    );
    let vault = SecretVault::new(Arc::new(store));
    let Kept::SessionOnly(error) = vault.set(&id("a"), &secret()) else {
        panic!("there is no keyring");
    };
    assert_eq!(error.kind, SecretErrorKind::NotRunning, "{error:?}");
    assert_eq!(error.text, "No keyring service is running");
    assert!(error.hint.contains("try again"), "{error:?}");
    assert_eq!(
        vault.get(&id("a")),
        Ok(Some(secret())),
        "it works in memory"
    );
    assert_eq!(vault.try_again(), StoreState::Unavailable(error));
}

fn keeps_finds_and_forgets() {
    let _daemon = Daemon::start(Some("password"));
    let store = KeyringStore::new(AMPLE);
    assert_eq!(store.get(&id("a")), Ok(None));
    store.set(&id("a"), &secret()).expect("kept");
    store.set(&id("b"), &Secret::new("other")).expect("kept");
    let long = Secret::new("0123456789abcdef".repeat(4096));
    store.set(&id("long"), &long).expect("64 KiB are kept");
    store.set(&id("b"), &Secret::new("replaced")).expect("kept");

    let again = KeyringStore::new(AMPLE);
    assert_eq!(again.get(&id("a")), Ok(Some(secret())));
    assert_eq!(again.get(&id("long")), Ok(Some(long)));
    assert_eq!(again.get(&id("b")), Ok(Some(Secret::new("replaced"))));
    again.delete(&id("b")).expect("forgotten");
    again.delete(&id("b")).expect("forgotten already");
    assert_eq!(store.get(&id("b")), Ok(None));
    assert_eq!(store.state(), StoreState::Ready);
    assert_eq!(store.reopen(), StoreState::Ready);
    assert_eq!(
        store.get(&id("a")),
        Ok(Some(secret())),
        "reopening forgets nothing"
    );
}

fn says_that_it_is_locked() {
    let daemon = Daemon::start(Some("password"));
    KeyringStore::new(AMPLE)
        .set(&id("a"), &secret())
        .expect("kept");
    drop(daemon);

    let daemon = Daemon::start(None);
    let store = KeyringStore::new(AMPLE);
    let vault = SecretVault::new(Arc::new(store));
    let error = vault.get(&id("a")).expect_err("locked");
    assert_eq!(error.kind, SecretErrorKind::Locked, "{error:?}");
    assert_eq!(error.text, "The keyring is locked");
    assert!(matches!(
        vault.set(&id("b"), &Secret::new("for this run")),
        Kept::SessionOnly(_)
    ));
    let StoreState::Unavailable(error) = vault.try_again() else {
        panic!("still locked");
    };
    assert_eq!(error.kind, SecretErrorKind::Locked, "{error:?}");
    drop(daemon);

    let _daemon = Daemon::start(Some("password"));
    assert_eq!(vault.try_again(), StoreState::Ready);
    assert_eq!(vault.get(&id("a")), Ok(Some(secret())));
    assert!(
        !vault.is_session_only(&id("b")),
        "what memory held has moved"
    );
    assert_eq!(
        KeyringStore::new(AMPLE).get(&id("b")),
        Ok(Some(Secret::new("for this run")))
    );
}

fn is_found_when_it_appears() {
    let vault = SecretVault::new(Arc::new(KeyringStore::new(AMPLE)));
    assert!(matches!(
        vault.set(&id("a"), &secret()),
        Kept::SessionOnly(_)
    ));
    let _daemon = Daemon::start(Some("password"));
    assert!(
        matches!(vault.state(), StoreState::Unavailable(_)),
        "nobody said to look again"
    );
    assert_eq!(vault.try_again(), StoreState::Ready);
    assert_eq!(KeyringStore::new(AMPLE).get(&id("a")), Ok(Some(secret())));
}

fn is_found_again() {
    let daemon = Daemon::start(Some("password"));
    let store = KeyringStore::new(AMPLE);
    store.set(&id("a"), &secret()).expect("kept");
    drop(daemon);
    let _daemon = Daemon::start(Some("password"));
    assert_eq!(
        store.get(&id("a")),
        Ok(Some(secret())),
        "without being told"
    );
}

fn is_given_up_after_the_limit() {
    let daemon = Daemon::start(Some("password"));
    let limit = Duration::from_millis(500);
    let store = KeyringStore::new(limit);
    let deadline = Instant::now() + AMPLE;
    // The first calls may take long on a busy machine; that is not the subject.
    while store.reopen() != StoreState::Ready {
        assert!(Instant::now() < deadline, "{:?}", store.state());
    }
    daemon.signal("-STOP");
    let started = Instant::now();
    let error = store.set(&id("a"), &secret()).expect_err("it hangs");
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(error.kind, SecretErrorKind::TimedOut, "{error:?}");
    let started = Instant::now();
    assert_eq!(
        store.get(&id("a")),
        Err(error),
        "and nobody waits a second time"
    );
    assert!(started.elapsed() < limit, "{:?}", started.elapsed());
    daemon.signal("-CONT");
    while store.reopen() != StoreState::Ready {
        assert!(Instant::now() < deadline, "{:?}", store.state());
        thread::sleep(Duration::from_millis(5));
    }
    store.set(&id("a"), &secret()).expect("kept");
    assert_eq!(store.get(&id("a")), Ok(Some(secret())));
}
