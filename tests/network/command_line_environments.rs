//! `gatescope env` and `token`: what is added, shown, refused; where secrets come from.

use serde_json::Value;

use crate::command_line::{Machine, server, shown};

#[test]
fn problems_name_their_field_and_what_to_try() {
    let machine = Machine::new();
    machine.add("Nobody", "http://127.0.0.1:9", &["--client-id", "someone"]);
    for (arguments, words) in [
        (
            &["send", "--env", "nowhere", "/x"][..],
            &["nowhere", "sandbox-direct", "nobody"][..],
        ),
        (
            &["send", "--env", "nobody", "/x"],
            &["error: client secret:"],
        ),
        (
            &["send", "--env", "nobody", "--no-auth", "/{{gone}}"],
            &["error: path:", "`gone`"],
        ),
        (
            &[
                "send",
                "--env",
                "nobody",
                "--no-auth",
                "/x",
                "-H",
                "A: 1",
                "-H",
                "b",
            ],
            &["error: header 2:", "Name: value"],
        ),
        (
            &["env", "add", "--name", "Nobody", "--region", "us-east-1"],
            &["error: name:", "nobody"],
        ),
        (
            &["env", "add", "--name", "X", "--region", "mars"],
            &["error: region:", "mars"],
        ),
    ] {
        let output = machine.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        for word in words {
            assert!(
                errors.contains(word),
                "{arguments:?}: no `{word}` in\n{errors}"
            );
        }
    }
}

#[test]
fn environments_are_added_listed_shown_and_deleted() {
    let machine = Machine::new();
    machine.ends_with(
        0,
        &[
            "env",
            "add",
            "--name",
            "Acme gateway",
            "--invoke-url",
            "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
            "--login-path",
            "/loginpath",
            "--api-path",
            "/apipath",
            "--client-id",
            "abc",
            "--map",
            "/api/v2/users=/users",
            "--with-direct-twin",
            "us-west-2",
        ],
    );
    let list = machine.json(&["env", "list", "--json"]);
    let ids: Vec<&str> = list
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["id"].as_str())
        .collect();
    assert!(ids.contains(&"acme-gateway"), "{ids:?}");
    assert_eq!(
        ids.iter()
            .filter(|id| id.starts_with("sandbox-") && !id.starts_with("sandbox-broken-"))
            .count(),
        4,
        "{ids:?}"
    );
    let own = ids.iter().filter(|id| !id.starts_with("sandbox-")).count();
    assert_eq!(own, 2, "the twin as well: {ids:?}");
    let shown = machine.json(&["env", "show", "acme-gateway", "--json"]);
    let base = "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test";
    assert_eq!(shown["api"], format!("{base}/apipath"));
    assert_eq!(shown["login"], format!("{base}/loginpath/oauth/token"));
    assert_eq!(shown["settings"]["path-map"][0]["to"], "/users");
    machine.ends_with(0, &["env", "delete", "acme-gateway"]);
    machine.ends_with(2, &["env", "show", "acme-gateway"]);
    machine.ends_with(2, &["env", "delete", "sandbox-direct"]);
}

