//! Tokens: the client credentials request, what its answer means, and when to renew. Pure: time comes in as a value.
//! Fetching, caching and sharing is the work of `transport::oauth`.

mod answer;
mod gateway;
mod owner;
mod source;
mod words;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::environment::ClientAuthentication;
use super::ids::EnvironmentId;
use super::resolved::ResolvedRequest;
use super::secret::Secret;

pub use answer::read_token_answer;
pub use owner::{Named, TOKEN_INFO_PATH, TokenOwner, TokenOwnerError, read_token_owner};
pub use source::{credentials_owner, normalised_token, token_source};

/// What a cached token belongs to. Two environments never share one, nor do two secrets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    pub environment: EnvironmentId,
    pub login_url: String,
    pub client_id: String,
    /// SHA-256 of the secret, never the secret.
    pub secret_fingerprint: [u8; 32],
    pub scope: String,
    pub style: ClientAuthentication,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    pub value: Secret,
    pub received_at: Timestamp,
    /// `None`: the token was pasted, nothing tells when it ends. A fetched token always has an end:
    /// where the answer named no usable lifetime it is an assumed one, and `remarks` say so.
    pub expires_at: Option<Timestamp>,
    pub pasted: bool,
    /// What was odd about the answer: no `expires_in`, a text instead of a number.
    pub remarks: Vec<String>,
}

/// Where the token of an environment comes from.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// The environment has no credentials.
    None,
    /// A pasted token, normalised (`Bearer `, quotes and line ends taken off).
    Pasted(AccessToken),
    /// The token endpoint is to be asked, unless the key is in the cache.
    Request {
        key: TokenKey,
        request: Box<ResolvedRequest>,
    },
}

/// Why the token endpoint gave no token.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[error("{text}")]
pub struct TokenRefusal {
    pub kind: TokenRefusalKind,
    /// What happened.
    pub text: String,
    /// What to try, concretely for this environment.
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenRefusalKind {
    /// `invalid_client`, "client not found": also the right client in the wrong region.
    UnknownClient,
    WrongSecret,
    /// Genesys answers 400, not 429.
    RateLimited,
    /// Another OAuth error.
    OAuthError,
    /// The gateway itself answered: the login path is not routed.
    GatewayAnswered,
    /// HTML instead of JSON: a login or proxy page.
    Html,
    /// 200 whose JSON holds `error`.
    ErrorInSuccess,
    /// JSON without `access_token`.
    NoAccessToken,
    /// Neither JSON nor HTML, or empty.
    NotJson,
    /// A redirect, which a token request never follows.
    Redirect,
    /// A Genesys API error body: the login path leads to the API host.
    ApiHost,
    UnexpectedStatus,
}

/// The longest time before expiry at which a token is renewed.
const RENEW_BEFORE: Duration = Duration::from_mins(1);

impl AccessToken {
    /// When a new one is fetched instead: min(60 s, 10 % of the lifetime) before expiry. `None`: never by time.
    #[must_use]
    pub fn renew_at(&self) -> Option<Timestamp> {
        let expires_at = self.expires_at?;
        let lifetime = self.lifetime().unwrap_or_default();
        let before = (lifetime / 10).min(RENEW_BEFORE);
        Some(earlier(expires_at, before))
    }

    /// Whether it can be used at `now`. A clock that was set back behind the moment of receipt, so that the token would
    /// seem to live longer than it was given, makes it stale.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let Some(renew_at) = self.renew_at() else {
            return true;
        };
        now < renew_at && earlier(self.received_at, CLOCK_TOLERANCE) <= now
    }

    /// From receipt to expiry.
    #[must_use]
    pub fn lifetime(&self) -> Option<Duration> {
        let lifetime = self.expires_at?.duration_since(self.received_at);
        Some(lifetime.try_into().unwrap_or_default())
    }
}

/// Small steps back are the daily work of time synchronisation.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5);

fn earlier(timestamp: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by)
        .ok()
        .and_then(|by| timestamp.checked_sub(by).ok())
        .unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a valid second")
    }

    fn token(received: i64, expires: Option<i64>) -> AccessToken {
        AccessToken {
            value: Secret::new("token"),
            received_at: at(received),
            expires_at: expires.map(at),
            pasted: expires.is_none(),
            remarks: Vec::new(),
        }
    }

    #[test]
    fn renewal_is_a_tenth_or_a_minute_before_expiry() {
        for (lifetime, expected) in [
            (86_400, Some(86_340)),
            (3_600, Some(3_540)),
            (600, Some(540)),
            (300, Some(270)),
            (10, Some(9)),
            (0, Some(0)),
            (-5, Some(-5)),
        ] {
            let token = token(1_000, Some(1_000 + lifetime));
            assert_eq!(
                token.renew_at().map(|at| at.as_second() - 1_000),
                expected,
                "{lifetime}"
            );
        }
        assert_eq!(token(1_000, None).renew_at(), None);
    }

    #[test]
    fn freshness_follows_the_clock_both_ways() {
        let hour = token(10_000, Some(13_600));
        for (now, expected) in [
            (10_000, true),
            (13_539, true),
            (13_540, false),
            (13_600, false),
            (1_000_000, false),
            // Set back by a moment, by an hour, by years.
            (9_996, true),
            (6_400, false),
            (0, false),
        ] {
            assert_eq!(hour.is_fresh(at(now)), expected, "{now}");
        }
        assert!(!token(10_000, Some(10_000)).is_fresh(at(10_000)));
        assert!(token(10_000, None).is_fresh(at(0)));
    }

    #[test]
    fn a_lifetime_runs_from_receipt_to_expiry() {
        for (expires, expected) in [
            (Some(13_600), Some(Duration::from_hours(1))),
            (Some(9_000), Some(Duration::ZERO)),
            (None, None),
        ] {
            assert_eq!(token(10_000, expires).lifetime(), expected, "{expires:?}");
        }
    }

    #[test]
    fn debugging_shows_no_token() {
        assert!(!format!("{:?}", token(0, None)).contains("\"token\""));
    }
}
