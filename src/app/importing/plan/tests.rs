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
