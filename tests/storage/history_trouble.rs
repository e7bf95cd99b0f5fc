//! What can go wrong with the file of the history: many at once, damage, newer versions, no room, no permission.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Barrier};
use std::thread;

use gatescope::model::history::HistoryId;
use gatescope::store::StoreErrorKind;
use gatescope::store::history::{FILE, History, Keeper};

use crate::history::{newest, open, paths, put};
use crate::history_scene::summary;
use crate::scene::Scene;

#[test]
fn many_at_once_begin_one_file_and_lose_nothing() {
    let scene = Scene::new();
    let writers: i64 = 4;
    let barrier = Arc::new(Barrier::new(4));
    thread::scope(|scope| {
        for writer in 0..writers {
            let (barrier, scene) = (Arc::clone(&barrier), &scene);
            scope.spawn(move || {
                let keeper = if writer % 2 == 0 {
                    Keeper::Lasting
                } else {
                    Keeper::Passing
                };
                let mut history = History::new(scene.data(), keeper);
                barrier.wait();
                for number in 0..25 {
                    put(
                        &mut history,
                        &scene.directory(),
                        &summary(writer * 100 + number),
                    );
                }
            });
        }
    });
    let found = newest(&mut open(&scene), &scene.directory());
    let mut ids: Vec<HistoryId> = found.iter().map(|entry| entry.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((found.len(), ids.len()), (100, 100));
}

/// What somebody did to the file.
type Damage = fn(&Path);

#[test]
fn a_damaged_file_is_kept_aside_and_a_new_one_begun() {
    let damages: [(&str, Damage); 3] = [
        ("no database", |file| {
            fs::write(file, b"this is no database".repeat(500)).expect("written");
        }),
        ("the first page overwritten", |file| {
            let mut bytes = fs::read(file).expect("read");
            bytes[..4_096].fill(0xaa);
            fs::write(file, bytes).expect("written");
        }),
        ("all but the first page overwritten", |file| {
            let mut bytes = fs::read(file).expect("read");
            bytes[4_096..].fill(0xaa);
            fs::write(file, bytes).expect("written");
        }),
    ];
    for (what, damage) in damages {
        let scene = Scene::new();
        let mut history = open(&scene);
        for number in 0..50 {
            put(&mut history, &scene.directory(), &summary(number));
        }
        drop(history);
        let file = scene.data().root().join(FILE);
        damage(&file);
        let spoiled = fs::read(&file).expect("read");
        let mut history = open(&scene);
        put(&mut history, &scene.directory(), &summary(7));
        assert_eq!(
            paths(&newest(&mut history, &scene.directory())),
            ["/api/v2/users/7"],
            "{what}"
        );
        let reports = history.take_reports();
        assert_eq!(reports.len(), 1, "{what}: {reports:?}");
        let aside = fs::read_dir(scene.data().root())
            .expect("the data folder")
            .map(|entry| entry.expect("an entry").path())
            .find(|path| {
                let name = path.to_string_lossy();
                name.contains("damaged") && !name.ends_with("-wal") && !name.ends_with("-shm")
            })
            .unwrap_or_else(|| panic!("{what}: nothing kept aside"));
        let kept = fs::read(&aside).expect("read");
        // The first page tells how the file was last opened; the rest is as it was.
        let rest = |bytes: &[u8]| bytes.get(4_096..).map(<[u8]>::to_vec);
        assert!(rest(&kept) == rest(&spoiled), "{what}: not what was there");
        let name = aside.file_name().expect("a name").to_string_lossy();
        assert!(reports[0].hint.contains(&*name), "{what}: {reports:?}");
    }
}

#[test]
fn a_newer_version_and_what_is_no_file_are_left_alone() {
    let scene = Scene::new();
    put(&mut open(&scene), &scene.directory(), &summary(1));
    let file = scene.data().root().join(FILE);
    let connection = rusqlite::Connection::open(&file).expect("opens");
    connection
        .pragma_update(None, "user_version", 99)
        .expect("set");
    drop(connection);
    let before = fs::read(&file).expect("read");
    let error = open(&scene).newest().expect_err("newer");
    assert_eq!(error.kind, StoreErrorKind::NewerVersion, "{error}");
    assert_eq!(fs::read(&file).expect("read"), before);

    let scene = Scene::new();
    let folder = scene.data().root().join(FILE);
    fs::create_dir_all(&folder).expect("a folder");
    let error = open(&scene).newest().expect_err("a folder");
    assert_eq!(error.kind, StoreErrorKind::NotARegularFile, "{error}");
    #[cfg(unix)]
    {
        fs::remove_dir(&folder).expect("gone");
        let target = scene.home().join("target");
        fs::write(&target, b"mine").expect("written");
        std::os::unix::fs::symlink(&target, &folder).expect("linked");
        let error = open(&scene).newest().expect_err("a link");
        assert_eq!(error.kind, StoreErrorKind::NotARegularFile, "{error}");
        assert_eq!(fs::read(&target).expect("read"), b"mine");
    }
    // The data folder is a file: nothing can be made in it.
    let scene = Scene::new();
    fs::write(scene.data().root(), b"").expect("written");
    let error = open(&scene).newest().expect_err("no folder");
    assert!(
        !error.text.is_empty() && !error.hint.is_empty(),
        "{error:?}"
    );
}

#[test]
#[cfg(unix)]
fn all_files_of_the_history_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::new();
    let mut history = open(&scene);
    put(&mut history, &scene.directory(), &summary(1));
    let mut seen = Vec::new();
    for entry in fs::read_dir(scene.data().root()).expect("the data folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("there").permissions().mode() & 0o777;
        let name = entry.file_name().to_string_lossy().into_owned();
        assert_eq!(mode, 0o600, "{name}: {mode:o}");
        seen.push(name);
    }
    seen.sort();
    assert_eq!(
        seen,
        ["history.sqlite", "history.sqlite-shm", "history.sqlite-wal"]
    );
}

