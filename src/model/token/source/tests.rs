//! Where tokens come from and what the request looks like: a table a rule.

use super::*;
use crate::model::environment::{GatewayTarget, Place, Target};
use crate::model::ids::EnvironmentId;
use crate::model::region::Region;

fn id(text: &str) -> EnvironmentId {
    EnvironmentId::new(text).expect("a slug")
}

fn environment(name: &str, credentials: Credentials) -> Environment {
    let region = Region::find("us-east-1").expect("a known region");
    let mut environment: Environment = serde_json::from_value(serde_json::json!({
        "id": name,
        "name": name,
        "target": {"kind": "direct", "place": {"region": region.aws_name()}},
    }))
    .expect("an environment");
    environment.credentials = credentials;
    environment
}

fn client(client_id: &str, scope: &str, style: ClientAuthentication) -> Credentials {
    Credentials::ClientCredentials {
        client_id: client_id.to_owned(),
        scope: scope.to_owned(),
        style,
    }
}

fn same_as(name: &str) -> Credentials {
    Credentials::SameAs {
        environment: id(name),
    }
}

fn secrets(rows: &[(&str, SecretName, &str)]) -> Secrets {
    rows.iter()
        .map(|(environment, name, value)| {
            let key = SecretKey {
                environment: id(environment),
                name: name.clone(),
            };
            (key, Secret::new(*value))
        })
        .collect()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a valid second")
}

fn requested(source: Result<TokenSource, Vec<Problem>>) -> (TokenKey, ResolvedRequest) {
    match source.expect("no problems") {
        TokenSource::Request { key, request } => (key, *request),
        other => panic!("not a request: {other:?}"),
    }
}

fn sent_header(request: &ResolvedRequest, name: &str) -> Option<String> {
    let header = request.headers.iter().find(|header| header.name == name)?;
    Some(String::from_utf8_lossy(&header.value).into_owned())
}

fn sent_body(request: &ResolvedRequest) -> String {
    match &request.body.segments[..] {
        [crate::model::resolved::BodySegment::Bytes(bytes)] => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        other => panic!("not one piece of bytes: {other:?}"),
    }
}

#[test]
fn the_request_in_each_style() {
    // facts/peers.md case 59; the Basic values are Base64 of what RFC 6749 section 2.3.1 prescribes.
    for (style, id, secret, scope, basic, body) in [
        (
            ClientAuthentication::Basic,
            "id",
            "sesame-1",
            "",
            Some("id:sesame-1"),
            "grant_type=client_credentials",
        ),
        (
            ClientAuthentication::Basic,
            "i:d",
            "s%c r+t\u{e9}",
            "a b",
            Some("i%3Ad:s%25c+r%2Bt%C3%A9"),
            "grant_type=client_credentials&scope=a+b",
        ),
        (
            ClientAuthentication::BasicRaw,
            "id",
            "s%c r+t\u{e9}",
            " ",
            Some("id:s%c r+t\u{e9}"),
            "grant_type=client_credentials",
        ),
        (
            ClientAuthentication::Body,
            "i:d",
            "s%c r+t",
            "x",
            None,
            "grant_type=client_credentials&client_id=i%3Ad&client_secret=s%25c+r%2Bt&scope=x",
        ),
    ] {
        let environment = environment("acme", client(id, scope, style));
        let known = secrets(&[("acme", SecretName::ClientSecret, secret)]);
        let (key, request) = requested(token_source(&environment, &[], &known, now()));
        let expected = basic.map(|pair| format!("Basic {}", STANDARD.encode(pair)));
        assert_eq!(
            sent_header(&request, "Authorization"),
            expected,
            "{style:?} {id}"
        );
        assert_eq!(sent_body(&request), body, "{style:?} {id}");
        assert_eq!(
            sent_header(&request, "Content-Length"),
            Some(body.len().to_string()),
            "{style:?} {id}"
        );
        assert_eq!(
            (key.client_id.as_str(), key.scope.as_str(), key.style),
            (id, scope, style)
        );
        let shown = String::from_utf8_lossy(&request.masks.bytes(body.as_bytes())).into_owned()
            + &request.masks.text(&expected.unwrap_or_default());
        assert!(
            !request.masks.occur_in(shown.as_bytes()) && shown.contains(crate::model::masks::MASK),
            "{style:?} {id}: {shown}"
        );
        assert!(!format!("{key:?} {:?}", request.masks).contains(secret));
    }
}

