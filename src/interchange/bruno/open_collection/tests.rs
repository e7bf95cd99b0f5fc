//! Files of OpenCollection as Bruno 3 writes them, and what is told of what they hold besides requests.

use super::import;
use crate::interchange::recognise::{Kind, Recognised, recognise};
use crate::interchange::{Imported, reading};
use crate::model::environment::{ClientAuthentication, Credentials};
use crate::model::request::{DraftBody, PartValue, RequestAuth, RequestDraft};

macro_rules! corpus {
    ($name:literal) => {
        include_str!(concat!(
            "../../../../tests/fuzz/corpus/opencollection/",
            $name
        ))
    };
}

fn read(text: &str) -> Imported {
    let read = reading::import(text, None).unwrap_or_else(|error| panic!("{error} in {text}"));
    assert_eq!(read.kind, Kind::OpenCollection, "{text}");
    assert_eq!(read.kind_in_words(), "OpenCollection file (Bruno 3)");
    read.imported
}

fn ignored(imported: &Imported) -> Vec<&str> {
    imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect()
}

fn draft<'a>(imported: &'a Imported, name: &str) -> &'a RequestDraft {
    let found = imported.requests.iter().find(|one| one.draft.name == name);
    &found
        .unwrap_or_else(|| panic!("no {name} in {:?}", imported.requests))
        .draft
}

fn value<'a>(imported: &'a Imported, environment: &str, name: &str) -> Option<&'a str> {
    let found = imported
        .environments
        .iter()
        .find(|one| one.name == environment);
    let found = found.unwrap_or_else(|| panic!("no {environment}"));
    found
        .variables
        .iter()
        .find(|variable| variable.name == name)
        .map(|variable| variable.value.as_str())
}

#[test]
fn a_whole_collection_has_what_its_schema_names() {
    let imported = read(corpus!("bundle.yml"));
    // What an environment extends, a value with its kind, and the chosen one of several.
    for (name, expected) in [
        ("host", Some("https://api.mypurecloud.de")),
        ("page", Some("5")),
        ("colour", Some("green")),
        ("pin", Some("")),
        ("old", None),
    ] {
        assert_eq!(value(&imported, "Prod", name), expected, "{name}");
    }
    let prod = imported.environments.iter().find(|one| one.name == "Prod");
    assert_eq!(
        prod.expect("Prod").credentials,
        Credentials::ClientCredentials {
            client_id: "id-7".to_owned(),
            scope: "users".to_owned(),
            style: ClientAuthentication::Basic
        }
    );
    let search = draft(&imported, "Search");
    assert_eq!(
        (search.method.as_str(), search.path.as_str(), &search.auth),
        ("POST", "/api/v2/users/{id}/search", &RequestAuth::Inherit)
    );
    assert_eq!(
        search.body,
        DraftBody::Json {
            text: "{\"a\": 1}".to_owned()
        }
    );
    let described = imported
        .requests
        .iter()
        .find(|one| one.draft.name == "Search");
    assert_eq!(described.expect("Search").description, "Looks for people");
    // Without `auth` a request has no credentials, not those of its folder.
    assert_eq!(draft(&imported, "Files").auth, RequestAuth::None);
    let DraftBody::Multipart { rows } = &draft(&imported, "Files").body else {
        panic!("{:?}", draft(&imported, "Files").body)
    };
    let parts: Vec<String> = rows
        .iter()
        .map(|row| match &row.value {
            PartValue::Text(text) => format!("{}={text}", row.name),
            PartValue::File { path, .. } => format!("{}@{path} {}", row.name, row.content_type),
        })
        .collect();
    assert_eq!(
        parts,
        [
            "note=hello",
            "file@a.bin application/octet-stream",
            "file@b.bin application/octet-stream"
        ]
    );
    let ask = draft(&imported, "Ask");
    assert_eq!(ask.method, "POST");
    let DraftBody::Json { text } = &ask.body else {
        panic!("{:?}", ask.body)
    };
    let sent: serde_json::Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(
        sent,
        serde_json::json!({"query": "{ me { id } }", "variables": {"n": 1}})
    );
    assert_eq!(
        ignored(&imported),
        [
            "the proxy of the collection",
            "a file of scripts",
            "the scripts of `Search`",
            "the assertions of `Search`",
            "the actions of `Search`",
            "the value of the secret variable pin",
            "the headers of the folder `Users`",
            "`Talk`",
        ]
    );
}

#[test]
fn files_of_a_collections_folder_are_read_one_by_one() {
    let request = read(corpus!("request.yml"));
    let users = draft(&request, "List users");
    assert_eq!(
        (users.method.as_str(), users.path.as_str()),
        ("GET", "/api/v2/users")
    );
    assert_eq!(
        users.auth,
        RequestAuth::Bearer {
            token: "{{token}}".to_owned()
        }
    );
    assert_eq!(request.variables[0].value, "1");
    assert_eq!(request.requests[0].description, "Reads users");
    let environment = read(corpus!("environment.yml"));
    assert_eq!(
        value(&environment, "Local", "host"),
        Some("https://api.mypurecloud.jp")
    );
    assert_eq!(value(&environment, "Local", "page"), None);
    assert_eq!(
        ignored(&environment),
        ["the value of the secret variable pin"]
    );
    let json = read(corpus!("bundle.json"));
    assert_eq!(json.secrets[0].value.expose(), "pipit-4-value");
    let folder = "info:\n  name: F\n  type: folder\nrequest:\n  auth:\n    type: oauth2\n    flow: client_credentials\n    accessTokenUrl: https://login.mypurecloud.jp/oauth/token\n    credentials:\n      clientId: id-8\n";
    assert_eq!(read(folder).environments.len(), 1);
    let root = "opencollection: 1.0.0\ninfo:\n  name: C\nbundled: false\n";
    assert_eq!(ignored(&read(root)), ["the requests of the collection"]);
    let missing = "name: Local\nextends: Base\ndotEnvFilePath: .env\nvariables:\n  - name: host\n    value: https://api.mypurecloud.jp\n";
    assert_eq!(
        ignored(&read(missing)),
        [
            "the environment `Base`, which `Local` extends",
            "the .env file of `Local`"
        ]
    );
    // Two that extend each other end.
    let circle = "opencollection: 1.0.0\nitems: []\nconfig:\n  environments:\n    - name: A\n      extends: B\n      variables:\n        - name: host\n          value: https://api.mypurecloud.jp\n    - name: B\n      extends: A\n      variables:\n        - name: b\n          value: '2'\n";
    let circle = read(circle);
    assert_eq!(value(&circle, "A", "b"), Some("2"));
    assert_eq!(
        value(&circle, "B", "host"),
        Some("https://api.mypurecloud.jp")
    );
}

#[test]
fn other_protocols_and_versions_are_refused_with_their_place() {
    for (text, line, why) in [
        (
            "info:\n  name: s\n  type: grpc\ngrpc:\n  url: h\n",
            4,
            "gRPC",
        ),
        (
            "info:\n  name: s\n  type: websocket\nwebsocket:\n  url: wss://h\n",
            4,
            "WebSocket",
        ),
        ("\nopencollection: 7\nitems: []\n", 2, "version"),
    ] {
        assert_eq!(
            recognise(text),
            Recognised::One(Kind::OpenCollection),
            "{text}"
        );
        let error = import(text).expect_err(text);
        assert!(error.text.contains(why), "{error}");
        assert_eq!(error.place.line, line, "{error}");
    }
}
