//! `.http` files of VS Code's REST Client and of JetBrains' tools: requests between `###` lines, `@name = value` variables.
//! Handlers (`> {% … %}`) are never run; files behind `<` wait for approval. Files of environments that stand beside them are read too.

mod command;
mod environments;
mod export;
mod graphql;
mod multipart;

use super::collecting::{ClientGrant, Collecting, Found, own_type, text_body};
use super::text::{LARGEST_TEXT, Place, empty};
use super::written_requests::Dialect;
use super::{ImportError, Imported, Lint, document};
use crate::model::request::{DraftBody, HeaderRow, RequestAuth, RequestDraft};

pub(super) use export::export;

/// Dynamic values of JetBrains' tools, and Gatescope's; those of VS Code's are the dialect's.
const DYNAMIC: [(&str, &str); 4] = [
    ("{{$random.uuid}}", "{{$uuid}}"),
    ("{{$isoTimestamp}}", "{{$timestamp}}"),
    ("{{$random.integer}}", "{{$randomInt}}"),
    ("{{$random.integer()}}", "{{$randomInt}}"),
];

const METHODS: [&str; 12] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "LOCK",
    "PROPFIND", "GRAPHQL",
];

/// What stands in a method's place for other protocols.
const OTHER_PROTOCOLS: [&str; 3] = ["WEBSOCKET", "GRPC", "RSOCKET"];

pub use environments::import as import_environments;
pub(super) use environments::{is_file as is_environments, is_usual_name as is_usual_environment};

/// Reads all requests and variables of a file.
///
/// # Errors
/// A part without a request line that is not empty, or a file without any request and variable.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let text = document::without_bom(text);
    if text.trim().is_empty() {
        return Err(empty());
    }
    if text.len() > LARGEST_TEXT {
        return Err(ImportError::new(
            Place::START,
            "The text is too large for a file of requests",
        ));
    }
    let begin = text.trim_start();
    if begin.starts_with('{') && !begin.starts_with("{{") {
        return environments::import(text);
    }
    let mut text = Dialect::HttpFile.with_own_dynamics(text).into_owned();
    for (theirs, ours) in DYNAMIC {
        if text.contains(theirs) {
            text = text.replace(theirs, ours);
        }
    }
    let mut collecting = Collecting::new(&text);
    for line in text.lines() {
        variable(line, &mut collecting);
    }
    let tokens = tokens_of_answers(&mut collecting);
    let mut parts: Vec<Part<'_>> = vec![Part::default()];
    for (number, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("###") {
            parts.push(Part {
                name: name.trim_matches('#').trim(),
                lines: Vec::new(),
            });
        } else if let Some(part) = parts.last_mut() {
            part.lines.push((number + 1, line));
        }
    }
    for part in &parts {
        request(part, &tokens, &mut collecting)?;
    }
    for wanted in ["{{$processEnv", "{{$dotenv", "{{$env."] {
        if text.contains(wanted) {
            collecting.ignore(
                format!("{wanted} …}}}}"),
                "variables of the process are not read: define a variable of the environment",
            );
        }
    }
    if collecting.imported.requests.is_empty() && collecting.imported.variables.is_empty() {
        return Err(ImportError::new(
            Place::START,
            "There is no request in it: a request begins with a method and a URL",
        ));
    }
    Ok(collecting.finish())
}

/// What stands between two `###` lines.
#[derive(Debug, Default)]
struct Part<'a> {
    name: &'a str,
    /// With their numbers in the file, from 1.
    lines: Vec<(usize, &'a str)>,
}

/// `@name = value` at the margin. In a body it is text, but nobody begins a body's line so.
fn variable(line: &str, collecting: &mut Collecting<'_>) {
    let Some(rest) = line.strip_prefix('@') else {
        return;
    };
    // In a body any text may begin so.
    if let Some((name, value)) = rest.split_once('=') {
        collecting.variable(name.trim(), value.trim(), false);
    }
}

