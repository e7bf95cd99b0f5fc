//! What is to be checked, and against what. How it goes is `check`.

use std::sync::Arc;

use crate::model::environment::{Credentials, Environment, Place, Target, TokenFrom};
use crate::model::region::Region;
use crate::model::route_map::RouteWarning;
use crate::model::token::credentials_owner;

/// What is to be checked. The environments are those of the moment at which it begins.
#[derive(Debug, Clone)]
pub struct CheckPlan {
    pub gateway: Arc<Environment>,
    /// The region directly, as a control.
    pub direct: Option<Arc<Environment>>,
    /// Where the organisation lives, when that is known.
    pub region: Option<Region>,
    /// Both use the same client: a token of the one is good for the other.
    pub shares_client: bool,
    /// POST requests other than those to the login route.
    pub allow_writes: bool,
    /// A path behind the stage whose answer shows what it received.
    pub echo_path: Option<String>,
    /// Pairs of requests to measure what the gateway adds; 0 for none.
    pub latency_pairs: usize,
}

impl CheckPlan {
    /// Pairs unless told otherwise.
    pub const PAIRS: usize = 10;

    /// `all` tells whose credentials `SameAs` means.
    #[must_use]
    pub fn new(gateway: Environment, direct: Option<Environment>, all: &[Environment]) -> Self {
        let client = |environment: &Environment| {
            let owner = credentials_owner(environment, all).ok()?;
            match &owner.credentials {
                Credentials::ClientCredentials { client_id, .. } if !client_id.is_empty() => {
                    Some(client_id.clone())
                }
                _ => None,
            }
        };
        let shares_client = direct.as_ref().is_some_and(|direct| {
            client(direct).is_some_and(|id| client(&gateway).as_ref() == Some(&id))
        });
        let region = region_behind(&gateway, all);
        Self {
            gateway: Arc::new(gateway),
            direct: direct.map(Arc::new),
            region,
            shares_client,
            allow_writes: false,
            echo_path: None,
            latency_pairs: Self::PAIRS,
        }
    }
}

impl CheckPlan {
    /// What the gateway's imported configuration gets wrong.
    #[must_use]
    pub fn route_warnings(&self) -> Vec<RouteWarning> {
        let map = self.gateway.route_map.as_ref();
        map.map_or_else(Vec::new, |map| map.warnings(self.region))
    }
}

/// The direct environment that belongs to a gateway: one whose credentials are the gateway's, or the other way round.
#[must_use]
pub fn twin<'e>(gateway: &Environment, all: &'e [Environment]) -> Option<&'e Environment> {
    let mut direct = all.iter().filter(|environment| {
        matches!(environment.target, Target::Direct { .. })
            && environment.sandbox.is_some() == gateway.sandbox.is_some()
    });
    if gateway.sandbox.is_some() {
        return direct.next();
    }
    let same_as = |one: &Environment, other: &Environment| matches!(&one.credentials, Credentials::SameAs { environment } if *environment == other.id);
    direct.find(|direct| same_as(direct, gateway) || same_as(gateway, direct))
}

/// The region in which the organisation behind a gateway lives: the one its token comes from, or its direct environment's.
#[must_use]
pub fn region_behind(gateway: &Environment, all: &[Environment]) -> Option<Region> {
    if let Target::Gateway(target) = &gateway.target
        && let TokenFrom::Region(Place::Region(region)) = target.token_from
    {
        return Some(region);
    }
    match twin(gateway, all)?.target {
        Target::Direct {
            place: Place::Region(region),
        } => Some(region),
        _ => None,
    }
}
