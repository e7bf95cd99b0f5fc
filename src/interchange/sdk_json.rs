//! The JSON configuration file of the SDKs for JavaScript, Python, Java and .NET, and that of the one for Go
//! (facts/genesys-cloud.md section 1.3); the fragment without outer braces that the vendor's guide prints, too.

use serde_json::{Map, Value, json};

use super::client_config::{ClientConfig, Outgoing, Told, deployment_text};
use super::client_lint;
use super::literal_tree::{self, Leaf, Node, Syntax, Tree};
use super::path_params;
use super::sdk_ini::{NAME, SDK_FAMILY, why_ignored};
use super::text::{self, Place};
use super::types::{Export, ExportContext, Ignored, ImportError, Imported, Lint};
use crate::model::clients::OfficialClient;
use crate::model::environment::Environment;
use crate::model::secret::SecretName;

/// # Errors
/// For text that is no JSON, and for a document without anything of an environment in it.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    let mut imported = Imported::default();
    let (source, shift) = whole_document(text, &mut imported.lint);
    let tree = literal_tree::read(&source, Syntax::Json).map_err(|mut error| {
        if error.place.line == 1 {
            error.place.column = error.place.column.saturating_sub(shift).max(1);
        }
        error
    })?;
    let reader = Reader { text, shift };
    reader.read(&tree, &mut imported)?;
    Ok(imported)
}

/// The text in braces, and by how many bytes that moved it.
fn whole_document(text: &str, lint: &mut Vec<Lint>) -> (String, usize) {
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if !trimmed.starts_with('"') {
        return (text.to_owned(), 0);
    }
    lint.push(Lint::new(
        Place::START,
        "The outer braces are missing: JavaScript stops, and Python ignores the file and goes to the region directly",
        "Put `{` in front and `}` behind",
    ));
    (format!("{{{}}}", text.trim_end().trim_end_matches(',')), 1)
}

struct Reader<'a> {
    text: &'a str,
    shift: usize,
}

impl Reader<'_> {
    fn place(&self, at: usize) -> Place {
        Place::at(self.text, at.saturating_sub(self.shift))
    }

    fn told(&self, parent: &Leaf, key: &str) -> Option<Told> {
        let entry = parent.get(key)?;
        Some(Told::new(entry.value.scalar()?, self.place(entry.value.at)))
    }

    fn read(&self, tree: &Tree, imported: &mut Imported) -> Result<(), ImportError> {
        imported.lint.extend(tree.repeated.iter().cloned());
        let gateway = tree.root.get("gateway");
        let region = tree
            .root
            .get("general")
            .and_then(|general| self.told(&general.value, "host"));
        if gateway.is_none() && region.is_none() {
            return Err(ImportError::new(
                self.place(tree.root.at),
                "There is no `gateway` and no `host` in `general`: nothing tells where requests go",
            ));
        }
        let start = gateway.map_or(tree.root.at, |entry| entry.key_at);
        let mut config = ClientConfig::new(NAME, self.place(start));
        config.region = region;
        let mut is_go = false;
        if let Some(entry) = gateway {
            if !matches!(entry.value.node, Node::Map(_)) {
                return Err(ImportError::new(
                    self.place(entry.value.at),
                    "`gateway` is no object: write `{\"host\": …}`",
                ));
            }
            is_go = entry.value.get("pathParams").is_some() || entry.value.get("auth").is_some();
            self.gateway(&entry.value, is_go, &mut config, imported);
        }
        for entry in tree.root.entries() {
            if !["gateway", "general"].contains(&entry.key.as_str()) {
                imported
                    .ignored
                    .push(Ignored::new(&entry.key, why_ignored(&entry.key)));
            }
        }
        let readers: &[OfficialClient] = if is_go {
            &[OfficialClient::Go]
        } else {
            &SDK_FAMILY
        };
        config.add_to(readers, imported);
        Ok(())
    }

    fn gateway(
        &self,
        gateway: &Leaf,
        is_go: bool,
        config: &mut ClientConfig,
        imported: &mut Imported,
    ) {
        config.host = self.told(gateway, "host");
        config.protocol = self.told(gateway, "protocol");
        config.port = self.told(gateway, "port");
        if is_go {
            if let Some(auth) = gateway.get("auth") {
                config.user_name = self.told(&auth.value, "username");
                config.password = self.told(&auth.value, "password");
            }
            self.go_paths(gateway, config, imported);
        } else {
            config.login_path = self.told(gateway, "path_params_login");
            config.api_path = self.told(gateway, "path_params_api");
            config.user_name = self.told(gateway, "username");
            config.password = self.told(gateway, "password");
        }
        self.port_type(gateway, is_go, &mut imported.lint);
        let known: &[&str] = if is_go {
            &["host", "protocol", "port", "auth", "pathParams"]
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
        for entry in gateway.entries() {
            if !known.contains(&entry.key.as_str()) {
                imported.ignored.push(Ignored::new(
                    format!("gateway.{}", entry.key),
                    "no SDK reads it in this place",
                ));
                if let Some(right) = client_lint::meant_key(&entry.key).filter(|_| !is_go) {
                    imported.lint.push(Lint::new(
                        self.place(entry.key_at),
                        format!("The SDKs ignore `{}`", entry.key),
                        format!("Name it `{right}`"),
                    ));
                }
            }
        }
    }

    fn go_paths(&self, gateway: &Leaf, config: &mut ClientConfig, imported: &mut Imported) {
        let Some(entry) = gateway.get("pathParams") else {
            return;
        };
        let Node::List(params) = &entry.value.node else {
            imported.lint.push(Lint::new(
                self.place(entry.value.at),
                "The Go SDK reads `pathParams` as a list of `pathName` and `pathValue`",
                "Write `[{\"pathName\": \"login\", \"pathValue\": \"…\"}]`",
            ));
            return;
        };
        for param in params {
            let name = self.told(param, "pathName");
            let value = self.told(param, "pathValue");
            if let (Some(name), Some(value)) = (name, value) {
                let lint = &mut imported.lint;
                path_params::put(&name.text, &value.text, &value, config, lint, "The Go SDK");
            }
        }
    }

    fn port_type(&self, gateway: &Leaf, is_go: bool, lint: &mut Vec<Lint>) {
        let Some(port) = gateway.get("port") else {
            return;
        };
        let place = self.place(port.value.at);
        match (&port.value.node, is_go) {
            (Node::Text(text), false) => lint.push(Lint::new(
                place,
                "Python takes a port in quotes for an error, and drops port and both paths",
                format!("Write the port as a number: {}", text.trim()),
            )),
            (Node::Number(text), true) => lint.push(Lint::new(
                place,
                "The Go SDK reads the port as text, and refuses a number",
                format!("Write the port in quotes: \"{text}\""),
            )),
            _ => {}
        }
    }
}

