//! The configuration file with sections of the SDKs for JavaScript, Python, Java and .NET, and that of the one for Go
//! (facts/genesys-cloud.md section 1.3). Their JSON form is `sdk_json`.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::client_config::{ClientConfig, Outgoing, Told, deployment_text};
use super::client_lint;
use super::ini::{self, Pair, Section};
use super::path_params;
use super::text::{self, Place};
use super::types::{Export, ExportContext, ExportError, Ignored, ImportError, Imported, Lint};
use crate::model::clients::OfficialClient;
use crate::model::environment::Environment;
use crate::model::secret::SecretName;

/// The clients that read the common file.
pub(super) const SDK_FAMILY: [OfficialClient; 4] = [
    OfficialClient::JavaScript,
    OfficialClient::Python,
    OfficialClient::Java,
    OfficialClient::DotNet,
];

/// The name of an environment that comes from an SDK's file, which names none.
pub(super) const NAME: &str = "SDK configuration";

/// # Errors
/// For a line that is no section, pair or comment, and for a file without anything of an environment in it.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    let sections = ini::read(text)?;
    let mut imported = Imported::default();
    let gateway = last(&sections, "gateway", &mut imported.lint);
    let general = last(&sections, "general", &mut imported.lint);
    let region = general.and_then(|section| section.get("host"));
    if gateway.is_none() && region.is_none() {
        return Err(ImportError::new(
            Place::START,
            "There is no section `[gateway]` and no `host` in `[general]`: nothing tells where requests go",
        ));
    }
    let start = gateway
        .or(general)
        .map_or(Place::START, |section| section.place);
    let mut config = ClientConfig::new(NAME, start);
    config.region = region.map(|pair| Told::new(&pair.value, pair.value_place));
    let is_go = gateway.is_some_and(|section| {
        ["path-params", "auth-username", "auth-password"]
            .iter()
            .any(|key| section.get(key).is_some())
    });
    if let Some(section) = gateway {
        read_gateway(section, is_go, &mut config, &mut imported);
    }
    for section in &sections {
        ignore_others(section, &mut imported);
    }
    let readers: &[OfficialClient] = if is_go {
        &[OfficialClient::Go]
    } else {
        &SDK_FAMILY
    };
    config.add_to(readers, &mut imported);
    Ok(imported)
}

fn last<'a>(sections: &'a [Section], name: &str, lint: &mut Vec<Lint>) -> Option<&'a Section> {
    let all = || {
        sections
            .iter()
            .filter(|section| section.name.eq_ignore_ascii_case(name))
    };
    let mut exact = all().filter(|section| section.name == name);
    let first = exact.next();
    let last = exact.next_back();
    if let Some(last) = last {
        lint.push(Lint::new(
            last.place,
            format!("The section [{name}] stands twice: Python refuses the file, and the others take the last one"),
            "Keep one of them",
        ));
    }
    for section in all().filter(|section| section.name != name) {
        lint.push(Lint::new(
            section.place,
            format!("No SDK reads [{}]: it looks for lower case", section.name),
            format!("Write `[{name}]`"),
        ));
    }
    let section = last.or(first).or_else(|| all().next_back())?;
    for two in section.pairs.windows(2) {
        if two[1].key_place.column > two[0].key_place.column {
            lint.push(Lint::new(
                two[1].key_place,
                format!(
                    "Python takes this line, which stands further in, for more of `{}`",
                    two[0].key
                ),
                "Begin all lines of a section in the same column",
            ));
        }
    }
    let mut keys = HashSet::new();
    for pair in &section.pairs {
        if !keys.insert(pair.key.to_ascii_lowercase()) {
            lint.push(Lint::new(
                pair.key_place,
                format!(
                    "`{}` stands twice: Python refuses the file, and the others take the last one",
                    pair.key
                ),
                "Keep one of them",
            ));
        }
    }
    Some(section)
}

/// Python takes `%` for the begin of a reference, and `%%` for one `%`.
fn read_as_reference(pair: &Pair) -> Option<Lint> {
    let (cause, fix) = if pair.value.replace("%%", "").contains('%') {
        (
            format!(
                "Python reads `%` as the begin of a reference and loses `{}`",
                pair.key
            ),
            "Write `%%` for Python alone, or use the JSON file",
        )
    } else if pair.value.contains('%') {
        (
            format!(
                "Python reads `%%` in `{}` as one `%`, the others as two",
                pair.key
            ),
            "Use the JSON file, which all of them read alike",
        )
    } else {
        return None;
    };
    Some(Lint::new(pair.value_place, cause, fix))
}

