//! Collections of other tools: what becomes of requests, variables, credentials and hosts, and what is refused.

use super::*;
use crate::interchange::written_requests::{Collection, Dialect, for_each_text};
use crate::model::environment::{ClientAuthentication, Credentials, Environment, Target};
use crate::model::request::{DraftBody, PartValue, RequestAuth};
use crate::model::secret::{SecretName, Secrets};

fn request<'a>(imported: &'a Imported, name: &str) -> &'a ImportedRequest {
    imported
        .requests
        .iter()
        .find(|request| request.draft.name == name)
        .unwrap_or_else(|| {
            let names: Vec<&str> = imported
                .requests
                .iter()
                .map(|request| request.draft.name.as_str())
                .collect();
            panic!("no request {name} among {names:?}")
        })
}

fn secret<'a>(imported: &'a Imported, name: &SecretName) -> &'a FoundSecret {
    imported
        .secrets
        .iter()
        .find(|secret| secret.name == *name)
        .unwrap_or_else(|| panic!("no secret {name} among {:?}", imported.secrets))
}

fn variable(name: &str) -> SecretName {
    SecretName::Variable(name.to_owned())
}

fn gateway_host(environment: &Environment) -> (&str, &str) {
    match &environment.target {
        Target::Gateway(gateway) => (&gateway.host, &gateway.stage),
        Target::Direct { .. } => ("", ""),
    }
}

/// Nothing that is printed or written may hold a secret of the text.
fn assert_nowhere(imported: &Imported, secrets: &[&str]) {
    let plain = format!(
        "{:?} {:?} {:?} {:?}",
        imported.environments, imported.variables, imported.ignored, imported.lint
    );
    let drafts = imported
        .requests
        .iter()
        .map(|request| serde_json::to_string(&request.draft).expect("JSON"))
        .collect::<String>();
    for secret in secrets {
        assert!(
            !plain.contains(secret) && !drafts.contains(secret),
            "{secret} stands in {plain} {drafts}"
        );
    }
}

