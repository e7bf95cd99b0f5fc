//! What kind of text this is, told by its content; a file's name plays no part.
//! Cheap: it looks for marks, it does not read the whole structure.

use std::fmt;

use super::http_file;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The Genesys Cloud CLI's `config.toml`.
    CliConfig,
    /// The JSON file of `gc gateway --file`.
    CliGateway,
    /// HCL with a `genesyscloud` provider.
    CxAsCode,
    /// `GENESYSCLOUD_*` variables.
    ProcessVariables,
    /// An SDK's configuration file with sections; Go's too.
    SdkIni,
    /// An SDK's configuration file in JSON; Go's too.
    SdkJson,
    /// `setGateway({…})`.
    JavaScriptGateway,
    Curl,
    PostmanCollection,
    PostmanEnvironment,
    Insomnia,
    /// `.bru` files, and the JSON of an exported collection.
    Bruno,
    /// YAML or JSON, which Bruno writes from version 3 on.
    OpenCollection,
    Har,
    HttpFile,
    /// `http-client.env.json` and its private twin, beside `.http` files.
    HttpEnvironments,
    /// OpenAPI 3 and Swagger 2.0, those that API Gateway wrote too.
    OpenApi,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::CliConfig => "Genesys Cloud CLI configuration",
            Self::CliGateway => "Genesys Cloud CLI gateway file",
            Self::CxAsCode => "CX as Code provider block",
            Self::ProcessVariables => "GENESYSCLOUD_* variables",
            Self::SdkIni => "SDK configuration (INI)",
            Self::SdkJson => "SDK configuration (JSON)",
            Self::JavaScriptGateway => "setGateway call (JavaScript)",
            Self::Curl => "cURL command",
            Self::PostmanCollection => "Postman collection",
            Self::PostmanEnvironment => "Postman environment",
            Self::Insomnia => "Insomnia export",
            Self::Bruno => "Bruno file",
            Self::OpenCollection => "OpenCollection file (Bruno 3)",
            Self::Har => "HTTP archive (HAR)",
            Self::HttpFile => "HTTP request file",
            Self::HttpEnvironments => "Environments of HTTP request files",
            Self::OpenApi => "API description (OpenAPI, Swagger)",
        })
    }
}

/// What a text was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    One(Kind),
    /// Several kinds in one text: none is read.
    Several(Vec<Kind>),
    Unknown,
}

/// A file of environments is small: it is the only kind that is told by reading it whole.
const LARGEST_ENVIRONMENTS: usize = 1_000_000;

/// Tells the kind of a decoded text.
#[must_use]
pub fn recognise(text: &str) -> Recognised {
    let text = text.trim_start_matches('\u{feff}');
    let trimmed = text.trim_start();
    if starts_with_curl(trimmed) && !is_among_requests(text) {
        return Recognised::One(Kind::Curl);
    }
    let mut kinds = if trimmed.starts_with(['{', '[', '"']) {
        of_keys(&top_keys(trimmed))
    } else {
        Vec::new()
    };
    if kinds.is_empty() {
        kinds = of_lines(text);
    }
    let may_be_environments = trimmed.starts_with('{') && text.len() < LARGEST_ENVIRONMENTS;
    if kinds.is_empty() && may_be_environments && http_file::is_environments(trimmed) {
        kinds.push(Kind::HttpEnvironments);
    }
    kinds.sort_unstable();
    kinds.dedup();
    match kinds.as_slice() {
        [] => Recognised::Unknown,
        [one] => Recognised::One(*one),
        _ => Recognised::Several(kinds),
    }
}

/// Between the `###` lines of a `.http` file a request may be a command.
fn is_among_requests(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("###")) && text.lines().any(is_request_line)
}

/// Behind comments, a prompt and what is piped into it.
fn starts_with_curl(text: &str) -> bool {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !is_comment(line))
        .unwrap_or_default();
    let is_curl = |word: &str| ["curl", "curl.exe"].contains(&word);
    let mut words = line.split_whitespace().filter(|word| {
        let is_prompt = ["$", ">", "%", "PS", "&"].contains(word) || word.ends_with('>');
        !is_prompt
    });
    match words.next() {
        Some(first) if is_curl(first) => true,
        Some("printf" | "echo") => text.contains("curl "),
        // A prompt such as `me@host:~$ curl`.
        Some(first) => first.ends_with(['$', '#']) && words.next().is_some_and(is_curl),
        None => false,
    }
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') || line.starts_with("rem ") || line.starts_with("REM ")
}

