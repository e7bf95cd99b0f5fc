//! Bruno requests and environments (`.bru`), and the JSON of its collection export. Scripts and tests are never run.
//! The YAML of version 3 is `OpenCollection`, a format of its own, and read here too.
//! The `.bru` language: blocks of `name {` … `}` at the margin; some hold `key: value` lines, bodies and texts hold lines as they are.

mod collection;
mod export;
mod open_collection;

use std::collections::HashSet;

use super::collecting::{
    ClientGrant, Collecting, Found, FoundAuth, SetVariable, colon_places, graphql_body, text_body,
};
use super::document::{self, Notation, notation};
use super::text::{LARGEST_TEXT, Place, empty};
use super::written_requests::Dialect;
use super::{ImportError, Imported};
use crate::model::request::{
    DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft,
};

pub(super) use export::export;
pub use open_collection::import as import_open_collection;

/// Reads one `.bru` file (a request or an environment) or an exported collection.
///
/// # Errors
/// A block that is never closed, a line outside of blocks, or a text without a request and without variables.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let text = &*Dialect::Bruno.with_own_dynamics(document::without_bom(text));
    if text.trim().is_empty() {
        return Err(empty());
    }
    if notation(text) == Notation::Json {
        return collection::read(text);
    }
    if open_collection::is_yaml(text) {
        return open_collection::import(text);
    }
    if text.len() > LARGEST_TEXT {
        return Err(ImportError::new(
            Place::START,
            "The text is too large for a Bruno file",
        ));
    }
    let blocks = blocks(text)?;
    let mut collecting = Collecting::new(text);
    let mut set = Vec::new();
    for block in blocks
        .iter()
        .filter(|block| block.name == "vars" || block.name.starts_with("vars:"))
    {
        match block.name {
            "vars" | "vars:pre-request" => {
                for (enabled, name, value) in block.pairs() {
                    if enabled {
                        set.push(SetVariable {
                            name: name.to_owned(),
                            value,
                            is_secret: false,
                        });
                    } else {
                        collecting.ignore(format!("the variable {name}"), "it is switched off");
                    }
                }
            }
            "vars:secret" => {
                for name in block
                    .lines
                    .iter()
                    .flat_map(|line| line.split(','))
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                {
                    collecting.ignore(
                        format!("the value of the secret variable {name}"),
                        "Bruno does not write it into the file: enter it in the environment",
                    );
                }
            }
            other => collecting.ignore(other, "nothing imported is executed"),
        }
    }
    let method = blocks.iter().find(|block| METHODS.contains(&block.name));
    // A file of variables alone is an environment; its name is the file's, which is not in the text.
    let is_environment = method.is_none() && collecting.set("", &set);
    if !is_environment {
        for row in &set {
            collecting.variable(&row.name, &row.value, row.is_secret);
        }
    }
    let is_handed_down = method.is_none() && hands_down(&blocks, &mut collecting);
    match method {
        Some(method) => request(method, &blocks, &mut collecting),
        None if collecting.imported.variables.is_empty()
            && !is_environment
            && !is_handed_down
            && collecting.imported.ignored.is_empty() =>
        {
            return Err(ImportError::new(
                Place::START,
                "There is neither a request nor variables in it",
            )
            .having_understood(names(&blocks)));
        }
        None => {}
    }
    Ok(collecting.finish())
}

/// `collection.bru` and `folder.bru`: what they give to requests in other files. Client credentials are the environment's.
fn hands_down(blocks: &[Block<'_>], collecting: &mut Collecting<'_>) -> bool {
    let find = |name: &str| blocks.iter().find(|block| block.name == name);
    let kind = find("auth").map(|block| block.value("mode"));
    let kind = kind.unwrap_or_default();
    if let Some(block) = find(&format!("auth:{kind}")) {
        let of_requests = ["bearer", "basic", "apikey"].contains(&kind.as_str());
        if of_requests {
            collecting.ignore(
                format!("credentials of the type {kind}"),
                "they are for requests in other files: import the exported collection, or enter them in the requests",
            );
        } else {
            auth(&kind, &|name| block.value(name), collecting);
        }
    }
    for block in blocks {
        let why = match block.name {
            "headers" if !block.lines.is_empty() => {
                "they are for requests in other files: add them to the environment"
            }
            "tests" | "assert" => "nothing imported is executed",
            name if name.starts_with("script") => "nothing imported is executed",
            _ => continue,
        };
        collecting.ignore(block.name, why);
    }
    find("auth").is_some()
}

const METHODS: [&str; 9] = [
    "get", "post", "put", "patch", "delete", "head", "options", "trace", "connect",
];

/// `headers {` with its lines, without their indentation of two.
#[derive(Debug)]
struct Block<'a> {
    name: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Block<'a> {
    /// `~name: value` is switched off. A value in `'''` goes over several lines.
    fn pairs(&self) -> Vec<(bool, &'a str, String)> {
        let mut pairs = Vec::new();
        let mut lines = self.lines.iter();
        while let Some(line) = lines.next() {
            let line = line.trim();
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let mut value = value.trim().to_owned();
            if value == "'''" {
                let inside: Vec<&str> = lines
                    .by_ref()
                    .map(|line| line.strip_prefix("  ").unwrap_or(line))
                    .take_while(|line| line.trim() != "'''")
                    .collect();
                value = inside.join("\n");
            }
            let enabled = !name.starts_with('~');
            pairs.push((
                enabled,
                name.trim_start_matches('~').trim().trim_matches('"'),
                value,
            ));
        }
        pairs
    }

    fn value(&self, name: &str) -> String {
        self.pairs()
            .into_iter()
            .rfind(|(_, other, _)| *other == name)
            .map(|(_, _, value)| value)
            .unwrap_or_default()
    }

    /// Keys that stand twice; Bruno takes the last one.
    fn repeated(&self) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        self.pairs()
            .into_iter()
            .map(|(_, name, _)| name)
            .filter(|name| !seen.insert(*name))
            .collect()
    }

    fn text(&self) -> String {
        self.lines.join("\n")
    }
}

