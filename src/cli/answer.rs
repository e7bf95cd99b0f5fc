//! An exchange for a person: body on standard output, one line of timing, notes and errors on standard error.

use std::fs;
use std::path::Path;

use crate::body::view::{BodyView, Mode};
use crate::body::{format, visible};
use crate::explain::explanation::{Explanation, Finding, explain};
use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, HeaderField, Hop, HopPurpose, Response, header};
use crate::model::timings::Phase;

use super::arguments::SendArguments;
use super::exchange_document::Showing;
use super::failure::Failure;
use super::terminal;

/// Prints what was asked for.
pub(super) fn print(
    exchange: &Exchange,
    environment: &Environment,
    arguments: &SendArguments,
    showing: Showing<'_>,
) {
    if let Some(response) = exchange.answer().and_then(|hop| hop.response.as_ref()) {
        if arguments.include {
            print_head(response, showing);
        }
        if arguments.output.is_none() {
            print_body(response, showing);
        }
    }
    if !arguments.silent {
        print_timing(exchange, showing);
        let explanation = explain(exchange, environment);
        if exchange.answer().is_some_and(|hop| hop.response.is_some()) {
            terminal::note(&format!("answered by {}", explanation.who.words()));
        }
        print_notes(exchange, arguments, showing);
        print_explanation(&explanation, showing);
    }
    print_incomplete(exchange);
    if let Some(error) = &exchange.error {
        let phase = error
            .phase
            .map_or_else(String::new, |phase| format!("{phase}: "));
        terminal::note(&format!("error: {phase}{}", showing.text(&error.text)));
        if !error.hint.is_empty() {
            terminal::note(&format!("hint: {}", showing.text(&error.hint)));
        }
    }
}

/// The body as it may leave: the very bytes, unless a secret of this exchange is in them.
fn bytes_to_show(response: &Response, showing: Showing<'_>) -> Vec<u8> {
    let decoded = &response.body.decoded;
    if showing.secrets || !showing.masks.occur_in(decoded) {
        return decoded.to_vec();
    }
    terminal::note("note: a secret in the body is masked; --show-secrets prints it");
    showing.masks.bytes(decoded)
}

/// Writes the answer's body to a file.
pub(super) fn write_body(
    exchange: &Exchange,
    path: &Path,
    showing: Showing<'_>,
) -> Result<(), Failure> {
    let Some(response) = exchange.answer().and_then(|hop| hop.response.as_ref()) else {
        return Ok(());
    };
    fs::write(path, bytes_to_show(response, showing)).map_err(|error| {
        Failure::usage(
            format!("--output: {} cannot be written: {error}", path.display()),
            "Choose another file; the answer itself came back",
        )
    })
}

/// Every hop as an HTTP archive, also when no answer came back.
pub(super) fn write_archive(
    exchange: &Exchange,
    path: &Path,
    shows_secrets: bool,
) -> Result<(), Failure> {
    let version = env!("CARGO_PKG_VERSION");
    let archive = crate::interchange::har::export(&[exchange], version, shows_secrets);
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    crate::worker::write_export(&path, &archive.text, shows_secrets).map_err(|trouble| {
        Failure::usage(
            format!("--har: {}", trouble.text),
            "Choose another file; the request itself was sent",
        )
    })
}

fn print_head(response: &Response, showing: Showing<'_>) {
    terminal::line(&format!(
        "{} {} {}",
        response.version,
        response.status,
        showing.text(&response.reason)
    ));
    for field in &response.headers {
        terminal::line(&format!(
            "{}: {}",
            showing.text(&field.name),
            showing.header(field)
        ));
    }
    terminal::line("");
}

fn print_body(response: &Response, showing: Showing<'_>) {
    let bytes = bytes_to_show(response, showing);
    if !terminal::output_is_terminal() {
        terminal::raw(&bytes);
        return;
    }
    let content_type = header(&response.headers, "content-type").map(HeaderField::text);
    let view = BodyView::lay_out(&bytes.into(), content_type.as_deref(), &|| false);
    let Some(view) = view else {
        return;
    };
    if view.kind().is_text() {
        let mode = if view.modes().contains(&Mode::Pretty) {
            Mode::Pretty
        } else {
            Mode::Raw
        };
        let text = String::from_utf8_lossy(view.document(mode).whole()).into_owned();
        terminal::raw(visible::text(&text).as_bytes());
        if !text.ends_with('\n') {
            terminal::raw(b"\n");
        }
    } else if !response.body.decoded.is_empty() {
        terminal::note(&format!(
            "note: {} of binary data are not shown on a terminal; use --output FILE",
            format::size(response.body.decoded.len() as u64)
        ));
    }
}

