//! Routes of a gateway's configuration through the real binary: told before anything is sent, taken by their method, warned of,
//! and what official clients would make of the gateway.

use serde_json::Value;

use crate::command_line::{Machine, shown};

const NON_PROXY: &str = "sandbox-rest-non-proxy";

fn texts(list: &Value, member: &str) -> Vec<String> {
    let rows = list
        .as_array()
        .unwrap_or_else(|| panic!("a list: {list:#}"));
    rows.iter()
        .map(|row| row[member].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn what_will_happen_is_told_and_then_happens() {
    let machine = Machine::new();
    let line = ["/api/v2/users", "-q", "pageSize=3"];
    let mut dry = vec!["send", "--env", NON_PROXY, "--dry-run", "--json"];
    dry.extend(line);
    let told = machine.json(&dry);
    assert_eq!(told["route"]["name"], "GET /users", "{told:#}");
    assert_eq!(told["mapped_from"], "/api/v2/users", "{told:#}");
    let effects = told["route"]["effects"].to_string();
    assert!(
        effects.contains("pageSize is fixed to 5: your 3 is not used"),
        "{effects}"
    );
    assert_eq!(told["notes"][0]["field"], "parameter 1", "{told:#}");

    let mut wet = vec!["send", "--env", NON_PROXY, "--json"];
    wet.extend(line);
    let sent = machine.json(&wet);
    let url = sent["url"].as_str().unwrap_or_default();
    assert!(url.ends_with("/test/users?pageSize=3"), "{sent:#}");
    let body = sent["hops"][1]["response"]["body"]["text"]
        .as_str()
        .unwrap_or_default();
    let page: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert_eq!(page["pageSize"], 5);
    // The notes of a send say the same.
    let notes = texts(&sent["notes"], "text");
    assert!(
        notes.contains(&"pageSize is fixed to 5: your 3 is not used".to_owned()),
        "{notes:?}"
    );
}

#[test]
fn another_method_does_not_take_the_route_of_its_own() {
    let machine = Machine::new();
    let sent = machine.json(&[
        "send",
        "--env",
        NON_PROXY,
        "--json",
        "POST",
        "/api/v2/users",
        "-d",
        "{}",
    ]);
    let url = sent["url"].as_str().unwrap_or_default();
    assert!(url.ends_with("/test/api/v2/users"), "{sent:#}");
    // A refusal in Genesys Cloud's own words: it knows the path.
    assert_ne!(sent["status"], 404, "{sent:#}");
}

#[test]
fn an_imported_configuration_says_what_is_wrong_with_it_and_what_clients_make_of_it() {
    let machine = Machine::new();
    let export = format!(
        "{}/tests/fixtures/exports/3-rest-non-proxy.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let imported = machine.run(&["import", "--yes", &export]);
    assert_eq!(imported.status.code(), Some(0), "{}", shown(&imported));
    let document = machine.json(&["env", "show", "genesys-rest-api-test", "--json"]);
    let warnings = texts(&document["routes"]["warnings"], "text");
    for words in [
        "no request validator checks it",
        "every error of Genesys Cloud reads 200",
    ] {
        assert!(
            warnings.iter().any(|text| text.contains(words)),
            "{words}: {warnings:#?}"
        );
    }
    let clients = document["clients"].as_array().expect("clients");
    assert_eq!(clients.len(), 7, "{document:#}");
    for client in clients {
        // The guide's gateway has no way to a login, and every client asks it for the token.
        assert_eq!(client["verdict"], "no route", "{client:#}");
        assert_eq!(
            client["reason"],
            "POST /oauth/token goes to api.mypurecloud.com, which gives no tokens",
            "{client:#}"
        );
        assert_eq!(
            client["api"],
            if ["Go SDK", "CX as Code", "Genesys Cloud CLI"]
                .contains(&client["client"].as_str().unwrap_or_default())
            {
                "https://f6g7h8i9j0.execute-api.us-east-1.amazonaws.com/test/api/v2/users"
            } else {
                "https://f6g7h8i9j0.execute-api.us-east-1.amazonaws.com:443/test/api/v2/users"
            },
            "{client:#}"
        );
    }
    let shown_text = shown(&machine.run(&["env", "show", "genesys-rest-api-test", "--clients"]));
    for words in [
        "route  GET /users -> https://api.mypurecloud.com/api/v2/users",
        "warning: GET /users: There is one integration response only",
        "no route: POST /oauth/token goes to api.mypurecloud.com, which gives no tokens",
    ] {
        assert!(shown_text.contains(words), "{words}: {shown_text}");
    }
}

#[test]
fn a_form_that_breaks_clients_is_told_and_mended_on_request() {
    let profile = "[prod]\nenvironment = \"mypurecloud.com\"\ngateway_host = \"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/test\"\n\
                   gateway_port = \"443\"\ngateway_protocol = \"https\"\n\
                   gateway_pathparams = '{login: /loginpath, api: /apipath}'\n";
    for (arguments, verdict) in [(vec![], "broken"), (vec!["--mend-clients"], "works")] {
        let machine = Machine::new();
        let file = machine.folder.path().join("config.toml");
        std::fs::write(&file, profile).expect("written");
        let file = file.display().to_string();
        let mut line = vec!["import", "--yes", &file];
        line.extend(arguments);
        let output = machine.run(&line);
        let told =
            shown(&output).contains("clients of prod: JavaScript, Python, Java, .NET: broken");
        assert_eq!(told, verdict == "broken", "{}", shown(&output));
        let document = machine.json(&["env", "show", "prod", "--json"]);
        assert_eq!(document["clients"][0]["verdict"], verdict, "{document:#}");
    }
}
