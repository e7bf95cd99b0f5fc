//! `gatescope import` of what cannot be read: the words and the hint, and that nothing was written.

use std::fs::{self, File};

use gatescope::interchange::text::LARGEST_TEXT;

use crate::command_line::{Machine, shown};

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_changes_nothing() {
    let machine = Machine::new();
    let folder = machine.folder.path().join("given");
    fs::create_dir(&folder).unwrap();
    for (name, bytes) in [
        ("empty", b"".as_slice()),
        ("odd", b"a\nb\xff".as_slice()),
        ("cut.json", b"{\"gateway\": {\"host\": \"h\"\n".as_slice()),
        ("hello.txt", b"\n  hello".as_slice()),
        (
            "two",
            b"GENESYSCLOUD_REGION=us-east-1\n[gateway]\nhost = h\n".as_slice(),
        ),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
    }
    File::create(folder.join("large"))
        .unwrap()
        .set_len(LARGEST_TEXT as u64 + 1)
        .unwrap();
    for (name, words, hint) in [
        ("", "is a folder", "choose one file"),
        ("missing", "cannot be read", "Nothing was imported"),
        ("large", "is too large", "Nothing was imported"),
        (
            "empty",
            "line 1, column 1: There is nothing in it",
            "Nothing was imported",
        ),
        (
            "odd",
            "line 2, column 2: The bytes are no UTF-8 text",
            "Nothing was imported",
        ),
        (
            "cut.json",
            "line 2, column 1: The text ends inside of `{` (line 1, column 13)",
            "understood so far: `host`",
        ),
        (
            "hello.txt",
            "line 2, column 3: The kind is not recognised",
            "--kind",
        ),
        ("two", "Several kinds are in one text", "--kind"),
    ] {
        let file = folder.join(name).display().to_string();
        let output = machine.run(&["import", "--yes", &file]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(2) && told.contains(words) && told.contains(hint),
            "{name}: `{words}` and `{hint}` are not in:\n{}",
            shown(&output)
        );
    }
    assert!(!machine.folder.path().join("data/workspace").exists());
}