/// The keys of the outermost objects, told by brackets and quotes alone, so that a truncated text is recognised too.
fn top_keys(text: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    let bytes = text.as_bytes();
    let own_depth = usize::from(!text.starts_with('"'));
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at + 1;
                at = end_of_string(bytes, start);
                let behind = text.get(at + 1..).unwrap_or_default().trim_start();
                if depth == own_depth && behind.starts_with(':') && keys.len() < 256 {
                    keys.extend(text.get(start..at));
                }
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

fn of_keys(keys: &[&str]) -> Vec<Kind> {
    let has = |key: &str| keys.contains(&key);
    let any = |wanted: &[&str]| wanted.iter().any(|key| has(key));
    let rules = [
        (any(&["openapi", "swagger"]), Kind::OpenApi),
        (has("info") && has("item"), Kind::PostmanCollection),
        (has("brunoConfig"), Kind::Bruno),
        (has("opencollection"), Kind::OpenCollection),
        (
            has("_postman_variable_scope") || (has("values") && has("name")),
            Kind::PostmanEnvironment,
        ),
        (has("__export_format") || has("_type"), Kind::Insomnia),
        (has("log"), Kind::Har),
        (
            any(&["gateway", "general"])
                && !keys.iter().any(|key| http_file::is_usual_environment(key)),
            Kind::SdkJson,
        ),
        (
            has("host") && any(&["path_params_login", "path_params_api"]),
            Kind::JavaScriptGateway,
        ),
        (
            keys.iter().any(|key| key.eq_ignore_ascii_case("host"))
                && !any(&["path_params_login", "path_params_api"])
                && keys.iter().any(|key| {
                    ["pathparams", "path_params", "protocol", "port"]
                        .contains(&key.to_ascii_lowercase().as_str())
                }),
            Kind::CliGateway,
        ),
    ];
    kinds_of(&rules)
}

fn kinds_of(rules: &[(bool, Kind)]) -> Vec<Kind> {
    rules
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, kind)| *kind)
        .collect()
}

/// Kinds that are told by how lines begin. A marker deep inside of a large text is not looked for.
fn of_lines(text: &str) -> Vec<Kind> {
    let mut kinds = Vec::new();
    let mut in_profile = false;
    for line in text.lines().take(20_000) {
        let is_section = line.starts_with('[') && line.trim_end().ends_with(']');
        in_profile = is_section || in_profile && !line.starts_with(['{', '}']);
        // The CLI itself writes the keys of a profile further in.
        let is_indented_key = in_profile && line.starts_with([' ', '\t']);
        kinds.extend(of_line(if is_indented_key && is_cli_key(line.trim()) {
            line.trim_start()
        } else {
            line
        }));
    }
    // A configuration of the CLI may have a profile of any name, so its keys tell it.
    let has = |kind: Kind| kinds.contains(&kind);
    if has(Kind::HttpFile) {
        // Bodies and variables of requests hold anything. `###` alone is a comment elsewhere.
        let others = kinds.iter().any(|kind| *kind != Kind::HttpFile);
        if !others || text.lines().any(begins_request) {
            return vec![Kind::HttpFile];
        }
        kinds.retain(|kind| *kind != Kind::HttpFile);
    }
    let has = |kind: Kind| kinds.contains(&kind);
    let holds_settings = [
        Kind::CxAsCode,
        Kind::JavaScriptGateway,
        Kind::Bruno,
        Kind::OpenCollection,
    ];
    if holds_settings.into_iter().any(has) {
        // Their settings are named as in an SDK's or the CLI's file.
        kinds.retain(|kind| ![Kind::CliConfig, Kind::SdkIni].contains(kind));
    }
    if kinds.contains(&Kind::CliConfig) && !text.contains("[gateway]") {
        kinds.retain(|kind| *kind != Kind::SdkIni);
    }
    if kinds.is_empty() && is_open_collection(text) {
        kinds.push(Kind::OpenCollection);
    }
    if kinds.is_empty() && text.contains("path_params_") && text.contains('{') {
        kinds.push(Kind::JavaScriptGateway);
    }
    kinds
}

/// One request, folder or environment of a collection in YAML: its keys stand at the margin.
fn is_open_collection(text: &str) -> bool {
    let has = |key: &str| text.lines().take(2_000).any(|line| line.trim_end() == key);
    let begins = |key: &str| text.lines().take(2_000).any(|line| line.starts_with(key));
    let is_item = ["http:", "graphql:", "grpc:", "websocket:", "  type: folder"]
        .into_iter()
        .any(has);
    (has("info:") && is_item) || (has("variables:") && begins("name: "))
}

