//! Who answered, decided by ordered evidence: facts/amazon-api-gateway.md section 2, with the limits of its section 10.
//! What the answer means lives in the tables of the answerers, not here.

use serde::{Deserialize, Serialize};

use crate::model::environment::{Environment, Target};
use crate::model::exchange::{
    Exchange, HeaderField, Hop, HopPurpose, Response, SendErrorKind, header,
};
use crate::model::timings::Phase;

use super::shape::BodyShape;

/// Who wrote the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "kebab-case")]
pub enum Answerer {
    /// No answer came; the phase that was under way, when one was.
    Nobody {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        phase: Option<Phase>,
    },
    GenesysLogin {
        through: Through,
    },
    GenesysApi {
        through: Through,
    },
    /// What stands behind the gateway, not shown to be Genesys Cloud.
    Backend {
        through: Through,
    },
    RestGateway,
    HttpApi,
    CloudFront,
    /// An AWS service that is not shown to be an API Gateway: function URLs and AppSync answer alike.
    AwsService,
    /// A proxy between this machine and the internet.
    Proxy,
    /// A network's sign-in page.
    CaptivePortal,
    SomethingElse,
}

/// The way an answer took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Through {
    /// No gateway, as the environment says and no header contradicts.
    Direct,
    HttpApi,
    RestProxy,
    RestNonProxy,
    /// The environment names a gateway, but no header of one is there.
    NotShown,
}

/// What was seen, and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// `header ININ-Correlation-Id`, `status 407`, `a body that is {"message": …}`.
    pub seen: String,
    pub shows: String,
}

/// The answerer with its evidence, strongest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoAnswered {
    #[serde(flatten)]
    pub answerer: Answerer,
    pub evidence: Vec<Evidence>,
}

impl Default for WhoAnswered {
    fn default() -> Self {
        Self {
            answerer: Answerer::Nobody { phase: None },
            evidence: Vec::new(),
        }
    }
}

impl Through {
    fn words(self) -> &'static str {
        match self {
            Self::Direct => "",
            Self::HttpApi => ", through an HTTP API",
            Self::RestProxy => ", through a REST API proxy",
            Self::RestNonProxy => ", through a REST non-proxy",
            Self::NotShown => ", no gateway shown",
        }
    }
}

impl Answerer {
    /// As the status row has it: `Genesys Cloud, through a REST API proxy`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Nobody { phase: Some(phase) } => format!("nobody: it ended at {phase}"),
            Self::Nobody { phase: None } => "nobody".to_owned(),
            Self::GenesysLogin { through } => format!("Genesys Cloud login{}", through.words()),
            Self::GenesysApi { through } => format!("Genesys Cloud{}", through.words()),
            Self::Backend { through } => format!("a backend{}", through.words()),
            Self::RestGateway => "the REST API gateway itself".to_owned(),
            Self::HttpApi => "the HTTP API itself".to_owned(),
            Self::CloudFront => "CloudFront".to_owned(),
            Self::AwsService => "an AWS service, not shown to be API Gateway".to_owned(),
            Self::Proxy => "a proxy on the way".to_owned(),
            Self::CaptivePortal => "a network's sign-in page".to_owned(),
            Self::SomethingElse => "something else".to_owned(),
        }
    }

    /// Genesys Cloud wrote it, its login or its API.
    #[must_use]
    pub fn is_genesys(self) -> bool {
        matches!(self, Self::GenesysLogin { .. } | Self::GenesysApi { .. })
    }
}

impl WhoAnswered {
    #[must_use]
    pub fn words(&self) -> String {
        self.answerer.words()
    }
}

/// Who wrote the answer that the exchange ended with: the last hop's, be it the token's when the request was never sent.
#[must_use]
pub fn who_answered(exchange: &Exchange, environment: &Environment) -> WhoAnswered {
    let hop = exchange.answer().or_else(|| exchange.hops.last());
    match hop {
        Some(hop) => who_answered_hop(hop, environment),
        None => nobody(exchange.error.as_ref().and_then(|error| error.phase), None),
    }
}

/// Who wrote the answer of one hop.
#[must_use]
pub fn who_answered_hop(hop: &Hop, environment: &Environment) -> WhoAnswered {
    let Some(response) = &hop.response else {
        let error = hop.error.as_ref();
        if let Some(error) = error
            && matches!(
                error.kind,
                SendErrorKind::ProxyAuthentication | SendErrorKind::ProxyRefused
            )
        {
            return found(
                Answerer::Proxy,
                vec![evidence(
                    &error.text,
                    "the proxy answered instead of passing the connection on",
                )],
            );
        }
        return nobody(
            error.and_then(|error| error.phase),
            error.map(|error| error.text.as_str()),
        );
    };
    Decision::new(hop, response, environment).decide()
}

fn nobody(phase: Option<Phase>, text: Option<&str>) -> WhoAnswered {
    let evidence = text
        .map(|text| evidence(text, "no answer came"))
        .into_iter();
    found(Answerer::Nobody { phase }, evidence.collect())
}

