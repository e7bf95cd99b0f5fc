//! What another tool is given sends what Gatescope sends, in every format; no credential goes out unasked; variables and dynamic
//! values have the names that the tool knows.

mod hiding;
mod laws;

use super::*;
use crate::interchange::{bruno, http_file, insomnia, postman, reading};
use crate::model::environment::{
    ClientAuthentication, Credentials, PathMapRule, PathMatching, Target, Variable,
};
use crate::model::request::{NamedText, PartRow};
use crate::model::secret::{Secret, SecretKey, SecretName, Secrets};

pub(super) const DIALECTS: [Dialect; 4] = [
    Dialect::Postman,
    Dialect::Insomnia,
    Dialect::Bruno,
    Dialect::HttpFile,
];

pub(super) fn written(
    dialect: Dialect,
    requests: &[ImportedRequest],
    environment: Option<&Environment>,
    context: ExportContext<'_>,
) -> Export {
    let collection = Collection::new("All", requests, environment, context, dialect);
    match dialect {
        Dialect::Postman => postman::export(collection),
        Dialect::Insomnia => insomnia::export(collection),
        Dialect::Bruno => bruno::export(collection),
        Dialect::HttpFile => http_file::export(collection),
    }
}

pub(super) fn masked(
    dialect: Dialect,
    draft: &RequestDraft,
    environment: Option<&Environment>,
) -> Export {
    let secrets = Secrets::new();
    let requests = [ImportedRequest::new(draft.clone())];
    let context = ExportContext::masked(&secrets);
    written(dialect, &requests, environment, context)
}

pub(super) fn variable(name: &str, value: &str, secret: bool) -> Variable {
    Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        secret,
    }
}

