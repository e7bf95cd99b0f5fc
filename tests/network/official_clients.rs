//! The real SDKs for JavaScript and Python read what `gatescope export` writes, and send to exactly the URLs that the client
//! preview promises: those that work, and those that break in the way it says.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatescope::model::clients::{self, ClientForm, ClientUrl, OfficialClient};
use gatescope::model::environment::{GatewayTarget, Target};
use serde_json::{Value, json};

use crate::certificates::Authority;
use crate::command_line::{Machine, shown};
use crate::left_out::leaves_out;
use crate::official_client_forms::{GATEWAY, Row, rows};
use crate::recording_server::{Recorded, RecordingServer};

const CLIENTS: [OfficialClient; 2] = [OfficialClient::JavaScript, OfficialClient::Python];
const QUERY: &str = "?pageSize=5";

/// Where `tests/official-clients` puts the SDKs.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/official-clients")
}

fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The program that runs a client, and the SDK's place.
fn program(client: OfficialClient) -> Option<PathBuf> {
    match client {
        OfficialClient::JavaScript => folder()
            .join("node/node_modules/purecloud-platform-client-v2")
            .is_dir()
            .then(|| on_path("node"))?,
        _ => Some(folder().join("python/bin/python")).filter(|file| file.is_file()),
    }
}

fn left_out(what: &str) -> bool {
    let missing = CLIENTS.iter().find(|client| program(**client).is_none());
    let missing = missing.map(|client| format!("the {client}: run tests/official-clients"));
    leaves_out(what, missing.as_deref())
}

/// Where a client's connections are led instead of the network.
struct Led<'a> {
    to: &'a RecordingServer,
    known_hosts: &'a str,
}

/// Runs `jobs` in one process of the client; one answer a job.
fn run(
    client: OfficialClient,
    home: &Path,
    authority: &Path,
    led: Option<&Led<'_>>,
    jobs: &[Value],
) -> Vec<Value> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/official_clients");
    let driver = match client {
        OfficialClient::JavaScript => "driver.js",
        _ => "driver.py",
    };
    let mut command = assert_cmd::Command::new(program(client).unwrap());
    command
        .arg(fixtures.join(driver))
        .env_clear()
        .env("HOME", home)
        .env("NODE_PATH", folder().join("node/node_modules"))
        .env("NODE_EXTRA_CA_CERTS", authority)
        .env("GATESCOPE_CA_FILE", authority)
        .timeout(std::time::Duration::from_mins(2))
        .write_stdin(Value::from(jobs).to_string());
    if let Some(led) = led {
        command
            .env("GATESCOPE_LEAD_TO", led.to.address.to_string())
            .env("GATESCOPE_KNOWN_HOSTS", led.known_hosts);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{client}: {}", shown(&output));
    let answers: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert_eq!(answers.len(), jobs.len(), "{client}: {}", shown(&output));
    answers
}

/// The requests of one job, the login's and the call's: they carry its client ID, or the token that was made of it.
fn of_job<'a>(recorded: &'a [Recorded], id: &str) -> [Vec<&'a Recorded>; 2] {
    let credentials = STANDARD.encode(format!("{id}:a secret"));
    let with = |values: &[String]| {
        recorded
            .iter()
            .filter(|one| {
                values
                    .iter()
                    .any(|value| one.header("authorization") == value)
            })
            .collect()
    };
    [
        with(&[format!("Basic {credentials}")]),
        with(&[
            format!("Bearer token-for-{credentials}"),
            format!("Bearer token of {id}"),
        ]),
    ]
}

/// The gateway of an environment of the workspace, as the workspace has it.
fn gateway_of(machine: &Machine, id: &str) -> GatewayTarget {
    let document = machine.json(&["env", "show", id, "--json"]);
    match serde_json::from_value(document["settings"]["target"].clone()).unwrap() {
        Target::Gateway(gateway) => *gateway,
        other @ Target::Direct { .. } => panic!("{other:?}"),
    }
}

fn export(machine: &Machine, id: &str, format: &str, name: &str) -> PathBuf {
    let file = machine.folder.path().join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    machine.ends_with(
        0,
        &[
            "export",
            "--as",
            format,
            "--env",
            id,
            "-o",
            &file.display().to_string(),
        ],
    );
    file
}

