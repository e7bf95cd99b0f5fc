//! The tables of facts/genesys-cloud.md sections 1.1 and 2, row by row.

use super::*;
use OfficialClient::{Cli, CxAsCode, DotNet, Go, Java, JavaScript, Python};

const SDK_FAMILY: [OfficialClient; 4] = [JavaScript, Python, Java, DotNet];
const GO_FAMILY: [OfficialClient; 3] = [Go, CxAsCode, Cli];

fn form([host, port, protocol, login_path, api_path]: [&str; 5]) -> ClientForm {
    ClientForm {
        host: host.to_owned(),
        port: port.to_owned(),
        protocol: protocol.to_owned(),
        login_path: login_path.to_owned(),
        api_path: api_path.to_owned(),
    }
}

/// The request line's target and the TCP port.
fn sent(url: &ClientUrl) -> Option<(&str, u16)> {
    url.sent
        .as_ref()
        .map(|sent| (sent.target.as_str(), sent.port))
}

type Hit = Option<(&'static str, u16)>;

struct Recorded {
    row: &'static str,
    form: [&'static str; 5],
    javascript: [Hit; 2],
    python: [Hit; 2],
}

const fn both(row: &'static str, form: [&'static str; 5], hits: [Hit; 2]) -> Recorded {
    Recorded {
        row,
        form,
        javascript: hits,
        python: hits,
    }
}

const fn hits(login: &'static str, api: &'static str, port: u16) -> [Hit; 2] {
    [Some((login, port)), Some((api, port))]
}

const PLAIN: [Hit; 2] = hits("/loginpath/oauth/token", "/apipath/api/v2/users", 18931);
const HOST: &str = "127.0.0.1";
const PORT: &str = "18931";

/// All rows of section 2.
#[expect(clippy::too_many_lines, reason = "a table of 22 recorded rows")]
fn recorded() -> Vec<Recorded> {
    vec![
        both("01", [HOST, PORT, "http", "loginpath", "apipath"], PLAIN),
        both("02", [HOST, PORT, "http", "/loginpath", "/apipath"], PLAIN),
        both("03", [HOST, PORT, "http", "loginpath/", "apipath/"], PLAIN),
        both(
            "04",
            [HOST, PORT, "http", "/loginpath/", "/apipath/"],
            PLAIN,
        ),
        Recorded {
            row: "05",
            form: [HOST, PORT, "http", "//loginpath//", "//apipath//"],
            javascript: hits("//loginpath/oauth/token", "//apipath/api/v2/users", 18931),
            python: hits("//loginpath//oauth/token", "//apipath//api/v2/users", 18931),
        },
        both(
            "06",
            [HOST, PORT, "http", "test/login", "test/api"],
            hits("/test/login/oauth/token", "/test/api/api/v2/users", 18931),
        ),
        both(
            "07",
            [HOST, PORT, "http", "", ""],
            hits("/oauth/token", "/api/v2/users", 18931),
        ),
        both(
            "08",
            [HOST, PORT, "http", "loginpath", ""],
            hits("/loginpath/oauth/token", "/api/v2/users", 18931),
        ),
        both(
            "09",
            [HOST, PORT, "http", "", "apipath"],
            hits("/oauth/token", "/apipath/api/v2/users", 18931),
        ),
        both(
            "10",
            [HOST, PORT, "http", "/", "/"],
            hits("/oauth/token", "/api/v2/users", 18931),
        ),
        both(
            "11",
            ["127.0.0.1/test", PORT, "http", "loginpath", "apipath"],
            hits(
                "/test:18931/loginpath/oauth/token",
                "/test:18931/apipath/api/v2/users",
                80,
            ),
        ),
        both(
            "12",
            ["127.0.0.1:18931/test", "", "http", "loginpath", "apipath"],
            hits(
                "/test/loginpath/oauth/token",
                "/test/apipath/api/v2/users",
                18931,
            ),
        ),
        both(
            "13",
            ["127.0.0.1:18931/test/", "", "http", "loginpath", "apipath"],
            hits(
                "/test//loginpath/oauth/token",
                "/test//apipath/api/v2/users",
                18931,
            ),
        ),
        both(
            "14",
            ["127.0.0.1/", PORT, "http", "loginpath", "apipath"],
            hits(
                "/:18931/loginpath/oauth/token",
                "/:18931/apipath/api/v2/users",
                80,
            ),
        ),
        // Row 15 is row 01 with a user name and a password, which no client sends: the form has no place for them.
        both("15", [HOST, PORT, "http", "loginpath", "apipath"], PLAIN),
        both(
            "16",
            [HOST, "80", "http", "loginpath", "apipath"],
            hits("/loginpath/oauth/token", "/apipath/api/v2/users", 80),
        ),
        both(
            "17",
            [HOST, "", "http", "loginpath", "apipath"],
            hits("/loginpath/oauth/token", "/apipath/api/v2/users", 80),
        ),
        both("18", [HOST, PORT, "HTTP", "loginpath", "apipath"], PLAIN),
        both(
            "19",
            ["http://127.0.0.1", PORT, "http", "loginpath", "apipath"],
            [None, None],
        ),
        Recorded {
            row: "20",
            form: ["127.0.0.1:18931", "0", "http", "loginpath", "apipath"],
            javascript: PLAIN,
            python: [None, None],
        },
        both(
            "21",
            [HOST, PORT, "http", "login/oauth/token", "/api/v2"],
            hits(
                "/login/oauth/token/oauth/token",
                "/api/v2/api/v2/users",
                18931,
            ),
        ),
        both(
            "22",
            [HOST, PORT, "http", " loginpath ", " apipath "],
            hits(
                "/%20loginpath%20/oauth/token",
                "/%20apipath%20/api/v2/users",
                18931,
            ),
        ),
    ]
}

#[test]
fn the_recorded_requests_of_javascript_and_python() {
    let rows = recorded();
    assert_eq!(rows.len(), 22);
    for recorded in rows {
        for (client, expected) in [(JavaScript, recorded.javascript), (Python, recorded.python)] {
            let urls = urls(client, &form(recorded.form));
            assert_eq!(
                [sent(&urls.login), sent(&urls.api)],
                expected,
                "row {} {client}: {}",
                recorded.row,
                urls.login.text
            );
        }
    }
}

const GATEWAY: &str = "abc123.execute-api.us-east-1.amazonaws.com";

fn with_stage(end: &str) -> String {
    format!("{GATEWAY}/test{end}")
}

/// One row of section 1.1: clients, form, login URL text, what is wrong with it.
fn check(clients: &[OfficialClient], fields: [&str; 5], login: &str, wrong: &[Breakage]) {
    for client in clients {
        let urls = urls(*client, &form(fields));
        assert_eq!(urls.login.text, login, "{client}: {fields:?}");
        assert_eq!(urls.login.breakages, wrong, "{client}: {fields:?}");
    }
}

#[test]
fn a_host_with_a_stage() {
    use Breakage::{ColonInPath, PortInPath};
    let host = with_stage("");
    let base = format!("https://{host}");
    let fields = |port| [host.as_str(), port, "https", "loginpath", "apipath"];
    check(
        &SDK_FAMILY,
        fields(""),
        &format!("{base}/loginpath/oauth/token"),
        &[],
    );
    check(
        &GO_FAMILY,
        fields(""),
        &format!("{base}:/loginpath/oauth/token"),
        &[ColonInPath],
    );
    check(
        &SDK_FAMILY,
        fields("443"),
        &format!("{base}:443/loginpath/oauth/token"),
        &[PortInPath],
    );
    check(
        &GO_FAMILY,
        fields("443"),
        &format!("{base}/loginpath/oauth/token"),
        &[],
    );
    check(
        &OfficialClient::ALL,
        fields("8443"),
        &format!("{base}:8443/loginpath/oauth/token"),
        &[PortInPath],
    );
}

#[test]
fn a_host_with_a_trailing_slash() {
    use Breakage::{ColonInPath, DoubleSlash, PortInPath};
    let host = format!("{GATEWAY}/");
    let fields = |port| [host.as_str(), port, "https", "loginpath", "apipath"];
    let text = |port| format!("https://{GATEWAY}/{port}/loginpath/oauth/token");
    check(&SDK_FAMILY, fields(""), &text(""), &[DoubleSlash]);
    check(&SDK_FAMILY, fields("443"), &text(":443"), &[PortInPath]);
    check(&GO_FAMILY, fields("443"), &text(""), &[DoubleSlash]);
    check(&GO_FAMILY, fields(""), &text(":"), &[ColonInPath]);
}

#[test]
fn a_host_with_a_scheme() {
    let host = format!("https://{GATEWAY}");
    let fields = |port| [host.as_str(), port, "https", "", ""];
    for client in OfficialClient::ALL {
        let urls = urls(client, &form(fields("443")));
        assert!(
            urls.login.breakages.contains(&Breakage::SchemeInHost),
            "{client}"
        );
        assert_eq!(urls.login.sent, None, "{client}");
        assert!(urls.api.text.starts_with("https://https://"), "{client}");
    }
}

#[test]
fn protocol_and_port_rules() {
    use Breakage::{DanglingColon, MalformedHost, NoProtocol, PortDropped};
    let url = |scheme: &str, port: &str| format!("{scheme}://{GATEWAY}{port}/oauth/token");
    let fields = |port, protocol| [GATEWAY, port, protocol, "", ""];
    // The default of a protocol.
    check(&SDK_FAMILY, fields("", ""), &url("https", ""), &[]);
    check(&GO_FAMILY, fields("443", ""), &url("", ""), &[NoProtocol]);
    // No port.
    check(&SDK_FAMILY, fields("", "https"), &url("https", ""), &[]);
    check(
        &GO_FAMILY,
        fields("", "https"),
        &url("https", ":"),
        &[DanglingColon],
    );
    // The protocol's own port.
    check(
        &SDK_FAMILY,
        fields("443", "https"),
        &url("https", ":443"),
        &[],
    );
    check(&GO_FAMILY, fields("443", "https"), &url("https", ""), &[]);
    check(&GO_FAMILY, fields("80", "http"), &url("http", ""), &[]);
    // The other protocol's port.
    check(
        &SDK_FAMILY,
        fields("443", "http"),
        &url("http", ":443"),
        &[],
    );
    check(
        &GO_FAMILY,
        fields("443", "http"),
        &url("http", ""),
        &[PortDropped],
    );
    check(
        &SDK_FAMILY,
        fields("80", "https"),
        &url("https", ":80"),
        &[],
    );
    check(
        &GO_FAMILY,
        fields("80", "https"),
        &url("https", ""),
        &[PortDropped],
    );
    // Any other port.
    check(
        &OfficialClient::ALL,
        fields("8443", "https"),
        &url("https", ":8443"),
        &[],
    );
    // Port 0.
    check(
        &[JavaScript, Java, DotNet],
        fields("0", "https"),
        &url("https", ""),
        &[],
    );
    check(
        &[Python, Go, CxAsCode, Cli],
        fields("0", "https"),
        &url("https", ":0"),
        &[MalformedHost],
    );
}

#[test]
fn slashes_and_spaces_around_a_path() {
    use Breakage::{DoubleSlash, EncodedSpaces};
    let row = |clients: &[OfficialClient], value: &str, path: &str, wrong: &[Breakage]| {
        let text = format!("https://{GATEWAY}:8443{path}/oauth/token");
        check(clients, [GATEWAY, "8443", "https", value, ""], &text, wrong);
    };
    row(&OfficialClient::ALL, "x", "/x", &[]);
    row(&OfficialClient::ALL, "/x", "/x", &[]);
    row(&OfficialClient::ALL, "", "", &[]);
    row(
        &[JavaScript, Python, Java, DotNet, Go, CxAsCode],
        "/x/",
        "/x",
        &[],
    );
    row(&[Cli], "/x/", "/x/", &[DoubleSlash]);
    row(&[JavaScript], "//x//", "//x", &[DoubleSlash]);
    row(&[Python, Java, DotNet], "//x//", "//x/", &[DoubleSlash]);
    row(&[Go, CxAsCode], "//x//", "/x", &[]);
    row(&[Cli], "//x//", "//x//", &[DoubleSlash]);
    row(
        &[JavaScript, Python, Java, DotNet, Go, CxAsCode],
        "/",
        "",
        &[],
    );
    row(&[Cli], "/", "/", &[DoubleSlash]);
    row(&SDK_FAMILY, " x ", "/ x ", &[EncodedSpaces]);
    row(&GO_FAMILY, " x ", "/x", &[]);
}

#[test]
fn without_a_host_the_gateway_is_off() {
    for client in OfficialClient::ALL {
        let urls = urls(client, &form(["", "443", "https", "a", "b"]));
        assert_eq!(urls.breakages(), [Breakage::GatewayOff], "{client}");
    }
}

#[test]
fn the_portable_form_works_in_every_client() {
    let table = [
        [&with_stage(""), "443", "https", "loginpath", "apipath"],
        [&with_stage("/"), "", "", "/loginpath/", "apipath"],
        [
            &format!("https://{GATEWAY}/test"),
            "0",
            "",
            "/loginpath",
            "//apipath//",
        ],
        [
            &with_stage(""),
            "80",
            "HTTPS",
            " loginpath ",
            "apipath/api/v2",
        ],
        [
            GATEWAY,
            "443",
            "https",
            "/test/loginpath/oauth/token",
            "test/apipath",
        ],
    ];
    for fields in table {
        let portable = portable_form(&form(fields));
        for client in OfficialClient::ALL {
            let urls = urls(client, &portable);
            assert_eq!(urls.breakages(), [], "{client}: {portable:?}");
            assert_eq!(
                sent(&urls.login),
                Some(("/test/loginpath/oauth/token", 443)),
                "{client}: {portable:?}"
            );
            assert_eq!(
                sent(&urls.api),
                Some(("/test/apipath/api/v2/users", 443)),
                "{client}: {portable:?}"
            );
        }
    }
}

/// Path values with letters that mean something in a URL. JavaScript and Python: as recorded with the real SDKs.
#[test]
fn unusual_path_values() {
    use Breakage::{
        ChangedCharacters, CutAtHash, DotSegments, EncodedSpaces, QueryInPath, RefusedPath,
        TurnedBackslash,
    };
    let check = |client, value: &str, target: Option<&str>, wrong: &[Breakage]| {
        let urls = urls(client, &form([GATEWAY, "443", "https", "", value]));
        let found = sent(&urls.api).map(|(target, _)| target);
        assert_eq!(found, target, "{client}: {value:?}");
        assert_eq!(urls.api.breakages, wrong, "{client}: {value:?}");
    };
    let row = |value: &str, javascript: &str, python: &str, wrong: [&[Breakage]; 2]| {
        check(JavaScript, value, Some(javascript), wrong[0]);
        check(Python, value, Some(python), wrong[1]);
    };
    let own = |path: &str| format!("{path}/api/v2/users");
    let same = |value: &str, path: &str, wrong: &[Breakage]| {
        row(value, &own(path), &own(path), [wrong, wrong]);
    };
    same("a/../b", "/b", &[DotSegments]);
    same("../b", "/b", &[DotSegments]);
    same("a/./b", "/a/b", &[DotSegments]);
    same("a/..", "", &[DotSegments]);
    same("a/.../b", "/a/.../b", &[]);
    same("a!$&'()*+,;=:@b~", "/a!$&'()*+,;=:@b~", &[]);
    same("é", "/%C3%A9", &[ChangedCharacters]);
    same("a\u{7f}b", "/a%7Fb", &[ChangedCharacters]);
    row("a#b", "/a", "/a", [&[CutAtHash]; 2]);
    row("a/..#b", "/", "/", [&[DotSegments, CutAtHash]; 2]);
    row(
        "a?b",
        "/a?b/api/v2/users",
        "/a?b/api/v2/users",
        [&[QueryInPath]; 2],
    );
    row(
        "a?é'|^#b",
        "/a?%C3%A9%27|^",
        "/a?%C3%A9'%7C%5E",
        [&[ChangedCharacters, CutAtHash, QueryInPath]; 2],
    );
    row(
        "a/%2e%2E/b",
        &own("/b"),
        &own("/a/%2E%2E/b"),
        [&[DotSegments], &[]],
    );
    row(
        "a\\b",
        &own("/a/b"),
        &own("/a%5Cb"),
        [&[TurnedBackslash], &[ChangedCharacters]],
    );
    row(
        "a|b\"<>^b",
        &own("/a|b%22%3C%3E^b"),
        &own("/a%7Cb%22%3C%3E%5Eb"),
        [&[ChangedCharacters]; 2],
    );
    row(
        "a`{}[]b",
        &own("/a%60%7B%7D[]b"),
        &own("/a%60%7B%7D%5B%5Db"),
        [&[ChangedCharacters]; 2],
    );
    row(
        "a%zz% b",
        &own("/a%zz%%20b"),
        &own("/a%25zz%25%20b"),
        [&[EncodedSpaces], &[EncodedSpaces, ChangedCharacters]],
    );
    row("a%2fb", &own("/a%2fb"), &own("/a%2Fb"), [&[], &[]]);
    row(
        "a\tb",
        &own("/ab"),
        &own("/a%09b"),
        [&[ChangedCharacters]; 2],
    );
    check(Go, "a%zz", None, &[RefusedPath]);
    check(Go, "a/../b", Some(&own("/a/../b")), &[]);
    check(
        Cli,
        "a%41|é[b]",
        Some(&own("/aA%7C%C3%A9%5Bb%5D")),
        &[ChangedCharacters],
    );
    check(Go, "a%41[b]", Some(&own("/a%41[b]")), &[]);
    check(
        DotNet,
        "x\\..\\b",
        Some(&own("/b")),
        &[DotSegments, TurnedBackslash],
    );
}
