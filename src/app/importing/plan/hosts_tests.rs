//! Where the requests of a collection go, where its secrets may be sent, and what counts as a credential whatever its name.

use super::{Choices, Known, Plan};
use crate::interchange::{Imported, har, http_file, insomnia, open_api, postman};
use crate::model::environment::{Place, Target};
use crate::model::masks::is_credential_value;

const ITEMS: &str = "{\"info\": {\"schema\": \"https://x/v2.1.0/c.json\"}, ";

fn postman(rest: &str) -> Imported {
    let text = format!("{ITEMS}{rest}}}");
    postman::import(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn plan(imported: Imported) -> Plan {
    let known = Known {
        environments: &[],
        requests: &[],
    };
    Plan::new(imported, known, &Choices::default())
}

/// Each planned secret as `name of environment > origins`.
fn bound(plan: &Plan) -> Vec<String> {
    plan.secrets
        .iter()
        .map(|secret| {
            let (key, origins) = (&secret.key, secret.origins.join(" "));
            format!("{} of {} > {origins}", key.name, key.environment)
        })
        .collect()
}

fn reasons(plan: &Plan) -> String {
    let words: Vec<&str> = plan.ignored.iter().map(|one| one.what.as_str()).collect();
    words.join("; ")
}

#[test]
fn a_shared_secret_goes_where_requests_refer_to_it() {
    let of_region =
        "of us-east-n-virginia-direct > https://api.mypurecloud.com https://login.mypurecloud.com";
    let other =
        r#"{"name": "Other", "request": {"method": "GET", "url": "https://other.example/b"}}"#;
    let asking = |url: &str, value: &str| {
        format!(
            r#"{{"name": "A", "request": {{"method": "GET", "url": "{url}", "header": [{{"key": "X-A", "value": "{value}"}}]}}}}"#
        )
    };
    let variables = r#""variable": [{"key": "api_token", "value": "kestrel-77"}, {"key": "line", "value": "x-{{api_token}}"}]"#;
    for (asks, expected) in [
        (
            asking("https://api.mypurecloud.com/a", "{{api_token}}"),
            vec![format!("api_token {of_region}")],
        ),
        (
            asking("https://api.mypurecloud.com/a", "{{secret.api_token}}"),
            vec![format!("api_token {of_region}")],
        ),
        // Through another variable, whose value becomes a secret with it.
        (
            asking("https://api.mypurecloud.com/a", "{{line}}"),
            vec![format!("line {of_region}")],
        ),
        // Nobody refers to it, and there are two hosts: it is kept nowhere.
        (asking("https://api.mypurecloud.com/a", "1"), Vec::new()),
    ] {
        let planned = plan(postman(&format!(
            "{variables}, \"item\": [{asks}, {other}]"
        )));
        assert_eq!(bound(&planned), expected, "{asks}: {}", reasons(&planned));
        let kept = bound(&planned).join(";");
        for name in ["api_token", "line"] {
            let is_named = reasons(&planned).contains(&format!("the secret {name}"));
            assert_eq!(
                is_named,
                !kept.contains(&format!("{name} of")),
                "{}",
                reasons(&planned)
            );
        }
    }
}

#[test]
fn what_named_environments_share_goes_to_each_of_them_and_to_no_literal_host() {
    let text = "type: collection.insomnia.rest/5.0\nname: W\ncollection:\n  - name: Users\n    url: '{{ _.base }}/api/v2/users'\n    method: GET\n    headers:\n      - {name: X-A, value: '{{ _.api_token }}'}\n  - {name: Other, url: 'https://other.example/b', method: GET}\n  - name: Literal\n    url: https://api.mypurecloud.de/c\n    method: GET\n    authentication: {type: bearer, token: kestrel-88}\n  - {name: Token, url: 'https://login.mypurecloud.jp/oauth/token', method: POST}\nenvironments:\n  name: Base\n  data:\n    api_token: kestrel-77\n  subEnvironments:\n    - {name: Dev, data: {base: 'https://api.mypurecloud.de'}}\n    - {name: Prod, data: {base: 'https://api.mypurecloud.jp'}}\n";
    let planned = plan(insomnia::import(text).expect("reads"));
    assert_eq!(
        bound(&planned),
        [
            "api_token of dev > https://api.mypurecloud.de https://login.mypurecloud.de",
            "api_token of prod > https://api.mypurecloud.jp https://login.mypurecloud.jp",
            "token of dev > https://api.mypurecloud.de https://login.mypurecloud.de",
        ]
    );
}

/// The environment's API origin and the path, of the only request.
fn goes_to(imported: &Imported) -> (String, String) {
    let planned = plan(imported.clone());
    let request = &planned.requests[0];
    let environment = planned
        .environments
        .iter()
        .find(|one| Some(&one.environment.id) == request.environment.as_ref());
    let origin = environment.map_or_else(String::new, |one| {
        crate::model::route::api_base(&one.environment)
            .unwrap_or_else(|problems| panic!("{problems:?}"))
            .origin()
    });
    (origin, request.draft.path.clone())
}

#[test]
fn requests_to_a_login_go_to_the_login() {
    let url = "https://login.mypurecloud.de/oauth/token";
    let har = format!(
        r#"{{"log": {{"entries": [{{"request": {{"method": "POST", "url": "{url}", "headers": []}}}}]}}}}"#
    );
    for (name, imported) in [
        (
            "Postman",
            postman(&format!(
                "\"item\": [{{\"name\": \"T\", \"request\": {{\"method\": \"POST\", \"url\": \"{url}\"}}}}]"
            )),
        ),
        (
            ".http",
            http_file::import(&format!("POST {url}\nAuthorization: Basic id:kestrel-77\n"))
                .expect("reads"),
        ),
        ("HAR", har::import(&har).expect("reads")),
    ] {
        assert_eq!(
            goes_to(&imported),
            (
                "https://login.mypurecloud.de".to_owned(),
                "/oauth/token".to_owned()
            ),
            "{name}"
        );
        for secret in &imported.secrets {
            assert_eq!(secret.origins, ["https://login.mypurecloud.de"], "{name}");
        }
    }
    // A secret of the login is not the API's.
    let planned = plan(
        http_file::import(&format!(
            "GET https://api.mypurecloud.de/a\n\n###\nPOST {url}\nAuthorization: Basic id:kestrel-77\n"
        ))
        .expect("reads"),
    );
    assert_eq!(
        bound(&planned),
        ["password of frankfurt-login > https://login.mypurecloud.de"]
    );
    // Beside requests to the API the environment of the region stays as it is.
    let both = http_file::import(&format!(
        "GET https://api.mypurecloud.de/api/v2/users\n\n###\nPOST {url}\n"
    ))
    .expect("reads");
    let targets: Vec<bool> = both
        .environments
        .iter()
        .map(|one| {
            matches!(&one.target, Target::Direct { place: Place::Region(region) } if region.domain() == "mypurecloud.de")
        })
        .collect();
    assert_eq!(targets, [true, false], "{:?}", both.environments);
}

#[test]
fn a_host_that_nobody_knows_is_left_to_the_environment_that_is_chosen() {
    for (url, host, path) in [
        ("https://{{host}}/users/{{id}}", "{{host}}", "/users/{{id}}"),
        ("{{host}}:8080/users", "{{host}}:8080", "/users"),
        (
            "{{scheme}}://{{host}}:{{port}}/x",
            "{{host}}:{{port}}",
            "/x",
        ),
        ("https://u:{{pw}}@{{host}}/x", "{{host}}", "/x"),
        ("https://{{host}}", "{{host}}", "/"),
        (
            "https://{{apiId}}.execute-api.us-east-1.amazonaws.com/{{stage}}/api/v2/users",
            "{{apiId}}.execute-api.us-east-1.amazonaws.com",
            "/api/v2/users",
        ),
        (
            "https://{{apiId}}.execute-api.us-east-1.amazonaws.com/api/v2/users",
            "{{apiId}}.execute-api.us-east-1.amazonaws.com",
            "/api/v2/users",
        ),
        ("{{base}}/users", "{{base}}", "/users"),
    ] {
        let imported = postman(&format!(
            "\"item\": [{{\"name\": \"A\", \"request\": {{\"method\": \"GET\", \"url\": \"{url}\"}}}}]"
        ));
        assert_eq!(imported.environments, [], "{url}");
        let request = &imported.requests[0];
        assert_eq!(
            (request.draft.path.as_str(), &request.origin),
            (path, &None),
            "{url}"
        );
        assert_eq!(request.draft.path_variables, [], "{url}");
        assert_eq!(imported.ignored[0].what, host, "{url}");
        assert_eq!(plan(imported).environments, [], "{url}");
    }
}

#[test]
fn a_credential_is_known_by_its_value_too() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln";
    for (value, expected) in [
        ("Bearer kestrel-77", true),
        ("bearer  kestrel-77", true),
        ("Basic aWQ6a2VzdHJlbA==", true),
        (token, true),
        ("Bearer {{token}}", false),
        ("Bearer of bad news", false),
        ("Basic subscription", false),
        ("eyJ", false),
        ("plain", false),
        ("", false),
    ] {
        assert_eq!(is_credential_value(value), expected, "{value}");
    }
    let imported = postman(&format!(
        r#""variable": [{{"key": "auth", "value": "Bearer kestrel-71"}}, {{"key": "tok", "value": "{token}"}}],
          "item": [{{"name": "A", "request": {{"method": "POST", "url": "https://h.example/a?auth=kestrel-72&session_id=kestrel-73&page=2",
            "header": [{{"key": "X-Custom", "value": "Bearer kestrel-74"}}],
            "body": {{"mode": "urlencoded", "urlencoded": [{{"key": "a", "value": "Bearer kestrel-75"}}]}}}}}}]"#
    ));
    let shown = format!("{:?} {:?}", imported.requests, imported.variables);
    assert!(
        !shown.contains("kestrel") && !shown.contains("eyJ"),
        "{shown}"
    );
    let mut values: Vec<&str> = imported
        .secrets
        .iter()
        .map(|one| one.value.expose())
        .collect();
    values.sort_unstable();
    assert_eq!(
        values,
        [
            "Bearer kestrel-71",
            "Bearer kestrel-75",
            token,
            "kestrel-72",
            "kestrel-73",
            "kestrel-74"
        ]
    );
    let draft = &imported.requests[0].draft;
    assert_eq!(draft.headers[0].value, "Bearer {{secret.x-custom}}");
    assert_eq!(draft.query[2].value.as_deref(), Some("2"));
}

#[test]
fn a_server_url_leaves_its_user_name_and_its_query_behind() {
    let text = r#"{"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "servers": [{"url": "https://u:kestrel-77@h.example.com/x?key=kestrel-78"},
      {"url": "https://u:kestrel-79@other.example"}], "paths": {"/a": {"get": {}}}}"#;
    let imported = open_api::import(text).expect("reads");
    let shown = format!("{imported:?}");
    assert!(!shown.contains("kestrel"), "{shown}");
    assert_eq!(
        goes_to(&imported),
        ("https://h.example.com".to_owned(), "/x/a".to_owned())
    );
    let whats: Vec<&str> = imported
        .ignored
        .iter()
        .map(|one| one.what.as_str())
        .collect();
    assert!(
        whats.contains(&"user name and password in the server's URL")
            && whats.contains(&"the query of the server's URL"),
        "{whats:?}"
    );
}
