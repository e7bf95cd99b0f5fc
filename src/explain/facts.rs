//! Everything a rule may ask about one hop: what was sent, what came back, how long it took, what the environment says.
//! And the words of a rule with its `{holders}` filled in.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::body::format;
use crate::model::environment::{ApiKind, Environment, GatewayTarget, Place, Target, TokenFrom};
use crate::model::exchange::{Exchange, Hop, HopPurpose, Response, header};
use crate::model::route::api_base;
use crate::model::timings::Phase;

use super::answerer::{Answerer, Through, WhoAnswered, who_answered_hop};
use super::shape::BodyShape;

/// How much of a body that is no JSON is searched for words.
const BEGINNING: usize = 4 * 1024;

/// One hop of an exchange, with its environment.
#[derive(Debug)]
pub struct Facts<'a> {
    exchange: &'a Exchange,
    environment: &'a Environment,
    hop: Option<&'a Hop>,
    pub who: WhoAnswered,
    pub shape: BodyShape,
}

impl<'a> Facts<'a> {
    /// About the hop that the exchange ended with: the token's, when the token could not be had.
    #[must_use]
    pub fn new(exchange: &'a Exchange, environment: &'a Environment) -> Self {
        let hop = exchange.answer().or_else(|| exchange.hops.last());
        let who = hop.map_or_else(
            || super::answerer::who_answered(exchange, environment),
            |hop| who_answered_hop(hop, environment),
        );
        let shape = hop
            .and_then(|hop| hop.response.as_ref())
            .map_or(BodyShape::Empty, BodyShape::of);
        Self {
            exchange,
            environment,
            hop,
            who,
            shape,
        }
    }

