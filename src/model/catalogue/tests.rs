//! The catalogue: how it is packed, searched, and made into requests.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::fuzzy::{Finder, Query};
use super::*;
use crate::model::ids::RequestId;
use crate::model::request::{DraftBody, QueryRow};

fn whole() -> Catalogue {
    Catalogue::parse(include_str!("../../../assets/catalogue/operations.tsv")).expect("readable")
}

fn shown(catalogue: &Catalogue, index: u32) -> String {
    let operation = catalogue.operation(index).expect("found, so it is there");
    format!("{} {}", operation.method, operation.path)
}

#[test]
fn every_operation_of_the_table_is_there_once() {
    let catalogue = whole();
    assert_eq!(catalogue.count(), 3_315);
    let in_groups: usize = catalogue
        .tags()
        .iter()
        .map(|group| group.operations.len())
        .sum();
    assert_eq!(in_groups, 3_468, "with repeated tags");
    assert_eq!(catalogue.tags().len(), 87);
    let calls: BTreeSet<String> = catalogue
        .operations()
        .map(|(_, operation)| format!("{} {}", operation.method, operation.path))
        .collect();
    assert_eq!(calls.len(), catalogue.count());
    let methods: BTreeSet<&str> = catalogue
        .operations()
        .map(|(_, operation)| operation.method)
        .collect();
    let known = BTreeSet::from(["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]);
    assert_eq!(methods, known);
    for (_, operation) in catalogue.operations() {
        assert!(operation.path.starts_with("/api/v2/"), "{operation:?}");
        assert!(operation.tags().count() > 0, "{operation:?}");
        assert!(!operation.id.is_empty(), "{operation:?}");
    }
}

#[test]
fn the_columns_are_told_apart() {
    let catalogue = whole();
    let (_, operation) = catalogue.find("GET", "/api/v2/users").expect("users");
    assert_eq!(operation.id, "getUsers");
    assert_eq!(operation.tags().collect::<Vec<_>>(), ["Users"]);
    let names: Vec<&str> = operation.query_names().collect();
    assert_eq!(&names[..2], ["pageSize", "pageNumber"]);
    assert!(!operation.has_body);
    let (_, search) = catalogue.find("POST", "/api/v2/users/search").expect("one");
    assert!(search.has_body);
    assert_eq!(search.tags().collect::<Vec<_>>(), ["Search", "Users"]);
    assert!(catalogue.operation(u32::MAX).is_none());
}

#[test]
fn what_is_no_table_is_refused_with_its_line() {
    for (text, expected) in [
        ("", Ok(0)),
        ("# only a remark\n", Ok(0)),
        ("GET\t/a\tid\tTag\t\t\n", Ok(1)),
        ("GET\t/a\tid\tTag\t\t\nGET\t/b\tid\n", Err((2, 3))),
        ("GET\t/a\tid\tTag\t\t\tmore\n", Err((1, 7))),
        ("GET\t/ä\tid\tTag\t\t\n", Err((1, 6))),
    ] {
        let read = match Catalogue::parse(text) {
            Ok(catalogue) => Ok(catalogue.count()),
            Err(CatalogueError::Columns { line, found }) => Err((line, found)),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(read, expected, "{text:?}");
    }
}

#[test]
fn the_likely_operation_comes_first() {
    let catalogue = whole();
    for (typed, first) in [
        ("users", "GET /api/v2/users"),
        ("get users", "GET /api/v2/users"),
        ("users get", "GET /api/v2/users"),
        ("USERS", "GET /api/v2/users"),
        ("post users", "POST /api/v2/users"),
        ("usersme", "GET /api/v2/users/me"),
        ("users me", "GET /api/v2/users/me"),
        ("getUser", "GET /api/v2/users/{userId}"),
        ("routing queues", "GET /api/v2/routing/queues"),
        ("routng queus", "GET /api/v2/routing/queues"),
        (
            "queue members",
            "GET /api/v2/routing/queues/{queueId}/members",
        ),
        (
            "conversation details query",
            "POST /api/v2/analytics/conversations/details/query",
        ),
        ("routing queue", "GET /api/v2/routing/queues"),
        ("oauth clients", "GET /api/v2/oauth/clients"),
        ("/api/v2/users/{userId}", "GET /api/v2/users/{userId}"),
        ("/routing/queues", "GET /api/v2/routing/queues"),
        (
            "getRoutingQueueMembers",
            "GET /api/v2/routing/queues/{queueId}/members",
        ),
    ] {
        let found = catalogue.search(typed);
        let best = found.first().map(|index| shown(&catalogue, *index));
        assert_eq!(best.as_deref(), Some(first), "{typed:?}");
    }
}

#[test]
fn every_word_must_be_found() {
    let catalogue = whole();
    for typed in ["", "  ", "users qqqq", "größe", "zzzzzz", "users\u{202e}"] {
        assert_eq!(catalogue.search(typed), Vec::<u32>::new(), "{typed:?}");
    }
    let by_tag = catalogue.search("SCIM");
    assert!(by_tag.len() >= 10, "{}", by_tag.len());
    for index in &by_tag[..10] {
        let operation = catalogue.operation(*index).expect("there");
        let everything = format!("{operation:?}").to_lowercase();
        assert!(everything.contains("scim"), "{everything}");
    }
    let best = catalogue.search("delete scim")[0];
    let best = catalogue.operation(best).expect("there");
    assert_eq!(best.method, "DELETE");
    assert!(best.path.contains("/scim/"), "{best:?}");
}

#[test]
fn a_path_goes_on_as_the_catalogue_has_it() {
    let catalogue = whole();
    for (typed, method, first, is_whole) in [
        (
            "/api/v2/rout",
            "GET",
            // Of two that are as deep the shorter one.
            Some("/api/v2/routing/queues"),
            false,
        ),
        ("/api/v2/us", "GET", Some("/api/v2/users"), false),
        (
            "/api/v2/users/abc/routingst",
            "GET",
            Some("/api/v2/users/abc/routingstatus"),
            false,
        ),
        (
            "/API/V2/users/{userId}/routingst",
            "GET",
            Some("/API/V2/users/{userId}/routingstatus"),
            false,
        ),
        (
            "/api/v2/users/{us",
            "PATCH",
            Some("/api/v2/users/{userId}"),
            false,
        ),
        (
            "/api/v2/users/sea",
            "POST",
            Some("/api/v2/users/search"),
            false,
        ),
        (
            "/api/v2/users/sea",
            "PUT",
            Some("/api/v2/users/search"),
            false,
        ),
        ("/users", "GET", Some("/api/v2/users"), false),
        (
            "routing queues",
            "GET",
            Some("/api/v2/routing/queues"),
            false,
        ),
        ("/api/v2/users", "GET", Some("/api/v2/users/me"), true),
        ("/api/v2/tokens/me", "GET", None, true),
        ("/api/v2/users?pageSize=5", "GET", None, false),
        ("https://api.example.com/api/v2/users", "GET", None, false),
        ("", "GET", None, false),
        ("x", "GET", None, false),
    ] {
        let completion = catalogue.complete_path(typed, method, 50);
        let best = completion.suggestions.first();
        let paths: Vec<&str> = completion
            .suggestions
            .iter()
            .take(5)
            .map(|suggestion| suggestion.path.as_str())
            .collect();
        let best = best.map(|best| best.path.as_str());
        assert_eq!(best, first, "{typed:?} {paths:?}");
        assert_eq!(completion.is_whole, is_whole, "{typed:?}");
        assert!(completion.suggestions.len() <= 50, "{typed:?}");
        assert!(!paths.contains(&typed), "{typed:?} suggests itself");
    }
}

#[test]
fn the_method_that_is_chosen_comes_first_and_stays() {
    let catalogue = whole();
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        let suggestions = catalogue
            .complete_path("/api/v2/users/", method, 1_000)
            .suggestions;
        let mine: Vec<bool> = suggestions
            .iter()
            .map(|suggestion| suggestion.method == method)
            .collect();
        assert!(mine[0], "{method}");
        assert!(mine.is_sorted_by(|one, other| one >= other), "{method}");
        for suggestion in &suggestions {
            let has_it = suggestion.methods.iter().any(|known| known == method);
            assert_eq!(has_it, suggestion.method == method, "{suggestion:?}");
            let operation = catalogue.operation(suggestion.operation).expect("there");
            assert_eq!(operation.method, suggestion.method);
        }
    }
}

#[test]
fn a_request_is_ready_to_be_filled_in() {
    let catalogue = whole();
    let (_, operation) = catalogue
        .find("GET", "/api/v2/routing/queues/{queueId}/members")
        .expect("one");
    let request = operation.request(RequestId("r1".to_owned()));
    assert_eq!(request.name, "Get routing queue members");
    assert_eq!(request.method, "GET");
    assert_eq!(request.path, "/api/v2/routing/queues/{queueId}/members");
    assert_eq!(request.path_variables[0].name, "queueId");
    assert_eq!(request.path_variables[0].value, "");
    assert_eq!(
        request.query[0],
        QueryRow {
            enabled: false,
            name: "pageNumber".to_owned(),
            value: Some(String::new()),
        }
    );
    assert_eq!(request.body, DraftBody::None);
    let (_, search) = catalogue.find("POST", "/api/v2/users/search").expect("one");
    let request = search.request(RequestId("r2".to_owned()));
    assert!(matches!(request.body, DraftBody::Json { .. }));
}

#[test]
fn ids_and_tags_become_words() {
    for (id, words) in [
        ("getUsers", "Get users"),
        ("getUsersMe", "Get users me"),
        (
            "postAnalyticsConversationsDetailsQuery",
            "Post analytics conversations details query",
        ),
        ("AgentUI", "Agent UI"),
        ("AIStudio", "AI studio"),
        ("SCIM", "SCIM"),
        ("OAuth", "OAuth"),
        ("getPresenceDefinitions0", "Get presence definitions0"),
        ("", ""),
    ] {
        assert_eq!(name_in_words(id), words, "{id}");
    }
}

#[test]
fn only_questions_of_the_catalogue_are_known_to_read() {
    let catalogue = whole();
    for (method, path, expected) in [
        (
            "POST",
            "/api/v2/users/search",
            Some("POST /api/v2/users/search"),
        ),
        (
            "POST",
            "/api/v2/users/search?x=1",
            Some("POST /api/v2/users/search"),
        ),
        (
            "POST",
            "/api/v2/oauth/clients/abc/usage/query",
            Some("POST /api/v2/oauth/clients/{clientId}/usage/query"),
        ),
        (
            "POST",
            "/api/v2/oauth/clients/{clientId}/usage/query",
            Some("POST /api/v2/oauth/clients/{clientId}/usage/query"),
        ),
        ("DELETE", "/api/v2/users/search", None),
        ("post", "/api/v2/users/search", None),
        ("POST", "/api/v2/users", None),
        ("POST", "/api/v2/nothing/of/the/kind/search", None),
        ("POST", "/api/v2/taskmanagement/workitems/query/jobs", None),
        ("POST", "/api/v2/oauth/clients/../usage/query", None),
        ("POST", "/api/v2/oauth/clients/%2E%2e/usage/query", None),
        ("POST", "/api/v2/oauth/clients/a%2Fb/usage/query", None),
        ("POST", "/api/v2/oauth/clients/{{id}}/usage/query", None),
        ("POST", "https://api.example.com/api/v2/users/search", None),
        ("POST", "{{base}}/users/search", None),
        ("POST", "/api/v2/users/search#/query", None),
    ] {
        assert_eq!(
            catalogue.reading_operation(method, path).as_deref(),
            expected,
            "{method} {path}"
        );
    }
    let reading = catalogue
        .operations()
        .filter(|(_, operation)| operation.only_reads())
        .count();
    assert_eq!(reading, 121);
}

#[test]
fn what_was_found_is_marked() {
    let mut finder = Finder::default();
    for (typed, text, expected) in [
        ("users", "/api/v2/users", "users"),
        ("USERS me", "/api/v2/users/me", "usersme"),
        ("me", "/api/v2/members/me", "me"),
        ("usersme", "/api/v2/users/me", "usersme"),
        ("größe", "Alle Größen", "Größe"),
        ("send", "Send", "Send"),
        ("absent", "Send", ""),
        ("", "Send", ""),
    ] {
        let marks = finder.marks(&Query::new(typed), text);
        let letters: Vec<char> = text.chars().collect();
        let marked: String = marks.iter().map(|mark| letters[*mark]).collect();
        assert_eq!(marked, expected, "{typed:?} in {text:?}");
    }
    let members = finder.marks(&Query::new("me"), "/api/v2/members/me");
    assert_eq!(members, [8, 9], "the first of equals");
}

#[test]
fn better_matches_score_higher() {
    let mut finder = Finder::default();
    let query = Query::new("send");
    let scores: Vec<Option<u32>> = [
        "Send",
        "Send again",
        "Resend: send",
        "Resend",
        "S-e-n-d",
        "New",
    ]
    .into_iter()
    .map(|text| finder.score(&query, text))
    .collect();
    assert_eq!(scores.last(), Some(&None));
    let found: Vec<u32> = scores.into_iter().flatten().collect();
    assert!(found.len() >= 4, "{found:?}");
    assert!(found.is_sorted_by(|one, other| one > other), "{found:?}");
    assert_eq!(finder.score(&Query::new(" "), "New"), Some(0));
}

proptest! {
    #[test]
    fn any_text_can_be_searched_and_marked(typed in "\\PC{0,24}", text in "\\PC{0,40}") {
        let mut finder = Finder::default();
        let query = Query::new(&typed);
        let marks = finder.marks(&query, &text);
        let letters = text.chars().count();
        prop_assert!(marks.is_sorted_by(|one, other| one < other));
        prop_assert!(marks.iter().all(|mark| *mark < letters));
        if let Some(score) = finder.score(&query, &text) {
            prop_assert!(query.is_empty() || score > 0 || typed.trim().is_empty());
        }
    }

    #[test]
    fn what_is_suggested_begins_with_what_was_typed(parts in 1_usize..6, cut in 0_usize..60) {
        let catalogue = Catalogue::parse(
            "GET\t/api/v2/users\ta\tT\t\t\nGET\t/api/v2/users/{userId}/roles\tb\tT\t\t\nPUT\t/api/v2/users/{userId}/roles\tc\tT\t\t\n",
        ).expect("a catalogue");
        let whole = ["", "api", "v2", "users", "x y", "roles"][..=parts.min(5)].join("/");
        let typed = whole.get(..cut).unwrap_or(&whole);
        if typed.starts_with('/') {
            for suggestion in catalogue.complete_path(typed, "GET", 9).suggestions {
                prop_assert!(suggestion.path.starts_with(typed.trim()), "{typed} -> {}", suggestion.path);
            }
        }
    }
}
