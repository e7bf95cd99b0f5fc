//! Judges of the way to the gateway: name, connection, certificate, HTTP, stage. One request on a new connection serves the first four.

use crate::explain::answerer::Answerer;
use crate::model::environment::{GatewayTarget, Protocol, Target};
use crate::model::exchange::{Hop, SendErrorKind};
use crate::model::note::Field;
use crate::model::timings::{Phase, milliseconds};

use super::outcome::{Fault, StepKind, StepResult};
use super::probe::Probe;
use super::seen::{Refusal, Seen};
use super::{CheckRun, Judged};

impl CheckRun {
    pub(super) fn gateway(&self) -> Option<&GatewayTarget> {
        match &self.plan.gateway.target {
            Target::Gateway(gateway) => Some(gateway),
            Target::Direct { .. } => None,
        }
    }

    pub(super) fn name(&self) -> Judged {
        let seen = match self.look(Probe::Root) {
            Ok(seen) => seen,
            Err(super::Missing::NotSent(because)) => {
                return StepResult::failed(
                    StepKind::Name,
                    Fault::NoConnection,
                    "Nothing could be sent",
                )
                .seen(because)
                .into();
            }
            Err(missing) => return missing.judged(StepKind::Name),
        };
        let host = self.gateway().map_or("", |gateway| gateway.host.as_str());
        if Self::failed_with(&seen, &[SendErrorKind::NameNotResolved]) {
            let failed = StepResult::failed(
                StepKind::Name,
                Fault::NameNotResolved,
                "The name does not resolve",
            )
            .about(Field::Host);
            return self.explained(failed, Probe::Root).into();
        }
        if Self::failed_with(&seen, &[SendErrorKind::NoNameService]) {
            let failed = StepResult::failed(
                StepKind::Name,
                Fault::NoConnection,
                "No name server answered",
            );
            return self.explained(failed, Probe::Root).into();
        }
        let Some(hop) = seen.hop() else {
            return StepResult::not_observable(StepKind::Name, seen.line()).into();
        };
        let title = "Name resolves";
        let mut result = if let Some(proxy) = &hop.connection.proxy {
            StepResult::not_observable(
                StepKind::Name,
                format!("The proxy {proxy} looks the name up"),
            )
        } else if hop.connection.resolved_addresses.is_empty() || is_address(host) {
            StepResult::passed(StepKind::Name, title).seen(format!(
                "{host} is an address, so there is nothing to look up"
            ))
        } else {
            let number = hop.connection.resolved_addresses.len();
            let addresses = if number == 1 { "address" } else { "addresses" };
            StepResult::passed(StepKind::Name, title).seen(format!(
                "{host} → {number} {addresses}: {}",
                hop.connection.resolved_addresses.join(", ")
            ))
        };
        result.took_ms = took(hop, Phase::Dns);
        result.into()
    }

