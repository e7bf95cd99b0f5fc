//! Requests for a server of a test, sent with a transport.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use gatescope::model::environment::{
    Credentials, Environment, KeepHistory, NetworkSettings, Place, Protection, Proxy, Target,
};
use gatescope::model::exchange::Exchange;
use gatescope::model::ids::{EnvironmentId, ExchangeId};
use gatescope::model::masks::Masks;
use gatescope::model::resolved::{
    HeaderOrigin, RequestBody, RequestHeader, RequestUrl, ResolvedRequest,
};
use gatescope::model::token::TokenSource;
use gatescope::transport::{ProgressSink, SendJob, SendOptions, Transport};
use tokio_util::sync::CancellationToken;

pub(crate) fn environment(id: &str) -> Environment {
    Environment {
        id: EnvironmentId::new(id).unwrap(),
        name: id.to_owned(),
        colour: gatescope::model::environment::Colour::default(),
        protection: Protection::Normal,
        target: Target::Direct {
            place: Place::Domain("example.test".to_owned()),
        },
        credentials: Credentials::None,
        variables: Vec::new(),
        default_headers: Vec::new(),
        path_map: Vec::new(),
        network: NetworkSettings::default(),
        history: KeepHistory::default(),
        route_map: None,
        sandbox: None,
    }
}

pub(crate) fn header(name: &str, value: impl AsRef<[u8]>) -> RequestHeader {
    RequestHeader {
        name: name.to_owned(),
        value: Bytes::copy_from_slice(value.as_ref()),
        origin: HeaderOrigin::Typed,
    }
}

/// A request to `http://127.0.0.1:port` with only `Host`.
pub(crate) fn request(method: &str, address: SocketAddr, target: &str) -> ResolvedRequest {
    let url = RequestUrl {
        scheme: "http".to_owned(),
        host: address.ip().to_string(),
        port: address.port(),
        target: target.to_owned(),
    };
    ResolvedRequest {
        environment: EnvironmentId::new("acme").unwrap(),
        method: method.to_owned(),
        headers: vec![header("Host", url.authority())],
        url,
        body: RequestBody::default(),
        network: NetworkSettings {
            proxy: Proxy::None,
            ..NetworkSettings::default()
        },
        proxy_password: None,
        wants_token: false,
        mapped_from: None,
        notes: Vec::new(),
        masks: Masks::default(),
    }
}

/// The same over TLS, by the name `localhost`.
pub(crate) fn secure(method: &str, address: SocketAddr, target: &str) -> ResolvedRequest {
    let mut request = request(method, address, target);
    "https".clone_into(&mut request.url.scheme);
    "localhost".clone_into(&mut request.url.host);
    request.network.resolve = vec![gatescope::model::environment::ResolveOverride {
        host: "localhost".to_owned(),
        address: "127.0.0.1".to_owned(),
    }];
    request.headers = vec![header("Host", request.url.authority())];
    request
}

pub(crate) fn with_body(mut request: ResolvedRequest, body: &str) -> ResolvedRequest {
    request.headers.push(header("Content-Type", "text/plain"));
    request.body = RequestBody::from_bytes(body.to_owned());
    request
}

pub(crate) fn job(request: ResolvedRequest) -> SendJob {
    SendJob {
        id: ExchangeId(1),
        environment: Arc::new(environment("acme")),
        request: Some(request),
        token: TokenSource::None,
        options: SendOptions::default(),
    }
}

pub(crate) fn no_progress() -> ProgressSink {
    Arc::new(|_| {})
}

pub(crate) async fn send_job(transport: &Transport, job: SendJob) -> Exchange {
    transport
        .send(job, CancellationToken::new(), no_progress())
        .await
}

pub(crate) async fn send_request(transport: &Transport, request: ResolvedRequest) -> Exchange {
    send_job(transport, job(request)).await
}

/// What a failing test prints.
pub(crate) fn describe(exchange: &Exchange) -> String {
    let hops: Vec<String> = exchange
        .hops
        .iter()
        .map(|hop| {
            let status = hop.response.as_ref().map(|response| response.status);
            format!(
                "{:?} {} {} -> {status:?} {:?} {:?}",
                hop.purpose, hop.sent.method, hop.sent.url, hop.error, hop.notes
            )
        })
        .collect();
    format!("error: {:?}\n{}", exchange.error, hops.join("\n"))
}
