//! What an import does to a workspace that holds something already.

mod folding;

use super::planning::MOST_HOSTS;
use super::*;
use crate::interchange::reading;
use crate::model::environment::Variable;
use crate::model::route;
use crate::model::secret::SecretName;

fn planned(text: &str, environments: &[Environment], choices: &Choices) -> Plan {
    let read = reading::import(text, None).unwrap_or_else(|error| panic!("{error} in {text}"));
    let known = Known {
        environments,
        requests: &[],
    };
    Plan::new(read.imported, known, choices)
}

fn environment(text: &str) -> Environment {
    planned(text, &[], &Choices::default())
        .environments
        .remove(0)
        .environment
}

const PROFILE: &str = "[prod]\nenvironment = \"mypurecloud.de\"\naccess_token = \"canary-token\"\n";

#[test]
fn a_taken_name_gets_a_number_or_replaces() {
    let there = environment(PROFILE);
    let plan = planned(PROFILE, std::slice::from_ref(&there), &Choices::default());
    assert_eq!(plan.environments[0].environment.id.as_str(), "prod-2");
    assert_eq!(plan.environments[0].fate, Fate::Numbered("prod".to_owned()));
    assert_eq!(plan.secrets[0].key.environment.as_str(), "prod-2");
    let choices = Choices {
        replaces: true,
        ..Choices::default()
    };
    let plan = planned(PROFILE, &[there], &choices);
    assert_eq!(plan.environments[0].environment.id.as_str(), "prod");
    assert_eq!(plan.environments[0].fate, Fate::Replaces);
    // A built-in environment is never replaced.
    let plan = planned(
        "[sandbox-direct]\nenvironment = \"mypurecloud.de\"\n",
        &[],
        &choices,
    );
    assert_eq!(
        plan.environments[0].environment.id.as_str(),
        "sandbox-direct-2"
    );
}

#[test]
fn a_request_goes_to_the_environment_that_is_there() {
    let there = environment(PROFILE);
    let plan = planned(
        "curl https://api.mypurecloud.de/api/v2/users",
        std::slice::from_ref(&there),
        &Choices::default(),
    );
    assert_eq!(plan.environments[0].fate, Fate::Used);
    assert_eq!(plan.changed_environments().count(), 0);
    assert_eq!(plan.requests[0].environment, Some(there.id));
    assert_eq!(plan.requests[0].draft.path, "/api/v2/users");
}

#[test]
fn a_secret_is_bound_to_where_it_came_from_and_overwrites_none() {
    let mut there = environment(PROFILE);
    let command = "curl https://api.mypurecloud.de/a -H 'Authorization: Bearer canary-1'";
    let plan = planned(command, std::slice::from_ref(&there), &Choices::default());
    let SecretName::Variable(name) = plan.secrets[0].key.name.clone() else {
        panic!("{:?}", plan.secrets[0].key);
    };
    assert_eq!(plan.secrets[0].origins, route::origins(&there));
    assert_eq!(plan.environments[0].fate, Fate::Completed);
    // The same variable is there already: the new secret gets a name of its own, and the request refers to it.
    there.variables.push(Variable {
        name: name.clone(),
        value: String::new(),
        secret: true,
    });
    let plan = planned(command, std::slice::from_ref(&there), &Choices::default());
    assert_eq!(
        plan.secrets[0].key.name,
        SecretName::Variable(format!("{name}_2"))
    );
    let draft = format!("{:?}", plan.requests[0].draft);
    assert!(
        draft.contains(&format!("{{{{secret.{name}_2}}}}")),
        "{draft}"
    );
    assert!(!draft.contains("canary"), "{draft}");
}

#[test]
fn a_secret_of_another_host_stays_bound_to_that_host() {
    let there = environment(PROFILE);
    let choices = Choices {
        into: Some(there.id.clone()),
        ..Choices::default()
    };
    let command = "curl https://elsewhere.example/a -H 'Authorization: Bearer canary-1'";
    let plan = planned(command, &[there], &choices);
    assert_eq!(plan.secrets[0].origins, ["https://elsewhere.example"]);
    assert_eq!(plan.secrets[0].key.environment.as_str(), "prod");
    assert_eq!(plan.requests[0].draft.path, "/a");
}

