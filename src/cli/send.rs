//! `gatescope send`: one request, its answer, and whether what was asked of it holds.

use crate::app::command::{Command, SendCommand};
use crate::app::event::NotSent;
use crate::explain::explanation::explain;
use crate::interchange::curl::{CurlOptions, curl_command};
use crate::model::dynamic::Dynamics;
use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, Hop, HopPurpose, SendErrorKind};
use crate::model::masked_error::{masked_status, masked_words};
use crate::model::request::{DraftBody, RequestDraft};
use crate::model::route::environment_notes;

use super::arguments::SendArguments;
use super::exchange_document::{Showing, document};
use super::failure::{Exit, Failure};
use super::session::{EXCHANGE, Session};
use super::{answer, draft, dry_run, environments, tell, terminal};

pub(super) fn run(arguments: &SendArguments, mut session: Session) -> Exit {
    if arguments.curl {
        return match curl(arguments, &mut session) {
            Ok(command) => {
                terminal::raw(command.as_bytes());
                Exit::Holds
            }
            Err(failure) => tell(&failure, arguments.json),
        };
    }
    if arguments.dry_run {
        return match dry_run::run(arguments, &mut session) {
            Ok(()) => Exit::Holds,
            Err(failure) => tell(&failure, arguments.json),
        };
    }
    let exit = send_and_show(arguments, &mut session);
    session.end(arguments.silent);
    exit
}

fn send_and_show(arguments: &SendArguments, session: &mut Session) -> Exit {
    match send(arguments, session) {
        Ok((environment, exchange)) => {
            let exit = show(arguments, &exchange, &environment);
            let refused = exchange
                .answer()
                .and_then(|hop| hop.response.as_ref())
                .is_some_and(|response| response.status >= 400);
            if !arguments.silent && (refused || exchange.error.is_some()) {
                let plain = session.worker.without_secrets(&environment);
                environments::print_notes(&environment_notes(&plain));
            }
            exit
        }
        Err(failure) => tell(&failure, arguments.json),
    }
}

/// The command that does the same. It asks no keyring: no secret is in it.
fn curl(arguments: &SendArguments, session: &mut Session) -> Result<String, Failure> {
    let draft = draft::draft(&arguments.request, session)?;
    let environment = session.environment(&arguments.environment)?;
    let options = CurlOptions {
        dynamics: dynamics(),
        folder: None,
    };
    curl_command(&draft, &environment, options).map_err(|problems| Failure::problems(&problems))
}

/// What `{{$uuid}}` and its like are made from, now.
pub(super) fn dynamics() -> Dynamics {
    let now = jiff::Timestamp::now();
    Dynamics {
        now,
        random: now
            .as_nanosecond()
            .unsigned_abs()
            .wrapping_mul(RANDOM_ENOUGH),
    }
}

/// An odd number that spreads the bits of a time.
const RANDOM_ENOUGH: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

fn send(
    arguments: &SendArguments,
    session: &mut Session,
) -> Result<(Environment, Exchange), Failure> {
    let draft = draft::draft(&arguments.request, session)?;
    let environment = session.environment(&arguments.environment)?;
    let mut command = SendCommand {
        exchange: EXCHANGE,
        leg: None,
        draft,
        environment,
        confirmed_unsafe: arguments.yes,
        reading_operations: Vec::new(),
        follow_redirects: !arguments.no_follow,
        follow_to: None,
        dynamics: None,
    };
    let sent_to = command.environment.clone();
    let mut before: Option<Exchange> = None;
    loop {
        session
            .worker
            .send(Command::Send(Box::new(command.clone())));
        match session.exchange()? {
            Ok(exchange) => {
                let followed = before.is_some();
                let exchange = joined(before.take(), exchange);
                match elsewhere(arguments, &command.draft, &exchange) {
                    Some(url) if !followed => {
                        command.follow_to = Some(url);
                        before = Some(exchange);
                    }
                    _ => return Ok((sent_to, exchange)),
                }
            }
            Err(
                NotSent::NeedsConfirmation { text }
                | NotSent::NeedsReadingConfirmation { text, .. },
            ) if terminal::can_ask() && !command.confirmed_unsafe => {
                if !terminal::ask(&text) {
                    return Err(Failure::usage("Nothing was sent", ""));
                }
                command.confirmed_unsafe = true;
            }
            Err(reason) => return Err(Failure::not_sent(reason, &sent_to)),
        }
    }
}