    #[must_use]
    pub fn response(&self) -> Option<&'a Response> {
        self.hop.and_then(|hop| hop.response.as_ref())
    }

    #[must_use]
    pub fn hop(&self) -> Option<&'a Hop> {
        self.hop
    }

    #[must_use]
    pub fn environment(&self) -> &'a Environment {
        self.environment
    }

    /// The effective status: what the body of a masked refusal tells, else the answer's own; 0 without an answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match &self.shape {
            BodyShape::GenesysError {
                status: Some(told), ..
            } if self.is_masked() => *told,
            _ => self.wire_status(),
        }
    }

    /// As it came; 0 without an answer.
    #[must_use]
    pub fn wire_status(&self) -> u16 {
        self.response().map_or(0, |response| response.status)
    }

    /// What the body of a masked refusal tells.
    #[must_use]
    pub fn told_status(&self) -> Option<u16> {
        self.is_masked().then(|| self.status())
    }

    /// A success whose body is a refusal: facts/amazon-api-gateway.md section 0, point 1.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        (200..300).contains(&self.wire_status())
            && matches!(
                self.shape,
                BodyShape::GenesysError { status: Some(told), .. } if told >= 400
            )
    }

    pub(super) fn answers_other_page_size(&self) -> bool {
        let asked = self
            .query()
            .split('&')
            .find_map(|pair| pair.strip_prefix("pageSize="))
            .and_then(|value| value.parse::<u64>().ok());
        let Some(asked) = asked else { return false };
        let Ok(Page {
            page_size: Some(answered),
        }) = serde_json::from_slice(self.body())
        else {
            return false;
        };
        asked != answered
    }

    pub(super) fn links_lose_prefix(&self) -> bool {
        let prefixed = self
            .gateway()
            .is_some_and(|gateway| !gateway.stage.is_empty() || !gateway.api_path.is_empty());
        prefixed
            && memchr::memmem::find(self.body(), b"\"nextUri\"").is_some()
            && memchr::memmem::find(self.body(), b"\"/api/v2/").is_some()
    }

    pub(super) fn has_remapped(&self) -> bool {
        self.response().is_some_and(|response| {
            response.headers.iter().any(|field| {
                field
                    .name
                    .to_ascii_lowercase()
                    .starts_with("x-amzn-remapped-")
            })
        })
    }

    pub(super) fn kind_differs(&self) -> bool {
        let said = self
            .gateway()
            .map_or(ApiKind::Unknown, |gateway| gateway.api_kind);
        let shown = self.api_kind();
        said != ApiKind::Unknown && shown != ApiKind::Unknown && said != shown
    }

    /// A header of the answer.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        header(&self.response()?.headers, name).map(crate::model::exchange::HeaderField::text)
    }

    /// A header of the request as it went out.
    #[must_use]
    pub fn sent(&self, name: &str) -> Option<String> {
        header(&self.hop?.sent.headers, name).map(crate::model::exchange::HeaderField::text)
    }

    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.response()
            .map_or(&[], |response| &response.body.decoded[..])
    }

    pub(super) fn body_beginning(&self) -> String {
        let body = self.body();
        String::from_utf8_lossy(&body[..body.len().min(BEGINNING)]).into_owned()
    }

    pub(super) fn gateway(&self) -> Option<&'a GatewayTarget> {
        match &self.environment.target {
            Target::Gateway(gateway) => Some(gateway),
            Target::Direct { .. } => None,
        }
    }

    /// The sandbox's gateways are addressed as those at execute-api are: by a stage, without a mapping.
    pub(super) fn is_execute_api(&self) -> bool {
        let is_sandbox = self.environment.sandbox.is_some();
        self.gateway().is_some_and(|gateway| {
            is_sandbox || gateway.host.to_lowercase().contains(".execute-api.")
        })
    }

    pub(super) fn token_through_gateway(&self) -> bool {
        self.gateway()
            .is_some_and(|gateway| gateway.token_from == TokenFrom::LoginPath)
    }

    pub(super) fn is_token_request(&self) -> bool {
        self.hop.is_some_and(|hop| {
            hop.purpose == HopPurpose::Token || split(&hop.sent.url).path.ends_with("/oauth/token")
        })
    }

    pub(super) fn through(&self) -> Option<Through> {
        match self.who.answerer {
            Answerer::GenesysLogin { through }
            | Answerer::GenesysApi { through }
            | Answerer::Backend { through } => Some(through),
            _ => None,
        }
    }

    pub(super) fn sent_lower_case_names(&self) -> bool {
        self.hop.is_some_and(|hop| {
            hop.sent
                .headers
                .iter()
                .any(|field| field.name == "authorization" || field.name == "content-type")
        })
    }

    #[must_use]
    pub fn method(&self) -> &'a str {
        self.hop.map_or("", |hop| hop.sent.method.as_str())
    }

    /// With the stage, as sent.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.hop.map_or("", |hop| split(&hop.sent.url).path)
    }

    #[must_use]
    pub fn query(&self) -> &'a str {
        self.hop.map_or("", |hop| split(&hop.sent.url).query)
    }

    pub(super) fn waited_ms(&self) -> u64 {
        let waited = self.hop.and_then(|hop| hop.phases.get(Phase::Wait));
        waited.map_or(0, |waited| {
            u64::try_from(waited.as_millis()).unwrap_or(u64::MAX)
        })
    }

    pub(super) fn sent_body_bytes(&self) -> u64 {
        self.hop.map_or(0, |hop| hop.sent.body_bytes)
    }

    fn error(&self) -> Option<&'a crate::model::exchange::SendError> {
        self.hop
            .and_then(|hop| hop.error.as_ref())
            .or(self.exchange.error.as_ref())
    }

    pub(super) fn ended_in(&self) -> Option<Phase> {
        self.error().and_then(|error| error.phase)
    }

    /// The kind of the error in its kebab-case word: `name-not-resolved`.
    pub(super) fn failure(&self) -> Option<String> {
        let kind = self.error()?.kind;
        let value = serde_json::to_value(kind).ok()?;
        value.as_str().map(str::to_owned)
    }

    pub(super) fn is_mapped(&self) -> bool {
        let has_own_routes =
            !self.environment.path_map.is_empty() || self.environment.route_map.is_some();
        has_own_routes && !self.path().contains("/api/v2/") && !self.is_token_request()
    }

    /// How far the answer's `Date` is from this machine's clock when the answer came, in seconds.
    pub(super) fn clock_off_seconds(&self) -> Option<u64> {
        let date = self
            .header("x-amzn-remapped-date")
            .or_else(|| self.header("date"))?;
        let told = DateTimeParser::new().parse_timestamp(&date).ok()?;
        let hop = self.hop?;
        let came: Timestamp = self.exchange.started_at + hop.start_offset + hop.phases.total;
        Some(came.duration_since(told).as_secs().unsigned_abs())
    }

    /// `text` with its holders filled. A holder that nothing fills becomes a word that still reads.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let (before, holder) = rest.split_at(start);
            filled.push_str(before);
            let Some(end) = holder.find('}') else {
                filled.push_str(holder);
                return filled;
            };
            let name = &holder[1..end];
            match self.holder(name) {
                Some(value) => filled.push_str(&value),
                None => filled.push_str(&holder[..=end]),
            }
            rest = &holder[end + 1..];
        }
        filled.push_str(rest);
        filled
    }

    fn holder(&self, name: &str) -> Option<String> {
        let gateway = self.gateway();
        let slash = |path: &str| {
            let path = path.trim_matches('/');
            if path.is_empty() {
                "(none)".to_owned()
            } else {
                format!("/{path}")
            }
        };
        Some(match name {
            "status" => self.status().to_string(),
            "wire-status" => self.wire_status().to_string(),
            "method" => self.method().to_owned(),
            "path" => self.path().to_owned(),
            "route" => format!("{} {}", self.method(), self.path_in_stage()),
            "resource" => self.path_in_stage(),
            "host" => self.hop.map_or_else(
                || self.configured_host(),
                |hop| split(&hop.sent.url).host.to_owned(),
            ),
            "stage" => match gateway.map(|gateway| gateway.stage.as_str()) {
                Some("") | None => "(no stage)".to_owned(),
                Some(stage) => stage.to_owned(),
            },
            "login-path" => gateway.map_or_else(String::new, |gateway| slash(&gateway.login_path)),
            "api-path" => gateway.map_or_else(String::new, |gateway| slash(&gateway.api_path)),
            "api-id" => self.api_id().unwrap_or("of this API").to_owned(),
            "aws-region" => self.aws_region().unwrap_or("the API's region").to_owned(),
            "login-host" => self.login_host(),
            "api-host" => self.api_host(),
            "environment" => self.environment.name.clone(),
            "waited" => format::duration(std::time::Duration::from_millis(self.waited_ms())),
            "sent-size" => format::size(self.sent_body_bytes()),
            "message" => self.message(),
            "code" => match &self.shape {
                BodyShape::GenesysError { code, .. } => code.clone(),
                BodyShape::OAuthError { error, .. } => error.clone(),
                _ => String::new(),
            },
            "told-status" => match &self.shape {
                BodyShape::GenesysError {
                    status: Some(status),
                    ..
                } => status.to_string(),
                _ => self.status().to_string(),
            },
            "error-type" => self.header("x-amzn-errortype").unwrap_or_default(),
            "retry-after" => self
                .header("retry-after")
                .unwrap_or_else(|| "some".to_owned()),
            "server" => self
                .header("server")
                .unwrap_or_else(|| "something that does not name itself".to_owned()),
            "error" => self
                .error()
                .map(|error| error.text.clone())
                .unwrap_or_default(),
            "clock-off" => self
                .clock_off_seconds()
                .map_or_else(String::new, |off| format!("{off} s")),
            _ => return None,
        })
    }

    /// What the answer itself says, masked.
    fn message(&self) -> String {
        let said = match &self.shape {
            BodyShape::LoneMessage(Some(said)) => said.clone(),
            BodyShape::GenesysError { message, .. } => message.clone(),
            BodyShape::OAuthError { error, description } => {
                description.clone().unwrap_or_else(|| error.clone())
            }
            _ => String::new(),
        };
        self.exchange.masks.text(&said)
    }

    pub(super) fn has_stage_twice(&self) -> bool {
        let stage = self.gateway().map_or("", |gateway| gateway.stage.as_str());
        let mut segments = self.path().split('/').skip(1);
        !stage.is_empty() && segments.next() == Some(stage) && segments.next() == Some(stage)
    }

    /// The path that the gateway's routes see: without the stage.
    fn path_in_stage(&self) -> String {
        let path = self.path();
        let stage = self.gateway().map_or("", |gateway| gateway.stage.as_str());
        let inside = path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(stage))
            .filter(|rest| !stage.is_empty() && (rest.is_empty() || rest.starts_with('/')));
        match inside {
            Some("") => "/".to_owned(),
            Some(rest) => rest.to_owned(),
            None => path.to_owned(),
        }
    }

    fn configured_host(&self) -> String {
        api_base(self.environment).map_or_else(
            |_| "the environment's host".to_owned(),
            |base| base.origin(),
        )
    }

    fn api_id(&self) -> Option<&'a str> {
        let host = self.gateway()?.host.as_str();
        host.split_once(".execute-api.").map(|(id, _)| id)
    }

    fn aws_region(&self) -> Option<&'a str> {
        let host = self.gateway()?.host.as_str();
        let (_, rest) = host.split_once(".execute-api.")?;
        rest.split('.').next()
    }

    fn place(&self) -> Option<&'a Place> {
        match &self.environment.target {
            Target::Direct { place } => Some(place),
            Target::Gateway(gateway) => match &gateway.token_from {
                TokenFrom::Region(place) => Some(place),
                TokenFrom::LoginPath => None,
            },
        }
    }

    fn host_of_place(&self, prefix: &str) -> String {
        match self.place() {
            Some(Place::Region(region)) => format!("{prefix}.{}", region.domain()),
            Some(Place::Domain(domain)) => format!("{prefix}.{domain}"),
            Some(Place::Origins { api, login }) => {
                let origin = if prefix == "api" { api } else { login };
                origin.clone()
            }
            None => format!("{prefix}.{{domain of your region}}"),
        }
    }

    fn login_host(&self) -> String {
        self.host_of_place("login")
    }

    fn api_host(&self) -> String {
        self.host_of_place("api")
    }

    /// The kind of API that the environment names or the evidence shows.
    #[must_use]
    pub fn api_kind(&self) -> ApiKind {
        match self.who.answerer {
            Answerer::RestGateway => ApiKind::Rest,
            Answerer::HttpApi => ApiKind::Http,
            _ => match self.through() {
                Some(Through::RestProxy | Through::RestNonProxy) => ApiKind::Rest,
                Some(Through::HttpApi) => ApiKind::Http,
                _ => self
                    .gateway()
                    .map_or(ApiKind::Unknown, |gateway| gateway.api_kind),
            },
        }
    }
}

/// The one member of a page that is looked at; the rest is skipped without being built.
#[derive(serde::Deserialize)]
struct Page {
    #[serde(rename = "pageSize")]
    page_size: Option<u64>,
}

struct Parts<'a> {
    host: &'a str,
    path: &'a str,
    query: &'a str,
}

/// An absolute URL as it was sent, cut without changing a character.
fn split(url: &str) -> Parts<'_> {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Parts {
        host: authority.rsplit('@').next().unwrap_or_default(),
        path,
        query,
    }
}
