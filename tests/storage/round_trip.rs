//! Every model type through a file and back, and what such a file looks like.

use gatescope::model::environment::Environment;
use gatescope::model::request::{
    DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft,
};
use proptest::prelude::*;

use crate::scene::{Scene, environment, request};

/// Every variant of every type that an environment is made of, by its own notation.
const ENVIRONMENTS: [&str; 5] = [
    "id = 'direct'\nname = ''\ntarget = { kind = 'direct', place = { region = 'eu-central-1' } }\n",
    "id = 'domain'\nname = 'ä \\ \"x\"'\ncolour = 'violet'\nprotection = 'read-only'\ntarget = { kind = 'direct', place = { domain = 'example.org' } }\ncredentials = { kind = 'same-as', environment = 'direct' }\n",
    "id = 'origins'\nname = 'O'\nprotection = 'ask'\ntarget = { kind = 'direct', place = { origins = { api = 'http://127.0.0.1:1', login = 'http://127.0.0.1:2' } } }\ncredentials = { kind = 'access-token' }\n",
    r#"
id = "gateway"
name = "Acme · gateway"
colour = "amber"
[target]
kind = "gateway"
protocol = "http"
host = "a1b2c3.execute-api.us-east-1.amazonaws.com"
port = 8443
stage = "test"
login-path = "loginpath"
api-path = "apipath"
token-from = { region = { region = "us-west-2" } }
user-name = "someone"
api-kind = "rest"
client-form = { host = "h", port = "443", protocol = "https", login-path = "test/login", api-path = "test/api" }
[credentials]
kind = "client-credentials"
client_id = "0000"
scope = "a b"
style = "body"
[[variables]]
name = "userId"
value = "42"
[[variables]]
name = "pin"
secret = true
[[default-headers]]
enabled = false
name = "X-Trace"
value = "a:\tb"
[[path-map]]
matching = "exact"
from = "/api/v2/users"
to = "/users"
[network]
ca-file = "ca.pem"
trusted-fingerprint = "aa:bb"
http-version = "http2"
header-case = "title"
[network.proxy]
kind = "explicit"
url = "http://proxy:3128"
user_name = "me"
bypass = [".internal", "x"]
[[network.resolve]]
host = "a"
address = "::1"
[network.limits]
connect-ms = 1
first-byte-ms = 2
silence-ms = 3
wire-bytes = 4
decoded-bytes = 5
decoded-ratio = 6
redirects = 0
[route-map]
kind = "rest"
stage = "test"
[[route-map.routes]]
method = "GET"
resource = "/users"
integration = "http"
uri = "https://api.mypurecloud.com/api/v2/users"
timeout_ms = 29000
effects = [
  { effect = "parameter-fixed", name = "pageSize", value = "5" },
  { effect = "parameter-dropped", name = "x" },
  { effect = "parameter-appended", name = "y", value = "z" },
  { effect = "other-parameters-dropped" },
  { effect = "other-headers-dropped" },
  { effect = "status-masked", status = 200 },
]
"#,
    "id = 'plain-proxy'\nname = 'N'\ntarget = { kind = 'gateway', host = '' }\nnetwork = { proxy = { kind = 'none' }, http-version = 'automatic', header-case = 'lower' }\n",
];

#[test]
fn environments_come_back_as_they_went() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    let wanted: Vec<Environment> = ENVIRONMENTS
        .iter()
        .map(|text| toml_edit::de::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}")))
        .collect();
    for environment in &wanted {
        let saved = workspace.save_environment(environment).expect("saved");
        assert_eq!(saved.file, format!("environments/{}.toml", environment.id));
        assert!(
            !saved.merged && saved.conflict.is_none() && saved.withheld.is_empty(),
            "{saved:?}"
        );
        assert_eq!(
            workspace.environment(&environment.id),
            Some(environment),
            "in memory"
        );
    }
    let read = scene.open();
    assert_eq!(read.reports(), []);
    for environment in &wanted {
        assert_eq!(
            read.environment(&environment.id),
            Some(environment),
            "{}",
            scene.read(&format!("environments/{}.toml", environment.id))
        );
    }
    // Saving what was read changes no byte.
    let before: Vec<String> = scene.files().iter().map(|file| scene.read(file)).collect();
    let mut read = read;
    for environment in &wanted {
        read.save_environment(environment).expect("saved");
    }
    let after: Vec<String> = scene.files().iter().map(|file| scene.read(file)).collect();
    assert_eq!(before, after);
    assert!(!read.changed_outside());
}

#[test]
fn files_are_short_and_readable() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    workspace
        .save_environment(&environment("acme-prod"))
        .expect("saved");
    let mut draft = request("r1", "List users");
    draft.query = vec![QueryRow {
        enabled: true,
        name: "pageSize".to_owned(),
        value: Some("5".to_owned()),
    }];
    draft.body = DraftBody::Json {
        text: "{\n  \"a\": \"b\"\n}".to_owned(),
    };
    workspace.save_request(&draft).expect("saved");
    assert_eq!(
        scene.files(),
        [
            "environments/acme-prod.toml",
            "requests/list-users.toml",
            "workspace.toml"
        ]
    );
    assert_eq!(
        scene.read("environments/acme-prod.toml"),
        r#"schema = 1
id = "acme-prod"
name = "Name of acme-prod"
colour = "teal"
protection = "normal"

[target]
kind = "direct"

[target.place]
region = "us-east-1"

[credentials]
kind = "none"
"#
    );
    assert_eq!(
        scene.read("requests/list-users.toml"),
        r#"schema = 1
id = "r1"
name = "List users"
method = "GET"
path = "/api/v2/users"

[[query]]
enabled = true
name = "pageSize"
value = "5"

[body]
kind = "json"
text = """
{
  "a": "b"
}"""
"#
    );
    let entry = &workspace.requests()[0];
    assert_eq!(
        (entry.path.as_str(), &entry.draft),
        ("list-users.toml", &draft)
    );
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z/{}?=&]{0,12}",
        any::<String>(),
        "[\"'\\\\\r\n\t =#\\[\\]{}a\u{7f}\u{0}]{0,16}",
    ]
    // A credential by chance is another test's subject.
    .prop_filter("no URL", |text| !text.contains(['@', '=', ':']))
}