/// Where to follow a redirect to another origin, when that was asked for.
fn elsewhere(
    arguments: &SendArguments,
    draft: &RequestDraft,
    exchange: &Exchange,
) -> Option<String> {
    let offer = exchange.redirect_offer.as_ref()?;
    let allowed = arguments.yes || !sends_body_again(draft, exchange);
    (arguments.follow_elsewhere && allowed).then(|| offer.clone())
}

/// 307 and 308 keep the body, and so do 301 and 302 for methods other than POST.
fn sends_body_again(draft: &RequestDraft, exchange: &Exchange) -> bool {
    let answer = exchange.answer().and_then(|hop| hop.response.as_ref());
    let kept = match answer.map(|response| response.status) {
        Some(303) => false,
        Some(301 | 302) => draft.method != "POST",
        _ => true,
    };
    kept && draft.body != DraftBody::None
}

/// Both exchanges as one: the hops in the order in which they happened.
fn joined(before: Option<Exchange>, after: Exchange) -> Exchange {
    let Some(mut whole) = before else {
        return after;
    };
    let offset = whole.total;
    whole.hops.extend(after.hops.into_iter().map(|hop| Hop {
        start_offset: hop.start_offset + offset,
        purpose: match hop.purpose {
            HopPurpose::Request => HopPurpose::Redirect,
            other => other,
        },
        ..hop
    }));
    whole.notes.extend(after.notes);
    whole.masks.extend(&after.masks);
    whole.total += after.total;
    whole.error = after.error;
    whole.redirect_offer = after.redirect_offer;
    whole
}

fn show(arguments: &SendArguments, exchange: &Exchange, environment: &Environment) -> Exit {
    let plain = Showing {
        masks: &exchange.masks,
        secrets: arguments.show_secrets,
        written_to: None,
    };
    if let Some(path) = &arguments.output
        && let Err(failure) = answer::write_body(exchange, path, plain)
    {
        return tell(&failure, arguments.json);
    }
    if let Some(path) = &arguments.har
        && let Err(failure) = answer::write_archive(exchange, path, arguments.show_secrets)
    {
        return tell(&failure, arguments.json);
    }
    let showing = Showing {
        written_to: arguments.output.as_deref(),
        ..plain
    };
    if arguments.json {
        terminal::print_json(&document(
            exchange,
            Some(&explain(exchange, environment)),
            showing,
        ));
    } else {
        answer::print(exchange, environment, arguments, showing);
    }
    let exit = of_exchange(exchange);
    if exit != Exit::Holds {
        return exit;
    }
    let status = exchange
        .answer()
        .and_then(|hop| hop.response.as_ref())
        .map(|response| response.status);
    match (status, arguments.expect_status) {
        (Some(status), Some(expected)) if status != expected => {
            if !arguments.silent {
                terminal::note(&format!("error: expected status {expected}, got {status}"));
            }
            Exit::Missed
        }
        (Some(status), None) if arguments.fail && (status >= 400 || masked(exchange).is_some()) => {
            Exit::Missed
        }
        (Some(_), _) => Exit::Holds,
        (None, _) => Exit::NoVerdict,
    }
}

/// The words about an error that stands in the body of a success.
pub(super) fn masked(exchange: &Exchange) -> Option<String> {
    let response = exchange.answer()?.response.as_ref()?;
    masked_status(response.status, &response.body.decoded)
        .map(|told| masked_words(response.status, told))
}

/// What the exchange itself says, before `--fail` and `--expect-status`.
pub(super) fn of_exchange(exchange: &Exchange) -> Exit {
    let Some(error) = &exchange.error else {
        return Exit::Holds;
    };
    match error.kind {
        SendErrorKind::Cancelled => Exit::Cancelled,
        SendErrorKind::BodyFile | SendErrorKind::Configuration => Exit::Usage,
        // The token endpoint answered, and said no; without an answer there is no verdict.
        SendErrorKind::Token if exchange.token_was_refused() => Exit::Missed,
        _ => Exit::NoVerdict,
    }
}
