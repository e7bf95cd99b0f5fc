//! A folder that cannot be written, a full disk, a folder that goes away: said plainly, and memory stays usable.

#[cfg(target_os = "linux")]
use crate::left_out::leaves_out;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatescope::store::atomic::{self, Access};
use gatescope::store::{StoreErrorKind, Workspace};

use crate::scene::{Scene, child, environment, request, slug};

#[test]
fn a_missing_folder_is_made_by_the_first_save_and_again_when_it_goes_away() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    assert!(!scene.directory().exists(), "opening makes nothing");
    workspace.save_request(&request("r", "One")).expect("saved");
    fs::remove_dir_all(scene.directory()).expect("gone");
    assert!(workspace.changed_outside());
    assert_eq!(workspace.requests().len(), 1, "memory stays");
    let mut draft = request("r", "One");
    draft.method = "PUT".to_owned();
    workspace.save_request(&draft).expect("saved");
    assert_eq!(scene.open().requests()[0].draft, draft);
}

#[test]
fn a_place_that_can_be_no_folder() {
    let scene = Scene::new();
    fs::write(scene.home().join("file"), "").expect("written");
    let below = scene.home().join("file/workspace");
    let mut workspace = match Workspace::open(&below, &scene.data()) {
        Err(error) => {
            assert_eq!(error.kind, StoreErrorKind::NotARegularFile, "{error}");
            scene.open()
        }
        Ok(workspace) => workspace,
    };
    // The data folder itself is a file: no lock, but a save elsewhere works.
    fs::write(scene.data().root(), "").expect("written");
    workspace
        .save_request(&request("r", "One"))
        .expect("saved without a lock");
}

#[test]
#[cfg(unix)]
fn a_write_protected_file_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::new();
    let mut workspace = scene.open();
    workspace.save_request(&request("r", "One")).expect("saved");
    let path = scene.path("requests/one.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("set");
    let mut draft = request("r", "One");
    draft.method = "PUT".to_owned();
    let error = workspace.save_request(&draft).expect_err("write-protected");
    assert_eq!(error.kind, StoreErrorKind::ReadOnly);
    assert!(
        error.text.contains("one.toml") && !error.hint.is_empty(),
        "{error:?}"
    );
    assert!(scene.read("requests/one.toml").contains("GET"));
}

#[test]
fn targets_that_are_no_files_are_refused_with_their_path() {
    let scene = Scene::new();
    let folder = scene.home().join("folder");
    fs::create_dir(&folder).expect("made");
    let mut targets = vec![folder];
    #[cfg(unix)]
    {
        targets.push(PathBuf::from("/dev/null"));
        let link = scene.home().join("link");
        std::os::unix::fs::symlink("somewhere", &link).expect("linked");
        targets.push(link);
    }
    for target in targets {
        let error = atomic::write(&target, b"x", Access::AsBefore).expect_err("no file");
        assert_eq!(error.kind, StoreErrorKind::NotARegularFile, "{error}");
        assert!(error.text.contains(&*target.to_string_lossy()), "{error}");
    }
    let missing = scene.home().join("no/such/folder/file");
    let error = atomic::write(&missing, b"x", Access::Private).expect_err("no folder");
    assert_eq!(error.kind, StoreErrorKind::Missing, "{error}");
    let long = scene.home().join("x".repeat(300));
    assert!(atomic::write(&long, b"x", Access::Private).is_err());
}

#[test]
#[cfg(unix)]
fn new_private_files_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::new();
    let path = scene.home().join("file");
    fs::write(&path, "open").expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
    atomic::write(&path, b"private", Access::Private).expect("written");
    assert_eq!(
        fs::metadata(&path).expect("there").permissions().mode() & 0o777,
        0o600
    );
}

const FULL: &str = "GATESCOPE_TEST_FULL_DISK";

/// What both ways of running out of space must show: the error, the old file, the workspace in memory.
fn save_until_full(home: &Path) {
    let data = gatescope::store::DataFolder::at(&home.join("data"));
    let scene_directory = home.join("workspace");
    let mut workspace = Workspace::open(&scene_directory, &data).expect("opens");
    workspace
        .save_environment(&environment("acme"))
        .expect("a small file fits");
    let small = fs::read(scene_directory.join("environments/acme.toml")).expect("there");
    let mut big = environment("acme");
    big.name = "x".repeat(400_000);
    let error = workspace.save_environment(&big).expect_err("no space");
    assert_eq!(error.kind, StoreErrorKind::DiskFull, "{error:?}");
    assert!(
        error.text.contains("acme.toml") && error.hint.contains("space"),
        "{error:?}"
    );
    assert_eq!(
        fs::read(scene_directory.join("environments/acme.toml")).expect("there"),
        small
    );
    assert_eq!(
        workspace.environment(&slug("acme")),
        Some(&environment("acme"))
    );
    let left: Vec<_> = fs::read_dir(scene_directory.join("environments"))
        .expect("there")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left.len(), 1, "no temporary file stays: {left:?}");
    workspace
        .save_request(&request("r", "One"))
        .expect("small files still fit");
}

