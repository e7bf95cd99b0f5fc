//! `gatescope env add`: arguments -> environments, in the words of the form in the window.

use crate::app::form::{blank, empty_gateway};
use crate::model::edit::{direct_twin, set_field};
use crate::model::environment::{
    ClientAuthentication, Colour, Credentials, Environment, PathMapRule, PathMatching, Place,
    Protection, Target, Variable,
};
use crate::model::ids::EnvironmentId;
use crate::model::note::{Field, Note, Problem};
use crate::model::region::Region;
use crate::model::route::{InvokeUrl, environment_problems};

use super::arguments::{AddArguments, CredentialArguments, GatewayArguments, SettingArguments};
use super::draft;
use super::failure::Failure;

/// What is to be saved, the new environment first, and what was worth saying about the invoke URL.
#[derive(Debug)]
pub(super) struct Added {
    pub(super) environments: Vec<Environment>,
    pub(super) notes: Vec<Note>,
}

/// `known`: the environments of the workspace and the sandbox.
pub(super) fn build(arguments: &AddArguments, known: &[Environment]) -> Result<Added, Failure> {
    let taken: Vec<EnvironmentId> = known.iter().map(|known| known.id.clone()).collect();
    let taken = taken.as_slice();
    let used: Vec<Colour> = known
        .iter()
        .filter(|known| known.sandbox.is_none())
        .map(|known| known.colour)
        .collect();
    let id = EnvironmentId::from_name(&arguments.name);
    if taken.contains(&id) {
        return Err(Failure::problems(&[Problem::new(
            Field::Name,
            format!("An environment with the id `{id}` exists already: choose another name"),
        )]));
    }
    let (target, notes) = target(arguments)?;
    let mut environment = blank(id.clone(), &arguments.name, target);
    environment.colour = match environment.target {
        Target::Gateway(_) => Colour::Violet.unused(&used),
        Target::Direct { .. } => Colour::Teal.unused(&used),
    };
    environment.credentials = credentials(&arguments.credentials)?;
    if let Credentials::SameAs { environment: owner } = &environment.credentials
        && !taken.contains(owner)
    {
        let known: Vec<String> = taken.iter().map(ToString::to_string).collect();
        return Err(Failure::usage(
            format!("--same-as: no environment is called `{owner}`"),
            format!("Known are: {}", known.join(", ")),
        ));
    }
    if let Some(place) = &arguments.gateway.token_from {
        set(&mut environment, &Field::TokenFrom, place)?;
    }
    environment.path_map = arguments
        .gateway
        .map
        .iter()
        .map(|text| rule(text))
        .collect::<Result<_, _>>()?;
    settings(&mut environment, &arguments.settings)?;
    let problems = environment_problems(&environment);
    if !problems.is_empty() {
        return Err(Failure::problems(&problems));
    }
    let mut environments = vec![environment];
    if let Some(text) = &arguments.gateway.with_direct_twin {
        let mut ids = taken.to_vec();
        ids.push(id);
        let mut twin = direct_twin(&environments[0], place(text), &ids);
        let mut used = used;
        used.push(environments[0].colour);
        twin.colour = twin.colour.unused(&used);
        environments.push(twin);
    }
    Ok(Added {
        environments,
        notes,
    })
}

fn target(arguments: &AddArguments) -> Result<(Target, Vec<Note>), Failure> {
    let direct = &arguments.direct;
    let place = if let Some(region) = &direct.region {
        let region = Region::find(region).map_err(|error| {
            Failure::problems(&[Problem::new(Field::Region, error.to_string())])
        })?;
        Place::Region(region)
    } else if let Some(domain) = &direct.domain {
        Place::Domain(domain.clone())
    } else if let (Some(api), Some(login)) = (&direct.api_origin, &direct.login_origin) {
        Place::Origins {
            api: api.trim_end_matches('/').to_owned(),
            login: login.trim_end_matches('/').to_owned(),
        }
    } else if let Some(url) = &arguments.gateway.invoke_url {
        return gateway(&arguments.gateway, url);
    } else {
        return Err(Failure::usage(
            "Where to send to is missing",
            "Give --region, --domain, --api-origin with --login-origin, or --invoke-url",
        ));
    };
    Ok((Target::Direct { place }, Vec::new()))
}

