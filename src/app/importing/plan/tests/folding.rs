//! What falls together with what: the same name among environments and among requests, folders, addresses of other kinds of
//! environments, variables that several share.

use super::*;
use crate::interchange::{FoundSecret, ImportedRequest};
use crate::model::environment::{Colour, Place as Address, Protection};
use crate::model::ids::RequestId;
use crate::model::secret::Secret;

/// An environment out of a profile of the command line client.
fn profile(name: &str, domain: &str) -> Environment {
    let mut environment = environment(&format!("[any]\nenvironment = \"{domain}\"\n"));
    environment.id = EnvironmentId::new(name).expect("an id");
    name.clone_into(&mut environment.name);
    environment
}

fn gateway(name: &str, stage: &str, api_path: &str) -> Environment {
    let host = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";
    let mut gateway = profile(name, "mypurecloud.com");
    gateway.target = serde_json::from_value(serde_json::json!({
        "kind": "gateway", "host": host, "stage": stage, "api-path": api_path,
    }))
    .expect("a gateway");
    gateway
}

fn stored(path: &str, name: &str) -> StoredRequest {
    StoredRequest {
        path: path.to_owned(),
        draft: RequestDraft {
            id: RequestId(format!("id of {path}")),
            name: name.to_owned(),
            path: "/there".to_owned(),
            ..RequestDraft::default()
        },
    }
}

fn request(folder: &[&str], name: &str) -> ImportedRequest {
    let mut request = ImportedRequest::new(RequestDraft {
        id: RequestId("of the import".to_owned()),
        name: name.to_owned(),
        path: "/new".to_owned(),
        ..RequestDraft::default()
    });
    request.folder = folder.iter().map(|name| (*name).to_owned()).collect();
    request
}

fn replacing() -> Choices {
    Choices {
        replaces: true,
        ..Choices::default()
    }
}

fn plan(
    imported: Imported,
    environments: &[Environment],
    requests: &[StoredRequest],
    choices: &Choices,
) -> Plan {
    let known = Known {
        environments,
        requests,
    };
    Plan::new(imported, known, choices)
}

/// Environments of the plan: id, name, and what becomes of them.
fn environments(plan: &Plan) -> Vec<String> {
    let told = |planned: &PlannedEnvironment| {
        let environment = &planned.environment;
        format!(
            "{} `{}` {:?}",
            environment.id, environment.name, planned.fate
        )
    };
    plan.environments.iter().map(told).collect()
}

/// Requests of the plan: directory, name, id and what becomes of them.
fn requests(plan: &Plan) -> Vec<String> {
    let told = |planned: &PlannedRequest| {
        let draft = &planned.draft;
        format!(
            "{}/ `{}` {:?} {:?}",
            planned.directory(),
            draft.name,
            draft.id.0,
            planned.fate
        )
    };
    plan.requests.iter().map(told).collect()
}

#[test]
fn environments_of_one_name_get_the_next_free_number() {
    let there = [
        profile("prod", "mypurecloud.de"),
        profile("prod-3", "mypurecloud.de"),
    ];
    let imported = |ids: &[&str]| Imported {
        environments: ids
            .iter()
            .map(|id| profile(id, "mypurecloud.com"))
            .collect(),
        ..Imported::default()
    };
    for (ids, expected) in [
        (&["test"][..], &["test `test` New"][..]),
        (&["prod"], &["prod-2 `prod 2` Numbered(\"prod\")"]),
        // The import's own one of that name came second.
        (
            &["prod", "prod-2"],
            &[
                "prod-2 `prod 2` Numbered(\"prod\")",
                "prod-2-2 `prod-2 2` Numbered(\"prod-2\")",
            ],
        ),
        // `prod 2` is free, `prod-3` is there.
        (
            &["prod-3", "prod"],
            &[
                "prod-3-2 `prod-3 2` Numbered(\"prod-3\")",
                "prod-2 `prod 2` Numbered(\"prod\")",
            ],
        ),
        (
            &["sandbox-direct"],
            &["sandbox-direct-2 `sandbox-direct 2` Numbered(\"sandbox-direct\")"],
        ),
    ] {
        let plan = plan(imported(ids), &there, &[], &Choices::default());
        assert_eq!(environments(&plan), expected, "{ids:?}");
    }
    let both = plan(imported(&["prod", "new"]), &there, &[], &replacing());
    assert_eq!(
        environments(&both),
        ["prod `prod` Replaces", "new `new` New"]
    );
}

