//! The sandbox's broken gateways: REST APIs with one fault each, as a learner meets them. What each does is in `sandbox`;
//! how the gateway check finds it is in `runs::check`, and neither sees the other.

use serde::{Deserialize, Serialize};

/// A gateway with one fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BrokenGateway {
    LoginPathMissing,
    StageMissing,
    AuthorizationDropped,
    QueryFixed,
    QueryDropped,
    QueryAppended,
    StatusMasked,
    HeaderCase,
    WrongRegion,
    SlowBackend,
    Throttled,
    ApiKeyNeeded,
    SignatureNeeded,
    WrongCertificate,
}

impl BrokenGateway {
    pub const ALL: [Self; 14] = [
        Self::LoginPathMissing,
        Self::StageMissing,
        Self::AuthorizationDropped,
        Self::QueryFixed,
        Self::QueryDropped,
        Self::QueryAppended,
        Self::StatusMasked,
        Self::HeaderCase,
        Self::WrongRegion,
        Self::SlowBackend,
        Self::Throttled,
        Self::ApiKeyNeeded,
        Self::SignatureNeeded,
        Self::WrongCertificate,
    ];

    /// Its stage on the door that all share.
    #[must_use]
    pub fn stage(self) -> &'static str {
        match self {
            Self::LoginPathMissing => "no-login-path",
            Self::StageMissing => "no-stage",
            Self::AuthorizationDropped => "no-authorization",
            Self::QueryFixed => "query-fixed",
            Self::QueryDropped => "query-dropped",
            Self::QueryAppended => "query-appended",
            Self::StatusMasked => "status-masked",
            Self::HeaderCase => "header-case",
            Self::WrongRegion => "wrong-region",
            Self::SlowBackend => "slow-backend",
            Self::Throttled => "throttled",
            Self::ApiKeyNeeded => "api-key",
            Self::SignatureNeeded => "iam",
            Self::WrongCertificate => "wrong-certificate",
        }
    }

    /// The gateway whose stage that is; `None` for a stage that nobody deployed.
    #[must_use]
    pub fn of_stage(stage: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .filter(|broken| *broken != Self::StageMissing)
            .find(|broken| broken.stage() == stage)
    }

    /// The name of its environment.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LoginPathMissing => "Broken: login path missing",
            Self::StageMissing => "Broken: stage missing",
            Self::AuthorizationDropped => "Broken: Authorization dropped",
            Self::QueryFixed => "Broken: query fixed",
            Self::QueryDropped => "Broken: query dropped",
            Self::QueryAppended => "Broken: query appended",
            Self::StatusMasked => "Broken: status masked",
            Self::HeaderCase => "Broken: header case enforced",
            Self::WrongRegion => "Broken: wrong backend region",
            Self::SlowBackend => "Broken: slow backend",
            Self::Throttled => "Broken: throttled",
            Self::ApiKeyNeeded => "Broken: API key needed",
            Self::SignatureNeeded => "Broken: IAM",
            Self::WrongCertificate => "Broken: wrong certificate",
        }
    }
}

impl BrokenGateway {
    /// The name of its fault alone: `login path missing`.
    #[must_use]
    pub fn fault(self) -> &'static str {
        self.name().trim_start_matches("Broken: ")
    }

    /// What is wrong with it, in a plain line.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::LoginPathMissing => "The API is routed, the token request is not",
            Self::StageMissing => "The environment names a stage that nobody deployed",
            Self::AuthorizationDropped => "The token does not reach Genesys Cloud",
            Self::QueryFixed => "pageSize is always 5, whatever is asked for",
            Self::QueryDropped => "No query parameter reaches Genesys Cloud",
            Self::QueryAppended => "Every request gets an expand parameter that nobody asked for",
            Self::StatusMasked => "Every answer is a 200, errors too",
            Self::HeaderCase => "Authorization is taken, authorization in lower case is refused",
            Self::WrongRegion => "The token comes from one region, the API is in another",
            Self::SlowBackend => "The gateway gives up before Genesys Cloud answers",
            Self::Throttled => "Three requests in half a minute pass, the next are refused",
            Self::ApiKeyNeeded => "Every request needs an API key that no client has",
            Self::SignatureNeeded => "Every request needs an AWS signature that no client makes",
            Self::WrongCertificate => {
                "The certificate is signed by an authority that no computer trusts"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_what_is_wrong_with_it_in_a_line_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for broken in BrokenGateway::ALL {
            assert!(
                seen.insert(broken.words()),
                "{broken:?} says what another says"
            );
            assert!(
                broken.words().len() < 80,
                "{broken:?} is longer than a line"
            );
            assert_eq!(broken.name(), format!("Broken: {}", broken.fault()));
        }
    }

    #[test]
    fn every_stage_but_the_missing_one_leads_to_its_gateway() {
        for broken in BrokenGateway::ALL {
            let expected = (broken != BrokenGateway::StageMissing).then_some(broken);
            assert_eq!(
                BrokenGateway::of_stage(broken.stage()),
                expected,
                "{broken:?}"
            );
        }
    }
}
