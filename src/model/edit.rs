//! One click, one change: a field's text set, a fix applied, a direct twin made. The same for window and command line.
//! Which fixes there are is decided by `route`, `clients` and `resolve`.

use super::clients::{ClientForm, client_form};
use super::environment::{
    Colour, Credentials, Environment, GatewayTarget, HttpVersion, Place, Protocol, Proxy, Target,
    TokenFrom,
};
use super::ids::EnvironmentId;
use super::note::{AuthField, ClientFormField, Field, Fix, Problem};
use super::region::Region;
use super::request::{DraftBody, NamedText, PartValue, RequestAuth, RequestDraft};
use super::route::InvokeUrl;

/// Sets one field of an environment to what was typed.
///
/// # Errors
/// The text does not fit the field, or the environment has no such field; nothing is changed then.
pub fn set_field(environment: &mut Environment, field: &Field, text: &str) -> Result<(), Problem> {
    let problem = |text: String| Problem::new(field.clone(), text);
    match field {
        Field::Name => text.clone_into(&mut environment.name),
        Field::Region | Field::CustomDomain | Field::TokenFrom => {
            return set_place(environment, field, text);
        }
        Field::ClientId | Field::Scope | Field::SameAs => {
            return set_credentials(&mut environment.credentials, field, text);
        }
        Field::Variable(name) => {
            let variable = environment
                .variables
                .iter_mut()
                .find(|variable| variable.name == *name && !variable.secret)
                .ok_or_else(|| problem("There is no such plain variable".to_owned()))?;
            text.clone_into(&mut variable.value);
        }
        Field::DefaultHeader(row) => {
            let header = environment
                .default_headers
                .get_mut(*row)
                .ok_or_else(|| problem("There is no such header".to_owned()))?;
            text.clone_into(&mut header.value);
        }
        Field::PathMap(row) => {
            let rule = environment
                .path_map
                .get_mut(*row)
                .ok_or_else(|| problem("There is no such rule".to_owned()))?;
            let (from, to) = text
                .split_once("->")
                .ok_or_else(|| problem("Write a rule as `/from -> /to`".to_owned()))?;
            from.trim().clone_into(&mut rule.from);
            to.trim().clone_into(&mut rule.to);
        }
        Field::Proxy => set_proxy(&mut environment.network.proxy, text),
        Field::CaFile => text.trim().clone_into(&mut environment.network.ca_file),
        Field::TrustedFingerprint => {
            text.trim()
                .clone_into(&mut environment.network.trusted_fingerprint);
        }
        Field::HttpVersion => environment.network.http_version = http_version(text, field)?,
        _ => return set_gateway_field(environment, field, text),
    }
    Ok(())
}

/// Makes all changes of a fix, or none.
///
/// # Errors
/// The first change that does not fit.
pub fn apply_fix(environment: &mut Environment, fix: &Fix) -> Result<(), Problem> {
    let mut changed = environment.clone();
    for (field, text) in &fix.changes {
        set_field(&mut changed, field, text)?;
    }
    *environment = changed;
    Ok(())
}