const POSTMAN: &str = r#"{
  "info": {"name": "Genesys", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
  "auth": {"type": "oauth2", "oauth2": [
    {"key": "grant_type", "value": "client_credentials"}, {"key": "accessTokenUrl", "value": "https://login.mypurecloud.de/oauth/token"},
    {"key": "clientId", "value": "{{clientId}}"}, {"key": "clientSecret", "value": "{{clientSecret}}"}, {"key": "client_authentication", "value": "body"}]},
  "variable": [{"key": "baseUrl", "value": "https://api.mypurecloud.de"}, {"key": "clientId", "value": "id-1"}, {"key": "clientSecret", "value": "kestrel-77"}],
  "event": [{"listen": "prerequest", "script": {"exec": ["pm.sendRequest('x')"]}}],
  "item": [
    {"name": "Users", "item": [
      {"name": "List", "request": {"method": "GET", "header": [{"key": "X-Trace", "value": "{{$guid}}"}, {"key": "Off", "value": "1", "disabled": true}],
        "url": {"raw": "{{baseUrl}}/api/v2/users?pageSize=5&state", "host": ["{{baseUrl}}"], "path": ["api", "v2", "users"],
          "query": [{"key": "pageSize", "value": "5"}, {"key": "state", "value": null}, {"key": "expand", "value": "", "disabled": true}]}}},
      {"name": "One", "request": {"auth": {"type": "bearer", "bearer": [{"key": "token", "value": "heron-42-token"}]}, "method": "PATCH",
        "url": {"raw": "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/test/api/v2/users/:userId", "variable": [{"key": "userId", "value": "me"}]},
        "body": {"mode": "raw", "raw": "{\"name\": \"x\", \"password\": \"osprey-9\"}", "options": {"raw": {"language": "json"}}}}}]},
    {"name": "Upload", "request": {"auth": {"type": "noauth"}, "method": "POST", "url": "http://other.example/upload",
      "body": {"mode": "formdata", "formdata": [{"key": "file", "type": "file", "src": "/tmp/a.csv"}, {"key": "note", "type": "text", "value": "hi"}]}}}
  ]}"#;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_postman_collection_is_read_whole() {
    let imported = postman::import(POSTMAN).expect("reads");
    let list = request(&imported, "List");
    assert_eq!(
        (
            list.folder.as_slice(),
            list.draft.path.as_str(),
            list.draft.auth.clone()
        ),
        (
            &["Users".to_owned()][..],
            "/api/v2/users",
            RequestAuth::Inherit
        )
    );
    let query: Vec<_> = list
        .draft
        .query
        .iter()
        .map(|row| (row.enabled, row.name.as_str(), row.value.as_deref()))
        .collect();
    assert_eq!(
        query,
        [
            (true, "pageSize", Some("5")),
            (true, "state", None),
            (false, "expand", Some(""))
        ]
    );
    assert_eq!(
        (
            list.draft.headers[0].value.as_str(),
            list.draft.headers[1].enabled
        ),
        ("{{$uuid}}", false)
    );
    let one = request(&imported, "One");
    assert_eq!(
        (
            one.draft.path.as_str(),
            one.draft.path_variables[0].value.as_str()
        ),
        ("/api/v2/users/{userId}", "me")
    );
    assert_eq!(
        one.draft.auth,
        RequestAuth::Bearer {
            token: "{{secret.token}}".to_owned()
        }
    );
    let environment = imported
        .environments
        .iter()
        .find(|environment| Some(&environment.id) == one.environment.as_ref())
        .expect("an environment");
    assert_eq!(
        gateway_host(environment),
        ("a1b2c3.execute-api.eu-central-1.amazonaws.com", "test")
    );
    assert_eq!(
        secret(&imported, &variable("token")).origins,
        ["https://a1b2c3.execute-api.eu-central-1.amazonaws.com"]
    );
    let upload = request(&imported, "Upload");
    assert_eq!(
        (upload.draft.path.as_str(), upload.draft.auth.clone()),
        ("http://other.example/upload", RequestAuth::None)
    );
    assert!(
        matches!(&upload.draft.body, DraftBody::Multipart { rows } if matches!(&rows[0].value, PartValue::File { path, .. } if path == "/tmp/a.csv"))
    );
    assert_eq!(imported.files[0].path, "/tmp/a.csv");
    let direct = imported
        .environments
        .iter()
        .find(|environment| matches!(environment.target, Target::Direct { .. }))
        .expect("a direct environment");
    assert_eq!(
        direct.credentials,
        Credentials::ClientCredentials {
            client_id: "id-1".to_owned(),
            scope: String::new(),
            style: ClientAuthentication::Body
        }
    );
    let client_secret = imported
        .secrets
        .iter()
        .find(|found| {
            found.name == SecretName::ClientSecret && found.environment.as_ref() == Some(&direct.id)
        })
        .expect("the client secret");
    assert_eq!(client_secret.value.expose(), "kestrel-77");
    assert_eq!(
        client_secret.origins,
        ["https://api.mypurecloud.de", "https://login.mypurecloud.de"]
    );
    assert_nowhere(&imported, &["kestrel-77", "heron-42-token", "osprey-9"]);
    assert!(
        imported
            .ignored
            .iter()
            .any(|ignored| ignored.what.contains("prerequest script")),
        "{:?}",
        imported.ignored
    );
}

