//! Which things of an environment need the user's word on this machine, and what saving a form gives that word for.
//! Pure; where the word is kept is the business of `store`.

use crate::app::command::Approval;
use crate::model::environment::{Credentials, Environment};
use crate::model::ids::EnvironmentId;
use crate::model::request::{DraftBody, PartValue, RequestDraft};
use crate::model::route;
use crate::model::secret::{SecretKey, SecretName};
use crate::store::Approvable;
use crate::store::approvals::asked_for;

/// What a save of a form vouches for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) approvals: Vec<Approvable>,
    /// Secrets of another environment that this one may use, and the origins they may go to.
    pub(super) grants: Vec<(SecretKey, Vec<String>)>,
}

/// What differs between the environment as it was stored and as the user saves it now.
pub(super) fn newly_typed(
    before: Option<&Environment>,
    now: &Environment,
    all: &[Environment],
) -> Typed {
    let known = before.map(asked_for).unwrap_or_default();
    let approvals = asked_for(now)
        .into_iter()
        .filter(|item| !known.contains(item))
        .collect();
    let chosen_now = before.is_none_or(|before| before.credentials != now.credentials);
    let grants = match credential_key(now, all) {
        Some(key) if chosen_now && key.environment != now.id => {
            vec![(grant_key(&now.id, &key), route::origins(now))]
        }
        _ => Vec::new(),
    };
    Typed { approvals, grants }
}

pub(super) fn approvable(item: &Approval) -> Approvable {
    match item.clone() {
        Approval::CaFile(path) => Approvable::CaFile(path),
        Approval::Proxy(url) => Approvable::Proxy(url),
        Approval::ResolveOverride { host, address } => {
            Approvable::ResolveOverride { host, address }
        }
        Approval::BodyFile(path) => Approvable::BodyFile(path),
        Approval::TrustedFingerprint(fingerprint) => Approvable::TrustedFingerprint(fingerprint),
    }
}

pub(super) fn approval(item: Approvable) -> Approval {
    match item {
        Approvable::CaFile(path) => Approval::CaFile(path),
        Approvable::Proxy(url) => Approval::Proxy(url),
        Approvable::ResolveOverride { host, address } => {
            Approval::ResolveOverride { host, address }
        }
        Approvable::BodyFile(path) => Approval::BodyFile(path),
        Approvable::TrustedFingerprint(fingerprint) => Approval::TrustedFingerprint(fingerprint),
    }
}

/// The files that the draft sends and that its stored form names too: those come from the workspace, not from the keyboard.
pub(super) fn body_files_of_workspace(
    draft: &RequestDraft,
    stored: Option<&RequestDraft>,
) -> Vec<String> {
    let stored = stored.map(body_files).unwrap_or_default();
    body_files(draft)
        .into_iter()
        .filter(|path| stored.contains(path))
        .collect()
}

