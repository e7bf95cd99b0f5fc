//! API descriptions of each version, large, circular and broken ones.

use std::fmt::Write as _;

use super::*;
use crate::model::catalogue::Catalogue;

fn read(text: &str) -> Imported {
    import(text).unwrap_or_else(|error| panic!("{error}"))
}

fn draft<'a>(imported: &'a Imported, path: &str) -> &'a RequestDraft {
    let found = imported
        .requests
        .iter()
        .find(|request| request.draft.path == path);
    &found.unwrap_or_else(|| panic!("no {path}")).draft
}

fn body(draft: &RequestDraft) -> serde_json::Value {
    serde_json::from_str(draft.body.text().expect("a text"))
        .unwrap_or_else(|error| panic!("{error}: {:?}", draft.body))
}

const OPEN_API: &str = r##"{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "servers": [{"url": "https://api.{domain}/v9/", "variables": {"domain": {"default": "mypurecloud.ie"}}}],
  "paths": {"/users/{userId}": {"parameters": [{"$ref": "#/components/parameters/User"}],
    "patch": {"operationId": "patchUser", "tags": ["User Admin", "Other"], "summary": "Changes one",
      "parameters": [{"name": "expand", "in": "query", "schema": {"type": "array"}}, {"name": "size", "in": "query", "required": true, "schema": {"default": 25}}, {"name": "X-Org", "in": "header", "required": true}],
      "requestBody": {"$ref": "#/components/requestBodies/User"}},
    "delete": {"tags": ["User Admin"]}},
   "/circle": {"post": {"operationId": "postCircle", "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}}},
   "/form": {"post": {"operationId": "postForm", "requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object", "properties": {"a": {"type": "string", "example": "b"}}}}}}}},
   "/given": {"post": {"operationId": "postGiven", "requestBody": {"content": {"application/json": {"examples": {"one": {"value": {"x": 12345678901234567890}}}}}}}}},
  "components": {"parameters": {"User": {"name": "userId", "in": "path", "required": true, "example": "me"}},
   "requestBodies": {"User": {"content": {"text/plain": {}, "application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"state": {"enum": ["active", "inactive"]}}}]}}}}},
   "schemas": {"Base": {"type": "object", "properties": {"id": {"type": "string", "readOnly": true}, "name": {"type": ["null", "string"]}, "born": {"type": "string", "format": "date"}}},
    "Node": {"type": "object", "properties": {"name": {"type": "string"}, "next": {"$ref": "#/components/schemas/Node"}, "all": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}}}}}"##;

#[test]
fn an_open_api_description_becomes_catalogue_and_requests() {
    let imported = read(OPEN_API);
    let catalogue =
        Catalogue::parse(imported.catalogue.clone().expect("a catalogue")).expect("well formed");
    assert_eq!(catalogue.count(), 5);
    let (_, operation) = catalogue.find("PATCH", "/v9/users/7").expect("found");
    assert_eq!((operation.id, operation.has_body), ("patchUser", true));
    assert_eq!(
        operation.query_names().collect::<Vec<_>>(),
        ["expand", "size"]
    );
    assert_eq!(
        catalogue.find("DELETE", "/v9/users/7").expect("found").1.id,
        "deleteUsersUserId"
    );
    let patch = draft(&imported, "/v9/users/{userId}");
    assert_eq!(
        (patch.name.as_str(), patch.path_variables[0].value.as_str()),
        ("Patch user", "me")
    );
    assert_eq!(
        patch
            .query
            .iter()
            .map(|row| (row.enabled, row.value.as_deref()))
            .collect::<Vec<_>>(),
        [(false, Some("")), (true, Some("25"))]
    );
    assert_eq!(patch.headers[0].name, "X-Org");
    assert_eq!(
        body(patch),
        serde_json::json!({"name": "", "born": "2026-01-02", "state": "active"})
    );
    assert_eq!(imported.requests[0].folder, ["User Admin"]);
    assert_eq!(imported.environments[0].name, "Ireland · direct");
    assert_eq!(
        imported.requests[0].origin.as_deref(),
        Some("https://api.mypurecloud.ie")
    );
    assert_eq!(
        body(draft(&imported, "/v9/circle")),
        serde_json::json!({"name": "", "all": []})
    );
    assert!(
        imported
            .lint
            .iter()
            .any(|lint| lint.cause.contains("refer to themselves"))
    );
    assert!(
        matches!(&draft(&imported, "/v9/form").body, DraftBody::Multipart { rows } if rows[0].name == "a")
    );
    assert!(
        draft(&imported, "/v9/given")
            .body
            .text()
            .expect("text")
            .contains("12345678901234567890")
    );
}

#[test]
fn swagger_and_yaml_say_the_same() {
    let swagger = r##"{"swagger": "2.0", "host": "api.mypurecloud.com", "basePath": "/", "consumes": ["application/json"], "paths": {
      "/api/v2/users": {"post": {"operationId": "postUsers", "tags": ["Users"], "parameters": [{"in": "body", "name": "body", "schema": {"$ref": "#/definitions/User"}}]}},
      "/api/v2/files": {"post": {"operationId": "postFiles", "consumes": ["multipart/form-data"], "parameters": [{"in": "formData", "name": "file", "type": "file"}]}}},
      "definitions": {"User": {"type": "object", "properties": {"name": {"type": "string", "example": "Anna"}}}}}"##;
    let yaml = "swagger: '2.0'\nhost: api.mypurecloud.com\nbasePath: /\nconsumes: [application/json]\npaths:\n  /api/v2/users:\n    post:\n      operationId: postUsers\n      tags: [Users]\n      parameters:\n      - {in: body, name: body, schema: {$ref: '#/definitions/User'}}\n      responses:\n        200: {description: fine}\n  /api/v2/files:\n    post:\n      operationId: postFiles\n      consumes: [multipart/form-data]\n      parameters:\n      - {in: formData, name: file, type: file}\ndefinitions:\n  User:\n    type: object\n    properties:\n      name: {type: string, example: Anna}\n";
    let (one, two) = (read(swagger), read(yaml));
    assert_eq!(
        body(draft(&one, "/api/v2/users")),
        serde_json::json!({"name": "Anna"})
    );
    assert!(matches!(
        draft(&one, "/api/v2/files").body,
        DraftBody::Multipart { .. }
    ));
    assert_eq!(one.requests, two.requests);
    assert_eq!(one.catalogue, two.catalogue);
}

