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

fn print(addresses: &SandboxAddresses, json: bool) {
    let SandboxAddresses {
        api,
        login,
        http_api,
        rest_api,
    } = addresses;
    if json {
        terminal::print_json(&json!({
            "api": api,
            "login": login,
            "http_api": http_api,
            "rest_api": rest_api,
            "client_id": DEMO_CLIENT_ID,
            "client_secret": DEMO_CLIENT_SECRET,
        }));
        return;
    }
    for text in [
        format!("Genesys Cloud API    {api}"),
        format!("Genesys Cloud login  {login}/oauth/token"),
        format!("HTTP API gateway     {http_api}"),
        format!("REST API gateway     {rest_api}/test"),
        format!("Client               {DEMO_CLIENT_ID} / {DEMO_CLIENT_SECRET}"),
        String::new(),
        "Try it from another shell:".to_owned(),
        format!(
            "  curl -u {DEMO_CLIENT_ID}:{DEMO_CLIENT_SECRET} -d grant_type=client_credentials {rest_api}/test/loginpath/oauth/token"
        ),
        format!(
            "  curl -H 'Authorization: Bearer TOKEN' '{rest_api}/test/apipath/api/v2/users?pageSize=3'"
        ),
        "  gatescope send --env sandbox-rest-proxy /api/v2/users   (starts a sandbox of its own)"
            .to_owned(),
        String::new(),
        "Ctrl+C stops it".to_owned(),
    ] {
        terminal::line(&text);
    }
}
