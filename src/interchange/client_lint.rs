//! The traps that all official clients' configurations share (facts/genesys-cloud.md sections 1.1 and 1.2), with place, cause and fix.
//! Which URL a client makes of a setting is `model::clients`; what only one format gets wrong is in that format's file.

use super::client_config::{ClientConfig, Told, filled};
use super::text::Place;
use super::types::Lint;
use crate::model::clients::{self, Breakage, ClientForm, OfficialClient};
use crate::model::route::TypedUrl;

/// What `readers` stumble over in `config`.
pub(super) fn lint(config: &ClientConfig, readers: &[OfficialClient]) -> Vec<Lint> {
    let mut found = Vec::new();
    if config.has_gateway() {
        breakages(config, readers, &mut found);
        paths(config, &mut found);
        host(config, &mut found);
        port(config, &mut found);
    } else if let Some(told) = [
        &config.login_path,
        &config.api_path,
        &config.port,
        &config.protocol,
    ]
    .into_iter()
    .find_map(|told| filled(told.as_ref()))
    {
        found.push(Lint::new(
            told.place,
            "Without a host the gateway is off: requests go to the region directly",
            "Add the gateway's host",
        ));
    }
    credentials(config, &mut found);
    found
}

fn breakages(config: &ClientConfig, readers: &[OfficialClient], found: &mut Vec<Lint>) {
    let form = config.form();
    let mut by_breakage: Vec<(Breakage, Vec<String>)> = Vec::new();
    for client in readers {
        for breakage in clients::urls(*client, &form).breakages() {
            match by_breakage.iter_mut().find(|(known, _)| *known == breakage) {
                Some((_, names)) => names.push(client.to_string()),
                None => by_breakage.push((breakage, vec![client.to_string()])),
            }
        }
    }
    for (breakage, names) in by_breakage {
        // Without the key the CLI uses no gateway at all, which its own file tells.
        let is_left_out = config.protocol.is_none() && readers == [OfficialClient::Cli];
        if breakage == Breakage::NoProtocol && is_left_out {
            continue;
        }
        let names = if names.len() == readers.len() && names.len() > 1 {
            "all clients that read this file".to_owned()
        } else {
            names.join(", ")
        };
        found.push(Lint::new(
            place(config, &form, breakage),
            format!("In {names} {breakage}"),
            fix(&form, breakage),
        ));
    }
}

/// Where the setting stands that a breakage comes from.
fn place(config: &ClientConfig, form: &ClientForm, breakage: Breakage) -> Place {
    let at = |told: &Option<Told>| told.as_ref().map(|told| told.place);
    let host = at(&config.host).unwrap_or(config.start);
    let bad_path = |is_bad: &dyn Fn(&str) -> bool| {
        [
            (&form.login_path, &config.login_path),
            (&form.api_path, &config.api_path),
        ]
        .into_iter()
        .find(|(text, _)| is_bad(text))
        .and_then(|(_, told)| at(told))
        .unwrap_or(host)
    };
    match breakage {
        Breakage::NoProtocol => at(&config.protocol).unwrap_or(config.start),
        Breakage::PortInPath | Breakage::PortDropped => at(&config.port).unwrap_or(host),
        Breakage::DoubleSlash if form.host.ends_with('/') => host,
        Breakage::DoubleSlash => bad_path(&|path| path.contains("//") || path.ends_with('/')),
        Breakage::EncodedSpaces => bad_path(&|path| path.contains(' ')),
        Breakage::ChangedCharacters | Breakage::RefusedPath => bad_path(&|path| {
            path.contains(|letter: char| {
                !letter.is_ascii_alphanumeric() && !"-._~!$&'()*+,;=:@/ ?#".contains(letter)
            })
        }),
        Breakage::DotSegments => bad_path(&|path| {
            path.to_ascii_lowercase()
                .replace("%2e", ".")
                .split(['/', '\\'])
                .any(|segment| matches!(segment, "." | ".."))
        }),
        Breakage::TurnedBackslash => bad_path(&|path| path.contains('\\')),
        Breakage::CutAtHash => bad_path(&|path| path.contains('#')),
        Breakage::QueryInPath => bad_path(&|path| path.contains('?')),
        Breakage::RepeatedPath => {
            bad_path(&|path| path.contains("/oauth/token") || path.contains("/api/v2"))
        }
        Breakage::GatewayOff
        | Breakage::SchemeInHost
        | Breakage::MalformedHost
        | Breakage::ColonInPath
        | Breakage::DanglingColon => host,
    }
}

