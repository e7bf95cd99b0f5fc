//! Files that an import is given: those that cannot be read, those that are none, and very large ones; at the command line and as
//! the window's worker reads them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gatescope::app::command::Command;
use gatescope::app::event::Event;
use gatescope::app::importing::{ImportingCommand, ImportingEvent, Trouble};
use gatescope::interchange::Kind;
use gatescope::interchange::reading::Read;
use gatescope::interchange::text::LARGEST_TEXT;
use gatescope::worker::{self, Front, Waited, WorkerOptions};

use crate::command_line::{Machine, shown};
use crate::left_out::leaves_out;

/// What the window's worker says to a file. It has to answer: a reader that waits for a pipe's writer does not.
fn read_by_worker(machine: &Machine, path: &Path) -> Result<Box<Read>, Trouble> {
    let mut options = WorkerOptions::new(Front::Window);
    options.data_directory = Some(machine.folder.path().join("data-of-window"));
    let mut worker = worker::start(options);
    worker.send(Command::Importing(ImportingCommand::ReadFile {
        path: path.to_owned(),
    }));
    let began = Instant::now();
    while began.elapsed() < Duration::from_mins(2) {
        if let Waited::Event(event) = worker.wait(Duration::from_millis(200))
            && let Event::Importing(ImportingEvent::Read { read, .. }) = *event
        {
            return read;
        }
    }
    panic!("no word about {}", path.display());
}

fn is_refused(machine: &Machine, path: &Path, words: &str, hint: &str) {
    let output = machine.run(&["import", "--yes", &path.display().to_string()]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(2) && told.contains(words) && told.contains(hint),
        "{}: `{words}` and `{hint}` are not in:\n{}",
        path.display(),
        shown(&output)
    );
    let trouble = read_by_worker(machine, path).expect_err("refused");
    assert!(
        trouble.text.contains(words) && trouble.hint.contains(hint),
        "{}: {trouble:?}",
        path.display()
    );
    assert!(!trouble.text.contains("os error"), "{trouble:?}");
}

/// Of files in /sys that can only be written even the administrator may not read one; else the mode of a file of one's own says so,
/// which does not count for the administrator.
fn without_permission(folder: &Path) -> Option<PathBuf> {
    let buses = fs::read_dir("/sys/bus").into_iter().flatten().flatten();
    let found = buses
        .map(|bus| bus.path().join("drivers_probe"))
        .find(|path| path.exists() && fs::File::open(path).is_err());
    if found.is_some() {
        return found;
    }
    let path = folder.join("locked");
    fs::write(&path, "curl https://api.mypurecloud.com/a\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    }
    fs::File::open(&path).is_err().then_some(path)
}

#[test]
fn a_file_that_one_may_not_read_is_told_in_plain_words() {
    let machine = Machine::new();
    let path = without_permission(machine.folder.path());
    let missing = "whoever runs this may read every file, and /sys has none that nobody may read";
    if leaves_out(
        "the file without permission",
        path.is_none().then_some(missing),
    ) {
        return;
    }
    let path = path.expect("it is there");
    is_refused(&machine, &path, "you have no permission to", "a copy of it");
}

#[cfg(unix)]
#[test]
fn folders_links_pipes_sockets_and_devices_are_refused_and_nothing_hangs() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let machine = Machine::new();
    let folder = machine.folder.path().join("given");
    fs::create_dir_all(folder.join("inner")).unwrap();
    symlink(folder.join("nowhere"), folder.join("dangling")).unwrap();
    symlink(folder.join("circle"), folder.join("circle")).unwrap();
    symlink(folder.join("inner"), folder.join("to-folder")).unwrap();
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    symlink(&pipe, folder.join("to-pipe")).unwrap();
    let _listener = UnixListener::bind(folder.join("socket")).unwrap();
    let no_file = "no file but a pipe, a socket or a device";
    for (path, words, hint) in [
        (folder.join("inner"), "is a folder", "choose one file"),
        (folder.join("to-folder"), "is a folder", "choose one file"),
        (
            folder.join("dangling"),
            "a link to a file that is not there",
            "choose the file itself",
        ),
        (
            folder.join("nowhere"),
            "there is no such file",
            "name and folder",
        ),
        (pipe, no_file, "save what comes out of it"),
        (folder.join("to-pipe"), no_file, "save what comes out of it"),
        (folder.join("socket"), no_file, "standard input"),
        (PathBuf::from("/dev/zero"), no_file, "standard input"),
    ] {
        is_refused(&machine, &path, words, hint);
    }
    let circle = folder.join("circle");
    let output = machine.run(&["import", "--yes", &circle.display().to_string()]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    read_by_worker(&machine, &circle).expect_err("a circle of links");
    assert!(!machine.folder.path().join("data/workspace").exists());
    // A link to a file is as good as the file.
    fs::write(folder.join("real"), "curl https://api.mypurecloud.com/a\n").unwrap();
    symlink(folder.join("real"), folder.join("to-real")).unwrap();
    let read = read_by_worker(&machine, &folder.join("to-real")).expect("reads");
    assert_eq!(read.kind, Kind::Curl);
}

const MEGABYTES: usize = 50;

/// `unit(number)` with commas between, until the text has 50 MB.
fn many(head: &str, unit: impl Fn(usize) -> String, tail: &str) -> (String, usize) {
    let mut text = head.to_owned();
    let mut number = 0;
    while text.len() < MEGABYTES * 1_000_000 {
        if number > 0 {
            text.push(',');
        }
        text.push_str(&unit(number));
        number += 1;
    }
    text.push_str(tail);
    (text, number)
}

fn open_api() -> (String, usize) {
    let filling = "A thing. ".repeat(1_800);
    many(
        r##"{"openapi": "3.0.1", "info": {"title": "Large", "version": "1"}, "servers": [{"url": "https://api.mypurecloud.com"}],
          "components": {"schemas": {"T": {"type": "object", "properties": {"own": {"$ref": "#/components/schemas/T"}}}}}, "paths": {"##,
        |number| {
            format!(
                r##""/api/v2/things{number}/{{id}}": {{"get": {{"operationId": "getThing{number}", "tags": ["Things"], "description": "{filling}",
                  "parameters": [{{"name": "id", "in": "path", "required": true, "schema": {{"type": "string"}}}}],
                  "responses": {{"200": {{"description": "ok", "content": {{"application/json": {{"schema": {{"$ref": "#/components/schemas/T"}}}}}}}}}}}}}}"##
            )
        },
        "}}",
    )
}

