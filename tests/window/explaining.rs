//! What a refused answer means: the banner over the body, the page Explain, and its remedies at one click.

use std::sync::Arc;

use bytes::Bytes;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, SendCommand};
use gatescope::app::event::Event;
use gatescope::app::explaining::{ExplainingCommand, ExplainingEvent};
use gatescope::explain::explanation::explain;
use gatescope::model::environment::HeaderCase;
use gatescope::model::exchange::{HeaderField, ResponseBody};

use super::answers;
use super::fake::Desk;
use super::scenes::{at_work, press_send};

/// Sends on the active leg, and lets a refusal and its explanation arrive as the worker would tell them.
fn refused(desk: &mut Desk, status: u16, headers: &[(&str, &str)], body: &'static str) {
    let send = press_send(desk);
    let mut exchange = answers::answer(send.exchange);
    exchange.environment = send.environment.id.clone();
    let response = exchange
        .hops
        .last_mut()
        .and_then(|hop| hop.response.as_mut())
        .expect("an answer");
    response.status = status;
    response.headers = headers
        .iter()
        .map(|(name, value)| HeaderField::new(*name, value.as_bytes().to_vec()))
        .collect();
    response.body = Arc::new(ResponseBody {
        wire: Bytes::from_static(body.as_bytes()),
        decoded: Bytes::from_static(body.as_bytes()),
        ..ResponseBody::default()
    });
    desk.event(Event::Finished {
        exchange: send.exchange,
        result: Box::new(exchange),
    });
    let asked = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Explaining(ExplainingCommand::Explain {
                exchange,
                environment,
            }) => Some((exchange, environment)),
            _ => None,
        });
    let (exchange, environment) = asked.expect("the explanation is asked for");
    desk.event(Event::Explaining(ExplainingEvent::Explained {
        exchange: exchange.id,
        explanation: Arc::new(explain(&exchange, &environment)),
    }));
}

fn sent_again(desk: &Desk) -> SendCommand {
    desk.commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Send(send) => Some(*send),
            _ => None,
        })
        .expect("it is sent again")
}

const REST: [(&str, &str); 3] = [
    ("x-amzn-RequestId", "0d4c7a3e-2f5b"),
    ("x-amz-apigw-id", "QZFY0GF8PHcEDJg="),
    ("x-amzn-ErrorType", "BadRequestException"),
];

#[test]
fn a_refusal_behind_a_success_is_no_green_answer() {
    let mut desk = at_work();
    refused(
        &mut desk,
        200,
        &REST,
        r#"{"message": "No authentication bearer token", "code": "authentication.required", "status": 401}"#,
    );
    desk.harness.get_by_label("200 OK, 401 in the body");
    desk.harness
        .get_by_label_contains("The gateway made 200 of the status 401");
}

#[test]
fn a_refusal_is_explained_in_a_sentence_and_on_its_page() {
    let mut desk = at_work();
    refused(
        &mut desk,
        400,
        &REST,
        r#"{"message": "Missing required request parameters: [Authorization]"}"#,
    );
    desk.harness
        .get_by_label("answered by the REST API gateway itself");
    desk.harness
        .get_by_label_contains("refused the request before Genesys Cloud saw it");
    desk.harness.get_by_label("Explain").click();
    desk.harness.run();
    for words in [
        "Likely causes, the likeliest first",
        "What to try",
        "seen in recorded traffic",
        "Answered by the REST API gateway itself",
        "header x-amz-apigw-id",
        "QZFY0GF8PHcEDJg=",
    ] {
        assert!(
            desk.harness.query_by_label_contains(words).is_some(),
            "{words} is not on the page"
        );
    }
    assert!(
        desk.harness
            .query_by_label("Copy all request ids")
            .is_some()
    );
}

#[test]
fn a_remedy_sends_the_same_directly() {
    let mut desk = at_work();
    refused(
        &mut desk,
        504,
        &[
            REST[0],
            REST[1],
            ("x-amzn-ErrorType", "InternalServerErrorException"),
        ],
        r#"{"message": "Network error communicating with endpoint"}"#,
    );
    // This one is words alone: nothing in the window can change the gateway.
    desk.harness.get_by_label("Explain").click();
    desk.harness.run();
    assert!(
        desk.harness
            .query_by_label_contains("Send directly")
            .is_none()
    );

    refused(
        &mut desk,
        413,
        &[REST[0], REST[1], ("x-amzn-ErrorType", "RequestTooLarge")],
        r#"{"message": "Request Too Long"}"#,
    );
    desk.harness
        .get_by_label_contains("Send directly: Send the same directly")
        .click();
    desk.harness.run();
    let send = sent_again(&desk);
    assert_eq!(send.environment.id.as_str(), "sandbox-direct");
}

#[test]
fn a_remedy_sends_with_the_other_header_case() {
    let mut desk = at_work();
    refused(
        &mut desk,
        401,
        &[
            REST[0],
            REST[1],
            ("x-amzn-Remapped-Date", "Tue, 24 Nov 2026 10:00:00 GMT"),
            ("ININ-Correlation-Id", "c1"),
        ],
        r#"{"message":"No authentication bearer token specified in authorization header.","code":"authentication.required","status":401,"contextId":"c1"}"#,
    );
    desk.harness.get_by_label("Explain").click();
    desk.harness.run();
    desk.harness.get_by_label_contains("Send again: ").click();
    desk.harness.run();
    let send = sent_again(&desk);
    assert_eq!(send.environment.network.header_case, HeaderCase::Lower);
}

#[test]
fn in_the_sandbox_a_field_that_cannot_be_changed_is_said_to_be_so_and_a_broken_gateway_can_be_mended()
 {
    let mut desk = at_work();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::E);
    desk.harness.run();
    desk.harness
        .get_by_label("Broken: login path missing")
        .click();
    desk.harness.run();
    let mut running = super::fake::addresses();
    running.broken = Some(gatescope::model::environment::BrokenAddresses {
        plain: "http://127.0.0.1:1105".to_owned(),
        secure: "https://127.0.0.1:1106".to_owned(),
    });
    desk.event(Event::SandboxReady(running));
    refused(
        &mut desk,
        403,
        &[
            REST[0],
            REST[1],
            ("x-amzn-ErrorType", "MissingAuthenticationTokenException"),
        ],
        r#"{"message":"Missing Authentication Token"}"#,
    );
    desk.harness.get_by_label("Explain").click();
    desk.harness.run();
    assert!(
        desk.harness
            .query_all_by_label("in an environment of your own: the sandbox's cannot be changed")
            .next()
            .is_some(),
        "it says why there is no link"
    );
    desk.harness
        .get_by_label("Send through the sandbox's gateway without this fault")
        .click();
    desk.harness.run();
    let send = sent_again(&desk);
    assert_eq!(send.environment.id.as_str(), "sandbox-rest-proxy");
}