#[test]
fn what_cannot_be_read_is_refused_or_reported() {
    for (text, words) in [
        ("{\"openapi\": \"2.9\", \"paths\": {}}", "not known"),
        ("{\"openapi\": \"3.0.0\"}", "no `paths`"),
        (
            "{\"openapi\": \"3.0.0\", \"paths\": {}, \"paths\": {}}",
            "duplicate field",
        ),
        ("{\"paths\": {}}", "neither"),
    ] {
        let error = import(text).expect_err(text);
        assert!(error.text.contains(words), "{text}: {error}");
    }
    let odd = r#"{"openapi": "3.0.0", "paths": {"/ä": {"get": {}}, "/b": 5, "/c": {"get": [], "post": {"parameters": [{"$ref": "other.yaml#/x"}]}}}}"#;
    let imported = read(odd);
    assert_eq!(imported.requests.len(), 2);
    let what: Vec<&str> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    assert_eq!(
        what,
        ["GET /ä in the catalogue", "/b", "GET /c", "a parameter"]
    );
    let deep = format!(
        "{{\"openapi\": \"3.0.0\", \"paths\": {{\"/a\": {{\"post\": {{\"requestBody\": {{\"content\": {{\"application/json\": {{\"schema\": {}1{}}}}}}}}}}}}}}}",
        "{\"items\":".repeat(100_000),
        "}".repeat(100_000)
    );
    assert_eq!(read(&deep).requests.len(), 1);
}