const THROUGH_A_PROXY: &str = "curl https://api.mypurecloud.com/api/v2/queues -x http://u:canary-9@proxy:8080 --cacert ca.pem --max-time 5 --resolve api.mypurecloud.com:443:127.0.0.1";

#[test]
fn an_environment_that_is_there_keeps_its_settings_and_its_secrets() {
    let there = environment("[prod]\nenvironment = \"mypurecloud.com\"\n");
    for replaces in [false, true] {
        let choices = Choices {
            replaces,
            ..Choices::default()
        };
        let plan = planned(THROUGH_A_PROXY, std::slice::from_ref(&there), &choices);
        assert_eq!(plan.environments.len(), 1, "{plan:?}");
        assert_eq!(plan.environments[0].fate, Fate::Used);
        assert_eq!(plan.environments[0].environment, there);
        assert_eq!(plan.secrets, []);
        assert_eq!(plan.lost_secrets, 1);
        assert_eq!(plan.files, [], "nothing waits for what is not taken");
        assert_eq!(plan.asked_settings(), [""; 0]);
        for what in [
            "the proxy",
            "the file of trusted certificates",
            "the limits",
            "the address of api.mypurecloud.com",
            "the secret proxy-password",
        ] {
            assert!(
                plan.ignored.iter().any(|ignored| ignored.what == what),
                "{what}: {:?}",
                plan.ignored
            );
        }
    }
    // Its own proxy's password is replaced when the user says so, and not before.
    let mut same = there;
    same.network.proxy = Proxy::Explicit {
        url: "http://proxy:8080".to_owned(),
        user_name: "u".to_owned(),
        bypass: Vec::new(),
    };
    for replaces in [false, true] {
        let choices = Choices {
            replaces,
            ..Choices::default()
        };
        let plan = planned(THROUGH_A_PROXY, std::slice::from_ref(&same), &choices);
        assert_eq!(plan.secrets.len(), usize::from(replaces), "{replaces}");
        assert!(
            plan.ignored
                .iter()
                .all(|ignored| ignored.what != "the proxy")
        );
    }
}

#[test]
fn a_gateway_password_is_not_said_to_be_sent() {
    let plan = planned(
        "[prod]\nenvironment = \"mypurecloud.de\"\ngateway_protocol = \"https\"\ngateway_host = \"gw.example.com\"\ngateway_port = \"443\"\ngateway_username = \"ada\"\ngateway_password = \"canary\"\n",
        &[],
        &Choices::default(),
    );
    assert_eq!(
        plan.secrets[0].in_words(),
        "gateway-password of prod, for exports alone: no client sends it, and neither does Gatescope"
    );
}

#[test]
fn what_a_new_environment_asks_for_is_told() {
    let plan = planned(THROUGH_A_PROXY, &[], &Choices::default());
    assert_eq!(
        plan.asked_settings(),
        [
            "the proxy http://proxy:8080 of Genesys Cloud us-east-1",
            "the address 127.0.0.1 for api.mypurecloud.com of Genesys Cloud us-east-1"
        ]
    );
    assert_eq!(plan.files.len(), 1);
    assert_eq!(
        plan.secrets[0].in_words(),
        "proxy-password of genesys-cloud-us-east-1, for its proxy"
    );
}

#[test]
fn the_client_form_of_an_environment_that_is_there_stays() {
    let mut there = environment(
        "curl https://a1.execute-api.eu-west-1.amazonaws.com/test/apipath/api/v2/users",
    );
    let Target::Gateway(gateway) = &mut there.target else {
        panic!("{:?}", there.target);
    };
    gateway.client_form = ClientForm {
        host: "a1.execute-api.eu-west-1.amazonaws.com/test".to_owned(),
        port: "443".to_owned(),
        protocol: "https".to_owned(),
        login_path: "/loginpath".to_owned(),
        api_path: "/apipath".to_owned(),
    };
    let choices = Choices {
        mends_clients: true,
        ..Choices::default()
    };
    let text = "curl https://a1.execute-api.eu-west-1.amazonaws.com/test/apipath/api/v2/users -H 'Authorization: Bearer canary-1'";
    let plan = planned(text, std::slice::from_ref(&there), &choices);
    assert_eq!(plan.environments[0].fate, Fate::Completed);
    assert_eq!(plan.environments[0].environment.target, there.target);
    assert_eq!(plan.clients, []);
}

