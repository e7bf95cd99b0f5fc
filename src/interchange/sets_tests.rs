//! Named sets of variables become environments, values that refer to others are put in, a secret is kept once,
//! an API key of the query becomes a row of it, and an archive gives what was asked for only.

use super::*;
use crate::model::environment::{
    ClientAuthentication, Credentials, Environment, Place, Target, TokenFrom,
};
use crate::model::request::RequestAuth;
use crate::model::secret::SecretName;

fn environment<'a>(imported: &'a Imported, name: &str) -> &'a Environment {
    imported
        .environments
        .iter()
        .find(|environment| environment.name == name)
        .unwrap_or_else(|| panic!("no {name} in {:?}", imported.environments))
}

fn value<'a>(environment: &'a Environment, name: &str) -> &'a str {
    environment
        .variables
        .iter()
        .find(|variable| variable.name == name)
        .map_or("(none)", |variable| variable.value.as_str())
}

fn domain(environment: &Environment) -> &str {
    match &environment.target {
        Target::Direct {
            place: Place::Region(region),
        } => region.domain(),
        other => panic!("{other:?}"),
    }
}

/// Names and values of all secrets, with the environment that they belong to.
fn secrets(imported: &Imported) -> Vec<String> {
    imported
        .secrets
        .iter()
        .map(|secret| {
            let of = secret.environment.as_ref().map_or("", |id| id.as_str());
            format!("{of}/{}={}", secret.name, secret.value.expose())
        })
        .collect()
}

const INSOMNIA: &str = "type: collection.insomnia.rest/5.0
name: W
collection:
  - name: Users
    url: '{{ _.baseUrl }}/api/v2/users'
    method: GET
    authentication:
      type: oauth2
      grantType: client_credentials
      accessTokenUrl: '{{ _.loginUrl }}/oauth/token'
      clientId: '{{ _.clientId }}'
      clientSecret: '{{ _.clientSecret }}'
environments:
  name: Base
  data:
    baseUrl: 'https://api.{{ _.domain }}'
    loginUrl: 'https://login.{{ _.domain }}'
    page: '5'
  subEnvironments:
    - name: Dev
      data:
        domain: mypurecloud.de
        clientId: id-dev
        clientSecret: finch-11-dev
    - name: Prod
      data:
        domain: mypurecloud.jp
        clientId: id-prod
        clientSecret: finch-22-prod
    - name: Gateway
      data:
        baseUrl: https://a1b2c3.execute-api.eu-central-1.amazonaws.com/test/genesys
        domain: mypurecloud.de
        clientId: id-gateway
        clientSecret: finch-33-gateway
    - name: Colours
      data:
        accent: red
";

#[test]
fn sub_environments_with_a_host_are_environments_of_their_own() {
    let imported = insomnia::import(INSOMNIA).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<&str> = imported
        .environments
        .iter()
        .map(|environment| environment.name.as_str())
        .collect();
    assert_eq!(names, ["Dev", "Prod", "Gateway"]);
    for (name, own_domain, client) in [
        ("Dev", "mypurecloud.de", "id-dev"),
        ("Prod", "mypurecloud.jp", "id-prod"),
    ] {
        let found = environment(&imported, name);
        assert_eq!(domain(found), own_domain, "{name}");
        assert_eq!(value(found, "baseUrl"), format!("https://api.{own_domain}"));
        assert_eq!((value(found, "page"), value(found, "accent")), ("5", "red"));
        assert_eq!(
            found.credentials,
            Credentials::ClientCredentials {
                client_id: client.to_owned(),
                scope: String::new(),
                style: ClientAuthentication::Basic
            },
            "{name}"
        );
    }
    let Target::Gateway(gateway) = &environment(&imported, "Gateway").target else {
        panic!("no gateway")
    };
    assert_eq!(
        (gateway.stage.as_str(), gateway.api_path.as_str()),
        ("test", "/genesys")
    );
    assert!(matches!(gateway.token_from, TokenFrom::Region(_)));
    assert_eq!(imported.requests[0].draft.path, "/api/v2/users");
    // Each client secret once, at its own environment.
    assert_eq!(
        secrets(&imported),
        [
            "dev/client-secret=finch-11-dev",
            "prod/client-secret=finch-22-prod",
            "gateway/client-secret=finch-33-gateway"
        ]
    );
    let shared: Vec<&str> = imported
        .variables
        .iter()
        .map(|variable| variable.name.as_str())
        .collect();
    assert!(shared.contains(&"accent"), "{shared:?}");
}