#[test]
fn what_is_written_for_postman_is_read_again() {
    let imported = postman::import(POSTMAN).expect("reads");
    let written = |requests: &[ImportedRequest]| {
        let secrets = Secrets::new();
        let context = ExportContext::masked(&secrets);
        let collection = Collection::new("Genesys", requests, None, context, Dialect::Postman);
        postman::export(collection)
    };
    let export = written(&imported.requests);
    assert_eq!(export.masked, Vec::<String>::new());
    let again = postman::import(&export.text).expect("reads again");
    assert_eq!(again.requests.len(), imported.requests.len());
    for (one, two) in imported.requests.iter().zip(&again.requests) {
        // What is secret the other tool does not say in a reference.
        let mut draft = one.draft.clone();
        for_each_text(&mut draft, &mut |text| {
            *text = text.replace("{{secret.", "{{");
        });
        assert_eq!((&one.folder, &draft), (&two.folder, &two.draft));
    }
    let mut literal = imported.requests;
    literal[1].draft.auth = RequestAuth::Bearer {
        token: "heron".to_owned(),
    };
    let export = written(&literal);
    assert!(
        !export.text.contains("heron") && export.masked == ["token of `One`"],
        "{:?}",
        export.masked
    );
}

#[test]
fn a_postman_environment_keeps_secrets_apart() {
    let text = r#"{"name": "prod", "values": [{"key": "host", "value": "api.mypurecloud.com", "enabled": true}, {"key": "pin", "value": "4711-secret", "type": "secret", "enabled": true},
      {"key": "client_secret", "value": "wren-5-value", "enabled": true}, {"key": "old", "value": "x", "enabled": false}], "_postman_variable_scope": "environment"}"#;
    let imported = postman::import_environment(text).expect("reads");
    let names: Vec<_> = imported.environments[0]
        .variables
        .iter()
        .map(|variable| {
            (
                variable.name.as_str(),
                variable.value.as_str(),
                variable.secret,
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("host", "api.mypurecloud.com", false),
            ("pin", "", true),
            ("client_secret", "", true)
        ]
    );
    assert_eq!(
        secret(&imported, &variable("pin")).value.expose(),
        "4711-secret"
    );
    assert_nowhere(&imported, &["4711-secret", "wren-5-value"]);
}

const INSOMNIA_4: &str = r#"{"_type": "export", "__export_format": 4, "resources": [
  {"_type": "workspace", "_id": "wrk_1", "name": "W"}, {"_type": "environment", "_id": "env_1", "parentId": "wrk_1", "name": "Base", "data": {"base": "https://api.mypurecloud.jp", "n": 5, "deep": {"a": 1}}},
  {"_type": "request_group", "_id": "fld_1", "parentId": "wrk_1", "name": "Queues"},
  {"_type": "request", "_id": "req_1", "parentId": "fld_1", "name": "Create", "method": "POST", "url": "{{ _.base }}/api/v2/routing/queues",
   "parameters": [{"name": "dry", "value": "1", "disabled": true}], "headers": [{"name": "Content-Type", "value": "application/json"}],
   "body": {"mimeType": "application/json", "text": "{\"name\": \"{{ _.n }}\"}"}, "authentication": {"type": "bearer", "token": "{{ _.token }}"}},
  {"_type": "grpc_request", "_id": "g", "parentId": "wrk_1", "name": "G"}]}"#;

const INSOMNIA_5: &str = "type: collection.insomnia.rest/5.0\nname: W\ncollection:\n  - name: Queues\n    authentication:\n      type: oauth2\n      grantType: client_credentials\n      accessTokenUrl: https://login.mypurecloud.jp/oauth/token\n      clientId: id-5\n      clientSecret: plover-8-value\n    children:\n      - name: Create\n        url: \"{{ _.base }}/api/v2/routing/queues\"\n        method: POST\n        body:\n          mimeType: application/x-www-form-urlencoded\n          params:\n            - name: a\n              value: b c\nenvironments:\n  name: Base\n  data:\n    base: https://api.mypurecloud.jp\n";

