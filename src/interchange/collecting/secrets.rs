//! Credentials of collections: literal ones become secret variables, those of clients go to the environments whose login they name.

use super::{ClientGrant, Collecting, region_of};
use crate::interchange::FoundSecret;
use crate::interchange::document::place_of;
use crate::interchange::text::Place;
use crate::model::environment::{
    ClientAuthentication, Credentials, Place as Deployment, Target, TokenFrom, Variable,
};
use crate::model::masks::{
    FieldSyntax, credentials_in_text, is_credential_field, is_credential_header,
    is_made_of_references,
};
use crate::model::request::{DraftBody, PartRow, PartValue, RequestAuth, RequestDraft};
use crate::model::route::{InvokeUrl, is_execute_api};
use crate::model::secret::SecretName;

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
            .filter(|row| is_credential_header(&row.name))
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
            .filter(|row| is_credential_field(&row.name))
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
                for row in rows.iter_mut().filter(|row| is_credential_field(&row.name)) {
                    if let Some(value) = &mut row.value {
                        self.hide(value, &variable_name(&row.name), origins);
                    }
                }
            }
            DraftBody::Multipart { rows } => {
                for PartRow { name, value, .. } in
                    rows.iter_mut().filter(|row| is_credential_field(&row.name))
                {
                    if let PartValue::Text(text) = value {
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
        let name = self.free_name(&variable_name(name), value);
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
        *value = format!("{{{{secret.{name}}}}}");
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

    pub(super) fn place_grant(&mut self, grant: &ClientGrant) {
        let token_url = self.with_host(&grant.token_url);
        let value_of = |text: &str, collecting: &Self| -> String {
            let name = text
                .trim()
                .strip_prefix("{{")
                .and_then(|text| text.strip_suffix("}}"))
                .map(|name| name.trim_start_matches("secret."));
            let Some(name) = name else {
                return text.to_owned();
            };
            let secret = SecretName::Variable(name.to_owned());
            let stored = collecting
                .imported
                .secrets
                .iter()
                .find(|known| known.name == secret)
                .map(|known| known.value.expose().to_owned());
            let plain = || {
                collecting
                    .imported
                    .variables
                    .iter()
                    .find(|known| known.name == name && !known.secret)
                    .map(|known| known.value.clone())
            };
            stored.or_else(plain).unwrap_or_default()
        };
        let client_id = value_of(&grant.client_id, self);
        let secret = value_of(&grant.client_secret, self);
        let host = token_url.split_once("://").map_or("", |(_, behind)| {
            behind.split(['/', ':']).next().unwrap_or_default()
        });
        let region = region_of(host);
        if let Some(region) = region {
            self.direct(region);
        } else if is_execute_api(host) && !token_url.is_empty() {
            let path = token_url
                .split_once("://")
                .and_then(|(_, behind)| behind.find('/').map(|at| behind[at..].to_owned()))
                .unwrap_or_default();
            let origin = token_url[..token_url.len() - path.len()].to_owned();
            self.environment_for(&origin, &path);
        } else {
            self.ignore("the OAuth 2.0 client credentials", "their token URL is no Genesys Cloud login and no API Gateway: enter them in an environment");
            return;
        }
        let mut placed = Vec::new();
        for environment in &mut self.imported.environments {
            let fits = match &mut environment.target {
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
                        if let Ok(parsed) = InvokeUrl::parse(&token_url)
                            && let Some(login_path) = parsed.login_path
                        {
                            gateway.login_path = login_path;
                        }
                        true
                    }
                    None => false,
                },
            };
            if fits && environment.credentials == Credentials::None {
                environment.credentials = Credentials::ClientCredentials {
                    client_id: client_id.clone(),
                    scope: grant.scope.clone(),
                    style: if grant.in_body {
                        ClientAuthentication::Body
                    } else {
                        ClientAuthentication::Basic
                    },
                };
                placed.push(environment.clone());
            }
        }
        let place = if secret.is_empty() {
            Place::START
        } else {
            place_of(self.text, &secret)
        };
        for environment in placed {
            if !secret.is_empty() {
                self.imported.secrets.push(FoundSecret::of(
                    &environment,
                    SecretName::ClientSecret,
                    &secret,
                    place,
                ));
            }
        }
    }
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