const FULL: &str = "GATESCOPE_TEST_FULL_HISTORY";

/// Writes until there is no room; what was written before stays readable, and smaller ones go on being written.
fn write_until_full(home: &Path) {
    let mut history = History::new(
        gatescope::store::DataFolder::at(&home.join("data")),
        Keeper::Lasting,
    );
    let workspace = home.join("workspace");
    put(&mut history, &workspace, &summary(1));
    let error = history
        .put(&workspace, &summary(2), &vec![7; 900_000], &[])
        .expect_err("no room");
    assert!(
        matches!(error.kind, StoreErrorKind::DiskFull | StoreErrorKind::Other),
        "{error:?}"
    );
    assert!(error.hint.contains("space"), "{error:?}");
    assert_eq!(
        paths(&newest(&mut history, &workspace)),
        ["/api/v2/users/1"]
    );
    put(&mut history, &workspace, &summary(3));
    assert_eq!(newest(&mut history, &workspace).len(), 2);
    assert!(history.take_reports().is_empty(), "nothing is damaged");
}

/// The child of the test below; alone it does nothing.
#[test]
fn full_disk_child() {
    if let Some(home) = std::env::var_os(FULL) {
        write_until_full(Path::new(&home));
    }
}

#[test]
#[cfg(unix)]
fn without_room_nothing_is_lost_but_what_had_no_room() {
    let scene = Scene::new();
    let run = |mut command: std::process::Command| {
        let output = command
            .args(["history_trouble::full_disk_child", "--exact", "--nocapture"])
            .env(FULL, scene.home())
            .output()
            .expect("sh runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let program = std::env::current_exe().expect("this program");
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 1200; exec \"$0\" \"$@\""]);
    limited.arg(&program);
    run(limited);
    #[cfg(target_os = "linux")]
    {
        let mount = "mount -t tmpfs -o size=700k none \"$HOME_OF_TEST\" && exec \"$0\" \"$@\"";
        let mut full = std::process::Command::new("unshare");
        full.args(["-rm", "sh", "-c", mount]);
        full.arg(&program).env("HOME_OF_TEST", scene.home());
        let may_mount = std::process::Command::new("unshare")
            .args(["-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"])
            .output()
            .is_ok_and(|output| output.status.success());
        if may_mount {
            run(full);
        } else {
            crate::left_out::leaves_out(
                "the really full disk",
                Some("this system lets no one mount"),
            );
        }
    }
}