/// The child of the two tests below; alone it does nothing.
#[test]
fn full_disk_child() {
    if let Some(home) = env::var_os(FULL).map(PathBuf::from) {
        save_until_full(&home);
    }
}

#[test]
#[cfg(unix)]
fn a_file_size_limit_changes_nothing() {
    let scene = Scene::new();
    let program = env::current_exe().expect("this program");
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\""])
        .arg(program)
        .args(["trouble::full_disk_child", "--exact", "--nocapture"])
        .env(FULL, scene.home())
        .output()
        .expect("sh runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_changes_nothing() {
    let scene = Scene::new();
    let mount = |command: &str| {
        let mut unshare = Command::new("unshare");
        unshare
            .args(["-rm", "sh", "-c", command])
            .env("HOME_OF_TEST", scene.home());
        unshare
    };
    let may_mount = mount("mount -t tmpfs -o size=64k none \"$HOME_OF_TEST\"")
        .output()
        .is_ok_and(|output| output.status.success());
    if !may_mount {
        // The file size limit above takes the same way through the code.
        leaves_out(
            "the really full disk",
            Some("this system lets no one mount"),
        );
        return;
    }
    let program = child("trouble::full_disk_child", FULL, scene.home());
    let output = mount("mount -t tmpfs -o size=200k none \"$HOME_OF_TEST\" && exec \"$@\"")
        .arg("sh")
        .arg(program.get_program())
        .args(program.get_args())
        .env(FULL, scene.home())
        .output()
        .expect("unshare runs");
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_read_only_disk_is_known_at_once() {
    let scene = Scene::new();
    scene
        .open()
        .save_request(&request("r", "One"))
        .expect("saved");
    let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"";
    let may_mount = Command::new("unshare")
        .args(["-rm", "sh", "-c", mount])
        .arg(scene.directory())
        .output()
        .is_ok_and(|output| output.status.success());
    if !may_mount {
        // A file where the folder belongs, and a write-protected file, are tested without this.
        leaves_out("the read-only disk", Some("this system lets no one mount"));
        return;
    }
    let program = child("trouble::read_only_child", READ_ONLY, scene.home());
    let output = Command::new("unshare")
        .args([
            "-rm",
            "sh",
            "-c",
            &format!("{mount} && shift 0 && exec \"$@\""),
        ])
        .arg(scene.directory())
        .arg(program.get_program())
        .args(program.get_args())
        .env(READ_ONLY, scene.home())
        .output()
        .expect("unshare runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

const READ_ONLY: &str = "GATESCOPE_TEST_READ_ONLY";

/// The child of the test above; alone it does nothing.
#[test]
fn read_only_child() {
    let Some(home) = env::var_os(READ_ONLY).map(PathBuf::from) else {
        return;
    };
    let data = gatescope::store::DataFolder::at(&home.join("data"));
    let mut workspace = Workspace::open(&home.join("workspace"), &data).expect("opens");
    let reason = workspace.read_only().expect("known at once").clone();
    assert_eq!(reason.kind, StoreErrorKind::ReadOnly, "{reason}");
    assert_eq!(workspace.requests().len(), 1);
    let mut draft = request("r", "One");
    draft.method = "PUT".to_owned();
    for error in [
        workspace.save_request(&draft).expect_err("read-only"),
        workspace
            .save_environment(&environment("acme"))
            .expect_err("read-only"),
        workspace.delete_request(&draft.id).expect_err("read-only"),
    ] {
        assert_eq!(error.kind, StoreErrorKind::ReadOnly, "{error}");
    }
    assert_eq!(workspace.requests().len(), 1, "memory stays");
}

#[test]
#[cfg(target_os = "linux")]
fn a_home_that_is_not_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let scene = Scene::new();
    let home = scene.home().join(OsStr::from_bytes(b"caf\xe9"));
    let data = gatescope::store::DataFolder::at(&home.join("data"));
    let mut workspace = Workspace::open(&home.join("workspace"), &data).expect("opens");
    workspace.save_request(&request("r", "One")).expect("saved");
    let other = home
        .join("workspace/requests")
        .join(OsStr::from_bytes(b"\xff.toml"));
    fs::write(other, "id = 'x'\n").expect("written");
    workspace.reload().expect("read again");
    assert_eq!(workspace.requests().len(), 1);
    assert!(
        workspace.reports()[0].text.contains("not UTF-8"),
        "{:?}",
        workspace.reports()
    );
    assert!(!workspace.changed_outside());
    let mut slot =
        gatescope::store::DraftSlot::claim(&data, workspace.directory()).expect("a slot");
    slot.save(&"draft").expect("saved");
    assert_eq!(slot.load::<String>().drafts.as_deref(), Some("draft"));
}

#[test]
fn a_path_that_is_too_long_is_said() {
    let scene = Scene::new();
    let directory = (0..30).fold(scene.directory(), |path, _| path.join("x".repeat(200)));
    match Workspace::open(&directory, &scene.data()) {
        Err(error) => assert!(error.text.contains("too long"), "{}", error.text),
        Ok(mut workspace) => {
            let error = workspace
                .save_request(&request("r", "One"))
                .expect_err("too long");
            assert!(error.text.contains("too long"), "{}", error.text);
        }
    }
}
