//! A full run of the real command line with a canary in every field: afterwards no file, log or output holds one,
//! apart from what was asked for with `--show-secrets` and `token --print`.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::canary::Canary;
use crate::canary_scene::*;

/// One machine: data folder, workspace, home and temporary files below one folder, secrets in `GATESCOPE_SECRET_…`.
struct Machine {
    folder: TempDir,
    outputs: Outputs,
}

impl Machine {
    fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
            outputs: Outputs::default(),
        }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn output(&self, arguments: &[&str]) -> std::process::Output {
        let folder = self.folder();
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatescope"));
        command
            .env_clear()
            .current_dir(folder)
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .env("HOME", folder)
            .env("GATESCOPE_DATA_DIR", folder.join("data"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .timeout(std::time::Duration::from_mins(1))
            .arg("--workspace")
            .arg(folder.join("workspace"))
            .args(arguments);
        for name in [
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_CACHE_HOME",
            "XDG_STATE_HOME",
            "XDG_RUNTIME_DIR",
            "TMPDIR",
        ] {
            let place = folder.join(name.to_ascii_lowercase());
            fs::create_dir_all(&place).expect("a folder");
            command.env(name, place);
        }
        for (name, value) in [
            ("ACME_CLIENT_SECRET", CLIENT_SECRET),
            ("PAGE_CLIENT_SECRET", CLIENT_SECRET),
            ("WRONG_CLIENT_SECRET", CLIENT_SECRET),
            ("BODY_CLIENT_SECRET", CLIENT_SECRET),
            ("TLS_CLIENT_SECRET", CLIENT_SECRET),
            ("ACME_PARTNER", SECRET_VARIABLE),
            ("ACME_GATEWAY_PASSWORD", GATEWAY_PASSWORD),
            ("PASTED_ACCESS_TOKEN", PASTED_TOKEN),
            ("PROXIED_PROXY_PASSWORD", PROXY_PASSWORD),
        ] {
            command.env(format!("GATESCOPE_SECRET_{name}"), value);
        }
        command.output().expect("it runs")
    }

    /// Runs, checks the exit code, and keeps what was put out.
    #[track_caller]
    fn run(&mut self, code: i32, arguments: &[&str]) {
        let output = self.output(arguments);
        let what = arguments.join(" ");
        assert_eq!(
            output.status.code(),
            Some(code),
            "{what}\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        // The arguments are the test's own words.
        let name = arguments[..arguments.len().min(5)].join(" ");
        self.outputs.add(format!("stdout of {name}"), output.stdout);
        self.outputs.add(format!("stderr of {name}"), output.stderr);
    }

    #[track_caller]
    fn add(&mut self, name: &str, origin: &str, more: &[&str]) {
        let fixed = [
            "env",
            "add",
            "--name",
            name,
            "--api-origin",
            origin,
            "--login-origin",
            origin,
        ];
        self.run(0, &[&fixed[..], more].concat());
    }

    /// The outputs, all files, and what the history holds.
    #[track_caller]
    fn assert_clean(&mut self) {
        let folder = self.folder().to_owned();
        let entries = self.outputs.add_histories(&folder);
        assert!(entries > 0, "nothing in the history");
        self.outputs.assert_clean(&folder);
    }

    /// What the user asked to see is there; without this the search could be blind.
    #[track_caller]
    fn shows(&self, value: &str, arguments: &[&str]) {
        let output = self.output(arguments);
        assert!(
            !Canary::new(value).in_bytes(&output.stdout).is_empty(),
            "{arguments:?} shows what was asked for:\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        for (kind, value) in ALL {
            Canary::new(value)
                .assert_absent_from(&format!("{kind}: stderr of {arguments:?}"), &output.stderr);
        }
    }
}

fn typed() -> Vec<String> {
    vec![
        "-H".to_owned(),
        format!("Cookie: theme=dark; session={TYPED_COOKIE}"),
        "-H".to_owned(),
        format!("x-api-key: {TYPED_API_KEY}"),
        "-q".to_owned(),
        format!("client_secret={TYPED_QUERY}"),
        // A secret that is known, in a field whose name tells nothing.
        "-q".to_owned(),
        format!("note={GATEWAY_PASSWORD}"),
        "-H".to_owned(),
        "X-Partner: {{partner}}".to_owned(),
        "-H".to_owned(),
        "X-Named: {{password}}".to_owned(),
    ]
}

fn tokens_and_environments(machine: &mut Machine, origin: &str) {
    machine.run(0, &["token", "--env", "acme"]);
    machine.run(0, &["token", "--env", "acme", "--new"]);
    machine.run(0, &["token", "--env", "acme", "--json"]);
    machine.run(0, &["env", "list"]);
    machine.run(0, &["env", "list", "--json"]);
    machine.run(0, &["env", "show", "acme"]);
    machine.run(0, &["env", "show", "acme", "--json"]);

    machine.add("Pasted", origin, &["--access-token"]);
    machine.run(0, &["send", "--env", "pasted", "/json", "-i"]);
    machine.run(0, &["send", "--env", "pasted", "/echo", "--json"]);
    machine.run(0, &["token", "--env", "pasted", "--json"]);
    machine.run(0, &["token", "--env", "pasted"]);
}

#[test]
fn no_file_log_or_output_of_a_full_run_holds_a_secret() {
    let mut machine = Machine::new();
    let server = Recorder::start(Login::Token);
    let origin = server.origin();
    machine.add(
        "Acme",
        &origin,
        &[
            "--client-id",
            "someone",
            "--secret-variable",
            "partner",
            "--variable",
            &format!("password={NAMED_VARIABLE}"),
            "--default-header",
            &format!("X-Auth-Token: {DEFAULT_HEADER}"),
        ],
    );
    // What a file cannot hold is refused until it is in the keyring: the default header and the variable go.
    let file = machine.folder().join("workspace/environments/acme.toml");
    let text = fs::read_to_string(&file).expect("readable");
    assert_eq!(text.matches("(not kept)").count(), 2, "{text}");
    fs::write(&file, text.replace("(not kept)", "plain")).expect("written");

    let typed = typed();
    let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
    let authorization = format!("Authorization: Bearer {TYPED_AUTHORIZATION}");
    let json = serde_json::json!({"password": TYPED_JSON, "comment": GATEWAY_PASSWORD}).to_string();
    let form = format!("password={TYPED_FORM}");
    let part = format!("password={TYPED_PART}");
    let saved = machine.folder().join("answer.txt");
    let saved = saved.to_str().expect("text");
    let to = ["send", "--env", "acme"];
    for more in [
        &["/echo"][..],
        &["/json"],
        &["/reason"],
        &["/reason", "-i"],
        &["/echo", "--json"],
        &["/json", "--json"],
        &["/reason", "--json"],
        &["/redirect"],
        &["/redirect", "-i"],
        &["/redirect", "--json"],
        &["/json", "-i"],
        &["/json", "--output", saved],
        &["/json", "--output", saved, "--json"],
        &["/json", "-H", &authorization, "-i"],
        &["/json", "-H", &authorization, "--json"],
        &["/json", "-d", &json],
        &["/json", "-d", &json, "--json"],
        &["/echo", "--form", &form, "--json"],
        &["/echo", "--form", &form, "-i"],
        &["/echo", "-F", &part, "--json"],
        &["/echo", "-F", &part, "-i"],
    ] {
        machine.run(0, &[&to[..], more, &typed].concat());
    }
    for more in [
        &["/unknown", "-H", "X: {{nowhere}}"][..],
        &["/unknown", "-H", "X: {{nowhere}}", "--json"],
        &["/bad", "-H", "Bad: \u{1}"],
        &["http://elsewhere.example.com/x"],
        &["/x", "-d", "@missing-file"],
    ] {
        machine.run(2, &[&to[..], more, &typed].concat());
    }
    let no_colon = format!("Authorization {TYPED_AUTHORIZATION}");
    machine.run(2, &["send", "--env", "acme", "/x", "-H", &no_colon]);
    let userinfo = format!("http://user:{USER_INFORMATION}@127.0.0.1:{}/x", server.port);
    machine.run(2, &["send", "--env", "acme", &userinfo]);
    tokens_and_environments(&mut machine, &origin);

    machine.shows(ACCESS_TOKEN, &["token", "--env", "acme", "--print"]);
    machine.shows(PASTED_TOKEN, &["token", "--env", "pasted", "--print"]);
    let open = ["/json", "--json", "--show-secrets"];
    for value in [ACCESS_TOKEN, CLIENT_SECRET, TYPED_COOKIE, SECRET_VARIABLE] {
        machine.shows(value, &[&to[..], &open, &typed].concat());
    }
    let plain = ["/echo", "--show-secrets"];
    machine.shows(GATEWAY_PASSWORD, &[&to[..], &plain, &typed].concat());

    machine.assert_clean();
    for (kind, value) in ALL {
        let never_sent = [
            DEFAULT_HEADER,
            NAMED_VARIABLE,
            USER_INFORMATION,
            PROXY_PASSWORD,
        ];
        // The access token came from the server and went back to it.
        if !never_sent.contains(&value) {
            println!("went out: {kind}");
            server.assert_received(value);
        }
    }
}

#[test]
fn failures_and_refusals_put_no_secret_out() {
    let mut machine = Machine::new();
    let nobody = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("an address");
    let page = Recorder::start(Login::HtmlEcho);
    let wrong = Recorder::start(Login::ErrorEcho);
    let proxy = Recorder::start(Login::Token);
    let typed = typed();
    let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
    let typed = &typed[..8];
    let client = ["--client-id", "someone"];
    machine.add("Page", &page.origin(), &client);
    machine.add("Wrong", &wrong.origin(), &client);
    machine.add(
        "Body",
        &wrong.origin(),
        &[&client[..], &["--client-authentication", "body"]].concat(),
    );
    machine.add("Acme", &format!("http://{nobody}"), &[]);
    machine.add("Tls", &format!("https://127.0.0.1:{}", page.port), &client);
    for (name, code) in [("page", 1), ("wrong", 1), ("body", 1), ("tls", 3)] {
        for more in [&["/json"][..], &["/json", "--json"], &["/json", "-i"]] {
            machine.run(code, &[&["send", "--env", name], more, typed].concat());
        }
        machine.run(code, &["token", "--env", name]);
        machine.run(code, &["token", "--env", name, "--json"]);
    }
    machine.run(3, &[&["send", "--env", "acme", "/x"], typed].concat());
    machine.run(
        3,
        &[&["send", "--env", "acme", "/x", "--json"], typed].concat(),
    );
    machine.run(
        3,
        &[&["send", "--no-auth", "--env", "tls", "/x"], typed].concat(),
    );

    let login = format!("http://user:{USER_INFORMATION}@127.0.0.1:{}", proxy.port);
    let through = format!("http://127.0.0.1:{}", proxy.port);
    machine.add("Proxied", "http://api.example.test", &["--proxy", &through]);
    let file = machine.folder().join("workspace/environments/proxied.toml");
    let text = fs::read_to_string(&file).expect("readable");
    let with_user = text.replace("user_name = \"\"", "user_name = \"someone\"");
    assert_ne!(text, with_user, "{text}");
    fs::write(&file, with_user).expect("written");
    machine.run(0, &["env", "approve", "proxied"]);
    machine.run(0, &[&["send", "--env", "proxied", "/x"], typed].concat());
    machine.run(
        0,
        &[&["send", "--env", "proxied", "/x", "--json"], typed].concat(),
    );
    machine.run(0, &["env", "show", "proxied", "--json"]);
    for arguments in [
        &["--api-origin", &login, "--login-origin", &login][..],
        &["--invoke-url", &login],
        &["--domain", &login],
        &["--region", "us-east-1", "--proxy", &login],
        &["--region", "us-east-1", "--default-header", &login],
    ] {
        // Taken or not: what is said about it, and what is kept, is clean.
        let output = machine.output(&[&["env", "add", "--name", "Typed"], arguments].concat());
        machine
            .outputs
            .add(format!("{arguments:?}")[..16].to_owned(), output.stderr);
        machine.outputs.add("env add", output.stdout);
        for more in [
            &["show", "typed", "--json"][..],
            &["show", "typed"],
            &["list"],
            &["approve", "typed"],
        ] {
            let output = machine.output(&[&["env"], more].concat());
            machine.outputs.add(
                format!("env {more:?} after {}", arguments[0]),
                output.stdout,
            );
            machine.outputs.add(
                format!("env {more:?} after {}, errors", arguments[0]),
                output.stderr,
            );
        }
        let output = machine.output(&["send", "--env", "typed", "/x"]);
        machine
            .outputs
            .add(format!("send after {}", arguments[0]), output.stderr);
        machine.output(&["env", "delete", "typed"]);
    }
    machine.assert_clean();
    page.assert_received(CLIENT_SECRET);
    wrong.assert_received(CLIENT_SECRET);
    proxy.assert_received(PROXY_PASSWORD);
}

#[test]
fn a_file_written_by_hand_shows_no_credential() {
    let mut machine = Machine::new();
    let server = Recorder::start(Login::Token);
    machine.add("Acme", &server.origin(), &[]);
    let file = machine.folder().join("workspace/environments/acme.toml");
    let before = fs::read_to_string(&file).expect("readable");
    let text = format!(
        "{before}\n[[default-headers]]\nenabled = true\nname = \"Authorization\"\nvalue = \"Bearer {TYPED_AUTHORIZATION}\"\n\
         [[default-headers]]\nenabled = true\nname = \"Cookie\"\nvalue = \"a={TYPED_COOKIE}\"\n\
         [[variables]]\nname = \"password\"\nvalue = \"{NAMED_VARIABLE}\"\n\
         [[variables]]\nname = \"note\"\nvalue = '{GATEWAY_PASSWORD}'\n\
         [network.proxy]\nkind = \"explicit\"\nurl = \"http://user:{USER_INFORMATION}@127.0.0.1:9\"\n"
    );
    fs::write(&file, text).expect("written");
    for arguments in [
        &["env", "show", "acme"][..],
        &["env", "show", "acme", "--json"],
        &["env", "list"],
        &["env", "list", "--json"],
    ] {
        machine.run(0, arguments);
    }
    machine.run(2, &["send", "--env", "acme", "/json"]);
    machine.run(0, &["env", "approve", "acme"]);
    machine.run(0, &["send", "--env", "acme", "/json", "-q", "x={{note}}"]);
    machine.run(0, &["send", "--env", "acme", "/json", "--json"]);
    server.assert_received(TYPED_AUTHORIZATION);
    server.assert_received(GATEWAY_PASSWORD);
    fs::write(&file, before).expect("written");
    machine.assert_clean();
}
