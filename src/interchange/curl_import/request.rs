//! One request out of curl's options.

use super::Given;
use super::body::{Data, QueryArgument};
use super::network::Network;
use super::options::Meaning;
use super::stray::is_url;
use super::url::{
    look_for_globs, pasted, place_url, with_file_name, with_query, with_scheme, without_dots,
};
use crate::interchange::client_config::{deployment_of, free_id, gateway_of};
use crate::interchange::found_secrets;
use crate::interchange::text::Place;
use crate::interchange::types::{Ignored, ImportError, Imported, ImportedRequest, Lint};
use crate::model::clients::ClientForm;
use crate::model::environment::{
    Colour, Credentials, Environment, KeepHistory, Protection, Target,
};
use crate::model::request::{DraftBody, HeaderRow, RequestAuth, RequestDraft};
use crate::model::route::{self, InvokeUrl};

/// A command with more URLs is a text that only looks like one.
const MOST_URLS: usize = 100;

/// Builds the requests of one command, one a URL.
pub(super) fn build(
    text: &str,
    options: &[Given<'_>],
    input: Option<&str>,
    imported: &mut Imported,
) -> Result<(), ImportError> {
    let mut parts = Parts::new(text);
    for given in options {
        parts.take(given, input, imported)?;
    }
    let start = options
        .first()
        .map_or(Place::START, |given| Place::at(text, given.at));
    if parts.urls.is_empty() {
        let names: Vec<String> = options
            .iter()
            .take(8)
            .map(|given| format!("--{}", given.known.long))
            .collect();
        return Err(
            ImportError::new(start, "The curl command has no URL: add it")
                .having_understood(names.join(", ")),
        );
    }
    let mut urls = std::mem::take(&mut parts.urls);
    if urls.len() > MOST_URLS {
        return Err(ImportError::new(
            start,
            format!(
                "The command has {} URLs, and at most {MOST_URLS} are read: it may be no curl command",
                urls.len()
            ),
        ));
    }
    if urls.len() > 1 {
        imported.lint.push(Lint::new(
            start,
            format!("The command has {} URLs", urls.len()),
            "Each becomes a request with the same settings; take out what is no URL",
        ));
    }
    parts.network.check(imported);
    parts.check_kinds(start, imported);
    for url in &mut urls {
        parts.finish_url(url, start, imported);
    }
    let draft = parts.draft(start, imported);
    for url in &urls {
        let mut request = ImportedRequest::new(draft.clone());
        parts.send_to(&mut request, url, imported);
        found_secrets::take_out(&mut request, imported, start);
        imported.requests.push(request);
    }
    Ok(())
}

/// What curl is told to leave in a URL as it stands.
#[derive(Default)]
struct Kept {
    dots: bool,
    globs: bool,
}

struct Parts<'a> {
    urls: Vec<String>,
    method: Option<String>,
    headers: Vec<HeaderRow>,
    /// Headers that curl shall not send, as in `-H 'Accept:'`.
    removed: Vec<String>,
    /// Headers that options make: a row of the same name takes their place, and so does one that removes it.
    made: Vec<(&'static str, String)>,
    cookies: Vec<String>,
    user: Option<String>,
    bearer: Option<String>,
    /// The option that needs the user for something other than Basic.
    login: Option<&'static str>,
    data: Data,
    query: Vec<String>,
    is_head: bool,
    is_get: bool,
    kept: Kept,
    network: Network<'a>,
}

impl<'a> Parts<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            urls: Vec::new(),
            method: None,
            headers: Vec::new(),
            removed: Vec::new(),
            made: Vec::new(),
            cookies: Vec::new(),
            user: None,
            bearer: None,
            login: None,
            data: Data::default(),
            query: Vec::new(),
            is_head: false,
            is_get: false,
            kept: Kept::default(),
            network: Network::new(text),
        }
    }

    fn take(
        &mut self,
        given: &Given<'_>,
        input: Option<&str>,
        imported: &mut Imported,
    ) -> Result<(), ImportError> {
        let value = given.value;
        match given.known.meaning {
            Meaning::Method => self.method = Some(value.to_owned()),
            Meaning::Header => self.header(value, imported),
            Meaning::Data
            | Meaning::DataRaw
            | Meaning::DataBinary
            | Meaning::DataEncoded
            | Meaning::Json => self.data.add(given.known.meaning, value, input, imported),
            Meaning::Form => self.data.add_part(value, false, imported),
            Meaning::FormString => self.data.add_part(value, true, imported),
            Meaning::Upload => self.data.upload(value, input, imported),
            Meaning::Head => self.is_head = true,
            Meaning::Get => self.is_get = true,
            Meaning::User => self.user = Some(value.to_owned()),
            Meaning::Bearer => self.bearer = Some(value.to_owned()),
            Meaning::Login(why) => {
                self.login = Some(given.known.long);
                imported
                    .ignored
                    .push(Ignored::new(format!("--{}", given.known.long), why));
            }
            // An empty one only makes curl keep cookies.
            Meaning::Cookie if value.is_empty() => {}
            Meaning::Cookie if value.contains('=') => self.cookies.push(value.to_owned()),
            Meaning::Cookie => imported.ignored.push(Ignored::new(
                "--cookie with a file",
                "cookies are read from no file: write them as `name=value`",
            )),
            Meaning::UserAgent => self.made("User-Agent", value, value, imported),
            Meaning::Referer => {
                let referer = value.trim_end_matches(";auto");
                self.made("Referer", referer, referer, imported);
            }
            Meaning::Range => self.made("Range", value, &format!("bytes={value}"), imported),
            Meaning::Url if !is_url(value) => imported
                .ignored
                .push(Ignored::new("--url", "its value is no URL")),
            Meaning::Url => self.urls.push(value.to_owned()),
            Meaning::UrlQuery => match super::body::query_argument(value) {
                QueryArgument::Text(text) => self.query.push(text),
                QueryArgument::File => imported.ignored.push(Ignored::new(
                    "--url-query with a file",
                    "the query holds text only: paste the text",
                )),
            },
            Meaning::PathAsIs => self.kept.dots = true,
            Meaning::GlobOff => self.kept.globs = true,
            Meaning::ConfigFile => imported.ignored.push(Ignored::new(
                "--config",
                "a file of options is not read: paste its options into the command",
            )),
            Meaning::Certificate => imported.ignored.push(Ignored::new(
                format!("--{}", given.known.long),
                "Gatescope sends no client certificates",
            )),
            Meaning::Ignored(why) => imported
                .ignored
                .push(Ignored::new(format!("--{}", given.known.long), why)),
            Meaning::Same | Meaning::Next => {}
            _ => return self.network.take(given, imported),
        }
        Ok(())
    }

    fn row(&mut self, name: &str, value: &str) {
        self.headers.push(HeaderRow {
            enabled: true,
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }

    fn header(&mut self, text: &str, imported: &mut Imported) {
        if text.starts_with('@') {
            imported.ignored.push(Ignored::new(
                "--header with a file",
                "headers are read from no file: paste them",
            ));
            return;
        }
        match text.split_once(':') {
            Some((name, value)) if value.trim().is_empty() => self.remove(name.trim(), imported),
            Some((name, value)) => self.row(name.trim_end(), value.trim()),
            None => match text.trim_end().strip_suffix(';') {
                Some(name) => self.row(name, ""),
                None => imported.ignored.push(Ignored::new(
                    "a header without a colon",
                    "curl leaves it out too",
                )),
            },
        }
    }

    /// A header of an option; without a value curl sends none.
    fn made(&mut self, name: &'static str, given: &str, value: &str, imported: &mut Imported) {
        self.made.retain(|(known, _)| *known != name);
        if given.is_empty() {
            self.remove(name, imported);
        } else {
            self.made.push((name, value.to_owned()));
        }
    }

    fn remove(&mut self, name: &str, imported: &mut Imported) {
        let is_ours = ["accept", "accept-encoding", "user-agent", "host"]
            .contains(&name.to_ascii_lowercase().as_str());
        // What is sent in place of a body's own type is the body's matter.
        if !name.eq_ignore_ascii_case("content-type") {
            imported.ignored.push(Ignored::new(
                format!("the header `{name}` without a value"),
                if is_ours {
                    "Gatescope always sends one: a row of that name says which"
                } else {
                    "it only keeps curl from adding its own"
                },
            ));
        }
        self.removed.push(name.to_owned());
    }

    fn is_removed(&self, name: &str) -> bool {
        self.removed
            .iter()
            .any(|removed| removed.eq_ignore_ascii_case(name))
    }

    /// curl sends one kind of request and refuses two.
    fn check_kinds(&self, place: Place, imported: &mut Imported) {
        let kinds = [
            self.is_head,
            !self.data.is_empty() && !self.is_get,
            !self.data.parts.is_empty(),
            self.data.is_upload(),
        ];
        if kinds.iter().filter(|kind| **kind).count() > 1 {
            imported.lint.push(Lint::new(
                place,
                "curl refuses this command, which asks for more than one kind of request",
                "Keep one of --head, --data, --form and --upload-file",
            ));
        }
    }

    fn finish_url(&self, url: &mut String, place: Place, imported: &mut Imported) {
        if !self.kept.globs {
            look_for_globs(url, place, imported);
        }
        if !self.kept.dots {
            *url = without_dots(url);
        }
        if let Some(file) = self.data.uploaded() {
            *url = with_file_name(url, file);
        }
    }

    /// All but where it goes.
    fn draft(&mut self, place: Place, imported: &mut Imported) -> RequestDraft {
        let method = self.method.clone().unwrap_or_else(|| {
            let method = if self.is_head {
                "HEAD"
            } else if self.data.is_upload() {
                "PUT"
            } else if self.data.has_any() && !self.is_get {
                "POST"
            } else {
                "GET"
            };
            method.to_owned()
        });
        if !self.cookies.is_empty() {
            self.made.push(("Cookie", self.cookies.join("; ")));
        }
        for (name, value) in std::mem::take(&mut self.made) {
            self.default_row(name, &value);
        }
        if self.is_get && !self.data.is_empty() {
            self.query.push(self.data.query(imported));
            self.data = Data::default();
        }
        let auth = self.authorization(imported);
        if self.data.is_json {
            self.default_row("Accept", "application/json");
        }
        if let Some(content_type) = self.data.type_of_nothing() {
            self.default_row("Content-Type", content_type);
        }
        let content_type = self
            .header_value("content-type")
            .or_else(|| self.is_removed("content-type").then(String::new));
        let body =
            std::mem::take(&mut self.data).into_body(content_type.as_deref(), place, imported);
        self.drop_own_content_type(&body);
        self.tell_of_type(&body, imported);
        RequestDraft {
            method,
            headers: std::mem::take(&mut self.headers),
            auth,
            body,
            ..RequestDraft::default()
        }
    }

    /// Each URL has an environment of its own.
    fn send_to(&mut self, request: &mut ImportedRequest, url: &str, imported: &mut Imported) {
        place_url(request, &with_query(url, &self.query), imported);
        let origin = request.origin.clone();
        let environment = origin.and_then(|origin| self.environment(&origin, url, imported));
        match environment {
            Some(environment) => {
                if let Some(path) = pasted(&with_scheme(url))
                    .and_then(|pasted| pasted.path_in(&environment, &request.draft.method))
                {
                    request.draft.path = path;
                }
                request.environment = Some(environment.id.clone());
                let known = imported
                    .environments
                    .iter()
                    .any(|one| one.id == environment.id);
                if !known {
                    self.network.keep_password(&environment, imported);
                    self.network.tell_of(&environment, imported);
                    imported.environments.push(environment);
                }
            }
            None => self.network.ignore(imported),
        }
    }

    fn header_value(&self, name: &str) -> Option<String> {
        self.headers
            .iter()
            .find(|row| row.name.eq_ignore_ascii_case(name))
            .map(|row| row.value.clone())
    }

    fn default_row(&mut self, name: &str, value: &str) {
        if self.header_value(name).is_none() && !self.is_removed(name) {
            self.row(name, value);
        }
    }

    /// Who asks: a bearer token before user and password, and a bearer token in a header row that stands alone.
    fn authorization(&mut self, imported: &mut Imported) -> RequestAuth {
        let at = self
            .headers
            .iter()
            .position(|row| row.name.eq_ignore_ascii_case("authorization"));
        let mut ignore = |why: String| imported.ignored.push(Ignored::new("--user", why));
        match (self.bearer.take(), self.user.take(), self.login) {
            (Some(token), user, _) => {
                if user.is_some() {
                    ignore("--oauth2-bearer takes its place".to_owned());
                }
                return RequestAuth::Bearer { token };
            }
            (None, Some(_), Some(login)) => ignore(format!(
                "it is for --{login}, which Gatescope cannot do: choose how to log in under Auth"
            )),
            (None, Some(user), None) => {
                if !user.contains(':') {
                    ignore(
                        "it has no password, which curl asks for: fill it in under Auth".to_owned(),
                    );
                }
                let (user, password) = user.split_once(':').unwrap_or((&user, ""));
                return RequestAuth::Basic {
                    user: user.to_owned(),
                    password: password.to_owned(),
                };
            }
            (None, None, _) => {}
        }
        let token = at
            .filter(|at| self.headers[*at].name == "Authorization")
            .and_then(|at| self.headers[at].value.split_once(' '))
            .and_then(|(scheme, token)| {
                let is_bearer = scheme.eq_ignore_ascii_case("bearer");
                (is_bearer && !token.trim().is_empty()).then(|| token.trim().to_owned())
            });
        match (at, token) {
            (Some(at), Some(token)) => {
                self.headers.remove(at);
                RequestAuth::Bearer { token }
            }
            _ => RequestAuth::None,
        }
    }

    /// Where curl sends a body without saying what it is.
    fn tell_of_type(&self, body: &DraftBody, imported: &mut Imported) {
        let has_none = match body {
            DraftBody::Text { content_type, .. } | DraftBody::File { content_type, .. } => {
                content_type.is_empty()
            }
            DraftBody::Multipart { .. } => self.is_removed("content-type"),
            DraftBody::None | DraftBody::Json { .. } | DraftBody::Form { .. } => false,
        };
        if has_none && self.header_value("content-type").is_none() {
            imported.ignored.push(Ignored::new(
                "sending no Content-Type",
                "a body always goes out with one: a row of that name says which",
            ));
        }
    }

    /// The row is left out where the body says the same.
    fn drop_own_content_type(&mut self, body: &DraftBody) {
        let own = match body {
            DraftBody::Json { .. } => "application/json",
            DraftBody::Form { .. } => "application/x-www-form-urlencoded",
            DraftBody::Text { content_type, .. } => content_type.as_str(),
            // curl writes the boundary itself, unless the row has one.
            DraftBody::Multipart { .. } => "multipart/form-data",
            DraftBody::None | DraftBody::File { .. } => return,
        };
        self.headers.retain(|row| {
            !(row.name.eq_ignore_ascii_case("content-type") && row.value.eq_ignore_ascii_case(own))
        });
    }

    /// For a host of Genesys Cloud or of API Gateway.
    fn environment(&mut self, origin: &str, url: &str, imported: &Imported) -> Option<Environment> {
        let pasted = pasted(&with_scheme(url.split('?').next().unwrap_or_default()))?;
        let (name, target) = if let Some(region) = pasted.region() {
            let place = deployment_of(region.domain())?;
            (
                format!("Genesys Cloud {}", region.aws_name()),
                Target::Direct { place },
            )
        } else if route::is_execute_api(&pasted.host) {
            let known = pasted.path.split("{{").next().unwrap_or_default();
            let invoke = InvokeUrl::parse(&format!("{origin}{known}")).ok()?;
            let mut gateway = gateway_of(&ClientForm {
                host: pasted.host.clone(),
                ..ClientForm::default()
            });
            invoke.apply_to(&mut gateway);
            gateway.client_form = ClientForm::default();
            (pasted.host.clone(), Target::Gateway(Box::new(gateway)))
        } else {
            return None;
        };
        if let Some(known) = imported
            .environments
            .iter()
            .find(|one| one.target == target)
        {
            return Some(known.clone());
        }
        let used: Vec<Colour> = imported.environments.iter().map(|one| one.colour).collect();
        Some(Environment {
            id: free_id(&name, &imported.environments),
            name,
            colour: Colour::default().unused(&used),
            protection: Protection::default(),
            target,
            credentials: Credentials::None,
            variables: Vec::new(),
            default_headers: Vec::new(),
            path_map: Vec::new(),
            network: self.network.settings(),
            history: KeepHistory::default(),
            route_map: None,
            sandbox: None,
        })
    }
}