#[test]
fn a_postman_or_bruno_environment_with_a_host_is_one() {
    let text = r#"{"name": "Staging", "values": [{"key": "environment", "value": "usw2.pure.cloud"}, {"key": "baseUrl", "value": "https://api.{{environment}}"},
      {"key": "pin", "value": "4711-secret", "type": "secret"}], "_postman_variable_scope": "environment"}"#;
    let imported = postman::import_environment(text).expect("reads");
    let staging = environment(&imported, "Staging");
    assert_eq!(domain(staging), "usw2.pure.cloud");
    assert_eq!(value(staging, "baseUrl"), "https://api.usw2.pure.cloud");
    assert_eq!(secrets(&imported), ["staging/pin=4711-secret"]);
    assert_eq!(
        imported.secrets[0].origins,
        [
            "https://api.usw2.pure.cloud",
            "https://login.usw2.pure.cloud"
        ]
    );
    assert!(imported.variables.is_empty(), "{:?}", imported.variables);
    let imported =
        bruno::import("vars {\n  host: https://api.mypurecloud.jp\n  page: 1\n}\n").expect("reads");
    assert_eq!(domain(&imported.environments[0]), "mypurecloud.jp");
    // Without a host it is no environment.
    let imported =
        postman::import_environment(r#"{"name": "x", "values": [{"key": "a", "value": "1"}]}"#)
            .expect("reads");
    assert!(imported.environments.is_empty());
    assert_eq!(imported.variables[0].value, "1");
}

#[test]
fn a_gateway_whose_legs_are_two_variables_has_both_paths() {
    let text = r#"{"name": "G", "values": [{"key": "apiUrl", "value": "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/test/api"},
      {"key": "loginUrl", "value": "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/test/login"}]}"#;
    let imported = postman::import_environment(text).expect("reads");
    let Target::Gateway(gateway) = &imported.environments[0].target else {
        panic!("no gateway")
    };
    assert_eq!(
        (
            gateway.stage.as_str(),
            gateway.api_path.as_str(),
            gateway.login_path.as_str(),
            &gateway.token_from
        ),
        ("test", "/api", "/login", &TokenFrom::LoginPath)
    );
}

#[test]
fn variables_get_what_they_refer_to_and_what_could_not_be_is_said() {
    let collection = |rows: &str| {
        let text = format!(
            r#"{{"info": {{}}, "variable": [{rows}], "item": [{{"name": "R", "request": "https://h.example/a"}}]}}"#
        );
        postman::import(&text).expect("reads")
    };
    let row = |name: &str, value: &str| format!(r#"{{"key": "{name}", "value": "{value}"}}"#);
    let read = |rows: &[(&str, &str)]| {
        let rows: Vec<String> = rows.iter().map(|(name, value)| row(name, value)).collect();
        collection(&rows.join(","))
    };
    let imported = read(&[("a", "1{{b}}{{b}}"), ("b", "2{{c}}"), ("c", "3")]);
    assert_eq!(imported.variables[0].value, "12323");
    assert!(imported.ignored.is_empty(), "{:?}", imported.ignored);
    // With a secret in it a value is a secret.
    let imported = read(&[("header", "Bearer {{api_key}}"), ("api_key", "robin-9-key")]);
    assert!(imported.variables[0].secret && imported.variables[0].value.is_empty());
    assert!(
        secrets(&imported).contains(&"/header=Bearer robin-9-key".to_owned()),
        "{:?}",
        secrets(&imported)
    );
    for (rows, why) in [
        (&[("a", "{{b}}"), ("b", "{{a}}")][..], "itself"),
        (&[("a", "x{{missing}}")][..], "not known"),
        (&[("a", "{{$guid}}")][..], "each send"),
    ] {
        let imported = read(rows);
        let said = imported.ignored.iter().any(|ignored| {
            ignored.what == "what the variable a refers to" && ignored.why.contains(why)
        });
        assert!(said, "{rows:?}: {:?}", imported.ignored);
        assert!(imported.variables[0].value.contains("{{"), "{rows:?}");
    }
    // Ten times ten references, ten deep: it ends.
    let wide: Vec<(String, String)> = (0..9)
        .map(|at| (format!("v{at}"), format!("{{{{v{}}}}}", at + 1).repeat(50)))
        .chain([("v9".to_owned(), String::new())])
        .collect();
    let rows: Vec<String> = wide.iter().map(|(name, value)| row(name, value)).collect();
    assert_eq!(collection(&rows.join(",")).variables.len(), 10);
}

#[test]
fn a_value_that_is_one_secret_is_kept_once() {
    let text = r#"{"info": {}, "variable": [{"key": "clientSecret", "value": "kestrel-77"}],
      "auth": {"type": "oauth2", "oauth2": [{"key": "accessTokenUrl", "value": "https://login.mypurecloud.de/oauth/token"}, {"key": "clientId", "value": "id"},
        {"key": "clientSecret", "value": "{{clientSecret}}"}]},
      "item": [{"name": "R", "request": {"method": "GET", "url": "https://api.mypurecloud.de/api/v2/users"}}]}"#;
    let imported = postman::import(text).expect("reads");
    let id = imported.environments[0].id.as_str();
    assert_eq!(
        secrets(&imported),
        [format!("{id}/client-secret=kestrel-77")]
    );
    assert!(imported.variables.is_empty(), "{:?}", imported.variables);
    // A request that sends it keeps the variable; a second spelling is the same secret.
    let text = r#"{"info": {}, "variable": [{"key": "clientSecret", "value": "kestrel-77"}],
      "item": [{"name": "T", "request": {"method": "POST", "url": "https://login.mypurecloud.de/oauth/token", "body": {"mode": "urlencoded",
        "urlencoded": [{"key": "client_secret", "value": "kestrel-77"}, {"key": "client_secret", "value": "{{clientSecret}}"}]}}}]}"#;
    let imported = postman::import(text).expect("reads");
    assert_eq!(secrets(&imported), ["/clientSecret=kestrel-77"]);
}