#[test]
fn what_replaces_keeps_colour_and_protection_and_may_be_of_another_kind() {
    let mut there = gateway("prod", "test", "");
    there.colour = Colour::Amber;
    there.protection = Protection::ReadOnly;
    let imported = Imported {
        environments: vec![profile("prod", "mypurecloud.com")],
        ..Imported::default()
    };
    let plan = plan(imported, &[there], &[], &replacing());
    let replaced = &plan.environments[0];
    assert_eq!(replaced.fate, Fate::Replaces);
    assert!(matches!(replaced.environment.target, Target::Direct { .. }));
    assert_eq!(replaced.environment.colour, Colour::Amber);
    assert_eq!(replaced.environment.protection, Protection::ReadOnly);
}

#[test]
fn new_environments_get_a_colour_of_their_own_and_follow_each_others_names() {
    let there = profile("prod", "mypurecloud.de");
    let prod = profile("prod", "mypurecloud.com");
    let mut twin = profile("twin", "mypurecloud.ie");
    twin.credentials = Credentials::SameAs {
        environment: prod.id.clone(),
    };
    let imported = Imported {
        environments: vec![prod, twin],
        ..Imported::default()
    };
    let plan = plan(
        imported,
        std::slice::from_ref(&there),
        &[],
        &Choices::default(),
    );
    let Credentials::SameAs { environment } = &plan.environments[1].environment.credentials else {
        panic!("{:?}", plan.environments[1]);
    };
    assert_eq!(environment.as_str(), "prod-2");
    let colours = [
        there.colour,
        plan.environments[0].environment.colour,
        plan.environments[1].environment.colour,
    ];
    assert!(
        colours[0] != colours[1] && colours[1] != colours[2] && colours[0] != colours[2],
        "{colours:?}"
    );
}

#[test]
fn a_command_goes_to_the_environment_with_its_address_whatever_kind_it_is() {
    let mut custom = profile("custom", "mypurecloud.com");
    custom.target = Target::Direct {
        place: Address::Origins {
            api: "http://127.0.0.1:9000".to_owned(),
            login: "http://127.0.0.1:9001".to_owned(),
        },
    };
    let there = [
        profile("direct", "mypurecloud.com"),
        gateway("proxy", "test", ""),
        gateway("named", "dev", "/apipath"),
        custom,
    ];
    let host = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";
    for (url, expected, path) in [
        (
            "https://api.mypurecloud.com/api/v2/users".to_owned(),
            "direct `direct` Used",
            "/api/v2/users",
        ),
        (
            format!("{host}/test/api/v2/users"),
            "proxy `proxy` Used",
            "/api/v2/users",
        ),
        (
            format!("{host}/dev/apipath/api/v2/users"),
            "named `named` Used",
            "/api/v2/users",
        ),
        (
            "http://127.0.0.1:9000/a/b".to_owned(),
            "custom `custom` Used",
            "/a/b",
        ),
        // Other stages, ports and regions are other environments.
        (format!("{host}/prod/api/v2/users"), "New", "/api/v2/users"),
        (
            "https://api.mypurecloud.de/api/v2/users".to_owned(),
            "New",
            "/api/v2/users",
        ),
        ("http://127.0.0.1:9001/a".to_owned(), "New", "/a"),
    ] {
        let plan = planned(&format!("curl {url}"), &there, &Choices::default());
        let told = environments(&plan);
        assert_eq!(told.len(), 1, "{url}: {told:?}");
        assert!(told[0].ends_with(expected), "{url}: {told:?}");
        assert_eq!(plan.requests[0].draft.path, path, "{url}");
        assert_eq!(
            plan.requests[0].environment.as_ref(),
            Some(&plan.environments[0].environment.id),
            "{url}"
        );
    }
}

