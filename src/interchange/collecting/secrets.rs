//! Credentials of collections: literal ones become secret variables, those of clients go to the environments whose login they name.

use std::collections::HashSet;

use super::values::Scope;
use super::{ClientGrant, Collecting, region_of};
use crate::interchange::FoundSecret;
use crate::interchange::document::place_of;
use crate::model::encode::decode;
use crate::model::environment::{
    ClientAuthentication, Credentials, Environment, Place as Deployment, Target, TokenFrom,
    Variable,
};
use crate::model::ids::EnvironmentId;
use crate::model::masks::{
    FieldSyntax, MASK, NOT_KEPT, credentials_in_text, is_credential_field, is_credential_header,
    is_credential_value, is_made_of_references,
};
use crate::model::request::{DraftBody, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft};
use crate::model::route::{self, InvokeUrl, is_execute_api};
use crate::model::secret::{Secret, SecretName};
use crate::model::variables::references;

impl Collecting<'_> {
    /// Literal credentials of a request become secret variables.
    pub(super) fn lift(&mut self, draft: &mut RequestDraft, origin: Option<&String>) {
        let origins: Vec<String> = origin.into_iter().cloned().collect();
        match &mut draft.auth {
            RequestAuth::Bearer { token } => self.hide(token, "token", &origins),
            RequestAuth::Basic { password, .. } => self.hide(password, "password", &origins),
            RequestAuth::Header { name, value } => {
                let name = variable_name(name);
                self.hide(value, &name, &origins);
            }
            RequestAuth::Inherit | RequestAuth::None => {}
        }
        for row in draft
            .headers
            .iter_mut()
            .filter(|row| is_credential_header(&row.name) || is_credential_value(&row.value))
        {
            let scheme_end = row.value.find(' ').filter(|&at| {
                ["bearer", "basic", "token"]
                    .contains(&row.value[..at].to_ascii_lowercase().as_str())
            });
            let name = variable_name(&row.name);
            match scheme_end {
                Some(at) => {
                    let mut credential = row.value[at + 1..].trim().to_owned();
                    self.hide(&mut credential, &name, &origins);
                    row.value = format!("{} {credential}", &row.value[..at]);
                }
                None => self.hide(&mut row.value, &name, &origins),
            }
        }
        for row in draft
            .query
            .iter_mut()
            .filter(|row| names_session(&row.name) || is_credential_row(row))
        {
            if let Some(value) = &mut row.value {
                self.hide(value, &variable_name(&row.name), &origins);
            }
        }
        self.lift_body(&mut draft.body, &origins);
    }

    fn lift_body(&mut self, body: &mut DraftBody, origins: &[String]) {
        match body {
            DraftBody::Form { rows } => {
                for row in rows.iter_mut().filter(|row| is_credential_row(row)) {
                    if let Some(value) = &mut row.value {
                        self.hide(value, &variable_name(&row.name), origins);
                    }
                }
            }
            DraftBody::Multipart { rows } => {
                for PartRow { name, value, .. } in rows {
                    if let PartValue::Text(text) = value
                        && (is_credential_field(name) || is_credential_value(text))
                    {
                        self.hide(text, &variable_name(name), origins);
                    }
                }
            }
            DraftBody::Json { text } | DraftBody::Text { text, .. } => {
                let syntax = FieldSyntax::of("application/json", text);
                let mut ranges = credentials_in_text(text, syntax);
                ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
                for range in ranges {
                    let Some(mut value) = text.get(range.clone()).map(str::to_owned) else {
                        continue;
                    };
                    // In JSON the quotes stay.
                    let quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
                    let inner = if quoted {
                        value[1..value.len() - 1].to_owned()
                    } else {
                        std::mem::take(&mut value)
                    };
                    let mut hidden = inner;
                    self.hide(&mut hidden, "body secret", origins);
                    let written = if quoted {
                        format!("\"{hidden}\"")
                    } else {
                        hidden
                    };
                    text.replace_range(range, &written);
                }
            }
            DraftBody::None | DraftBody::File { .. } => {}
        }
    }

    /// Puts `{{secret.name}}` in place of a literal credential.
    fn hide(&mut self, value: &mut String, name: &str, origins: &[String]) {
        if value.trim().is_empty() || is_made_of_references(value) {
            return;
        }
        if is_masked(value) {
            value.clear();
            self.ignore_masked(name);
            return;
        }
        let name = self.take_secret(&variable_name(name), value, origins);
        *value = format!("{{{{secret.{name}}}}}");
    }

    /// A secret variable under a free name, which comes out.
    pub(super) fn take_secret(&mut self, name: &str, value: &str, origins: &[String]) -> String {
        let name = match self.same_secret(value) {
            Some(known) => known,
            None => self.free_name(name, value),
        };
        self.secret(SecretName::Variable(name.clone()), value, origins.to_vec());
        if !self
            .imported
            .variables
            .iter()
            .any(|known| known.name == name)
        {
            self.imported.variables.push(Variable {
                name: name.clone(),
                value: String::new(),
                secret: true,
            });
        }
        name
    }

    pub(super) fn ignore_masked(&mut self, name: &str) {
        self.ignore(
            format!("the masked value of {name}"),
            "it was left out when the text was written: enter it",
        );
    }

    /// The secret variable that has this value already.
    fn same_secret(&self, value: &str) -> Option<String> {
        self.imported.secrets.iter().find_map(|known| {
            let SecretName::Variable(name) = &known.name else {
                return None;
            };
            (known.environment.is_none() && known.value.expose() == value).then(|| name.clone())
        })
    }

    /// `name`, or with a number behind it where another value has the name.
    fn free_name(&self, name: &str, value: &str) -> String {
        let fits = |name: &str| {
            let wanted = SecretName::Variable(name.to_owned());
            match self
                .imported
                .secrets
                .iter()
                .find(|secret| secret.name == wanted)
            {
                Some(known) => known.value.expose() == value,
                None => !self
                    .imported
                    .variables
                    .iter()
                    .any(|known| known.name == name),
            }
        };
        if fits(name) {
            return name.to_owned();
        }
        (2..100_000)
            .map(|number| format!("{name}-{number}"))
            .find(|name| fits(name))
            .unwrap_or_else(|| name.to_owned())
    }

    /// A key that the other tool adds to the query: a row like any other, its value a secret.
    pub(super) fn key_row(
        &mut self,
        mut key: QueryRow,
        draft: &mut RequestDraft,
        origin: Option<&String>,
    ) {
        let origins: Vec<String> = origin.into_iter().cloned().collect();
        if let Some(value) = &mut key.value {
            self.hide(value, &variable_name(&key.name), &origins);
        }
        if !draft.query.iter().any(|row| row.name == key.name) {
            draft.query.push(key);
        }
    }

    /// A text with what it refers to in an environment; empty where something of it is not known.
    fn in_environment(&self, id: &EnvironmentId, text: &str) -> String {
        let put_in = Scope::of(Some(id), &self.imported).expanded(text);
        put_in.map(|put_in| put_in.text).unwrap_or_default()
    }

    /// `only`: no other environment gets these credentials.
    pub(super) fn place_grant(&mut self, only: Option<&EnvironmentId>, grant: &ClientGrant) {
        if only.is_none() {
            self.add_environment_of_login(&self.with_host(&grant.token_url));
        }
        let ids: Vec<EnvironmentId> = self
            .imported
            .environments
            .iter()
            .filter(|environment| environment.credentials == Credentials::None)
            .map(|environment| environment.id.clone())
            .filter(|id| only.is_none_or(|only| only == id))
            .collect();
        let mut any = false;
        for id in ids {
            let token_url = match self.in_environment(&id, &grant.token_url) {
                url if url.is_empty() => self.with_host(&grant.token_url),
                url => url,
            };
            let credentials = Credentials::ClientCredentials {
                client_id: self.in_environment(&id, &grant.client_id),
                scope: grant.scope.clone(),
                style: if grant.in_body {
                    ClientAuthentication::Body
                } else {
                    ClientAuthentication::Basic
                },
            };
            let secret = self.in_environment(&id, &grant.client_secret);
            let found = self
                .imported
                .environments
                .iter_mut()
                .find(|environment| environment.id == id);
            let Some(environment) = found else { continue };
            if !takes_login(environment, &token_url) {
                continue;
            }
            any = true;
            environment.credentials = credentials;
            if !secret.is_empty() {
                let place = place_of(self.text, &secret);
                let secret = FoundSecret::of(environment, SecretName::ClientSecret, &secret, place);
                self.imported.secrets.push(secret);
            }
        }
        if !any {
            self.ignore("the OAuth 2.0 client credentials", "their token URL is no Genesys Cloud login and no API Gateway: enter them in an environment");
        }
    }

    /// Where the login of a grant is, requests go as well.
    fn add_environment_of_login(&mut self, token_url: &str) {
        let (host, path) = host_and_path(token_url);
        if let Some(region) = region_of(host) {
            self.direct(region);
        } else if is_execute_api(host) {
            let origin = &token_url[..token_url.len() - path.len()];
            self.environment_for(origin, path);
        }
    }

    /// A secret that all requests share may be sent where those requests go that refer to it, and nowhere else. A request whose host
    /// is a variable's goes wherever a named environment says.
    pub(super) fn bind_shared_secrets(&mut self) {
        let sets: HashSet<&EnvironmentId> = self.named.iter().collect();
        let named: Vec<String> = self
            .imported
            .environments
            .iter()
            .filter(|environment| sets.contains(&environment.id))
            .filter_map(|environment| Some(route::api_base(environment).ok()?.origin()))
            .collect();
        let references: Vec<HashSet<String>> = self
            .imported
            .requests
            .iter()
            .map(|request| referred(&request.draft))
            .collect();
        for secret in &mut self.imported.secrets {
            let (None, SecretName::Variable(name)) = (&secret.environment, &secret.name) else {
                continue;
            };
            let mut seen: HashSet<String> = secret.origins.iter().cloned().collect();
            let mut add = |origin: &String| {
                if seen.insert(origin.clone()) {
                    secret.origins.push(origin.clone());
                }
            };
            let (mut is_referred_to, mut is_named) = (false, false);
            let requests = self.imported.requests.iter().zip(&references).enumerate();
            for (at, (request, _)) in requests.filter(|(_, (_, names))| names.contains(name)) {
                is_referred_to = true;
                is_named |= self.at_variable_hosts.contains(&at)
                    && request
                        .environment
                        .as_ref()
                        .is_some_and(|id| sets.contains(id));
                request.origin.iter().for_each(&mut add);
            }
            if is_named || !is_referred_to {
                named.iter().for_each(add);
            }
        }
    }

    /// One value is kept once: a secret variable that only the client credentials refer to is those credentials' own.
    pub(super) fn drop_repeated_secrets(&mut self) {
        let client_secrets: Vec<(Option<EnvironmentId>, Secret)> = self
            .imported
            .secrets
            .iter()
            .filter(|secret| secret.name == SecretName::ClientSecret)
            .map(|secret| (secret.environment.clone(), secret.value.clone()))
            .collect();
        if client_secrets.is_empty() {
            return;
        }
        let mut used: HashSet<String> = HashSet::new();
        for request in &self.imported.requests {
            used.extend(referred(&request.draft));
        }
        let mut dropped: Vec<(Option<EnvironmentId>, String)> = Vec::new();
        self.imported.secrets.retain(|secret| {
            let SecretName::Variable(name) = &secret.name else {
                return true;
            };
            let repeats = client_secrets.iter().any(|(environment, value)| {
                *value == secret.value
                    && (secret.environment.is_none() || secret.environment == *environment)
            });
            let goes = repeats && !used.contains(name);
            if goes {
                dropped.push((secret.environment.clone(), name.clone()));
            }
            !goes
        });
        for (environment, name) in dropped {
            let variables = match &environment {
                None => Some(&mut self.imported.variables),
                Some(id) => self
                    .imported
                    .environments
                    .iter_mut()
                    .find(|own| own.id == *id)
                    .map(|own| &mut own.variables),
            };
            if let Some(variables) = variables {
                variables.retain(|variable| variable.name != name);
            }
            self.ignore(
                format!("the variable {name}"),
                "it is the client secret, which the environment keeps as such; no request refers to it",
            );
        }
    }
}