/// The home folder's configuration file of a client.
fn home_file(client: OfficialClient) -> &'static str {
    match client {
        OfficialClient::JavaScript => ".genesyscloudjavascript/config",
        _ => ".genesyscloudpython/config",
    }
}

/// Nothing stands in for anything here: the SDK finds its file in the home folder, and connects to the server by itself.
#[test]
fn an_sdk_with_the_exported_configuration_sends_what_send_sends() {
    if left_out("the SDKs with an exported configuration") {
        return;
    }
    let authority = Authority::new();
    let authority_file = authority.file();
    let server = RecordingServer::start(authority.server_for_all(&["localhost"]));
    let port = server.address.port();
    let machine = Machine::new();
    machine.ends_with(
        0,
        &[
            "env",
            "add",
            "--name",
            "Gate",
            "--invoke-url",
            &format!("https://localhost:{port}/test"),
            "--login-path",
            "/loginpath",
            "--api-path",
            "/apipath",
            "--client-id",
            "sent by gatescope",
            "--ca-file",
            &authority_file.path().display().to_string(),
        ],
    );
    let output = machine.run_with(
        &["send", "--env", "gate", "/api/v2/users?pageSize=5"],
        &[("GATESCOPE_SECRET_GATE_CLIENT_SECRET", "a secret")],
    );
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let sent = server.take();
    assert_eq!(sent.len(), 2, "{sent:?}");

    let form = clients::client_form(&gateway_of(&machine, "gate"));
    for client in CLIENTS {
        let promised = clients::urls(client, &form);
        assert_eq!(promised.breakages(), [], "{client}");
        let snippet = match client {
            OfficialClient::JavaScript => "javascript",
            _ => "python",
        };
        for format in ["sdk-ini", "sdk-json"] {
            let home = format!("home-{client}-{format}").replace(' ', "-");
            export(
                &machine,
                "gate",
                format,
                &format!("{home}/{}", home_file(client)),
            );
            let mut jobs = vec![json!({ "client_id": "sdk" })];
            // An SDK takes seconds to load: the code goes along.
            if format == "sdk-json" {
                let code = export(&machine, "gate", snippet, &format!("{home}/code"));
                jobs.push(json!({ "client_id": "sdk", "code": code }));
            }
            let home = machine.folder.path().join(home);
            let answers = run(client, &home, authority_file.path(), None, &jobs);
            let words = format!("{client}, {format}: {answers:#?}");
            for answer in &answers {
                assert_eq!(answer["call"]["value"], 7, "{words}");
            }
            let recorded = server.take();
            assert_eq!(recorded.len(), 2 * jobs.len(), "{words}\n{recorded:#?}");
            let wanted = [
                (&promised.login, "", &sent[0]),
                (&promised.api, QUERY, &sent[1]),
            ];
            for (request, (url, query, like)) in recorded.iter().zip(wanted.iter().cycle()) {
                let shown = format!("{words}\n{request:#?}");
                let promised = url.sent.as_ref().unwrap();
                assert_eq!(
                    request.target,
                    format!("{}{query}", promised.target),
                    "{shown}"
                );
                assert_eq!(
                    request.header("host"),
                    format!("{}:{}", promised.host, promised.port),
                    "{shown}"
                );
                assert!(request.over_tls, "{shown}");
                // What Gatescope sent before: the same place, asked in the same way.
                assert_eq!(
                    (&request.method, &request.target, request.header("host")),
                    (&like.method, &like.target, like.header("host")),
                    "{shown}"
                );
                assert_eq!(request.server_name, like.server_name, "{shown}");
                assert_eq!(request.body, like.body, "{shown}");
            }
        }
    }
}