fn gateway(arguments: &GatewayArguments, url: &str) -> Result<(Target, Vec<Note>), Failure> {
    let parsed = InvokeUrl::parse(url).map_err(|problems| Failure::problems(&problems))?;
    let mut gateway = empty_gateway();
    parsed.apply_to(&mut gateway);
    for (typed, field) in [
        (&arguments.stage, &mut gateway.stage),
        (&arguments.login_path, &mut gateway.login_path),
        (&arguments.api_path, &mut gateway.api_path),
    ] {
        if let Some(typed) = typed {
            typed.clone_into(field);
        }
    }
    gateway.client_form = crate::model::clients::default_client_form(&gateway);
    Ok((Target::Gateway(Box::new(gateway)), parsed.notes))
}

fn place(text: &str) -> Place {
    Region::find(text).map_or_else(|_| Place::Domain(text.to_owned()), Place::Region)
}

fn credentials(arguments: &CredentialArguments) -> Result<Credentials, Failure> {
    if let Some(client_id) = &arguments.client_id {
        return Ok(Credentials::ClientCredentials {
            client_id: client_id.clone(),
            scope: arguments.scope.clone().unwrap_or_default(),
            style: match arguments.client_authentication.as_deref() {
                None | Some("basic") => ClientAuthentication::Basic,
                Some("basic-raw") => ClientAuthentication::BasicRaw,
                Some("body") => ClientAuthentication::Body,
                Some(other) => {
                    return Err(Failure::usage(
                        format!("`{other}` is no way of client authentication"),
                        "Use basic, basic-raw or body",
                    ));
                }
            },
        });
    }
    if let Some(other) = &arguments.same_as {
        let environment = EnvironmentId::new(other.as_str()).map_err(|error| {
            Failure::problems(&[Problem::new(Field::SameAs, error.to_string())])
        })?;
        return Ok(Credentials::SameAs { environment });
    }
    Ok(if arguments.access_token {
        Credentials::AccessToken
    } else {
        Credentials::None
    })
}

/// `/from=/to`, or `=/from=/to` for that path alone.
fn rule(text: &str) -> Result<PathMapRule, Failure> {
    let (matching, rest) = match text.strip_prefix('=') {
        Some(rest) => (PathMatching::Exact, rest),
        None => (PathMatching::Prefix, text),
    };
    let (from, to) = rest.split_once('=').ok_or_else(|| {
        Failure::problems(&[Problem::new(
            Field::PathMap(0),
            format!("`{text}` has no `=`: write it as `/api/v2/users=/users`"),
        )])
    })?;
    Ok(PathMapRule {
        matching,
        from: from.to_owned(),
        to: to.to_owned(),
    })
}

fn settings(environment: &mut Environment, arguments: &SettingArguments) -> Result<(), Failure> {
    environment.protection = match arguments.protection.as_deref() {
        None | Some("normal") => Protection::Normal,
        Some("ask") => Protection::Ask,
        Some("read-only") => Protection::ReadOnly,
        Some(other) => {
            return Err(Failure::usage(
                format!("`{other}` is no protection"),
                "Use normal, ask or read-only",
            ));
        }
    };
    for text in &arguments.variables {
        let row = draft::query_row(text);
        environment.variables.push(Variable {
            name: row.name,
            value: row.value.unwrap_or_default(),
            secret: false,
        });
    }
    for name in &arguments.secret_variables {
        environment.variables.push(Variable {
            name: name.clone(),
            value: String::new(),
            secret: true,
        });
    }
    environment.default_headers = draft::headers(&arguments.default_headers)?;
    for (field, text) in [
        (Field::Proxy, &arguments.proxy),
        (Field::TrustedFingerprint, &arguments.trusted_fingerprint),
        (Field::HttpVersion, &arguments.http_version),
    ] {
        if let Some(text) = text {
            set(environment, &field, text)?;
        }
    }
    if let Some(path) = &arguments.ca_file {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        set(environment, &Field::CaFile, &path.to_string_lossy())?;
    }
    Ok(())
}

fn set(environment: &mut Environment, field: &Field, text: &str) -> Result<(), Failure> {
    set_field(environment, field, text).map_err(|problem| Failure::problems(&[problem]))
}