#[test]
fn insomnia_exports_of_both_versions_are_read() {
    let imported = insomnia::import(INSOMNIA_4).expect("reads");
    let create = request(&imported, "Create");
    assert_eq!(
        (
            create.folder.as_slice(),
            create.draft.path.as_str(),
            create.draft.method.as_str()
        ),
        (&["Queues".to_owned()][..], "/api/v2/routing/queues", "POST")
    );
    assert_eq!(
        create.draft.body,
        DraftBody::Json {
            text: "{\"name\": \"{{n}}\"}".to_owned()
        }
    );
    assert_eq!(
        create.draft.auth,
        RequestAuth::Bearer {
            token: "{{token}}".to_owned()
        }
    );
    assert!(
        imported
            .ignored
            .iter()
            .any(|ignored| ignored.what.contains("grpc_request")),
        "{:?}",
        imported.ignored
    );
    let imported = insomnia::import(INSOMNIA_5).unwrap_or_else(|error| panic!("{error}"));
    let create = request(&imported, "Create");
    assert_eq!(
        (
            create.folder.as_slice(),
            create.draft.path.as_str(),
            &create.draft.auth
        ),
        (
            &["Queues".to_owned()][..],
            "/api/v2/routing/queues",
            &RequestAuth::Inherit
        )
    );
    assert!(
        matches!(&create.draft.body, DraftBody::Form { rows } if rows[0].value.as_deref() == Some("b c"))
    );
    assert_eq!(
        secret(&imported, &SecretName::ClientSecret).value.expose(),
        "plover-8-value"
    );
    assert_nowhere(&imported, &["plover-8-value"]);
}

const BRUNO: &str = "meta {\n  name: Token info\n  type: http\n}\n\nput {\n  url: https://api.euw2.pure.cloud/api/v2/users/:id?a=1\n  body: json\n  auth: bearer\n}\n\nparams:query {\n  a: 1\n  ~b: 2\n}\n\nparams:path {\n  id: me\n}\n\nheaders {\n  X-One: 1\n  ~x-two: 2\n}\n\nauth:bearer {\n  token: sparrow-3-token\n}\n\nbody:json {\n  {\n    \"a\": [\n      1\n    ]\n  }\n}\n\nscript:pre-request {\n  console.log(1)\n}\n\ndocs {\n  Reads one\n}\n";

#[test]
fn bruno_files_and_collections_are_read() {
    let imported = bruno::import(BRUNO).expect("reads");
    let draft = &request(&imported, "Token info").draft;
    assert_eq!(
        (draft.method.as_str(), draft.path.as_str()),
        ("PUT", "/api/v2/users/{id}")
    );
    assert_eq!(
        draft
            .query
            .iter()
            .map(|row| row.enabled)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(
        draft
            .headers
            .iter()
            .map(|row| row.enabled)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(
        draft.body,
        DraftBody::Json {
            text: "{\n  \"a\": [\n    1\n  ]\n}".to_owned()
        }
    );
    assert_eq!(
        draft.auth,
        RequestAuth::Bearer {
            token: "{{secret.token}}".to_owned()
        }
    );
    assert_eq!(imported.requests[0].description, "Reads one");
    assert_nowhere(&imported, &["sparrow-3-token"]);
    let json = r#"{"name": "C", "version": "1", "items": [{"type": "folder", "name": "F", "items": [{"type": "http", "name": "R", "request": {"url": "{{base}}/api/v2/users", "method": "get",
      "params": [{"name": "p", "value": "1", "type": "query", "enabled": true}], "body": {"mode": "none"}, "auth": {"mode": "basic", "basic": {"username": "u", "password": "{{pw}}"}}}}]}],
      "environments": [{"name": "e", "variables": [{"name": "base", "value": "https://api.usw2.pure.cloud", "enabled": true, "secret": false}]}]}"#;
    let imported = bruno::import(json).expect("reads");
    let found = request(&imported, "R");
    assert_eq!(
        (
            found.folder.as_slice(),
            found.draft.path.as_str(),
            found.draft.method.as_str()
        ),
        (&["F".to_owned()][..], "/api/v2/users", "GET")
    );
    assert_eq!(
        found.draft.auth,
        RequestAuth::Basic {
            user: "u".to_owned(),
            password: "{{pw}}".to_owned()
        }
    );
}