/// 3,000 operations whose bodies refer to each other in circles.
fn large(operations: usize, filler: usize) -> String {
    let mut text = String::from(
        "{\"openapi\": \"3.0.1\", \"info\": {\"title\": \"t\", \"version\": \"1\"}, \"paths\": {",
    );
    let words = "x".repeat(filler);
    for number in 0..operations {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}\"/api/v2/things{number}/{{id}}\": {{\"post\": {{\"operationId\": \"postThing{number}\", \"tags\": [\"T{}\"], \"description\": \"{words}\", \"requestBody\": {{\"content\": {{\"application/json\": {{\"schema\": {{\"$ref\": \"#/components/schemas/S{number}\"}}}}}}}}}}}}",
            number % 40
        );
    }
    text.push_str("}, \"components\": {\"schemas\": {");
    for number in 0..operations {
        let comma = if number == 0 { "" } else { "," };
        let next = (number * 7 + 1) % operations;
        let _ = write!(
            text,
            "{comma}\"S{number}\": {{\"type\": \"object\", \"description\": \"{words}\", \"properties\": {{\"a\": {{\"type\": \"string\"}}, \"b\": {{\"$ref\": \"#/components/schemas/S{next}\"}}, \"c\": {{\"type\": \"array\", \"items\": {{\"$ref\": \"#/components/schemas/S{number}\"}}}}}}}}"
        );
    }
    text.push_str("}}}");
    text
}

#[test]
fn three_thousand_operations_in_circles_are_all_there() {
    let imported = read(&large(3_000, 10));
    assert_eq!(imported.requests.len(), 3_000);
    let catalogue =
        Catalogue::parse(imported.catalogue.expect("a catalogue")).expect("well formed");
    assert_eq!((catalogue.count(), catalogue.tags().len()), (3_000, 40));
}

#[test]
fn client_credentials_and_every_server_are_taken() {
    let text = r#"{"openapi": "3.0.3", "servers": [{"url": "https://api.{domain}", "variables": {"domain": {"default": "mypurecloud.de", "enum": ["mypurecloud.de", "mypurecloud.jp"]}}},
        {"url": "https://api.usw2.pure.cloud", "description": "West"}, {"url": "https://h.example/x"}],
      "components": {"securitySchemes": {"client": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://login.mypurecloud.de/oauth/token", "scopes": {}}}},
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
      "paths": {"/a": {"get": {}}}}"#;
    let imported = import(text).expect("reads");
    let found: Vec<(&str, bool)> = imported
        .environments
        .iter()
        .map(|environment| {
            let has_client = matches!(
                &environment.credentials,
                crate::model::environment::Credentials::ClientCredentials { .. }
            );
            (environment.name.as_str(), has_client)
        })
        .collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].1, "{found:?}");
    assert_eq!(found[1], ("West", false));
    let said: Vec<&str> = imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "the server https://h.example/x",
            "other values of the server's variable domain: mypurecloud.jp",
            "the security scheme key"
        ]
    );
    // Another host, with its own login; Swagger calls the flow otherwise.
    let text = r#"{"swagger": "2.0", "host": "h.example", "basePath": "/v1", "paths": {"/a": {"get": {}}},
      "securityDefinitions": {"client": {"type": "oauth2", "flow": "application", "tokenUrl": "https://login.example/oauth/token"}}}"#;
    let imported = import(text).expect("reads");
    assert_eq!(
        imported.environments[0].target,
        crate::model::environment::Target::Direct {
            place: crate::model::environment::Place::Origins {
                api: "https://h.example".to_owned(),
                login: "https://login.example".to_owned()
            }
        }
    );
    let request = &imported.requests[0];
    assert_eq!(
        (request.draft.path.as_str(), request.environment.as_ref()),
        ("/v1/a", Some(&imported.environments[0].id))
    );
    // A token from elsewhere cannot be had.
    let text = text.replace("/oauth/token", "/connect/token");
    let imported = import(&text).expect("reads");
    assert!(imported.environments.is_empty());
    assert_eq!(imported.ignored[0].what, "the token URL of client");
}