#[test]
fn an_api_key_of_the_query_is_a_row_with_a_secret_value() {
    let postman_text = r#"{"info": {}, "auth": {"type": "apikey", "apikey": [{"key": "in", "value": "query"}, {"key": "key", "value": "code"}, {"key": "value", "value": "crane-5-key"}]},
      "item": [{"name": "R", "request": {"method": "GET", "url": "https://h.example/a?b=1"}}]}"#;
    let insomnia_text = r#"{"_type": "export", "__export_format": 4, "resources": [{"_type": "request", "_id": "r", "parentId": "w", "name": "R", "method": "GET", "url": "https://h.example/a?b=1",
      "authentication": {"type": "apikey", "addTo": "queryParams", "key": "code", "value": "crane-5-key"}}]}"#;
    let bruno_text = "meta {\n  name: R\n}\n\nget {\n  url: https://h.example/a?b=1\n  auth: apikey\n}\n\nauth:apikey {\n  key: code\n  value: crane-5-key\n  placement: queryparams\n}\n";
    let bruno_json = r#"{"name": "C", "root": {"request": {"auth": {"mode": "apikey", "apikey": {"key": "code", "value": "crane-5-key", "placement": "queryparams"}}}},
      "items": [{"name": "R", "request": {"url": "https://h.example/a?b=1", "method": "GET", "auth": {"mode": "inherit"}}}]}"#;
    for (name, imported) in [
        ("Postman", postman::import(postman_text)),
        ("Insomnia", insomnia::import(insomnia_text)),
        ("Bruno", bruno::import(bruno_text)),
        ("Bruno's JSON", bruno::import(bruno_json)),
    ] {
        let imported = imported.unwrap_or_else(|error| panic!("{name}: {error}"));
        let draft = &imported.requests[0].draft;
        let query: Vec<(&str, Option<&str>)> = draft
            .query
            .iter()
            .map(|row| (row.name.as_str(), row.value.as_deref()))
            .collect();
        assert_eq!(
            query,
            [("b", Some("1")), ("code", Some("{{secret.code}}"))],
            "{name}"
        );
        assert_eq!(draft.auth, RequestAuth::None, "{name}");
        let secret = &imported.secrets[0];
        assert_eq!(secret.name, SecretName::Variable("code".to_owned()));
        assert_eq!(
            (secret.value.expose(), secret.origins.as_slice()),
            ("crane-5-key", &["https://h.example".to_owned()][..]),
            "{name}"
        );
    }
}

