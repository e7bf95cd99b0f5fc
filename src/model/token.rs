//! Tokens: the client credentials request, what its answer means, and when to renew. Pure: time comes in as a value.
//! Fetching, caching and sharing is the work of `transport::oauth`.

use jiff::Timestamp;

use super::environment::{ClientAuthentication, Environment};
use super::exchange::HeaderField;
use super::ids::EnvironmentId;
use super::masks::Masks;
use super::note::Problem;
use super::resolved::ResolvedRequest;
use super::secret::{Secret, Secrets};

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
    /// `None`: the answer named no usable lifetime, or the token was pasted.
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

impl AccessToken {
    /// When a new one is fetched instead: min(60 s, 10 % of the lifetime) before expiry. `None`: never by time.
    #[must_use]
    pub fn renew_at(&self) -> Option<Timestamp> {
        todo!("owner: model")
    }

    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.renew_at().is_none_or(|at| now < at)
    }
}

/// How `environment` gets its token. `all` resolves `SameAs`; the login URL is always `environment`'s own.
///
/// # Errors
/// Fields that are missing or malformed: client id, secret, login URL, a `SameAs` that leads nowhere or in a circle.
pub fn token_source(
    environment: &Environment,
    all: &[Environment],
    secrets: &Secrets,
    now: Timestamp,
) -> Result<TokenSource, Vec<Problem>> {
    let _ = (environment, all, secrets, now);
    todo!("owner: model")
}

/// What the answer of the token endpoint means. `body` is decoded (no content coding left);
/// `masks` are those of the token request: an answer that is quoted may repeat what was sent.
///
/// # Errors
/// Every shape of facts/genesys-cloud.md section 4 and facts/peers.md cases 54-63 that holds no usable token.
pub fn read_token_answer(
    environment: &Environment,
    login_url: &str,
    status: u16,
    headers: &[HeaderField],
    body: &[u8],
    received_at: Timestamp,
    masks: &Masks,
) -> Result<AccessToken, TokenRefusal> {
    let _ = (
        environment,
        login_url,
        status,
        headers,
        body,
        received_at,
        masks,
    );
    todo!("owner: model")
}
