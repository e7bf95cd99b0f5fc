//! `setGateway({…})` of the JavaScript SDK: the object literal is read (facts/genesys-cloud.md section 1.3), no code is run.
//! Ready snippets for all SDKs are written by `snippets`.

use super::client_config::{ClientConfig, Told, filled};
use super::client_lint;
use super::literal_tree::{self, Leaf, Node, Syntax};
use super::text::{self, Place};
use super::types::{Ignored, ImportError, Imported, Lint};
use crate::model::clients::OfficialClient;
use crate::model::region::Region;

const NAME: &str = "JavaScript SDK";
const CALL: &str = "setGateway";

/// The call inside of any JavaScript, or its object literal alone. `setEnvironment('…')` beside it names the region.
///
/// # Errors
/// For a literal that cannot be read, and for one without a host.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    let mut imported = Imported::default();
    let code = code_of(text);
    let (at, more) = literal_at(text, &code)?;
    if let Some(more) = more.first() {
        imported.ignored.push(Ignored::new(
            format!(
                "another call of setGateway in line {}",
                Place::at(text, *more).line
            ),
            "the first one is taken: import the other one on its own",
        ));
    }
    let tree = literal_tree::read_from(text, at, Syntax::JavaScript)?;
    imported.lint.extend(tree.repeated);
    if !matches!(tree.root.node, Node::Map(_)) {
        return Err(ImportError::new(
            Place::at(text, tree.root.at),
            "setGateway is given no object literal: paste the literal `{ host: … }` itself",
        ));
    }
    let config = read(text, &tree.root, &mut imported);
    if filled(config.host.as_ref()).is_none() {
        let place = config.host.as_ref().map_or(config.start, |host| host.place);
        return Err(ImportError::new(
            place,
            "There is no `host` with a literal value: without one the SDK goes to the region directly",
        ));
    }
    let mut config = config;
    if let Some(given) = arguments(text, &code, "setEnvironment") {
        let region = given.into_iter().next();
        config.region = region.and_then(|given| given.told("setEnvironment", &mut imported));
    }
    if let Some(given) = arguments(text, &code, "loginClientCredentialsGrant") {
        let mut given = given.into_iter();
        let mut next = |what| given.next()?.told(what, &mut imported);
        config.client_id = next("the client ID of loginClientCredentialsGrant");
        config.client_secret = next("the client secret of loginClientCredentialsGrant");
    }
    config.add_to(&[OfficialClient::JavaScript], &mut imported);
    Ok(imported)
}

/// Where the literal of the first call begins, and the places of more calls.
fn literal_at(text: &str, code: &str) -> Result<(usize, Vec<usize>), ImportError> {
    // A call with something in it: an empty one turns the gateway off.
    let mut calls = code.match_indices(CALL).filter_map(|(at, _)| {
        let behind = &code[at + CALL.len()..];
        let open = behind.len() - behind.trim_start().len();
        let inside = behind.trim_start().strip_prefix('(')?;
        (!inside.trim_start().starts_with(')')).then_some(at + CALL.len() + open + 1)
    });
    if let Some(at) = calls.next() {
        return Ok((at, calls.collect()));
    }
    let start = text.len()
        - text
            .trim_start_matches(|sign: char| {
                sign.is_whitespace() || sign == '\u{feff}' || sign == '('
            })
            .len();
    if text[start..].starts_with('{') {
        return Ok((start, Vec::new()));
    }
    Err(ImportError::new(
        Place::START,
        "There is no call `setGateway({ … })` with an object literal",
    ))
}

/// The text with blanks in place of comments and of what stands in quotes: calls in there are not made. Of the same length.
fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = match rest {
            [b'\\', _, ..] => 2,
            [b'/', b'/', ..] => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            [b'/', b'*', ..] => {
                memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4)
            }
            [quote @ (b'"' | b'\'' | b'`'), ..] => end_of_quote(rest, *quote),
            _ => 1,
        };
        if end > 1 && rest[0] != b'\\' {
            for sign in &mut code[at..at + end] {
                if *sign != b'\n' {
                    *sign = b' ';
                }
            }
        }
        at += end;
    }
    String::from_utf8(code).unwrap_or_else(|_| text.to_owned())
}

/// The length with both quotes; one that is never closed is no quote.
fn end_of_quote(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'\n' if quote != b'`' => return 1,
            sign if sign == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    1
}

