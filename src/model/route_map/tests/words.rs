//! What is told of one request: every effect and every demand has its words.

use super::*;

type E = ExpectedEffect;

/// A request as it would be typed: its headers are the user's own but for the token.
fn asked(method: &str, path: &str, query: &[(&str, &str)], headers: &[&str]) -> Asked {
    Asked {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        headers: headers
            .iter()
            .map(|name| AskedHeader {
                name: (*name).to_owned(),
                typed: !name.eq_ignore_ascii_case("authorization"),
            })
            .collect(),
        body: None,
    }
}

/// The sentences, those that are at odds with what was typed with their part behind them.
fn told(map: &RouteMap, asked: &Asked) -> Vec<String> {
    let foretold = map.foretell(asked);
    let with_part = |sentence: &Sentence| match &sentence.at_odds {
        None => sentence.text.clone(),
        Some(part) => format!("{} ! {part:?}", sentence.text),
    };
    foretold.sentences.iter().map(with_part).collect()
}

#[test]
fn what_happens_is_said_in_words() {
    let map = guide();
    let query = [("pageSize", "25"), ("expand", "team"), ("pageNumber", "2")];
    let headers = ["Host", "authorization", "X-Mine", "Accept"];
    let users = asked("GET", "/users", &query, &headers);
    assert_eq!(
        map.foretell(&users).backend_url.as_deref(),
        Some("https://api.mypurecloud.com/api/v2/users")
    );
    assert_eq!(
        told(&map, &users),
        [
            "Hits GET /users, non-proxy, and goes to https://api.mypurecloud.com/api/v2/users",
            "The gateway looks for the header Authorization with exactly these capitals ! Header(\"authorization\")",
            "pageSize is fixed to 5: your 25 is not used ! Query(\"pageSize\")",
            "expand is not passed on ! Query(\"expand\")",
            "Only these headers pass: Authorization",
            "The header X-Mine is not passed on ! Header(\"X-Mine\")",
            "Whatever Genesys Cloud answers, the status reads 200: look at the body",
        ]
    );
    let posted = asked("POST", "/users", &[], &["Authorization"]);
    assert_eq!(
        told(&map, &posted),
        [
            "Hits ANY /{proxy+}, an HTTP proxy, and goes to https://api.mypurecloud.com/users",
            "/users takes only GET, so the request falls through to /{proxy+} ! Whole",
        ]
    );
    let bare = asked("GET", "/", &[], &["Authorization"]);
    assert_eq!(map.foretell(&bare).route, None);
    assert_eq!(
        told(&map, &bare),
        [
            "No route for GET /: the gateway answers 403 itself and complains about the Authorization header, which is not the cause ! Whole"
        ]
    );
    let http = RouteMap {
        kind: ApiKind::Http,
        ..guide()
    };
    assert_eq!(
        told(&http, &bare),
        ["No route for GET /: the gateway answers 404 Not Found itself ! Whole"]
    );
    let unsigned = asked("GET", "/", &[], &[]);
    assert!(
        told(&map, &unsigned)[0].contains("403 Missing Authentication Token itself"),
        "{:?}",
        told(&map, &unsigned)
    );
}