fn of_line(line: &str) -> Option<Kind> {
    let trimmed = line.trim();
    let bare = trimmed
        .trim_start_matches("export ")
        .trim_start_matches("set ")
        .trim_start_matches("$env:")
        .trim_start_matches("declare -x ")
        .trim_start_matches('"');
    let at_start = trimmed.len() == line.trim_end().len();
    if bare.starts_with("GENESYSCLOUD_") && bare.contains('=') {
        Some(Kind::ProcessVariables)
    } else if trimmed.starts_with("provider") && trimmed.contains("\"genesyscloud\"") {
        Some(Kind::CxAsCode)
    } else if trimmed.contains("setGateway(") || trimmed.contains("setGateway (") {
        Some(Kind::JavaScriptGateway)
    } else if is_sdk_section(trimmed) {
        Some(Kind::SdkIni)
    } else if at_start && is_cli_key(trimmed) {
        Some(Kind::CliConfig)
    } else if at_start && (trimmed.starts_with("openapi:") || trimmed.starts_with("swagger:")) {
        Some(Kind::OpenApi)
    } else if at_start
        && ([
            "type: collection.insomnia",
            "type: environment.insomnia",
            "type: spec.insomnia",
        ]
        .iter()
        .any(|mark| trimmed.starts_with(mark))
            || trimmed == "_type: export")
    {
        Some(Kind::Insomnia)
    } else if at_start && is_bruno_block(trimmed) {
        Some(Kind::Bruno)
    } else if at_start && trimmed.starts_with("opencollection:") {
        Some(Kind::OpenCollection)
    } else if at_start && (trimmed.starts_with("###") || is_request_line(trimmed)) {
        Some(Kind::HttpFile)
    } else {
        None
    }
}

fn is_sdk_section(line: &str) -> bool {
    line.starts_with('[')
        && line.split_once(']').is_some_and(|(name, _)| {
            ["gateway", "general"].contains(&name[1..].trim().to_ascii_lowercase().as_str())
        })
}

fn is_cli_key(line: &str) -> bool {
    let key = line.split('=').next().unwrap_or_default().trim();
    line.contains('=')
        && (key.starts_with("gateway_")
            || [
                "client_credentials",
                "client_secret",
                "grant_type",
                "oauth_token_data",
                "environment",
            ]
            .contains(&key))
}

/// A block that only Bruno has: `meta {`, `vars {` of an environment, `auth:oauth2 {`, `vars:secret [`.
fn is_bruno_block(line: &str) -> bool {
    let Some(name) = line.strip_suffix(['{', '[']) else {
        return line.starts_with("meta {");
    };
    let name = name.trim_end();
    ["meta", "vars"].contains(&name)
        || ["vars:", "auth:", "params:", "script:", "body:"]
            .iter()
            .any(|start| name.starts_with(start))
}

/// A request of a `.http` file, with a method or without one.
fn begins_request(line: &str) -> bool {
    ["http://", "https://", "{{", "curl "]
        .iter()
        .any(|start| line.starts_with(start))
        || is_request_line(line)
}