/// The file for the SDKs for JavaScript, Python, Java and .NET.
#[must_use]
pub fn export(environment: &Environment, context: ExportContext<'_>) -> Export {
    let mut outgoing = Outgoing::new(environment, context);
    let mut document = Map::new();
    if let Some(form) = outgoing.form.clone() {
        let mut gateway = Map::new();
        put_text(&mut gateway, "host", &form.host);
        put_text(&mut gateway, "protocol", &form.protocol);
        match form.port.trim().parse::<u16>() {
            Ok(port) => {
                gateway.insert("port".to_owned(), json!(port));
            }
            Err(_) => put_text(&mut gateway, "port", &form.port),
        }
        put_text(&mut gateway, "path_params_login", &form.login_path);
        put_text(&mut gateway, "path_params_api", &form.api_path);
        put_text(&mut gateway, "username", outgoing.gateway_user);
        let password = outgoing.secret(&SecretName::GatewayPassword);
        put_text(&mut gateway, "password", password.unwrap_or_default());
        document.insert("gateway".to_owned(), Value::Object(gateway));
    }
    finish(document, outgoing)
}

/// The file for the SDK for Go: the port is text, the paths are a list.
#[must_use]
pub fn export_go(environment: &Environment, context: ExportContext<'_>) -> Export {
    let mut outgoing = Outgoing::new(environment, context);
    let mut document = Map::new();
    if let Some(form) = outgoing.form.clone() {
        let password = outgoing.secret(&SecretName::GatewayPassword);
        let params: Vec<Value> = [("login", &form.login_path), ("api", &form.api_path)]
            .into_iter()
            .filter(|(_, path)| !path.is_empty())
            .map(|(name, path)| json!({"pathName": name, "pathValue": path}))
            .collect();
        let gateway = json!({
            "host": form.host,
            "protocol": form.protocol,
            "port": form.port,
            "auth": {"username": outgoing.gateway_user, "password": password.unwrap_or_default()},
            "pathParams": params,
        });
        document.insert("gateway".to_owned(), gateway);
    }
    finish(document, outgoing)
}

fn finish(mut document: Map<String, Value>, outgoing: Outgoing<'_>) -> Export {
    if let Some(place) = &outgoing.place {
        let text = deployment_text(place);
        let host = if text.contains("://") {
            text
        } else {
            format!("https://api.{text}")
        };
        document.insert("general".to_owned(), json!({ "host": host }));
    }
    let text = pretty(&Value::Object(document));
    let lint = import(&text).map(|read| read.lint).unwrap_or_default();
    Export {
        text,
        masked: outgoing.masked,
        lint,
    }
}

fn put_text(map: &mut Map<String, Value>, key: &str, value: &str) {
    if !value.is_empty() {
        map.insert(key.to_owned(), Value::String(value.to_owned()));
    }
}

/// Indented, with a line end.
pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
