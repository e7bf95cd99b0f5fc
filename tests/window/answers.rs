//! Finished exchanges, made by hand.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gatescope::model::exchange::{
    Connection, Exchange, HeaderField, Hop, HopPurpose, Response, ResponseBody, SendError,
    SentRequest, WireVersion,
};
use gatescope::model::ids::{EnvironmentId, ExchangeId};
use gatescope::model::masks::Masks;
use gatescope::model::timings::{Phase, Phases};
use jiff::Timestamp;

pub(crate) const BODY: &str = r#"{"entities":[{"id":"8f4c2f0e","name":"Ada Moreno","version":12345678901234567890,"acdAutoAnswer":false}],"pageSize":5}"#;

/// A 200 with `BODY`, after a token hop.
pub(crate) fn answer(id: ExchangeId) -> Exchange {
    let body = Bytes::from_static(BODY.as_bytes());
    Exchange {
        id,
        environment: EnvironmentId::new("sandbox-direct").expect("a slug"),
        started_at: Timestamp::UNIX_EPOCH,
        hops: vec![
            hop(
                HopPurpose::Token,
                "POST",
                "http://127.0.0.1:1102/oauth/token",
                None,
            ),
            hop(
                HopPurpose::Request,
                "GET",
                "http://127.0.0.1:1101/api/v2/users?pageSize=5",
                Some(body),
            ),
        ],
        notes: Vec::new(),
        masks: Masks::default(),
        total: Duration::from_millis(123),
        error: None,
        redirect_offer: None,
    }
}

/// Nothing came back.
pub(crate) fn failure(id: ExchangeId, error: SendError) -> Exchange {
    let mut exchange = answer(id);
    exchange.hops.pop();
    let mut hop = hop(
        HopPurpose::Request,
        "GET",
        "http://127.0.0.1:1101/api/v2/users",
        None,
    );
    hop.error = Some(error.clone());
    exchange.hops.push(hop);
    exchange.error = Some(error);
    exchange
}

fn hop(purpose: HopPurpose, method: &str, url: &str, body: Option<Bytes>) -> Hop {
    let mut phases = Phases::default();
    for (phase, micros) in [
        (Phase::Dns, 410),
        (Phase::Tcp, 900),
        (Phase::Send, 60),
        (Phase::Wait, 45_000),
        (Phase::Download, 800),
    ] {
        phases.set(phase, Duration::from_micros(micros));
        phases.total += Duration::from_micros(micros);
    }
    Hop {
        purpose,
        start_offset: if purpose == HopPurpose::Token {
            Duration::ZERO
        } else {
            Duration::from_millis(60)
        },
        sent: SentRequest {
            method: method.to_owned(),
            url: url.to_owned(),
            version: WireVersion::Http11,
            head: None,
            headers: vec![
                HeaderField::new("Host", "127.0.0.1:1101"),
                HeaderField::new("Authorization", "Bearer not-a-real-token"),
            ],
            body_preview: Bytes::new(),
            body_bytes: 0,
            total_bytes: 120,
        },
        phases,
        connection: Connection {
            peer_address: Some("127.0.0.1:1101".to_owned()),
            ..Connection::default()
        },
        response: body.map(|body| Response {
            version: WireVersion::Http11,
            status: 200,
            reason: "OK".to_owned(),
            head: None,
            headers: vec![
                HeaderField::new("Content-Type", "application/json"),
                HeaderField::new("ININ-Correlation-Id", "8f0c7a"),
            ],
            body: Arc::new(ResponseBody {
                wire: body.clone(),
                decoded: body,
                codings: vec!["gzip".to_owned()],
                incomplete: None,
            }),
        }),
        error: None,
        notes: Vec::new(),
    }
}
