//! Files that cannot be read stay as they are: reported, never replaced, never written over.

use std::fs;

use gatescope::store::{StoreErrorKind, Workspace};

use crate::scene::{Scene, environment, request, slug};

#[test]
fn each_damage_is_reported_and_the_file_stays() {
    for (what, content, words) in [
        ("empty", b"".to_vec(), "empty"),
        ("blank", b" \n".to_vec(), "empty"),
        ("not TOML", b"name = \n".to_vec(), "Line 1, column 8: "),
        (
            "cut off",
            b"id = \"a\"\nname = \"A".to_vec(),
            "Line 2, column ",
        ),
        (
            "not UTF-8",
            b"id = \"a\"\nname = \"\xff\"\n".to_vec(),
            "UTF-8: byte 18",
        ),
        (
            "a field is missing",
            b"id = \"a\"\nname = \"A\"\n".to_vec(),
            "Missing field `target`",
        ),
        (
            "a field is wrong",
            b"id = \"A B\"\nname = \"A\"\n[target]\nkind = \"gateway\"\nhost = \"\"\n".to_vec(),
            "slug",
        ),
        (
            "an unknown region",
            b"target = { kind = 'direct', place = { region = 'nowhere' } }\n".to_vec(),
            "nowhere",
        ),
        (
            "a version that is none",
            b"schema = 'x'\n".to_vec(),
            "whole number",
        ),
        ("oversized", vec![b'#'; 1_048_577], "larger than 1024 KB"),
    ] {
        let scene = Scene::new();
        scene.write("environments/acme.toml", &content);
        scene.write("requests/good.toml", "id = 'good'\n");
        let mut workspace = scene.open();
        let [report] = workspace.reports() else {
            panic!("{what}: {:?}", workspace.reports());
        };
        assert_eq!(report.file, "environments/acme.toml", "{what}");
        assert!(
            report.text.contains(words),
            "{what}: `{}` lacks `{words}`",
            report.text
        );
        assert!(!report.hint.is_empty(), "{what}");
        assert!(workspace.environments().is_empty(), "{what}");
        assert_eq!(workspace.requests().len(), 1, "{what}: the others are read");
        assert!(!workspace.changed_outside(), "{what}");

        let saved = workspace
            .save_environment(&environment("acme"))
            .expect(what);
        assert_eq!(saved.file, "environments/acme-2.toml", "{what}");
        assert_eq!(
            fs::read(scene.path("environments/acme.toml")).expect("there"),
            content,
            "{what}"
        );
        let again = scene.open();
        assert_eq!(
            again.environment(&slug("acme")),
            Some(&environment("acme")),
            "{what}"
        );
        assert_eq!(again.reports().len(), 1, "{what}");
    }
}

#[test]
fn a_newer_file_is_used_but_not_written() {
    let scene = Scene::new();
    let text = "schema = 2\nid = 'r'\nname = 'Future'\npath = '/x'\nshape = 'new'\n";
    scene.write("requests/future.toml", text);
    let mut workspace = scene.open();
    assert!(
        workspace.reports()[0].text.contains("newer version"),
        "{:?}",
        workspace.reports()
    );
    let mut draft = workspace.requests().remove(0).draft;
    assert_eq!(draft.path, "/x");
    draft.path = "/y".to_owned();
    let error = workspace.save_request(&draft).expect_err("newer");
    assert_eq!(error.kind, StoreErrorKind::NewerVersion);
    assert_eq!(scene.read("requests/future.toml"), text);
    assert!(workspace.read_only().is_none(), "other files can be saved");
    workspace
        .save_request(&request("other", "Other"))
        .expect("saved");
}

#[test]
fn a_newer_workspace_is_used_but_not_written() {
    let scene = Scene::new();
    scene.write("workspace.toml", "schema = 2\n");
    scene.write("requests/one.toml", "id = 'r'\nname = 'One'\n");
    let mut workspace = scene.open();
    assert_eq!(
        workspace.read_only().map(|error| error.kind),
        Some(StoreErrorKind::NewerVersion)
    );
    assert_eq!(workspace.requests().len(), 1);
    let before = scene.files();
    for error in [
        workspace
            .save_request(&request("n", "New"))
            .expect_err("read-only"),
        workspace
            .save_environment(&environment("acme"))
            .expect_err("read-only"),
        workspace
            .delete_request(&request("r", "").id)
            .expect_err("read-only"),
    ] {
        assert_eq!(error.kind, StoreErrorKind::NewerVersion, "{error}");
    }
    assert_eq!(scene.files(), before);
}

#[test]
fn a_damaged_workspace_file_is_reported_and_kept() {
    let scene = Scene::new();
    scene.write("workspace.toml", "schema = ");
    let mut workspace = scene.open();
    assert_eq!(workspace.reports()[0].file, "workspace.toml");
    assert!(!workspace.changed_outside());
    workspace.save_request(&request("r", "One")).expect("saved");
    assert_eq!(scene.read("workspace.toml"), "schema = ");
}