pub(super) fn header(name: &str, value: &str) -> HeaderRow {
    HeaderRow {
        enabled: true,
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

pub(super) fn query(name: &str, value: &str) -> QueryRow {
    QueryRow {
        enabled: true,
        name: name.to_owned(),
        value: Some(value.to_owned()),
    }
}

pub(super) fn direct() -> Environment {
    let mut read = reading::import("[p]\nenvironment = \"mypurecloud.de\"\n", None)
        .expect("a profile")
        .imported;
    let mut environment = read.environments.remove(0);
    environment.credentials = Credentials::None;
    environment
}

/// A gateway with a route of its own, a header for every request, and variables.
pub(super) fn gateway() -> Environment {
    const PROFILE: &str = "[g]\nenvironment = \"mypurecloud.de\"\ngateway_host = \"a1b2c3.execute-api.eu-central-1.amazonaws.com\"\n\
        gateway_protocol = \"https\"\ngateway_port = \"443\"\ngateway_pathparams = '{login: /test/loginpath, api: /test/apipath}'\n";
    let mut read = reading::import(PROFILE, None).expect("a profile").imported;
    let mut environment = read.environments.remove(0);
    environment.credentials = Credentials::None;
    environment.path_map = vec![
        PathMapRule {
            matching: PathMatching::Prefix,
            from: "/api/v2/users".to_owned(),
            to: "/users".to_owned(),
        },
        PathMapRule {
            matching: PathMatching::Exact,
            from: "/api/v2/groups/7".to_owned(),
            to: "/seven".to_owned(),
        },
    ];
    environment.default_headers = vec![header("X-D", "1")];
    environment.variables = vec![
        variable("user", "anna", false),
        variable("api_token", "", true),
    ];
    assert!(matches!(environment.target, Target::Gateway(_)));
    environment
}

fn json(export: &Export) -> serde_json::Value {
    serde_json::from_str(&export.text).unwrap_or_else(|error| panic!("{error}\n{}", export.text))
}

fn causes(export: &Export) -> String {
    let causes: Vec<&str> = export.lint.iter().map(|lint| &*lint.cause).collect();
    causes.join("\n")
}

#[test]
fn the_client_of_the_environment_goes_along_and_its_secret_only_when_asked() {
    for style in [ClientAuthentication::BasicRaw, ClientAuthentication::Body] {
        let mut environment = gateway();
        environment.credentials = Credentials::ClientCredentials {
            client_id: "id-1".to_owned(),
            scope: "users".to_owned(),
            style,
        };
        let key = SecretKey {
            environment: environment.id.clone(),
            name: SecretName::ClientSecret,
        };
        let secrets = Secrets::from([(key, Secret::new("canary-4711"))]);
        let draft = RequestDraft {
            name: "One".to_owned(),
            path: "/api/v2/users/me".to_owned(),
            ..RequestDraft::default()
        };
        let requests = [ImportedRequest::new(draft)];
        for dialect in DIALECTS {
            let export = written(
                dialect,
                &requests,
                Some(&environment),
                ExportContext::masked(&secrets),
            );
            assert!(!export.text.contains("canary"), "{}", export.text);
            assert_eq!(export.masked, ["client secret"], "{dialect:?}");
            let context = ExportContext {
                secrets: &secrets,
                reveals_secrets: true,
            };
            let export = written(dialect, &requests, Some(&environment), context);
            assert_eq!(export.masked, Vec::<String>::new(), "{dialect:?}");
            let imported = reading::import(&export.text, None)
                .unwrap_or_else(|error| panic!("{dialect:?}: {error}\n{}", export.text))
                .imported;
            let again = &imported.environments[0];
            let Credentials::ClientCredentials {
                client_id,
                scope,
                style: style_again,
            } = &again.credentials
            else {
                panic!("{dialect:?}: {:?}\n{}", again.credentials, export.text);
            };
            assert_eq!((client_id.as_str(), scope.as_str()), ("id-1", "users"));
            assert_eq!(
                *style_again == ClientAuthentication::Body,
                style == ClientAuthentication::Body,
                "{dialect:?}"
            );
            assert_eq!(
                route::login_url(again).expect("a URL").to_string(),
                route::login_url(&environment).expect("a URL").to_string(),
                "{dialect:?}\n{}",
                export.text
            );
            let secret = imported
                .secrets
                .iter()
                .find(|secret| secret.name == SecretName::ClientSecret);
            assert_eq!(
                secret.map(|secret| secret.value.expose()),
                Some("canary-4711"),
                "{dialect:?}"
            );
            let requests: Vec<_> = imported
                .requests
                .iter()
                .map(|request| (&*request.draft.name, &request.draft.auth))
                .collect();
            assert_eq!(requests, [("One", &RequestAuth::Inherit)], "{dialect:?}");
        }
    }
}

#[test]
fn a_pasted_token_is_a_variable_and_a_header_row_wins_over_it() {
    let mut environment = direct();
    environment.credentials = Credentials::AccessToken;
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::AccessToken,
    };
    let secrets = Secrets::from([(key, Secret::new("canary-1"))]);
    let own = RequestDraft {
        name: "Own".to_owned(),
        path: "/a".to_owned(),
        headers: vec![header("authorization", "Bearer {{user}}")],
        ..RequestDraft::default()
    };
    let inherits = RequestDraft {
        name: "Inherits".to_owned(),
        headers: Vec::new(),
        ..own.clone()
    };
    let requests = [own, inherits].map(ImportedRequest::new);
    for dialect in DIALECTS {
        let context = ExportContext::masked(&secrets);
        let export = written(dialect, &requests, Some(&environment), context);
        assert_eq!(export.masked, ["access token"], "{dialect:?}");
        assert_eq!(
            export.text.matches("access_token").count(),
            2,
            "{dialect:?}: once as a variable, once where it is used\n{}",
            export.text
        );
    }
    let context = ExportContext::masked(&secrets);
    let postman = json(&written(
        Dialect::Postman,
        &requests,
        Some(&environment),
        context,
    ));
    assert_eq!(postman["auth"]["type"], "bearer");
    assert_eq!(postman["item"][0]["request"]["auth"]["type"], "noauth");
    assert_eq!(postman["item"][1]["request"].get("auth"), None);
}

#[test]
fn a_url_stands_in_its_parts_for_postman_and_whole_for_bruno() {
    let draft = RequestDraft {
        name: "One".to_owned(),
        path: "/api/v2/users/{id}?state=a b".to_owned(),
        path_variables: vec![NamedText {
            name: "id".to_owned(),
            value: "x/y".to_owned(),
        }],
        query: vec![
            query("q", "a & b"),
            QueryRow {
                enabled: false,
                ..query("off", "1")
            },
        ],
        ..RequestDraft::default()
    };
    let host = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com";
    let environment = gateway();
    let postman = json(&masked(Dialect::Postman, &draft, Some(&environment)));
    let url = &postman["item"][0]["request"]["url"];
    let whole = format!("{host}/test/apipath/users/:id?state=a%20b&q=a%20%26%20b");
    assert_eq!(url["raw"], whole);
    assert_eq!(url["protocol"], "https");
    assert_eq!(
        url["host"],
        serde_json::json!(["a1b2c3", "execute-api", "eu-central-1", "amazonaws", "com"])
    );
    assert_eq!(
        url["path"],
        serde_json::json!(["test", "apipath", "users", ":id"])
    );
    assert_eq!(url["variable"][0]["value"], "x%2Fy");
    assert_eq!(url["query"][2]["disabled"], true);
    let postman = json(&masked(Dialect::Postman, &draft, None));
    let url = &postman["item"][0]["request"]["url"];
    assert_eq!(url["host"], serde_json::json!(["{{baseUrl}}"]));
    let bruno = json(&masked(Dialect::Bruno, &draft, Some(&environment)));
    assert_eq!(bruno["items"][0]["request"]["url"], whole);
    let insomnia = json(&masked(Dialect::Insomnia, &draft, Some(&environment)));
    let request = &insomnia["resources"][2];
    assert_eq!(request["url"], format!("{host}/test/apipath/users/:id"));
    assert_eq!(request["pathParameters"][0]["value"], "x/y");
    assert_eq!(request["headers"][0]["name"], "X-D");
    let text = masked(Dialect::HttpFile, &draft, Some(&environment)).text;
    let line = format!("GET {host}/test/apipath/users/x%2Fy?state=a%20b&q=a%20%26%20b\nX-D: 1\n");
    assert!(text.contains(&line), "{text}");
}

#[test]
fn a_rule_that_fits_the_value_of_a_place_is_followed() {
    let draft = RequestDraft {
        path: "/api/v2/groups/{id}".to_owned(),
        path_variables: vec![NamedText {
            name: "id".to_owned(),
            value: "7".to_owned(),
        }],
        ..RequestDraft::default()
    };
    let text = masked(Dialect::Postman, &draft, Some(&gateway())).text;
    assert!(text.contains("/test/apipath/seven\""), "{text}");
}

#[test]
fn a_collection_and_its_environment_call_variables_alike() {
    let mut environment = direct();
    environment.variables = vec![
        variable("x-api key", "", true),
        variable("plain", "1", false),
        variable("unused", "2", false),
    ];
    let draft = RequestDraft {
        name: "A".to_owned(),
        path: "/{{plain}}".to_owned(),
        headers: vec![header("x-api-key", "{{secret.x-api key}}")],
        ..RequestDraft::default()
    };
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::Variable("x-api key".to_owned()),
    };
    let secrets = Secrets::from([(key, Secret::new("canary-1"))]);
    let context = ExportContext::masked(&secrets);
    let own = json(&postman::export_environment(&environment, context));
    let collection = json(&masked(Dialect::Postman, &draft, Some(&environment)));
    let names = |list: &serde_json::Value| -> Vec<String> {
        let rows = list.as_array().expect("a list").iter();
        rows.map(|row| row["key"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(
        names(&own["values"]),
        ["baseUrl", "x-api key", "plain", "unused"]
    );
    assert_eq!(names(&collection["variable"]), ["x-api key", "plain"]);
    let text = collection.to_string();
    assert!(
        text.contains("{{x-api key}}") && !text.contains("secret."),
        "{text}"
    );
    for (dialect, expected) in [
        (Dialect::Insomnia, "{{ _['x-api key'] }}"),
        (Dialect::Bruno, "{{x-api_key}}"),
        (Dialect::HttpFile, "{{x-api_key}}"),
    ] {
        let requests = [ImportedRequest::new(draft.clone())];
        let export = written(dialect, &requests, Some(&environment), context);
        assert!(
            export.text.contains(expected),
            "{dialect:?} {}",
            export.text
        );
        assert_eq!(export.masked, ["the secret variable x-api key"]);
        let shown = ExportContext {
            reveals_secrets: true,
            ..context
        };
        let export = written(dialect, &requests, Some(&environment), shown);
        assert!(
            export.text.contains("canary-1"),
            "{dialect:?} {}",
            export.text
        );
    }
}

#[test]
fn a_value_that_is_made_for_each_send_is_made_there_or_named() {
    for (name, postman, insomnia, http) in [
        (
            "$uuid",
            Some("{{$guid}}"),
            Some("{% uuid 'v4' %}"),
            Some("{{$guid}}"),
        ),
        (
            "$timestamp",
            Some("{{$isoTimestamp}}"),
            Some("{% now 'iso-8601', '' %}"),
            Some("{{$datetime iso8601}}"),
        ),
        (
            "$epoch",
            Some("{{$timestamp}}"),
            Some("{% now 'unix', '' %}"),
            Some("{{$timestamp}}"),
        ),
        ("$epochMs", None, Some("{% now 'millis', '' %}"), None),
        ("$date", None, None, Some("{{$datetime 'YYYY-MM-DD'}}")),
        (
            "$randomInt",
            Some("{{$randomInt}}"),
            None,
            Some("{{$randomInt 0 1000}}"),
        ),
    ] {
        let own = format!("{{{{{name}}}}}");
        let draft = RequestDraft {
            name: "A".to_owned(),
            path: "/a".to_owned(),
            headers: vec![header("X-Made", &own)],
            ..RequestDraft::default()
        };
        for (dialect, expected) in [
            (Dialect::Postman, postman),
            (Dialect::Bruno, postman),
            (Dialect::Insomnia, insomnia),
            (Dialect::HttpFile, http),
        ] {
            let export = masked(dialect, &draft, Some(&direct()));
            let text = &export.text;
            let is_told = causes(&export).contains("has no equal");
            assert_eq!(is_told, expected.is_none(), "{dialect:?} {name}: {text}");
            assert!(
                text.contains(expected.unwrap_or(&own)),
                "{dialect:?} {name}: {text}"
            );
            if expected.is_some() {
                let again = reading::import(text, None).expect("reads").imported;
                let value = &again.requests[0].draft.headers[0].value;
                assert_eq!(value, &own, "{dialect:?}: {text}");
            }
        }
    }
}

#[test]
fn what_an_http_file_cannot_hold_is_told_and_cuts_nothing() {
    let request = |name: &str, text: &str| {
        ImportedRequest::new(RequestDraft {
            name: name.to_owned(),
            method: "POST".to_owned(),
            path: "/a".to_owned(),
            body: DraftBody::Text {
                text: text.to_owned(),
                content_type: "text/plain".to_owned(),
            },
            ..RequestDraft::default()
        })
    };
    let mut requests = vec![
        request("heading", "one\n### GET https://evil.example/\ntwo"),
        request("script", "one\n> {% x %}"),
        request("file", "< /etc/passwd"),
        request("plain", "one\n# two"),
    ];
    requests[3].draft.query = vec![QueryRow {
        enabled: false,
        ..query("off", "1")
    }];
    requests[3].draft.headers = vec![header("X-A", "1\r\nX-B: 2")];
    requests.push(request("odd", ""));
    requests[4].draft.method = "BREW".to_owned();
    let secrets = Secrets::new();
    let context = ExportContext::masked(&secrets);
    let export = written(Dialect::HttpFile, &requests, Some(&direct()), context);
    for words in [
        "The body of `heading` is left out: a line of it begins with `###`",
        "The body of `script` is left out: a line of it begins with `>`",
        "The body of `file` is left out: a line of it begins with `<`",
        "1 row is of `plain` left out",
        "`BREW` in `odd` is no method",
    ] {
        assert!(
            causes(&export).contains(words),
            "{words}: {}",
            causes(&export)
        );
    }
    requests.truncate(4);
    let export = written(Dialect::HttpFile, &requests, Some(&direct()), context);
    assert!(!export.text.contains("evil") && !export.text.contains("\nX-B"));
    let again = reading::import(&export.text, None).expect("reads").imported;
    let names: Vec<_> = again
        .requests
        .iter()
        .map(|request| (&*request.draft.name, request.draft.body.text()))
        .collect();
    assert_eq!(
        names,
        [
            ("heading", None),
            ("script", None),
            ("file", None),
            ("plain", Some("one\n# two"))
        ],
        "{}",
        export.text
    );
    assert_eq!(again.files, Vec::new());
}
