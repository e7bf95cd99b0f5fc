//! A request as a cURL command for a POSIX shell, Windows cmd or PowerShell: every value quoted, every secret a shell variable.
//! Text out only; reading cURL commands is another file's work. How values are quoted is `shell` and `windows`, how a multipart body is
//! told in `-F` options is `multipart`, which texts are secrets is `hidden`.

mod hidden;
mod multipart;
mod shell;
mod windows;

use std::path::Path;

use crate::model::dynamic::Dynamics;
use crate::model::encode;
use crate::model::environment::{Environment, HttpVersion, Proxy};
use crate::model::masks::FieldSyntax;
use crate::model::note::{Field, Problem};
use crate::model::request::{DraftBody, RequestAuth, RequestDraft};
use crate::model::resolve::{Purpose, ResolveContext, resolve};
use crate::model::resolved::{BodySegment, HeaderOrigin, RequestHeader, ResolvedRequest};
use crate::model::secret::Secrets;
use crate::model::variables::{Expander, Surroundings};

use super::text::Place;
use super::{Export, ExportContext, Lint};

use hidden::{Context, Hidden};
use shell::{Piece, quote};

pub use shell::Shell;

/// A longer argument is handed over on standard input: Linux takes no argument of 128 KiB or more.
const LONGEST_ARGUMENT: usize = 100_000;

/// What the command is made from besides the request and its environment.
#[derive(Debug, Clone, Copy)]
pub struct CurlOptions<'a> {
    pub dynamics: Dynamics,
    /// Relative paths of body files begin here.
    pub folder: Option<&'a Path>,
}

/// The command that sends what `draft` means in `environment` (sandbox environments: already bound).
/// In front of it one comment line for each shell variable that has to be set.
///
/// # Errors
/// What stands in the way of sending it.
pub fn curl_command(
    draft: &RequestDraft,
    environment: &Environment,
    options: CurlOptions<'_>,
) -> Result<String, Vec<Problem>> {
    let no_secrets = Secrets::new();
    let export = export(
        draft,
        environment,
        options,
        Shell::Posix,
        ExportContext::masked(&no_secrets),
    )?;
    Ok(export.text)
}

/// The same for any shell. Where the context reveals secrets, those that are known are set in front of the command.
///
/// # Errors
/// As `curl_command`.
pub fn export(
    draft: &RequestDraft,
    environment: &Environment,
    options: CurlOptions<'_>,
    shell: Shell,
    shown: ExportContext<'_>,
) -> Result<Export, Vec<Problem>> {
    let mut hidden = Hidden::new(draft, environment);
    let hiding = hidden.environment(environment);
    let secrets = hidden.secrets(&hiding);
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: Some(options.dynamics),
    };
    let (plain, user_password) = without_basic(draft);
    let request = resolve(&plain, &hiding, context)?;
    hidden.know(&request.masks);
    let mut command = Command {
        request: &request,
        body_context: match &draft.body {
            DraftBody::Json { .. } => Context::Json,
            DraftBody::Form { .. } => Context::Form,
            _ => Context::Plain,
        },
        hidden,
        options: Vec::new(),
        input: None,
        shell,
        needs_exact_words: false,
        lint: Vec::new(),
    };
    command.wire();
    command.method();
    if let Some((user, password)) = user_password {
        command.user(user, password, &hiding, context)?;
    }
    command.network();
    let multipart = multipart::parts(&request);
    command.headers(multipart.is_some());
    match multipart {
        Some(parts) => command.form(&parts, options.folder),
        None => command.body(options.folder),
    }
    Ok(command.finish(environment, shown))
}

/// User and password go into `-u`, because a shell variable inside Base64 is none.
fn without_basic(draft: &RequestDraft) -> (RequestDraft, Option<(&str, &str)>) {
    let mut plain = draft.clone();
    let overridden = draft
        .headers
        .iter()
        .any(|row| row.enabled && row.name.trim().eq_ignore_ascii_case("authorization"));
    match &draft.auth {
        RequestAuth::Basic { user, password } if !overridden => {
            plain.auth = RequestAuth::None;
            (plain, Some((user, password)))
        }
        _ => (plain, None),
    }
}

struct Command<'a> {
    request: &'a ResolvedRequest,
    /// How variables were put into the body.
    body_context: Context,
    hidden: Hidden,
    /// One a line, quoted.
    options: Vec<String>,
    /// What comes in on standard input, as a shell command.
    input: Option<String>,
    shell: Shell,
    /// A value that PowerShell before 7.3 does not hand over as it is.
    needs_exact_words: bool,
    lint: Vec<Lint>,
}