/// Imports the form as somebody's configuration, and gives the environment's id. The form is kept as it is.
fn imported(machine: &Machine, row: &Row) -> (String, ClientForm) {
    let [host, port, protocol, login_path, api_path] = row.form;
    let mut gateway = json!({ "host": host });
    for (key, text) in [
        ("protocol", protocol),
        ("path_params_login", login_path),
        ("path_params_api", api_path),
    ] {
        if !text.is_empty() {
            gateway[key] = json!(text);
        }
    }
    if !port.is_empty() {
        gateway["port"] = port.parse::<i64>().map_or(json!(port), |port| json!(port));
    }
    fs::write(
        machine.folder.path().join("form.json"),
        json!({ "gateway": gateway }).to_string(),
    )
    .unwrap();
    let document = machine.json(&["import", "--yes", "--json", "form.json"]);
    let id = document["environments"][0]["id"].as_str().unwrap();
    let form = clients::client_form(&gateway_of(machine, id));
    assert_eq!(
        [
            &form.host,
            &form.port,
            &form.protocol,
            &form.login_path,
            &form.api_path
        ],
        row.form.each_ref()
    );
    (id.to_owned(), form)
}

/// What a client adds for the page size to the target that was promised.
fn query_behind(client: OfficialClient, promised: &ClientUrl) -> String {
    let in_query = promised.text.contains('?');
    match client {
        // The query is put behind the text, and is cut off with the rest.
        OfficialClient::Python if promised.text.contains('#') => String::new(),
        OfficialClient::JavaScript if in_query => QUERY.replace('?', "&"),
        _ => QUERY.to_owned(),
    }
}

/// What arrived is what was promised, or nothing where nothing was promised.
fn check(
    promised: &ClientUrl,
    query: &str,
    arrived: &[&Recorded],
    asked: &Value,
) -> Result<(), String> {
    let Some(sent) = &promised.sent else {
        return arrived
            .is_empty()
            .then_some(())
            .ok_or_else(|| format!("promised nothing, and got {arrived:#?}"));
    };
    let [request] = arrived else {
        return Err(format!("promised {sent:?}, and got {arrived:#?}"));
    };
    let over_tls = promised.text.to_ascii_lowercase().starts_with("https:");
    let own_port = if over_tls { 443 } else { 80 };
    let host = if sent.port == own_port {
        sent.host.clone()
    } else {
        format!("{}:{}", sent.host, sent.port)
    };
    let found = (
        request.target.clone(),
        request.over_tls,
        request.header("host").to_ascii_lowercase(),
        asked.to_string().to_ascii_lowercase(),
    );
    let wanted = (
        format!("{}{query}", sent.target),
        over_tls,
        host,
        json!([format!("{}:{}", sent.host, sent.port)]).to_string(),
    );
    (found == wanted)
        .then_some(())
        .ok_or_else(|| format!("promised {wanted:?}\n     got {found:?}"))
}