/// The variables that a request refers to, secret ones without `secret.` before the name.
fn referred(draft: &RequestDraft) -> HashSet<String> {
    let mut names = HashSet::new();
    draft.for_each_text(&mut |text| {
        names.extend(references(text).into_iter().map(|found| {
            let name = found.name;
            name.strip_prefix("secret.").unwrap_or(name).to_owned()
        }));
    });
    names
}

/// Host and path of a URL; the host is empty where there is no protocol.
fn host_and_path(url: &str) -> (&str, &str) {
    let Some((_, behind)) = url.split_once("://") else {
        return ("", "");
    };
    let (authority, path) = behind
        .find('/')
        .map_or((behind, ""), |at| behind.split_at(at));
    (authority.split(':').next().unwrap_or(authority), path)
}

/// Whether the environment gets its token there; a gateway's login is set by it.
fn takes_login(environment: &mut Environment, token_url: &str) -> bool {
    let (host, _) = host_and_path(token_url);
    let region = region_of(host);
    match &mut environment.target {
        Target::Direct {
            place: Deployment::Region(own),
        } => Some(*own) == region,
        Target::Direct { .. } => false,
        Target::Gateway(gateway) => match region {
            Some(region) => {
                gateway.token_from = TokenFrom::Region(Deployment::Region(region));
                true
            }
            None if gateway.host == host => {
                if let Ok(parsed) = InvokeUrl::parse(token_url)
                    && let Some(login_path) = parsed.login_path
                {
                    gateway.login_path = login_path;
                }
                true
            }
            None => false,
        },
    }
}

