//! Client forms as people have them, and what breaks in each with the SDKs for JavaScript and Python.
//! `official_clients` sends them with the real SDKs.

use gatescope::model::clients::Breakage::{
    self, ChangedCharacters, CutAtHash, DotSegments, DoubleSlash, EncodedSpaces, MalformedHost,
    PortInPath, QueryInPath, RepeatedPath, SchemeInHost, TurnedBackslash,
};

pub(crate) const GATEWAY: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";

/// A form as somebody has it, and the breakages that the preview must name for the JavaScript and the Python SDK.
pub(crate) struct Row {
    pub(crate) form: [&'static str; 5],
    pub(crate) javascript: &'static [Breakage],
    pub(crate) python: &'static [Breakage],
}

const fn same(form: [&'static str; 5], breakages: &'static [Breakage]) -> Row {
    Row {
        form,
        javascript: breakages,
        python: breakages,
    }
}

pub(crate) fn rows() -> Vec<Row> {
    const STAGED: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/test";
    const STAGED_SLASH: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/test/";
    const SLASH: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/";
    const WITH_PORT: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com:8443";
    const WITH_PORT_STAGED: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com:8443/test";
    const WITH_SCHEME: &str = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";
    const COLON: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com:";
    const SHOUTED: &str = "A1B2C3D4E5.Execute-Api.us-east-1.amazonaws.com";
    vec![
        // The form that works in all seven.
        same(
            [GATEWAY, "443", "https", "/test/loginpath", "/test/apipath"],
            &[],
        ),
        // The form of the guide.
        same(
            [STAGED, "443", "https", "/loginpath", "/apipath"],
            &[PortInPath],
        ),
        same(
            [STAGED, "8443", "https", "loginpath", "apipath"],
            &[PortInPath],
        ),
        same([STAGED, "", "https", "/loginpath", "/apipath"], &[]),
        same(
            [STAGED_SLASH, "", "https", "/loginpath", "/apipath"],
            &[DoubleSlash],
        ),
        same(
            [SLASH, "443", "https", "/loginpath", "/apipath"],
            &[PortInPath],
        ),
        same([GATEWAY, "8443", "", "loginpath", "apipath"], &[]),
        same([GATEWAY, "8443", "HTTPS", "loginpath/", "apipath/"], &[]),
        Row {
            form: [GATEWAY, "8443", "https", "loginpath//", "//apipath"],
            javascript: &[DoubleSlash],
            python: &[DoubleSlash],
        },
        same([GATEWAY, "443", "http", "loginpath", "apipath"], &[]),
        same([GATEWAY, "80", "https", "loginpath", "apipath"], &[]),
        same([GATEWAY, "", "http", "loginpath", "apipath"], &[]),
        same([GATEWAY, "", "https", "", ""], &[]),
        same([GATEWAY, "443", "https", "/", "apipath"], &[]),
        // A colon without a port.
        same([COLON, "", "https", "loginpath", "apipath"], &[]),
        same([WITH_PORT, "", "https", "loginpath", "apipath"], &[]),
        same([WITH_PORT_STAGED, "", "https", "loginpath", "apipath"], &[]),
        Row {
            form: [WITH_PORT, "0", "https", "loginpath", "apipath"],
            javascript: &[],
            python: &[MalformedHost],
        },
        same(
            [WITH_SCHEME, "443", "https", "loginpath", "apipath"],
            &[SchemeInHost],
        ),
        same(
            [GATEWAY, "443", "https", "login/oauth/token", "/api/v2"],
            &[RepeatedPath],
        ),
        same(
            [GATEWAY, "443", "https", "my login", "my api"],
            &[EncodedSpaces],
        ),
        same([SHOUTED, "443", "https", "Login", "API"], &[]),
        // Letters that mean something in a URL.
        same(
            [GATEWAY, "443", "https", "a/../login", "./api/.."],
            &[DotSegments],
        ),
        same([GATEWAY, "443", "https", "login#x", "api#x"], &[CutAtHash]),
        same(
            [GATEWAY, "443", "https", "login?x", "api?é"],
            &[ChangedCharacters, QueryInPath],
        ),
        Row {
            form: [GATEWAY, "443", "https", "my\\login", "a/\\../pi"],
            javascript: &[DotSegments, TurnedBackslash],
            python: &[ChangedCharacters],
        },
        same(
            [
                GATEWAY,
                "443",
                "https",
                "lögin|\"<>^",
                "äpi`{}[]~!$&'()*+,;=:@",
            ],
            &[ChangedCharacters],
        ),
        Row {
            form: [GATEWAY, "443", "https", "a/%2e%2E/login%2f", "api%zz"],
            javascript: &[DotSegments],
            python: &[ChangedCharacters],
        },
    ]
}
