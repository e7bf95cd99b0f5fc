//! What exports report and avoid, round trips of everything that a configuration holds, and traps of single readers.

use proptest::prelude::*;

use super::*;
use crate::model::environment::Variable;
use crate::model::region::Region;

fn open(secrets: &Secrets) -> ExportContext<'_> {
    ExportContext {
        secrets,
        reveals_secrets: true,
    }
}

fn form(host: &str, port: &str) -> ClientForm {
    ClientForm {
        host: host.to_owned(),
        port: port.to_owned(),
        protocol: "https".to_owned(),
        login_path: "/l".to_owned(),
        api_path: "/a".to_owned(),
    }
}

#[test]
fn exports_report_what_the_reader_stumbles_over() {
    let with_stage = form("h.example.com/test", "443");
    let other_port = form("h.example.com/test", "8443");
    let no_port = form("h.example.com", "");
    let rows: [(&str, &ClientForm, &str); 18] = [
        ("INI", &with_stage, "the port lands in the path"),
        ("JSON", &with_stage, "the port lands in the path"),
        ("setGateway", &with_stage, "the port lands in the path"),
        ("HCL", &other_port, "the port lands in the path"),
        ("config.toml", &other_port, "the port lands in the path"),
        ("gateway.json", &other_port, "the port lands in the path"),
        ("Go INI", &other_port, "the port lands in the path"),
        ("Go JSON", &other_port, "the port lands in the path"),
        ("HCL", &no_port, "a colon without a port"),
        ("config.toml", &no_port, "a colon without a port"),
        ("gateway.json", &no_port, "a colon without a port"),
        ("Go INI", &no_port, "a colon without a port"),
        ("Go JSON", &no_port, "a colon without a port"),
        ("INI", &no_port, "no official client"),
        ("JSON", &no_port, "no official client"),
        ("HCL", &no_port, "no official client"),
        ("config.toml", &no_port, "no official client"),
        ("gateway.json", &no_port, "no official client"),
    ];
    let secrets = Secrets::new();
    for (name, form, words) in rows {
        let environment = environment_with(form);
        let export = export(name, &environment, ExportContext::masked(&secrets));
        let lint = export
            .lint
            .iter()
            .find(|lint| lint.cause.contains(words))
            .unwrap_or_else(|| panic!("{name}: `{words}` not in\n{}", causes(&export.lint)));
        assert!(!lint.fix.is_empty(), "{name}");
        assert!(lint.place.line <= export.text.lines().count(), "{name}");
    }
}

#[test]
fn exports_write_what_the_reader_wants() {
    let environment = environment_with(&form("h.example.com", "443"));
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::GatewayPassword,
    };
    let secrets = Secrets::from([(key, Secret::new("50%off"))]);
    for (name, wanted) in [
        ("config.toml", "gateway_pathparams = '{login: /l, api: /a}'"),
        ("config.toml", "environment = \"mypurecloud.com\""),
        ("gateway.json", "\"port\": \"443\""),
        ("JSON", "\"port\": 443"),
        ("Go JSON", "\"port\": \"443\""),
        ("Go JSON", "\"auth\""),
        ("Go INI", "auth-username = "),
        ("HCL", "path_name = \"login\""),
        ("HCL", "path_name = \"api\""),
    ] {
        let text = export(name, &environment, open(&secrets)).text;
        assert!(text.contains(wanted), "{name}: `{wanted}` not in\n{text}");
    }
    let ini = export("INI", &environment, open(&secrets));
    assert!(causes(&ini.lint).contains("`%`"), "{}", causes(&ini.lint));
    let variables = process_variables::export(&environment, open(&secrets));
    for words in [
        "these variables do nothing",
        "The paths are not in these lines",
    ] {
        let lint = causes(&variables.lint);
        assert!(lint.contains(words), "{words}: {lint}");
    }
}

#[test]
fn a_password_is_named_as_left_out_only_where_it_has_a_place() {
    use snippets::Language;
    let environment = environment_with(&form("h.example.com", "443"));
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::GatewayPassword,
    };
    let secrets = Secrets::from([(key, Secret::new("heron-7"))]);
    for language in Language::ALL {
        let masked = snippets::export(&environment, ExportContext::masked(&secrets), language);
        let masked = masked.expect("a gateway").masked;
        let shown = snippets::export(&environment, open(&secrets), language);
        let shown = shown.expect("a gateway").text;
        assert_eq!(
            masked == ["gateway password"],
            shown.contains("heron-7"),
            "{language:?}: {masked:?}\n{shown}"
        );
    }
}