#[test]
fn tokens_are_shown_masked_and_printed_on_request() {
    let machine = Machine::new();
    let state = machine.ends_with(0, &["token", "--env", "sandbox-direct"]);
    assert!(
        state.starts_with("valid, 23 h 59 m left, until ") && state.contains(" UTC"),
        "{state}"
    );
    let token = machine.ends_with(0, &["token", "--env", "sandbox-direct", "--print"]);
    assert!(
        token.trim().len() > 20 && !token.trim().contains(char::is_whitespace),
        "{token}"
    );
    let document = machine.json(&["token", "--env", "sandbox-http-api", "--json"]);
    assert_eq!(document["token"]["state"], "valid");
    assert!(
        document["token"]["value"]
            .as_str()
            .is_some_and(|value| value.contains('…'))
    );

    let login = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 27\r\nConnection: close\r\n\r\n{\"error\": \"invalid_client\"}";
    let (origin, thread) = server(login, 1);
    machine.add("Refused", &origin, &["--client-id", "someone"]);
    let output = machine
        .command(&["token", "--env", "refused"])
        .env("GATESCOPE_SECRET_REFUSED_CLIENT_SECRET", "wrong-secret-1")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    assert!(
        !shown(&output).contains("wrong-secret-1"),
        "{}",
        shown(&output)
    );
    assert!(thread.join().expect("served")[0].starts_with("POST /oauth/token"));
}

#[test]
fn configuration_that_is_missing_is_told_before_anything_is_sent() {
    let machine = Machine::new();
    let roots = machine.folder.path().join("roots.pem");
    std::fs::write(&roots, "soon gone").expect("written");
    let path = roots.to_string_lossy().into_owned();
    // Port 9 is closed: an attempt to connect would end with 3.
    machine.ends_with(
        0,
        &[
            "env",
            "add",
            "--name",
            "Own roots",
            "--api-origin",
            "https://127.0.0.1:9",
            "--login-origin",
            "https://127.0.0.1:9",
            "--ca-file",
            &path,
        ],
    );
    std::fs::remove_file(&roots).expect("removed");
    let output = machine.run(&["send", "--env", "own-roots", "/x"]);
    let words = shown(&output);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(
        words.contains(&format!(
            "CA file: `{path}` cannot be read: it does not exist"
        )),
        "{words}"
    );
    // No credentials are a matter of configuration, not a refusal.
    machine.ends_with(2, &["token", "--env", "own-roots"]);
    machine.add("Plain", "http://127.0.0.1:9", &[]);
    machine.ends_with(2, &["token", "--env", "plain"]);
}

#[test]
fn secrets_come_from_standard_input_and_never_from_arguments() {
    let machine = Machine::new();
    machine.add("Acme", "http://127.0.0.1:9", &["--client-id", "someone"]);
    machine.ends_with(
        2,
        &["env", "set-secret", "acme", "client-secret", "typed-here"],
    );
    machine.ends_with(2, &["env", "set-secret", "acme", "no-such-key"]);
    let output = machine
        .command(&["env", "set-secret", "acme", "client-secret"])
        .write_stdin("piped-secret-9\n")
        .output()
        .expect("it runs");
    // Without a keyring it cannot last beyond the process, and that is said.
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    let words = shown(&output);
    assert!(
        words.contains("keyring")
            && words.contains("GATESCOPE_SECRET_ACME_CLIENT_SECRET")
            && !words.contains("for this run")
            && !words.contains("piped-secret-9"),
        "{words}"
    );
}

#[test]
fn an_environment_that_leans_on_nothing_is_refused() {
    let machine = Machine::new();
    let add = ["env", "add", "--name", "Leaning", "--region", "us-east-1"];
    for extra in [["--same-as", "ghost"], ["--ca-file", "missing.pem"]] {
        let output = machine.run(&[&add[..], &extra[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        let words = shown(&output);
        assert!(words.contains(extra[0]), "{words}");
        machine.ends_with(2, &["env", "show", "leaning"]);
    }
    machine.add("Acme", "http://127.0.0.1:9", &["--client-id", "abc"]);
    machine.add("Borrower", "http://127.0.0.1:9", &["--same-as", "acme"]);
    let words = shown(&machine.run(&["send", "--env", "borrower", "/api/v2/users"]));
    assert!(
        words.contains("GATESCOPE_SECRET_ACME_CLIENT_SECRET")
            && words.contains("gatescope env set-secret acme client-secret"),
        "{words}"
    );
}

#[cfg(unix)]
#[test]
fn each_secret_is_shown_as_missing_unreadable_or_of_this_run() {
    let machine = Machine::new();
    machine.add("Acme", "http://127.0.0.1:9", &["--client-id", "abc"]);
    machine.add("Borrower", "http://127.0.0.1:9", &["--same-as", "acme"]);
    let shown = machine.ends_with(0, &["env", "show", "acme"]);
    assert!(shown.contains("secret client-secret: missing"), "{shown}");
    let borrowed = machine.ends_with(0, &["env", "show", "borrower"]);
    assert!(
        borrowed.contains("secret client-secret of acme: missing"),
        "{borrowed}"
    );

    let document = machine
        .command(&["env", "show", "acme", "--json"])
        .env("GATESCOPE_SECRET_ACME_CLIENT_SECRET", "of-this-run-1")
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&document.stdout).into_owned();
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["secrets"][0]["key"], "client-secret");
    assert_eq!(document["secrets"][0]["state"], "this-run-only");
    assert!(!text.contains("of-this-run-1"), "{text}");

    // There is no keyring here: the secret is refused with a reason, and the next process does not claim to have it.
    let refused = machine
        .command(&["env", "set-secret", "acme", "client-secret"])
        .write_stdin("kept-nowhere-1")
        .output()
        .expect("it runs");
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let shown = machine.ends_with(0, &["env", "show", "acme"]);
    assert!(
        shown.contains("secret client-secret: cannot be read: "),
        "{shown}"
    );
    // What is sent next names the secret, and the variable that does without a keyring.
    let output = machine.run(&["send", "--env", "acme", "/api/v2/users"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let words = crate::command_line::shown(&output);
    for told in [
        "client-secret of `acme` cannot be read",
        "GATESCOPE_SECRET_ACME_CLIENT_SECRET",
    ] {
        assert!(words.contains(told), "{told} is not in {words}");
    }
    let sandbox = machine.json(&["env", "show", "sandbox-direct", "--json"]);
    assert_eq!(sandbox["secrets"], serde_json::json!([]));
}