fn found(answerer: Answerer, evidence: Vec<Evidence>) -> WhoAnswered {
    WhoAnswered { answerer, evidence }
}

fn evidence(seen: impl Into<String>, shows: impl Into<String>) -> Evidence {
    Evidence {
        seen: seen.into(),
        shows: shows.into(),
    }
}

/// The exact messages that mark the HTTP API itself: facts/amazon-api-gateway.md section 1b.
const HTTP_API_MESSAGES: [(u16, &str); 8] = [
    (404, "Not Found"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (429, "Too Many Requests"),
    (500, "Internal Server Error"),
    (503, "Service Unavailable"),
    (504, "Gateway Timeout"),
    (413, "Request Entity Too Large"),
];

/// Names that proxies put into their answers; their presence is what is shown, never the product.
const PROXY_HEADERS: [&str; 5] = [
    "x-squid-error",
    "x-bluecoat-via",
    "x-zscaler-error",
    "proxy-authenticate",
    "x-proxy-error",
];

struct Decision<'a> {
    response: &'a Response,
    environment: &'a Environment,
    shape: BodyShape,
    is_login: bool,
}

impl<'a> Decision<'a> {
    fn new(hop: &Hop, response: &'a Response, environment: &'a Environment) -> Self {
        let path = hop.sent.url.split(['?', '#']).next().unwrap_or_default();
        Self {
            response,
            environment,
            shape: BodyShape::of(response),
            is_login: hop.purpose == HopPurpose::Token || path.ends_with("/oauth/token"),
        }
    }

    fn decide(&self) -> WhoAnswered {
        self.proxy()
            .or_else(|| self.genesys_by_header())
            .or_else(|| self.rest_gateway())
            .or_else(|| self.rest_integration())
            .or_else(|| self.http_api())
            .or_else(|| self.cloud_front())
            .or_else(|| self.genesys_by_body())
            .or_else(|| self.captive_portal())
            .unwrap_or_else(|| self.something_else())
    }

    fn field(&self, name: &str) -> Option<&HeaderField> {
        header(&self.response.headers, name)
    }

    fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    fn remapped(&self) -> Option<&HeaderField> {
        self.response.headers.iter().find(|field| {
            field
                .name
                .get(.."x-amzn-remapped-".len())
                .is_some_and(|start| start.eq_ignore_ascii_case("x-amzn-remapped-"))
        })
    }

    fn is_gateway_environment(&self) -> bool {
        matches!(self.environment.target, Target::Gateway(_))
    }

    fn proxy(&self) -> Option<WhoAnswered> {
        if self.response.status == 407 {
            return Some(found(
                Answerer::Proxy,
                vec![evidence("status 407", "a proxy wants its own credentials")],
            ));
        }
        let field = PROXY_HEADERS.iter().find_map(|name| self.field(name))?;
        if self.has("inin-correlation-id") {
            return None;
        }
        Some(found(
            Answerer::Proxy,
            vec![evidence(
                format!("header {}", field.name),
                "only a proxy on the way sends it",
            )],
        ))
    }

    /// The way, for an answer that came from behind: the marks of the two gateways exclude each other.
    fn through(&self) -> (Through, Option<Evidence>) {
        if let Some(field) = self.field("apigw-requestid") {
            let seen = evidence(
                format!("header {}", field.name),
                "it went through an HTTP API",
            );
            return (Through::HttpApi, Some(seen));
        }
        if let Some(field) = self.field("x-amz-apigw-id") {
            return match self.remapped() {
                Some(renamed) => (
                    Through::RestProxy,
                    Some(evidence(
                        format!("headers {} and {}", field.name, renamed.name),
                        "a REST API renamed the backend's own headers: a proxy integration",
                    )),
                ),
                None if self.has("inin-correlation-id") => (
                    Through::RestProxy,
                    Some(evidence(
                        format!("headers {} and ININ-Correlation-Id", field.name),
                        "a REST API passed the backend's headers on: a proxy integration",
                    )),
                ),
                None => (
                    Through::RestNonProxy,
                    Some(evidence(
                        format!("header {} and no header of the backend", field.name),
                        "a REST API wrote the headers itself: a non-proxy integration",
                    )),
                ),
            };
        }
        if self.is_gateway_environment() {
            (
                Through::NotShown,
                Some(evidence(
                    "no header of an API Gateway",
                    "what answers at this address did not show that it is one",
                )),
            )
        } else {
            (Through::Direct, None)
        }
    }

    fn genesys(&self, first: Evidence) -> WhoAnswered {
        let (through, way) = self.through();
        let answerer = if self.is_login {
            Answerer::GenesysLogin { through }
        } else {
            Answerer::GenesysApi { through }
        };
        found(answerer, std::iter::once(first).chain(way).collect())
    }

