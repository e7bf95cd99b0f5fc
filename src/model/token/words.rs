//! Words about one environment's login: where it leads, and a quote of what came back. No rule lives here.

use crate::model::environment::{Environment, Place, Target, TokenFrom};
use crate::model::masks::{FieldSyntax, Masks, mask_named_fields, mask_url};

/// Characters of an unexpected answer that are quoted.
pub(super) const QUOTED: usize = 200;

/// Bytes looked at for a quote: enough for its characters and for what masking takes away.
const QUOTED_FROM: usize = 64 * 1024;

/// The place whose login host is asked, `None` when only the gateway knows.
pub(super) fn login_place(environment: &Environment) -> Option<&Place> {
    match &environment.target {
        Target::Direct { place } => Some(place),
        Target::Gateway(gateway) => match &gateway.token_from {
            TokenFrom::Region(place) => Some(place),
            TokenFrom::LoginPath => None,
        },
    }
}

/// `region us-east-1 (login.mypurecloud.com)`.
pub(super) fn place_name(place: &Place) -> String {
    match place {
        Place::Region(region) => {
            format!("region {} (login.{})", region.aws_name(), region.domain())
        }
        Place::Domain(domain) => format!("`{domain}`"),
        Place::Origins { login, .. } => format!("`{}`", mask_url(login)),
    }
}

/// Where a token request through the gateway should end, for hints.
pub(super) fn login_host(environment: &Environment) -> String {
    match login_place(environment) {
        Some(Place::Region(region)) => format!("https://login.{}/oauth/token", region.domain()),
        Some(Place::Domain(domain)) => format!("https://login.{domain}/oauth/token"),
        Some(Place::Origins { login, .. }) => format!("{}/oauth/token", mask_url(login)),
        None => "https://login.{domain of your region}/oauth/token".to_owned(),
    }
}

/// `stage `test` and login path `loginpath``, or what is missing of them.
pub(super) fn route_name(environment: &Environment) -> String {
    let Target::Gateway(gateway) = &environment.target else {
        return "this environment".to_owned();
    };
    let stage = gateway.stage.trim_matches('/');
    let login = gateway.login_path.trim_matches('/');
    let stage = if stage.is_empty() {
        "no stage".to_owned()
    } else {
        format!("stage `{stage}`")
    };
    let login = if login.is_empty() {
        "no login path".to_owned()
    } else {
        format!("login path `{login}`")
    };
    format!("{stage} and {login}")
}

/// `POST /loginpath/oauth/token`: the route the gateway needs, without the stage.
pub(super) fn route(environment: &Environment) -> String {
    match &environment.target {
        Target::Gateway(gateway) => {
            let login = gateway.login_path.trim_matches('/');
            if login.is_empty() {
                "POST /oauth/token".to_owned()
            } else {
                format!("POST /{login}/oauth/token")
            }
        }
        Target::Direct { .. } => "POST /oauth/token".to_owned(),
    }
}

/// Whether the token is asked for at the gateway.
pub(super) fn through_gateway(environment: &Environment) -> bool {
    matches!(&environment.target, Target::Gateway(gateway) if gateway.token_from == TokenFrom::LoginPath)
}

/// The beginning of a body in one line, masked by value and by name, without characters that a terminal obeys.
pub(super) fn quoted(body: &[u8], masks: &Masks) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(QUOTED_FROM)]);
    let text = masks.text(&text);
    let text = if text.trim_start().starts_with(['{', '[', '"']) {
        mask_named_fields(&text, FieldSyntax::Json)
    } else {
        mask_named_fields(&text, FieldSyntax::Form)
    };
    let mut quote = String::new();
    let mut characters = 0;
    for character in text.chars() {
        let shown = if character.is_control() || is_bidirectional(character) || character == ' ' {
            if quote.is_empty() || quote.ends_with(' ') {
                continue;
            }
            ' '
        } else {
            character
        };
        if characters == QUOTED {
            quote.push('…');
            break;
        }
        quote.push(shown);
        characters += 1;
    }
    quote.trim_end().to_owned()
}

fn is_bidirectional(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_short_masked_and_harmless() {
        let mut masks = Masks::default();
        masks.add("kanarie-4711");
        for (body, expected) in [
            (&b""[..], String::new()),
            (b"  a\r\n\tb\x1b[31m  ", "a b [31m".to_owned()),
            (b"saw kanarie-4711!", "saw ••••••!".to_owned()),
            (
                br#"{"access_token":"abc"}"#,
                r#"{"access_token":"••••••"}"#.to_owned(),
            ),
            (
                b"access_token=abc&token_type=bearer",
                "access_token=••••••&token_type=bearer".to_owned(),
            ),
            ("a\u{202e}b".as_bytes(), "a b".to_owned()),
            (b"\xff\xfe", "\u{fffd}\u{fffd}".to_owned()),
            (&[b'x'; 300], format!("{}…", "x".repeat(QUOTED))),
            (&[b'x'; QUOTED], "x".repeat(QUOTED)),
        ] {
            assert_eq!(quoted(body, &masks), expected);
        }
        let long = format!("{}kanarie-4711", "x".repeat(QUOTED - 4));
        let quote = quoted(long.as_bytes(), &masks);
        assert!(!quote.contains("kan"), "cut inside the secret: {quote}");
    }
}
