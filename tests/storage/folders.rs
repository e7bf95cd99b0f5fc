//! Folders of requests: order, names, moving, taking out and bringing back.

use std::fs;

use gatescope::model::ids::RequestId;
use gatescope::store::{RequestFolder, StoreErrorKind, Workspace};

use super::scene::{Scene, environment, request, slug};

fn paths(workspace: &Workspace) -> Vec<String> {
    workspace
        .requests()
        .into_iter()
        .map(|stored| stored.path)
        .collect()
}

fn folders(workspace: &Workspace) -> Vec<(String, String, Vec<String>)> {
    workspace
        .folders()
        .into_iter()
        .map(|folder| (folder.path, folder.name, folder.order))
        .collect()
}

fn id(text: &str) -> RequestId {
    RequestId(text.to_owned())
}

#[test]
fn a_folder_is_a_directory_and_its_name_and_order_stand_in_a_file_that_a_person_can_read() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    workspace
        .create_folder(&RequestFolder {
            path: "users".to_owned(),
            name: "Users 🧪".to_owned(),
            order: Vec::new(),
        })
        .expect("made");
    for name in ["List", "One"] {
        workspace
            .save_request_in(&request(name, name), "users", None)
            .expect("saved");
    }
    workspace
        .order_folder("users", vec!["one".to_owned(), "list".to_owned()])
        .expect("ordered");
    assert_eq!(
        scene.read("requests/users/_folder.toml"),
        "schema = 1\nname = \"Users 🧪\"\norder = [\n    \"one\",\n    \"list\",\n]\n"
    );
    assert!(!workspace.changed_outside());
    let read = scene.open();
    assert_eq!(read.reports(), []);
    assert_eq!(paths(&read), ["users/list.toml", "users/one.toml"]);
    assert_eq!(
        folders(&read),
        [(
            "users".to_owned(),
            "Users 🧪".to_owned(),
            vec!["one".to_owned(), "list".to_owned()]
        )]
    );
    // Without an order of its own the top needs no file.
    workspace
        .order_folder("", vec!["users/".to_owned()])
        .expect("ordered");
    assert!(scene.path("requests/_folder.toml").exists());
    workspace.order_folder("", Vec::new()).expect("no order");
    assert!(!scene.path("requests/_folder.toml").exists());
    assert!(!workspace.changed_outside());
}

#[test]
fn what_a_person_wrote_into_the_folders_file_stays_and_changes_of_it_are_noticed() {
    let scene = Scene::new();
    scene.write(
        "requests/users/_folder.toml",
        "# Ours\nschema = 1\nname = 'Users' # all of them\nowner = 'team a'\n",
    );
    let mut workspace = scene.open();
    // Changed by another program since: the other key stays as it is there now.
    scene.write(
        "requests/users/_folder.toml",
        "# Ours\nschema = 1\nname = 'People' # all of them\nowner = 'team a'\n",
    );
    assert!(workspace.changed_outside(), "a name that was changed");
    workspace
        .order_folder("users", vec!["b".to_owned()])
        .expect("ordered");
    assert_eq!(
        scene.read("requests/users/_folder.toml"),
        "# Ours\nschema = 1\nname = 'People' # all of them\nowner = 'team a'\norder = [\n    \"b\",\n]\n"
    );
    assert!(!workspace.changed_outside());
    fs::create_dir(scene.path("requests/empty")).expect("a folder");
    assert!(workspace.changed_outside(), "a new folder");
    workspace.reload().expect("read");
    assert!(!workspace.changed_outside());
    fs::remove_dir(scene.path("requests/empty")).expect("gone");
    assert!(workspace.changed_outside(), "a folder is gone");
    workspace.reload().expect("read");
    for (text, readable) in [("= 1", false), ("name = 3", false), ("name = 'x'", true)] {
        scene.write("requests/users/_folder.toml", text);
        assert!(workspace.changed_outside(), "{text}");
        workspace.reload().expect("read");
        assert!(!workspace.changed_outside(), "{text}");
        assert_eq!(workspace.reports().is_empty(), readable, "{text}");
    }
    scene.write("requests/users/_folder.toml", "= 1");
    workspace.reload().expect("read");
    workspace
        .rename_folder("users", "New")
        .expect_err("not understood");
    assert_eq!(scene.read("requests/users/_folder.toml"), "= 1");
}

