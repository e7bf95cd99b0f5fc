//! `gatescope send --dry-run`: what would be sent, and what the gateway's configuration says of it. Nothing is sent, no keyring asked.

use serde_json::{Value, json};

use crate::model::dynamic::Dynamics;
use crate::model::resolve::{Purpose, ResolveContext, preview_body, preview_head, resolve};
use crate::model::route_map::{Foretold, foretell};
use crate::model::secret::Secrets;

use super::arguments::SendArguments;
use super::failure::Failure;
use super::session::Session;
use super::{draft, environments, terminal};

/// A longer body is cut here.
const SHOWN_BODY: usize = 16 * 1024;

pub(super) fn run(arguments: &SendArguments, session: &mut Session) -> Result<(), Failure> {
    let draft = draft::draft(&arguments.request, session)?;
    let stored = session.environment(&arguments.environment)?;
    let environment = session.worker.without_secrets(&stored);
    let context = ResolveContext {
        secrets: &Secrets::new(),
        purpose: Purpose::Preview,
        dynamics: Some(Dynamics::EXAMPLE),
    };
    let request =
        &resolve(&draft, &environment, context).map_err(|problems| Failure::problems(&problems))?;
    let foretold = foretell(&environment, request);
    let url = request.masks.url(&request.url.to_string());
    if arguments.json {
        terminal::print_json(&json!({
            "method": request.method,
            "url": url,
            "mapped_from": request.mapped_from,
            "route": foretold.as_ref().map(document),
            "notes": request.notes.iter()
                .map(|note| json!({ "field": note.field.to_string(), "text": note.text }))
                .collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    terminal::line(&format!("{} {url}", request.method));
    if let Some(from) = &request.mapped_from {
        terminal::line(&format!("mapped from {from}"));
    }
    for line in preview_head(request).lines().skip(1) {
        terminal::line(line);
    }
    let (body, left_out) = preview_body(request, SHOWN_BODY);
    if !body.is_empty() {
        terminal::line(&body);
    }
    if left_out > 0 {
        terminal::note(&format!(
            "note: {left_out} more bytes of the body are not shown"
        ));
    }
    for (number, text) in foretold.iter().flat_map(Foretold::texts).enumerate() {
        let label = if number == 0 { "route:" } else { "      " };
        terminal::note(&format!("{label} {text}"));
    }
    let told: Vec<&str> = foretold.iter().flat_map(Foretold::texts).collect();
    let mut notes = request.notes.clone();
    notes.retain(|note| !told.contains(&note.text.as_str()));
    environments::print_notes(&notes);
    Ok(())
}

fn document(foretold: &Foretold) -> Value {
    json!({
        "name": foretold.route.as_ref().map(crate::model::route_map::Route::name),
        "path": foretold.gateway_path,
        "backend_url": foretold.backend_url,
        "effects": foretold.texts().collect::<Vec<_>>(),
    })
}
