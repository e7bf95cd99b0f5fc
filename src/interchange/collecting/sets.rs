//! Named sets of variables, which other tools call environments: one that says where requests go becomes an environment.
//! What only some sets hold is not known to the others.

use super::secrets::{hides, is_masked};
use super::values::{Scope, host_of};
use super::{Collecting, region_of};
use crate::interchange::document::place_of;
use crate::interchange::{FoundSecret, Ignored};
use crate::model::clients::ClientForm;
use crate::model::environment::{
    Colour, Environment, GatewayTarget, Place as Deployment, Target, TokenFrom, Variable,
};
use crate::model::region::Region;
use crate::model::route::{InvokeUrl, is_execute_api};
use crate::model::secret::SecretName;
use crate::model::variables::references;

/// A variable of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::interchange) struct SetVariable {
    pub(in crate::interchange) name: String,
    pub(in crate::interchange) value: String,
    pub(in crate::interchange) is_secret: bool,
}

impl Collecting<'_> {
    /// Takes a set as an environment of that name. `false`: it names no host of Genesys Cloud and no gateway, and nothing is taken.
    /// Sets that stand beside variables of all requests come after those.
    pub(in crate::interchange) fn set(&mut self, name: &str, set: &[SetVariable]) -> bool {
        let Some((target, usual_name)) = self.target_of(set) else {
            return false;
        };
        let name = match name.trim() {
            "" => usual_name.as_str(),
            name => name,
        };
        let colour = match target {
            Target::Direct { .. } => Colour::Teal,
            Target::Gateway(_) => Colour::Violet,
        };
        let at = self.add_environment(name, colour, target);
        self.named.push(self.imported.environments[at].id.clone());
        for row in set.iter().filter(|row| !row.name.is_empty()) {
            self.take(at, row);
        }
        true
    }

    fn take(&mut self, at: usize, row: &SetVariable) {
        let environment = &mut self.imported.environments[at];
        if environment
            .variables
            .iter()
            .any(|known| known.name == row.name)
        {
            let ignored = Ignored::new(
                format!(
                    "another value of the variable {} in `{}`",
                    row.name, environment.name
                ),
                "the first one in the text is taken",
            );
            self.imported.ignored.push(ignored);
            return;
        }
        let secret = hides(&row.name, &row.value, row.is_secret);
        environment.variables.push(Variable {
            name: row.name.clone(),
            value: if secret {
                String::new()
            } else {
                row.value.clone()
            },
            secret,
        });
        if is_masked(&row.value) {
            self.ignore_masked(&row.name);
        } else if secret && !row.value.is_empty() {
            let name = SecretName::Variable(row.name.clone());
            let place = place_of(self.text, &row.value);
            self.imported
                .secrets
                .push(FoundSecret::of(environment, name, &row.value, place));
        }
    }

    /// Where requests go by what the set says, and what such a place is called. A gateway counts more than a region:
    /// sets of gateways often name the login of the region beside it.
    fn target_of(&self, set: &[SetVariable]) -> Option<(Target, String)> {
        let mut gateway: Option<GatewayTarget> = None;
        let mut region: Option<Region> = None;
        let mut login: Option<Region> = None;
        for (name, value) in self.texts_of(set) {
            let Some(host) = host_of(&value) else {
                continue;
            };
            if is_execute_api(&host) {
                if let Ok(parsed) = InvokeUrl::parse(&value) {
                    add_to_gateway(&mut gateway, &parsed, &name);
                }
            } else if let Some(found) = region_of(&host) {
                region.get_or_insert(found);
                if host.starts_with("login.") {
                    login.get_or_insert(found);
                }
            } else if let Some(found) = region_of_domain(&host) {
                region.get_or_insert(found);
            }
        }
        if let Some(mut gateway) = gateway {
            if let Some(login) = login {
                gateway.token_from = TokenFrom::Region(Deployment::Region(login));
            }
            gateway.region = region;
            let name = gateway_name(&gateway.host, &gateway.stage);
            return Some((Target::Gateway(Box::new(gateway)), name));
        }
        let region = region?;
        let target = Target::Direct {
            place: Deployment::Region(region),
        };
        Some((target, format!("{} · direct", region.place())))
    }

    /// The values of a set with what they refer to, and those of the shared variables that refer to the set.
    fn texts_of(&self, set: &[SetVariable]) -> Vec<(String, String)> {
        let scope = Scope::of_set(set, &self.imported);
        let refers = |value: &str| {
            references(value)
                .iter()
                .any(|reference| set.iter().any(|row| row.name == reference.name))
        };
        let own = set
            .iter()
            .filter(|row| !row.is_secret)
            .map(|row| (&row.name, &row.value));
        let shared = self
            .imported
            .variables
            .iter()
            .filter(|shared| !set.iter().any(|row| row.name == shared.name))
            .filter(|shared| refers(&shared.value))
            .map(|shared| (&shared.name, &shared.value));
        own.chain(shared)
            .filter_map(|(name, value)| {
                let put_in = scope.expanded(value).ok()?;
                (!put_in.is_secret).then(|| (name.clone(), put_in.text))
            })
            .collect()
    }

    /// The value of a variable that may name a host: of the first set that has it, or shared by all.
    pub(super) fn host_value(&self, name: &str) -> Option<&str> {
        let fits = |variable: &&Variable| {
            variable.name == name && !variable.secret && !variable.value.is_empty()
        };
        let is_named = |environment: &&Environment| self.named.contains(&environment.id);
        self.imported
            .environments
            .iter()
            .filter(is_named)
            .find_map(|environment| environment.variables.iter().find(fits))
            .or_else(|| self.imported.variables.iter().find(fits))
            .map(|variable| variable.value.as_str())
    }
}

