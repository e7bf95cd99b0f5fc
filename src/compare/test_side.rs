//! Answers made by hand, for the tests of the comparison.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::side::{Answered, Answerer, Side};
use crate::model::environment::Environment;
use crate::model::exchange::{
    Connection, Exchange, HeaderField, Hop, HopPurpose, Response, ResponseBody, SendError,
    SendErrorKind, SentRequest, WireVersion,
};
use crate::model::ids::ExchangeId;
use crate::model::masks::Masks;
use crate::model::timings::Phases;

/// An answer and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct TestSide {
    pub(crate) exchange: Exchange,
    pub(crate) environment: Environment,
    pub(crate) answered: Answered,
}

impl TestSide {
    pub(crate) fn side(&self) -> Side<'_> {
        Side {
            exchange: &self.exchange,
            environment: &self.environment,
            answered: &self.answered,
        }
    }

    pub(crate) fn response(&mut self) -> &mut Response {
        self.exchange.hops[0].response.as_mut().expect("an answer")
    }

    pub(crate) fn sent(&mut self) -> &mut SentRequest {
        &mut self.exchange.hops[0].sent
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        let field = HeaderField::new(name, value.as_bytes().to_vec());
        self.response().headers.push(field);
        self
    }

    pub(crate) fn with_bytes(mut self, content_type: &str, bytes: &[u8]) -> Self {
        let response = self.response();
        response
            .headers
            .retain(|field| field.name != "Content-Type");
        if !content_type.is_empty() {
            let field = HeaderField::new("Content-Type", content_type.as_bytes().to_vec());
            response.headers.insert(0, field);
        }
        response.body = Arc::new(ResponseBody {
            wire: bytes.to_vec().into(),
            decoded: bytes.to_vec().into(),
            ..ResponseBody::default()
        });
        self
    }

    pub(crate) fn by(mut self, by: Answerer, text: &str) -> Self {
        self.answered.by = by;
        text.clone_into(&mut self.answered.text);
        self
    }

    /// Nothing came back.
    pub(crate) fn failed(mut self, kind: SendErrorKind, text: &str) -> Self {
        self.exchange.hops[0].response = None;
        self.exchange.error = Some(SendError {
            kind,
            phase: None,
            text: text.to_owned(),
            hint: String::new(),
        });
        self.answered.by = Answerer::Nobody;
        self
    }
}

/// `GET /api/v2/users`, answered with that status and JSON.
pub(crate) fn direct(status: u16, body: &str) -> TestSide {
    let target = json!({ "kind": "direct", "place": { "domain": "mypurecloud.com" } });
    let url = "https://api.mypurecloud.com/api/v2/users?pageSize=25";
    answered(environment("direct", &target), url, status, body)
}

/// The same through a REST API at stage `test`.
pub(crate) fn gateway(status: u16, body: &str) -> TestSide {
    let host = "a1b2c3.execute-api.us-east-1.amazonaws.com";
    let target = json!({ "kind": "gateway", "host": host, "stage": "test", "api-kind": "rest" });
    let url = format!("https://{host}/test/api/v2/users?pageSize=25");
    answered(environment("gateway", &target), &url, status, body)
}

fn environment(id: &str, target: &Value) -> Environment {
    let name = format!("Acme {id}");
    serde_json::from_value(json!({ "id": id, "name": name, "target": target }))
        .expect("an environment")
}

fn answered(environment: Environment, url: &str, status: u16, json: &str) -> TestSide {
    let host = url.split('/').nth(2).expect("a host").to_owned();
    let response = Response {
        version: WireVersion::Http11,
        status,
        reason: String::new(),
        head: None,
        headers: Vec::new(),
        body: Arc::default(),
    };
    let sent = SentRequest {
        method: "GET".to_owned(),
        url: url.to_owned(),
        version: WireVersion::Http11,
        head: None,
        headers: vec![HeaderField::new("Host", host.into_bytes())],
        body_preview: bytes::Bytes::new(),
        body_bytes: 0,
        total_bytes: 0,
    };
    let side = TestSide {
        exchange: Exchange {
            id: ExchangeId(1),
            environment: environment.id.clone(),
            started_at: Timestamp::UNIX_EPOCH,
            hops: vec![Hop {
                purpose: HopPurpose::Request,
                start_offset: Duration::ZERO,
                sent,
                phases: Phases {
                    wait: Some(Duration::from_millis(80)),
                    total: Duration::from_millis(90),
                    ..Phases::default()
                },
                connection: Connection::default(),
                response: Some(response),
                error: None,
                notes: Vec::new(),
            }],
            notes: Vec::new(),
            masks: Masks::default(),
            total: Duration::from_millis(90),
            error: None,
            redirect_offer: None,
        },
        environment,
        answered: Answered {
            by: Answerer::GenesysCloud,
            text: "Genesys Cloud".to_owned(),
            meaning: String::new(),
        },
    };
    side.with_bytes("application/json", json.as_bytes())
}
