//! The way in for every format: a file's bytes or a pasted text, read by the reader of its kind.
//! Which kind it is says the content (`recognise`), or whoever asks when they know better.

use std::str::FromStr;

use super::recognise::{Kind, Recognised, recognise};
use super::text::{self, Place};
use super::types::{ImportError, Imported};
use super::{
    api_gateway, bruno, cli_config, cli_gateway, curl_import, cx_as_code, har, http_file, insomnia,
    open_api, postman, process_variables, sdk_ini, sdk_json, set_gateway,
};

/// What was read, and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub kind: Kind,
    /// An API description that API Gateway wrote, or that is written for it.
    pub is_gateway_export: bool,
    pub imported: Imported,
}

impl Read {
    /// The kind in words.
    #[must_use]
    pub fn kind_in_words(&self) -> String {
        if self.is_gateway_export {
            "API Gateway export".to_owned()
        } else {
            self.kind.to_string()
        }
    }
}

/// Reads a file: decodes it (UTF-8 or UTF-16, with or without a mark), then as `import`.
///
/// # Errors
/// As `import`, and for bytes that are no text.
pub fn import_bytes(bytes: &[u8], hint: Option<Kind>) -> Result<Read, ImportError> {
    import(&text::decode(bytes)?, hint)
}

/// Reads a text by its content; `hint`: it is of that kind whatever it looks like.
///
/// # Errors
/// For an empty text, an unknown kind, several kinds in one text, and what the reader of the kind cannot read.
pub fn import(text: &str, hint: Option<Kind>) -> Result<Read, ImportError> {
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(text::empty());
    }
    if text.len() > text::LARGEST_TEXT {
        return Err(text::too_large(text.len()));
    }
    let kind = match hint {
        Some(kind) => kind,
        None => kind_of(text)?,
    };
    let text = text.trim_start_matches('\u{feff}');
    if is_configuration(kind) && text.len() > LARGEST_CONFIGURATION {
        return Err(ImportError::new(
            Place::START,
            format!(
                "The text has {} MB, and of this kind ({kind}) at most {} MB are read: import the part that says where requests go",
                text.len() / 1_000_000,
                LARGEST_CONFIGURATION / 1_000_000
            ),
        ));
    }
    let imported = match kind {
        Kind::CliConfig => cli_config::import(text),
        Kind::CliGateway => cli_gateway::import(text),
        Kind::CxAsCode => cx_as_code::import(text),
        Kind::ProcessVariables => process_variables::import(text),
        Kind::SdkIni => sdk_ini::import(text),
        Kind::SdkJson => sdk_json::import(text),
        Kind::JavaScriptGateway => set_gateway::import(text),
        Kind::Curl => curl_import::import(text),
        Kind::PostmanCollection => postman::import(text),
        Kind::PostmanEnvironment => postman::import_environment(text),
        Kind::Insomnia => insomnia::import(text),
        Kind::Bruno => bruno::import(text),
        Kind::OpenCollection => bruno::import_open_collection(text),
        Kind::Har => har::import(text),
        Kind::HttpFile => http_file::import(text),
        Kind::HttpEnvironments => http_file::import_environments(text),
        Kind::OpenApi => open_api::import(text),
    }?;
    Ok(Read {
        kind,
        is_gateway_export: kind == Kind::OpenApi && api_gateway::is_export(text),
        imported,
    })
}

/// Files of official clients have a few KB; infrastructure code may hold more than its provider.
const LARGEST_CONFIGURATION: usize = 4_000_000;

fn is_configuration(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::CliConfig
            | Kind::CliGateway
            | Kind::CxAsCode
            | Kind::ProcessVariables
            | Kind::SdkIni
            | Kind::SdkJson
            | Kind::JavaScriptGateway
    )
}