fn names(blocks: &[Block<'_>]) -> String {
    blocks
        .iter()
        .map(|block| block.name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A block ends with `}` or `]` alone at the margin.
fn blocks(text: &str) -> Result<Vec<Block<'_>>, ImportError> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut open: Option<(usize, &str, Block<'_>)> = None;
    for (number, line) in text.lines().enumerate() {
        match &mut open {
            Some((_, end, block)) => {
                if line.trim_end() == *end {
                    blocks.extend(open.take().map(|(_, _, block)| block));
                } else {
                    block.lines.push(line.strip_prefix("  ").unwrap_or(line));
                }
            }
            None if line.trim().is_empty() => {}
            None => {
                let line = line.trim_end();
                let whole = line.strip_suffix("{}").map(str::trim_end);
                let begin = line
                    .strip_suffix('{')
                    .map(|name| (name, "}"))
                    .or_else(|| line.strip_suffix('[').map(|name| (name, "]")));
                match (whole, begin) {
                    (Some(name), _) => blocks.push(Block {
                        name,
                        lines: Vec::new(),
                    }),
                    (None, Some((name, end)))
                        if !name.starts_with(' ') && !name.trim().is_empty() =>
                    {
                        open = Some((
                            number,
                            end,
                            Block {
                                name: name.trim(),
                                lines: Vec::new(),
                            },
                        ));
                    }
                    _ => {
                        let place = Place {
                            line: number + 1,
                            column: 1,
                        };
                        return Err(ImportError::new(
                            place,
                            "This line belongs to no block: a block begins with a name and `{`",
                        )
                        .having_understood(names(&blocks)));
                    }
                }
            }
        }
    }
    match open {
        None => Ok(blocks),
        Some((number, end, block)) => {
            let place = Place {
                line: number + 1,
                column: 1,
            };
            Err(ImportError::new(
                place,
                format!(
                    "The block `{}` is never closed: `{end}` is missing at the margin",
                    block.name
                ),
            )
            .having_understood(names(&blocks)))
        }
    }
}

fn request(method: &Block<'_>, blocks: &[Block<'_>], collecting: &mut Collecting<'_>) {
    for name in method.repeated() {
        collecting.ignore(
            format!("an earlier `{name}` of `{}`", method.name),
            "it stands twice, and the last one counts",
        );
    }
    let find = |name: &str| blocks.iter().find(|block| block.name == name);
    let pairs = |name: &str| find(name).map(Block::pairs).unwrap_or_default();
    let query: Vec<QueryRow> = pairs("params:query")
        .into_iter()
        .chain(pairs("query"))
        .map(|(enabled, name, value)| QueryRow {
            enabled,
            name: name.to_owned(),
            value: Some(value),
        })
        .collect();
    let url = method.value("url");
    let url = if query.is_empty() {
        url
    } else {
        url.split('?').next().unwrap_or_default().to_owned()
    };
    let wanted = method.value("body");
    let body = body_block(&wanted, blocks);
    let FoundAuth { auth, key } = match method.value("auth").as_str() {
        "" | "inherit" => FoundAuth::default(),
        "none" => RequestAuth::None.into(),
        kind => match find(&format!("auth:{kind}")) {
            Some(block) => auth(kind, &|name| block.value(name), collecting),
            None => FoundAuth::default(),
        },
    };
    let draft = RequestDraft {
        name: find("meta")
            .map(|meta| meta.value("name"))
            .unwrap_or_default(),
        method: method.name.to_ascii_uppercase(),
        path_variables: pairs("params:path")
            .into_iter()
            .map(|(_, name, value)| NamedText {
                name: name.to_owned(),
                value,
            })
            .collect(),
        query,
        headers: pairs("headers")
            .into_iter()
            .map(|(enabled, name, value)| HeaderRow {
                enabled,
                name: name.to_owned(),
                value,
            })
            .collect(),
        auth,
        body,
        ..RequestDraft::default()
    };
    for block in blocks {
        if block.name.starts_with("script") || block.name == "tests" || block.name == "assert" {
            collecting.ignore(
                format!("{} of `{}`", block.name, draft.name),
                "nothing imported is executed",
            );
        }
    }
    let description = find("docs")
        .map(|docs| docs.text().trim().to_owned())
        .unwrap_or_default();
    collecting.request(Found {
        folder: Vec::new(),
        draft,
        url: colon_places(&url),
        description,
        key,
    });
}