impl Command<'_> {
    fn option(&mut self, name: &str, value: &[Piece]) {
        self.needs_exact_words |= shell::is_changed_by_old_power_shell(value);
        self.options
            .push(format!("{name} {}", self.shell.quote(value)));
    }

    fn plain(&mut self, name: &str, value: impl Into<String>) {
        self.option(name, &[Piece::Text(value.into())]);
    }

    fn wire(&mut self) {
        let version = match (self.request.network.http_version, self.is_https()) {
            (HttpVersion::Http11, _) => Some("--http1.1"),
            (HttpVersion::Http2, true) => Some("--http2"),
            (HttpVersion::Http2, false) => Some("--http2-prior-knowledge"),
            (HttpVersion::Automatic, _) => None,
        };
        self.options
            .push("--path-as-is --globoff --compressed".to_owned());
        self.options.extend(version.map(str::to_owned));
    }

    fn is_https(&self) -> bool {
        self.request.url.scheme == "https"
    }

    fn method(&mut self) {
        match (self.request.method.as_str(), self.request.body.is_empty()) {
            ("GET", true) => {}
            ("HEAD", true) => self.options.push("--head".to_owned()),
            (method, _) => self.plain("--request", method),
        }
    }

    fn user(
        &mut self,
        user: &str,
        password: &str,
        environment: &Environment,
        context: ResolveContext<'_>,
    ) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        let mut expander = Expander::new(environment, context);
        let mut expand = |text: &str| {
            let field = Field::Auth(crate::model::note::AuthField::User);
            expander
                .expand(text, Surroundings::Plain, &field, &mut problems)
                .text
        };
        let user = expand(user);
        let password = expand(password);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut value = self.hidden.text(&format!("{user}:"), Context::Plain, &[]);
        value.extend(
            self.hidden
                .credential("password", &password, Context::Plain),
        );
        self.option("--user", &value);
        Ok(())
    }

    fn network(&mut self) {
        let network = &self.request.network;
        let url = &self.request.url;
        let is_loopback = url.host == "localhost"
            || url.host.ends_with(".localhost")
            || url
                .host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        match &network.proxy {
            _ if is_loopback => self.plain("--noproxy", "*"),
            Proxy::System => {}
            Proxy::None => self.plain("--noproxy", "*"),
            Proxy::Explicit {
                url,
                user_name,
                bypass,
            } => {
                let ranges = crate::model::masks::credentials_in_url(url);
                let value = self.hidden.named(url, Context::Encoded, &ranges);
                self.option("--proxy", &value);
                if !user_name.is_empty() {
                    let mut value = vec![Piece::Text(format!("{user_name}:"))];
                    value.push(self.hidden.variable(
                        "PROXY_PASSWORD",
                        "the password of the proxy",
                        user_name,
                    ));
                    self.option("--proxy-user", &value);
                }
                if !bypass.is_empty() {
                    self.plain("--noproxy", bypass.join(","));
                }
            }
        }
        if !network.ca_file.is_empty() {
            self.plain("--cacert", &network.ca_file);
        }
        for fixed in &network.resolve {
            let address = if fixed.address.contains(':') {
                format!("[{}]", fixed.address.trim_matches(['[', ']']))
            } else {
                fixed.address.clone()
            };
            self.plain(
                "--resolve",
                format!("{}:{}:{address}", fixed.host, url.port),
            );
        }
        if !network.trusted_fingerprint.is_empty() {
            self.hidden.remark(
                "The certificate is trusted by its fingerprint in Gatescope, which curl cannot do",
            );
        }
    }

    /// `Host` and the framing that Gatescope writes itself are what curl writes by itself.
    fn headers(&mut self, is_form: bool) {
        let request = self.request;
        let host = request
            .headers
            .iter()
            .position(|header| header.name.eq_ignore_ascii_case("host"))
            .map_or(0, |at| at + 1);
        for (at, header) in request.headers.iter().enumerate() {
            if at == host {
                self.token();
            }
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            let is_automatic = header.origin == HeaderOrigin::Automatic;
            if (is_automatic && (is("host") || is("content-length")))
                || (is_form && is("content-type"))
            {
                continue;
            }
            self.header(header);
        }
        if host >= request.headers.len() {
            self.token();
        }
        let has = |name: &str| {
            request
                .headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case(name))
        };
        // What curl would add on its own.
        for name in ["Accept", "User-Agent", "Accept-Encoding"] {
            if !has(name) {
                self.plain("--header", format!("{name}:"));
            }
        }
        if !has("expect") && (is_form || !request.body.is_empty()) {
            self.plain("--header", "Expect:");
        }
    }

    fn token(&mut self) {
        if !self.request.wants_token {
            return;
        }
        let name = self
            .request
            .network
            .header_case
            .spell("Authorization", true);
        let environment = &self.request.environment;
        let words =
            format!("an access token, such as: gatescope token --env {environment} --print");
        let token = self.hidden.variable("ACCESS_TOKEN", &words, "");
        self.option(
            "--header",
            &[Piece::Text(format!("{name}: Bearer ")), token],
        );
    }

    fn header(&mut self, header: &RequestHeader) {
        let added = matches!(header.origin, HeaderOrigin::Token | HeaderOrigin::Automatic);
        let name = self.request.network.header_case.spell(&header.name, added);
        let value = String::from_utf8_lossy(&header.value).into_owned();
        if value.is_empty() {
            // Behind a colon curl would take it for a header to be left out.
            return self.plain("--header", format!("{name};"));
        }
        let mut pieces = vec![Piece::Text(format!("{name}: "))];
        pieces.extend(self.hidden.header(header, &value));
        self.option("--header", &pieces);
    }

    fn body(&mut self, folder: Option<&Path>) {
        let request = self.request;
        let content_type = request
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case("content-type"));
        match request.body.segments.as_slice() {
            [] => {
                let has_length = request.headers.iter().any(|header| {
                    header.name.eq_ignore_ascii_case("content-length")
                        && header.origin == HeaderOrigin::Automatic
                });
                // A length of 0, which curl sends for data alone.
                if has_length {
                    self.plain("--data-binary", "");
                    if content_type.is_none() {
                        self.plain("--header", "Content-Type:");
                    }
                }
            }
            [BodySegment::File { path, .. }] => {
                let path = in_folder(folder, path);
                self.plain("--data-binary", format!("@{path}"));
            }
            segments => {
                // A typed boundary with files in between cannot be told apart from text: `multipart` took the rest.
                let bytes: Vec<u8> = segments
                    .iter()
                    .filter_map(|segment| match segment {
                        BodySegment::Bytes(bytes) => Some(bytes.as_ref()),
                        BodySegment::File { .. } => None,
                    })
                    .flatten()
                    .copied()
                    .collect();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let declared = content_type
                    .map(|header| String::from_utf8_lossy(&header.value).into_owned())
                    .unwrap_or_default();
                let syntax = FieldSyntax::of(&declared, &text);
                let pieces = self.hidden.body(&text, syntax, self.body_context);
                self.data(&pieces, text.len());
            }
        }
    }

    fn data(&mut self, pieces: &[Piece], length: usize) {
        let begins_with_at = !matches!(
            pieces.first(),
            Some(Piece::Text(text)) if !text.starts_with('@')
        );
        if self.shell != Shell::Posix && shell::holds_nul(pieces) {
            self.lint.push(Lint::new(
                Place::START,
                "The body has a zero byte, which no Windows shell can hand to a program",
                "Send it as a body file",
            ));
        }
        // Windows shells change bytes on their way through a pipe.
        let fits = length <= LONGEST_ARGUMENT && !shell::holds_nul(pieces);
        if !fits && self.shell == Shell::Posix {
            self.input = Some(shell::printed(pieces));
            self.plain("--data-binary", "@-");
        } else if begins_with_at {
            self.option("--data-raw", pieces);
        } else {
            self.option("--data-binary", pieces);
        }
    }

    fn form(&mut self, parts: &[multipart::Part], folder: Option<&Path>) {
        for part in parts {
            let hidden = &mut self.hidden;
            let (option, pieces) = part.option(
                |name, text| hidden.part(name, text),
                |path| in_folder(folder, path),
            );
            self.option(option, &pieces);
        }
    }

    fn finish(mut self, environment: &Environment, shown: ExportContext<'_>) -> Export {
        let url = self.request.url.to_string();
        let ranges = crate::model::masks::credentials_in_url(&url);
        let url = self.hidden.named(&url, Context::Encoded, &ranges);
        self.options.push(self.shell.quote(&url));
        let told = self.hidden.lines(self.shell, environment, shown);
        let mut text = String::new();
        if self.shell == Shell::Power && self.needs_exact_words {
            text.push_str(&shell::comment(
                self.shell,
                "For PowerShell 7.3 or later: earlier ones lose quotes and empty values",
            ));
            text.push('\n');
        }
        for line in &told.lines {
            text.push_str(line);
            text.push('\n');
        }
        let start = text.len();
        if let Some(input) = &self.input {
            text.push_str(input);
            text.push_str(" |\n");
        }
        let (program, joint) = self.shell.program();
        text.push_str(program);
        text.push_str(&self.options.join(joint));
        text.push('\n');
        self.lint.extend(self.shell.too_long(text.len() - start));
        Export {
            text,
            masked: told.masked,
            lint: self.lint,
        }
    }
}

/// One word of a POSIX shell that means `text` and nothing else.
pub(super) fn quote_posix(text: &str) -> String {
    quote(&[Piece::Text(text.to_owned())])
}

/// As curl finds it from any folder.
fn in_folder(folder: Option<&Path>, path: &Path) -> String {
    let whole = folder.map_or_else(|| path.to_owned(), |folder| folder.join(path));
    whole.to_string_lossy().into_owned()
}

/// The name of a query or form field, decoded.
fn field_name(before_value: &str) -> String {
    let name = before_value.trim_end_matches('=');
    let name = name.rsplit(['?', '&', '#']).next().unwrap_or_default();
    encode::decode(name)
}

#[cfg(test)]
mod tests;
