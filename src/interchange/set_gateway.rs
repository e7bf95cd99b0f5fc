//! `setGateway({…})` of the JavaScript SDK: the object literal is read (facts/genesys-cloud.md section 1.3), no code is run.
//! Ready snippets for all SDKs are written by `snippets`.

use super::client_config::{ClientConfig, Told, filled};
use super::client_lint;
use super::literal_tree::{self, Leaf, Node, Syntax};
use super::text::{self, Place};
use super::types::{Ignored, ImportError, Imported, Lint};
use crate::model::clients::OfficialClient;

const NAME: &str = "JavaScript SDK";
const CALL: &str = "setGateway";

/// The call inside of any JavaScript, or its object literal alone. `setEnvironment('…')` beside it names the region.
///
/// # Errors
/// For a literal that cannot be read, and for one without a host.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    let mut imported = Imported::default();
    let at = literal_at(text)?;
    let tree = literal_tree::read_from(text, at, Syntax::JavaScript)?;
    imported.lint.extend(tree.repeated);
    if !matches!(tree.root.node, Node::Map(_)) {
        return Err(ImportError::new(
            Place::at(text, tree.root.at),
            "setGateway is given no object literal: paste the literal `{ host: … }` itself",
        ));
    }
    let config = read(text, &tree.root, &mut imported);
    if filled(config.host.as_ref()).is_none() {
        let place = config.host.as_ref().map_or(config.start, |host| host.place);
        return Err(ImportError::new(
            place,
            "There is no `host` with a literal value: without one the SDK goes to the region directly",
        ));
    }
    let mut config = config;
    for (call, slot) in [("setEnvironment", 0), ("loginClientCredentialsGrant", 1)] {
        let Some(arguments) = arguments(text, call) else {
            continue;
        };
        if slot == 0 {
            config.region = arguments.into_iter().next().flatten();
        } else {
            let mut arguments = arguments.into_iter();
            config.client_id = arguments.next().flatten();
            config.client_secret = arguments.next().flatten();
        }
    }
    config.add_to(&[OfficialClient::JavaScript], &mut imported);
    Ok(imported)
}

fn literal_at(text: &str) -> Result<usize, ImportError> {
    // The first call with something in it: an empty one turns the gateway off.
    let call = text.match_indices(CALL).find_map(|(at, _)| {
        let behind = &text[at + CALL.len()..];
        let open = behind.len() - behind.trim_start().len();
        let inside = behind.trim_start().strip_prefix('(')?;
        (!inside.trim_start().starts_with(')')).then_some(at + CALL.len() + open + 1)
    });
    if let Some(at) = call {
        return Ok(at);
    }
    let start = text.len()
        - text
            .trim_start_matches(|sign: char| {
                sign.is_whitespace() || sign == '\u{feff}' || sign == '('
            })
            .len();
    if text[start..].starts_with('{') {
        return Ok(start);
    }
    Err(ImportError::new(
        Place::START,
        "There is no call `setGateway({ … })` with an object literal",
    ))
}

fn read(text: &str, literal: &Leaf, imported: &mut Imported) -> ClientConfig {
    let mut config = ClientConfig::new(NAME, Place::at(text, literal.at));
    for entry in literal.entries() {
        let slot = match entry.key.as_str() {
            "host" => &mut config.host,
            "protocol" => &mut config.protocol,
            "port" => &mut config.port,
            "path_params_login" => &mut config.login_path,
            "path_params_api" => &mut config.api_path,
            "username" => &mut config.user_name,
            "password" => &mut config.password,
            key => {
                let why = "the SDK does not read it";
                imported.ignored.push(Ignored::new(key, why));
                if let Some(right) = client_lint::meant_key(key) {
                    imported.lint.push(Lint::new(
                        Place::at(text, entry.key_at),
                        format!("The SDK ignores `{key}`"),
                        format!("Name it `{right}`"),
                    ));
                }
                continue;
            }
        };
        let place = Place::at(text, entry.value.at);
        *slot = entry.value.scalar().map(|value| Told::new(value, place));
        if let Node::Code(_) = entry.value.node {
            imported.ignored.push(Ignored::new(
                &entry.key,
                "its value is code, which is not run: fill it in",
            ));
        }
    }
    config
}

/// The literal texts among the arguments of a call.
fn arguments(text: &str, call: &str) -> Option<Vec<Option<Told>>> {
    let at = text.find(&format!("{call}("))? + call.len() + 1;
    let mut rest = at;
    let mut found = Vec::new();
    loop {
        let tree = literal_tree::read_from(text, rest, Syntax::JavaScript).ok()?;
        let place = Place::at(text, tree.root.at);
        found.push(match tree.root.node {
            Node::Text(text) => Some(Told::new(text, place)),
            _ => None,
        });
        let behind = text[tree.end..].trim_start();
        if !behind.starts_with(',') {
            return Some(found);
        }
        rest = text.len() - behind.len() + 1;
    }
}
