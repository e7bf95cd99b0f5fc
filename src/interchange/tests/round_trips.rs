//! What is written as the configuration of a client is read again as it was, and any text is read or refused; ready code.

use proptest::prelude::*;

use super::*;
use crate::interchange::postman;
use crate::model::environment::Variable;

/// Formats that are written and read, and whether they hold the gateway alone.
pub(super) const FORMATS: [(&str, bool); 8] = [
    ("config.toml", false),
    ("gateway.json", true),
    ("HCL", false),
    ("INI", true),
    ("Go INI", true),
    ("JSON", true),
    ("Go JSON", true),
    ("setGateway", true),
];

pub(super) fn export(name: &str, environment: &Environment, context: ExportContext<'_>) -> Export {
    let result = match name {
        "config.toml" => cli_config::export(environment, context, None, "DEFAULT"),
        "gateway.json" => cli_gateway::export(environment, context),
        "HCL" => Ok(cx_as_code::export(environment, context)),
        "INI" => sdk_ini::export(environment, context),
        "Go INI" => sdk_ini::export_go(environment, context),
        "JSON" => Ok(sdk_json::export(environment, context)),
        "Go JSON" => Ok(sdk_json::export_go(environment, context)),
        "setGateway" => snippets::export(environment, context, snippets::Language::JavaScript),
        other => panic!("no format {other}"),
    };
    result.unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn reader(name: &str) -> Reader {
    let name = name.trim_start_matches("Go ");
    READERS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, reader)| *reader)
        .expect("a reader")
}

fn form_of(environment: &Environment) -> ClientForm {
    match &environment.target {
        Target::Gateway(gateway) => clients::client_form(gateway),
        Target::Direct { .. } => panic!("a gateway"),
    }
}