fn har() -> (String, usize) {
    let filling = "x".repeat(50_000);
    many(
        r#"{"log": {"version": "1.2", "creator": {"name": "browser", "version": "1"}, "entries": ["#,
        |number| {
            format!(
                r#"{{"startedDateTime": "2026-01-01T00:00:00Z", "time": 1, "request": {{"method": "GET", "httpVersion": "HTTP/1.1",
                  "url": "https://api.mypurecloud.com/api/v2/users/{number}", "headers": [], "queryString": [], "cookies": []}},
                  "response": {{"status": 200, "headers": [], "content": {{"size": 50000, "mimeType": "text/plain", "text": "{filling}"}}}}}}"#
            )
        },
        "]}}",
    )
}

fn postman() -> (String, usize) {
    let filling = "x".repeat(25_000);
    many(
        r#"{"info": {"name": "P", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": ["#,
        |number| {
            format!(
                r#"{{"name": "R{number}", "request": {{"method": "POST", "url": "https://api.mypurecloud.com/api/v2/users/{number}",
                  "body": {{"mode": "raw", "raw": "{filling}"}}}}}}"#
            )
        },
        "]}",
    )
}

#[test]
fn files_of_fifty_megabytes_are_read_whole() {
    let machine = Machine::new();
    for (kind, (text, count)) in [
        (Kind::OpenApi, open_api()),
        (Kind::Har, har()),
        (Kind::PostmanCollection, postman()),
    ] {
        let name = kind.name();
        let path = machine.folder.path().join(name);
        fs::write(&path, text).unwrap();
        let file = path.display().to_string();
        let document = machine.json(&["import", "--dry-run", "--json", &file]);
        let found = match kind {
            Kind::OpenApi => document["catalogue_operations"].as_u64(),
            _ => document["requests"].as_array().map(|all| all.len() as u64),
        };
        assert_eq!(found, Some(count as u64), "{name}");
        let read = read_by_worker(&machine, &path).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(
            (read.kind, read.imported.requests.len()),
            (kind, count),
            "{name}"
        );
        fs::remove_file(path).unwrap();
    }
}

/// What is larger than the limit is refused by its size, before a byte of it is read, and from standard input as soon as it is.
#[test]
fn what_is_larger_than_the_limit_is_refused_with_the_limit() {
    let machine = Machine::new();
    let path = machine.folder.path().join("large.json");
    let file = fs::File::create(&path).unwrap();
    file.set_len(LARGEST_TEXT as u64 * 2).unwrap();
    is_refused(
        &machine,
        &path,
        "is too large, with 134 MB: less than 67 MB are read",
        "cut out a part of it",
    );
    let mut text = String::from("curl https://api.mypurecloud.com/a -d '");
    let _ = write!(text, "{}'", "x".repeat(LARGEST_TEXT));
    let output = machine
        .command(&["import", "-", "--dry-run"])
        .write_stdin(text)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(2) && told.contains("too large") && told.contains("67 MB"),
        "{}",
        shown(&output)
    );
}

/// Several kinds in one text are not guessed at: the error names them, and `--kind` decides.
#[test]
fn several_kinds_in_one_file_are_named_and_a_word_decides() {
    let machine = Machine::new();
    let path = machine.folder.path().join("notes.txt");
    fs::write(
        &path,
        "GENESYSCLOUD_REGION=us-east-1\n\n[gateway]\nhost = gw.example.com\nprotocol = https\n",
    )
    .unwrap();
    is_refused(
        &machine,
        &path,
        "Several kinds are in one text",
        "GENESYSCLOUD_* variables, SDK configuration (INI)",
    );
    let file = path.display().to_string();
    for (kind, host) in [
        ("variables", "https://api.mypurecloud.com"),
        ("sdk-ini", "https://gw.example.com"),
    ] {
        let document = machine.json(&["import", "--dry-run", "--json", "--kind", kind, &file]);
        let found = document["environments"][0]["api"].to_string();
        assert!(found.contains(host), "{kind}: {document}");
    }
}
