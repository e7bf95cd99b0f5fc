//! Which header and field names are those of credentials.
//! A name counts by its words, not by its letters: `accessToken` does, `token_type` and `nextPageToken` do not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::MASK;

/// The last word of a name that tells a credential by itself.
const NOUNS: [&str; 10] = [
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "apikey",
    "authorization",
    "assertion",
    "jwt",
];

/// Words before `key` that make it a credential's.
const SECRET_KEYS: [&str; 13] = [
    "access",
    "account",
    "api",
    "auth",
    "client",
    "encryption",
    "functions",
    "master",
    "private",
    "secret",
    "shared",
    "signing",
    "subscription",
];

/// Whole names that count though the rules do not find them.
const CREDENTIAL_FIELDS: [&str; 6] = [
    "sig",
    "code_verifier",
    "x_amz_signature",
    "client_secrets",
    "accesstoken",
    "clientsecret",
];

/// Words before `token` that make it a place in a list, not a credential.
const PLACE_TOKENS: [&str; 8] = [
    "next",
    "page",
    "previous",
    "continuation",
    "cursor",
    "sync",
    "pagination",
    "max",
];

/// First words that make a name a question about a credential: `hasPassword`.
const QUESTIONS: [&str; 9] = [
    "has", "is", "requires", "require", "needs", "allow", "allows", "show", "use",
];

/// Headers whose last word is `key` but which hold no secret.
const OPEN_KEYS: [&str; 12] = [
    "cache",
    "cipher",
    "correlation",
    "dedupe",
    "grouping",
    "idempotency",
    "partition",
    "public",
    "routing",
    "sort",
    "surrogate",
    "socket",
];

/// Authentication schemes whose word stays readable before the mask.
pub(super) const SCHEMES: [&str; 9] = [
    "bearer",
    "basic",
    "digest",
    "negotiate",
    "ntlm",
    "token",
    "apikey",
    "dpop",
    "aws4-hmac-sha256",
];

/// `Authorization`, `Proxy-Authorization`, `Cookie`, `Set-Cookie`, `x-api-key` and names that end like a credential's,
/// a remapped or renamed one too (`x-amzn-Remapped-Authorization`, `X-Genesys-Token`).
/// `Sec-WebSocket-Key`, `Idempotency-Key`, `Surrogate-Key` and continuation tokens are not.
#[must_use]
pub fn is_credential_header(name: &str) -> bool {
    let words = words(name);
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    let previous = before.last().map_or("", String::as_str);
    match last.as_str() {
        "cookie" | "cookie2" | "auth" | "credential" | "credentials" => true,
        "key" => !before.is_empty() && !OPEN_KEYS.contains(&previous),
        noun => is_noun(noun, previous),
    }
}

/// A query, form or JSON field named like a credential: `client_secret`, `password`, `access_token`, `api_key`, …
#[must_use]
pub fn is_credential_field(name: &str) -> bool {
    let words = words(name);
    if CREDENTIAL_FIELDS.contains(&words.join("_").as_str()) {
        return true;
    }
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    let previous = before.last().map_or("", String::as_str);
    if words
        .first()
        .is_some_and(|first| QUESTIONS.contains(&first.as_str()))
    {
        return false;
    }
    match last.as_str() {
        "key" => SECRET_KEYS.contains(&previous),
        noun => is_noun(noun, previous),
    }
}

/// A value that is a credential whatever its name: `Bearer …` and `Basic …` with one word behind, and a JSON web token.
/// One that a reference stands in is none.
#[must_use]
pub fn is_credential_value(value: &str) -> bool {
    let value = value.trim();
    if value.contains("{{") {
        return false;
    }
    if let Some((scheme, rest)) = value.split_once(' ') {
        let word = rest.trim_start();
        let is_one = !word.contains(char::is_whitespace);
        return match scheme.to_ascii_lowercase().as_str() {
            "bearer" => is_one && word.len() >= SHORTEST_TOKEN,
            "basic" => is_one && STANDARD.decode(word).is_ok_and(|pair| pair.contains(&b':')),
            _ => false,
        };
    }
    // Base64 of `{"`.
    value.len() >= SHORTEST_TOKEN * 2
        && value.starts_with("eyJ")
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.=+/".contains(&byte))
}

/// Bytes; a shorter word behind `Bearer` may be any.
const SHORTEST_TOKEN: usize = 6;

fn is_noun(word: &str, previous: &str) -> bool {
    match word {
        "token" => !PLACE_TOKENS.contains(&previous),
        // Names written together: `xapikey`, `authtoken`.
        _ => {
            NOUNS.contains(&word)
                || ["apikey", "authtoken", "accesstoken", "clientsecret"]
                    .iter()
                    .any(|end| word.ends_with(end))
        }
    }
}

