//! Imports of texts that are not as they should be, through the real binary: nothing secret lands in a file, nothing that is
//! there is overwritten unasked, and nothing is imported by halves.

use std::fs;

use serde_json::Value;

use crate::command_line::Machine;
use crate::importing::{assert_no_secret, import, texts_below};

#[test]
fn operations_that_are_there_stay_unless_asked() {
    let machine = Machine::new();
    let description = |id: &str, more: &str| {
        format!(
            r#"{{"openapi": "3.0.0", "info": {{}}, "servers": [{{"url": "https://api.mypurecloud.ie"}}],
            "paths": {{"/api/v2/users": {{"get": {{"operationId": "{id}"}}}}{more}}}}}"#
        )
    };
    let folder = machine.folder.path();
    fs::write(folder.join("first.json"), description("getUsers", "")).unwrap();
    let more = r#", "/api/v2/queues": {"get": {"operationId": "getQueues"}}"#;
    fs::write(folder.join("second.json"), description("getOthers", more)).unwrap();
    import(&machine, &["first.json"]);
    let second = import(&machine, &["second.json"]);
    assert_eq!(second["imported"]["kept_operations"], 1, "{second:#}");
    let catalogue = || {
        let mut texts = Vec::new();
        texts_below(&folder.join("data"), &mut texts);
        texts
            .into_iter()
            .find(|(path, _)| path.ends_with("catalogue.tsv"))
            .map(|(_, text)| text)
            .unwrap_or_default()
    };
    let text = catalogue();
    assert!(
        text.contains("getUsers") && text.contains("getQueues"),
        "{text}"
    );
    assert!(!text.contains("getOthers"), "{text}");
    let third = import(&machine, &["second.json", "--replace"]);
    assert_eq!(third["imported"]["kept_operations"], 0, "{third:#}");
    let text = catalogue();
    assert!(
        text.contains("getOthers") && !text.contains("getUsers"),
        "{text}"
    );
}

/// A prompt that was copied along, an option that nobody knows, JSON without a type, names that Windows keeps.
#[test]
fn odd_texts_leave_no_secret_and_are_imported_whole() {
    let machine = Machine::new();
    let folder = machine.folder.path();
    for (name, text) in [
        (
            "prompt",
            "$ curl 'https://api.mypurecloud.de/x' \\\n>   -H 'Authorization: Bearer egret-2-token'\n",
        ),
        (
            "option",
            "curl https://api.mypurecloud.de/x --new-header 'X-Token: egret-2-token' --new-token egret-2-token",
        ),
        (
            "body",
            "curl https://api.mypurecloud.de/x -d '{\"client_secret\":\"egret-2-token\"}'",
        ),
        (
            "variables",
            "GENESYSCLOUD_GATEWAY_HOST=https://u:egret-2-token@h.example/x?token=egret-2-token GENESYSCLOUD_ACCESS_TOKEN=egret-2-token terraform apply",
        ),
    ] {
        fs::write(folder.join(name), text).unwrap();
        let document = import(&machine, &[name]);
        let shown = document.to_string();
        assert!(!shown.contains("egret-2"), "{name}: {shown}");
    }
    assert_no_secret(&machine);
    let collection = r#"{"info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "Con", "item": [{"name": "Aux", "request": {"method": "GET", "url": "https://api.mypurecloud.de/a"}}]}]}"#;
    fs::write(folder.join("con.json"), collection).unwrap();
    let document = import(&machine, &["con.json"]);
    assert_eq!(document["imported"]["error"], Value::Null, "{document:#}");
    assert_eq!(
        document["imported"]["requests"][0], "con-folder/aux-request.toml",
        "{document:#}"
    );
    // No environment takes the secret, so that it is kept nowhere.
    let text = "curl \"$BASE/api/v2/users\" -H 'Authorization: Bearer egret-2-token'";
    fs::write(folder.join("lost"), text).unwrap();
    let document = import(&machine, &["lost"]);
    assert_eq!(document["lost_secrets"], 1, "{document:#}");
    assert_eq!(document["secrets"], Value::Array(Vec::new()));
}
