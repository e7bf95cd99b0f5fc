//! Ready code that points each SDK at an environment's gateway (facts/genesys-cloud.md section 1). Written, never read,
//! but for the JavaScript literal, which `set_gateway` reads.

use std::fmt::Write as _;

use super::client_config::{Outgoing, deployment_text};
use super::types::{Export, ExportContext, ExportError, Lint};
use super::{client_config, client_lint};
use crate::interchange::client_config::{ClientConfig, Told};
use crate::interchange::text::Place;
use crate::model::clients::{ClientForm, OfficialClient};
use crate::model::environment::Environment;
use crate::model::secret::SecretName;

/// The language of a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    JavaScript,
    Python,
    Java,
    DotNet,
    Go,
}

impl Language {
    pub const ALL: [Self; 5] = [
        Self::JavaScript,
        Self::Python,
        Self::Java,
        Self::DotNet,
        Self::Go,
    ];

    fn client(self) -> OfficialClient {
        match self {
            Self::JavaScript => OfficialClient::JavaScript,
            Self::Python => OfficialClient::Python,
            Self::Java => OfficialClient::Java,
            Self::DotNet => OfficialClient::DotNet,
            Self::Go => OfficialClient::Go,
        }
    }
}

/// # Errors
/// For an environment without a gateway, and for a port that is no number where the language wants one.
pub fn export(
    environment: &Environment,
    context: ExportContext<'_>,
    language: Language,
) -> Result<Export, ExportError> {
    let mut outgoing = Outgoing::new(environment, context);
    let Some(form) = outgoing.form.clone() else {
        return Err(ExportError(format!(
            "{} has no gateway: pick a gateway environment",
            environment.name
        )));
    };
    // Python's `set_gateway` has no place for it, with or without the wish to show secrets.
    let password = match language {
        Language::Python => None,
        _ => outgoing.secret(&SecretName::GatewayPassword),
    };
    let password = password.unwrap_or_default();
    let region = outgoing.place.as_ref().map(deployment_text);
    let parts = Parts {
        port: port(&form, language)?,
        form: &form,
        user: outgoing.gateway_user,
        password,
        region: region.as_deref(),
    };
    let text = match language {
        Language::JavaScript => parts.java_script(),
        Language::Python => parts.python(),
        Language::Java => parts.java(),
        Language::DotNet => parts.dot_net(),
        Language::Go => parts.go(),
    };
    let lint = lint(&form, language);
    Ok(Export {
        text,
        masked: outgoing.masked,
        lint,
    })
}

/// As the configuration of that client would be linted; places are those of the snippet's begin.
fn lint(form: &ClientForm, language: Language) -> Vec<Lint> {
    let told = |text: &str| (!text.is_empty()).then(|| Told::new(text, Place::START));
    let config = ClientConfig {
        host: told(&form.host),
        protocol: told(&form.protocol),
        port: told(&form.port),
        login_path: told(&form.login_path),
        api_path: told(&form.api_path),
        ..client_config::ClientConfig::new("snippet", Place::START)
    };
    client_lint::lint(&config, &[language.client()])
}

/// Empty when the form has none. Go takes text, the others a number.
fn port(form: &ClientForm, language: Language) -> Result<String, ExportError> {
    let port = form.port.trim();
    if language == Language::Go || port.is_empty() || port.parse::<u16>().is_ok() {
        return Ok(port.to_owned());
    }
    Err(ExportError(
        "The port of the client form is no number: use one from 1 to 65535".to_owned(),
    ))
}

struct Parts<'a> {
    form: &'a ClientForm,
    port: String,
    user: &'a str,
    password: &'a str,
    region: Option<&'a str>,
}

