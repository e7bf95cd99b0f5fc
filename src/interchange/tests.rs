//! What holds for the configuration of every official client: golden samples of the vendor's guide, round trips, bad input.

mod bad_input;
mod exports;
mod golden;
mod round_trips;

use super::types::{ExportContext, Imported};
use super::{
    Export, ImportError, Lint, cli_config, cli_gateway, curl_import, cx_as_code, process_variables,
    sdk_ini, sdk_json, set_gateway, snippets,
};
use crate::model::clients::{self, ClientForm, OfficialClient};
use crate::model::environment::{Credentials, Environment, Place, Proxy, Target};
use crate::model::secret::{Secret, SecretKey, SecretName, Secrets};

use round_trips::{FORMATS, export};

type Reader = fn(&str) -> Result<Imported, ImportError>;

const READERS: [(&str, Reader); 8] = [
    ("config.toml", cli_config::import),
    ("gateway.json", cli_gateway::import),
    ("HCL", cx_as_code::import),
    ("variables", process_variables::import),
    ("INI", sdk_ini::import),
    ("JSON", sdk_json::import),
    ("setGateway", set_gateway::import),
    ("cURL", curl_import::import),
];

const GUIDE_HCL: &str = r#"provider "genesyscloud" {
  oauthclient_id = "client-id"
  oauthclient_secret = "client-secret"
  aws_region = "us-east-1"

  gateway {
    host     = "abc123.execute-api.us-east-1.amazonaws.com"
    port     = "443"
    protocol = "https"

    auth {
      username = "john_doe1"
      password = "password"
    }

    path_params {
      path_name  = "login"
      path_value = "/loginpath"
    }

    path_params {
      path_name  = "api"
      path_value = "/apipath"
    }
  }
}
"#;

const GUIDE_INI: &str = "[gateway]
host = abc123.execute-api.us-east-1.amazonaws.com
protocol = https
port = 443
path_params_login = loginpath
path_params_api = apipath
username = john_doe1
password = password
";

const GUIDE_JSON: &str = r#""gateway": {
  "host": "abc123.execute-api.us-east-1.amazonaws.com",
  "protocol": "https",
  "port": 443,
  "path_params_login": "loginpath",
  "path_params_api": "apipath",
  "username": "john_doe1",
  "password": "password"
}"#;

const GUIDE_JS: &str = r#"const client = platformClient.ApiClient.instance;

client.setGateway({
  host: 'abc123.execute-api.us-east-1.amazonaws.com',
  protocol: 'https',
  port: 443,
  path_params_login: 'loginpath',
  path_params_api: 'apipath',
  username: "john_doe1",
  password: "password"
});
"#;

const GUIDE_TOML: &str = r#"[DEFAULT]
environment = "mypurecloud.com"
client_credentials = "client-id"
client_secret = "client-secret"
grant_type = "1"
gateway_protocol = "https"
gateway_host = "abc123.execute-api.us-east-1.amazonaws.com"
gateway_port = "443"
gateway_username = "john_doe1"
gateway_password = "password"
gateway_pathparams = '{login: /loginpath, api: /apipath}'
"#;

const GUIDE_GATEWAY_JSON: &str = r#"{
  "host": "abc123.execute-api.us-east-1.amazonaws.com",
  "port": "443",
  "protocol": "https",
  "userName": "john_doe1",
  "password": "password",
  "pathParams": {"login": "/loginpath", "api": "/apipath"}
}"#;

const GUIDE: [(&str, Reader, &str); 6] = [
    ("HCL", cx_as_code::import, GUIDE_HCL),
    ("INI", sdk_ini::import, GUIDE_INI),
    ("JSON", sdk_json::import, GUIDE_JSON),
    ("setGateway", set_gateway::import, GUIDE_JS),
    ("config.toml", cli_config::import, GUIDE_TOML),
    ("gateway.json", cli_gateway::import, GUIDE_GATEWAY_JSON),
];