/// The `GENESYSCLOUD_*` variables of a process.
///
/// # Errors
/// When there are none that say where requests go.
pub fn import_process(
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Read, ImportError> {
    Ok(Read {
        kind: Kind::ProcessVariables,
        is_gateway_export: false,
        imported: process_variables::import_process(variables)?,
    })
}

fn kind_of(text: &str) -> Result<Kind, ImportError> {
    match recognise(text) {
        Recognised::One(kind) => Ok(kind),
        Recognised::Several(kinds) => {
            let names: Vec<String> = kinds.iter().map(ToString::to_string).collect();
            Err(ImportError::new(
                Place::START,
                "Several kinds are in one text: import each by itself",
            )
            .having_understood(names.join(", ")))
        }
        Recognised::Unknown => Err(unknown(text)),
    }
}

/// The first sign is where a reader would give up.
fn unknown(text: &str) -> ImportError {
    let at = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    ImportError::new(
        Place::at(text, at),
        "The kind is not recognised: it is no configuration of an official client, no cURL command, no collection, no HAR, \
         no .http file and no API description",
    )
}

/// Kinds as a person types them.
const NAMES: [(Kind, &str); 17] = [
    (Kind::CliConfig, "cli-config"),
    (Kind::CliGateway, "cli-gateway"),
    (Kind::CxAsCode, "cx-as-code"),
    (Kind::ProcessVariables, "variables"),
    (Kind::SdkIni, "sdk-ini"),
    (Kind::SdkJson, "sdk-json"),
    (Kind::JavaScriptGateway, "javascript"),
    (Kind::Curl, "curl"),
    (Kind::PostmanCollection, "postman"),
    (Kind::PostmanEnvironment, "postman-environment"),
    (Kind::Insomnia, "insomnia"),
    (Kind::Bruno, "bruno"),
    (Kind::OpenCollection, "opencollection"),
    (Kind::Har, "har"),
    (Kind::HttpFile, "http"),
    (Kind::HttpEnvironments, "http-environments"),
    (Kind::OpenApi, "openapi"),
];

impl Kind {
    /// As a person types it: `cli-config`.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, name)| name)
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        NAMES
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(kind, _)| *kind)
            .ok_or_else(|| {
                let names: Vec<&str> = NAMES.iter().map(|(_, name)| *name).collect();
                format!("`{text}` is no kind; known are {}", names.join(", "))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_to_the_reader_of_its_kind() {
        for (text, kind, environments, requests) in [
            (
                "curl https://api.mypurecloud.com/api/v2/users",
                Kind::Curl,
                1,
                1,
            ),
            (
                "[DEFAULT]\nenvironment = \"mypurecloud.com\"\n",
                Kind::CliConfig,
                1,
                0,
            ),
            (
                "{\"host\":\"a1.execute-api.us-east-1.amazonaws.com\",\"protocol\":\"https\",\"port\":\"443\",\"pathParams\":{\"login\":\"/l\",\"api\":\"/a\"}}",
                Kind::CliGateway,
                1,
                0,
            ),
            (
                "[gateway]\nhost = gw.example.com\nprotocol = https\n",
                Kind::SdkIni,
                1,
                0,
            ),
            (
                "GENESYSCLOUD_REGION=us-east-1\n",
                Kind::ProcessVariables,
                1,
                0,
            ),
            (
                "client.setGateway({ host: 'gw.example.com', protocol: 'https' });",
                Kind::JavaScriptGateway,
                1,
                0,
            ),
            (
                "### one\nGET https://api.mypurecloud.com/api/v2/users\n",
                Kind::HttpFile,
                1,
                1,
            ),
        ] {
            let read = import(text, None).unwrap_or_else(|error| panic!("{error} in {text}"));
            assert_eq!(
                (
                    read.kind,
                    read.imported.environments.len(),
                    read.imported.requests.len()
                ),
                (kind, environments, requests),
                "{text}"
            );
        }
    }

    #[test]
    fn utf_16_is_read_like_utf_8() {
        let text = "[gateway]\nhost = gw.example.com\nprotocol = https\n";
        let bytes: Vec<u8> = std::iter::once(0xfeff_u16)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(import_bytes(&bytes, None), import(text, None));
    }

    #[test]
    fn what_is_not_known_is_told_with_its_place_and_a_hint_decides() {
        let error = import("\n  hello", None).expect_err("unknown");
        assert_eq!((error.place.line, error.place.column), (2, 3));
        let both = "GENESYSCLOUD_REGION=us-east-1\n[gateway]\nhost = gw.example.com\n";
        let error = import(both, None).expect_err("two kinds");
        assert!(error.understood.contains("INI"), "{error}");
        let read = import(both, Some(Kind::ProcessVariables)).expect("reads");
        assert_eq!(read.imported.environments.len(), 1);
        assert!(import(" \n", None).is_err());
    }

    #[test]
    fn every_kind_has_a_name() {
        for (kind, name) in NAMES {
            assert_eq!(name.parse(), Ok(kind));
            assert_eq!(kind.name(), name);
        }
        assert!("nothing".parse::<Kind>().is_err());
    }
}
