//! The URL rules, table by table (DESIGN section 3, facts/peers.md cases 26-31).

use super::*;
use crate::model::edit::apply_fix;
use crate::model::environment::{PathMapRule, PathMatching, Protocol};
use crate::model::note::{Fix, Note};
use crate::model::sandbox_environments::sandbox_environments;

const HOST: &str = "a1b2c3.execute-api.us-east-1.amazonaws.com";

/// A gateway environment with these fields: host, stage, login path, API path.
fn gateway([host, stage, login, api]: [&str; 4]) -> Environment {
    let mut environment = sandbox_environments().remove(2);
    environment.sandbox = None;
    let target = gateway_of(&mut environment);
    target.protocol = Protocol::Https;
    host.clone_into(&mut target.host);
    stage.clone_into(&mut target.stage);
    login.clone_into(&mut target.login_path);
    api.clone_into(&mut target.api_path);
    environment
}

fn gateway_of(environment: &mut Environment) -> &mut GatewayTarget {
    match &mut environment.target {
        Target::Gateway(gateway) => gateway,
        Target::Direct { .. } => panic!("a gateway environment"),
    }
}

fn direct(place: Place) -> Environment {
    let mut environment = sandbox_environments().remove(0);
    environment.sandbox = None;
    environment.target = Target::Direct { place };
    environment
}

fn url(environment: &Environment, path: &str) -> String {
    request_url(environment, "GET", path)
        .unwrap_or_else(|problems| panic!("{problems:?}"))
        .url
        .to_string()
}

#[test]
fn one_slash_stands_at_each_joint() {
    let table = [
        (
            ["", "", ""],
            "/api/v2/users",
            "/api/v2/users",
            "/oauth/token",
        ),
        (
            ["test", "", ""],
            "/api/v2/users",
            "/test/api/v2/users",
            "/test/oauth/token",
        ),
        (
            ["/test/", "/loginpath/", "apipath"],
            "api/v2/users/",
            "/test/apipath/api/v2/users/",
            "/test/loginpath/oauth/token",
        ),
        (
            ["test", "//l//", "//a//b//"],
            "//x",
            "/test/a//b//x",
            "/test/l/oauth/token",
        ),
        (
            ["$default", "l", "a"],
            "/x?y=//z/",
            "/a/x?y=//z/",
            "/l/oauth/token",
        ),
        (["", " l ", "ä"], "/x", "/%C3%A4/x", "/%20l%20/oauth/token"),
    ];
    for ([stage, login, api], path, expected, token) in table {
        let environment = gateway([HOST, stage, login, api]);
        assert_eq!(url(&environment, path), format!("https://{HOST}{expected}"));
        assert_eq!(
            login_url(&environment).map(|url| url.to_string()),
            Ok(format!("https://{HOST}{token}"))
        );
    }
}

#[test]
fn direct_places() {
    let region = Place::Region(crate::model::region::Region::find("eu-west-1").expect("a region"));
    let origins = Place::Origins {
        api: "http://[::1]:80/".to_owned(),
        login: "http://foo.localhost:8080".to_owned(),
    };
    let table = [
        (
            region,
            "https://api.mypurecloud.ie",
            "https://login.mypurecloud.ie",
        ),
        (origins, "http://[::1]", "http://foo.localhost:8080"),
    ];
    for (place, api, login) in table {
        let environment = direct(place);
        assert_eq!(super::origins(&environment), [api, login]);
    }
    for typed in [
        "mypurecloud.com",
        "https://api.mypurecloud.com/",
        "login.mypurecloud.com",
        "HTTPS://apps.MyPureCloud.com",
        " mypurecloud.com ",
    ] {
        let environment = direct(Place::Domain(typed.to_owned()));
        assert_eq!(
            url(&environment, "/x"),
            "https://api.mypurecloud.com/x",
            "{typed}"
        );
    }
    let idn = direct(Place::Domain("münchen.example".to_owned()));
    assert_eq!(url(&idn, "/x"), "https://api.xn--mnchen-3ya.example/x");
    for typed in [
        "",
        "a b",
        "user@x.example",
        "x.example:0",
        "ftp://x.example",
    ] {
        let problems = environment_problems(&direct(Place::Domain(typed.to_owned())));
        assert_eq!(problems[0].field, Field::CustomDomain, "{typed:?}");
    }
}

#[test]
fn words_about_an_origin_quote_no_password() {
    for api in [
        "me:kanarie@host",
        "http://me:kanarie@host",
        "http://host/a?token=kanarie",
        "ftp://me:kanarie@host",
    ] {
        let environment = direct(Place::Origins {
            api: api.to_owned(),
            login: "http://host".to_owned(),
        });
        let problems = environment_problems(&environment);
        assert_eq!(problems[0].field, Field::CustomDomain, "{api}");
        let words = format!("{problems:?} {:?}", environment_notes(&environment));
        assert!(!words.contains("kanarie"), "{words}");
    }
}