#[test]
fn follow_ups_of_redirects_and_preflights_are_no_requests_of_their_own() {
    let entry = |method: &str, url: &str, headers: &str, status: u16, location: &str| {
        format!(
            r#"{{"request": {{"method": "{method}", "url": "{url}", "headers": [{headers}]}},
              "response": {{"status": {status}, "redirectURL": "{location}", "headers": []}}}}"#
        )
    };
    let preflight = r#"{"name": "Access-Control-Request-Method", "value": "GET"}"#;
    let entries = [
        entry("OPTIONS", "https://h.example/a", preflight, 204, ""),
        entry("GET", "https://h.example/a", "", 302, "/b?x=1"),
        entry(
            "GET",
            "https://h.example/b?x=1",
            "",
            301,
            "https://h.example/c",
        ),
        entry("GET", "https://h.example/c", "", 200, ""),
        // Asked for again by hand.
        entry("GET", "https://h.example/c", "", 200, ""),
        entry("OPTIONS", "https://h.example/options", "", 200, ""),
    ];
    let text = format!(r#"{{"log": {{"entries": [{}]}}}}"#, entries.join(","));
    let imported = har::import(&text).expect("reads");
    let asked: Vec<String> = imported
        .requests
        .iter()
        .map(|request| format!("{} {}", request.draft.method, request.draft.path))
        .collect();
    assert_eq!(
        asked,
        [
            "GET https://h.example/a",
            "GET https://h.example/c",
            "OPTIONS https://h.example/options"
        ]
    );
    let said: Vec<&str> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    assert!(
        said.contains(&"2 requests that follow a redirect") && said.contains(&"a preflight"),
        "{said:?}"
    );
}

#[test]
fn files_of_environments_beside_http_files_are_read() {
    let text = r#"{"dev": {"host": "https://api.mypurecloud.de", "queue": "q-1",
        "Security": {"Auth": {"genesys": {"Type": "OAuth2", "Grant Type": "Client Credentials", "Token URL": "https://login.mypurecloud.de/oauth/token",
          "Client ID": "id-dev", "Client Secret": "siskin-1-dev"}}}},
      "qa": {"host": "https://api.mypurecloud.de", "queue": "q-2", "api_key": "siskin-3-key",
        "Security": {"Auth": {"genesys": {"Type": "OAuth2", "Grant Type": "Client Credentials", "Token URL": "{{host}}/oauth/token", "Client ID": "id-qa"},
          "person": {"Type": "OAuth2", "Grant Type": "Authorization Code"}}}},
      "$shared": {"page": 5}}"#;
    assert_eq!(recognise(text), Recognised::One(Kind::HttpEnvironments));
    let imported = http_file::import(text).unwrap_or_else(|error| panic!("{error}"));
    let dev = environment(&imported, "dev");
    let qa = environment(&imported, "qa");
    assert_eq!(
        (domain(dev), domain(qa)),
        ("mypurecloud.de", "mypurecloud.de")
    );
    assert_eq!((value(dev, "queue"), value(qa, "queue")), ("q-1", "q-2"));
    assert_eq!((value(dev, "page"), value(qa, "page")), ("5", "5"));
    let client = |environment: &Environment| match &environment.credentials {
        Credentials::ClientCredentials { client_id, .. } => client_id.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(
        (client(dev), client(qa)),
        ("id-dev".to_owned(), "id-qa".to_owned())
    );
    let mut found = secrets(&imported);
    found.sort();
    assert_eq!(
        found,
        ["dev/client-secret=siskin-1-dev", "qa/api_key=siskin-3-key"]
    );
    let said: Vec<&str> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    assert_eq!(said, ["the credentials person of qa"]);
    let error = http_file::import("{\"a\": 1}").expect_err("no environments");
    assert!(error.text.contains("environments"), "{error}");
}