fn body_block(wanted: &str, blocks: &[Block<'_>]) -> DraftBody {
    let name = match wanted {
        "form-urlencoded" | "formUrlEncoded" => "body:form-urlencoded",
        "multipart-form" | "multipartForm" => "body:multipart-form",
        "json" => "body:json",
        "text" => "body:text",
        "xml" => "body:xml",
        "sparql" => "body:sparql",
        "graphql" => "body:graphql",
        "file" => "body:file",
        // `none` too.
        _ => return DraftBody::None,
    };
    let found = blocks
        .iter()
        .find(|block| block.name == name || (wanted == "json" && block.name == "body"));
    let Some(block) = found else {
        return DraftBody::None;
    };
    match wanted {
        "form-urlencoded" | "formUrlEncoded" => DraftBody::Form {
            rows: block
                .pairs()
                .into_iter()
                .map(|(enabled, name, value)| QueryRow {
                    enabled,
                    name: name.to_owned(),
                    value: Some(value),
                })
                .collect(),
        },
        "multipart-form" | "multipartForm" => DraftBody::Multipart {
            rows: block
                .pairs()
                .into_iter()
                .flat_map(|(enabled, name, value)| parts(enabled, name, &value))
                .collect(),
        },
        "file" => {
            let written = block.value("file");
            let path = inside(&written, "@file(").unwrap_or(&written).to_owned();
            let content_type = inside(&written, "@contentType(")
                .unwrap_or_default()
                .to_owned();
            DraftBody::File { path, content_type }
        }
        "json" => text_body(block.text(), "application/json"),
        "graphql" => {
            let variables = blocks
                .iter()
                .find(|block| block.name == "body:graphql:vars")
                .map(Block::text)
                .unwrap_or_default();
            graphql_body(&block.text(), &variables)
        }
        "xml" => text_body(block.text(), "application/xml"),
        _ => text_body(block.text(), "text/plain"),
    }
}

/// `@file(a.txt|b.txt) @contentType(text/plain)` is two parts.
fn parts(enabled: bool, name: &str, value: &str) -> Vec<PartRow> {
    let content_type = inside(value, "@contentType(")
        .unwrap_or_default()
        .to_owned();
    let make = |value| PartRow {
        enabled,
        name: name.to_owned(),
        value,
        content_type: content_type.clone(),
    };
    match inside(value, "@file(") {
        Some(paths) => paths
            .split('|')
            .map(|path| {
                make(PartValue::File {
                    path: path.to_owned(),
                    file_name: String::new(),
                })
            })
            .collect(),
        None => vec![make(PartValue::Text(
            value
                .split(" @contentType(")
                .next()
                .unwrap_or_default()
                .to_owned(),
        ))],
    }
}

fn inside<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    text.split_once(opening)?.1.split(')').next()
}

/// `value` gives a field by the name that it has in `.bru` files.
fn auth(kind: &str, value: &dyn Fn(&str) -> String, collecting: &mut Collecting<'_>) -> FoundAuth {
    let found = match kind {
        "none" => RequestAuth::None,
        "bearer" => RequestAuth::Bearer {
            token: value("token"),
        },
        "basic" => RequestAuth::Basic {
            user: value("username"),
            password: value("password"),
        },
        "apikey" if value("placement") == "queryparams" => {
            return FoundAuth::key(value("key"), value("value"));
        }
        "apikey" => RequestAuth::Header {
            name: value("key"),
            value: value("value"),
        },
        "oauth2" if value("grant_type") == "client_credentials" => {
            collecting.grant(ClientGrant {
                token_url: value("access_token_url"),
                client_id: value("client_id"),
                client_secret: value("client_secret"),
                scope: value("scope"),
                in_body: value("credentials_placement") != "basic_auth_header",
            });
            RequestAuth::Inherit
        }
        "inherit" | "" => RequestAuth::Inherit,
        other => {
            collecting.ignore(
                format!("credentials of the type {other}"),
                "this type is not taken; the environment's token is used",
            );
            RequestAuth::Inherit
        }
    };
    found.into()
}
