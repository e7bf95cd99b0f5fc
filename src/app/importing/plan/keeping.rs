//! What an environment that is there already keeps, although an import that sends to the same address has other settings.

use super::Fate;
use super::planning::Planning;
use crate::interchange::{FoundSecret, Ignored, TRUSTED_CERTIFICATES};
use crate::model::environment::{Environment, NetworkSettings, Proxy};
use crate::model::secret::SecretName;

impl Planning<'_> {
    /// An environment that is there already keeps its own settings: what the import has besides is listed.
    pub(super) fn leave_settings(&mut self, at: usize, wanted: &Environment) {
        let there = &self.plan.environments[at].environment;
        let left: Vec<String> = settings_besides(wanted, there);
        let why = format!(
            "`{}` is there already and keeps its own settings: set it there",
            there.name
        );
        let ca_file = &wanted.network.ca_file;
        if *ca_file != there.network.ca_file {
            self.plan
                .files
                .retain(|file| file.path != *ca_file || file.purpose != TRUSTED_CERTIFICATES);
        }
        for what in left {
            let ignored = Ignored::new(what, why.clone());
            if !self.plan.ignored.contains(&ignored) {
                self.plan.ignored.push(ignored);
            }
        }
    }

    /// The name of an environment that is there already and has a secret of its own in that place, or may have one.
    /// A variable gets another name instead.
    pub(super) fn keeps_own(&self, secret: &FoundSecret, at: usize) -> Option<String> {
        let planned = &self.plan.environments[at];
        let was_there = matches!(planned.fate, Fate::Used | Fate::Completed);
        let is_variable = matches!(secret.name, SecretName::Variable(_));
        if !was_there || is_variable || secret.environment.is_none() {
            return None;
        }
        let is_its_proxy = match &planned.environment.network.proxy {
            Proxy::Explicit { url, .. } => secret.origins.contains(url),
            _ => false,
        };
        let may_replace =
            self.choices.replaces && (is_its_proxy || secret.name != SecretName::ProxyPassword);
        (!may_replace).then(|| planned.environment.name.clone())
    }
}

/// Settings of `wanted` that are not the usual ones, and that `there` does not have.
fn settings_besides(wanted: &Environment, there: &Environment) -> Vec<String> {
    let usual = NetworkSettings::default();
    let (network, own) = (&wanted.network, &there.network);
    let mut left: Vec<String> = Vec::new();
    let mut look = |is_besides: bool, what: &str| {
        if is_besides {
            left.push(what.to_owned());
        }
    };
    let differs = |wanted: &Proxy| *wanted != usual.proxy && *wanted != own.proxy;
    look(differs(&network.proxy), "the proxy");
    look(
        network.ca_file != usual.ca_file && network.ca_file != own.ca_file,
        "the file of trusted certificates",
    );
    look(
        network.http_version != usual.http_version && network.http_version != own.http_version,
        "the HTTP version",
    );
    look(
        network.limits != usual.limits && network.limits != own.limits,
        "the limits",
    );
    for one in &network.resolve {
        look(
            !own.resolve.contains(one),
            &format!("the address of {}", one.host),
        );
    }
    for row in &wanted.default_headers {
        look(
            !there.default_headers.contains(row),
            &format!("the header {} of the environment", row.name),
        );
    }
    left
}
