//! Judges of the routes: login path, tokens, API path, and whether the Authorization header arrives.

use crate::explain::answerer::Answerer;
use crate::explain::shape::BodyShape;
use crate::model::environment::{Credentials, TokenFrom};
use crate::model::note::Field;

use super::outcome::{Fault, StepKind, StepResult};
use super::probe::{Probe, TokenOf, Way};
use super::seen::{Refusal, Seen};
use super::{CheckRun, Judged, Missing};

/// What the login made of a token request.
enum Login {
    Issued,
    /// The words of the refusal, and whether the login knew the client.
    Refused,
    Other,
}

impl CheckRun {
    fn takes_token_by_login_path(&self) -> bool {
        self.gateway()
            .is_some_and(|gateway| gateway.token_from == TokenFrom::LoginPath)
    }

    /// Without credentials first: what refuses them is the login, and only a routed path reaches it.
    pub(super) fn login_path(&self) -> Judged {
        const STEP: StepKind = StepKind::LoginPath;
        if !self.takes_token_by_login_path() {
            return StepResult::skipped(STEP, "The token comes from the region directly").into();
        }
        let seen = match self.look(Probe::LoginBare) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(STEP),
        };
        let path = self
            .gateway()
            .map_or("", |gateway| gateway.login_path.as_str());
        let not_routed = || {
            StepResult::failed(STEP, Fault::LoginPathMissing, "Login path is not routed")
                .about(Field::LoginPath)
        };
        let failed = match seen.refusal() {
            None => match seen.shape() {
                Some(BodyShape::OAuthError { .. } | BodyShape::Token) => {
                    return StepResult::passed(STEP, "Login path is routed")
                        .seen(seen.line())
                        .seen("without credentials, Genesys Cloud's login refused the request itself")
                        .into();
                }
                Some(BodyShape::GenesysError { .. }) => not_routed().means(format!(
                    "The login path {path} leads to the API's host, not to the login's: no route of its own takes it, so a greedy one does"
                )).attempt(format!("Add the resource {path}/{{proxy+}} with ANY → https://login.{{your region}}/{{proxy}}, then deploy")),
                None => StepResult::failed(STEP, Fault::NoHttpAnswer, "The login path gives no answer"),
                _ if seen.is_genesys() => {
                    return StepResult::passed(STEP, "Login path is routed").seen(seen.line()).into();
                }
                _ => not_routed().means("What answers at the login path is not Genesys Cloud's login"),
            },
            Some(Refusal::NoRoute) => match self.look(Probe::LoginSigned) {
                Ok(signed) if wants_signature(&signed) => {
                    return self.signature_needed(STEP, Probe::LoginSigned).into();
                }
                Err(missing @ Missing::NotAsked(_)) => return missing.judged(STEP),
                _ => not_routed().means(format!(
                    "This is a routing answer, not an authentication one: the gateway has no POST method on {path}/oauth/token{}",
                    self.in_stage()
                )).attempt(format!("Add the resource {path}/{{proxy+}} with ANY as an HTTP proxy to https://login.{{domain of your region}}/{{proxy}}, authorization NONE, then deploy{}", self.to_stage())),
            },
            Some(refusal) => self.refused(STEP, &refusal),
        };
        self.explained(failed, Probe::LoginBare).into()
    }

    /// What the gateway's own refusal of a routed path means.
    fn refused(&self, step: StepKind, refusal: &Refusal) -> StepResult {
        match refusal {
            Refusal::Forbidden => StepResult::failed(step, Fault::ApiKeyNeeded, "The gateway wants an API key")
                .means(if self.sends_api_key() {
                    "The stage exists and the route too, and the gateway refuses the API key that was sent: it is not in a usage plan of this stage, or it is not enabled"
                } else {
                    "The stage exists and the route too, and the gateway refuses without more words: most likely the method wants an API key, and none was sent"
                })
                .attempt("Add the default header x-api-key to the environment, its value as a secret variable, and see that the key is in a usage plan with this API and stage"),
            Refusal::Signature => StepResult::failed(step, Fault::SignatureNeeded, "The gateway wants an AWS signature"),
            Refusal::Authorizer => StepResult::failed(step, Fault::AuthorizerInTheWay, "The gateway's own authorizer refuses the request")
                .means("An authorizer of the gateway takes the Authorization header for itself: Genesys Cloud's token is not one that it knows"),
            Refusal::Parameter(said) => StepResult::failed(step, Fault::ParameterRequired, "The gateway requires a parameter")
                .means(format!("A request validator of the method refuses the request: {said}")),
            Refusal::Timeout => StepResult::failed(step, Fault::SlowBackend, "The backend is slower than the gateway waits")
                .means("The route is there and the gateway gave up waiting for what is behind it; the work may have been done all the same")
                .attempt("Raise the integration's timeout (29 s at most, more for regional REST APIs by quota), or ask for less at once"),
            Refusal::Throttled => StepResult::failed(step, Fault::Throttled, "The gateway throttles the requests"),
            Refusal::NoRoute | Refusal::Server | Refusal::Other => StepResult::failed(step, Fault::BackendUnreachable, "The gateway cannot pass the request on"),
        }
    }

    fn signature_needed(&self, step: StepKind, probe: Probe) -> StepResult {
        let failed = StepResult::failed(step, Fault::SignatureNeeded, "The gateway wants an AWS signature (IAM)")
            .means("The route is there: it refuses without a signature, and it looked at one that no account made. With IAM the Authorization header is the signature's, so Genesys Cloud's token has to travel in another header")
            .attempt("Set the method's authorization to NONE, or map Genesys Cloud's token from a header of another name to Authorization (REST APIs only)");
        self.explained(failed, probe)
    }

    fn sends_api_key(&self) -> bool {
        self.plan
            .gateway
            .default_headers
            .iter()
            .any(|row| row.enabled && row.name.eq_ignore_ascii_case("x-api-key"))
    }

    fn in_stage(&self) -> String {
        self.gateway()
            .filter(|gateway| !gateway.stage.is_empty())
            .map_or_else(String::new, |gateway| {
                format!(" in stage {}", gateway.stage)
            })
    }

    fn to_stage(&self) -> String {
        self.in_stage().replacen(" in stage", " to stage", 1)
    }

    pub(super) fn gateway_token(&self) -> Judged {
        const STEP: StepKind = StepKind::GatewayToken;
        if !self.takes_token_by_login_path() {
            return StepResult::skipped(STEP, "The token comes from the region directly").into();
        }
        match &self.plan.gateway.credentials {
            Credentials::None => {
                return StepResult::skipped(STEP, "The environment has no credentials").into();
            }
            Credentials::AccessToken => {
                return StepResult::skipped(STEP, "The environment uses a pasted token").into();
            }
            _ => {}
        }
        if !self.has_passed(StepKind::LoginPath) {
            return StepResult::skipped(STEP, "The login path does not work").into();
        }
        let seen = match self.look(Probe::GatewayToken) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(STEP),
        };
        let login = made_of(&seen);
        if let Login::Issued = login {
            return issued(STEP, &seen).into();
        }
        if let (Some(refusal), Login::Other) = (seen.refusal(), &login) {
            let failed = self.refused(STEP, &refusal);
            return self.explained(failed, Probe::GatewayToken).into();
        }
        // The region's word on the same credentials tells whose fault it is.
        let control = if self.plan.direct.is_some() && self.plan.shares_client {
            match self.look(Probe::RegionToken) {
                Ok(seen) => Some(matches!(made_of(&seen), Login::Issued)),
                Err(missing @ Missing::NotAsked(_)) => return missing.judged(STEP),
                Err(Missing::NotSent(_)) => None,
            }
        } else {
            None
        };
        let said = seen.message();
        let failed = match (control, said.as_str()) {
            (Some(true), "client not found") => StepResult::failed(STEP, Fault::WrongRegion, "The login path leads to another region")
                .means("The region itself knows the client, and the login behind the gateway does not: the login route points at another region")
                .about(Field::LoginPath),
            (Some(true), _) => StepResult::failed(STEP, Fault::LoginRequestChanged, "The login route changes the token request")
                .means("The region accepts the same credentials directly: on the way through the gateway the Authorization header or the form body is changed or lost"),
            _ => StepResult::failed(STEP, Fault::CredentialsRefused, "The token was refused"),
        };
        self.explained(failed, Probe::GatewayToken).into()
    }

    pub(super) fn region_token(&self) -> Judged {
        const STEP: StepKind = StepKind::RegionToken;
        if self.plan.direct.is_none() {
            return StepResult::skipped(
                STEP,
                "No direct environment was named: add one with the same credentials as a control",
            )
            .into();
        }
        let direct = self.plan.direct.as_ref();
        if direct.is_some_and(|direct| direct.credentials == Credentials::None) {
            return StepResult::skipped(STEP, "The direct environment has no credentials").into();
        }
        let seen = match self.look(Probe::RegionToken) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(STEP),
        };
        if seen.exchange.error.is_none() && seen.exchange.hops.is_empty() {
            return StepResult::passed(STEP, "Token of the direct environment")
                .seen("it is at hand: nothing had to be asked")
                .into();
        }
        if let Login::Issued = made_of(&seen) {
            let result = issued(STEP, &seen);
            return result.into();
        }
        let failed =
            StepResult::failed(STEP, Fault::CredentialsRefused, "The region gives no token");
        self.explained(failed, Probe::RegionToken).into()
    }

    pub(super) fn api_path(&self) -> Judged {
        const STEP: StepKind = StepKind::ApiPath;
        let seen = match self.look(Probe::Api(Way::Gateway)) {
            Ok(seen) => seen,
            Err(missing) => return missing.judged(STEP),
        };
        let api_path = self
            .gateway()
            .map_or("", |gateway| gateway.api_path.as_str());
        let not_routed = || {
            StepResult::failed(
                STEP,
                Fault::ApiPathMissing,
                "API path does not reach Genesys Cloud",
            )
            .about(Field::ApiPath)
        };
        let failed = match seen.refusal() {
            None if seen.response().is_none() => {
                StepResult::failed(STEP, Fault::NoHttpAnswer, "The API path gives no answer")
            }
            None if seen.is_genesys() && seen.status() != 404 && is_own(&seen) => {
                return StepResult::passed(STEP, "API path reaches Genesys Cloud")
                    .seen(seen.line())
                    .into();
            }
            None if seen.is_genesys() && seen.status() != 404 => StepResult::failed(
                STEP,
                Fault::ErrorsChanged,
                "The API path gives an answer that Genesys Cloud does not give",
            )
            .means("The headers are Genesys Cloud's and the body is not: something on the way changes answers, and who answered is not certain")
            .attempt("Send GET /api/v2/tokens/me directly and through the gateway, and compare the bodies"),
            None if seen.is_genesys() => not_routed().means(format!(
                "Genesys Cloud answers, but not at the API: the API path {api_path} or the integration's own path puts something before /api/v2, or takes it away"
            )),
            None => not_routed().means("What answers at the API path is not shown to be Genesys Cloud"),
            Some(Refusal::NoRoute) => match self.look(Probe::ApiSigned) {
                Ok(signed) if wants_signature(&signed) => {
                    return self.signature_needed(STEP, Probe::ApiSigned).into();
                }
                Err(missing @ Missing::NotAsked(_)) => return missing.judged(STEP),
                // An API may route nothing but a few resources.
                _ => match self.look(Probe::Users(Way::Gateway)) {
                    Ok(users) if users.is_genesys() => {
                        return StepResult::passed(STEP, "API path reaches Genesys Cloud")
                            .seen(users.line())
                            .seen(format!("{}: this route does not exist", seen.request_line()))
                            .into();
                    }
                    Err(missing @ Missing::NotAsked(_)) => return missing.judged(STEP),
                    _ => not_routed().means(format!(
                        "This is a routing answer, not an authentication one: the gateway has no route for {api_path}/api/v2{}",
                        self.in_stage()
                    )).attempt(format!("Add the resource {api_path}/{{proxy+}} with ANY as an HTTP proxy to https://api.{{domain of your region}}/{{proxy}}, authorization NONE, then deploy{}", self.to_stage())),
                },
            },
            Some(refusal) => self.refused(STEP, &refusal),
        };
        self.explained(failed, Probe::Api(Way::Gateway)).into()
    }

    /// The answer that shows whether the token arrived: the one that the API path was proved with.
    fn proof(&self) -> Result<(Probe, Seen<'_>), Missing> {
        let first = self.look(Probe::Api(Way::Gateway))?;
        if first.is_genesys() {
            return Ok((Probe::Api(Way::Gateway), first));
        }
        Ok((
            Probe::Users(Way::Gateway),
            self.look(Probe::Users(Way::Gateway))?,
        ))
    }

    pub(super) fn authorization(&self) -> Judged {
        const STEP: StepKind = StepKind::Authorization;
        if !self.has_passed(StepKind::ApiPath) {
            return StepResult::skipped(STEP, "The API path does not work").into();
        }
        if self.token_through_gateway() == TokenOf::Nobody {
            return StepResult::skipped(
                STEP,
                "There is no token to send: neither through the gateway nor from the region",
            )
            .into();
        }
        let (probe, seen) = match self.proof() {
            Ok(proof) => proof,
            Err(missing) => return missing.judged(STEP),
        };
        if seen.status() != 401 {
            return StepResult::passed(STEP, "Authorization header passes")
                .seen(format!(
                    "Genesys Cloud answers {} to the token of this environment",
                    seen.status()
                ))
                .into();
        }
        let code = seen.code().unwrap_or_default();
        let failed = if code == "authentication.required" {
            StepResult::failed(
                STEP,
                Fault::AuthorizationDropped,
                "Authorization header does not arrive",
            )
            .means("The token was sent, and Genesys Cloud says that it got none: the gateway drops the Authorization header, or uses it up for itself")
            .attempt("REST non-proxy: declare Authorization in the method request and map it in the integration request; otherwise look for an authorizer or IAM on the method; then deploy")
        } else {
            let control = if self.has_control() {
                match self.look(Probe::Api(Way::Direct)) {
                    Ok(direct) => Some(direct.is_success()),
                    Err(missing @ Missing::NotAsked(_)) => return missing.judged(STEP),
                    Err(Missing::NotSent(_)) => None,
                }
            } else {
                None
            };
            let is_fresh = self.has_passed(StepKind::GatewayToken);
            if control == Some(true) || (control.is_none() && is_fresh && code == "bad.credentials")
            {
                StepResult::failed(
                    STEP,
                    Fault::WrongRegion,
                    "The API path leads to another region",
                )
                .means("The token is good in its own region, and the Genesys Cloud behind the API path does not know it: the integration points at another region than the login")
                .attempt("Correct the host of the API integration: it is the api host of the region that gave the token")
            } else {
                StepResult::failed(STEP, Fault::CredentialsRefused, "The token is refused")
            }
        };
        self.explained(failed, probe).into()
    }
}

/// A success, or a refusal in Genesys Cloud's own words.
fn is_own(seen: &Seen<'_>) -> bool {
    seen.is_success() || seen.code().is_some()
}

/// Only a route that wants signatures looks at one.
fn wants_signature(signed: &Seen<'_>) -> bool {
    signed.who.answerer == Answerer::RestGateway && signed.refusal() == Some(Refusal::Signature)
}

fn made_of(seen: &Seen<'_>) -> Login {
    match seen.shape() {
        Some(BodyShape::Token) if seen.wire_status() == 200 => Login::Issued,
        Some(BodyShape::OAuthError { .. }) => Login::Refused,
        _ => Login::Other,
    }
}

fn issued(step: StepKind, seen: &Seen<'_>) -> StepResult {
    let lifetime = seen
        .number("expires_in")
        .map_or_else(String::new, |seconds| {
            let left = std::time::Duration::from_secs(seconds);
            format!("it expires in {}", crate::body::format::countdown(left))
        });
    StepResult::passed(step, step.words())
        .seen(format!("{} → {}", seen.request_line(), seen.wire_status()))
        .seen(lifetime)
}
