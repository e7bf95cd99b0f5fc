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