/// The files that a draft sends.
pub(super) fn body_files(draft: &RequestDraft) -> Vec<String> {
    match &draft.body {
        DraftBody::File { path, .. } => vec![path.clone()],
        DraftBody::Multipart { rows } => rows
            .iter()
            .filter(|row| row.enabled)
            .filter_map(|row| match &row.value {
                PartValue::File { path, .. } => Some(path.clone()),
                PartValue::Text(_) => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The secret that an environment's token needs; `SameAs` is followed (a circle or a dead end gives none).
pub(super) fn credential_key(environment: &Environment, all: &[Environment]) -> Option<SecretKey> {
    let mut owner = environment;
    for _ in 0..=all.len() {
        let name = match &owner.credentials {
            Credentials::None => return None,
            Credentials::ClientCredentials { .. } => SecretName::ClientSecret,
            Credentials::AccessToken => SecretName::AccessToken,
            Credentials::SameAs { environment: other } => {
                owner = all.iter().find(|candidate| candidate.id == *other)?;
                continue;
            }
        };
        return Some(SecretKey {
            environment: owner.id.clone(),
            name,
        });
    }
    None
}

/// Under what it is filed that `borrower` may use another environment's secret. It holds no value of its own:
/// its origins are those to which the borrowed secret may go.
pub(super) fn grant_key(borrower: &EnvironmentId, secret: &SecretKey) -> SecretKey {
    SecretKey {
        environment: borrower.clone(),
        name: SecretName::Variable(format!(
            "{BOOKKEEPING}same-as:{}:{}",
            secret.environment, secret.name
        )),
    }
}

/// Under what it is filed to which origins a secret from a `GATESCOPE_SECRET_…` variable went first.
pub(super) fn variable_key(secret: &SecretKey) -> SecretKey {
    SecretKey {
        environment: secret.environment.clone(),
        name: SecretName::Variable(format!("{BOOKKEEPING}variable:{}", secret.name)),
    }
}

/// Under what the access token of a headless run is kept.
pub(super) fn token_key(environment: &EnvironmentId) -> SecretKey {
    SecretKey {
        environment: environment.clone(),
        name: SecretName::Variable(format!("{BOOKKEEPING}token")),
    }
}

/// Whether an entry is the worker's own and no secret that a person entered.
pub(super) fn is_bookkeeping(key: &SecretKey) -> bool {
    matches!(&key.name, SecretName::Variable(name) if name.starts_with(BOOKKEEPING))
}

/// A colon stands in no variable's name that a person can use.
const BOOKKEEPING: &str = "gatescope:";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::environment::{
        ClientAuthentication, Colour, KeepHistory, NetworkSettings, Place, Protection,
        ResolveOverride, Target,
    };
    use crate::model::region::Region;

    fn environment(id: &str, credentials: Credentials) -> Environment {
        Environment {
            id: EnvironmentId::new(id).expect("a slug"),
            name: id.to_owned(),
            colour: Colour::default(),
            protection: Protection::default(),
            target: Target::Direct {
                place: Place::Region(Region::find("us-east-1").expect("a region")),
            },
            credentials,
            variables: Vec::new(),
            default_headers: Vec::new(),
            path_map: Vec::new(),
            network: NetworkSettings::default(),
            history: KeepHistory::default(),
            route_map: None,
            sandbox: None,
        }
    }

    fn same_as(id: &str) -> Credentials {
        Credentials::SameAs {
            environment: EnvironmentId::new(id).expect("a slug"),
        }
    }

    #[test]
    fn only_what_the_user_changed_is_vouched_for() {
        let mut before = environment("a", Credentials::None);
        before.network.ca_file = "stranger.pem".to_owned();
        let mut now = before.clone();
        now.name = "Renamed".to_owned();
        now.network.resolve.push(ResolveOverride {
            host: "api.example.com".to_owned(),
            address: "127.0.0.1".to_owned(),
        });
        assert_eq!(
            newly_typed(Some(&before), &now, &[now.clone()]).approvals,
            [Approvable::ResolveOverride {
                host: "api.example.com".to_owned(),
                address: "127.0.0.1".to_owned()
            }]
        );
        assert_eq!(
            newly_typed(None, &before, &[before.clone()]).approvals,
            [Approvable::CaFile("stranger.pem".to_owned())]
        );
    }

    #[test]
    fn borrowed_credentials_are_granted_when_they_are_chosen_and_not_by_a_later_save() {
        let owner = environment(
            "owner",
            Credentials::ClientCredentials {
                client_id: "id".to_owned(),
                scope: String::new(),
                style: ClientAuthentication::default(),
            },
        );
        let borrower = environment("borrower", same_as("owner"));
        let all = [owner.clone(), borrower.clone()];
        let typed = newly_typed(None, &borrower, &all);
        assert_eq!(typed.grants.len(), 1);
        assert!(is_bookkeeping(&typed.grants[0].0));
        assert_eq!(newly_typed(Some(&borrower), &borrower, &all).grants, []);
        assert_eq!(newly_typed(None, &owner, &all).grants, []);
    }

    #[test]
    fn a_circle_of_same_as_needs_no_secret() {
        let all = [
            environment("a", same_as("b")),
            environment("b", same_as("a")),
        ];
        assert_eq!(credential_key(&all[0], &all), None);
        assert_eq!(
            credential_key(&environment("c", same_as("nowhere")), &all),
            None
        );
    }

    #[test]
    fn a_file_typed_into_the_open_request_is_not_the_workspaces() {
        let file = |path: &str| RequestDraft {
            body: DraftBody::File {
                path: path.to_owned(),
                content_type: String::new(),
            },
            ..RequestDraft::default()
        };
        let stored = file("/etc/passwd");
        assert_eq!(
            body_files_of_workspace(&file("/etc/passwd"), Some(&stored)),
            ["/etc/passwd"]
        );
        assert_eq!(
            body_files_of_workspace(&file("/tmp/mine"), Some(&stored)),
            Vec::<String>::new()
        );
        assert_eq!(
            body_files_of_workspace(&file("/tmp/mine"), None),
            Vec::<String>::new()
        );
    }
}