/// A file that the import warns of, and what each SDK makes of it: the port behind the gateway's name, the login's target and
/// the password that it holds (empty: none).
struct Linted {
    file: &'static str,
    text: String,
    causes: &'static [&'static str],
    javascript: [&'static str; 3],
    python: [&'static str; 3],
}

impl Linted {
    /// Writes the file; the import says of it what the table has.
    fn is_told(&self, machine: &Machine) {
        fs::write(machine.folder.path().join(self.file), &self.text).unwrap();
        let document = machine.json(&["import", "--dry-run", "--json", self.file]);
        let of_python: Vec<&str> = document["lint"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|lint| lint["cause"].as_str())
            .filter(|cause| cause.starts_with("Python "))
            .collect();
        assert_eq!(of_python, self.causes, "{}: {document:#}", self.file);
    }
}

fn linted() -> [Linted; 3] {
    const LOST: [&str; 2] = [
        "Python reads `%` as the begin of a reference and loses `path_params_login`",
        "Python reads `%` as the begin of a reference and loses `password`",
    ];
    const DOUBLED: [&str; 2] = [
        "Python reads `%%` in `path_params_login` as one `%`, the others as two",
        "Python reads `%%` in `password` as one `%`, the others as two",
    ];
    let ini = |value: &str| {
        format!(
            "[gateway]\nhost = {GATEWAY}\nprotocol = https\nport = 8443\npath_params_login = {value}\npath_params_api = api\npassword = {value}\n"
        )
    };
    let quoted = json!({ "gateway": {
        "host": GATEWAY,
        "protocol": "https",
        "port": "8443",
        "path_params_login": "login",
        "path_params_api": "api",
        "password": "word",
    }});
    [
        Linted {
            file: "percent.ini",
            text: ini("a%b"),
            causes: &LOST,
            javascript: [":8443", "/a%b/oauth/token", "a%b"],
            python: [":8443", "/oauth/token", ""],
        },
        // The way out that the lint names, for Python alone.
        Linted {
            file: "doubled.ini",
            text: ini("a%%b"),
            causes: &DOUBLED,
            javascript: [":8443", "/a%%b/oauth/token", "a%%b"],
            python: [":8443", "/a%25b/oauth/token", "a%b"],
        },
        Linted {
            file: "quoted.json",
            text: quoted.to_string(),
            causes: &["Python takes a port in quotes for an error, and drops port and both paths"],
            javascript: [":8443", "/login/oauth/token", "word"],
            python: [":443", "/oauth/token", ""],
        },
    ]
}

#[test]
fn each_form_leads_where_the_preview_says() {
    if left_out("the SDKs with each client form") {
        return;
    }
    let authority = Authority::new();
    let authority_file = authority.file();
    let server = RecordingServer::start(authority.server_for_all(&[GATEWAY]));
    let led = Led {
        to: &server,
        known_hosts: GATEWAY,
    };
    let machine = Machine::new();
    let mut wrong = Vec::new();
    let environments: Vec<(String, ClientForm)> =
        rows().iter().map(|row| imported(&machine, row)).collect();
    for linted in linted() {
        linted.is_told(&machine);
    }
    for client in CLIENTS {
        let snippet = match client {
            OfficialClient::JavaScript => "javascript",
            _ => "python",
        };
        let mut jobs = Vec::new();
        let mut expected = Vec::new();
        for (row, (id, form)) in rows().iter().zip(&environments) {
            let promised = clients::urls(client, form);
            let breakages = match client {
                OfficialClient::JavaScript => row.javascript,
                _ => row.python,
            };
            assert_eq!(promised.breakages(), breakages, "{client}: {:?}", row.form);
            for format in ["sdk-ini", "sdk-json", snippet] {
                // Python reads `%` in an INI file as the begin of a reference; that has a test of its own.
                if format == "sdk-ini" && row.form.concat().contains('%') {
                    continue;
                }
                let file = export(&machine, id, format, &format!("{client}/{id}.{format}"));
                let name = format!("{} {format}", jobs.len());
                let kind = if format == snippet { "code" } else { "config" };
                jobs.push(json!({ "client_id": name, kind: file }));
                expected.push((name, row.form, promised.clone()));
            }
        }
        jobs.extend(linted().iter().map(|linted| {
            let file = machine.folder.path().join(linted.file);
            json!({ "client_id": linted.file, "config": file })
        }));
        let answers = run(
            client,
            machine.folder.path(),
            authority_file.path(),
            Some(&led),
            &jobs,
        );
        let recorded = server.take();
        for (answer, (id, form, promised)) in answers.iter().zip(&expected) {
            let [login, call] = of_job(&recorded, id);
            for (what, promised, query, arrived) in [
                ("login", &promised.login, "", login),
                (
                    "call",
                    &promised.api,
                    &query_behind(client, &promised.api),
                    call,
                ),
            ] {
                if let Err(words) = check(promised, query, &arrived, &answer[what]["asked"]) {
                    wrong.push(format!(
                        "{client}, {id}, {what} of {form:?}: {words}\n{answer}"
                    ));
                }
            }
        }
        for (linted, answer) in linted().iter().zip(&answers[expected.len()..]) {
            let [login, _] = of_job(&recorded, linted.file);
            let found = json!([
                answer["login"]["asked"],
                login.iter().map(|one| &one.target).collect::<Vec<_>>(),
                answer["held"]["password"],
            ]);
            let [address, target, password] = match client {
                OfficialClient::JavaScript => linted.javascript,
                _ => linted.python,
            };
            let held = Some(password).filter(|password| !password.is_empty());
            let wanted = json!([
                [format!("{GATEWAY}{address}").to_lowercase()],
                [target],
                held
            ]);
            if found != wanted {
                wrong.push(format!(
                    "{client}, {}: wanted {wanted}\n     got {found}\n{answer}",
                    linted.file
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
