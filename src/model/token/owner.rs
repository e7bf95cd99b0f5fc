//! Whose token it is: what `GET /api/v2/tokens/me` says of organization, client and scopes. Any token may ask for it.

use serde_json::Value;

/// Where a token's owner is asked for.
pub const TOKEN_INFO_PATH: &str = "/api/v2/tokens/me";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenOwner {
    pub organization: Named,
    /// The client's own organization, when the token works in another one.
    pub home_organization: Option<Named>,
    pub client: Named,
    /// Empty: the token carries none, and the client's roles decide alone.
    pub scopes: Vec<String>,
}

/// A thing with an id and a name; either may be missing from an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// Why an answer tells no owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenOwnerError {
    #[error("{status} {code}")]
    Refused {
        status: u16,
        /// The error's own code or message, shortened; empty when it gave none.
        code: String,
    },
    #[error("the answer is not JSON")]
    NotJson,
    #[error("the answer names no organization")]
    NoOrganization,
}

/// Reads the answer to `TOKEN_INFO_PATH`.
///
/// # Errors
/// When the status is not 2xx, or the body is no token information.
pub fn read_token_owner(status: u16, body: &[u8]) -> Result<TokenOwner, TokenOwnerError> {
    let document: Option<Value> = serde_json::from_slice(body).ok();
    if !(200..300).contains(&status) {
        let words = |name: &str| document.as_ref()?.get(name)?.as_str().map(shortened);
        return Err(TokenOwnerError::Refused {
            status,
            code: words("code")
                .or_else(|| words("message"))
                .unwrap_or_default(),
        });
    }
    let document = document.ok_or(TokenOwnerError::NotJson)?;
    let organization = named(document.get("organization"))
        .or_else(|| named(document.get("homeOrganization")))
        .ok_or(TokenOwnerError::NoOrganization)?;
    let home_organization =
        named(document.get("homeOrganization")).filter(|home| home.id != organization.id);
    Ok(TokenOwner {
        organization,
        home_organization,
        client: named(document.get("OAuthClient")).unwrap_or_default(),
        scopes: scopes(document.get("authorizedScope")),
    })
}

/// Characters of an error's code that are shown.
const LONGEST: usize = 120;

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn named(value: Option<&Value>) -> Option<Named> {
    let value = value?;
    let text = |name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let named = Named {
        id: text("id"),
        name: text("name"),
    };
    (named != Named::default()).then_some(named)
}

/// A list of texts, or one text with spaces between, as OAuth writes scopes.
fn scopes(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str, name: &str) -> Named {
        Named {
            id: id.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn an_answer_tells_organization_client_and_scopes() {
        let body = br#"{"organization":{"id":"o1","name":"Acme"},"homeOrganization":{"id":"o1","name":"Acme"},
            "authorizedScope":["users:readonly","routing"],"OAuthClient":{"id":"c1","name":"CLI"}}"#;
        assert_eq!(
            read_token_owner(200, body),
            Ok(TokenOwner {
                organization: named("o1", "Acme"),
                home_organization: None,
                client: named("c1", "CLI"),
                scopes: vec!["users:readonly".to_owned(), "routing".to_owned()],
            })
        );
        let elsewhere = br#"{"organization":{"id":"o2"},"homeOrganization":{"id":"o1","name":"Acme"},"authorizedScope":"a  b"}"#;
        assert_eq!(
            read_token_owner(200, elsewhere),
            Ok(TokenOwner {
                organization: named("o2", ""),
                home_organization: Some(named("o1", "Acme")),
                client: Named::default(),
                scopes: vec!["a".to_owned(), "b".to_owned()],
            })
        );
    }

    #[test]
    fn what_tells_no_owner_says_why() {
        for (status, body, expected) in [
            (200, "<html>", "the answer is not JSON"),
            (200, "", "the answer is not JSON"),
            (200, "{}", "the answer names no organization"),
            (
                200,
                r#"{"organization":{}}"#,
                "the answer names no organization",
            ),
            (200, "[1]", "the answer names no organization"),
            (
                401,
                r#"{"code":"bad.credentials","message":"Invalid login credentials."}"#,
                "401 bad.credentials",
            ),
            (
                403,
                r#"{"message":"Missing Authentication Token"}"#,
                "403 Missing Authentication Token",
            ),
            (502, "<html>", "502 "),
        ] {
            let got = read_token_owner(status, body.as_bytes()).expect_err(body);
            assert_eq!(got.to_string(), expected, "{status} {body}");
        }
    }
}