/// Of several URLs of one gateway, what the first one leaves open the others say. A path without `/api/v2` or `/oauth/token`
/// is the login's where the variable is called so.
fn add_to_gateway(gateway: &mut Option<GatewayTarget>, parsed: &InvokeUrl, name: &str) {
    let gateway = gateway.get_or_insert_with(|| gateway_of(parsed));
    if gateway.host != parsed.host {
        return;
    }
    if gateway.stage.is_empty() {
        gateway.stage.clone_from(&parsed.stage);
    }
    let bare = (parsed.api_path.is_none() && parsed.login_path.is_none())
        .then(|| parsed.path.trim_end_matches('/').to_owned())
        .filter(|path| !path.is_empty());
    let name = name.to_ascii_lowercase();
    let is_login = ["login", "auth", "token"]
        .iter()
        .any(|word| name.contains(word));
    let (bare_login, bare_api) = if is_login { (bare, None) } else { (None, bare) };
    if let Some(path) = parsed.api_path.clone().or(bare_api)
        && gateway.api_path.is_empty()
    {
        gateway.api_path = path;
    }
    if let Some(path) = parsed.login_path.clone().or(bare_login)
        && gateway.login_path.is_empty()
    {
        gateway.login_path = path;
    }
}

/// A gateway with what its URL says.
pub(in crate::interchange) fn gateway_of(parsed: &InvokeUrl) -> GatewayTarget {
    let mut gateway = GatewayTarget {
        protocol: parsed.protocol,
        host: parsed.host.clone(),
        port: parsed.port,
        stage: String::new(),
        login_path: String::new(),
        api_path: String::new(),
        token_from: TokenFrom::default(),
        region: None,
        user_name: String::new(),
        api_kind: parsed.api_kind,
        client_form: ClientForm::default(),
    };
    parsed.apply_to(&mut gateway);
    gateway
}

/// `a1b2c3 gateway test`.
pub(in crate::interchange) fn gateway_name(host: &str, stage: &str) -> String {
    let id = host.split('.').next().unwrap_or(host);
    if stage.is_empty() {
        format!("{id} gateway")
    } else {
        format!("{id} gateway {stage}")
    }
}

/// `mypurecloud.de` alone, as variables often have it, and the host of the region's own web pages.
fn region_of_domain(host: &str) -> Option<Region> {
    let domain = host.strip_prefix("apps.").unwrap_or(host);
    Region::all().find(|region| region.domain() == domain)
}

/// Of Genesys Cloud, or of a gateway.
pub(in crate::interchange) fn is_known_host(host: &str) -> bool {
    is_execute_api(host) || region_of(host).is_some() || region_of_domain(host).is_some()
}