#[test]
fn archives_of_browsers_give_only_what_is_asked_for() {
    let text = r#"{"log": {"version": "1.2", "entries": [
      {"request": {"method": "POST", "url": "https://api.mypurecloud.com/api/v2/analytics/users/details/query?a=%7B1%7D", "headers": [{"name": ":authority", "value": "x"}, {"name": "Authorization", "value": "Bearer robin-1-token"},
        {"name": "Content-Type", "value": "application/json"}, {"name": "content-length", "value": "2"}], "postData": {"mimeType": "application/json", "text": "{\"paging\": {}}"}}},
      {"request": {"method": "GET", "url": "https://api.mypurecloud.com/api/v2/users/me", "headers": []}}, {"request": {"method": "GET", "url": "https://api.mypurecloud.com/api/v2/users/me", "headers": []}},
      {"request": {"method": "GET", "url": "https://tracker.example/pixel", "headers": []}}]}}"#;
    let imported = har::import(text).expect("reads");
    assert_eq!(imported.requests.len(), 2);
    let draft = &imported.requests[0].draft;
    assert_eq!(
        (draft.path.as_str(), draft.query[0].value.as_deref()),
        ("/api/v2/analytics/users/details/query", Some("%7B1%7D"))
    );
    assert_eq!(
        draft
            .headers
            .iter()
            .map(|row| (row.name.as_str(), row.value.as_str()))
            .collect::<Vec<_>>(),
        [("Authorization", "Bearer {{secret.authorization}}")]
    );
    assert_nowhere(&imported, &["robin-1-token"]);
    let what: Vec<&str> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    assert!(
        what.contains(&"a request to another host") && what.contains(&"a repeated request"),
        "{what:?}"
    );
}

const HTTP_FILE: &str = "@host = https://api.mypurecloud.com\n@token = finch-6-token\n\n### List users\n# a remark\nGET {{host}}/api/v2/users\n    ?pageSize=5\n    &expand=team HTTP/1.1\nAuthorization: Bearer {{token}}\n\n### \n// @name create\nPOST {{host}}/api/v2/users\nContent-Type: application/json\n\n{\n  \"name\": \"x\"\n}\n\n> {%\n  client.log(1)\n%}\n\n###\nPUT https://api.mypurecloud.com/api/v2/uploads\nAuthorization: Basic anna swift-2-word\n\n< ./body.bin\n";

#[test]
fn http_files_are_read() {
    let imported = http_file::import(HTTP_FILE).unwrap_or_else(|error| panic!("{error}"));
    let list = &request(&imported, "List users").draft;
    assert_eq!(list.path, "/api/v2/users");
    assert_eq!(
        list.query
            .iter()
            .map(|row| row.name.as_str())
            .collect::<Vec<_>>(),
        ["pageSize", "expand"]
    );
    assert_eq!(list.headers[0].value, "Bearer {{token}}");
    assert_eq!(
        request(&imported, "create").draft.body,
        DraftBody::Json {
            text: "{\n  \"name\": \"x\"\n}".to_owned()
        }
    );
    let put = &imported.requests[2].draft;
    assert_eq!(
        put.auth,
        RequestAuth::Basic {
            user: "anna".to_owned(),
            password: "{{secret.password}}".to_owned()
        }
    );
    assert!(matches!(&put.body, DraftBody::File { path, .. } if path == "./body.bin"));
    assert_eq!(imported.files[0].path, "./body.bin");
    assert_nowhere(&imported, &["finch-6-token", "swift-2-word"]);
}