prop_compose! {
    fn any_form()(
        host in "[a-z][a-z0-9]{0,8}\\.(execute-api\\.us-east-1\\.amazonaws\\.com|example\\.com)(/[a-z]{1,6})?",
        port in prop_oneof![Just(String::new()), Just("443".to_owned()), "[1-9][0-9]{0,3}"],
        protocol in prop_oneof![Just("https"), Just("http")],
        login_path in "(/[a-z0-9._~-]{1,8}){0,3}",
        api_path in "(/[a-z0-9._~-]{1,8}){0,3}",
    ) -> ClientForm {
        ClientForm { host, port, protocol: protocol.to_owned(), login_path, api_path }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_again(form in any_form(), password in "[ -~äß€]{1,20}") {
        let environment = environment_with(&form);
        prop_assert_eq!(&form_of(&environment), &form);
        let password = password.trim().to_owned();
        let key = SecretKey { environment: environment.id.clone(), name: SecretName::GatewayPassword };
        let secrets = Secrets::from([(key, Secret::new(&*password))]);
        let context = ExportContext { secrets: &secrets, reveals_secrets: true };
        for (name, _) in FORMATS {
            let export = export(name, &environment, context);
            let read = reader(name)(&export.text);
            let read = read.unwrap_or_else(|error| panic!("{name}: {error}\n{}", export.text));
            let back = form_of(&read.environments[0]);
            prop_assert_eq!(&back, &form, "{}\n{}", name, export.text);
            let found = read.secrets.iter().find(|secret| secret.name == SecretName::GatewayPassword);
            let found = found.map_or("", |secret| secret.value.expose());
            prop_assert_eq!(found, &password, "{}\n{}", name, export.text);
        }
    }

    #[test]
    fn variables_are_read_again(secret in "[ -~äß€]{1,20}", region in 0_usize..18) {
        let region = crate::model::region::Region::all().nth(region).expect("a region");
        let mut environment = environment_with(&ClientForm::default());
        environment.target = Target::Direct { place: Place::Region(region) };
        let secret = secret.trim().to_owned();
        let key = SecretKey { environment: environment.id.clone(), name: SecretName::ClientSecret };
        let secrets = Secrets::from([(key, Secret::new(&*secret))]);
        let context = ExportContext { secrets: &secrets, reveals_secrets: true };
        let export = process_variables::export(&environment, context);
        let read = process_variables::import(&export.text)
            .unwrap_or_else(|error| panic!("{error}\n{}", export.text));
        prop_assert_eq!(&read.environments[0].target, &environment.target);
        let found = read.secrets.first().map_or("", |secret| secret.value.expose());
        prop_assert_eq!(found, &secret, "{}", export.text);
    }

    #[test]
    fn a_postman_environment_is_read_again(rows in prop::collection::vec(("[ -zäß€]{1,16}", any::<bool>()), 0..5)) {
        let mut environment = environment_with(&ClientForm::default());
        environment.target = Target::Direct { place: Place::Region(crate::model::region::Region::find("eu-central-1").expect("a region")) };
        let mut secrets = Secrets::new();
        environment.variables.clear();
        for (index, (value, is_secret)) in rows.iter().enumerate() {
            let name = format!("v{index}");
            let value = value.trim();
            let key = SecretKey { environment: environment.id.clone(), name: SecretName::Variable(name.clone()) };
            if *is_secret {
                secrets.insert(key, Secret::new(value));
            }
            environment.variables.push(Variable {
                name,
                value: if *is_secret { String::new() } else { value.to_owned() },
                secret: *is_secret,
            });
        }
        let context = ExportContext { secrets: &secrets, reveals_secrets: true };
        let export = postman::export_environment(&environment, context);
        let read = postman::import_environment(&export.text)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{}", export.text)))?;
        let again = &read.environments[0];
        prop_assert_eq!(&again.target, &environment.target);
        let value = |name: &str| -> String {
            let variable = again.variables.iter().find(|variable| variable.name == name);
            let secret = read.secrets.iter().find(|secret| secret.name == SecretName::Variable(name.to_owned()));
            match (secret, variable) {
                (Some(secret), _) => format!("secret {}", secret.value.expose()),
                (None, Some(variable)) => variable.value.clone(),
                (None, None) => "lost".to_owned(),
            }
        };
        for (index, (written, is_secret)) in rows.iter().enumerate() {
            let wanted = written.trim();
            let name = format!("v{index}");
            let wanted = if *is_secret && !wanted.is_empty() { format!("secret {wanted}") } else { wanted.to_owned() };
            prop_assert_eq!(value(&name), wanted, "{}", export.text);
        }
    }

    #[test]
    fn no_text_panics(text in "[\\[\\]{}()\"'`$\\\\^%=:,;#\n a-z@/-]{0,80}") {
        for (_, import) in READERS {
            let _ = import(&text);
        }
        let _ = crate::interchange::recognise(&text);
    }

    #[test]
    fn no_cut_sample_panics(cut in 0_usize..600, which in 0_usize..6) {
        let (name, import, text) = GUIDE[which];
        let mut cut = cut.min(text.len());
        while !text.is_char_boundary(cut) { cut -= 1; }
        if let Err(error) = import(&text[..cut]) {
            prop_assert!(error.place.line <= text.lines().count(), "{}: {}", name, error);
            prop_assert!(error.place.column >= 1 && !error.text.is_empty());
        }
    }
}

#[test]
fn snippets_are_ready_to_run() {
    let secrets = Secrets::new();
    let environment = environment_with(&ClientForm {
        host: "gw.example.com".to_owned(),
        port: "8443".to_owned(),
        protocol: "https".to_owned(),
        login_path: "/l\"\\".to_owned(),
        api_path: "/a".to_owned(),
    });
    for (language, expected) in [
        (
            snippets::Language::JavaScript,
            "  path_params_login: '/l\"\\\\',\n",
        ),
        (
            snippets::Language::Python,
            "    \"/l\\\"\\\\\",  # path_params_login\n",
        ),
        (
            snippets::Language::Java,
            ".withGateway(\"gw.example.com\", \"https\", 8443, \"/l\\\"\\\\\", \"/a\", \"john_doe1\", null)",
        ),
        (
            snippets::Language::DotNet,
            "SetGateway(\"gw.example.com\", \"https\", 8443, \"/l\\\"\\\\\", \"/a\", \"john_doe1\", null);",
        ),
        (
            snippets::Language::Go,
            "{PathName: \"login\", PathValue: \"/l\\\"\\\\\"}",
        ),
    ] {
        let export = snippets::export(&environment, ExportContext::masked(&secrets), language)
            .unwrap_or_else(|error| panic!("{language:?}: {error}"));
        assert!(
            export.text.contains(expected),
            "{language:?}\n{}",
            export.text
        );
    }
}