#[test]
fn referred_path_items_and_examples_of_parameters_are_taken() {
    let text = r##"{"openapi": "3.1.0", "components": {"pathItems": {"Shared": {"get": {"operationId": "getShared"}, "$ref": "#/components/pathItems/Shared"}}},
      "paths": {"/a": {"$ref": "#/components/pathItems/Shared"}, "/b/{id}": {"$ref": "#/paths/~1c~1{id}"}, "/gone": {"$ref": "other.yaml#/x"},
        "/c/{id}": {"post": {"operationId": "postC", "parameters": [
          {"name": "id", "in": "path", "required": true, "examples": {"one": {"value": 7}}},
          {"name": "expand", "in": "query", "schema": {"type": "array"}, "example": ["a", "b"]},
          {"name": "joined", "in": "query", "explode": false, "schema": {"type": "array"}, "example": ["a", "b"]},
          {"name": "filter", "in": "query", "content": {"application/json": {"example": "x"}}}]}}}}"##;
    let imported = import(text).expect("reads");
    let found: Vec<String> = imported
        .requests
        .iter()
        .map(|request| format!("{} {}", request.draft.method, request.draft.path))
        .collect();
    assert_eq!(found, ["GET /a", "POST /b/{id}", "POST /c/{id}"]);
    let draft = &imported.requests[2].draft;
    assert_eq!(draft.path_variables[0].value, "7");
    let query: Vec<(&str, &str)> = draft
        .query
        .iter()
        .map(|row| (row.name.as_str(), row.value.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        query,
        [
            ("expand", "a"),
            ("expand", "b"),
            ("joined", "a,b"),
            ("filter", "x")
        ]
    );
    assert_eq!(imported.ignored[0].what, "/gone");
    let row = imported.catalogue.as_deref().expect("a catalogue");
    assert!(row.contains("\texpand joined filter\t"), "{row}");
}

#[test]
fn numbers_stay_as_they_are_written() {
    let text = r#"{"openapi": "3.0.0", "info": {}, "paths": {"/a": {"post": {
      "parameters": [{"name": "n", "in": "query", "example": 12345678901234567890123}, {"name": "e", "in": "query", "schema": {"default": 1e3}},
        {"name": "l", "in": "query", "example": [1.10, "x"]}],
      "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
        "id": {"type": "integer", "example": 12345678901234567890123}, "rate": {"default": 1.10}, "kind": {"enum": [1e3, 2]},
        "all": {"type": "array", "items": {"example": {"deep": 0.30}}}}}}}}},
      "put": {"requestBody": {"content": {"application/json": {"example": {"x": 12345678901234567890123, "y": [], "z": 1e3}}}}},
      "patch": {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"properties": {"id": {"example": 1.10}, "o": {"example": {"a": 1.10}}}}}}}}}}}"#;
    let imported = read(text);
    let of = |method: &str| {
        let found = imported
            .requests
            .iter()
            .find(|request| request.draft.method == method);
        &found.unwrap_or_else(|| panic!("no {method}")).draft
    };
    let values: Vec<&str> = of("POST")
        .query
        .iter()
        .map(|row| row.value.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(values, ["12345678901234567890123", "1e3", "1.10,x"]);
    assert_eq!(
        of("POST").body.text(),
        Some(
            "{\n  \"id\": 12345678901234567890123,\n  \"rate\": 1.10,\n  \"kind\": 1e3,\n  \"all\": [\n    {\n      \"deep\": 0.30\n    }\n  ]\n}"
        )
    );
    assert_eq!(
        of("PUT").body.text(),
        Some("{\n  \"x\": 12345678901234567890123,\n  \"y\": [],\n  \"z\": 1e3\n}")
    );
    let DraftBody::Form { rows } = &of("PATCH").body else {
        panic!("{:?}", of("PATCH").body)
    };
    let values: Vec<&str> = rows
        .iter()
        .map(|row| row.value.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(values, ["1.10", "{\"a\": 1.10}"]);
}

#[test]
fn paths_that_are_no_object_are_told_where_they_are() {
    for (value, column, words) in [
        ("[1]", 31, "`paths` is no object"),
        (&*"[".repeat(100_000), 158, "nest deeper than 128"),
    ] {
        let close = "]".repeat(value.matches('[').count() - value.matches(']').count());
        let text = format!("{{\"openapi\": \"3.0.0\", \"paths\": {value}{close}}}");
        let error = import(&text).expect_err("no paths");
        assert_eq!(
            (error.place.line, error.place.column),
            (1, column),
            "{error}"
        );
        assert!(error.text.contains(words), "{error}");
    }
    let error = import("{\"openapi\": \"3.0.0\"}").expect_err("no paths");
    assert!(error.text.contains("has no `paths`"), "{error}");
}
