//! Access tokens between two headless processes: in the keyring with their expiry, and nowhere else.
//! Without a keyring every process fetches its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::environment::Environment;
use crate::model::route;
use crate::model::secret::{Secret, SecretId};
use crate::model::token::{AccessToken, TokenKey, TokenSource};
use crate::secrets::{Kept, StoreState};

use super::core::Core;
use super::trust;

/// What the keyring holds.
#[derive(Serialize, Deserialize)]
struct KeptToken {
    token: String,
    received_at: Timestamp,
    expires_at: Timestamp,
    /// Of everything a cached token belongs to; another client or secret never finds it.
    belongs_to: String,
}

/// Puts a token that an earlier process kept into the cache, when it is still fresh.
pub(super) async fn bring_back(core: &Core, environment: &Environment, source: &TokenSource) {
    let TokenSource::Request { key, .. } = source else {
        return;
    };
    if environment.sandbox.is_some() {
        return;
    }
    let filed = trust::token_key(&environment.id);
    let now = route::origins(environment);
    let id = core
        .files
        .run(move |files| {
            let secrets = &files.opened().ok()?.secrets;
            let id = secrets.id(&filed)?;
            secrets.unconfirmed(&filed, &now).is_empty().then_some(id)
        })
        .wait()
        .await
        .ok()
        .flatten();
    let Some(id) = id else {
        return;
    };
    let Some(Ok(Some(text))) = core.ask_vault(move |vault| vault.get(&id)).await else {
        return;
    };
    let Ok(kept) = serde_json::from_str::<KeptToken>(text.expose()) else {
        return;
    };
    let token = AccessToken {
        value: Secret::new(kept.token),
        received_at: kept.received_at,
        expires_at: Some(kept.expires_at),
        pasted: false,
        remarks: Vec::new(),
    };
    if kept.belongs_to == fingerprint(key) && token.is_fresh(Timestamp::now()) {
        core.transport.remember_token(source, token);
    }
}

/// Keeps a token that this process fetched, when there is a keyring.
pub(super) async fn keep(
    core: &Core,
    environment: &Environment,
    source: &TokenSource,
    before: Option<&AccessToken>,
) {
    let TokenSource::Request { key, .. } = source else {
        return;
    };
    let Some(token) = core.transport.cached_token(source) else {
        return;
    };
    let Some(expires_at) = token.expires_at else {
        return;
    };
    if environment.sandbox.is_some() || before == Some(&token) || !keyring_answers(core).await {
        return;
    }
    let kept = KeptToken {
        token: token.value.expose().to_owned(),
        received_at: token.received_at,
        expires_at,
        belongs_to: fingerprint(key),
    };
    let Ok(text) = serde_json::to_string(&kept) else {
        return;
    };
    let filed = trust::token_key(&environment.id);
    let origins = route::origins(environment);
    let bound = core
        .files
        .run(move |files| Some(files.opened().ok()?.secrets.bind(&filed, &origins)))
        .wait()
        .await;
    let Ok(Some((id, Ok(())))) = bound else {
        return;
    };
    let text = Secret::new(text);
    let kept = core.ask_vault(move |vault| vault.set(&id, &text)).await;
    if let Some(Kept::SessionOnly(error)) = kept {
        tracing::debug!(%error, "the token was not kept");
    }
}

async fn keyring_answers(core: &Core) -> bool {
    let answered = core
        .ask_vault(|vault| {
            let _ = vault.get(&SecretId("availability-check".to_owned()));
            vault.state()
        })
        .await;
    answered == Some(StoreState::Ready)
}

fn fingerprint(key: &TokenKey) -> String {
    let mut digest = Sha256::new();
    for part in [
        key.environment.as_str().as_bytes(),
        key.login_url.as_bytes(),
        key.client_id.as_bytes(),
        &key.secret_fingerprint,
        key.scope.as_bytes(),
        format!("{:?}", key.style).as_bytes(),
    ] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    STANDARD.encode(digest.finalize())
}