    pub(super) fn tcp(&self) -> Judged {
        let seen = match self.look(Probe::Root) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(StepKind::Tcp),
        };
        let kinds = [
            SendErrorKind::Refused,
            SendErrorKind::Unreachable,
            SendErrorKind::ConnectTimeout,
            SendErrorKind::ProxyRefused,
            SendErrorKind::ProxyAuthentication,
            SendErrorKind::Proxy,
            SendErrorKind::Configuration,
        ];
        let in_tls = seen
            .exchange
            .error
            .as_ref()
            .is_some_and(|error| error.phase == Some(Phase::Tls));
        if !in_tls && Self::failed_with(&seen, &kinds) {
            let failed = StepResult::failed(
                StepKind::Tcp,
                Fault::NoConnection,
                "No connection to the gateway",
            )
            .about(Field::Port);
            return self.explained(failed, Probe::Root).into();
        }
        let Some(hop) = seen.hop() else {
            return StepResult::not_observable(StepKind::Tcp, seen.line()).into();
        };
        let peer = hop.connection.peer_address.clone().unwrap_or_default();
        let way = match &hop.connection.proxy {
            Some(proxy) => format!("through the proxy {proxy}"),
            None => peer,
        };
        let mut result = StepResult::passed(StepKind::Tcp, "Connection opens").seen(way);
        result.took_ms = took(hop, Phase::Tcp);
        result.into()
    }

    pub(super) fn tls(&self) -> Judged {
        let seen = match self.look(Probe::Root) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(StepKind::Tls),
        };
        if self
            .gateway()
            .is_some_and(|gateway| gateway.protocol == Protocol::Http)
        {
            return StepResult::skipped(
                StepKind::Tls,
                "The environment says http: there is no certificate to look at",
            )
            .into();
        }
        let certificate = [
            SendErrorKind::CertificateExpired,
            SendErrorKind::CertificateNotYetValid,
            SendErrorKind::CertificateWrongName,
            SendErrorKind::CertificateUnknownAuthority,
            SendErrorKind::CertificateOther,
        ];
        if Self::failed_with(&seen, &certificate) {
            let failed = StepResult::failed(
                StepKind::Tls,
                Fault::WrongCertificate,
                "The certificate is not accepted",
            );
            return self.explained(failed, Probe::Root).into();
        }
        let tls = seen.hop().and_then(|hop| hop.connection.tls.as_ref());
        let (Some(hop), Some(tls)) = (seen.hop(), tls) else {
            let failed = StepResult::failed(
                StepKind::Tls,
                Fault::TlsFailed,
                "No TLS connection came about",
            );
            return self.explained(failed, Probe::Root).into();
        };
        let leaf = tls.chain.first();
        let days = leaf
            .and_then(|leaf| leaf.not_after)
            .map(|end| end.duration_since(seen.exchange.started_at).as_hours() / 24);
        let title = match days {
            Some(days) => format!("{}, certificate valid {days} days", tls.version),
            None => tls.version.clone(),
        };
        let mut result =
            StepResult::passed(StepKind::Tls, title).seen(leaf.map_or_else(String::new, |leaf| {
                format!("{}, {}", leaf.names.join(", "), leaf.issuer)
            }));
        if tls.trusted_by_fingerprint {
            result = result.seen("accepted because the environment trusts this fingerprint");
        }
        result.took_ms = took(hop, Phase::Tls);
        result.into()
    }

    pub(super) fn http(&self) -> Judged {
        let seen = match self.look(Probe::Root) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(StepKind::Http),
        };
        if seen.response().is_none() {
            let failed = StepResult::failed(
                StepKind::Http,
                Fault::NoHttpAnswer,
                "No HTTP answer came back",
            );
            return self.explained(failed, Probe::Root).into();
        }
        let title = "HTTP answers";
        let result = match seen.who.answerer {
            Answerer::Proxy | Answerer::CaptivePortal => StepResult::failed(
                StepKind::Http,
                Fault::NoHttpAnswer,
                "Something on the way answers, not the gateway",
            ),
            _ if !Self::shows_gateway(&seen) => {
                let warning = StepResult::warning(
                    StepKind::Http,
                    Fault::NotAGateway,
                    "What answers is not shown to be an API Gateway",
                )
                .means("No header of an API Gateway is on the answer: the address may be another service, or a CDN that takes the headers off")
                .about(Field::InvokeUrl);
                return self.explained(warning, Probe::Root).into();
            }
            _ => StepResult::passed(StepKind::Http, title),
        };
        let mut result = result.seen(seen.line());
        result.took_ms = seen.hop().and_then(|hop| took(hop, Phase::Wait));
        result.exchanges = vec![seen.exchange.id.0];
        result.into()
    }

    fn shows_gateway(seen: &Seen<'_>) -> bool {
        seen.is_gateway_itself() || seen.has("x-amz-apigw-id") || seen.has("apigw-requestid")
    }

    pub(super) fn stage(&self) -> Judged {
        const STEP: StepKind = StepKind::Stage;
        let root = match self.look(Probe::Root) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(STEP),
        };
        let stage = self.gateway().map_or("", |gateway| gateway.stage.as_str());
        let exists = if stage.is_empty() {
            "The gateway answers without a stage".to_owned()
        } else {
            format!("Stage {stage} exists")
        };
        let inside = |seen: &Seen<'_>| {
            let by_rest = seen.who.answerer == Answerer::RestGateway;
            by_rest && seen.refusal() == Some(Refusal::NoRoute)
        };
        if inside(&root) {
            return StepResult::passed(STEP, exists)
                .seen(root.line())
                .seen("a route that does not exist is refused from inside the stage")
                .into();
        }
        let unknown = match self.look(Probe::UnknownRoute) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(STEP),
        };
        // A server's error may be anybody's.
        let goes_on =
            |seen: &Seen<'_>| !seen.is_gateway_itself() && (200..500).contains(&seen.wire_status());
        if inside(&unknown) || goes_on(&unknown) && Self::shows_gateway(&unknown) {
            let words = if inside(&unknown) {
                "a route that does not exist is refused from inside the stage"
            } else {
                "a route that nobody made goes on to the backend: a greedy route takes it"
            };
            return StepResult::passed(STEP, exists)
                .seen(unknown.line())
                .seen(words)
                .into();
        }
        if [&root, &unknown]
            .iter()
            .all(|seen| seen.refusal() == Some(Refusal::Forbidden))
        {
            let title = if stage.is_empty() {
                "The stage is missing in the address".to_owned()
            } else {
                format!("There is no stage {stage}")
            };
            let failed = StepResult::failed(STEP, Fault::StageMissing, title)
                .means("A REST API answers 403 Forbidden to every path when the stage is not one of its own; a stage that exists says that the route is missing")
                .attempt("Look in the gateway's console, under Stages, which ones are deployed: correct the stage here, or deploy the API to it")
                .about(Field::Stage);
            return self.explained(failed, Probe::UnknownRoute).into();
        }
        if unknown.who.answerer == Answerer::HttpApi && unknown.refusal() == Some(Refusal::NoRoute)
        {
            return StepResult::not_observable(
                STEP,
                "An HTTP API answers a missing stage and a missing route alike; the next steps tell",
            )
            .seen(unknown.line())
            .into();
        }
        StepResult::not_observable(STEP, unknown.line()).into()
    }

    pub(super) fn failed_with(seen: &Seen<'_>, kinds: &[SendErrorKind]) -> bool {
        seen.exchange
            .error
            .as_ref()
            .is_some_and(|error| kinds.contains(&error.kind))
    }
}

fn is_address(host: &str) -> bool {
    host.trim_matches(['[', ']'])
        .parse::<std::net::IpAddr>()
        .is_ok()
}

fn took(hop: &Hop, phase: Phase) -> Option<f64> {
    hop.phases.get(phase).map(milliseconds)
}
