//! A Genesys Cloud error in the body of an answer whose status says success: an integration of the gateway that maps
//! every answer to 200 does that.

use serde::Deserialize;

#[derive(Deserialize)]
struct ErrorBody {
    status: u16,
    #[serde(rename = "code")]
    _code: String,
}

/// The status that the body tells, when `status` is 2xx and the body is a Genesys Cloud error (`status` of 400 or more, and `code`).
#[must_use]
pub fn masked_status(status: u16, body: &[u8]) -> Option<u16> {
    if !(200..300).contains(&status) {
        return None;
    }
    let error: ErrorBody = serde_json::from_slice(body).ok()?;
    (400..600).contains(&error.status).then_some(error.status)
}

/// What is to be said about it.
#[must_use]
pub fn masked_words(status: u16, told: u16) -> String {
    format!(
        "The body says {told} although the status is {status}: the gateway's integration masks it"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_genesys_error_behind_a_success_is_told() {
        let error =
            r#"{"message":"No authentication","code":"authentication.required","status":401}"#;
        for (status, body, expected) in [
            (200, error, Some(401)),
            (204, error, Some(401)),
            (401, error, None),
            (302, error, None),
            (200, r#"{"status":401}"#, None),
            (200, r#"{"status":200,"code":"ok"}"#, None),
            (200, r#"{"status":"active","code":"x"}"#, None),
            (200, "not json", None),
            (200, "", None),
        ] {
            assert_eq!(
                masked_status(status, body.as_bytes()),
                expected,
                "{status} {body}"
            );
        }
    }
}