#[test]
fn of_two_environments_at_one_address_the_chosen_one_is_taken() {
    let there = [
        profile("one", "mypurecloud.com"),
        profile("two", "mypurecloud.com"),
    ];
    let command = "curl https://api.mypurecloud.com/api/v2/users";
    for (into, expected) in [(None, "one"), (Some("two"), "two"), (Some("gone"), "one")] {
        let choices = Choices {
            into: into.map(|name| EnvironmentId::new(name).expect("an id")),
            ..Choices::default()
        };
        let plan = planned(command, &there, &choices);
        assert_eq!(
            plan.requests[0]
                .environment
                .as_ref()
                .map(EnvironmentId::as_str),
            Some(expected),
            "{into:?}"
        );
        assert_eq!(plan.changed_environments().count(), 0, "{into:?}");
    }
}

#[test]
fn an_environment_that_is_more_than_an_address_stands_beside_one_at_the_same_address() {
    let there = profile("prod", "mypurecloud.com");
    let mut with_client = profile("other", "mypurecloud.com");
    with_client.credentials = serde_json::from_value(serde_json::json!({
        "kind": "client-credentials", "client_id": "me",
    }))
    .expect("credentials");
    let mut with_variable = profile("other", "mypurecloud.com");
    with_variable.variables = vec![Variable {
        name: "size".to_owned(),
        value: "5".to_owned(),
        secret: false,
    }];
    let bare = profile("other", "mypurecloud.com");
    for (environment, expected) in [
        (with_client, "other `other` New"),
        (with_variable, "other `other` New"),
        (bare, "prod `prod` Used"),
    ] {
        let mut asked = request(&[], "List");
        asked.environment = Some(environment.id.clone());
        let imported = Imported {
            environments: vec![environment],
            requests: vec![asked],
            ..Imported::default()
        };
        let plan = plan(
            imported,
            std::slice::from_ref(&there),
            &[],
            &Choices::default(),
        );
        assert_eq!(environments(&plan), [expected]);
    }
}

#[test]
fn requests_of_one_name_in_one_folder_are_numbered_or_replaced() {
    let there = [
        stored("list.toml", "List"),
        stored("list-2.toml", "List 2"),
        stored("users/list.toml", "List"),
    ];
    let imported = || Imported {
        requests: vec![
            request(&[], "List"),
            request(&["Users"], "List"),
            request(&["Users"], "List"),
            request(&["Queues"], "List"),
            request(&["Users", "Queues"], "List"),
        ],
        ..Imported::default()
    };
    let beside = plan(imported(), &[], &there, &Choices::default());
    assert_eq!(
        requests(&beside),
        [
            "/ `List 3` \"\" Numbered(\"List\")",
            "users/ `List 2` \"\" Numbered(\"List\")",
            "users/ `List 3` \"\" Numbered(\"List\")",
            "queues/ `List` \"\" New",
            "users/queues/ `List` \"\" New",
        ]
    );
    // One that is there is replaced once; the second of that name stands beside it.
    let replaced = plan(imported(), &[], &there, &replacing());
    assert_eq!(
        requests(&replaced),
        [
            "/ `List` \"id of list.toml\" Replaces",
            "users/ `List` \"id of users/list.toml\" Replaces",
            "users/ `List 2` \"\" Numbered(\"List\")",
            "queues/ `List` \"\" New",
            "users/queues/ `List` \"\" New",
        ]
    );
    assert!(
        replaced
            .requests
            .iter()
            .all(|planned| planned.draft.path == "/new")
    );
}

