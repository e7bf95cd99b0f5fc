//! The traps of an environment's fields: what is worth saying, what stands in the way, and the fix where there is one.
//! Those of credentials and network settings are `setting_traps`.
//! Nothing here changes anything by itself.

use super::invoke_url::find_at_border;
use super::place::{self, TypedUrl, check_host, domain_of};
use super::setting_traps::{credential_notes, network_problems};
use super::{API_PREFIX, TOKEN_PATH, api_base, login_url, path_map};
use crate::model::clients::{self, Breakage, OfficialClient};
use crate::model::environment::{Environment, GatewayTarget, Place, Protocol, Target, TokenFrom};
use crate::model::masks;
use crate::model::note::{ClientFormField, Field, Note, Problem};
use crate::model::region::Region;
use crate::model::sandbox_environments;
use crate::model::variables;

/// What is worth knowing about the fields; the environment can be used all the same.
#[must_use]
pub fn environment_notes(environment: &Environment) -> Vec<Note> {
    let mut notes = Vec::new();
    if !sandbox_environments::is_unbound(environment) {
        match &environment.target {
            Target::Direct { place } => place_notes(place, &mut notes),
            Target::Gateway(gateway) => gateway_notes(gateway, &mut notes),
        }
    }
    path_map_notes(environment, &mut notes);
    credential_notes(environment, &mut notes);
    notes
}