/// Sets one field of a request to what was typed; rows change their value.
///
/// # Errors
/// The request has no such field; nothing is changed then.
pub fn set_draft_field(draft: &mut RequestDraft, field: &Field, text: &str) -> Result<(), Problem> {
    let missing = || Problem::new(field.clone(), "There is no such row");
    match field {
        Field::Name => text.clone_into(&mut draft.name),
        Field::Method => text.clone_into(&mut draft.method),
        Field::Path => text.clone_into(&mut draft.path),
        Field::PathVariable(name) => {
            match draft
                .path_variables
                .iter_mut()
                .find(|row| row.name == *name)
            {
                Some(row) => text.clone_into(&mut row.value),
                None => draft.path_variables.push(NamedText {
                    name: name.clone(),
                    value: text.to_owned(),
                }),
            }
        }
        Field::Query(row) => {
            draft.query.get_mut(*row).ok_or_else(missing)?.value = Some(text.to_owned());
        }
        Field::Header(row) => {
            text.clone_into(&mut draft.headers.get_mut(*row).ok_or_else(missing)?.value);
        }
        Field::Body => match &mut draft.body {
            DraftBody::Json { text: body } | DraftBody::Text { text: body, .. } => {
                text.clone_into(body);
            }
            DraftBody::File { path, .. } => text.clone_into(path),
            _ => return Err(missing()),
        },
        Field::BodyRow(row) => match &mut draft.body {
            DraftBody::Form { rows } => {
                rows.get_mut(*row).ok_or_else(missing)?.value = Some(text.to_owned());
            }
            DraftBody::Multipart { rows } => {
                match &mut rows.get_mut(*row).ok_or_else(missing)?.value {
                    PartValue::Text(value) => text.clone_into(value),
                    PartValue::File { path, .. } => text.clone_into(path),
                }
            }
            _ => return Err(missing()),
        },
        Field::Auth(part) => match (part, &mut draft.auth) {
            (AuthField::Token, RequestAuth::Bearer { token: slot })
            | (AuthField::User, RequestAuth::Basic { user: slot, .. })
            | (AuthField::Password, RequestAuth::Basic { password: slot, .. })
            | (AuthField::HeaderName, RequestAuth::Header { name: slot, .. })
            | (AuthField::HeaderValue, RequestAuth::Header { value: slot, .. }) => {
                text.clone_into(slot);
            }
            _ => {
                return Err(Problem::new(
                    field.clone(),
                    "The request has no such credentials",
                ));
            }
        },
        _ => return Err(Problem::new(field.clone(), "A request has no such field")),
    }
    Ok(())
}

/// The direct environment beside a gateway: same credentials, variables, headers, protection and network settings.
/// Its id is free among `taken` (all ids in use, the gateway's included).
#[must_use]
pub fn direct_twin(gateway: &Environment, place: Place, taken: &[EnvironmentId]) -> Environment {
    let bare = gateway
        .name
        .trim_end()
        .trim_end_matches("gateway")
        .trim_end_matches([' ', '·', '-']);
    let name = format!(
        "{} · direct",
        if bare.is_empty() { &gateway.name } else { bare }
    );
    let id = first_free(EnvironmentId::from_name(&name), taken);
    Environment {
        id,
        name,
        colour: if gateway.colour == Colour::Teal {
            Colour::Green
        } else {
            Colour::Teal
        },
        protection: gateway.protection,
        target: Target::Direct { place },
        credentials: match &gateway.credentials {
            Credentials::None => Credentials::None,
            _ => Credentials::SameAs {
                environment: gateway.id.clone(),
            },
        },
        variables: gateway.variables.clone(),
        default_headers: gateway.default_headers.clone(),
        path_map: Vec::new(),
        network: gateway.network.clone(),
        history: gateway.history,
        route_map: None,
        sandbox: None,
    }
}

/// `wanted`, or with the first number from 2 on that is free.
fn first_free(wanted: EnvironmentId, taken: &[EnvironmentId]) -> EnvironmentId {
    if !taken.contains(&wanted) {
        return wanted;
    }
    (2..=u32::MAX)
        .map(|number| EnvironmentId::from_name(&format!("{wanted} {number}")))
        .find(|id| !taken.contains(id))
        .unwrap_or(wanted)
}

fn gateway_of<'a>(
    environment: &'a mut Environment,
    field: &Field,
) -> Result<&'a mut GatewayTarget, Problem> {
    match &mut environment.target {
        Target::Gateway(gateway) => Ok(gateway),
        Target::Direct { .. } => Err(Problem::new(
            field.clone(),
            "A direct environment has no such field: use a gateway environment",
        )),
    }
}

fn set_gateway_field(
    environment: &mut Environment,
    field: &Field,
    text: &str,
) -> Result<(), Problem> {
    let problem = |text: &str| Problem::new(field.clone(), text);
    let gateway = gateway_of(environment, field)?;
    match field {
        Field::InvokeUrl => InvokeUrl::parse(text)
            .map_err(|problems| {
                problems
                    .into_iter()
                    .next()
                    .unwrap_or_else(|| problem("This is not a URL"))
            })?
            .apply_to(gateway),
        Field::Protocol => {
            gateway.protocol = match text.trim().to_ascii_lowercase().as_str() {
                "https" => Protocol::Https,
                "http" => Protocol::Http,
                _ => return Err(problem("Use `https` or `http`")),
            }
        }
        Field::Host => text.clone_into(&mut gateway.host),
        Field::Port => {
            gateway.port = match text.trim() {
                "" => None,
                text => Some(
                    text.parse::<u16>()
                        .ok()
                        .filter(|port| *port > 0)
                        .ok_or_else(|| problem("Use a number from 1 to 65535"))?,
                ),
            }
        }
        Field::Stage => text.clone_into(&mut gateway.stage),
        Field::LoginPath => text.clone_into(&mut gateway.login_path),
        Field::ApiPath => text.clone_into(&mut gateway.api_path),
        Field::GatewayUserName => text.clone_into(&mut gateway.user_name),
        Field::ClientForm(part) => set_client_form(gateway, *part, text),
        _ => return Err(problem("This field cannot be set as text")),
    }
    Ok(())
}

