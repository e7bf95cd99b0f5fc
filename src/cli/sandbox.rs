//! `gatescope sandbox`: the embedded Genesys Cloud and gateways, until Ctrl+C.

use serde_json::json;

use crate::app::command::Command;
use crate::app::event::Event;
use crate::model::environment::SandboxAddresses;
use crate::model::sandbox_environments::{DEMO_CLIENT_ID, DEMO_CLIENT_SECRET};

use super::arguments::SandboxArguments;
use super::failure::{Exit, Failure};
use super::session::Session;
use super::{tell, terminal};

pub(super) fn run(arguments: &SandboxArguments, mut session: Session) -> Exit {
    session.worker.send(Command::StartSandbox);
    let started = session.until(|event| match event {
        Event::SandboxReady(addresses) => Some(Ok(addresses)),
        Event::SandboxFailed { text, hint } => Some(Err(Failure::new(Exit::NoVerdict, text, hint))),
        _ => None,
    });
    match started.and_then(|started| started) {
        Ok(addresses) => {
            print(&addresses, arguments.json);
            // Only Ctrl+C ends it.
            let _ = session.until(|_| None::<()>);
            Exit::Cancelled
        }
        Err(failure) => tell(&failure, arguments.json),
    }
}

/// Name, base URL, login path and API path of each gateway.
fn gateways(
    addresses: &SandboxAddresses,
) -> [(&'static str, String, &'static str, &'static str); 3] {
    let rest = format!("{}/test", addresses.rest_api);
    [
        (
            "http-api",
            addresses.http_api.clone(),
            "/loginpath",
            "/apipath",
        ),
        ("rest-proxy", rest.clone(), "/loginpath", "/apipath"),
        ("rest-non-proxy", rest, "/loginpath", "/users"),
    ]
}

/// What to type in another shell to have environments of this very sandbox.
fn commands(addresses: &SandboxAddresses) -> Vec<String> {
    let SandboxAddresses {
        api,
        login,
        http_api,
        rest_api,
        broken: _,
    } = addresses;
    let paths = "--login-path /loginpath --api-path /apipath";
    vec![
        format!(
            "gatescope env add --name own-direct --api-origin {api} --login-origin {login} --client-id {DEMO_CLIENT_ID}"
        ),
        format!(
            "gatescope env add --name own-http-api --invoke-url {http_api} {paths} --same-as own-direct"
        ),
        format!(
            "gatescope env add --name own-rest --invoke-url {rest_api}/test {paths} --same-as own-direct"
        ),
        format!(
            "printf %s {DEMO_CLIENT_SECRET} | gatescope env set-secret own-direct client-secret"
        ),
    ]
}

fn print(addresses: &SandboxAddresses, json: bool) {
    let SandboxAddresses {
        api,
        login,
        http_api,
        rest_api,
        broken: _,
    } = addresses;
    if json {
        terminal::print_json(&json!({
            "api": api,
            "login": login,
            "http_api": http_api,
            "rest_api": rest_api,
            "gateways": gateways(addresses)
                .map(|(name, base, login, api)| json!({
                    "name": name, "base": base, "login_path": login, "api_path": api,
                })),
            "commands": commands(addresses),
            "client_id": DEMO_CLIENT_ID,
            "client_secret": DEMO_CLIENT_SECRET,
        }));
        return;
    }
    for text in [
        format!("Genesys Cloud API    {api}"),
        format!("Genesys Cloud login  {login}/oauth/token"),
        format!("HTTP API gateway     {http_api}"),
        "                     login path /loginpath, API path /apipath, no stage".to_owned(),
        format!("REST API gateway     {rest_api}, stage /test"),
        "                     login path /loginpath, API path /apipath".to_owned(),
        format!("REST API non-proxy   {rest_api}/test/users instead of /api/v2/users"),
        format!("Client               {DEMO_CLIENT_ID} / {DEMO_CLIENT_SECRET}"),
        String::new(),
        "Try it from another shell:".to_owned(),
        format!(
            "  curl -u {DEMO_CLIENT_ID}:{DEMO_CLIENT_SECRET} -d grant_type=client_credentials {rest_api}/test/loginpath/oauth/token"
        ),
        format!(
            "  curl -H 'Authorization: Bearer TOKEN' '{rest_api}/test/apipath/api/v2/users?pageSize=3'"
        ),
        String::new(),
        "Environments of your own for this sandbox:".to_owned(),
    ] {
        terminal::line(&text);
    }
    for command in commands(addresses) {
        terminal::line(&format!("  {command}"));
    }
    for text in [
        String::new(),
        "The built-in environments (sandbox-direct, sandbox-rest-proxy, …) start a sandbox of their own for each command".to_owned(),
        "Ctrl+C stops it".to_owned(),
    ] {
        terminal::line(&text);
    }
}