fn understood(collecting: &Collecting<'_>) -> String {
    match (
        collecting.imported.requests.len(),
        collecting.imported.variables.len(),
    ) {
        (0, 0) => String::new(),
        (requests, variables) => format!("{requests} requests and {variables} variables"),
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("//")
}

/// A part's lines that are still to be read.
type Lines<'a> = std::iter::Peekable<std::slice::Iter<'a, (usize, &'a str)>>;

/// What stands before the request line: comments with settings, variables, scripts. The request's name comes out.
fn prelude(
    part: &Part<'_>,
    lines: &mut Lines<'_>,
    collecting: &mut Collecting<'_>,
) -> Result<String, ImportError> {
    let mut name = part.name.to_owned();
    let mut inside_script = false;
    while let Some(&&(number, line)) = lines.peek() {
        if !inside_script && line.starts_with('@') && !line.contains('=') {
            let place = Place {
                line: number,
                column: 1,
            };
            return Err(
                ImportError::new(place, "A variable is written as `@name = value`")
                    .having_understood(understood(collecting)),
            );
        }
        directive(line, collecting);
        if inside_script {
            inside_script = !line.contains("%}");
        } else if line.trim_start().starts_with("< {%") {
            collecting.ignore(
                format!("the script before `{name}`"),
                "nothing imported is executed",
            );
            inside_script = !line.contains("%}");
        } else if let Some(own) = line
            .trim_start()
            .trim_start_matches(['#', '/'])
            .trim()
            .strip_prefix("@name")
            .filter(|_| is_comment(line))
        {
            own.trim_start_matches([' ', '='])
                .trim()
                .clone_into(&mut name);
        } else if line.starts_with("import ") || line.starts_with("run ") {
            collecting.ignore(
                format!("`{}`", line.trim().chars().take(60).collect::<String>()),
                "other files are not opened: import them on their own",
            );
        } else if !(line.trim().is_empty() || is_comment(line) || line.starts_with('@')) {
            break;
        }
        lines.next();
    }
    Ok(name)
}

/// `{{name` whose end is missing is sent as it stands.
fn open_reference(line_number: usize, line: &str, collecting: &mut Collecting<'_>) {
    if let Some(at) = line.rfind("{{")
        && !line[at..].contains("}}")
    {
        let place = Place {
            line: line_number,
            column: line[..at].chars().count() + 1,
        };
        collecting.imported.lint.push(Lint::new(
            place,
            "A variable has no end, so the text is sent as it stands",
            "Add `}}` behind its name",
        ));
    }
}

fn request(
    part: &Part<'_>,
    tokens: &[String],
    collecting: &mut Collecting<'_>,
) -> Result<(), ImportError> {
    let mut lines = part.lines.iter().peekable();
    let name = prelude(part, &mut lines, collecting)?;
    let Some(&(number, first)) = lines.next() else {
        return Ok(());
    };
    if command::is_command(first) {
        let start = part.lines.partition_point(|(at, _)| *at < number);
        return command::read(&name, &part.lines[start..], collecting);
    }
    let word = first.split_whitespace().next().unwrap_or_default();
    if OTHER_PROTOCOLS.contains(&word) {
        collecting.ignore(
            format!("the {word} request `{name}`"),
            "only HTTP requests are taken",
        );
        return Ok(());
    }
    let (mut method, mut url) = request_line(first).ok_or_else(|| {
        ImportError::new(
            Place {
                line: number,
                column: 1,
            },
            "This is no request line: a method and a URL are expected, or a URL alone",
        )
        .having_understood(understood(collecting))
    })?;
    open_reference(number, first, collecting);
    // A query may go on in the next lines, indented.
    while let Some((_, line)) = lines.peek() {
        let trimmed = line.trim();
        let goes_on = line.starts_with([' ', '\t']) && (trimmed.starts_with(['?', '&', '/']));
        if !goes_on {
            break;
        }
        url.push_str(trimmed);
        lines.next();
    }
    let url = without_version(&url).to_owned();
    let mut headers = Vec::new();
    for (number, line) in lines.by_ref() {
        if line.trim().is_empty() {
            break;
        }
        if is_comment(line) {
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| {
            ImportError::new(
                Place {
                    line: *number,
                    column: 1,
                },
                "This is no header: `Name: value` is expected, and an empty line before the body",
            )
            .having_understood(understood(collecting))
        })?;
        open_reference(*number, line, collecting);
        headers.push(HeaderRow {
            enabled: true,
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
        });
    }
    let rest: Vec<&str> = lines.map(|(_, line)| *line).collect();
    own_token(&mut headers, tokens, collecting);
    let auth = basic(&mut headers);
    let is_graphql = graphql::is_graphql(&mut method, &mut headers);
    let body = match read_body(&rest, &mut headers, &name, collecting) {
        DraftBody::Text { text, .. } | DraftBody::Json { text } if is_graphql => {
            headers.retain(|row| !row.name.eq_ignore_ascii_case("content-type"));
            graphql::body(&text)
        }
        body => body,
    };
    let mut draft = RequestDraft {
        name,
        method,
        headers,
        auth,
        body,
        ..RequestDraft::default()
    };
    own_type(&mut draft);
    if !tokens.is_empty()
        && let Some(grant) = login(&draft, &url)
    {
        collecting.grant(grant);
        return Ok(());
    }
    collecting.request(Found {
        draft,
        url,
        ..Found::default()
    });
    Ok(())
}

/// `# @no-redirect` and its like, which settle how a tool sends; `# @name` is read elsewhere.
fn directive(line: &str, collecting: &mut Collecting<'_>) {
    let word = line
        .trim_start()
        .trim_start_matches(['#', '/'])
        .trim_start()
        .strip_prefix('@')
        .and_then(|rest| rest.split_whitespace().next())
        .filter(|_| is_comment(line));
    match word {
        Some("prompt") => collecting.ignore(
            "`# @prompt`",
            "nobody is asked before sending: define a variable of the environment",
        ),
        Some(
            word @ ("no-redirect"
            | "no-log"
            | "no-cookie-jar"
            | "no-auto-encoding"
            | "timeout"
            | "connection-timeout"
            | "use-os-credentials"
            | "note"
            | "forceRef"
            | "ref"),
        ) => collecting.ignore(
            format!("`# @{word}`"),
            "it settles how the other tool sends; Gatescope has it in the environment or not at all",
        ),
        _ => {}
    }
}

/// The variables that stand for a part of another request's answer: they are nothing to keep.
fn tokens_of_answers(collecting: &mut Collecting<'_>) -> Vec<String> {
    let variables = &mut collecting.imported.variables;
    let mut tokens = Vec::new();
    variables.retain(|variable| {
        let is_answer = variable.value.starts_with("{{")
            && variable.value.contains(".response.body.")
            && variable.value.contains("access_token");
        if is_answer {
            tokens.push(variable.name.clone());
        }
        !is_answer
    });
    tokens
}

/// `Authorization: Bearer {{$auth.token("…")}}` is the environment's own token, and so is what a login of the file answers.
fn own_token(headers: &mut Vec<HeaderRow>, tokens: &[String], collecting: &mut Collecting<'_>) {
    let is_own = |row: &HeaderRow| {
        let answered = tokens
            .iter()
            .find(|name| row.value == format!("Bearer {{{{{name}}}}}"));
        match answered {
            Some(name) => Some(format!("{{{{{name}}}}}")),
            None if row.value.contains("{{$auth.token(") => Some("{{$auth.token(…)}}".to_owned()),
            None => None,
        }
    };
    let found: Vec<String> = headers.iter().filter_map(is_own).collect();
    headers.retain(|row| is_own(row).is_none());
    for what in found {
        collecting.ignore(what, "the environment's own token is sent in its place");
    }
}

/// The request that gets the token, when it is one for the client credentials grant.
fn login(draft: &RequestDraft, url: &str) -> Option<ClientGrant> {
    let DraftBody::Form { rows } = &draft.body else {
        return None;
    };
    let field = |name: &str| {
        let row = rows.iter().find(|row| row.name == name);
        row.and_then(|row| row.value.clone()).unwrap_or_default()
    };
    if !url.ends_with("/oauth/token") || field("grant_type") != "client_credentials" {
        return None;
    }
    let (client_id, client_secret, in_body) = match &draft.auth {
        RequestAuth::Basic { user, password } => (user.clone(), password.clone(), false),
        _ => (field("client_id"), field("client_secret"), true),
    };
    Some(ClientGrant {
        token_url: url.to_owned(),
        client_id,
        client_secret,
        scope: field("scope"),
        in_body,
    })
}

/// `GET https://… HTTP/1.1`, or a URL alone.
fn request_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let (first, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let (method, url) = if METHODS.contains(&first.to_ascii_uppercase().as_str()) {
        (first.to_ascii_uppercase(), rest.trim())
    } else {
        ("GET".to_owned(), line)
    };
    let url = without_version(url);
    let is_url = url.contains("://")
        || url.starts_with('/')
        || url.starts_with("{{")
        || (url.contains('.') && !url.contains(' '));
    (!url.is_empty() && is_url).then(|| (method, url.to_owned()))
}

/// `HTTP/1.1` may stand behind the URL, or behind the last line of its query.
fn without_version(url: &str) -> &str {
    match url.rsplit_once(' ') {
        Some((before, version)) if version.starts_with("HTTP/") => before.trim(),
        _ => url,
    }
}

/// `Authorization: Basic user password` and `Basic user:password` of the two tools; encoded ones stay headers.
fn basic(headers: &mut Vec<HeaderRow>) -> RequestAuth {
    let found = headers.iter().position(|row| {
        row.name.eq_ignore_ascii_case("authorization")
            && row
                .value
                .get(..6)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
    });
    let Some(at) = found else {
        return RequestAuth::Inherit;
    };
    let credentials = headers[at].value[6..].trim().to_owned();
    let pair = credentials
        .split_once(' ')
        .or_else(|| credentials.split_once(':'));
    match pair {
        Some((user, password)) => {
            headers.remove(at);
            RequestAuth::Basic {
                user: user.to_owned(),
                password: password.trim().to_owned(),
            }
        }
        None => RequestAuth::Inherit,
    }
}

fn read_body(
    lines: &[&str],
    headers: &mut Vec<HeaderRow>,
    name: &str,
    collecting: &mut Collecting<'_>,
) -> DraftBody {
    let end = lines
        .iter()
        .position(|line| {
            line.starts_with("> ")
                || line.starts_with(">> ")
                || line.starts_with(">>!")
                || line.starts_with("<> ")
        })
        .unwrap_or(lines.len());
    if end < lines.len() {
        collecting.ignore(
            format!("what is done with the answer of `{name}`"),
            "nothing imported is executed",
        );
    }
    let at = headers
        .iter()
        .position(|row| row.name.eq_ignore_ascii_case("content-type"));
    let content_type = at.map(|at| headers[at].value.clone()).unwrap_or_default();
    let body = lines[..end].join("\n");
    let body = body.trim_end();
    if let Some(path) = body
        .trim_start()
        .strip_prefix("< ")
        .or_else(|| body.trim_start().strip_prefix("<@ "))
        .filter(|path| !path.contains('\n'))
    {
        return DraftBody::File {
            path: path.trim().to_owned(),
            content_type,
        };
    }
    if let Some(rows) = multipart::read(body, &content_type) {
        // The boundary is made anew with the body.
        headers.retain(|row| !row.name.eq_ignore_ascii_case("content-type"));
        return DraftBody::Multipart { rows };
    }
    let joined = if content_type.starts_with("application/x-www-form-urlencoded") {
        body.lines().map(str::trim).collect::<String>()
    } else {
        body.to_owned()
    };
    let content_type = if content_type.is_empty() && joined.trim_start().starts_with(['{', '[']) {
        "application/json".to_owned()
    } else {
        content_type
    };
    let body = text_body(joined, &content_type);
    // These kinds of body name their type themselves.
    if let Some(at) = at
        && matches!(&body, DraftBody::Json { .. } | DraftBody::Form { .. } if !content_type.contains(';'))
    {
        headers.remove(at);
    }
    body
}