#[test]
fn copies_get_ids_of_their_own() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    workspace
        .save_environment(&environment("acme"))
        .expect("saved");
    workspace.save_request(&request("r", "One")).expect("saved");
    for (from, to) in [
        ("environments/acme.toml", "environments/acme copy.toml"),
        ("environments/acme.toml", "environments/0.toml"),
        ("requests/one.toml", "requests/one copy.toml"),
    ] {
        fs::copy(scene.path(from), scene.path(to)).expect("copied");
    }
    scene.write(
        "environments/stolen.toml",
        "id = 'sandbox-direct'\n[target]\nkind = 'gateway'\nhost = 'x'\n",
    );
    let mut workspace = scene.open();
    let ids: Vec<String> = workspace
        .environments()
        .iter()
        .map(|e| e.id.to_string())
        .collect();
    assert_eq!(
        ids,
        ["0", "acme-copy", "acme", "stolen"],
        "the file named after the id keeps it"
    );
    let reports: Vec<(&str, &str)> = workspace
        .reports()
        .iter()
        .map(|report| (report.file.as_str(), report.text.as_str()))
        .collect();
    assert_eq!(
        reports[1],
        (
            "environments/acme copy.toml",
            "Its id `acme` is that of `environments/acme.toml`: it is used as `acme-copy`"
        )
    );
    assert_eq!(
        reports[2].1,
        "Its id `sandbox-direct` is that of a built-in one: it is used as `stolen`"
    );
    assert_eq!(reports.len(), 4, "{reports:?}");
    let requests = workspace.requests();
    assert_ne!(requests[0].draft.id, requests[1].draft.id);
    assert_eq!(
        requests[1].draft.id.0, "r",
        "`one.toml` sorts behind its copy, but is not the copy"
    );

    // The same at the next start; a save makes it last.
    assert_eq!(scene.open().environments(), workspace.environments());
    let copy = workspace
        .environment(&slug("acme-copy"))
        .expect("there")
        .clone();
    let saved = workspace.save_environment(&copy).expect("saved");
    assert_eq!(saved.file, "environments/acme copy.toml");
    assert!(scene.read(&saved.file).contains("id = \"acme-copy\""));
    assert_eq!(scene.open().reports().len(), 3);
}

#[test]
fn built_in_ids_cannot_be_saved() {
    let scene = Scene::new();
    let error = scene
        .open()
        .save_environment(&environment("sandbox-direct"))
        .expect_err("reserved");
    assert_eq!(error.kind, StoreErrorKind::Malformed);
    assert!(!scene.directory().exists());
}

#[test]
fn depth_and_number_are_bounded() {
    let scene = Scene::new();
    let deep = "d/".repeat(12);
    scene.write(&format!("requests/{deep}x.toml"), "id = 'x'\n");
    scene.write("requests/a/b/y.toml", "id = 'y'\n");
    let workspace = scene.open();
    assert_eq!(workspace.requests().len(), 1);
    assert!(
        workspace.reports()[0].text.contains("folders deep"),
        "{:?}",
        workspace.reports()
    );

    for number in 0..10_010 {
        scene.write(&format!("requests/many/{number}.txt"), "");
    }
    let workspace = scene.open();
    assert!(
        workspace
            .reports()
            .iter()
            .any(|report| report.text.contains("More than 10000 files")),
        "{:?}",
        workspace.reports()
    );
    assert!(!workspace.changed_outside());
}

#[test]
fn the_files_together_are_bounded() {
    let scene = Scene::new();
    let text = format!("name = \"x\"\n# {}\n", "x".repeat(1_000_000));
    for number in 0..70 {
        scene.write(&format!("requests/{number}.toml"), &text);
    }
    let workspace = scene.open();
    assert_eq!(
        workspace.requests().len(),
        67,
        "67,000,000 bytes are 63.9 MB"
    );
    let reports = workspace.reports();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert!(
        reports[0].text.contains("larger than 64 MB together"),
        "{reports:?}"
    );
    assert!(!workspace.changed_outside());
}

#[test]
fn what_is_no_folder_is_refused() {
    let scene = Scene::new();
    fs::write(scene.directory(), "a file").expect("written");
    let error = Workspace::open(&scene.directory(), &scene.data()).expect_err("a file");
    assert_eq!(error.kind, StoreErrorKind::NotARegularFile);

    let scene = Scene::new();
    scene.write("requests", "a file");
    let mut workspace = scene.open();
    assert_eq!(workspace.reports()[0].file, "requests");
    assert!(!workspace.changed_outside());
    let error = workspace
        .save_request(&request("r", "One"))
        .expect_err("no folder");
    assert_eq!(error.kind, StoreErrorKind::NotARegularFile, "{error}");
    assert_eq!(scene.read("requests"), "a file");
}