impl Parts<'_> {
    /// Name and value of what is set, quoted by `quote`.
    fn pairs(&self, quote: fn(&str) -> String) -> Vec<(&'static str, String)> {
        let text = |value: &str| (!value.is_empty()).then(|| quote(value));
        [
            ("host", text(&self.form.host)),
            ("protocol", text(&self.form.protocol)),
            ("port", (!self.port.is_empty()).then(|| self.port.clone())),
            ("path_params_login", text(&self.form.login_path)),
            ("path_params_api", text(&self.form.api_path)),
            ("username", text(self.user)),
            ("password", text(self.password)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    fn java_script(&self) -> String {
        let mut text = "const client = platformClient.ApiClient.instance;\n".to_owned();
        if let Some(region) = self.region {
            let _ = writeln!(text, "client.setEnvironment({});", single_quoted(region));
        }
        text.push_str("client.setGateway({\n");
        let lines: Vec<String> = self
            .pairs(single_quoted)
            .iter()
            .map(|(name, value)| format!("  {name}: {value}"))
            .collect();
        text.push_str(&lines.join(",\n"));
        text.push_str("\n});\n");
        text
    }

    /// Five arguments by position; there are none for user and password.
    fn python(&self) -> String {
        let text = |value: &str| {
            if value.is_empty() {
                "None".to_owned()
            } else {
                double_quoted(value)
            }
        };
        let port = if self.port.is_empty() {
            "-1"
        } else {
            &self.port
        };
        format!(
            "import PureCloudPlatformClientV2\n\napi_client = PureCloudPlatformClientV2.api_client.ApiClient()\napi_client.set_gateway(\n    {},  # host\n    {},  # protocol\n    {port},  # port\n    {},  # path_params_login\n    {},  # path_params_api\n)\n",
            text(&self.form.host),
            text(if self.form.protocol.is_empty() {
                "https"
            } else {
                &self.form.protocol
            }),
            text(&self.form.login_path),
            text(&self.form.api_path),
        )
    }

    /// Constructors and setters of `GatewayConfiguration` are not public; the builder's own method is.
    fn java(&self) -> String {
        format!(
            "ApiClient apiClient = ApiClient.Builder.standard()\n    .withGateway({})\n    .build();\nConfiguration.setDefaultApiClient(apiClient);\n",
            self.arguments()
        )
    }

    /// Host, protocol, port, login path, API path, as Java and .NET take them; user and password only where there are some.
    fn arguments(&self) -> String {
        let text = |value: &str| {
            if value.is_empty() {
                "null".to_owned()
            } else {
                double_quoted(value)
            }
        };
        let port = if self.port.is_empty() {
            "-1"
        } else {
            &self.port
        };
        let mut arguments = vec![
            text(&self.form.host),
            text(if self.form.protocol.is_empty() {
                "https"
            } else {
                &self.form.protocol
            }),
            port.to_owned(),
            text(&self.form.login_path),
            text(&self.form.api_path),
        ];
        if !self.user.is_empty() || !self.password.is_empty() {
            arguments.extend([text(self.user), text(self.password)]);
        }
        arguments.join(", ")
    }

    /// The gateway of any other client than the default one is ignored.
    fn dot_net(&self) -> String {
        format!(
            "Configuration.Default.ApiClient.SetGateway({});\n",
            self.arguments()
        )
    }

    /// The field is set itself: `SetGateway` stops the program when `Auth` is nil.
    fn go(&self) -> String {
        let mut text = "config := platformclientv2.GetDefaultConfiguration()\n".to_owned();
        text.push_str("config.GateWayConfiguration = &platformclientv2.GateWayConfiguration{\n");
        for (name, value) in [
            ("Host", &self.form.host),
            ("Port", &self.port),
            ("Protocol", &self.form.protocol),
        ] {
            let _ = writeln!(text, "\t{:9} {},", format!("{name}:"), double_quoted(value));
        }
        let _ = writeln!(
            text,
            "\tAuth:     &platformclientv2.Auth{{UserName: {}, Password: {}}},",
            double_quoted(self.user),
            double_quoted(self.password)
        );
        text.push_str("\tPathParams: []*platformclientv2.PathParams{\n");
        for (name, path) in [
            ("login", &self.form.login_path),
            ("api", &self.form.api_path),
        ] {
            if !path.is_empty() {
                let _ = writeln!(
                    text,
                    "\t\t{{PathName: {}, PathValue: {}}},",
                    double_quoted(name),
                    double_quoted(path)
                );
            }
        }
        text.push_str("\t},\n}\n");
        text
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", escaped(text, '\''))
}

fn double_quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text, '"'))
}

/// These escapes mean the same in all five languages.
fn escaped(text: &str, quote: char) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if character == quote => {
                escaped.push('\\');
                escaped.push(character);
            }
            control if control.is_control() => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(control));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}