#[test]
fn what_is_written_as_a_file_is_read_again() {
    let imported = http_file::import(HTTP_FILE).expect("reads");
    let secrets = Secrets::new();
    let context = ExportContext::masked(&secrets);
    let requests = &imported.requests;
    let collection = Collection::new("Genesys", requests, None, context, Dialect::HttpFile);
    let export = http_file::export(collection);
    let again =
        http_file::import(&export.text).unwrap_or_else(|error| panic!("{error}\n{}", export.text));
    for (one, two) in imported.requests.iter().zip(&again.requests) {
        let mut draft = one.draft.clone();
        for_each_text(&mut draft, &mut |text| {
            *text = text.replace("{{secret.", "{{");
        });
        assert_eq!(draft, two.draft, "{}", export.text);
    }
    assert_eq!(again.requests.len(), imported.requests.len());
}

type Reader = fn(&str) -> Result<Imported, ImportError>;

const READERS: [(&str, Reader); 8] = [
    ("Postman", postman::import),
    ("Postman environment", postman::import_environment),
    ("Insomnia", insomnia::import),
    ("Bruno", bruno::import),
    ("HAR", har::import),
    (".http", http_file::import),
    ("OpenAPI", open_api::import),
    ("API Gateway", api_gateway::import),
];

#[test]
fn bad_texts_are_errors_with_a_place_in_every_reader() {
    let deep = "[".repeat(100_000);
    let deep_object = "{\"a\":".repeat(100_000);
    for (name, read) in READERS {
        for text in [
            "",
            " \n\t",
            "\u{feff}",
            "{",
            "{\"a\": ",
            "nonsense without any meaning\n",
            &deep,
            &deep_object,
            "{\"item\": [",
            "key: [unclosed\n",
            "'unterminated",
        ] {
            let error = read(text).err().unwrap_or_else(|| {
                panic!(
                    "{name} takes {:?}",
                    text.chars().take(30).collect::<String>()
                )
            });
            assert!(
                error.place.line >= 1 && error.place.column >= 1 && !error.text.is_empty(),
                "{name}: {error}"
            );
            assert!(
                error.to_string().len() < 1000,
                "{name}: an error as long as the text"
            );
        }
    }
}

/// Every beginning of a good text is read or refused, and never more.
#[test]
fn cut_off_texts_do_no_harm() {
    for (text, read) in [
        (POSTMAN, postman::import as Reader),
        (INSOMNIA_4, insomnia::import),
        (INSOMNIA_5, insomnia::import),
        (BRUNO, bruno::import),
        (HTTP_FILE, http_file::import),
    ] {
        for end in (0..text.len()).step_by(7) {
            if let Err(error) = read(&text[..end]) {
                assert!(
                    error.place.line <= text[..end].lines().count().max(1) + 1,
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn errors_name_line_and_what_was_understood() {
    let error =
        bruno::import("meta {\n  name: x\n}\n\nget {\n  url: y\n").expect_err("never closed");
    assert_eq!((error.place.line, error.understood.as_str()), (5, "meta"));
    let error = http_file::import(
        "GET https://a.example/\n\n###\n\nGET https://a.example/\nno header here\n",
    )
    .expect_err("no header");
    assert_eq!(
        (error.place.line, error.understood.as_str()),
        (6, "1 requests and 0 variables")
    );
    let error = postman::import("{\"info\": {}, \"item\": [1,, 2]}").expect_err("no JSON");
    assert_eq!(
        (
            error.place.line,
            error.place.column,
            error.understood.as_str()
        ),
        (1, 25, "info, item")
    );
    let error =
        postman::import("{\"info\": {\"schema\": \"https://x/v3.0.0/c.json\"}, \"item\": []}")
            .expect_err("unknown version");
    assert!(error.text.contains("version that is not known"), "{error}");
    let error =
        insomnia::import("{\"_type\": \"export\", \"__export_format\": 9, \"resources\": []}")
            .expect_err("unknown version");
    assert!(error.text.contains("version that is not known"), "{error}");
}