fn read(text: &str, literal: &Leaf, imported: &mut Imported) -> ClientConfig {
    let mut config = ClientConfig::new(NAME, Place::at(text, literal.at));
    for entry in literal.entries() {
        let slot = match entry.key.as_str() {
            "host" => &mut config.host,
            "protocol" => &mut config.protocol,
            "port" => &mut config.port,
            "path_params_login" => &mut config.login_path,
            "path_params_api" => &mut config.api_path,
            "username" => &mut config.user_name,
            "password" => &mut config.password,
            key => {
                let why = "the SDK does not read it";
                imported.ignored.push(Ignored::new(key, why));
                if let Some(right) = client_lint::meant_key(key) {
                    imported.lint.push(Lint::new(
                        Place::at(text, entry.key_at),
                        format!("The SDK ignores `{key}`"),
                        format!("Name it `{right}`"),
                    ));
                }
                continue;
            }
        };
        let place = Place::at(text, entry.value.at);
        *slot = entry.value.scalar().map(|value| Told::new(value, place));
        if let Node::Code(_) = entry.value.node {
            imported.ignored.push(Ignored::new(
                &entry.key,
                "its value is code, which is not run: fill it in",
            ));
        }
    }
    config
}

/// What a call is given at one place.
struct Argument {
    node: Node,
    place: Place,
}

impl Argument {
    /// The text, when it is one; code is not run, which is said, unless it names a region as the SDK does.
    fn told(&self, what: &str, imported: &mut Imported) -> Option<Told> {
        if let Node::Text(text) = &self.node {
            return Some(Told::new(text.clone(), self.place));
        }
        let region = self.region();
        if region.is_none() {
            imported.ignored.push(Ignored::new(
                what,
                "its value is code, which is not run: fill it in",
            ));
        }
        region
    }

    /// `PureCloudRegionHosts.us_west_2`
    fn region(&self) -> Option<Told> {
        let Node::Code(code) = &self.node else {
            return None;
        };
        let (_, name) = code.rsplit_once("RegionHosts.")?;
        let region = Region::find(&name.trim().replace('_', "-")).ok()?;
        Some(Told::new(region.aws_name(), self.place))
    }
}

/// The arguments of a call.
fn arguments(text: &str, code: &str, call: &str) -> Option<Vec<Argument>> {
    let at = code.find(&format!("{call}("))? + call.len() + 1;
    let mut rest = at;
    let mut found = Vec::new();
    loop {
        let tree = literal_tree::read_from(text, rest, Syntax::JavaScript).ok()?;
        found.push(Argument {
            place: Place::at(text, tree.root.at),
            node: tree.root.node,
        });
        let behind = text[tree.end..].trim_start();
        if !behind.starts_with(',') {
            return Some(found);
        }
        rest = text.len() - behind.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> (String, usize) {
        let imported = import(text).unwrap_or_else(|error| panic!("{error} in {text}"));
        let crate::model::environment::Target::Gateway(gateway) = &imported.environments[0].target
        else {
            panic!("{:?}", imported.environments)
        };
        let more = imported
            .ignored
            .iter()
            .filter(|ignored| ignored.what.contains("another call"));
        (gateway.host.clone(), more.count())
    }

    #[test]
    fn the_region_is_named_as_the_sdk_names_it_and_code_is_told() {
        let text = "client.setEnvironment(platformClient.PureCloudRegionHosts.us_west_2);\nclient.setGateway({ host: 'h.example.com', protocol: 'https' });\nawait client.loginClientCredentialsGrant(process.env.CLIENT_ID, process.env.CLIENT_SECRET);";
        let imported = import(text).expect("reads");
        let crate::model::environment::Target::Gateway(gateway) = &imported.environments[0].target
        else {
            panic!("{:?}", imported.environments)
        };
        assert_eq!(gateway.region, Region::find("us-west-2").ok());
        let ignored: Vec<&str> = imported
            .ignored
            .iter()
            .map(|ignored| ignored.what.as_str())
            .collect();
        assert_eq!(
            ignored,
            [
                "the client ID of loginClientCredentialsGrant",
                "the client secret of loginClientCredentialsGrant"
            ]
        );
    }

    #[test]
    fn only_calls_that_are_made_are_read() {
        let call =
            |host: &str| format!("client.setGateway({{ host: '{host}', protocol: 'https' }});");
        let (old, new) = (call("old.example.com"), call("new.example.com"));
        for (text, more) in [
            (format!("// {old}\n{new}"), 0),
            (format!("/* {old} */ {new}"), 0),
            (format!("/*\n{old}\n*/\n{new}"), 0),
            (format!("const s = \"{old}\";\n{new}"), 0),
            (format!("const u = 'https://x/y'; {new}"), 0),
            (format!("const r = /https?:\\/\\//; {new}"), 0),
            (format!("// it isn't\n{new} // {old}"), 0),
            (format!("`é` {new}\n{old}"), 1),
        ] {
            assert_eq!(host(&text), ("new.example.com".to_owned(), more), "{text}");
        }
        assert!(import(&format!("// {old}\n")).is_err());
    }
}