/// A route with these effects and demands, and what is told of a request to it, the sentence of the destination left out.
fn told_of(effects: Vec<ExpectedEffect>, demands: Demands, asked: &Asked) -> Vec<String> {
    let map = RouteMap {
        kind: ApiKind::Rest,
        routes: vec![Route {
            integration: Integration::Http,
            effects,
            demands,
            timeout_ms: None,
            ..route("ANY", "/a", "https://api.mypurecloud.com/api/v2/a")
        }],
        ..RouteMap::default()
    };
    told(&map, asked).split_off(1)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table with a row for each effect")]
fn every_effect_has_its_words() {
    let text = |text: &str| text.to_owned();
    let plain = asked("GET", "/a", &[("q", "1")], &["Authorization", "X-Mine"]);
    let posted = |media_type: &str| Asked {
        body: Some(media_type.to_owned()),
        ..asked("POST", "/a", &[], &["Authorization"])
    };
    let authorization = || E::HeaderPassed {
        name: text("Authorization"),
        from: text("Authorization"),
    };
    let json = || E::BodyRewritten {
        content_type: text("application/json"),
    };
    let table: Vec<(Vec<E>, Asked, Vec<&str>)> = vec![
        (
            vec![E::ParameterAppended {
                name: text("q"),
                value: text("2"),
            }],
            plain.clone(),
            vec!["q=2 is added beside your own q: the backend gets both ! Query(\"q\")"],
        ),
        (
            vec![E::ParameterAppended {
                name: text("r"),
                value: text("2"),
            }],
            plain.clone(),
            vec!["r=2 is added"],
        ),
        (
            vec![E::ParameterDropped { name: text("q") }],
            plain.clone(),
            vec!["q is not passed on ! Query(\"q\")"],
        ),
        (
            vec![E::ParameterDropped { name: text("r") }],
            plain.clone(),
            vec![],
        ),
        (
            vec![E::ParameterPassed {
                name: text("name"),
                from: text("q"),
            }],
            plain.clone(),
            vec!["q arrives as name"],
        ),
        (
            vec![E::ParameterSet {
                name: text("id"),
                from: text("context.requestId"),
            }],
            plain.clone(),
            vec!["id is set from context.requestId"],
        ),
        (
            vec![E::HeaderPassed {
                name: text("X-Yours"),
                from: text("X-Mine"),
            }],
            plain.clone(),
            vec!["The header X-Mine arrives as X-Yours"],
        ),
        (
            vec![E::HeaderFixed {
                name: text("X-Mine"),
                value: text("5"),
            }],
            plain.clone(),
            vec!["The header X-Mine is fixed to 5: yours is not used ! Header(\"X-Mine\")"],
        ),
        (
            vec![E::HeaderSet {
                name: text("X-Id"),
                from: text("context.requestId"),
            }],
            plain.clone(),
            vec!["The header X-Id is set from context.requestId"],
        ),
        (
            vec![E::HeaderDropped {
                name: text("X-Mine"),
            }],
            plain.clone(),
            vec!["The header X-Mine is taken out ! Header(\"X-Mine\")"],
        ),
        (
            vec![E::OtherHeadersDropped],
            plain.clone(),
            vec![
                "Request headers that no mapping names do not pass",
                "No mapping passes the header Authorization: the token does not arrive ! Header(\"Authorization\")",
                "The header X-Mine is not passed on ! Header(\"X-Mine\")",
            ],
        ),
        (
            vec![authorization(), E::OtherHeadersDropped],
            asked("GET", "/a", &[], &["Authorization", "Accept", "x-api-key"]),
            vec!["Only these headers pass: Authorization"],
        ),
        (
            vec![E::PathReplaced {
                from: text("/b/$context.stage"),
            }],
            plain.clone(),
            vec!["The path at the backend is set from /b/$context.stage"],
        ),
        (
            // The destination tells it.
            vec![E::PathReplaced {
                from: text("/b/$request.path.proxy"),
            }],
            plain.clone(),
            vec![],
        ),
        (
            vec![json()],
            posted("application/json"),
            vec!["A template rewrites the body"],
        ),
        (vec![json()], plain.clone(), vec![]),
        (
            vec![json(), E::OtherBodiesRefused],
            posted("text/plain"),
            vec![
                "The gateway has no template for a body of text/plain and refuses it with 415 ! Body",
            ],
        ),
        (
            vec![E::AnswerRewritten],
            plain.clone(),
            vec!["A template rewrites the answer"],
        ),
        (
            vec![
                E::StatusMapped {
                    pattern: text(r"4\d{2}"),
                    status: 400,
                },
                E::StatusMapped {
                    pattern: text("default"),
                    status: 200,
                },
            ],
            plain,
            vec![
                r"A status that fits 4\d{2} reads 400",
                "Any other status reads 200",
            ],
        ),
    ];
    for (effects, asked, expected) in table {
        let found = told_of(effects.clone(), Demands::default(), &asked);
        assert_eq!(found, expected, "{effects:?}");
    }
}

#[test]
fn every_demand_has_its_words() {
    let bare = asked("GET", "/a", &[], &[]);
    let signed = asked("GET", "/a", &[("q", "1")], &["Authorization", "X-Api-Key"]);
    let required = |place, name: &str, validates_parameters| Demands {
        required: vec![RequiredParameter {
            place,
            name: name.to_owned(),
        }],
        validates_parameters,
        ..Demands::default()
    };
    let authorizer = |kind, header: &str| Demands {
        authorizer: Some(Authorizer {
            kind,
            name: "gate".to_owned(),
            header: header.to_owned(),
        }),
        ..Demands::default()
    };
    let key = Demands {
        api_key: true,
        ..Demands::default()
    };
    for (demands, asked, expected) in [
        (
            key.clone(),
            &bare,
            "An API key is demanded and none is sent: 403 Forbidden; add the header x-api-key ! Whole",
        ),
        (
            key,
            &signed,
            "An API key is demanded: x-api-key must hold one of a usage plan of this stage",
        ),
        (
            required(ParameterPlace::Query, "q", true),
            &bare,
            "Without the parameter q the gateway answers 400 itself ! Query(\"q\")",
        ),
        (
            required(ParameterPlace::Header, "X-Tenant", true),
            &signed,
            "Without the header X-Tenant the gateway answers 400 itself ! Header(\"X-Tenant\")",
        ),
        (
            required(ParameterPlace::Header, "X-Tenant", false),
            &signed,
            "The header X-Tenant is marked as required, but nothing checks it: the request passes without it",
        ),
        (
            Demands {
                validates_body: true,
                ..Demands::default()
            },
            &bare,
            "The body is checked against a model: 400 Invalid request body where it does not fit",
        ),
        (
            authorizer(AuthorizerKind::Iam, ""),
            &signed,
            "Must be signed with SigV4 (IAM): the Authorization header is used up by the signature, so the Genesys token has to travel in another header ! Whole",
        ),
        (
            authorizer(AuthorizerKind::Jwt, ""),
            &signed,
            "The JWT authorizer gate decides: an opaque Genesys token in the same header is refused with 401 ! Whole",
        ),
        (
            authorizer(AuthorizerKind::Cognito, "X-Cognito"),
            &signed,
            "The Cognito authorizer gate wants its own token in X-Cognito",
        ),
        (
            authorizer(AuthorizerKind::Lambda, ""),
            &signed,
            "The Lambda authorizer gate decides, from the request",
        ),
        (
            authorizer(AuthorizerKind::Other, ""),
            &signed,
            "The authorizer gate decides",
        ),
    ] {
        assert_eq!(
            told_of(Vec::new(), demands.clone(), asked),
            [expected],
            "{demands:?}"
        );
    }
}

#[test]
fn places_of_the_path_arrive_decoded_once() {
    for (path, arrives, warned) in [
        ("/api/v2/users", "/api/v2/users", None),
        ("/a%20b/%c3%a4+c", "/a%20b/%C3%A4+c", None),
        ("/a%3Fb%23c", "/a%3Fb%23c", None),
        ("/a%2Fb", "/a/b", Some("a%2Fb arrives as a/b")),
        ("/a%252Fb", "/a%2Fb", Some("a%252Fb arrives as a%2Fb")),
        ("/%41", "/A", Some("%41 arrives as A")),
        ("/50%", "/50%25", Some("50% arrives as 50%25")),
    ] {
        let foretold = guide().foretell(&asked("GET", path, &[], &["Authorization"]));
        let url = foretold.backend_url.clone().expect("a backend");
        assert_eq!(
            url,
            format!("https://api.mypurecloud.com{arrives}"),
            "{path}"
        );
        let warning = foretold
            .sentences
            .iter()
            .find(|sentence| sentence.at_odds.is_some());
        let expected = warned.map(|words| format!("The gateway decodes the path once: {words}"));
        assert_eq!(
            warning.map(|sentence| sentence.text.clone()),
            expected,
            "{path}"
        );
        // Where a path leads is asked with the path as it stands: it is translated back, not sent.
        assert_eq!(guide().direct_path("GET", path).as_deref(), Some(path));
    }
}