#[test]
fn headers_stand_in_the_order_of_the_official_clients_request() {
    let environment = environment("acme", client("id", "", ClientAuthentication::Basic));
    let known = secrets(&[("acme", SecretName::ClientSecret, "secret")]);
    let (key, request) = requested(token_source(&environment, &[], &known, now()));
    let names: Vec<(&str, HeaderOrigin)> = request
        .headers
        .iter()
        .map(|header| (header.name.as_str(), header.origin))
        .collect();
    assert_eq!(
        names,
        [
            ("Host", HeaderOrigin::Automatic),
            ("Authorization", HeaderOrigin::Token),
            ("Accept", HeaderOrigin::Automatic),
            ("Content-Type", HeaderOrigin::Automatic),
            ("User-Agent", HeaderOrigin::Automatic),
            ("Content-Length", HeaderOrigin::Automatic),
        ]
    );
    assert_eq!(request.method, "POST");
    assert_eq!(key.login_url, "https://login.mypurecloud.com/oauth/token");
    assert_eq!(request.url.to_string(), key.login_url);
    assert!(!request.wants_token);
}

#[test]
fn network_settings_and_proxy_password_are_the_environments_own() {
    let mut own = environment("gateway", same_as("direct"));
    own.network.ca_file = "roots.pem".to_owned();
    let mut other = environment("direct", client("id", "", ClientAuthentication::Basic));
    other.network.ca_file = "other.pem".to_owned();
    let known = secrets(&[
        ("direct", SecretName::ClientSecret, "secret"),
        ("direct", SecretName::ProxyPassword, "other-proxy"),
        ("gateway", SecretName::ProxyPassword, "own-proxy"),
    ]);
    let (_, request) = requested(token_source(&own, &[other], &known, now()));
    assert_eq!(request.network, own.network);
    assert_eq!(request.proxy_password, Some(Secret::new("own-proxy")));
    assert!(request.masks.occur_in(b"own-proxy"));
}