#[test]
fn folders_get_names_that_every_system_takes() {
    let text = r#"{"info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "Con", "item": [{"name": "AUX", "item": [
            {"name": "a", "request": {"method": "GET", "url": "https://api.mypurecloud.com/a"}}]}]}]}"#;
    let plan = planned(text, &[], &Choices::default());
    assert_eq!(plan.requests[0].directory(), "con-folder/aux-folder");
}

#[test]
fn the_catalogue_keeps_what_it_has_unless_told_otherwise() {
    let text = r#"{"openapi": "3.0.0", "info": {}, "paths": {"/a": {"get": {}}}}"#;
    for (replaces, words) in [(false, "leave as they are"), (true, "take the place of")] {
        let choices = Choices {
            replaces,
            ..Choices::default()
        };
        let plan = planned(text, &[], &choices);
        assert_eq!(plan.replaces_operations, replaces);
        let said = plan.operations_in_words().unwrap_or_default();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn unknown_hosts_become_environments_up_to_a_number() {
    let text = (0..20).fold(String::new(), |text, number| {
        text + &format!("### {number}\nGET https://h{number}.example/a/{number}\n\n")
    });
    let plan = planned(&text, &[], &Choices::default());
    assert_eq!(plan.environments.len(), MOST_HOSTS);
    assert_eq!(plan.requests.len(), 20);
    assert_eq!(plan.requests[0].draft.path, "/a/0");
    assert_eq!(plan.requests[19].draft.path, "https://h19.example/a/19");
    assert_eq!(plan.requests[19].environment, None);
    assert!(
        plan.ignored
            .iter()
            .any(|ignored| ignored.what == "12 of 20 hosts"),
        "{:?}",
        plan.ignored
    );
}

#[test]
fn requests_of_the_same_name_stand_side_by_side() {
    let text = "curl https://h.example/a\ncurl https://h.example/a\n";
    let plan = planned(text, &[], &Choices::default());
    let names: Vec<&str> = plan
        .requests
        .iter()
        .map(|planned| planned.draft.name.as_str())
        .collect();
    assert_eq!(names, ["GET /a", "GET /a 2"]);
}

#[test]
fn variables_without_an_environment_need_one() {
    let text = r#"{"name": "x", "values": [{"key": "a", "value": "1"}, {"key": "b", "value": "canary", "type": "secret"}]}"#;
    let plan = planned(text, &[], &Choices::default());
    assert!(plan.is_empty(), "{plan:?}");
    assert_eq!(plan.ignored.len(), 2, "{:?}", plan.ignored);
    let mut there = environment(PROFILE);
    there.variables.push(Variable {
        name: "a".to_owned(),
        value: "own".to_owned(),
        secret: false,
    });
    let choices = Choices {
        into: Some(there.id.clone()),
        ..Choices::default()
    };
    // Nothing names the environment but the choice.
    let plan = planned(text, &[there], &choices);
    let variables = &plan.environments[0].environment.variables;
    assert_eq!(variables.len(), 2, "{variables:?}");
    assert_eq!(variables[0].value, "own");
    assert!(variables[1].secret && variables[1].value.is_empty());
    assert_eq!(plan.secrets.len(), 1);
    assert!(
        plan.ignored
            .iter()
            .any(|ignored| ignored.what == "the variable a")
    );
}

#[test]
fn a_large_description_fills_the_catalogue_alone() {
    let paths = (0..=MOST_OPERATIONS).fold(String::new(), |text, number| {
        text + &format!("\"/a{number}\": {{\"get\": {{\"operationId\": \"op{number}\"}}}},")
    });
    let text = format!(
        "{{\"openapi\": \"3.0.0\", \"info\": {{}}, \"servers\": [{{\"url\": \"https://api.mypurecloud.com\"}}], \"paths\": {{{}}}}}",
        paths.trim_end_matches(',')
    );
    let plan = planned(&text, &[], &Choices::default());
    assert_eq!(plan.requests, []);
    assert_eq!(
        plan.catalogue.as_ref().map(|text| text.lines().count()),
        Some(MOST_OPERATIONS + 1)
    );
    let choices = Choices {
        takes_all_requests: true,
        ..Choices::default()
    };
    let plan = planned(&text, &[], &choices);
    assert_eq!(plan.requests.len(), MOST_OPERATIONS + 1);
}
