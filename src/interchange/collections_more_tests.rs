//! What real files of other tools hold beside plain requests: GraphQL, multipart texts, what folders hand down, and what is named
//! because it is not taken.

use super::*;
use crate::model::request::{DraftBody, PartValue, RequestAuth};

fn body(text: &str, read: fn(&str) -> Result<Imported, ImportError>) -> DraftBody {
    let mut imported = read(text).unwrap_or_else(|error| panic!("{error} in {text}"));
    imported.requests.remove(0).draft.body
}

#[test]
fn graphql_is_sent_as_json_with_its_variables() {
    let expected: serde_json::Value =
        serde_json::json!({"query": "query A { me { id } }", "variables": {"n": 1}});
    for (name, found) in [
        (
            "Postman",
            body(
                r#"{"info": {}, "item": [{"name": "G", "request": {"method": "POST", "url": "https://h.example/graphql",
                  "body": {"mode": "graphql", "graphql": {"query": "query A { me { id } }", "variables": "{\"n\": 1}"}}}}]}"#,
                postman::import,
            ),
        ),
        (
            "Insomnia",
            body(
                r#"{"_type": "export", "__export_format": 4, "resources": [{"_type": "request", "_id": "req_1", "parentId": "wrk_1", "name": "G", "method": "POST",
                  "url": "https://h.example/graphql", "body": {"mimeType": "application/graphql", "text": "{\"query\": \"query A { me { id } }\", \"variables\": {\"n\": 1}}"}}]}"#,
                insomnia::import,
            ),
        ),
        (
            "Bruno",
            body(
                "meta {\n  name: G\n}\n\npost {\n  url: https://h.example/graphql\n  body: graphql\n}\n\nbody:graphql {\n  query A { me { id } }\n}\n\nbody:graphql:vars {\n  {\"n\": 1}\n}\n",
                bruno::import,
            ),
        ),
    ] {
        let DraftBody::Json { text } = found else {
            panic!("{name}: {found:?}")
        };
        let sent: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(sent, expected, "{name}");
    }
}

fn ignored(imported: &Imported) -> String {
    let words: Vec<&str> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    words.join("; ")
}

#[test]
fn bruno_folders_hand_down_credentials_and_what_is_left_out_is_named() {
    let text = r#"{"name": "C", "version": "1", "root": {"request": {"auth": {"mode": "bearer", "bearer": {"token": "{{outer}}"}}, "headers": [{"name": "X", "value": "1", "enabled": true}]}},
      "items": [{"type": "folder", "name": "F", "root": {"request": {"auth": {"mode": "basic", "basic": {"username": "u", "password": "{{inner}}"}}, "script": {"req": "x()"}}},
        "items": [{"type": "http", "name": "In", "request": {"url": "https://h.example/a", "method": "GET", "auth": {"mode": "inherit"}}}]},
        {"type": "http", "name": "Out", "request": {"url": "https://h.example/b?id={{$randomEmail}}", "method": "GET", "auth": {"mode": "inherit"}}},
        {"type": "http", "name": "None", "request": {"url": "https://h.example/c", "method": "GET", "auth": {"mode": "none"}}}],
      "environments": [{"name": "a", "variables": [{"name": "v", "value": "1"}]}, {"name": "b", "variables": [{"name": "v", "value": "2"}]}]}"#;
    let imported = bruno::import(text).expect("reads");
    let auth: Vec<&RequestAuth> = imported
        .requests
        .iter()
        .map(|request| &request.draft.auth)
        .collect();
    assert_eq!(
        auth,
        [
            &RequestAuth::Basic {
                user: "u".to_owned(),
                password: "{{inner}}".to_owned()
            },
            &RequestAuth::Bearer {
                token: "{{outer}}".to_owned()
            },
            &RequestAuth::None
        ]
    );
    let named = ignored(&imported);
    for what in [
        "the headers of the collection",
        "the scripts of the folder `F`",
        "the dynamic value {{$randomEmail}}",
        "another value of the variable v",
    ] {
        assert!(named.contains(what), "{what} is not in {named}");
    }
}