#[test]
fn folders_of_one_name_are_one_and_others_stay_apart() {
    let long = "x".repeat(80);
    let longer = format!("{long}y");
    let table: [(&[&str], &str); 15] = [
        (&["Users"], "users"),
        (&["users"], "users"),
        (&[" Users "], "users"),
        (&["", "Users", "  "], "users"),
        (&["Users", "Users"], "users/users"),
        (&["Ünïcode"], "uenicode"),
        // The same letters, another name.
        (&["a/b"], "a-b"),
        (&["a b"], "a-b-2"),
        (&["a/b", "c"], "a-b/c"),
        (&["a b", "c"], "a-b-2/c"),
        // Names without a letter that a directory could have.
        (&["用户"], "folder"),
        (&["队列"], "folder-2"),
        (&["用户", "队列"], "folder/folder"),
        (&[&long], &"x".repeat(60)),
        (&[&longer], &format!("{}-2", "x".repeat(60))),
    ];
    let imported = Imported {
        requests: table
            .iter()
            .enumerate()
            .map(|(number, (folder, _))| request(folder, &format!("{number}")))
            .collect(),
        ..Imported::default()
    };
    let plan = plan(imported, &[], &[], &Choices::default());
    for (planned, (folder, directory)) in plan.requests.iter().zip(&table) {
        assert_eq!(planned.directory(), *directory, "{folder:?}");
        assert_eq!(planned.fate, Fate::New, "{folder:?}");
        let names: Vec<&str> = planned
            .folder
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        let given: Vec<&str> = folder
            .iter()
            .map(|name| name.trim())
            .filter(|name| !name.is_empty())
            .collect();
        assert_eq!(names, given);
    }
}

#[test]
fn variables_that_are_there_keep_their_value_unless_they_are_replaced() {
    let mut there = profile("prod", "mypurecloud.com");
    let variable = |name: &str, value: &str| Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        secret: false,
    };
    there.variables = vec![variable("same", "1"), variable("other", "1")];
    let imported = || Imported {
        variables: vec![
            variable("same", "1"),
            variable("other", "2"),
            variable("new", "3"),
        ],
        ..Imported::default()
    };
    let into = Some(there.id.clone());
    for (replaces, expected, told) in [
        (
            false,
            ["same=1", "other=1", "new=3"],
            &["the variable other"][..],
        ),
        (true, ["same=1", "other=2", "new=3"], &[]),
    ] {
        let choices = Choices {
            into: into.clone(),
            replaces,
            ..Choices::default()
        };
        // A request brings the environment into the plan.
        let mut imported = imported();
        imported.requests.push(request(&[], "List"));
        let plan = plan(imported, std::slice::from_ref(&there), &[], &choices);
        let planned = &plan.environments[0];
        assert_eq!(planned.fate, Fate::Completed);
        let variables = planned.environment.variables.iter();
        let variables: Vec<String> = variables
            .map(|known| format!("{}={}", known.name, known.value))
            .collect();
        assert_eq!(variables, expected, "{replaces}");
        let ignored: Vec<&str> = plan.ignored.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(ignored, told, "{replaces}");
    }
}

#[test]
fn a_secret_goes_to_its_origin_among_several_environments() {
    let imported = |origins: &[&str]| Imported {
        environments: vec![
            profile("one", "mypurecloud.com"),
            profile("two", "mypurecloud.de"),
        ],
        secrets: vec![FoundSecret {
            environment: None,
            name: SecretName::Variable("key".to_owned()),
            value: Secret::new("canary"),
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            place: crate::interchange::text::Place::START,
        }],
        ..Imported::default()
    };
    for (origins, expected) in [
        (&["https://api.mypurecloud.de"][..], &["two"][..]),
        (
            &["https://api.mypurecloud.com", "https://api.mypurecloud.de"],
            &["one", "two"],
        ),
        // Without an origin each of them would be allowed to send it.
        (&[], &[]),
        // Nobody else may get it.
        (&["https://elsewhere.example"], &[]),
    ] {
        let plan = plan(imported(origins), &[], &[], &Choices::default());
        let takers: Vec<&str> = plan
            .secrets
            .iter()
            .map(|planned| planned.key.environment.as_str())
            .collect();
        assert_eq!(takers, expected, "{origins:?}");
        for planned in &plan.secrets {
            let own = plan
                .environments
                .iter()
                .find(|known| known.environment.id == planned.key.environment);
            assert_eq!(
                planned.origins,
                route::origins(&own.expect("a taker").environment)
            );
        }
        let lost = plan.ignored.iter().any(|one| one.what == "the secret key");
        assert_eq!(lost, expected.is_empty(), "{origins:?}: {:?}", plan.ignored);
    }
}