#[test]
fn graphql_of_http_files_is_sent_as_post_with_its_variables() {
    for text in [
        "GRAPHQL https://h.example/graphql\n\nquery A {\n  me {\n    id\n  }\n}\n\n{\n  \"n\": 1\n}\n",
        "POST https://h.example/graphql\nX-Request-Type: GraphQL\nContent-Type: application/json\n\nquery A {\n  me {\n    id\n  }\n}\n\n{\n  \"n\": 1\n}\n",
    ] {
        let imported = http_file::import(text).unwrap_or_else(|error| panic!("{error}"));
        let draft = &imported.requests[0].draft;
        assert_eq!((draft.method.as_str(), draft.headers.len()), ("POST", 0));
        let crate::model::request::DraftBody::Json { text } = &draft.body else {
            panic!("{:?}", draft.body)
        };
        let sent: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(
            sent,
            serde_json::json!({"query": "query A {\n  me {\n    id\n  }\n}", "variables": {"n": 1}})
        );
    }
    let imported = http_file::import(
        "### talk\nWEBSOCKET ws://h.example/a\n\n### two\nGET https://h.example/b\n",
    )
    .expect("reads");
    assert_eq!(imported.requests.len(), 1);
    assert_eq!(imported.ignored[0].what, "the WEBSOCKET request `talk`");
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one collection with all that its format has"
)]
fn open_collection_files_of_bruno_are_read() {
    let collection = "opencollection: 1.0.0
info:
  name: C
config:
  environments:
    - name: Prod
      variables:
        - name: host
          value: https://api.mypurecloud.de
        - name: old
          value: x
          disabled: true
request:
  auth:
    type: oauth2
    flow: client_credentials
    accessTokenUrl: https://login.mypurecloud.de/oauth/token
    credentials:
      clientId: id-7
      clientSecret: wagtail-7-value
      placement: body
items:
  - info:
      name: F
      type: folder
    request:
      headers:
        - name: X
          value: y
    items:
      - info:
          name: R
          type: http
        http:
          method: POST
          url: '{{host}}/api/v2/users/:id?a=1'
          params:
            - name: a
              value: '1'
              type: query
            - name: b
              value: '2'
              type: query
              disabled: true
            - name: id
              value: me
              type: path
          headers:
            - name: X-Off
              value: '1'
              disabled: true
          body:
            type: json
            data: |-
              {\"a\": 1}
          auth: inherit
        runtime:
          scripts:
            - type: before-request
              code: x()
        docs: Reads one
  - info:
      name: Talk
      type: websocket
";
    assert_eq!(recognise(collection), Recognised::One(Kind::OpenCollection));
    let imported = bruno::import(collection).unwrap_or_else(|error| panic!("{error}"));
    let prod = environment(&imported, "Prod");
    assert_eq!(
        (domain(prod), value(prod, "old")),
        ("mypurecloud.de", "(none)")
    );
    assert_eq!(
        prod.credentials,
        Credentials::ClientCredentials {
            client_id: "id-7".to_owned(),
            scope: String::new(),
            style: ClientAuthentication::Body
        }
    );
    assert_eq!(secrets(&imported), ["prod/client-secret=wagtail-7-value"]);
    let request = &imported.requests[0];
    let draft = &request.draft;
    assert_eq!(request.folder, ["F"]);
    assert_eq!(
        (
            draft.method.as_str(),
            draft.path.as_str(),
            draft.auth.clone()
        ),
        ("POST", "/api/v2/users/{id}", RequestAuth::Inherit)
    );
    assert_eq!(draft.path_variables[0].value, "me");
    let query: Vec<(bool, &str)> = draft
        .query
        .iter()
        .map(|row| (row.enabled, row.name.as_str()))
        .collect();
    assert_eq!(query, [(true, "a"), (false, "b")]);
    assert!(!draft.headers[0].enabled);
    assert_eq!(
        (&draft.body, request.description.as_str()),
        (
            &crate::model::request::DraftBody::Json {
                text: "{\"a\": 1}".to_owned()
            },
            "Reads one"
        )
    );
    let said: Vec<&str> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "the scripts of `R`",
            "the headers of the folder `F`",
            "`Talk`"
        ]
    );
    let request = "info:\n  name: One\n  type: http\nhttp:\n  method: GET\n  url: https://h.example/a\n  auth:\n    type: apikey\n    key: code\n    value: crane-8-key\n    placement: query\n";
    assert_eq!(recognise(request), Recognised::One(Kind::OpenCollection));
    let imported = bruno::import(request).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(imported.requests[0].draft.name, "One");
    assert_eq!(secrets(&imported), ["/code=crane-8-key"]);
    let environment = "name: Local\nvariables:\n  - name: host\n    value: https://api.mypurecloud.jp\n  - name: pin\n    value: '4711'\n    secret: true\n";
    assert_eq!(
        recognise(environment),
        Recognised::One(Kind::OpenCollection)
    );
    let imported = bruno::import(environment).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(imported.environments[0].name, "Local");
    assert_eq!(secrets(&imported), ["local/pin=4711"]);
    for (text, why) in [
        ("opencollection: 7\nitems: []\n", "version"),
        ("info:\n  name: x\n", "neither"),
    ] {
        let error = bruno::import(text).expect_err(text);
        assert!(error.text.contains(why), "{error}");
    }
}