#[test]
#[cfg(unix)]
fn links_out_of_the_folder_and_devices_are_refused() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    let scene = Scene::new();
    let outside = scene.home().join("outside.toml");
    fs::write(&outside, "id = 'outside'\n").expect("written");
    fs::create_dir_all(scene.path("requests")).expect("made");
    symlink(&outside, scene.path("requests/out.toml")).expect("linked");
    symlink("/dev/zero", scene.path("requests/zero.toml")).expect("linked");
    symlink("nowhere", scene.path("requests/broken.toml")).expect("linked");
    symlink(scene.home(), scene.path("requests/folder")).expect("linked");
    symlink("..", scene.path("requests/loop")).expect("linked");
    fs::create_dir(scene.path("requests/dir.toml")).expect("made");
    let _socket = UnixListener::bind(scene.path("requests/socket.toml")).expect("bound");
    let mut workspace = scene.open();
    assert!(
        workspace.requests().is_empty(),
        "{:?}",
        workspace.requests()
    );
    let reported: Vec<(&str, &str)> = workspace
        .reports()
        .iter()
        .map(|report| (report.file.as_str(), report.text.as_str()))
        .collect();
    for (file, words) in [
        ("requests/out.toml", "leads out of"),
        ("requests/zero.toml", "leads out of"),
        ("requests/broken.toml", "leads nowhere"),
        ("requests/folder", "link to a folder"),
        ("requests/loop", "link to a folder"),
        ("requests/socket.toml", "device or pipe"),
    ] {
        assert!(
            reported
                .iter()
                .any(|(name, text)| *name == file && text.contains(words)),
            "{file}: {words} in {reported:?}"
        );
    }
    assert!(!workspace.changed_outside());
    for name in ["out", "zero", "broken", "dir", "socket"] {
        let saved = workspace
            .save_request(&request(name, name))
            .expect("saved beside");
        assert_eq!(saved.file, format!("requests/{name}-2.toml"));
    }
    assert_eq!(
        fs::read_to_string(&outside).expect("there"),
        "id = 'outside'\n"
    );

    // The folder of requests itself as a link.
    let scene = Scene::new();
    let outside = scene.home().join("elsewhere");
    fs::create_dir_all(&outside).expect("made");
    fs::create_dir_all(scene.directory()).expect("made");
    symlink(&outside, scene.path("requests")).expect("linked");
    let mut workspace = scene.open();
    assert!(
        workspace.reports()[0].text.contains("leads out of"),
        "{:?}",
        workspace.reports()
    );
    let error = workspace
        .save_request(&request("r", "One"))
        .expect_err("outside");
    assert_eq!(error.kind, StoreErrorKind::NotARegularFile);
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 0);
}

#[test]
#[cfg(unix)]
fn a_file_swapped_for_a_link_is_not_written_through() {
    use std::os::unix::fs::symlink;
    let scene = Scene::new();
    let outside = scene.home().join("outside.toml");
    let precious = "id = 'precious'\n";
    fs::write(&outside, precious).expect("written");
    let mut workspace = scene.open();
    workspace.save_request(&request("r", "One")).expect("saved");
    fs::remove_file(scene.path("requests/one.toml")).expect("gone");
    symlink(&outside, scene.path("requests/one.toml")).expect("linked");
    assert!(workspace.changed_outside());
    let mut draft = request("r", "One");
    draft.method = "PUT".to_owned();
    let saved = workspace.save_request(&draft).expect("kept beside");
    assert_eq!(
        saved.conflict.as_deref(),
        Some("requests/one (conflict).toml")
    );
    assert_eq!(fs::read_to_string(&outside).expect("there"), precious);
    let names: Vec<String> = workspace
        .requests()
        .into_iter()
        .map(|stored| stored.path)
        .collect();
    assert_eq!(
        names,
        ["one (conflict).toml"],
        "nothing from outside is read"
    );
}

#[test]
#[cfg(unix)]
fn a_folder_swapped_for_a_link_is_not_written_through() {
    use std::os::unix::fs::symlink;
    let scene = Scene::new();
    scene.write("requests/users/one.toml", "id = 'r'\n");
    let outside = scene.home().join("elsewhere");
    fs::create_dir_all(&outside).expect("made");
    let mut workspace = scene.open();
    let mut draft = workspace.requests().remove(0).draft;
    fs::remove_dir_all(scene.path("requests/users")).expect("gone");
    symlink(&outside, scene.path("requests/users")).expect("linked");
    assert!(workspace.changed_outside());
    draft.method = "PUT".to_owned();
    let error = workspace.save_request(&draft).expect_err("outside");
    assert_eq!(error.kind, StoreErrorKind::NotARegularFile, "{error}");
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 0);
}