/// `200 OK · dns 0.4 ms · tcp 0.2 ms · tls 11.2 ms · send 0.1 ms · wait 32.8 ms · download 2.1 ms · total 47.0 ms · 4.5 kB`.
fn print_timing(exchange: &Exchange, showing: Showing<'_>) {
    for hop in &exchange.hops {
        let mut parts = vec![showing.text(&what(hop))];
        for phase in Phase::ALL {
            if let Some(duration) = hop.phases.get(phase) {
                let name = phase.to_string().to_lowercase();
                parts.push(format!("{name} {}", format::duration(duration)));
            }
        }
        parts.push(format!("total {}", format::duration(hop.phases.total)));
        if let Some(response) = &hop.response {
            parts.push(sizes(response));
        }
        if hop.connection.reused {
            parts.push("reused connection".to_owned());
        }
        terminal::note(&parts.join(" · "));
    }
}

fn what(hop: &Hop) -> String {
    let status = hop.response.as_ref().map_or_else(
        || "no answer".to_owned(),
        |response| {
            format!("{} {}", response.status, response.reason)
                .trim()
                .to_owned()
        },
    );
    match hop.purpose {
        HopPurpose::Request => status,
        HopPurpose::Token => format!("token: {status}"),
        HopPurpose::Redirect => format!("redirect: {status}"),
        HopPurpose::Renewed => format!("renewed token: {status}"),
        HopPurpose::Reconnected => format!("new connection: {status}"),
    }
}

fn sizes(response: &Response) -> String {
    let body = &response.body;
    let decoded = format::size(body.decoded.len() as u64);
    if body.codings.is_empty() {
        decoded
    } else {
        format!(
            "{decoded} ({} {})",
            format::size(body.wire.len() as u64),
            body.codings.join(", ")
        )
    }
}

fn print_notes(exchange: &Exchange, arguments: &SendArguments, showing: Showing<'_>) {
    let hops = exchange.hops.iter().flat_map(|hop| &hop.notes);
    for note in exchange.notes.iter().chain(hops) {
        terminal::note(&format!(
            "note: {}: {}",
            note.field,
            showing.text(&note.text)
        ));
    }
    if let Some(text) = super::send::masked(exchange) {
        terminal::note(&format!("note: body: {text}"));
    }
    if let Some(url) = &exchange.redirect_offer {
        terminal::note(&format!(
            "note: the answer redirects to another origin, which was not followed: {}",
            showing.url(url)
        ));
        terminal::note(if arguments.follow_elsewhere {
            "hint: One redirect to another origin is followed, and a body goes along only with --yes"
        } else {
            "hint: --follow-elsewhere follows it, without token, secrets and default headers"
        });
    }
}

/// What every answer of its kind would repeat, and what a note says already; `--json` has it.
const TOLD_ELSEWHERE: [&str; 4] = [
    "also.headers-remapped",
    "also.headers-dropped",
    "also.links-lose-stage",
    "also.status-masked",
];

/// How many things to try are told; `--json` has them all.
const TOLD_REMEDIES: usize = 3;

/// What the answer means and what to try; what else is worth knowing in a line each.
fn print_explanation(explanation: &Explanation, showing: Showing<'_>) {
    if let Some(finding) = &explanation.main {
        terminal::note(&format!("meaning: {}", showing.text(&finding.means)));
        for remedy in finding.remedies.iter().take(TOLD_REMEDIES) {
            terminal::note(&format!("try: {}", showing.text(&remedy.words)));
        }
    }
    let told = |finding: &&Finding| !TOLD_ELSEWHERE.contains(&finding.rule.as_str());
    for also in explanation.also.iter().filter(told) {
        terminal::note(&format!("also: {}", showing.text(&also.means)));
    }
    if explanation.main.is_some() {
        for id in &explanation.request_ids {
            terminal::note(&format!("id: {}: {}", id.name, showing.text(&id.value)));
        }
    }
}

/// Told even to those who want no notes: whoever reads the body must know that a part is missing.
fn print_incomplete(exchange: &Exchange) {
    let incomplete = exchange
        .answer()
        .and_then(|hop| hop.response.as_ref())
        .and_then(|response| response.body.incomplete.as_ref());
    if let Some(problem) = incomplete {
        terminal::note(&format!("warning: body: {problem}"));
    }
}