#[test]
fn a_profile_is_found_in_any_case_and_keeps_its_comments() {
    let before = "# head\n[default] # mine\nEnvironment = \"mypurecloud.ie\" # where\naccess_token = \"old\"\n\n[x]\na = 1 # one\n";
    let environment = environment_with(&form("h.example.com", "443"));
    let secrets = Secrets::new();
    let context = ExportContext::masked(&secrets);
    let text = cli_config::export(&environment, context, Some(before), "DEFAULT")
        .expect("an export")
        .text;
    assert_eq!(text.matches("efault]").count(), 1, "{text}");
    for kept in [
        "# head\n[default] # mine\n",
        " # where\n",
        "[x]\na = 1 # one\n",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(!text.contains("access_token"), "{text}");
    assert!(!text.contains("[DEFAULT]"), "{text}");
}

#[test]
fn traps_of_single_readers_are_told_with_their_place() {
    let rows: [(Reader, &str, usize, &str); 14] = [
        (
            sdk_ini::import,
            "[Gateway]\nhost = h.com\n",
            1,
            "looks for lower case",
        ),
        (
            sdk_ini::import,
            "[gateway]\nHost = h.com\n",
            2,
            "Only Python reads `Host`",
        ),
        (
            sdk_ini::import,
            "[gateway]\nhost = \"h.com\"\n",
            2,
            "The quotes around `host`",
        ),
        (
            sdk_ini::import,
            "[gateway]\nhost = h.com ; prod\n",
            2,
            "The comment behind `host`",
        ),
        (
            sdk_ini::import,
            "[gateway]\nhost = h.com\n  port = 1\n",
            3,
            "more of `host`",
        ),
        (
            sdk_ini::import,
            "[gateway]\nhost = h.com\nlogin = l\n",
            3,
            "ignore `login`",
        ),
        (
            sdk_json::import,
            "{\"gateway\": {\"host\": \"h.com\",\n\"pathParamsLogin\": \"l\"}}",
            2,
            "ignore `pathParamsLogin`",
        ),
        (
            cli_config::import,
            "[a]\nenvironment = \"mypurecloud.com\"\ngateway_host = \"h.com\"\ngateway_port = \"443\"\n",
            3,
            "Without gateway_protocol",
        ),
        (
            cli_config::import,
            "[a]\nenvironment = \"mypurecloud.com\"\ngateway_host = \"h.com\"\ngateway_protocol = \"https\"\ngateway_pathparams = {login = \"/l\"}\n",
            5,
            "when the path parameters are no text",
        ),
        (
            cli_config::import,
            "[a]\nclient_credentials = \"c\"\n",
            1,
            "Without `environment`",
        ),
        (
            cli_config::import,
            "[a]\nenvironment = \"mypurecloud.com\"\nclient_credentials = \"c\"\naccess_token = \"t\"\n",
            4,
            "uses the access token and not the client",
        ),
        (
            cx_as_code::import,
            "provider \"genesyscloud\" {\n  aws_region = \"mypurecloud.com\"\n}",
            2,
            "takes AWS names only",
        ),
        (
            cx_as_code::import,
            "provider \"genesyscloud\" {\n  oauthclient_id = \"c\"\n  access_token = \"t\"\n}",
            3,
            "uses the access token",
        ),
        (
            process_variables::import,
            "GENESYSCLOUD_OAUTHCLIENT_ID=c\nGENESYSCLOUD_ACCESS_TOKEN=t\n",
            2,
            "use the access token",
        ),
    ];
    for (import, text, line, words) in rows {
        let imported = import(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        let found = imported.lint.iter().any(|lint| {
            lint.place.line == line && lint.cause.contains(words) && !lint.fix.is_empty()
        });
        let all = causes(&imported.lint);
        assert!(found, "{text}\nline {line} `{words}` not in:\n{all}");
    }
}

prop_compose! {
    fn any_environment()(
        region in 0_usize..18,
        port in 1_u16..,
        proxy in proptest::option::of(("[a-z]{1,8}\\.example\\.com", 1_u16.., "[a-z]{0,6}")),
        takes_token: bool,
        is_direct: bool,
    ) -> Environment {
        let mut environment = environment_with(&form("h.example.com", &port.to_string()));
        let region = Region::all().nth(region).expect("a region");
        if let Target::Gateway(gateway) = &mut environment.target {
            gateway.region = Some(region);
            gateway.user_name = String::new();
        }
        if is_direct {
            environment.target = Target::Direct { place: Place::Region(region) };
        }
        if takes_token {
            environment.credentials = Credentials::AccessToken;
        }
        if let Some((host, port, user_name)) = proxy {
            let url = format!("http://{host}:{port}");
            environment.network.proxy = Proxy::Explicit { url, user_name, bypass: Vec::new() };
        }
        environment.variables = Vec::<Variable>::new();
        environment
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn everything_that_a_configuration_holds_comes_back(environment in any_environment(), secret in "[!-~äß€]{1,20}") {
        let names = [SecretName::ClientSecret, SecretName::AccessToken, SecretName::ProxyPassword];
        let secrets: Secrets = names
            .iter()
            .map(|name| SecretKey { environment: environment.id.clone(), name: name.clone() })
            .map(|key| (key, Secret::new(&*secret)))
            .collect();
        let cli = cli_config::export(&environment, open(&secrets), None, "p").expect("TOML").text;
        let hcl = cx_as_code::export(&environment, open(&secrets)).text;
        let variables = process_variables::export(&environment, open(&secrets)).text;
        for (name, read, text) in [
            ("config.toml", cli_config::import as Reader, &cli),
            ("HCL", cx_as_code::import, &hcl),
            ("variables", process_variables::import, &variables),
        ] {
            let read = read(text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
            let back = &read.environments[0];
            prop_assert_eq!(&back.credentials, &environment.credentials, "{}\n{}", name, text);
            prop_assert_eq!(&back.network.proxy, &environment.network.proxy, "{}\n{}", name, text);
            match (&back.target, &environment.target) {
                (Target::Gateway(back), Target::Gateway(was)) => {
                    prop_assert_eq!(back.region, was.region, "{}\n{}", name, text);
                    prop_assert_eq!((&back.host, back.port), (&was.host, was.port), "{}\n{}", name, text);
                    // One variable holds one path, so that variables carry none.
                    if name != "variables" {
                        prop_assert_eq!(back, was, "{}\n{}", name, text);
                    }
                }
                (back, was) => prop_assert_eq!(back, was, "{}\n{}", name, text),
            }
            for found in &read.secrets {
                prop_assert_eq!(found.value.expose(), &secret, "{}\n{}", name, text);
            }
            prop_assert!(!read.secrets.is_empty());
        }
    }
}
