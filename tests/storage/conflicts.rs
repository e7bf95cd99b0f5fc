//! A file changed outside while it is open here: different keys merge, the same key keeps both.

use std::fs;

use gatescope::model::environment::{Environment, Protection, Variable};
use gatescope::store::StoreErrorKind;

use crate::scene::{Scene, environment, request, slug};

type Change = fn(&mut Environment);

fn variable(name: &str) -> Variable {
    Variable {
        name: name.to_owned(),
        value: "v".to_owned(),
        secret: false,
    }
}

struct Row {
    what: &'static str,
    outside: fn(&str) -> Option<String>,
    here: Change,
    /// What the file of that name must hold afterwards.
    expected: Change,
    conflict: bool,
    merged: bool,
}

const ROWS: &[Row] = &[
    Row {
        what: "nothing outside",
        outside: |text| Some(text.to_owned()),
        here: |e| "Mine".clone_into(&mut e.name),
        expected: |e| "Mine".clone_into(&mut e.name),
        conflict: false,
        merged: false,
    },
    Row {
        what: "different keys",
        outside: |text| Some(text.replace("\"normal\"", "\"ask\"")),
        here: |e| "Mine".clone_into(&mut e.name),
        expected: |e| {
            "Mine".clone_into(&mut e.name);
            e.protection = Protection::Ask;
        },
        conflict: false,
        merged: true,
    },
    Row {
        what: "the same key, the same value",
        outside: |text| Some(text.replace("Name of acme", "Mine")),
        here: |e| "Mine".clone_into(&mut e.name),
        expected: |e| "Mine".clone_into(&mut e.name),
        conflict: false,
        merged: true,
    },
    Row {
        what: "the same key, different values",
        outside: |text| Some(text.replace("Name of acme", "Theirs")),
        here: |e| "Mine".clone_into(&mut e.name),
        expected: |e| "Theirs".clone_into(&mut e.name),
        conflict: true,
        merged: true,
    },
    Row {
        what: "rows on both sides",
        outside: |text| {
            Some(format!(
                "{text}\n[[variables]]\nname = \"theirs\"\nvalue = \"v\"\n"
            ))
        },
        here: |e| e.variables.push(variable("mine")),
        expected: |e| e.variables.push(variable("theirs")),
        conflict: true,
        merged: true,
    },
    Row {
        what: "only a comment outside",
        outside: |text| Some(format!("# checked\n{text}")),
        here: |e| "Mine".clone_into(&mut e.name),
        expected: |e| "Mine".clone_into(&mut e.name),
        conflict: false,
        merged: true,
    },
    Row {
        what: "deleted outside: the save brings it back",
        outside: |_| None,
        here: |e| "Mine".clone_into(&mut e.name),
        expected: |e| "Mine".clone_into(&mut e.name),
        conflict: false,
        merged: false,
    },
];

#[test]
fn both_sides_are_kept() {
    for row in ROWS {
        let scene = Scene::new();
        let mut workspace = scene.open();
        let original = environment("acme");
        workspace.save_environment(&original).expect("saved");
        let file = "environments/acme.toml";
        match (row.outside)(&scene.read(file)) {
            Some(text) => scene.write(file, text),
            None => fs::remove_file(scene.path(file)).expect("deleted"),
        }
        let mut mine = original.clone();
        (row.here)(&mut mine);
        let saved = workspace.save_environment(&mine).expect(row.what);
        assert_eq!(
            saved.conflict.is_some(),
            row.conflict,
            "{}: {saved:?}",
            row.what
        );
        assert_eq!(saved.merged, row.merged, "{}: {saved:?}", row.what);

        let mut expected = original.clone();
        (row.expected)(&mut expected);
        let read = scene.open();
        assert_eq!(read.reports(), [], "{}", row.what);
        assert_eq!(
            read.environment(&slug("acme")),
            Some(&expected),
            "{}",
            row.what
        );
        assert_eq!(
            workspace.environment(&slug("acme")),
            Some(&expected),
            "{}: memory",
            row.what
        );
        if row.conflict {
            assert_eq!(
                saved.conflict.as_deref(),
                Some("environments/acme (conflict).toml")
            );
            let copy = read.environment(&slug("acme-conflict")).expect(row.what);
            mine.id = slug("acme-conflict");
            mine.name = format!("{} (conflict)", mine.name);
            assert_eq!(copy, &mine, "{}", row.what);
        }
        assert!(!workspace.changed_outside(), "{}", row.what);
        assert!(
            !scene.files().iter().any(|name| name.ends_with("-tmp")),
            "{:?}",
            scene.files()
        );
    }
}