#[test]
fn insomnia_folders_hand_down_variables_and_environment_files_are_read() {
    let text = "type: collection.insomnia.rest/5.0\nname: W\ncollection:\n  - name: F\n    environment:\n      page: 3\n    headers:\n      - name: X\n        value: y\n    children:\n      - name: R\n        method: GET\n        url: https://h.example/{{ _.page }}\n";
    let imported = insomnia::import(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        (
            imported.variables[0].name.as_str(),
            imported.variables[0].value.as_str()
        ),
        ("page", "3")
    );
    assert!(ignored(&imported).contains("the headers of the folder `F`"));
    let text = "type: environment.insomnia.rest/5.0\nname: E\nenvironments:\n  name: Base\n  data:\n    base: https://h.example\n";
    assert_eq!(recognise(text), Recognised::One(Kind::Insomnia));
    let imported = insomnia::import(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(imported.variables[0].value, "https://h.example");
}

#[test]
fn http_files_hold_parts_directives_and_other_files() {
    let text = "import other.http\nrun #first\n\n### Upload\n# @no-redirect\n# @prompt code\nPOST https://h.example/upload\nAuthorization: Bearer {{$auth.token(\"x\")}}\nContent-Type: multipart/form-data; boundary=WebAppBoundary\n\n--WebAppBoundary\nContent-Disposition: form-data; name=\"note\"\nContent-Type: text/plain\n\nhello\n@media\n--WebAppBoundary\nContent-Disposition: form-data; name=\"file\"; filename=\"b.json\"\n\n< ./a.json\n--WebAppBoundary--\n";
    let imported = http_file::import(text).unwrap_or_else(|error| panic!("{error}"));
    let draft = &imported.requests[0].draft;
    assert_eq!(
        (draft.headers.as_slice(), &draft.auth),
        (&[][..], &RequestAuth::Inherit)
    );
    let DraftBody::Multipart { rows } = &draft.body else {
        panic!("{:?}", draft.body)
    };
    assert_eq!(
        rows[0].value,
        PartValue::Text("hello\n@media".to_owned()),
        "{rows:?}"
    );
    assert_eq!(
        rows[1].value,
        PartValue::File {
            path: "./a.json".to_owned(),
            file_name: "b.json".to_owned()
        }
    );
    assert_eq!(imported.files[0].path, "./a.json");
    let named = ignored(&imported);
    for what in [
        "`import other.http`",
        "`run #first`",
        "`# @no-redirect`",
        "`# @prompt`",
        "$auth.token",
    ] {
        assert!(named.contains(what), "{what} is not in {named}");
    }
}

#[test]
fn swagger_says_by_its_schemes_how_it_is_reached() {
    for (schemes, origin) in [
        ("[\"http\"]", "http://h.example"),
        ("[\"http\", \"https\"]", "https://h.example"),
        ("[]", "https://h.example"),
    ] {
        let text = format!(
            "{{\"swagger\": \"2.0\", \"host\": \"h.example\", \"schemes\": {schemes}, \"paths\": {{\"/a\": {{\"get\": {{\"parameters\": [{{\"in\": \"cookie\", \"name\": \"sid\"}}]}}}}}}}}"
        );
        let imported = open_api::import(&text).expect("reads");
        assert_eq!(
            imported.requests[0].origin.as_deref(),
            Some(origin),
            "{schemes}"
        );
        assert!(ignored(&imported).contains("the cookie sid"));
    }
}
#[test]
fn a_bruno_file_without_a_request_gives_its_client_or_says_what_it_holds() {
    let collection = "meta {\n  name: x\n}\nauth {\n  mode: oauth2\n}\nauth:oauth2 {\n  grant_type: client_credentials\n  access_token_url: https://login.mypurecloud.de/oauth/token\n  client_id: id-7\n  client_secret: kestrel-77\n  credentials_placement: basic_auth_header\n}\nvars:pre-request {\n  baseUrl: https://api.mypurecloud.de\n}\n";
    let folder = "meta {\n  name: f\n}\nauth {\n  mode: bearer\n}\nauth:bearer {\n  token: kestrel-77\n}\nheaders {\n  X-A: 1\n}\n";
    let read = reading::import(collection, None).expect("reads");
    assert_eq!(read.kind, Kind::Bruno);
    let environment = &read.imported.environments[0];
    assert_eq!(
        environment.credentials,
        crate::model::environment::Credentials::ClientCredentials {
            client_id: "id-7".to_owned(),
            scope: String::new(),
            style: crate::model::environment::ClientAuthentication::Basic,
        }
    );
    assert_eq!(read.imported.secrets[0].value.expose(), "kestrel-77");
    let imported = bruno::import(folder).expect("reads");
    assert_eq!(
        ignored(&imported),
        "credentials of the type bearer; headers"
    );
    // An environment's file is told by what only Bruno writes.
    let read = reading::import("vars {\n  baseUrl: https://api.mypurecloud.de\n}\n", None);
    assert_eq!(read.expect("reads").imported.environments.len(), 1);
}

#[test]
fn a_curl_command_among_requests_is_one_of_them() {
    let text = "### first\nGET https://api.mypurecloud.de/a\nAuthorization: Bearer kestrel-71\n\n### second\n# a comment\ncurl -X POST 'https://api.mypurecloud.de/api/v2/x?a=1' \\\n  -H 'Authorization: Bearer kestrel-72' -H 'X-B: c' \\\n  -d '{\"d\":1}'\n\n### third\ncurl https://a1b2c3.execute-api.us-east-1.amazonaws.com/test/api/v2/users\n";
    let read = reading::import(text, None).expect("reads");
    assert_eq!(read.kind, Kind::HttpFile);
    let found: Vec<(&str, &str, &str)> = read
        .imported
        .requests
        .iter()
        .map(|request| {
            let draft = &request.draft;
            (&*draft.name, &*draft.method, &*draft.path)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("first", "GET", "/a"),
            ("second", "POST", "/api/v2/x"),
            ("third", "GET", "/api/v2/users"),
        ]
    );
    assert_eq!(read.imported.environments.len(), 2);
    let second = &read.imported.requests[1];
    assert_eq!(second.environment, read.imported.requests[0].environment);
    assert_eq!(second.draft.query[0].value.as_deref(), Some("1"));
    assert_eq!(second.draft.body.text(), Some("{\"d\":1}"));
    let secrets: Vec<&str> = read
        .imported
        .secrets
        .iter()
        .map(|secret| secret.value.expose())
        .collect();
    assert_eq!(secrets, ["kestrel-71", "kestrel-72"]);
    let shown = format!("{:?}", read.imported.requests);
    assert!(!shown.contains("kestrel"), "{shown}");
    // An error is where it is in the file.
    let error = reading::import("### a\nGET https://h/\n\n### b\n\ncurl 'https://h", None);
    assert_eq!(error.expect_err("an open quote").place.line, 6);
}

#[test]
fn what_an_export_masked_is_no_secret() {
    let har = r#"{"log": {"entries": [{"request": {"method": "POST", "url": "https://h.example/a?access_token=••••••&b=1", "headers": [],
      "postData": {"mimeType": "application/json", "text": "{\"client_secret\": \"••••••\", \"note\": \"x\"}"}}},
      {"request": {"method": "GET", "url": "https://h.example/b?access_token=%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2", "headers": []}},
      {"request": {"method": "GET", "url": "https://h.example/c/••••••", "headers": []}}]}}"#;
    let imported = har::import(har).expect("reads");
    assert_eq!(imported.secrets, []);
    let draft = &imported.requests[0].draft;
    assert_eq!(draft.query[0].value.as_deref(), Some(""));
    assert_eq!(
        draft.body.text(),
        Some("{\"client_secret\": \"\", \"note\": \"x\"}")
    );
    assert_eq!(
        imported.requests[1].draft.query[0].value.as_deref(),
        Some("")
    );
    assert_eq!(
        ignored(&imported),
        "the masked value of access_token; the masked value of body secret; the masked value of a field of `GET https://h.example/c/••••••`; answers and timings"
    );
}