#[test]
fn a_token_may_come_from_the_region() {
    let mut environment = gateway([HOST, "test", "l", "a"]);
    gateway_of(&mut environment).token_from =
        TokenFrom::Region(Place::Domain("mypurecloud.de".to_owned()));
    assert_eq!(
        origins(&environment),
        [
            format!("https://{HOST}"),
            "https://login.mypurecloud.de".to_owned()
        ]
    );
}

#[test]
fn the_path_map_takes_the_first_match_at_a_segment_border() {
    let rule = |matching, from: &str, to: &str| PathMapRule {
        matching,
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let rules = [
        rule(PathMatching::Exact, "/api/v2/users/me", "/me"),
        rule(PathMatching::Prefix, "/api/v2/users/", "people"),
        rule(PathMatching::Prefix, "/api/v2/queues", "/"),
        rule(PathMatching::Exact, "", "/never"),
    ];
    let table = [
        ("/api/v2/users/me", "/me", true),
        ("/api/v2/users/me?x=/y", "/me?x=/y", true),
        ("/api/v2/users/me/", "/people/me/", true),
        ("api/v2/users?a", "/people?a", true),
        ("/api/v2/users//x", "/people//x", true),
        ("/api/v2/usersx", "/api/v2/usersx", false),
        ("/api/v2/queues", "/", true),
        ("/api/v2/queues/1", "/1", true),
        ("/x", "/x", false),
    ];
    for (path, expected, mapped) in table {
        let result = map_path(&rules, path);
        assert_eq!(result.path, expected, "{path}");
        assert_eq!(result.mapped_from.is_some(), mapped, "{path}");
    }
}

#[test]
fn invoke_urls_are_taken_apart() {
    let base = format!("https://{HOST}");
    let table = [
        (base.clone(), "", None, None, 0),
        (format!("{base}/"), "", None, None, 0),
        (format!(" {base}/test/\n"), "test", None, None, 0),
        (format!("{HOST}/test"), "test", None, None, 1),
        (
            format!("{base}/test/api/v2/users?a=1"),
            "test",
            Some(""),
            None,
            3,
        ),
        (format!("{base}/api/v2/users"), "", Some(""), None, 1),
        (
            format!("{base}/test/apipath/api/v2"),
            "test",
            Some("/apipath"),
            None,
            1,
        ),
        (
            format!("{base}/test/loginpath/oauth/token"),
            "test",
            None,
            Some("/loginpath"),
            1,
        ),
        (format!("{base}/test/other"), "test", None, None, 2),
        (
            "https://gw.example/a/b/api/v2".to_owned(),
            "a/b",
            Some(""),
            None,
            0,
        ),
    ];
    for (text, stage, api, login, notes) in table {
        let parsed = InvokeUrl::parse(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(parsed.stage, stage, "{text}");
        assert_eq!(parsed.api_path.as_deref(), api, "{text}");
        assert_eq!(parsed.login_path.as_deref(), login, "{text}");
        assert_eq!(parsed.notes.len(), notes, "{text}: {:?}", parsed.notes);
        if text.contains(HOST) {
            assert_eq!(parsed.api_id.as_deref(), Some("a1b2c3"), "{text}");
            assert_eq!(parsed.aws_region.as_deref(), Some("us-east-1"), "{text}");
        }
    }
    for (text, host, port) in [
        ("http://[::1]:80", "[::1]", Some(80)),
        ("localhost:8080", "localhost", Some(8080)),
        ("https://münchen.example", "xn--mnchen-3ya.example", None),
        ("https://gw.example.", "gw.example.", None),
    ] {
        let parsed = InvokeUrl::parse(text).expect(text);
        assert_eq!((parsed.host.as_str(), parsed.port), (host, port), "{text}");
    }
    for text in [
        "",
        "http://:99999",
        "https://a:99999",
        "ftp://a",
        "https://a b",
        "https://",
    ] {
        let problems = InvokeUrl::parse(text).expect_err(text);
        assert_eq!(problems[0].field, Field::InvokeUrl, "{text:?}");
    }
}

/// The fix of the note on `field` whose text holds `words`, applied.
fn mended(environment: &Environment, field: &Field, words: &str) -> Environment {
    let notes = environment_notes(environment);
    let note: &Note = notes
        .iter()
        .find(|note| note.field == *field && note.text.contains(words))
        .unwrap_or_else(|| panic!("no note `{words}` on {field}: {notes:?}"));
    let fix: &Fix = note.fix.as_ref().expect("a fix");
    let mut changed = environment.clone();
    apply_fix(&mut changed, fix).expect("a fix that fits");
    let left = environment_notes(&changed);
    assert!(!left.contains(note), "the fix left its note: {note:?}");
    changed
}

#[test]
fn each_trap_has_a_note_whose_fix_ends_it() {
    let plain = ["test", "/test2", "/api"];
    let with = |stage, login, api| gateway([HOST, stage, login, api]);
    let table = [
        (
            with("test", "/test/l", "/a"),
            Field::LoginPath,
            "twice",
            "/test/a/x",
        ),
        (
            with("test", "/l", "test/a"),
            Field::ApiPath,
            "twice",
            "/test/a/x",
        ),
        (
            with("test", "/l", "/a/api/v2/"),
            Field::ApiPath,
            "/api/v2",
            "/test/a/x",
        ),
        (
            with("test", "/l/oauth/token", "/a"),
            Field::LoginPath,
            "/oauth/token",
            "/test/a/x",
        ),
        (
            with("test", "/l", " a "),
            Field::ApiPath,
            "Spaces",
            "/test/a/x",
        ),
        (
            with("$default", "/l", "/a"),
            Field::Stage,
            "$default",
            "/a/x",
        ),
    ];
    for (environment, field, words, target) in table {
        let changed = mended(&environment, &field, words);
        assert_eq!(
            url(&changed, "/x"),
            format!("https://{HOST}{target}"),
            "{field} {words}"
        );
    }
    let mut environment = with(plain[0], plain[1], plain[2]);
    assert_eq!(
        environment_notes(&environment),
        [],
        "no note without a trap"
    );
    gateway_of(&mut environment).user_name = "john".to_owned();
    gateway_of(&mut environment).port = Some(8443);
    mended(&environment, &Field::GatewayUserName, "No official client");
    mended(&environment, &Field::Port, "443 only");
    gateway_of(&mut environment).protocol = Protocol::Http;
    gateway_of(&mut environment).port = Some(80);
    let secure = mended(&environment, &Field::Protocol, "https only");
    assert_eq!(origins(&secure), [format!("https://{HOST}")]);
    let custom = gateway(["gw.example", "test", "/l", "/a"]);
    assert_eq!(
        url(&mended(&custom, &Field::Stage, "custom domain"), "/x"),
        "https://gw.example/a/x"
    );
    let region = gateway(["x.execute-api.us-esat-1.amazonaws.com", "test", "/l", "/a"]);
    assert!(
        environment_notes(&region)
            .iter()
            .any(|note| note.field == Field::Host)
    );
}

#[test]
fn a_host_that_is_more_than_a_host_is_taken_apart_by_its_fix() {
    for (typed, expected) in [
        (format!("https://{HOST}"), format!("https://{HOST}/a/x")),
        (format!("{HOST}/"), format!("https://{HOST}/a/x")),
        (format!("{HOST}/test"), format!("https://{HOST}/test/a/x")),
        (
            format!("http://{HOST}:8080/test/"),
            format!("http://{HOST}:8080/test/a/x"),
        ),
        (format!(" {HOST} "), format!("https://{HOST}/a/x")),
    ] {
        let mut environment = gateway([&typed, "", "/l", "/a"]);
        let problems = environment_problems(&environment);
        assert_eq!(problems.len(), 1, "{typed}: {problems:?}");
        assert_eq!(problems[0].field, Field::Host, "{typed}");
        let fix = problems[0].fix.clone().expect("a fix");
        apply_fix(&mut environment, &fix).expect("a fix that fits");
        assert_eq!(url(&environment, "/x"), expected, "{typed}");
    }
    for typed in ["", "a b", "user@"] {
        let problems = environment_problems(&gateway([typed, "", "/l", "/a"]));
        assert_eq!(problems[0].field, Field::Host, "{typed:?}");
    }
}

#[test]
fn a_client_form_that_breaks_is_mended_for_every_client() {
    let mut environment = gateway([HOST, "test", "/l", "/a"]);
    gateway_of(&mut environment).client_form = crate::model::clients::ClientForm {
        host: format!("{HOST}/test"),
        port: "443".to_owned(),
        protocol: "https".to_owned(),
        login_path: "/l".to_owned(),
        api_path: "/a".to_owned(),
    };
    let port = Field::ClientForm(crate::model::note::ClientFormField::Port);
    let changed = mended(
        &environment,
        &port,
        "JavaScript SDK, Python SDK, Java SDK, .NET SDK",
    );
    assert_eq!(environment_notes(&changed), []);
}

#[test]
fn credentials_that_a_file_would_leave_out_are_noted_at_their_field() {
    use crate::model::environment::{Proxy, Variable};
    use crate::model::request::HeaderRow;

    let variable = |name: &str, value: &str, secret| Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        secret,
    };
    let header = |name: &str, value: &str| HeaderRow {
        enabled: true,
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let mut environment = gateway([HOST, "test", "/test2", "/api"]);
    environment.variables = vec![
        variable("password", "typed", false),
        variable("clientSecret", "", true),
        variable("token", "{{secret.clientSecret}}", false),
        variable("userName", "typed", false),
    ];
    environment.default_headers = vec![
        header("X-Note", "typed"),
        header("x-api-key", "{{secret.clientSecret}}"),
        header("x-api-key", "typed"),
        header("Cookie", "a={{token}}"),
    ];
    environment.network.proxy = Proxy::Explicit {
        url: "http://me:typed@proxy:3128".to_owned(),
        user_name: String::new(),
        bypass: Vec::new(),
    };
    let notes = environment_notes(&environment);
    let fields: Vec<&Field> = notes.iter().map(|note| &note.field).collect();
    assert_eq!(
        fields,
        [
            &Field::Variable("password".to_owned()),
            &Field::DefaultHeader(2),
            &Field::Proxy
        ],
        "{notes:?}"
    );
    assert!(
        notes.iter().all(|note| !note.text.contains("typed")),
        "{notes:?}"
    );
}