/// How a request gets its credentials, in the other tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::interchange) struct FoundAuth {
    pub(in crate::interchange) auth: RequestAuth,
    /// An API key that goes into the query.
    pub(in crate::interchange) key: Option<QueryRow>,
}

impl FoundAuth {
    /// A key in the query, and nothing else.
    pub(in crate::interchange) fn key(name: String, value: String) -> Self {
        Self {
            auth: RequestAuth::None,
            key: (!name.is_empty()).then_some(QueryRow {
                enabled: true,
                name,
                value: Some(value),
            }),
        }
    }
}

impl From<RequestAuth> for FoundAuth {
    fn from(auth: RequestAuth) -> Self {
        Self { auth, key: None }
    }
}

/// Whether a variable's value belongs into the keyring.
pub(in crate::interchange) fn hides(name: &str, value: &str, is_secret: bool) -> bool {
    (is_secret || is_credential_field(name) || is_credential_value(value))
        && !is_made_of_references(value)
}

/// Whether dots or words stand in the value's place, as exports write them.
pub(super) fn is_masked(value: &str) -> bool {
    [MASK, NOT_KEPT].iter().any(|mask| value.contains(mask)) || decode(value).contains(MASK)
}

fn is_credential_row(row: &QueryRow) -> bool {
    is_credential_field(&row.name) || row.value.as_deref().is_some_and(is_credential_value)
}

/// Names in a query that let whoever has the value in. As fields of bodies they mean other things.
fn names_session(name: &str) -> bool {
    const NAMES: [&str; 6] = [
        "auth",
        "session_id",
        "sid",
        "sessid",
        "phpsessid",
        "jsessionid",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// `x-api-key` is the variable `x-api-key`; other signs become dashes.
fn variable_name(text: &str) -> String {
    let name: String = text
        .trim()
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '_' {
                letter.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "secret".to_owned()
    } else {
        name.to_owned()
    }
}
