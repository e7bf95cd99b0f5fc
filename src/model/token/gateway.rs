//! The gateway's own answers to a token request: facts/amazon-api-gateway.md sections 0 and 1.
//! Only what is recorded there as seen is stated.

use super::answer::{Answer, Members, member};
use super::words::{login_host, route, route_name, through_gateway};
use super::{TokenRefusal, TokenRefusalKind};
use crate::model::exchange::{HeaderField, header};

/// What a message of the gateway means for the login route.
#[derive(Debug, Clone, Copy)]
enum Cause {
    NoRoute,
    Forbidden,
    Denied,
    Authorizer,
    Validator,
    MediaType,
    Throttled,
    Integration,
    Timeout,
    Unknown,
}

/// The refusal when a gateway answered by itself, `None` when something behind it (or no gateway) did.
pub(super) fn refusal(answer: &Answer<'_>, members: Option<&Members>) -> Option<TokenRefusal> {
    if header(answer.headers, "inin-correlation-id").is_some() {
        return None;
    }
    let message = message(members);
    let error_type = header(answer.headers, "x-amzn-errortype").map(HeaderField::text);
    let marked = error_type.is_some()
        || header(answer.headers, "apigw-requestid").is_some()
        || header(answer.headers, "x-amz-apigw-id").is_some();
    let remapped = answer.headers.iter().any(|field| {
        field
            .name
            .to_ascii_lowercase()
            .starts_with("x-amzn-remapped-")
    });
    let lone = members.is_some_and(|members| members.len() == 1) && message.is_some();
    let own = (error_type.is_some() && !remapped)
        || (lone && (marked || through_gateway(answer.environment)));
    if !own {
        return None;
    }
    let said = message.flatten().unwrap_or_default();
    let cause = cause(
        answer.status,
        &said,
        header(answer.headers, "apigw-requestid").is_some(),
    );
    if matches!(cause, Cause::Throttled) {
        return Some(answer.rate_limited(&said));
    }
    let quote = answer.quote();
    let quote = if quote.is_empty() {
        "an empty body".to_owned()
    } else {
        quote
    };
    let text = format!(
        "The API Gateway itself answered (status {}): {quote}",
        answer.status
    );
    Some(answer.say(TokenRefusalKind::GatewayAnswered, text, hint(answer, cause)))
}

/// `message` or `Message` of the body; the inner `None` is a JSON null, which an authorizer's failure shows.
#[expect(
    clippy::option_option,
    reason = "a member that is null is not an absent one"
)]
fn message(members: Option<&Members>) -> Option<Option<String>> {
    let members = members?;
    ["message", "Message"]
        .iter()
        .find(|name| members.contains_key(**name))
        .map(|name| member::<String>(members, name))
}

fn cause(status: u16, message: &str, http_api: bool) -> Cause {
    let message = message.to_lowercase();
    let says = |words: &str| message.contains(words);
    match status {
        _ if says("missing authentication token") => Cause::NoRoute,
        // The wording for a route that is not there when the request carries an Authorization header.
        _ if says("key=value pair") => Cause::NoRoute,
        403 if says("not authorized") || says("explicit deny") => Cause::Denied,
        403 => Cause::Forbidden,
        404 => Cause::NoRoute,
        401 => Cause::Authorizer,
        400 => Cause::Validator,
        415 => Cause::MediaType,
        429 => Cause::Throttled,
        503 if http_api || says("service unavailable") => Cause::Timeout,
        504 => Cause::Timeout,
        500 | 502 => Cause::Integration,
        _ => Cause::Unknown,
    }
}

fn hint(answer: &Answer<'_>, cause: Cause) -> String {
    let environment = answer.environment;
    let route = route(environment);
    if !through_gateway(environment) {
        return format!(
            "{} is an API Gateway, not the login of Genesys Cloud ({})",
            answer.place(),
            login_host(environment)
        );
    }
    let names = route_name(environment);
    match cause {
        Cause::NoRoute => format!(
            "This is not about the credentials: the gateway has no route for `{route}` under {names}. \
             Check both, that the route takes POST, and that the last change is deployed"
        ),
        Cause::Forbidden => format!(
            "Check the stage first: a stage that is missing or wrong gives this answer ({names}). \
             An API key required on the login route, a firewall rule or a custom domain without a matching base path give it too"
        ),
        Cause::Denied => format!(
            "A resource policy or an authorizer of the gateway denies `{route}`: allow it, or remove the authorizer from the login route"
        ),
        Cause::Authorizer => format!(
            "An authorizer guards `{route}`, but a token request carries the client's ID and secret, not a token: \
             set the authorization of the login route to NONE"
        ),
        Cause::Validator => format!(
            "The gateway refused the request before the login saw it: check the request validator and the required parameters of `{route}`"
        ),
        Cause::MediaType => format!(
            "Let `{route}` take `application/x-www-form-urlencoded`: pass the body through, or use a proxy integration"
        ),
        Cause::Integration => format!(
            "The gateway did not reach what is behind `{route}`: let its integration lead to {}",
            login_host(environment)
        ),
        Cause::Timeout => format!(
            "What is behind `{route}` did not answer the gateway in time: let its integration lead to {}, then try again",
            login_host(environment)
        ),
        Cause::Throttled | Cause::Unknown => {
            format!("Check `{route}` in the gateway, under {names}")
        }
    }
}