    fn genesys_by_header(&self) -> Option<WhoAnswered> {
        let field = self.field("inin-correlation-id")?;
        Some(self.genesys(evidence(
            format!("header {}", field.name),
            "Genesys Cloud puts it on its answers",
        )))
    }

    fn rest_gateway(&self) -> Option<WhoAnswered> {
        let error_type = self.field("x-amzn-errortype")?;
        if self.remapped().is_some() {
            return None;
        }
        let first = evidence(
            format!("header {}: {}", error_type.name, error_type.text()),
            "an AWS service names its own error in it",
        );
        let Some(id) = self.field("x-amz-apigw-id") else {
            let missing = evidence(
                "no header x-amz-apigw-id",
                "function URLs and AppSync answer alike",
            );
            return Some(found(Answerer::AwsService, vec![first, missing]));
        };
        let second = evidence(
            format!("header {}", id.name),
            "a REST API of API Gateway gave it",
        );
        Some(found(Answerer::RestGateway, vec![first, second]))
    }

    fn rest_integration(&self) -> Option<WhoAnswered> {
        let id = self.field("x-amz-apigw-id")?;
        if let Some(first) = self.genesys_body() {
            return Some(self.genesys(first));
        }
        if self.remapped().is_none() && matches!(self.shape, BodyShape::LoneMessage(_)) {
            return Some(found(
                Answerer::RestGateway,
                vec![
                    evidence(
                        format!("header {}", id.name),
                        "a REST API of API Gateway gave it",
                    ),
                    evidence(
                        self.shape.words(),
                        "the gateway's own answers look like that; without x-amzn-ErrorType it may be customised",
                    ),
                ],
            ));
        }
        let (through, way) = self.through();
        let body = evidence(self.shape.words(), "nothing in it shows Genesys Cloud");
        Some(found(
            Answerer::Backend { through },
            way.into_iter().chain([body]).collect(),
        ))
    }

    fn http_api(&self) -> Option<WhoAnswered> {
        let id = self.field("apigw-requestid")?;
        if let Some(first) = self.genesys_body() {
            return Some(self.genesys(first));
        }
        let own = match &self.shape {
            BodyShape::LoneMessage(Some(said)) => HTTP_API_MESSAGES
                .iter()
                .any(|(status, message)| *status == self.response.status && message == said),
            _ => false,
        };
        let first = evidence(
            format!("header {}", id.name),
            "an HTTP API of API Gateway gave it",
        );
        let second = if own {
            evidence(
                format!(
                    "status {} with {}",
                    self.response.status,
                    self.shape.words()
                ),
                "exactly what an HTTP API answers itself",
            )
        } else {
            evidence(self.shape.words(), "not one of the HTTP API's own answers")
        };
        let answerer = if own {
            Answerer::HttpApi
        } else {
            Answerer::Backend {
                through: Through::HttpApi,
            }
        };
        Some(found(answerer, vec![first, second]))
    }

    fn cloud_front(&self) -> Option<WhoAnswered> {
        let id = self.field("x-amz-cf-id")?;
        let said = memchr::memmem::find(
            &self.response.body.decoded,
            b"The request could not be satisfied",
        );
        if self.shape != BodyShape::Html || said.is_none() {
            return None;
        }
        Some(found(
            Answerer::CloudFront,
            vec![
                evidence(format!("header {}", id.name), "it went through CloudFront"),
                evidence(
                    "an HTML page that says \u{201c}The request could not be satisfied\u{201d}",
                    "CloudFront's own error page",
                ),
            ],
        ))
    }

    /// What in the body shows Genesys Cloud.
    fn genesys_body(&self) -> Option<Evidence> {
        let shows = match &self.shape {
            BodyShape::GenesysError { .. } => "Genesys Cloud's errors look like that",
            BodyShape::GenesysEntity => "Genesys Cloud's entities carry such links",
            BodyShape::Token | BodyShape::OAuthError { .. } if self.is_login => {
                "Genesys Cloud's login answers like that"
            }
            _ => return None,
        };
        Some(evidence(self.shape.words(), shows))
    }

    fn genesys_by_body(&self) -> Option<WhoAnswered> {
        self.genesys_body().map(|first| self.genesys(first))
    }

    fn captive_portal(&self) -> Option<WhoAnswered> {
        (self.response.status == 511).then(|| {
            found(
                Answerer::CaptivePortal,
                vec![evidence(
                    "status 511",
                    "the network wants a sign-in first (RFC 6585)",
                )],
            )
        })
    }

    fn something_else(&self) -> WhoAnswered {
        let server = self.field("server").map(|field| {
            evidence(
                format!("header {}: {}", field.name, field.text()),
                "what the answerer calls itself",
            )
        });
        let body = evidence(self.shape.words(), "nothing in it shows who wrote it");
        found(
            Answerer::SomethingElse,
            server.into_iter().chain([body]).collect(),
        )
    }
}

#[cfg(test)]
mod tests;
