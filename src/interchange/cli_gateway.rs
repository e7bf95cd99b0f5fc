//! The JSON file of `gc gateway --file=gateway.json` (facts/genesys-cloud.md section 1.3).

use serde_json::{Value, json};

use super::client_config::{ClientConfig, Outgoing, Told};
use super::literal_tree::{self, Leaf, Node, Syntax};
use super::path_params;
use super::sdk_json::pretty;
use super::text::{self, Place};
use super::types::{Export, ExportContext, ExportError, Ignored, ImportError, Imported, Lint};
use crate::model::clients::OfficialClient;
use crate::model::environment::Environment;
use crate::model::secret::SecretName;

/// The name of the environment; the file has none.
const NAME: &str = "CLI gateway";

/// # Errors
/// For text that is no JSON object, and for one without a host.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    let tree = literal_tree::read(text, Syntax::Json)?;
    let root = &tree.root;
    let place = |at: usize| Place::at(text, at);
    let mut imported = Imported {
        lint: tree.repeated,
        ..Imported::default()
    };
    let mut config = ClientConfig::new(NAME, place(root.at));
    for entry in root.entries() {
        let told = entry
            .value
            .scalar()
            .map(|value| Told::new(value, place(entry.value.at)));
        // Go compares the names of fields without regard to case.
        match entry.key.to_ascii_lowercase().as_str() {
            "host" => config.host = told,
            "protocol" => config.protocol = told,
            "username" => config.user_name = told,
            "password" => config.password = told,
            "port" => {
                if let Node::Number(number) = &entry.value.node {
                    imported.lint.push(Lint::new(
                        place(entry.value.at),
                        "A port without quotes stops the CLI with an error",
                        format!("Write \"{number}\""),
                    ));
                }
                config.port = told;
            }
            "pathparams" => read_paths(text, &entry.value, &mut config, &mut imported),
            "path_params" => {
                imported.lint.push(Lint::new(
                    place(entry.key_at),
                    "The CLI ignores `path_params`: both paths are lost",
                    "Name it `pathParams`",
                ));
                read_paths(text, &entry.value, &mut config, &mut imported);
            }
            _ => imported
                .ignored
                .push(Ignored::new(&entry.key, "the CLI does not read it")),
        }
    }
    if !config.has_gateway() {
        return Err(ImportError::new(
            config.host.as_ref().map_or(config.start, |host| host.place),
            "There is no `host`: to the CLI this means that no gateway is used",
        ));
    }
    config.add_to(&[OfficialClient::Cli], &mut imported);
    Ok(imported)
}

fn read_paths(text: &str, params: &Leaf, config: &mut ClientConfig, imported: &mut Imported) {
    if !matches!(params.node, Node::Map(_)) {
        imported.lint.push(Lint::new(
            Place::at(text, params.at),
            "The CLI reads the path parameters as an object",
            "Write `{\"login\": \"/loginpath\", \"api\": \"/apipath\"}`",
        ));
        return;
    }
    for entry in params.entries() {
        if let Some(value) = entry.value.scalar() {
            let told = Told::new(value.clone(), Place::at(text, entry.value.at));
            path_params::put(
                &entry.key,
                &value,
                &told,
                config,
                &mut imported.lint,
                "The CLI",
            );
        }
    }
}

/// # Errors
/// For an environment without a gateway.
pub fn export(
    environment: &Environment,
    context: ExportContext<'_>,
) -> Result<Export, ExportError> {
    let mut outgoing = Outgoing::new(environment, context);
    let Some(form) = outgoing.form.clone() else {
        return Err(ExportError(format!(
            "{} has no gateway: `gc gateway disable` is what the CLI needs",
            environment.name
        )));
    };
    let password = outgoing.secret(&SecretName::GatewayPassword);
    let mut params = serde_json::Map::new();
    for (name, path) in [("login", &form.login_path), ("api", &form.api_path)] {
        if !path.is_empty() {
            params.insert(name.to_owned(), json!(path));
        }
    }
    let mut document = json!({
        "host": form.host,
        "port": form.port,
        "protocol": form.protocol,
        "pathParams": Value::Object(params),
    });
    if !outgoing.gateway_user.is_empty() {
        document["userName"] = json!(outgoing.gateway_user);
    }
    if let Some(password) = password {
        document["password"] = json!(password);
    }
    let text = pretty(&document);
    let lint = import(&text).map(|read| read.lint).unwrap_or_default();
    Ok(Export {
        text,
        masked: outgoing.masked,
        lint,
    })
}