/// What has to be mended before anything can be sent.
#[must_use]
pub fn environment_problems(environment: &Environment) -> Vec<Problem> {
    let mut problems = api_base(environment).err().unwrap_or_default();
    for problem in login_url(environment).err().unwrap_or_default() {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    if environment.name.trim().is_empty() {
        problems.push(Problem::new(Field::Name, "The environment needs a name"));
    }
    for (row, rule) in environment.path_map.iter().enumerate() {
        if rule.from.trim().is_empty() {
            problems.push(Problem::new(
                Field::PathMap(row),
                "The rule has no path to start from: write it as `/api/v2/users -> /users`",
            ));
        }
    }
    for (at, variable) in environment.variables.iter().enumerate() {
        let field = || Field::Variable(variable.name.clone());
        if variable.name.trim().is_empty() {
            problems.push(Problem::new(field(), "The variable needs a name"));
        } else if environment.variables[..at]
            .iter()
            .any(|other| other.name == variable.name)
        {
            problems.push(Problem::new(
                field(),
                "Two variables have this name: rename one",
            ));
        }
    }
    network_problems(environment, &mut problems);
    problems
}

/// The host of a gateway, ASCII; a host that holds more than a host is a problem whose fix takes it apart.
pub(super) fn gateway_host(gateway: &GatewayTarget) -> Result<String, Problem> {
    let text = gateway.host.as_str();
    if text.trim().is_empty() {
        return Err(Problem::new(
            Field::Host,
            "The host is empty: paste the invoke URL",
        ));
    }
    let typed = TypedUrl::take_apart(text);
    let has_more = typed.scheme.is_some()
        || typed.has_user_info
        || typed.port.is_some()
        || !typed.path.is_empty()
        || !typed.rest.is_empty();
    if !has_more && text.trim() == text {
        return check_host(text).map_err(|text| Problem::new(Field::Host, text));
    }
    let problem = Problem::new(
        Field::Host,
        format!(
            "The host holds more than a host name: {}",
            extra_parts(&typed, text).join(", ")
        ),
    );
    let fixable =
        check_host(&typed.host).is_ok() && typed.protocol().is_ok() && typed.port_number().is_ok();
    if !fixable {
        return Err(problem);
    }
    let mut changes = vec![(Field::Host, typed.host.clone())];
    if let Ok(Some(protocol)) = typed.protocol() {
        changes.push((Field::Protocol, protocol.scheme().to_owned()));
    }
    if let Some(port) = &typed.port {
        changes.push((Field::Port, port.clone()));
    }
    let path = typed.path.trim_matches('/');
    if !path.is_empty() && gateway.stage.trim_matches('/').is_empty() {
        changes.push((Field::Stage, path.to_owned()));
    }
    Err(problem.with_fix("Take it apart", changes))
}

fn extra_parts(typed: &TypedUrl, text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    if text.trim() != text {
        parts.push("spaces around it".to_owned());
    }
    if let Some(scheme) = &typed.scheme {
        parts.push(format!("the protocol `{scheme}://`"));
    }
    if typed.has_user_info {
        parts.push("a user name".to_owned());
    }
    if let Some(port) = &typed.port {
        parts.push(format!("the port `{port}`"));
    }
    match typed.path.as_str() {
        "" => {}
        "/" => parts.push("a trailing slash".to_owned()),
        path => parts.push(format!("the path `{path}`")),
    }
    if !typed.rest.is_empty() {
        parts.push("a query".to_owned());
    }
    parts
}

pub(super) fn port_problem(gateway: &GatewayTarget) -> Option<Problem> {
    (gateway.port == Some(0)).then(|| {
        Problem::new(Field::Port, "0 is not a port: use a number from 1 to 65535")
            .with_fix("Remove it", vec![(Field::Port, String::new())])
    })
}

/// A stage or path value that ends the path of the URL, or is not there any more.
pub(super) fn path_problem(value: &str, field: Field) -> Option<Problem> {
    if let Some(problem) = variables::not_kept(value, &field) {
        return Some(problem);
    }
    let end = value.find(['?', '#'])?;
    let kept = value[..end].to_owned();
    Some(
        Problem::new(
            field.clone(),
            "`?` and `#` end a path: they cannot stand here",
        )
        .with_fix("Cut it off there", vec![(field, kept)]),
    )
}

fn place_notes(place: &Place, notes: &mut Vec<Note>) {
    match place {
        Place::Region(_) => {}
        Place::Domain(text) => {
            let domain = domain_of(text);
            if let Ok(region) = Region::find(&domain) {
                notes.push(
                    Note::new(
                        Field::CustomDomain,
                        format!(
                            "`{domain}` is the region {} ({})",
                            region.aws_name(),
                            region.place()
                        ),
                    )
                    .with_fix(
                        "Choose the region",
                        vec![(Field::Region, region.aws_name().to_owned())],
                    ),
                );
            } else if domain != *text {
                notes.push(
                    Note::new(
                        Field::CustomDomain,
                        format!("Only the domain is used: `{domain}`, over https"),
                    )
                    .with_fix("Write only that", vec![(Field::CustomDomain, domain)]),
                );
            }
        }
        Place::Origins { api, login } => {
            for origin in [api, login] {
                let typed = TypedUrl::take_apart(origin);
                if typed.scheme.as_deref() == Some("http") && !place::is_loopback(&typed.host) {
                    notes.push(Note::new(
                        Field::CustomDomain,
                        format!(
                            "`{}` is not encrypted: tokens and secrets can be read on the way",
                            masks::mask_url(origin)
                        ),
                    ));
                }
            }
        }
    }
}

fn gateway_notes(gateway: &GatewayTarget, notes: &mut Vec<Note>) {
    let execute_api = place::execute_api_parts(&TypedUrl::take_apart(&gateway.host).host);
    protocol_and_port_notes(gateway, execute_api.is_some(), notes);
    if let Some((_, region)) = &execute_api
        && !place::AWS_REGIONS.contains(&region.as_str())
    {
        notes.push(Note::new(
            Field::Host,
            format!("`{region}` is not a known AWS region: check the spelling"),
        ));
    }
    stage_notes(gateway, execute_api.is_some(), notes);
    path_notes(
        gateway,
        (&gateway.api_path, Field::ApiPath, API_PREFIX),
        notes,
    );
    if gateway.token_from == TokenFrom::LoginPath {
        path_notes(
            gateway,
            (&gateway.login_path, Field::LoginPath, TOKEN_PATH),
            notes,
        );
        let is_same = gateway.login_path.trim_matches('/') == gateway.api_path.trim_matches('/');
        if is_same && !gateway.host.is_empty() {
            notes.push(Note::new(
                Field::LoginPath,
                "Login path and API path are the same: the gateway must route `/oauth/token` to the login host itself",
            ));
        }
    }
    if !gateway.user_name.is_empty() {
        notes.push(
            Note::new(
                Field::GatewayUserName,
                "No official client sends the gateway's user name and password, and neither does Gatescope",
            )
            .with_fix("Remove it", vec![(Field::GatewayUserName, String::new())]),
        );
    }
    client_form_notes(gateway, notes);
}

fn protocol_and_port_notes(gateway: &GatewayTarget, execute_api: bool, notes: &mut Vec<Note>) {
    let bare = TypedUrl::take_apart(&gateway.host).host;
    if gateway.protocol == Protocol::Http && execute_api {
        let mut changes = vec![(Field::Protocol, "https".to_owned())];
        if gateway.port == Some(80) {
            changes.push((Field::Port, String::new()));
        }
        notes.push(
            Note::new(
                Field::Protocol,
                "An execute-api host answers over https only",
            )
            .with_fix("Use https", changes),
        );
    } else if gateway.protocol == Protocol::Http && !place::is_loopback(&bare) {
        notes.push(
            Note::new(
                Field::Protocol,
                "http is not encrypted: tokens and secrets can be read on the way",
            )
            .with_fix("Use https", vec![(Field::Protocol, "https".to_owned())]),
        );
    }
    let Some(port) = gateway.port else { return };
    let note = if port == gateway.protocol.default_port() {
        format!(
            "{port} is the default of {}: the URL does not show it",
            gateway.protocol.scheme()
        )
    } else if execute_api {
        format!("An execute-api host answers on port 443 only, not on {port}")
    } else {
        return;
    };
    notes.push(
        Note::new(Field::Port, note).with_fix("Remove it", vec![(Field::Port, String::new())]),
    );
}

fn stage_notes(gateway: &GatewayTarget, execute_api: bool, notes: &mut Vec<Note>) {
    let remove = || vec![(Field::Stage, String::new())];
    let stage = gateway.stage.trim_matches('/');
    if stage.is_empty() {
        return;
    }
    if stage.trim() != stage {
        notes.push(
            Note::new(Field::Stage, "Spaces around the stage go out as `%20`")
                .with_fix("Remove them", vec![(Field::Stage, stage.trim().to_owned())]),
        );
    }
    if let Some(once) = written_twice(stage) {
        notes.push(
            Note::new(
                Field::Stage,
                format!("The stage `{once}` stands twice in this field"),
            )
            .with_fix("Write it once", vec![(Field::Stage, once.to_owned())]),
        );
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if stage == "$default" {
        notes.push(
            Note::new(Field::Stage, "The stage `$default` stands in no URL")
                .with_fix("Remove it", remove()),
        );
    } else if !execute_api && !place::is_local(&gateway.host) {
        notes.push(
            Note::new(
                Field::Stage,
                "On a custom domain the API mapping replaces the stage: keep it only if it is the mapping's path",
            )
            .with_fix("Remove it", remove()),
        );
    } else if execute_api && !stage.bytes().all(plain) {
        notes.push(Note::new(
            Field::Stage,
            "A stage is one segment of letters, digits, `-` and `_`",
        ));
    }
}

/// `test/test` -> `test`.
fn written_twice(stage: &str) -> Option<&str> {
    let (first, second) = stage.split_once('/')?;
    (!first.is_empty() && first == second).then_some(first)
}

/// Notes on the API path or the login path; `own` is what stands behind it anyway.
fn path_notes(
    gateway: &GatewayTarget,
    (value, field, own): (&str, Field, &str),
    notes: &mut Vec<Note>,
) {
    if value.trim() != value {
        notes.push(
            Note::new(field.clone(), "Spaces around the path go out as `%20`").with_fix(
                "Remove them",
                vec![(field.clone(), value.trim().to_owned())],
            ),
        );
    }
    let slashed = format!("/{}", value.trim().trim_start_matches('/'));
    if let Some(at) = find_at_border(&slashed, own) {
        notes.push(
            Note::new(
                field.clone(),
                format!("`{own}` is added by itself: here it makes the path hold it twice"),
            )
            .with_fix(
                "Cut it off",
                vec![(field.clone(), slashed[..at].to_owned())],
            ),
        );
    }
    let host = TypedUrl::take_apart(&gateway.host);
    let mut stage = gateway.stage.trim().trim_matches('/');
    if stage.is_empty() {
        stage = host.path.trim_matches('/');
    }
    if stage.is_empty() {
        return;
    }
    if let Some(rest) = slashed[1..].strip_prefix(stage)
        && (rest.is_empty() || rest.starts_with('/'))
    {
        notes.push(
            Note::new(
                field.clone(),
                format!("The stage `{stage}` stands twice: in its own field and at the head of this path"),
            )
            .with_fix("Remove it here", vec![(field, rest.to_owned())]),
        );
    }
}

/// One note for each way in which official clients break on the client form, naming the clients.
fn client_form_notes(gateway: &GatewayTarget, notes: &mut Vec<Note>) {
    let form = clients::client_form(gateway);
    let portable = clients::portable_form(&form);
    let mut found: Vec<(Breakage, Vec<String>)> = Vec::new();
    for client in OfficialClient::ALL {
        for breakage in clients::urls(client, &form).breakages() {
            match found.iter_mut().find(|(known, _)| *known == breakage) {
                Some((_, names)) => names.push(client.to_string()),
                None => found.push((breakage, vec![client.to_string()])),
            }
        }
    }
    for (breakage, names) in found {
        let field = Field::ClientForm(match breakage {
            Breakage::GatewayOff | Breakage::SchemeInHost | Breakage::MalformedHost => {
                ClientFormField::Host
            }
            Breakage::NoProtocol => ClientFormField::Protocol,
            Breakage::PortInPath
            | Breakage::ColonInPath
            | Breakage::DanglingColon
            | Breakage::PortDropped => ClientFormField::Port,
            Breakage::DoubleSlash
            | Breakage::EncodedSpaces
            | Breakage::ChangedCharacters
            | Breakage::DotSegments
            | Breakage::RefusedPath
            | Breakage::TurnedBackslash
            | Breakage::CutAtHash
            | Breakage::QueryInPath
            | Breakage::RepeatedPath => ClientFormField::LoginPath,
        });
        let text = format!("{}: {breakage}", names.join(", "));
        let fixed = |part, text: &String| (Field::ClientForm(part), text.clone());
        notes.push(Note::new(field, text).with_fix(
            "Use the form that works in every client",
            vec![
                fixed(ClientFormField::Host, &portable.host),
                fixed(ClientFormField::Port, &portable.port),
                fixed(ClientFormField::Protocol, &portable.protocol),
                fixed(ClientFormField::LoginPath, &portable.login_path),
                fixed(ClientFormField::ApiPath, &portable.api_path),
            ],
        ));
    }
}

fn path_map_notes(environment: &Environment, notes: &mut Vec<Note>) {
    for (row, rule) in environment.path_map.iter().enumerate() {
        let earlier = environment.path_map[..row]
            .iter()
            .position(|earlier| path_map::apply(earlier, rule.from.trim()).is_some());
        if let Some(earlier) = earlier {
            notes.push(Note::new(
                Field::PathMap(row),
                format!("Never reached: rule {} matches first", earlier + 1),
            ));
        }
    }
}