fn causes(lint: &[Lint]) -> String {
    let lines: Vec<String> = lint
        .iter()
        .map(|lint| format!("{}:{} {}", lint.place.line, lint.place.column, lint.cause))
        .collect();
    lines.join("\n")
}

/// The URLs that the environment's own client form means.
fn urls(environment: &Environment) -> (String, String) {
    let Target::Gateway(gateway) = &environment.target else {
        panic!("{} has no gateway", environment.name);
    };
    let form = clients::client_form(gateway);
    let urls = clients::urls(OfficialClient::Go, &form);
    (urls.login.text, urls.api.text)
}

#[test]
fn the_guides_samples_become_the_same_gateway() {
    let base = "https://abc123.execute-api.us-east-1.amazonaws.com";
    for (name, import, text) in GUIDE {
        let imported = import(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(imported.environments.len(), 1, "{name}");
        let environment = &imported.environments[0];
        let expected = (
            format!("{base}/loginpath/oauth/token"),
            format!("{base}/apipath/api/v2/users"),
        );
        assert_eq!(urls(environment), expected, "{name}");
        assert_eq!(
            crate::model::route::login_url(environment).map(|url| url.to_string()),
            Ok(expected.0),
            "{name}"
        );
        let Target::Gateway(gateway) = &environment.target else {
            panic!("{name}");
        };
        assert_eq!(gateway.user_name, "john_doe1", "{name}");
        let password = imported
            .secrets
            .iter()
            .find(|secret| secret.name == SecretName::GatewayPassword)
            .unwrap_or_else(|| panic!("{name}: no password"));
        assert_eq!(password.value.expose(), "password", "{name}");
        assert_eq!(password.origins, [base], "{name}");
        let lint = causes(&imported.lint);
        assert!(lint.contains("no official client"), "{name}: {lint}");
        let printed = format!("{imported:?}");
        assert!(!printed.contains("client-secret"), "{name}: {printed}");
    }
}

#[test]
fn credentials_are_secrets_bound_to_the_gateway() {
    for (name, import, text) in [
        ("HCL", cx_as_code::import as Reader, GUIDE_HCL),
        ("config.toml", cli_config::import, GUIDE_TOML),
    ] {
        let imported = import(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let environment = &imported.environments[0];
        assert!(
            matches!(&environment.credentials, Credentials::ClientCredentials { client_id, .. } if client_id == "client-id"),
            "{name}: {:?}",
            environment.credentials
        );
        let secret = imported
            .secrets
            .iter()
            .find(|secret| secret.name == SecretName::ClientSecret)
            .unwrap_or_else(|| panic!("{name}: no secret"));
        assert_eq!(secret.value.expose(), "client-secret", "{name}");
        assert_eq!(
            secret.origins,
            ["https://abc123.execute-api.us-east-1.amazonaws.com"],
            "{name}"
        );
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn traps_are_told_with_their_place() {
    let ini = |lines: &str| format!("[gateway]\n{lines}");
    let toml = |lines: &str| format!("[DEFAULT]\ngateway_protocol = \"https\"\n{lines}");
    let rows: Vec<(Reader, String, usize, &str)> = vec![
        (
            sdk_ini::import,
            ini("host = h.com/test\nport = 443\npath_params_login = l\npath_params_api = a\n"),
            3,
            "the port lands in the path",
        ),
        (
            cli_config::import,
            toml("gateway_host = \"h.com/test\"\n"),
            3,
            "a colon without a port lands in the path",
        ),
        (
            cli_config::import,
            toml("gateway_host = \"h.com\"\n"),
            3,
            "a colon without a port stands behind the host",
        ),
        (
            cli_config::import,
            toml("gateway_host = \"h.com\"\ngateway_port = \"443\"\ngateway_pathparams = '{login:/l,api:/a}'\n"),
            5,
            "a comma with a space",
        ),
        (
            cli_config::import,
            toml("gateway_host = \"h.com\"\ngateway_port = \"443\"\ngateway_pathparams = '{login: /l/, api: /a}'\n"),
            5,
            "double slash",
        ),
        (
            cli_config::import,
            "[a]\nenvironment = \"me-central-1\"\n".to_owned(),
            2,
            "Invalid AWS region",
        ),
        (
            cli_gateway::import,
            "{\"host\": \"h.com\",\n\"protocol\": \"https\",\n\"port\": 443}".to_owned(),
            3,
            "without quotes stops the CLI",
        ),
        (
            cli_gateway::import,
            "{\"host\": \"h.com\", \"protocol\": \"https\", \"port\": \"443\",\n\"path_params\": {\"login\": \"/l\"}}".to_owned(),
            2,
            "ignores `path_params`",
        ),
        (
            sdk_json::import,
            "{\"gateway\": {\"host\": \"h.com\",\n\"port\": \"443\"}}".to_owned(),
            2,
            "port in quotes",
        ),
        (
            sdk_json::import,
            "\n\"gateway\": {\"host\": \"h.com\"}".to_owned(),
            1,
            "outer braces are missing",
        ),
        (
            sdk_ini::import,
            ini("host = h.com\npassword = 50%off\n"),
            3,
            "`%`",
        ),
        (
            sdk_ini::import,
            ini("host = h.com\npath-params = login:l,api:a\n"),
            1,
            "auth-username",
        ),
        (
            sdk_ini::import,
            ini("host = h.com\npath-params = {login: l, api: a}\n"),
            3,
            "the CLI's form",
        ),
        (
            sdk_ini::import,
            ini("host = https://h.com\n"),
            2,
            "the protocol stands twice",
        ),
        (
            sdk_ini::import,
            ini("host = h.com\npath_params_api = /api/v2\n"),
            3,
            "stands twice",
        ),
        (
            sdk_ini::import,
            ini("host = h.com\npath_params_api = a\n"),
            3,
            "There is no login path",
        ),
        (
            sdk_ini::import,
            ini("host = XXXX.execute-api.{aws-region}.amazonaws.com\n"),
            2,
            "placeholder",
        ),
        (
            cx_as_code::import,
            GUIDE_HCL.replace("\"login\"", "\"Login\""),
            17,
            "in lower case",
        ),
        (
            cx_as_code::import,
            GUIDE_HCL.replace("    protocol = \"https\"\n", ""),
            6,
            "without a protocol",
        ),
        (
            cx_as_code::import,
            "provider \"genesyscloud\" {\n  gateway {\n    host = \"h\"\n    path_params {}\n  }\n}".to_owned(),
            4,
            "the other one is lost",
        ),
        (
            cx_as_code::import,
            "provider \"genesyscloud\" {\n  gateway {}\n  gateway {}\n}".to_owned(),
            3,
            "several `gateway` blocks",
        ),
        (
            process_variables::import,
            "export GENESYSCLOUD_GATEWAY_HOST=h.com\n".to_owned(),
            1,
            "these variables do nothing",
        ),
        (
            process_variables::import,
            "GENESYSCLOUD_GATEWAY_HOST=h.com\nGENESYSCLOUD_GATEWAY_PATH_NAME=login,api\nGENESYSCLOUD_GATEWAY_PATH_VALUE=/l,/a\n".to_owned(),
            2,
            "Two values",
        ),
        (
            set_gateway::import,
            "x.setGateway({\n  host: 'h.com',\n  pathParamsLogin: 'l'\n})".to_owned(),
            3,
            "ignores `pathParamsLogin`",
        ),
    ];
    for (import, text, line, words) in rows {
        let imported = import(&text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        let found = imported.lint.iter().any(|lint| {
            lint.place.line == line && lint.cause.contains(words) && !lint.fix.is_empty()
        });
        assert!(
            found,
            "{text}\nline {line} `{words}` not in:\n{}",
            causes(&imported.lint)
        );
    }
}

#[test]
fn references_are_reported_and_defaults_are_used() {
    let text = GUIDE_HCL
        .replace("\"client-secret\"", "var.secret")
        .replace("\"abc123.execute-api.us-east-1.amazonaws.com\"", "var.host")
        .replace("\"443\"", "local.port")
        + "variable \"host\" {\n  default = \"gw.example.com\"\n}\n";
    let imported = cx_as_code::import(&text).expect("HCL");
    let Target::Gateway(gateway) = &imported.environments[0].target else {
        panic!("a gateway");
    };
    assert_eq!(gateway.host, "gw.example.com");
    let ignored: Vec<&str> = imported
        .ignored
        .iter()
        .map(|one| one.what.as_str())
        .collect();
    assert!(ignored.contains(&"oauthclient_secret"), "{ignored:?}");
    assert!(ignored.contains(&"gateway.port"), "{ignored:?}");
}

#[test]
fn a_path_that_is_a_reference_is_reported_and_nothing_else_is_said_of_it() {
    let read = cx_as_code::import(
        "provider \"genesyscloud\" {\n  gateway {\n    host = \"gw.example.com\"\n    port = \"443\"\n    protocol = \"https\"\n    path_params {\n      path_name = \"login\"\n      path_value = var.login\n    }\n    path_params {\n      path_name = \"api\"\n      path_value = \"/apipath\"\n    }\n  }\n}\n",
    )
    .expect("reads");
    assert_eq!(causes(&read.lint), "");
    let ignored: Vec<String> = read
        .ignored
        .iter()
        .map(|ignored| ignored.what.clone())
        .collect();
    assert_eq!(ignored, ["gateway.path_params.path_value"]);
}

#[test]
fn sections_of_sdks_are_told_apart_by_case() {
    let read = sdk_ini::import(
        "[gateway]\nhost = gw.example.com\nprotocol = https\nport = 443\n[GATEWAY]\nhost = other.example.com\n",
    )
    .expect("reads");
    assert!(
        urls(&read.environments[0])
            .1
            .starts_with("https://gw.example.com"),
        "{:?}",
        urls(&read.environments[0])
    );
    let causes = causes(&read.lint);
    assert!(causes.contains("No SDK reads [GATEWAY]"), "{causes}");
    assert!(!causes.contains("stands twice"), "{causes}");
}

#[test]
fn a_profile_is_written_into_the_file_and_the_rest_stays() {
    let before = "# mine\n[DEFAULT]\nclient_credentials = \"a\" # the old one\nclient_secret = \"s\"\n\n[other] # keep\nenvironment = 'mypurecloud.ie'\nlogging_enabled = true\n";
    let imported = cli_config::import(GUIDE_TOML).expect("TOML");
    let secrets = Secrets::new();
    let export = cli_config::export(
        &imported.environments[0],
        ExportContext::masked(&secrets),
        Some(before),
        "other",
    )
    .expect("an export");
    assert!(
        export
            .text
            .starts_with(before.split("environment").next().unwrap_or_default()),
        "{}",
        export.text
    );
    assert!(
        export
            .text
            .contains("gateway_pathparams = '{login: /loginpath, api: /apipath}'"),
        "{}",
        export.text
    );
    assert!(
        export.text.contains("logging_enabled = true"),
        "{}",
        export.text
    );
}

#[test]
fn secrets_stay_out_unless_asked_for() {
    let imported = cli_config::import(GUIDE_TOML).expect("TOML");
    let environment = &imported.environments[0];
    let key = |name| SecretKey {
        environment: environment.id.clone(),
        name,
    };
    let secrets = Secrets::from([
        (key(SecretName::ClientSecret), Secret::new("kestrel-one")),
        (key(SecretName::GatewayPassword), Secret::new("kestrel-two")),
    ]);
    let masked = ExportContext::masked(&secrets);
    let open = ExportContext {
        secrets: &secrets,
        reveals_secrets: true,
    };
    for (name, is_gateway_only) in FORMATS {
        let hidden = export(name, environment, masked);
        assert!(!hidden.text.contains("kestrel"), "{name}: {}", hidden.text);
        assert!(
            hidden.masked.contains(&"gateway password".to_owned()),
            "{name}: {:?}",
            hidden.masked
        );
        let shown = export(name, environment, open);
        assert!(shown.text.contains("kestrel-two"), "{name}: {}", shown.text);
        assert_eq!(
            shown.text.contains("kestrel-one"),
            !is_gateway_only,
            "{name}"
        );
        assert!(shown.masked.is_empty(), "{name}: {:?}", shown.masked);
    }
}

fn environment_with(form: &ClientForm) -> Environment {
    let mut imported = cli_config::import(GUIDE_TOML).expect("TOML");
    let mut environment = imported.environments.remove(0);
    let mut gateway = crate::interchange::client_config::gateway_of(form);
    gateway.user_name = "john_doe1".to_owned();
    environment.target = Target::Gateway(Box::new(gateway));
    environment
}

#[test]
fn bad_input_is_an_error_with_a_place() {
    let deep = |open: &str| open.repeat(100_000);
    for (name, import) in READERS {
        for text in [
            String::new(),
            " \r\n\t".to_owned(),
            "\u{feff}".to_owned(),
            deep("["),
            deep("{\"gateway\":"),
            deep("a = ["),
            format!("provider \"genesyscloud\" {{ x = {}", deep("(")),
            format!("setGateway({}", deep("[")),
            "\0\0\0".to_owned(),
        ] {
            let error = import(&text).expect_err(name);
            assert!(
                error.place.line >= 1 && error.place.column >= 1,
                "{name}: {error}"
            );
        }
    }
}

#[test]
fn twice_is_reported() {
    for (name, import, text) in [
        (
            "INI",
            sdk_ini::import as Reader,
            "[gateway]\nhost = a\nhost = b\n",
        ),
        (
            "INI",
            sdk_ini::import,
            "[gateway]\nhost = a\n[gateway]\nhost = b\n",
        ),
        (
            "JSON",
            sdk_json::import,
            "{\"gateway\": {\"host\": \"a\",\n \"host\": \"b\"}}",
        ),
        (
            "gateway.json",
            cli_gateway::import,
            "{\"host\": \"a\", \"host\": \"b\"}",
        ),
        (
            "setGateway",
            set_gateway::import,
            "setGateway({host: 'a', host: 'b'})",
        ),
    ] {
        let imported = import(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let lint = causes(&imported.lint);
        assert!(lint.contains("stands twice"), "{name}: {lint}");
        let Target::Gateway(gateway) = &imported.environments[0].target else {
            panic!("{name}");
        };
        assert_eq!(gateway.host, "b", "{name}");
    }
    for (import, text) in [
        (cli_config::import as Reader, "[a]\nx = 1\nx = 2\n"),
        (
            cx_as_code::import,
            "provider \"genesyscloud\" {\n  a = 1\n  a = 2\n}",
        ),
    ] {
        let error = import(text).expect_err(text);
        assert_eq!(error.place.line, 3, "{error}");
    }
}

#[test]
fn a_proxy_and_its_password_are_read() {
    let text = "[DEFAULT]\nenvironment = \"eu-west-1\"\naccess_token = \"kestrel\"\nproxy_protocol = \"http\"\nproxy_host = \"proxy.example.com\"\nproxy_port = \"3128\"\nproxy_username = \"u\"\nproxy_password = \"p\"\n";
    let imported = cli_config::import(text).expect("TOML");
    let environment = &imported.environments[0];
    assert_eq!(
        environment.network.proxy,
        Proxy::Explicit {
            url: "http://proxy.example.com:3128".to_owned(),
            user_name: "u".to_owned(),
            bypass: Vec::new(),
        }
    );
    assert_eq!(environment.credentials, Credentials::AccessToken);
    let names: Vec<&SecretName> = imported.secrets.iter().map(|secret| &secret.name).collect();
    assert_eq!(
        names,
        [&SecretName::ProxyPassword, &SecretName::AccessToken]
    );
    assert_eq!(
        imported.secrets[0].origins,
        ["http://proxy.example.com:3128"]
    );
}