fn fix(form: &ClientForm, breakage: Breakage) -> String {
    let portable = clients::portable_form(form);
    match breakage {
        Breakage::GatewayOff => "Add the gateway's host".to_owned(),
        Breakage::NoProtocol => "Add the protocol https".to_owned(),
        Breakage::SchemeInHost => format!("Write the host as `{}`", portable.host),
        Breakage::MalformedHost => {
            "Write a bare host name, and the port in its own place".to_owned()
        }
        Breakage::PortInPath | Breakage::ColonInPath => format!(
            "Leave the host bare (`{}`), port {}, and put the stage into both paths: `{}` and `{}`",
            portable.host, portable.port, portable.login_path, portable.api_path
        ),
        Breakage::DanglingColon => format!("Add port {}", portable.port),
        Breakage::PortDropped => {
            "Use the protocol that belongs to the port, or another port".to_owned()
        }
        Breakage::DoubleSlash => "Take out the slash that stands twice or at the end".to_owned(),
        Breakage::EncodedSpaces => "Take the spaces out of the path".to_owned(),
        Breakage::ChangedCharacters | Breakage::RefusedPath => {
            "Write the path with letters, digits and `-._~` alone".to_owned()
        }
        Breakage::DotSegments => "Write the path without `.` and `..`".to_owned(),
        Breakage::TurnedBackslash => "Write `/` in place of the backslash".to_owned(),
        Breakage::CutAtHash => "Take `#` out of the path, or write `%23`".to_owned(),
        Breakage::QueryInPath => "Take `?` out of the path, or write `%3F`".to_owned(),
        Breakage::RepeatedPath => format!(
            "Write the paths without what the client adds: `{}` and `{}`",
            portable.login_path, portable.api_path
        ),
    }
}

fn paths(config: &ClientConfig, found: &mut Vec<Lint>) {
    if config.has_unread_path {
        return;
    }
    let (set, missing, own) = match (
        filled(config.login_path.as_ref()),
        filled(config.api_path.as_ref()),
    ) {
        (Some(set), None) => (set, "API", "/api/v2"),
        (None, Some(set)) => (set, "login", "/oauth/token"),
        _ => return,
    };
    found.push(Lint::new(
        set.place,
        format!("There is no {missing} path: those requests go to the gateway's own `{own}`"),
        format!("Add the {missing} path, unless the gateway has a route for `{own}`"),
    ));
}

fn host(config: &ClientConfig, found: &mut Vec<Lint>) {
    let Some(host) = filled(config.host.as_ref()) else {
        return;
    };
    let is_placeholder =
        host.text.contains(['{', '}', '<', '>', '$']) || host.text.contains("XXXX");
    if is_placeholder {
        found.push(Lint::new(
            host.place,
            "The host still holds a placeholder: no request reaches it",
            "Put the API's id and its AWS region in",
        ));
    }
}

fn port(config: &ClientConfig, found: &mut Vec<Lint>) {
    let Some(port) = filled(config.port.as_ref()) else {
        return;
    };
    if TypedUrl::take_apart(&format!("h:{}", port.text.trim()))
        .port_number()
        .is_err()
    {
        found.push(Lint::new(
            port.place,
            "This is no port number",
            "Use a number from 1 to 65535",
        ));
    }
}

/// The right name of a key of the SDKs that people write otherwise.
pub(super) fn meant_key(key: &str) -> Option<&'static str> {
    let plain: String = key
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| sign.to_ascii_lowercase())
        .collect();
    Some(match plain.as_str() {
        "pathparamslogin" | "login" | "loginpath" => "path_params_login",
        "pathparamsapi" | "api" | "apipath" => "path_params_api",
        "username" | "user" => "username",
        "password" => "password",
        "host" | "hostname" => "host",
        "protocol" => "protocol",
        "port" => "port",
        _ => return None,
    })
}

fn credentials(config: &ClientConfig, found: &mut Vec<Lint>) {
    if let Some(told) = filled(config.user_name.as_ref()).or(filled(config.password.as_ref())) {
        found.push(Lint::new(
            told.place,
            "User name and password of the gateway are sent by no official client",
            "Take them out; a gateway that asks for credentials needs a header of its own",
        ));
    }
}
