//! The status that counts: behind a success there may be a Genesys error (facts/amazon-api-gateway.md section 0, point 1).

use super::json::{Tape, ValueKind, string_value, value};

/// A status as sent, and as meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) sent: u16,
    pub(super) effective: u16,
}

impl Status {
    /// `body`: the answer's body when it is JSON.
    pub(super) fn of(sent: u16, body: Option<&Tape<'_>>) -> Self {
        let hidden = body
            .filter(|_| (200..300).contains(&sent))
            .and_then(error_status);
        Self {
            sent,
            effective: hidden.unwrap_or(sent),
        }
    }

    pub(super) fn is_masked(self) -> bool {
        self.sent != self.effective
    }
}

/// `status` of a Genesys error body: a whole number from 400 on, with `code` and `contextId` beside it.
fn error_status(body: &Tape<'_>) -> Option<u16> {
    let status = body.member(0, b"status")?;
    string_value(body, body.member(0, b"code")?)?;
    string_value(body, body.member(0, b"contextId")?)?;
    if body.node(status).kind != ValueKind::Number {
        return None;
    }
    let (text, ..) = value(body, status);
    let status: u16 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (400..600).contains(&status).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_genesys_error_behind_a_success_is_seen() {
        let table = [
            (
                200,
                r#"{"message":"m","code":"authentication.required","status":401,"contextId":"c"}"#,
                401,
            ),
            (
                404,
                r#"{"code":"not.found","status":400,"contextId":"c"}"#,
                404,
            ),
            (200, r#"{"status":401,"contextId":"c"}"#, 200),
            (200, r#"{"code":"x","status":"401","contextId":"c"}"#, 200),
            (200, r#"{"code":"x","status":200,"contextId":"c"}"#, 200),
            (200, r#"{"code":"x","status":401.5,"contextId":"c"}"#, 200),
            (
                200,
                r#"{"code":"x","status":99999999999999999999,"contextId":"c"}"#,
                200,
            ),
            (200, r#"[{"code":"x","status":401,"contextId":"c"}]"#, 200),
            (
                201,
                r#"{"\u0063ode":"x","status":503,"contextId":"c"}"#,
                503,
            ),
        ];
        for (sent, body, expected) in table {
            let tape = Tape::read(body.as_bytes(), &|| false).expect(body);
            assert_eq!(Status::of(sent, Some(&tape)).effective, expected, "{body}");
        }
        assert_eq!(Status::of(200, None).effective, 200);
    }
}
