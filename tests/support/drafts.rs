//! The product's own way from what a person typed to an exchange: draft and environment, resolved, with the token source.

use std::net::SocketAddr;
use std::sync::Arc;

use gatescope::model::environment::{
    ClientAuthentication, Credentials, Environment, Place, Proxy, Target,
};
use gatescope::model::exchange::Exchange;
use gatescope::model::ids::ExchangeId;
use gatescope::model::request::{HeaderRow, RequestDraft};
use gatescope::model::resolve::{Purpose, ResolveContext, resolve};
use gatescope::model::resolved::ResolvedRequest;
use gatescope::model::secret::{Secret, SecretKey, SecretName, Secrets};
use gatescope::model::token::{TokenSource, token_source};
use gatescope::transport::{SendJob, SendOptions, Transport};

use crate::sending::{environment, send_job};

/// The client secret of `with_client`.
pub(crate) const CLIENT_SECRET: &str = "sh+y/secret:1%";

/// An environment whose API is at `api`, without credentials.
pub(crate) fn environment_at(id: &str, api: SocketAddr) -> Environment {
    let mut found = environment(id);
    found.target = Target::Direct {
        place: Place::Origins {
            api: format!("http://{api}"),
            login: format!("http://{api}"),
        },
    };
    found.network.proxy = Proxy::None;
    found
}

/// The same with a client whose tokens come from `login`.
pub(crate) fn with_client(id: &str, api: SocketAddr, login: SocketAddr) -> Environment {
    let mut found = environment_at(id, api);
    found.target = Target::Direct {
        place: Place::Origins {
            api: format!("http://{api}"),
            login: format!("http://{login}"),
        },
    };
    found.credentials = Credentials::ClientCredentials {
        client_id: "client-7".to_owned(),
        scope: String::new(),
        style: ClientAuthentication::Basic,
    };
    found
}

pub(crate) fn draft(method: &str, path: &str) -> RequestDraft {
    RequestDraft {
        method: method.to_owned(),
        path: path.to_owned(),
        ..RequestDraft::default()
    }
}

pub(crate) fn row(name: &str, value: &str) -> HeaderRow {
    HeaderRow {
        enabled: true,
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

pub(crate) fn secrets_of(environment: &Environment) -> Secrets {
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::ClientSecret,
    };
    Secrets::from([(key, Secret::new(CLIENT_SECRET))])
}

pub(crate) fn resolved(draft: &RequestDraft, environment: &Environment) -> ResolvedRequest {
    let context = ResolveContext {
        secrets: &secrets_of(environment),
        purpose: Purpose::Send,
        dynamics: None,
    };
    resolve(draft, environment, context).unwrap_or_else(|problems| panic!("{problems:?}"))
}

pub(crate) fn source(environment: &Environment) -> TokenSource {
    token_source(
        environment,
        std::slice::from_ref(environment),
        &secrets_of(environment),
        jiff::Timestamp::now(),
    )
    .unwrap_or_else(|problems| panic!("{problems:?}"))
}

pub(crate) fn draft_job(draft: &RequestDraft, environment: &Environment) -> SendJob {
    SendJob {
        id: ExchangeId(1),
        environment: Arc::new(environment.clone()),
        request: Some(resolved(draft, environment)),
        token: source(environment),
        options: SendOptions::default(),
    }
}

pub(crate) async fn send_draft(
    transport: &Transport,
    draft: &RequestDraft,
    environment: &Environment,
) -> Exchange {
    send_job(transport, draft_job(draft, environment)).await
}