fn set_client_form(gateway: &mut GatewayTarget, part: ClientFormField, text: &str) {
    let mut form: ClientForm = client_form(gateway);
    let slot = match part {
        ClientFormField::Host => &mut form.host,
        ClientFormField::Port => &mut form.port,
        ClientFormField::Protocol => &mut form.protocol,
        ClientFormField::LoginPath => &mut form.login_path,
        ClientFormField::ApiPath => &mut form.api_path,
    };
    text.clone_into(slot);
    gateway.client_form = form;
}

fn set_place(environment: &mut Environment, field: &Field, text: &str) -> Result<(), Problem> {
    let place = if *field == Field::CustomDomain {
        Place::Domain(text.to_owned())
    } else if *field == Field::TokenFrom && text.trim().is_empty() {
        gateway_of(environment, field)?.token_from = TokenFrom::LoginPath;
        return Ok(());
    } else {
        match (Region::find(text), field) {
            (Ok(region), _) => Place::Region(region),
            (Err(_), Field::TokenFrom) => Place::Domain(text.to_owned()),
            (Err(error), _) => return Err(Problem::new(field.clone(), error.to_string())),
        }
    };
    match &mut environment.target {
        Target::Gateway(gateway) if *field == Field::TokenFrom => {
            gateway.token_from = TokenFrom::Region(place);
        }
        Target::Direct { place: current } if *field != Field::TokenFrom => *current = place,
        _ => {
            return Err(Problem::new(
                field.clone(),
                "This environment has no such field",
            ));
        }
    }
    Ok(())
}

fn set_credentials(
    credentials: &mut Credentials,
    field: &Field,
    text: &str,
) -> Result<(), Problem> {
    let text = text.trim();
    match (field, &mut *credentials) {
        (Field::SameAs, _) => {
            let environment = EnvironmentId::new(text)
                .map_err(|error| Problem::new(Field::SameAs, error.to_string()))?;
            *credentials = Credentials::SameAs { environment };
        }
        (Field::Scope, Credentials::ClientCredentials { scope, .. }) => text.clone_into(scope),
        (Field::ClientId, Credentials::ClientCredentials { client_id, .. }) => {
            text.clone_into(client_id);
        }
        (Field::ClientId, _) => {
            *credentials = Credentials::ClientCredentials {
                client_id: text.to_owned(),
                scope: String::new(),
                style: super::environment::ClientAuthentication::default(),
            };
        }
        _ => {
            return Err(Problem::new(
                field.clone(),
                "Only client credentials have a scope",
            ));
        }
    }
    Ok(())
}

/// Another URL keeps the user name and the bypass list that stand beside it.
fn set_proxy(proxy: &mut Proxy, text: &str) {
    match (text.trim(), &mut *proxy) {
        ("" | "system", _) => *proxy = Proxy::System,
        ("none", _) => *proxy = Proxy::None,
        (text, Proxy::Explicit { url, .. }) => text.clone_into(url),
        (text, _) => {
            *proxy = Proxy::Explicit {
                url: text.to_owned(),
                user_name: String::new(),
                bypass: Vec::new(),
            };
        }
    }
}

fn http_version(text: &str, field: &Field) -> Result<HttpVersion, Problem> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1.1" | "http11" | "http/1.1" => Ok(HttpVersion::Http11),
        "auto" | "automatic" => Ok(HttpVersion::Automatic),
        "2" | "http2" | "http/2" => Ok(HttpVersion::Http2),
        _ => Err(Problem::new(field.clone(), "Use `1.1`, `automatic` or `2`")),
    }
}

#[cfg(test)]
mod tests;