#[test]
fn a_request_and_a_folder_are_moved_with_their_comments_and_never_over_another() {
    let scene = Scene::new();
    scene.write(
        "requests/users/list.toml",
        "# keep me\nschema = 1\nid = 'l'\nname = 'List'\n",
    );
    scene.write("requests/other/list.toml", "schema = 1\nid = 'o'\n");
    scene.write("requests/users/admins/all.toml", "schema = 1\nid = 'a'\n");
    let mut workspace = scene.open();
    let to = workspace
        .move_request(&id("l"), "other/list.toml")
        .expect("moved");
    assert_eq!(to, "other/list-2.toml");
    assert!(
        scene
            .read("requests/other/list-2.toml")
            .contains("# keep me")
    );
    assert!(!workspace.changed_outside(), "what was moved is known");
    let to = workspace
        .move_folder("users", "other/users")
        .expect("moved");
    assert_eq!(to, "other/users");
    assert_eq!(
        paths(&workspace),
        [
            "other/list-2.toml",
            "other/list.toml",
            "other/users/admins/all.toml"
        ]
    );
    assert_eq!(paths(&scene.open()), paths(&workspace));
    // The save after a move goes to the new place.
    let mut draft = request("a", "All");
    draft.method = "POST".to_owned();
    workspace.save_request(&draft).expect("saved");
    assert!(
        scene
            .read("requests/other/users/admins/all.toml")
            .contains("POST")
    );
    for (from, to) in [
        ("other", "other/users/inside"),
        ("other", "other"),
        ("other", "a/b/c/d/e/f/g"),
        ("other", "../out"),
        ("other", "con"),
        ("other", ".hidden"),
        ("", "top"),
    ] {
        let before = scene.files();
        workspace
            .move_folder(from, to)
            .expect_err(&format!("{from} to {to}"));
        assert_eq!(scene.files(), before, "{from} to {to}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_moved_or_made_through_a_link_that_leads_out() {
    let scene = Scene::new();
    let outside = scene.home().join("outside");
    fs::create_dir(&outside).expect("a folder");
    scene.write("requests/one.toml", "schema = 1\nid = 'o'\n");
    std::os::unix::fs::symlink(&outside, scene.path("requests/link")).expect("a link");
    let mut workspace = scene.open();
    for result in [
        workspace
            .move_request(&id("o"), "link/one.toml")
            .map(|_| ()),
        workspace
            .save_request_in(&request("n", "New"), "link", None)
            .map(|_| ()),
        workspace.rename_folder("link", "Name"),
        workspace.move_folder("link", "inside").map(|_| ()),
    ] {
        result.expect_err("a link");
    }
    assert_eq!(fs::read_dir(&outside).expect("read").count(), 0);
    assert!(scene.path("requests/one.toml").exists());
}

#[test]
fn what_was_taken_out_comes_back_byte_for_byte() {
    let scene = Scene::new();
    let list = "# keep me\nschema = 1\nid = 'l'\nname = 'List'\nunknown = 1\n";
    scene.write("requests/users/list.toml", list);
    scene.write("requests/users/admins/all.toml", "schema = 1\nid = 'a'\n");
    scene.write(
        "requests/users/_folder.toml",
        "schema = 1\nname = 'Users'\n",
    );
    let mut workspace = scene.open();
    let before: Vec<(String, String)> = scene
        .files()
        .into_iter()
        .map(|file| (file.clone(), scene.read(&file)))
        .collect();
    let removed = workspace.take_out_folder("users").expect("taken out");
    assert_eq!(removed.left, None);
    assert!(paths(&workspace).is_empty() && workspace.folders().is_empty());
    assert!(!scene.path("requests/users").exists());
    assert!(!workspace.changed_outside());
    workspace.bring_back(&removed).expect("brought back");
    for (file, text) in &before {
        assert_eq!(&scene.read(file), text, "{file}");
    }
    assert_eq!(
        paths(&workspace),
        ["users/admins/all.toml", "users/list.toml"]
    );

    // Its place and its id are taken by now: it comes back beside.
    let removed = workspace.take_out_request(&id("l")).expect("taken out");
    scene.write(
        "requests/users/list.toml",
        "schema = 1\nid = 'l'\nname = 'Other'\n",
    );
    workspace.reload().expect("read");
    workspace.bring_back(&removed).expect("brought back");
    assert_eq!(scene.read("requests/users/list-2.toml"), list);
    assert!(scene.read("requests/users/list.toml").contains("Other"));
}

#[test]
fn a_folder_with_something_else_in_it_stays_and_one_that_was_changed_is_not_touched() {
    let scene = Scene::new();
    scene.write("requests/users/list.toml", "schema = 1\nid = 'l'\n");
    scene.write("requests/users/notes.txt", "ours");
    let mut workspace = scene.open();
    let removed = workspace.take_out_folder("users").expect("taken out");
    assert_eq!(removed.left.as_deref(), Some("users/notes.txt"));
    assert_eq!(scene.files(), ["requests/users/notes.txt"]);
    workspace.bring_back(&removed).expect("brought back");
    scene.write(
        "requests/users/list.toml",
        "schema = 1\nid = 'l'\nname = 'Outside'\n",
    );
    scene.write("requests/users/all.toml", "schema = 1\nid = 'a'\n");
    let (gone, error) = *workspace.take_out_folder("users").expect_err("changed");
    assert_eq!(error.kind, StoreErrorKind::ChangedOutside);
    assert!(scene.path("requests/users/list.toml").exists());
    workspace.bring_back(&gone).expect("nothing was gone");
}

#[test]
fn an_environment_comes_back_as_it_was_and_its_secrets_wait_over_a_restart() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    workspace
        .save_environment(&environment("acme"))
        .expect("saved");
    let text = scene.read("environments/acme.toml") + "# a note\n";
    scene.write("environments/acme.toml", &text);
    workspace.reload().expect("read");
    let removed = workspace
        .take_out_environment(&slug("acme"))
        .expect("taken out");
    assert!(!scene.path("environments/acme.toml").exists());
    workspace.bring_back(&removed).expect("brought back");
    assert_eq!(scene.read("environments/acme.toml"), text);
    assert!(workspace.environment(&slug("acme")).is_some());

    let open = || gatescope::store::SecretMap::open(&scene.data(), &scene.directory());
    let mut secrets = open();
    secrets.put_aside(&slug("acme")).expect("written");
    assert_eq!(open().set_aside(), [slug("acme")]);
    secrets.take_back(&slug("acme")).expect("written");
    assert_eq!(open().set_aside(), []);
}