fn is_request_line(line: &str) -> bool {
    const METHODS: [&str; 8] = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "GRAPHQL",
    ];
    let mut words = line.split_whitespace();
    words.next().is_some_and(|word| METHODS.contains(&word))
        && words.next().is_some_and(|word| {
            word.starts_with("http") || word.starts_with('/') || word.starts_with("{{")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table")]
    fn kinds_are_told_by_content() {
        let one = Recognised::One;
        for (text, expected) in [
            ("curl https://h/", one(Kind::Curl)),
            ("$ curl https://h/", one(Kind::Curl)),
            ("### mine\ncurl https://h/", one(Kind::Curl)),
            (
                "### a\ncurl https://h/\n### b\nGET https://h/",
                one(Kind::HttpFile),
            ),
            ("# a comment\nme@host:~$ curl https://h/", one(Kind::Curl)),
            ("PS C:\\> curl.exe https://h/", one(Kind::Curl)),
            ("curl h -d '{\"openapi\": 1, \"log\": 2}'", one(Kind::Curl)),
            ("\u{feff}{\"openapi\": \"3.0.1\"", one(Kind::OpenApi)),
            ("openapi: 3.0.1\ninfo:", one(Kind::OpenApi)),
            ("{\"swagger\":\"2.0\"}", one(Kind::OpenApi)),
            ("{\"info\":{},\"item\":[]}", one(Kind::PostmanCollection)),
            (
                "{\"name\":\"x\",\"values\":[]}",
                one(Kind::PostmanEnvironment),
            ),
            (
                "{\"_type\":\"export\",\"__export_format\":4}",
                one(Kind::Insomnia),
            ),
            ("type: collection.insomnia.rest/5.0\n", one(Kind::Insomnia)),
            ("meta {\n  name: x\n}", one(Kind::Bruno)),
            ("vars {\n  a: 1\n}\nvars:secret [\n  b\n]", one(Kind::Bruno)),
            ("auth:oauth2 {\n  scope: x\n}", one(Kind::Bruno)),
            (
                "### mine\n[DEFAULT]\nclient_credentials = \"x\"\n",
                one(Kind::CliConfig),
            ),
            (
                "### mine\nexport GENESYSCLOUD_REGION=us-east-1",
                one(Kind::ProcessVariables),
            ),
            (
                "### mine\nhttps://h/\n\nGENESYSCLOUD_REGION=us-east-1",
                one(Kind::HttpFile),
            ),
            ("### mine\nexample.com/x\n", one(Kind::HttpFile)),
            ("{\"log\":{\"entries\":[]}}", one(Kind::Har)),
            ("### one\nGET https://h/\n", one(Kind::HttpFile)),
            ("GET {{base}}/a\n", one(Kind::HttpFile)),
            ("\"gateway\": {\n\"host\": \"h\"}", one(Kind::SdkJson)),
            ("{\"gateway\": {\"host\": \"h\"}}", one(Kind::SdkJson)),
            ("[gateway]\nhost = h\n", one(Kind::SdkIni)),
            ("{\"host\":\"h\",\"pathParams\":{}}", one(Kind::CliGateway)),
            (
                "[DEFAULT]\nclient_credentials = \"x\"\n",
                one(Kind::CliConfig),
            ),
            ("[DEFAULT]\ngateway_host = \"x\"\n", one(Kind::CliConfig)),
            (
                "[default]\n  access_token = \"\"\n  environment = \"usw2.pure.cloud\"\n",
                one(Kind::CliConfig),
            ),
            (
                "provider \"genesyscloud\" {\n gateway {",
                one(Kind::CxAsCode),
            ),
            (
                "export GENESYSCLOUD_REGION=us-east-1",
                one(Kind::ProcessVariables),
            ),
            (
                "$env:GENESYSCLOUD_REGION = 'us-east-1'",
                one(Kind::ProcessVariables),
            ),
            (
                "client.setGateway({ host: 'h' });",
                one(Kind::JavaScriptGateway),
            ),
            (
                "{ host: 'h', path_params_login: 'l' }",
                one(Kind::JavaScriptGateway),
            ),
            (
                "{\"openapi\":\"3\"}\n{\"log\":{}}",
                Recognised::Several(vec![Kind::Har, Kind::OpenApi]),
            ),
            (
                "GENESYSCLOUD_REGION=x\n[gateway]\nhost = h",
                Recognised::Several(vec![Kind::ProcessVariables, Kind::SdkIni]),
            ),
            ("", Recognised::Unknown),
            ("hello", Recognised::Unknown),
            ("{\"a\": 1}", Recognised::Unknown),
            ("{\"a\": {\"b\": \"c\"}}", Recognised::Unknown),
            (
                "{\"dev\": {\"host\": \"https://h.example\"}}",
                one(Kind::HttpEnvironments),
            ),
            (
                "{\"qa\": {\"password\": \"x\"}, \"prod\": {\"password\": \"y\"}}",
                one(Kind::HttpEnvironments),
            ),
            (
                "{\"mine\": {\"SSLConfiguration\": {\"verifyHostCertificate\": false}}}",
                one(Kind::HttpEnvironments),
            ),
            ("opencollection: 1.0.0\n", one(Kind::OpenCollection)),
            (
                "{\"opencollection\": \"1.0.0\", \"items\": []}",
                one(Kind::OpenCollection),
            ),
            (
                "info:\n  name: f\n  type: folder\nrequest:\n",
                one(Kind::OpenCollection),
            ),
            (
                "info:\n  name: s\n  type: grpc\ngrpc:\n  url: h\n",
                one(Kind::OpenCollection),
            ),
            (
                "name: Local\nvariables:\n  - name: a\n",
                one(Kind::OpenCollection),
            ),
            ("{\"items\": [], \"brunoConfig\": {}}", one(Kind::Bruno)),
            ("GRAPHQL https://h/graphql\n", one(Kind::HttpFile)),
            ("{\"a\": \"\\", Recognised::Unknown),
        ] {
            assert_eq!(recognise(text), expected, "{text}");
        }
    }
}