fn read_gateway(
    section: &Section,
    is_go: bool,
    config: &mut ClientConfig,
    imported: &mut Imported,
) {
    let mut as_meant = Vec::new();
    for key in [
        "host",
        "protocol",
        "port",
        "path_params_login",
        "path_params_api",
    ] {
        if let Some(pair) = section.get(key) {
            as_meant.push((key, meant_value(pair, &mut imported.lint)));
        }
    }
    let told = |key: &str| {
        let meant = as_meant.iter().find(|(known, _)| *known == key);
        let pair = section.get(key)?;
        let value = meant.map_or(&pair.value, |(_, value)| value);
        Some(Told::new(value, pair.value_place))
    };
    config.host = told("host");
    config.protocol = told("protocol");
    config.port = told("port");
    if is_go {
        config.user_name = told("auth-username");
        config.password = told("auth-password");
        if let Some(params) = told("path-params") {
            path_params::read_go(&params, config, &mut imported.lint);
        }
        if config.user_name.is_none() {
            imported.lint.push(Lint::new(
                section.place,
                "Without auth-username the Go SDK's SetGateway stops the program (it reads Auth without looking)",
                "Add `auth-username = unused`; no client sends it",
            ));
        }
    } else {
        config.login_path = told("path_params_login");
        config.api_path = told("path_params_api");
        config.user_name = told("username");
        config.password = told("password");
    }
    for pair in &section.pairs {
        if !is_go {
            imported.lint.extend(read_as_reference(pair));
        }
        let key = pair.key.to_ascii_lowercase();
        let known: &[&str] = if is_go {
            &[
                "host",
                "protocol",
                "port",
                "path-params",
                "auth-username",
                "auth-password",
            ]
        } else {
            &[
                "host",
                "protocol",
                "port",
                "path_params_login",
                "path_params_api",
                "username",
                "password",
            ]
        };
        if !known.contains(&key.as_str()) {
            imported.ignored.push(Ignored::new(
                format!("gateway.{}", pair.key),
                "no SDK reads it in this section",
            ));
            if let Some(right) = client_lint::meant_key(&pair.key).filter(|_| !is_go) {
                imported.lint.push(Lint::new(
                    pair.key_place,
                    format!("The SDKs ignore `{}`", pair.key),
                    format!("Name it `{right}`"),
                ));
            }
        } else if pair.key != key {
            imported.lint.push(Lint::new(
                pair.key_place,
                format!(
                    "Only Python reads `{}`: JavaScript looks for lower case",
                    pair.key
                ),
                format!("Write `{key}`"),
            ));
        }
    }
}

/// The value without the quotes and the comment that the SDKs' readers take for part of it.
fn meant_value(pair: &ini::Pair, lint: &mut Vec<Lint>) -> String {
    let mut value = pair.value.as_str();
    let comment = [" ;", " #", "\t;", "\t#"]
        .iter()
        .filter_map(|begin| value.find(begin))
        .min();
    if let Some(at) = comment {
        lint.push(Lint::new(
            pair.value_place,
            format!(
                "The comment behind `{}` becomes part of the value",
                pair.key
            ),
            "Put the comment on a line of its own",
        ));
        value = value[..at].trim_end();
    }
    let bare = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    if let Some(bare) = bare {
        lint.push(Lint::new(
            pair.value_place,
            format!("The quotes around `{}` become part of the value", pair.key),
            "Take them out",
        ));
        value = bare;
    }
    value.to_owned()
}

fn ignore_others(section: &Section, imported: &mut Imported) {
    if section.name.eq_ignore_ascii_case("gateway") {
        return;
    }
    for pair in &section.pairs {
        if section.name.eq_ignore_ascii_case("general") && pair.key.eq_ignore_ascii_case("host") {
            continue;
        }
        imported.ignored.push(Ignored::new(
            format!("{}.{}", section.name, pair.key),
            why_ignored(&section.name),
        ));
    }
}

/// Why the settings of a section besides the gateway are left out.
pub(super) fn why_ignored(section: &str) -> &'static str {
    match section {
        "logging" => "Gatescope keeps a history of its own",
        "retry" => "Gatescope sends each request once",
        "reauthentication" => "Gatescope gets a new token by itself",
        _ => "it says nothing about where requests go",
    }
}

/// The file for the SDKs for JavaScript, Python, Java and .NET.
///
/// # Errors
/// When a value cannot stand on one line.
pub fn export(
    environment: &Environment,
    context: ExportContext<'_>,
) -> Result<Export, ExportError> {
    write(environment, context, false)
}

/// The file for the SDK for Go.
///
/// # Errors
/// When a value cannot stand on one line.
pub fn export_go(
    environment: &Environment,
    context: ExportContext<'_>,
) -> Result<Export, ExportError> {
    write(environment, context, true)
}

fn write(
    environment: &Environment,
    context: ExportContext<'_>,
    is_go: bool,
) -> Result<Export, ExportError> {
    let mut outgoing = Outgoing::new(environment, context);
    let mut lines = Lines::default();
    if let Some(form) = outgoing.form.clone() {
        lines.section("gateway");
        lines.pair("host", &form.host)?;
        lines.pair("protocol", &form.protocol)?;
        lines.pair("port", &form.port)?;
        let password = outgoing
            .secret(&SecretName::GatewayPassword)
            .unwrap_or_default();
        if is_go {
            lines.pair("path-params", &path_params::write_go(&form)?)?;
            // Without it the SDK stops the program.
            lines.section_pair_always("auth-username", outgoing.gateway_user)?;
            lines.section_pair_always("auth-password", password)?;
        } else {
            lines.pair("path_params_login", &form.login_path)?;
            lines.pair("path_params_api", &form.api_path)?;
            lines.pair("username", outgoing.gateway_user)?;
            lines.pair("password", password)?;
        }
    }
    if let Some(place) = &outgoing.place {
        lines.section("general");
        let text = deployment_text(place);
        let host = if text.contains("://") {
            text
        } else {
            format!("https://api.{text}")
        };
        lines.pair("host", &host)?;
    }
    let lint = import(&lines.text)
        .map(|read| read.lint)
        .unwrap_or_default();
    Ok(Export {
        text: lines.text,
        masked: outgoing.masked,
        lint,
    })
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn section(&mut self, name: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "[{name}]");
    }

    fn pair(&mut self, key: &str, value: &str) -> Result<(), ExportError> {
        if value.is_empty() {
            return Ok(());
        }
        self.section_pair_always(key, value)
    }

    fn section_pair_always(&mut self, key: &str, value: &str) -> Result<(), ExportError> {
        if value.contains(['\n', '\r']) || value.trim() != value {
            return Err(ExportError(format!(
                "`{key}` has a line end inside or a space at its edge, which an INI file cannot hold: use the JSON file"
            )));
        }
        let _ = writeln!(self.text, "{key} = {value}");
        Ok(())
    }
}