#[test]
fn same_as_takes_credentials_of_the_other_and_the_login_url_of_its_own() {
    let mut own = environment("gateway", same_as("middle"));
    own.target = Target::Gateway(Box::new(GatewayTarget {
        host: "abc.execute-api.us-east-1.amazonaws.com".to_owned(),
        stage: "test".to_owned(),
        login_path: "loginpath".to_owned(),
        ..serde_json::from_str(r#"{"host":""}"#).expect("a gateway")
    }));
    let middle = environment("middle", same_as("direct"));
    let direct = environment("direct", client("id", "", ClientAuthentication::Basic));
    let known = secrets(&[
        ("direct", SecretName::ClientSecret, "secret"),
        ("gateway", SecretName::ClientSecret, "not this one"),
    ]);
    let all = [own.clone(), middle, direct.clone()];
    let (key, request) = requested(token_source(&own, &all, &known, now()));
    assert_eq!(key.environment, own.id);
    assert_eq!(
        key.login_url,
        "https://abc.execute-api.us-east-1.amazonaws.com/test/loginpath/oauth/token"
    );
    assert_eq!(
        sent_header(&request, "Authorization"),
        Some(format!("Basic {}", STANDARD.encode("id:secret")))
    );
    let (direct_key, _) = requested(token_source(&direct, &all, &known, now()));
    assert_eq!(key.secret_fingerprint, direct_key.secret_fingerprint);
    assert_ne!(key, direct_key, "two environments never share a token");
}

#[test]
fn problems_name_their_field() {
    let loops = [
        environment("one", same_as("two")),
        environment("two", same_as("one")),
        environment("self", same_as("self")),
        environment("lost", same_as("nowhere")),
        environment("behind", same_as("lost")),
    ];
    let bare = environment("bare", client(" ", "", ClientAuthentication::Basic));
    let pasted = environment("pasted", Credentials::AccessToken);
    let none = Secrets::new();
    let token = |value| secrets(&[("pasted", SecretName::AccessToken, value)]);
    for (environment, known, fields, words) in [
        (
            &loops[0],
            &none,
            vec![Field::SameAs],
            "`one` → `two` → `one`",
        ),
        (&loops[2], &none, vec![Field::SameAs], "`self` → `self`"),
        (
            &loops[3],
            &none,
            vec![Field::SameAs],
            "no environment `nowhere`.",
        ),
        (
            &loops[4],
            &none,
            vec![Field::SameAs],
            "which `lost` refers to",
        ),
        (
            &bare,
            &none,
            vec![Field::ClientId, Field::ClientSecret],
            "client ID is missing",
        ),
        (
            &pasted,
            &none,
            vec![Field::AccessToken],
            "No access token is stored: enter it, or set GATESCOPE_SECRET_",
        ),
        (&pasted, &token(" \n"), vec![Field::AccessToken], "is empty"),
        (
            &pasted,
            &token("Bearer "),
            vec![Field::AccessToken],
            "is empty",
        ),
        (&pasted, &token("a b"), vec![Field::AccessToken], "a blank"),
        (
            &pasted,
            &token("a\tb"),
            vec![Field::AccessToken],
            "control characters",
        ),
        (
            &pasted,
            &token("\u{e4}b"),
            vec![Field::AccessToken],
            "not ASCII",
        ),
    ] {
        let problems = token_source(environment, &loops, known, now()).expect_err("a problem");
        let found: Vec<Field> = problems
            .iter()
            .map(|problem| problem.field.clone())
            .collect();
        assert_eq!(found, fields, "{problems:?}");
        assert!(problems[0].text.contains(words), "{words}: {problems:?}");
    }
}

#[test]
fn what_a_file_holds_in_place_of_a_credential_is_never_sent() {
    use crate::model::environment::Proxy;
    use crate::model::masks::NOT_KEPT;

    let known = secrets(&[("acme", SecretName::ClientSecret, "kanarie-4711")]);
    let with = |client_id: &str, scope: &str| {
        environment(
            "acme",
            client(client_id, scope, ClientAuthentication::Basic),
        )
    };
    let mut behind_proxy = with("id", "");
    behind_proxy.network.proxy = Proxy::Explicit {
        url: format!("http://me:{NOT_KEPT}@proxy:3128"),
        user_name: String::new(),
        bypass: Vec::new(),
    };
    for (environment, field) in [
        (with(NOT_KEPT, ""), Field::ClientId),
        (with("id", "a (not kept)"), Field::Scope),
        (behind_proxy, Field::Proxy),
    ] {
        let problems = token_source(&environment, &[], &known, now()).expect_err("a problem");
        let found: Vec<&Field> = problems.iter().map(|problem| &problem.field).collect();
        assert_eq!(found, [&field], "{problems:?}");
        assert!(problems[0].text.contains("enter it again"), "{problems:?}");
    }
}

#[test]
fn pasted_tokens_are_normalised_once_and_say_so() {
    for (text, token, remarks) in [
        ("abc", "abc", 0),
        ("  abc\r\n", "abc", 1),
        ("ab\ncd", "abcd", 1),
        ("Bearer abc", "abc", 1),
        ("bearer   abc", "abc", 1),
        ("\"abc\"", "abc", 1),
        ("'Bearer abc'", "abc", 2),
        ("Bearer \"abc\"", "abc", 2),
        ("Authorization: Bearer abc\n", "abc", 3),
        ("Bearer Bearer abc", "Bearer abc", 1),
        ("\"abc", "\"abc", 0),
        ("", "", 0),
        ("Bearer", "", 1),
    ] {
        let (normalised, said) = normalised_token(text);
        assert_eq!(
            (normalised.as_str(), said.len()),
            (token, remarks),
            "{text:?}: {said:?}"
        );
        assert!(token.len() < 3 || said.iter().all(|remark| !remark.contains("abc")));
    }
    let environment = environment("pasted", Credentials::AccessToken);
    let known = secrets(&[("pasted", SecretName::AccessToken, "Bearer abc\n")]);
    match token_source(&environment, &[], &known, now()) {
        Ok(TokenSource::Pasted(token)) => {
            assert_eq!(token.value.expose(), "abc");
            assert_eq!((token.expires_at, token.pasted), (None, true));
            assert_eq!(token.remarks.len(), 2);
        }
        other => panic!("not a pasted token: {other:?}"),
    }
}

#[test]
fn no_credentials_is_no_token() {
    let open = environment("open", Credentials::None);
    let same = environment("same", same_as("open"));
    for environment in [&open, &same] {
        let source = token_source(
            environment,
            std::slice::from_ref(&open),
            &Secrets::new(),
            now(),
        );
        assert!(matches!(source, Ok(TokenSource::None)), "{source:?}");
    }
}

#[test]
fn what_differs_from_the_official_clients_is_noted() {
    for (client_id, secret, style, fields) in [
        ("id", "secret", ClientAuthentication::Basic, vec![]),
        (
            "id",
            "",
            ClientAuthentication::Basic,
            vec![Field::ClientSecret],
        ),
        (
            "id",
            "a+b",
            ClientAuthentication::Basic,
            vec![Field::ClientSecret],
        ),
        (
            "i:d",
            "secret",
            ClientAuthentication::Basic,
            vec![Field::ClientId],
        ),
        (
            "i:d",
            "secret",
            ClientAuthentication::BasicRaw,
            vec![Field::ClientId],
        ),
        ("id", "a+b", ClientAuthentication::BasicRaw, vec![]),
        (
            "id",
            "\u{e4}bcd",
            ClientAuthentication::BasicRaw,
            vec![Field::ClientSecret],
        ),
        ("i:d", "a+b\u{e4}", ClientAuthentication::Body, vec![]),
        (
            "id",
            "secret\n",
            ClientAuthentication::Body,
            vec![Field::ClientSecret],
        ),
    ] {
        let environment = environment("acme", client(client_id, "", style));
        let known = secrets(&[("acme", SecretName::ClientSecret, secret)]);
        let (_, request) = requested(token_source(&environment, &[], &known, now()));
        let found: Vec<Field> = request
            .notes
            .iter()
            .map(|note| note.field.clone())
            .collect();
        assert_eq!(
            found, fields,
            "{client_id} {secret:?} {style:?}: {:?}",
            request.notes
        );
        assert!(
            secret.len() < 4 || request.notes.iter().all(|note| !note.text.contains(secret)),
            "{:?}",
            request.notes
        );
    }
}

#[test]
fn a_login_url_that_cannot_be_built_is_reported_with_the_rest() {
    let mut environment = environment("acme", client("", "", ClientAuthentication::Basic));
    environment.target = Target::Gateway(Box::new(
        serde_json::from_str(r#"{"host":""}"#).expect("a gateway"),
    ));
    let problems =
        token_source(&environment, &[], &Secrets::new(), now()).expect_err("three problems");
    let fields: Vec<&Field> = problems.iter().map(|problem| &problem.field).collect();
    assert!(
        fields.len() >= 3 && fields.ends_with(&[&Field::ClientId, &Field::ClientSecret]),
        "{problems:?}"
    );
    environment.target = Target::Direct {
        place: Place::Domain("example.test".to_owned()),
    };
    let problems = token_source(&environment, &[], &Secrets::new(), now()).expect_err("two");
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn variables_of_the_owner_stand_in_client_id_and_scope() {
    let credentials = client(
        "{{part}}-{{hidden}}",
        "{{part}}",
        ClientAuthentication::Basic,
    );
    let mut owner = environment("owner", credentials);
    owner.variables =
        serde_json::from_str(r#"[{"name":"part","value":"acme"},{"name":"hidden","secret":true}]"#)
            .expect("variables");
    let own = environment("own", same_as("owner"));
    let mut known = secrets(&[
        ("owner", SecretName::ClientSecret, "secret"),
        (
            "owner",
            SecretName::Variable("hidden".to_owned()),
            "kanarie-4711",
        ),
    ]);
    let all = [owner];
    let (key, request) = requested(token_source(&own, &all, &known, now()));
    assert_eq!(
        sent_header(&request, "Authorization"),
        Some(format!(
            "Basic {}",
            STANDARD.encode("acme-kanarie-4711:secret")
        ))
    );
    assert_eq!(
        sent_body(&request),
        "grant_type=client_credentials&scope=acme"
    );
    assert!(request.masks.occur_in(b"kanarie-4711"));
    assert!(!format!("{key:?}").contains("kanarie-4711"), "{key:?}");
    known.insert(
        SecretKey {
            environment: id("owner"),
            name: SecretName::Variable("hidden".to_owned()),
        },
        Secret::new("another-4711"),
    );
    let (other, _) = requested(token_source(&own, &all, &known, now()));
    assert_ne!(key, other, "another client id is another token");

    let unknown = environment(
        "unknown",
        client("{{nobody}}", "", ClientAuthentication::Basic),
    );
    let problems = token_source(&unknown, &[], &known, now()).expect_err("two problems");
    let fields: Vec<&Field> = problems.iter().map(|problem| &problem.field).collect();
    assert_eq!(
        fields,
        [&Field::ClientId, &Field::ClientSecret],
        "{problems:?}"
    );
}