/// The words of a name, in lower case: split at everything but letters and digits, and at `camelCase` borders.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous: Option<char> = None;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_alphanumeric() {
            let lower_before = previous.is_some_and(|before| !before.is_uppercase());
            let lower_after = characters.peek().is_some_and(|next| next.is_lowercase());
            let border = character.is_uppercase()
                && previous.is_some_and(char::is_alphanumeric)
                && (lower_before || lower_after);
            if border {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(character.to_lowercase());
            }
        } else {
            words.push(String::new());
        }
        previous = Some(character);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Headers whose value is a URL, in which fields are named.
pub(super) fn holds_url(name: &str) -> bool {
    [
        "location",
        "content-location",
        "referer",
        "link",
        "origin",
        "refresh",
    ]
    .iter()
    .any(|known| name.eq_ignore_ascii_case(known))
}

/// The value of a named field for showing: the mask when the name is a credential's.
#[must_use]
pub fn shown_field<'a>(name: &str, value: &'a str) -> &'a str {
    if !value.is_empty() && is_credential_field(name) {
        MASK
    } else {
        value
    }
}

/// The value of a credential header for showing: `Bearer ••••••`, or the mask alone. Nothing stays nothing.
pub(super) fn masked_credential(value: &[u8]) -> String {
    let value = value.trim_ascii();
    if value.is_empty() {
        return String::new();
    }
    let scheme = value
        .iter()
        .position(|&byte| byte == b' ')
        .and_then(|end| std::str::from_utf8(&value[..end]).ok())
        .filter(|word| SCHEMES.contains(&word.to_ascii_lowercase().as_str()));
    match scheme {
        Some(scheme) => format!("{scheme} {MASK}"),
        None => MASK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credential_headers() {
        for (name, expected) in [
            ("Authorization", true),
            ("authorization", true),
            ("PROXY-AUTHORIZATION", true),
            ("x-amzn-Remapped-Authorization", true),
            ("X-Forwarded-Authorization", true),
            ("Cookie", true),
            ("Set-Cookie", true),
            ("x-api-key", true),
            ("X-API-Key", true),
            ("X_API_KEY", true),
            ("apikey", true),
            ("xApiKey", true),
            ("X-Auth-Token", true),
            ("X-Genesys-Token", true),
            ("X-Amz-Security-Token", true),
            ("X-Csrf-Token", true),
            ("Client-Secret", true),
            ("X-Password", true),
            ("X-Genesys-Auth", true),
            ("Ocp-Apim-Subscription-Key", true),
            ("x-functions-key", true),
            ("Sec-WebSocket-Key", false),
            ("Idempotency-Key", false),
            ("X-Idempotency-Key", false),
            ("Surrogate-Key", false),
            ("X-Cache-Key", false),
            ("Public-Key", false),
            ("Key", false),
            ("x-ms-continuation-token", false),
            ("WWW-Authenticate", false),
            ("Content-Type", false),
            ("ININ-Correlation-Id", false),
            ("x-amzn-RequestId", false),
            ("x-amz-apigw-id", false),
            ("Token-Type", false),
            ("Monkey", false),
            ("", false),
            ("-", false),
        ] {
            assert_eq!(is_credential_header(name), expected, "{name}");
        }
    }

    #[test]
    fn credential_fields() {
        for (name, expected) in [
            ("access_token", true),
            ("refresh_token", true),
            ("id_token", true),
            ("token", true),
            ("accessToken", true),
            ("AccessToken", true),
            ("accesstoken", true),
            ("client_secret", true),
            ("clientSecret", true),
            ("secret", true),
            ("password", true),
            ("newPassword", true),
            ("old_password", true),
            ("passwd", true),
            ("pwd", true),
            ("passphrase", true),
            ("api_key", true),
            ("apiKey", true),
            ("APIKey", true),
            ("x-api-key", true),
            ("private_key", true),
            ("secretAccessKey", true),
            ("authorization", true),
            ("client_assertion", true),
            ("code_verifier", true),
            ("X-Amz-Security-Token", true),
            ("X-Amz-Signature", true),
            ("sig", true),
            ("token_type", false),
            ("tokenType", false),
            ("expires_in", false),
            ("nextPageToken", false),
            ("next_token", false),
            ("continuationToken", false),
            ("maxTokens", false),
            ("hasPassword", false),
            ("is_secret", false),
            ("requirePassword", false),
            ("accessKeyId", false),
            ("publicKey", false),
            ("key", false),
            ("code", false),
            ("client_id", false),
            ("grant_type", false),
            ("pageSize", false),
            ("secretary", false),
            ("", false),
        ] {
            assert_eq!(is_credential_field(name), expected, "{name}");
        }
    }

    #[test]
    fn the_scheme_word_stays_readable() {
        for (value, expected) in [
            ("Bearer abc", "Bearer ••••••"),
            ("bearer abc def", "bearer ••••••"),
            ("Basic aWQ6c2VjcmV0", "Basic ••••••"),
            ("my secret", MASK),
            ("abc", MASK),
            ("", ""),
            ("  ", ""),
        ] {
            assert_eq!(masked_credential(value.as_bytes()), expected, "{value:?}");
        }
    }
}