#[test]
fn what_became_unreadable_meanwhile_is_not_written_over() {
    for bad in ["", "name = ", "schema = 2\nname = 'n'\n"] {
        let scene = Scene::new();
        let mut workspace = scene.open();
        workspace.save_request(&request("r", "One")).expect("saved");
        scene.write("requests/one.toml", bad);
        let mut draft = request("r", "One");
        draft.method = "POST".to_owned();
        let saved = workspace.save_request(&draft).expect("kept beside");
        assert_eq!(
            saved.conflict.as_deref(),
            Some("requests/one (conflict).toml"),
            "{bad:?}"
        );
        assert_eq!(scene.read("requests/one.toml"), bad);
        let read = scene.open();
        let copy = read.requests();
        let copy = copy
            .iter()
            .find(|stored| stored.path == "one (conflict).toml")
            .expect("the copy is read");
        assert_eq!(
            (copy.draft.method.as_str(), copy.draft.name.as_str()),
            ("POST", "One (conflict)")
        );
    }
}

#[test]
fn a_second_conflict_gets_a_third_file() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    workspace.save_request(&request("r", "One")).expect("saved");
    let mut conflicts = Vec::new();
    for number in 0..2 {
        let text = scene.read("requests/one.toml");
        let method = text
            .lines()
            .find(|line| line.starts_with("method"))
            .expect("a method");
        scene.write(
            "requests/one.toml",
            text.replace(method, &format!("method = \"OUT{number}\"")),
        );
        let mut draft = request("r", "One");
        draft.method = format!("IN{number}");
        conflicts.push(
            workspace
                .save_request(&draft)
                .expect("kept")
                .conflict
                .expect("a conflict"),
        );
    }
    assert_eq!(
        conflicts,
        [
            "requests/one (conflict).toml",
            "requests/one (conflict)-2.toml"
        ]
    );
    assert_eq!(scene.open().reports(), [], "each copy has an id of its own");
    assert_eq!(scene.open().requests().len(), 3);
}

#[test]
fn changes_outside_are_noticed() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    assert!(!workspace.changed_outside(), "an empty place");
    workspace
        .save_environment(&environment("acme"))
        .expect("saved");
    workspace.save_request(&request("r", "One")).expect("saved");
    assert!(!workspace.changed_outside());
    let text = scene.read("environments/acme.toml");

    // Same length, within the same second, time set back: still noticed.
    let before = fs::metadata(scene.path("environments/acme.toml"))
        .expect("there")
        .modified()
        .expect("a time");
    scene.write(
        "environments/acme.toml",
        text.replace("us-east-1", "us-west-2"),
    );
    fs::File::options()
        .write(true)
        .open(scene.path("environments/acme.toml"))
        .and_then(|file| file.set_modified(before))
        .expect("set back");
    assert!(workspace.changed_outside(), "changed");
    workspace.reload().expect("read again");
    assert!(!workspace.changed_outside());

    // Touched, but the same text.
    let text = scene.read("environments/acme.toml");
    scene.write("environments/acme.toml", &text);
    assert!(!workspace.changed_outside(), "touched only");

    for (what, change) in [
        (
            "new file",
            Box::new(|scene: &Scene| scene.write("requests/new.toml", "id = 'n'\n"))
                as Box<dyn Fn(&Scene)>,
        ),
        (
            "file gone",
            Box::new(|scene: &Scene| {
                fs::remove_file(scene.path("requests/new.toml")).expect("gone");
            }),
        ),
        (
            "new bad file",
            Box::new(|scene: &Scene| scene.write("requests/bad.toml", "= 1")),
        ),
        (
            "bad file mended",
            Box::new(|scene: &Scene| scene.write("requests/bad.toml", "id = 'b'\n")),
        ),
        (
            "version",
            Box::new(|scene: &Scene| scene.write("workspace.toml", "schema = 9\n")),
        ),
    ] {
        change(&scene);
        assert!(workspace.changed_outside(), "{what}");
        workspace.reload().expect("read again");
        assert!(!workspace.changed_outside(), "{what}: after reading");
    }
    scene.write("requests/notes.txt", "not ours");
    scene.write("requests/.hidden.toml", "not ours");
    assert!(!workspace.changed_outside(), "files that are not ours");
}

#[test]
fn only_what_was_read_is_deleted() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    workspace
        .save_environment(&environment("acme"))
        .expect("saved");
    workspace.save_request(&request("r", "One")).expect("saved");
    let text = scene.read("environments/acme.toml");
    scene.write("environments/acme.toml", text.replace("normal", "ask"));
    let error = workspace
        .delete_environment(&slug("acme"))
        .expect_err("changed outside");
    assert_eq!(error.kind, StoreErrorKind::ChangedOutside);
    assert!(scene.path("environments/acme.toml").exists());
    workspace.reload().expect("read again");
    workspace
        .delete_environment(&slug("acme"))
        .expect("deleted");
    workspace
        .delete_request(&request("r", "").id)
        .expect("deleted");
    assert_eq!(scene.files(), ["workspace.toml"]);
    let error = workspace
        .delete_environment(&slug("acme"))
        .expect_err("no longer there");
    assert_eq!(error.kind, StoreErrorKind::NoSuchEntry);
    assert!(workspace.environments().is_empty() && workspace.requests().is_empty());
    assert!(!workspace.changed_outside());
}