fn rows() -> impl Strategy<Value = Vec<QueryRow>> {
    let row = (any::<bool>(), "[a-f]{0,4}", proptest::option::of(text()));
    proptest::collection::vec(
        row.prop_map(|(enabled, name, value)| QueryRow {
            enabled,
            name,
            value,
        }),
        0..4,
    )
}

fn body() -> impl Strategy<Value = DraftBody> {
    let value = prop_oneof![
        text().prop_map(PartValue::Text),
        (text(), text()).prop_map(|(path, file_name)| PartValue::File { path, file_name }),
    ];
    let part = (any::<bool>(), "[a-f]{0,4}", value, text()).prop_map(
        |(enabled, name, value, content_type)| PartRow {
            enabled,
            name,
            value,
            content_type,
        },
    );
    prop_oneof![
        Just(DraftBody::None),
        text().prop_map(|text| DraftBody::Json { text }),
        (text(), text()).prop_map(|(text, content_type)| DraftBody::Text { text, content_type }),
        rows().prop_map(|rows| DraftBody::Form { rows }),
        proptest::collection::vec(part, 0..3).prop_map(|rows| DraftBody::Multipart { rows }),
        (text(), text()).prop_map(|(path, content_type)| DraftBody::File { path, content_type }),
    ]
}

fn draft() -> impl Strategy<Value = RequestDraft> {
    let named = ("[a-f]{0,4}", text()).prop_map(|(name, value)| NamedText { name, value });
    let header =
        (any::<bool>(), "[A-F-]{0,4}", text()).prop_map(|(enabled, name, value)| HeaderRow {
            enabled,
            name,
            value,
        });
    (
        (text(), "[A-Z]{0,5}", text()),
        proptest::collection::vec(named, 0..3),
        rows(),
        proptest::collection::vec(header, 0..4),
        any::<bool>(),
        body(),
    )
        .prop_map(
            |((name, method, path), path_variables, query, headers, inherit, body)| RequestDraft {
                name,
                method,
                path,
                path_variables,
                query,
                headers,
                auth: if inherit {
                    RequestAuth::Inherit
                } else {
                    RequestAuth::None
                },
                body,
                ..request("the-request", "")
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever was there before and whatever is saved now: it comes back equal, in the same file,
    /// and what a person added to the file is still there.
    #[test]
    fn requests_come_back_as_they_went(first in draft(), second in draft()) {
        const BY_HAND: &str = "# mind the gap\nmine = [1, 2] # mine\n";
        let scene = Scene::new();
        let file = scene.open().save_request(&first).expect("saved").file;
        prop_assert_eq!(&scene.open().requests()[0].draft, &first, "{}", scene.read(&file));
        scene.write(&file, format!("{BY_HAND}{}\n[notes]\nx = 1\n", scene.read(&file)));
        let again = scene.open().save_request(&second).expect("saved").file;
        prop_assert_eq!(&file, &again);
        let read = scene.open();
        prop_assert_eq!(read.reports(), &[]);
        prop_assert_eq!(read.requests().len(), 1);
        let text = scene.read(&file);
        prop_assert_eq!(&read.requests()[0].draft, &second, "{}", &text);
        prop_assert!(text.starts_with(BY_HAND) && text.contains("[notes]\nx = 1\n"), "{}", &text);
    }
}

#[test]
fn new_request_ids_differ() {
    use gatescope::store::Workspace;
    assert_ne!(Workspace::new_request_id(), Workspace::new_request_id());
    assert_eq!(Workspace::new_request_id().0.len(), 32);
}

#[test]
fn names_of_files_are_plain_and_never_taken_twice() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    for (id, name, file) in [
        ("1", "List users", "requests/list-users.toml"),
        ("2", "list  USERS!", "requests/list-users-2.toml"),
        ("3", "../../etc/passwd", "requests/etc-passwd.toml"),
        ("4", "ユーザー", "requests/request.toml"),
        ("5", "con", "requests/con-request.toml"),
        ("9", "COM7", "requests/com7-request.toml"),
        ("10", "lpt10", "requests/lpt10.toml"),
        ("6", "", "requests/get-api-v2-users.toml"),
        ("7", "a\\b\u{202e}", "requests/a-b.toml"),
    ] {
        let saved = workspace.save_request(&request(id, name)).expect(name);
        assert_eq!(saved.file, file, "{name:?}");
    }
    assert_eq!(scene.open().requests().len(), 9, "equal names are allowed");
    let long = workspace
        .save_request(&request("8", &"long ".repeat(200)))
        .expect("long names");
    assert!(long.file.len() < 100, "{}", long.file);
}