#[test]
fn texts_of_yaml_that_look_like_truth_values_stay_texts() {
    let insomnia_text = "type: collection.insomnia.rest/5.0\nname: W\ncollection:\n  - name: no\n    url: https://h.example/a\n    method: GET\n    parameters:\n      - {name: on, value: yes}\n      - {name: country, value: NO}\n      - {name: y, value: true}\n";
    let imported = insomnia::import(insomnia_text).expect("reads");
    let draft = &imported.requests[0].draft;
    let rows: Vec<(&str, &str)> = draft
        .query
        .iter()
        .map(|row| (&*row.name, row.value.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(draft.name, "no");
    assert_eq!(rows, [("on", "yes"), ("country", "NO"), ("y", "true")]);
}

#[test]
fn settings_tokens_and_cookies_that_are_left_out_are_told() {
    let postman_text = r#"{"info": {}, "protocolProfileBehavior": {"followRedirects": false},
      "auth": {"type": "oauth2", "oauth2": [{"key": "accessToken", "value": "kestrel-77"}, {"key": "accessTokenUrl", "value": "https://login.mypurecloud.de/oauth/token"}, {"key": "clientId", "value": "id"}]},
      "item": [{"name": "R", "protocolProfileBehavior": {"disableBodyPruning": true}, "request": {"method": "GET", "url": "https://api.mypurecloud.de/a"}}]}"#;
    let version_4 = r#"{"_type": "export", "__export_format": 4, "resources": [{"_type": "cookie_jar", "name": "Jar", "cookies": [{"key": "a", "value": "b"}]},
      {"_type": "cookie_jar", "name": "Empty", "cookies": []}, {"_type": "request", "_id": "r", "parentId": "w", "method": "GET", "url": "https://h.example/a"}]}"#;
    let version_5 = "type: collection.insomnia.rest/5.0\nname: W\ncookieJar:\n  name: Jar\n  cookies:\n    - {key: a, value: b}\ncollection:\n  - {name: R, url: 'https://h.example/a', method: GET}\n";
    let api = r#"{"openapi": "3.1.0", "info": {}, "paths": {"/a": {"get": {}}}, "webhooks": {"new": {"post": {}}, "old": {"post": {}}}}"#;
    for (imported, expected) in [
        (
            postman::import(postman_text),
            "protocolProfileBehavior.followRedirects of the collection; the access token that Postman had fetched; protocolProfileBehavior.disableBodyPruning of `R`",
        ),
        (insomnia::import(version_4), "1 cookies of the jar `Jar`"),
        (insomnia::import(version_5), "1 cookies of the jar `Jar`"),
        (open_api::import(api), "2 webhooks"),
    ] {
        let imported = imported.expect("reads");
        assert_eq!(ignored(&imported), expected);
        assert!(!format!("{imported:?}").contains("kestrel"));
    }
}
