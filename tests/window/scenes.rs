//! States of the window that several tests begin with.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};
use gatescope::app::command::{Command, Drafts, SendCommand};
use gatescope::app::event::{Event, TokenState};
use gatescope::app::explaining::ExplainingEvent;
use gatescope::body::view::BodyView;
use gatescope::explain::explanation::explain;
use gatescope::model::exchange::{Exchange, HeaderField};
use gatescope::model::ids::{EnvironmentId, ExchangeId};
use jiff::SignedDuration;

use super::answers;
use super::fake::{Desk, addresses, snapshot};

/// The sandbox as A and B, and a request that is ready to be sent; B is active.
pub(crate) fn at_work() -> Desk {
    let mut desk = Desk::with(snapshot(Vec::new(), Drafts::default()));
    try_sandbox(&mut desk);
    desk
}

pub(crate) fn try_sandbox(desk: &mut Desk) {
    desk.harness
        .get_by_role_and_label(Role::Button, "Try the sandbox")
        .click();
    desk.harness.run();
    desk.event(Event::SandboxReady(addresses()));
    desk.commands();
}

pub(crate) fn press_send(desk: &mut Desk) -> SendCommand {
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
    desk.harness.run_steps(2);
    desk.commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Send(send) => Some(*send),
            _ => None,
        })
        .expect("Ctrl+Enter sends")
}

/// Sends, and lets the answer and its laid out body arrive. The answer can be changed before.
pub(crate) fn answered(desk: &mut Desk, change: impl FnOnce(&mut Exchange)) -> ExchangeId {
    let send = press_send(desk);
    let mut exchange = answers::answer(send.exchange);
    exchange.environment = send.environment.id.clone();
    change(&mut exchange);
    desk.event(Event::Finished {
        exchange: send.exchange,
        result: Box::new(exchange),
    });
    for command in desk.commands() {
        if let Command::LayOutBody {
            exchange,
            body,
            content_type,
            ..
        } = command
        {
            let view = BodyView::lay_out(&body.decoded, content_type.as_deref(), &|| false)
                .expect("not cancelled");
            desk.event(Event::BodyReady {
                exchange,
                view: Arc::new(view),
            });
        }
    }
    send.exchange
}

/// The open answer's explanation has been made, as the worker would.
pub(crate) fn explained(desk: &mut Desk) {
    let state = desk.harness.state().state();
    let answer = state
        .active_tab()
        .and_then(|tab| tab.answer.as_ref())
        .expect("an answer");
    let explanation = Arc::new(explain(&answer.exchange, &answer.environment));
    let exchange = answer.exchange.id;
    desk.event(Event::Explaining(ExplainingEvent::Explained {
        exchange,
        explanation,
    }));
}

/// The headers that announce a rate limit.
pub(crate) fn announces(exchange: &mut Exchange, count: u32, allowed: u32, reset: u32) {
    let response = exchange
        .hops
        .last_mut()
        .and_then(|hop| hop.response.as_mut())
        .expect("the answer came");
    for (name, value) in [
        ("inin-ratelimit-count", count),
        ("inin-ratelimit-allowed", allowed),
        ("inin-ratelimit-reset", reset),
    ] {
        response
            .headers
            .push(HeaderField::new(name, value.to_string().into_bytes()));
    }
}

/// A token for the environment of a leg.
pub(crate) fn token_arrives(desk: &mut Desk, environment: &str, seconds: i64) {
    let until = desk.now.get() + SignedDuration::from_secs(seconds);
    desk.event(Event::Token {
        environment: EnvironmentId::new(environment).expect("a slug"),
        state: TokenState::Valid {
            expires_at: Some(until),
            masked: "abcd…wxyz".to_owned(),
        },
    });
}

impl Desk {
    /// Runs a command of the palette by its words.
    pub(crate) fn run_command(&mut self, words: &str) {
        self.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::K);
        self.harness.run();
        self.harness.get_by_label("Search or run").type_text(words);
        self.harness.run();
        self.harness.key_press(egui::Key::Enter);
        self.harness.run();
    }

    /// What has the keyboard: its name, and where it is.
    pub(crate) fn focused(&self) -> Option<(String, egui::Rect)> {
        let focused = has_focus();
        let node = self.harness.query_all(focused).next()?;
        let name = node.accesskit_node().label();
        Some((name.unwrap_or_default(), node.rect()))
    }
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method itself is not general enough in its lifetime"
)]
fn has_focus() -> egui_kittest::kittest::By<'static> {
    by().predicate(|node| node.is_focused())
}
