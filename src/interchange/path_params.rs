//! Path parameters packed into one text, in the two ways official clients do it (facts/genesys-cloud.md section 1.3):
//! the CLI's `{login: /a, api: /b}`, split at exactly `", "` and `": "`, and the Go SDK's `login:a,api:b`.

use super::client_config::{ClientConfig, Told};
use super::types::{ExportError, Lint};
use crate::model::clients::ClientForm;

/// Reads the CLI's text as it was meant; what the CLI itself loses is reported.
pub(super) fn read_cli(told: &Told, config: &mut ClientConfig, lint: &mut Vec<Lint>) {
    let meant = meant(told.text.trim());
    let seen = as_cli_reads(&told.text);
    for (name, value) in &meant {
        put(name, value, told, config, lint, "The CLI");
    }
    let lost = meant.iter().any(|(name, value)| {
        !seen
            .iter()
            .any(|(seen_name, seen_value)| seen_name == name && seen_value == value)
    });
    if lost {
        lint.push(Lint::new(
            told.place,
            "The CLI splits path parameters at a comma with a space and a colon with a space: here it loses or mixes up values",
            format!("Write `{}`", write_cli_pairs(&meant)),
        ));
    }
    if meant.is_empty() && !told.text.trim().trim_matches(['{', '}']).trim().is_empty() {
        lint.push(Lint::new(
            told.place,
            "These are no path parameters",
            "Write `{login: /loginpath, api: /apipath}`",
        ));
    }
}

/// Reads the Go SDK's text.
pub(super) fn read_go(told: &Told, config: &mut ClientConfig, lint: &mut Vec<Lint>) {
    if told.text.contains(['{', '}']) {
        lint.push(Lint::new(
            told.place,
            "This is the CLI's form: the Go SDK takes the brackets for part of names and values",
            "Write `login:loginpath,api:apipath`",
        ));
    }
    for (name, value) in meant(told.text.trim()) {
        put(&name, &value, told, config, lint, "The Go SDK");
    }
}

/// Sets the path of that name; other names are ignored by every client.
pub(super) fn put(
    name: &str,
    value: &str,
    told: &Told,
    config: &mut ClientConfig,
    lint: &mut Vec<Lint>,
    client: &str,
) {
    let slot = match name.to_ascii_lowercase().as_str() {
        "login" => &mut config.login_path,
        "api" => &mut config.api_path,
        _ => {
            lint.push(Lint::new(
                told.place,
                format!("{client} knows the path parameters `login` and `api` only, and ignores `{name}`"),
                "Name it `login` or `api`",
            ));
            return;
        }
    };
    if name != name.to_ascii_lowercase() {
        lint.push(Lint::new(
            told.place,
            format!("{client} looks for `login` and `api` in lower case, and ignores `{name}`"),
            format!("Write `{}`", name.to_ascii_lowercase()),
        ));
    }
    if slot.is_some() {
        lint.push(Lint::new(
            told.place,
            format!("The path parameter `{name}` is given twice"),
            "Keep one of them",
        ));
    }
    *slot = Some(Told::new(value, told.place));
}

/// The parser of the CLI, as it is.
fn as_cli_reads(text: &str) -> Vec<(String, String)> {
    text.trim_matches(['{', '}'])
        .split(", ")
        .filter_map(|pair| {
            let (name, value) = pair.split_once(": ")?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}

/// A piece without a name of its own belongs to the value before it, comma and all.
fn meant(text: &str) -> Vec<(String, String)> {
    let clean = |part: &str| part.trim().trim_matches(['"', '\'']).to_owned();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for piece in text.trim_matches(['{', '}']).split(',') {
        let named = piece
            .split_once(':')
            .filter(|(name, _)| !clean(name).is_empty() && !name.contains('/'));
        match (named, pairs.last_mut()) {
            (Some((name, value)), _) => pairs.push((clean(name), clean(value))),
            (None, Some((_, value))) if !piece.trim().is_empty() => {
                value.push(',');
                value.push_str(piece.trim_end());
            }
            _ => {}
        }
    }
    pairs
}

/// # Errors
/// When a path holds what separates the parameters.
pub(super) fn write_cli(form: &ClientForm) -> Result<String, ExportError> {
    Ok(write_cli_pairs(&pairs(form)?))
}

fn write_cli_pairs(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

/// # Errors
/// When a path holds what separates the parameters.
pub(super) fn write_go(form: &ClientForm) -> Result<String, ExportError> {
    let pairs: Vec<String> = pairs(form)?
        .iter()
        .map(|(name, value)| format!("{name}:{value}"))
        .collect();
    Ok(pairs.join(","))
}

fn pairs(form: &ClientForm) -> Result<Vec<(String, String)>, ExportError> {
    let mut pairs = Vec::new();
    for (name, path) in [("login", &form.login_path), ("api", &form.api_path)] {
        if path.contains([',', '{', '}', '\'', '"', '\n', '\r'])
            || path.contains(": ")
            || path.trim() != path
        {
            return Err(ExportError(format!(
                "The {name} path holds a comma, bracket, quote or space, which this format cannot carry: use a plain path"
            )));
        }
        if !path.is_empty() {
            pairs.push((name.to_owned(), path.clone()));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interchange::text::Place;

    #[test]
    fn the_cli_loses_what_has_no_spaces() {
        for (text, login, api, reported) in [
            (
                "{login: /loginpath, api: /apipath}",
                Some("/loginpath"),
                Some("/apipath"),
                0,
            ),
            (
                "{login:/loginpath,api:/apipath}",
                Some("/loginpath"),
                Some("/apipath"),
                1,
            ),
            (
                "{login: /loginpath,api: /apipath}",
                Some("/loginpath"),
                Some("/apipath"),
                1,
            ),
            ("{Login: /a, api: /b}", Some("/a"), Some("/b"), 1),
            ("{logn: /a, api: /b}", None, Some("/b"), 1),
            (
                "{\"login\": \"/a\", \"api\": \"/b\"}",
                Some("/a"),
                Some("/b"),
                1,
            ),
            ("{login: '/a', api: '/b'}", Some("/a"), Some("/b"), 1),
            ("{login: /a,b, api: /c}", Some("/a,b"), Some("/c"), 0),
            ("{login: /a: b, api: /c}", Some("/a: b"), Some("/c"), 0),
            ("{login: /a, login: /b}", Some("/b"), None, 1),
            ("{}", None, None, 0),
            ("", None, None, 0),
            ("nonsense", None, None, 1),
        ] {
            let mut config = ClientConfig::new("x", Place::START);
            let mut lint = Vec::new();
            read_cli(&Told::new(text, Place::START), &mut config, &mut lint);
            let text_of = |told: &Option<Told>| told.as_ref().map(|told| told.text.clone());
            assert_eq!(text_of(&config.login_path).as_deref(), login, "{text}");
            assert_eq!(text_of(&config.api_path).as_deref(), api, "{text}");
            assert_eq!(lint.len(), reported, "{text}: {lint:#?}");
        }
    }
}
