//! A sample of each kind and how it is spoiled.

use crate::interchange::Kind;

/// A sample of a kind and what has to be spoiled by hand.
pub(super) struct Sample {
    pub(super) kind: Kind,
    pub(super) good: &'static str,
    pub(super) expected: &'static str,
    /// 100,000 levels at a place where a value stands.
    pub(super) deep: String,
    pub(super) twice: String,
    /// Of formats that name their version.
    pub(super) unknown_version: Option<String>,
    pub(super) unterminated: String,
}

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!(
            "../../../../tests/fixtures/bad_input/",
            $name,
            ".expected"
        ))
    };
}

macro_rules! corpus {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/fuzz/corpus/", $name))
    };
}

const LEVELS: usize = 100_000;

fn levels(open: &str) -> String {
    open.repeat(LEVELS)
}

/// `good` with `from` taken for `to`; the sample has to have it.
fn with(good: &str, from: &str, to: &str) -> String {
    assert!(good.contains(from), "`{from}` is not in {good}");
    good.replacen(from, to, 1)
}

fn configurations() -> Vec<Sample> {
    let toml = corpus!("cli-config/guide.toml");
    let gateway = corpus!("cli-gateway/guide.json");
    let hcl = corpus!("cx-as-code/guide.tf");
    let variables = corpus!("variables/export.sh");
    let ini = corpus!("sdk-ini/guide.cfg");
    let json = corpus!("sdk-json/go.json");
    let java_script = corpus!("javascript/guide.js");
    vec![
        Sample {
            kind: Kind::CliConfig,
            good: toml,
            expected: golden!("cli-config"),
            deep: with(toml, "\"https\"", &levels("[")),
            twice: with(
                toml,
                "gateway_port =",
                "gateway_host = \"other.example.com\"\ngateway_port =",
            ),
            unknown_version: None,
            unterminated: with(toml, "amazonaws.com\"", "amazonaws.com"),
        },
        Sample {
            kind: Kind::CliGateway,
            good: gateway,
            expected: golden!("cli-gateway"),
            deep: with(gateway, "\"/loginpath\"", &levels("{\"a\":")),
            twice: with(
                gateway,
                "\"port\"",
                "\"host\": \"other.example.com\", \"port\"",
            ),
            unknown_version: None,
            unterminated: with(gateway, "amazonaws.com\"", "amazonaws.com"),
        },
        Sample {
            kind: Kind::CxAsCode,
            good: hcl,
            expected: golden!("cx-as-code"),
            deep: with(hcl, "auth {", &levels("a {\n")),
            twice: with(hcl, "auth {", "host = \"other.example.com\"\n    auth {"),
            unknown_version: None,
            unterminated: with(hcl, "amazonaws.com\"", "amazonaws.com"),
        },
        Sample {
            kind: Kind::ProcessVariables,
            good: variables,
            expected: golden!("variables"),
            deep: with(variables, "us-east-1", &levels("${")),
            twice: format!("{variables}GENESYSCLOUD_GATEWAY_PORT=8443\n"),
            unknown_version: None,
            unterminated: with(variables, "crane-1-secret\"", "crane-1-secret"),
        },
        Sample {
            kind: Kind::SdkIni,
            good: ini,
            expected: golden!("sdk-ini"),
            deep: with(ini, "https", &levels("[")),
            twice: with(ini, "[gateway]\n", "[gateway]\nhost = other.example.com\n"),
            unknown_version: None,
            unterminated: with(ini, "[gateway]", "[gateway"),
        },
        Sample {
            kind: Kind::SdkJson,
            good: json,
            expected: golden!("sdk-json"),
            deep: with(json, "\"https\"", &levels("[")),
            twice: with(
                json,
                "\"port\"",
                "\"host\": \"other.example.com\", \"port\"",
            ),
            unknown_version: None,
            unterminated: with(json, "gw.example.com\"", "gw.example.com"),
        },
        Sample {
            kind: Kind::JavaScriptGateway,
            good: java_script,
            expected: golden!("javascript"),
            deep: with(java_script, "443", &levels("[")),
            twice: with(java_script, "port:", "host: 'other.example.com', port:"),
            unknown_version: None,
            unterminated: with(java_script, "amazonaws.com'", "amazonaws.com"),
        },
    ]
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn collections() -> Vec<Sample> {
    let curl = corpus!("curl/posix.sh");
    let postman = corpus!("postman/collection.json");
    let environment = corpus!("postman-environment/prod.json");
    let insomnia = corpus!("insomnia/version-4.json");
    let bruno = corpus!("bruno/request.bru");
    let open_collection = corpus!("opencollection/bundle.yml");
    let har = corpus!("har/two-entries.har");
    let http = corpus!("http/requests.http");
    let http_environments = corpus!("http-environments/public.json");
    let open_api = corpus!("openapi/three-one.json");
    vec![
        Sample {
            kind: Kind::Curl,
            good: curl,
            expected: golden!("curl"),
            deep: with(curl, "$ONE", &levels("$(")),
            twice: with(curl, "-X POST", "-X POST -X PUT"),
            unknown_version: None,
            unterminated: with(curl, "application/json'", "application/json"),
        },
        Sample {
            kind: Kind::PostmanCollection,
            good: postman,
            expected: golden!("postman"),
            deep: with(
                postman,
                "\"item\":",
                &format!("\"extra\": {}\"item\":", levels("{\"item\":[")),
            ),
            twice: with(postman, "\"item\":", "\"item\": [], \"item\":"),
            unknown_version: Some(with(postman, "v2.1.0", "v9.0.0")),
            unterminated: with(postman, "\"info\"", "\"info"),
        },
        Sample {
            kind: Kind::PostmanEnvironment,
            good: environment,
            expected: golden!("postman-environment"),
            deep: with(environment, "\"x\"", &levels("[")),
            twice: with(environment, "\"name\"", "\"name\": \"other\", \"name\""),
            unknown_version: None,
            unterminated: with(environment, "\"prod\"", "\"prod"),
        },
        Sample {
            kind: Kind::Insomnia,
            good: insomnia,
            expected: golden!("insomnia"),
            deep: with(insomnia, "{\"a\": 1}", &levels("{\"a\":")),
            twice: with(
                insomnia,
                "\"resources\":",
                "\"resources\": [], \"resources\":",
            ),
            unknown_version: Some(with(
                insomnia,
                "\"__export_format\": 4",
                "\"__export_format\": 99",
            )),
            unterminated: with(insomnia, "\"export\"", "\"export"),
        },
        Sample {
            kind: Kind::Bruno,
            good: bruno,
            expected: golden!("bruno"),
            deep: with(bruno, "params:query {", &levels("a {\n")),
            twice: with(
                bruno,
                "  body: json",
                "  url: https://other.example.com\n  body: json",
            ),
            unknown_version: None,
            unterminated: with(bruno, "  Reads one\n}", "  Reads one\n"),
        },
        Sample {
            kind: Kind::OpenCollection,
            good: open_collection,
            expected: golden!("opencollection"),
            deep: with(open_collection, "https://h.example/upload", &levels("[")),
            twice: with(
                open_collection,
                "  name: Genesys\n",
                "  name: Other\n  name: Genesys\n",
            ),
            unknown_version: Some(with(
                open_collection,
                "opencollection: 1.0.0",
                "opencollection: 9.0.0",
            )),
            unterminated: with(open_collection, "'{\"n\": 1}'", "'{\"n\": 1}"),
        },
        Sample {
            kind: Kind::Har,
            good: har,
            expected: golden!("har"),
            deep: with(
                har,
                "\"cache\": {}",
                &format!("\"cache\": {}", levels("{\"a\":")),
            ),
            twice: with(har, "\"entries\":", "\"entries\": [], \"entries\":"),
            unknown_version: Some(with(har, "\"version\": \"1.2\"", "\"version\": \"9.0\"")),
            unterminated: with(har, "\"browser\"", "\"browser"),
        },
        Sample {
            kind: Kind::HttpFile,
            good: http,
            expected: golden!("http"),
            deep: with(http, "Bearer {{token}}", &levels("{{")),
            twice: with(http, "@token", "@host = https://other.example.com\n@token"),
            unknown_version: None,
            unterminated: with(http, "Bearer {{token}}", "Bearer {{token"),
        },
        Sample {
            kind: Kind::HttpEnvironments,
            good: http_environments,
            expected: golden!("http-environments"),
            deep: with(http_environments, "true", &levels("{\"a\":")),
            twice: with(
                http_environments,
                "\"queue\"",
                "\"host\": \"https://other.example.com\",\n    \"queue\"",
            ),
            unknown_version: None,
            unterminated: with(http_environments, "\"gateway\"", "\"gateway"),
        },
        Sample {
            kind: Kind::OpenApi,
            good: open_api,
            expected: golden!("openapi"),
            deep: with(
                open_api,
                "\"paths\":",
                &format!("\"x-deep\": {}\"paths\":", levels("{\"a\":")),
            ),
            twice: with(open_api, "\"paths\":", "\"paths\": {}, \"paths\":"),
            unknown_version: Some(with(open_api, "\"3.1.0\"", "\"9.0.0\"")),
            unterminated: with(open_api, "\"info\"", "\"info"),
        },
    ]
}

pub(super) fn samples() -> Vec<Sample> {
    let mut samples = configurations();
    samples.extend(collections());
    samples
}
