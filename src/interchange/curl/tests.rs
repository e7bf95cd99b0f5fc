//! What a POSIX shell makes of the command is what would be sent. A real shell and a real curl say so in `tests/network`.

use proptest::prelude::*;

use super::*;
use crate::model::environment::{Credentials, Place, Target, Variable};
use crate::model::request::{DraftBody, HeaderRow, PartRow, PartValue, QueryRow};
use crate::model::sandbox_environments::sandbox_environments;
use crate::model::secret::{Secret, SecretKey, SecretName, Secrets};

const CANARY: &str = "canary-7 \"x\"";

fn environment() -> Environment {
    let mut environment = sandbox_environments().remove(0);
    environment.sandbox = None;
    environment.name = "Acme\nrm -rf `x`".to_owned();
    environment.target = Target::Direct {
        place: Place::Origins {
            api: "https://api.example.com".to_owned(),
            login: "https://login.example.com".to_owned(),
        },
    };
    environment.credentials = Credentials::None;
    environment.network.proxy = Proxy::System;
    environment.variables = vec![Variable {
        name: "key".to_owned(),
        value: String::new(),
        secret: true,
    }];
    environment
}

fn options() -> CurlOptions<'static> {
    CurlOptions {
        dynamics: Dynamics::EXAMPLE,
        folder: Some(Path::new("/work space")),
    }
}

fn command_of(draft: &RequestDraft) -> String {
    curl_command(draft, &environment(), options())
        .unwrap_or_else(|problems| panic!("{draft:?}: {problems:?}"))
}

/// What is sent, with the secret that `key` stands for.
fn sent(draft: &RequestDraft) -> ResolvedRequest {
    let environment = environment();
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::Variable("key".to_owned()),
    };
    let secrets = Secrets::from([(key, Secret::new(CANARY))]);
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: Some(Dynamics::EXAMPLE),
    };
    resolve(draft, &environment, context).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The words of the curl command, with the variables put in that the comments ask for.
fn words(command: &str, value_of: impl Fn(&str) -> String) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = command.chars().peekable();
    let mut at_line_start = true;
    while let Some(character) = characters.next() {
        let was_start = std::mem::replace(&mut at_line_start, character == '\n');
        match character {
            '#' if was_start && word.is_none() => {
                characters.by_ref().find(|behind| *behind == '\n');
                at_line_start = true;
            }
            '\\' => {
                let escaped = characters
                    .next()
                    .expect("a backslash is followed by something");
                if escaped != '\n' {
                    word.get_or_insert_default().push(escaped);
                }
            }
            '\'' => {
                let quoted: String = characters
                    .by_ref()
                    .take_while(|next| *next != '\'')
                    .collect();
                word.get_or_insert_default().push_str(&quoted);
            }
            '"' => {
                let inside: String = characters
                    .by_ref()
                    .take_while(|next| *next != '"')
                    .collect();
                let name = inside
                    .strip_prefix("${")
                    .and_then(|name| name.strip_suffix(":?}"))
                    .unwrap_or_else(|| panic!("only variables stand in double quotes: {inside}"));
                word.get_or_insert_default().push_str(&value_of(name));
            }
            ' ' | '\n' => words.extend(word.take()),
            plain => {
                assert!(
                    plain.is_ascii_alphanumeric() || "-.=/".contains(plain),
                    "`{plain}` stands outside quotes in {command}"
                );
                word.get_or_insert_default().push(plain);
            }
        }
    }
    words.extend(word);
    words
}

#[derive(Debug, Default, PartialEq)]
struct Read {
    method: Option<String>,
    url: String,
    headers: Vec<String>,
    body: Option<String>,
    form: Vec<String>,
    user: Option<String>,
}

fn read(command: &str) -> Read {
    let canary = |name: &str| match name {
        "SECRET_KEY" => CANARY.to_owned(),
        "SECRET_KEY_ENCODED" => "canary-7%20%22x%22".to_owned(),
        "SECRET_KEY_JSON" => "canary-7 \\\"x\\\"".to_owned(),
        other => format!("<{other}>"),
    };
    let mut read = Read::default();
    let mut words = words(command, canary).into_iter();
    assert_eq!(words.next().as_deref(), Some("curl"));
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("a value");
        match word.as_str() {
            "--request" => read.method = Some(value()),
            "--header" => read.headers.push(value()),
            "--data-binary" | "--data-raw" => read.body = Some(value()),
            "--form" | "--form-string" => read.form.push(value()),
            "--user" => read.user = Some(value()),
            "--head" => read.method = Some("HEAD".to_owned()),
            "--path-as-is" | "--globoff" | "--compressed" | "--http1.1" => {}
            url => {
                assert!(
                    url.starts_with("https://"),
                    "`{url}` is no option of this table"
                );
                url.clone_into(&mut read.url);
            }
        }
    }
    read
}

fn row(name: &str, value: &str) -> HeaderRow {
    HeaderRow {
        enabled: true,
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn query(name: &str, value: &str) -> QueryRow {
    QueryRow {
        enabled: true,
        name: name.to_owned(),
        value: Some(value.to_owned()),
    }
}

fn draft(method: &str, body: DraftBody) -> RequestDraft {
    RequestDraft {
        method: method.to_owned(),
        path: "/api/v2/users".to_owned(),
        body,
        ..RequestDraft::default()
    }
}

fn json(text: &str) -> DraftBody {
    DraftBody::Json {
        text: text.to_owned(),
    }
}

#[test]
fn a_get_is_written_as_people_write_it() {
    let mut plain = draft("GET", DraftBody::None);
    plain.query = vec![query("q", "it's {a}")];
    plain.headers = vec![row("X-Empty", ""), row("Accept", "text/html")];
    let command = command_of(&plain);
    assert_eq!(
        command,
        "curl --path-as-is --globoff --compressed \\\n  \
         --http1.1 \\\n  \
         --header 'X-Empty;' \\\n  \
         --header 'Accept: text/html' \\\n  \
         --header 'Accept-Encoding: gzip, deflate, br, zstd' \\\n  \
         --header 'User-Agent: gatescope/0.1.0' \\\n  \
         'https://api.example.com/api/v2/users?q=it'\\''s%20%7Ba%7D'\n"
            .replace("0.1.0", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn no_secret_is_in_the_command_and_each_variable_is_named_in_a_comment() {
    let mut everywhere = draft(
        "POST",
        json(
            "{\"token\": \"typed-secret-1\", \"pin\": 1234567, \"a\": \"{{key}}\", \"b\": \"typed-secret-2\"}",
        ),
    );
    everywhere.query = vec![query("api_key", "typed-secret-3"), query("x", "{{key}}")];
    everywhere.headers = vec![
        row("X-Api-Key", "typed-secret-2"),
        row("X-Sig", "v1-{{secret.key}}"),
    ];
    everywhere.auth = RequestAuth::Bearer {
        token: "typed-secret-4".to_owned(),
    };
    let command = command_of(&everywhere);
    assert!(!command.contains("typed-secret"), "{command}");
    assert!(!command.contains("canary"), "{command}");
    let comments: Vec<&str> = command
        .lines()
        .filter(|line| line.starts_with('#'))
        .collect();
    for name in [
        "AUTHORIZATION",
        "X_API_KEY",
        "API_KEY",
        "SECRET_KEY",
        "SECRET_KEY_ENCODED",
        "SECRET_KEY_JSON",
        "TOKEN",
    ] {
        assert!(
            comments
                .iter()
                .any(|line| line.starts_with(&format!("# Set {name}: "))),
            "{name}: {command}"
        );
        assert!(
            command.contains(&format!("\"${{{name}:?}}\"")),
            "{name}: {command}"
        );
    }
    for comment in comments {
        assert!(
            !comment.contains("--print") || comment.ends_with(" --print"),
            "the command in it can be copied: {comment}"
        );
        assert!(
            !comment.contains(['`', '$', '\'', '"', ';', '|', '&']),
            "harmless in every shell: {comment}"
        );
    }
}

#[test]
fn the_token_of_the_environment_is_a_variable() {
    let mut own = environment();
    own.credentials = Credentials::AccessToken;
    let command = curl_command(&draft("GET", DraftBody::None), &own, options()).expect("a command");
    assert!(
        command.contains("--header 'Authorization: Bearer '\"${ACCESS_TOKEN:?}\""),
        "{command}"
    );
    assert!(command.starts_with("# Set ACCESS_TOKEN: "), "{command}");
}

#[test]
fn user_and_password_go_into_an_option_of_their_own() {
    let mut basic = draft("GET", DraftBody::None);
    for (password, expected) in [
        ("{{key}}", CANARY),
        ("typed'secret", "<PASSWORD>"),
        ("", ""),
    ] {
        basic.auth = RequestAuth::Basic {
            user: "a'da".to_owned(),
            password: password.to_owned(),
        };
        let command = command_of(&basic);
        assert!(!command.contains("typed"), "{command}");
        assert_eq!(
            read(&command).user.as_deref(),
            Some(&*format!("a'da:{expected}"))
        );
    }
}

#[test]
fn forms_are_options_and_files_are_named() {
    let part = |name: &str, value: PartValue, content_type: &str| PartRow {
        enabled: true,
        name: name.to_owned(),
        value,
        content_type: content_type.to_owned(),
    };
    let text = |text: &str| PartValue::Text(text.to_owned());
    let form = draft(
        "POST",
        DraftBody::Multipart {
            rows: vec![
                part("a", text("@not a file;type=x\r\n--"), ""),
                part("q\"", text("b\\\"c"), "text/csv"),
                part("password", text("typed-secret"), ""),
                part(
                    "f",
                    PartValue::File {
                        path: "in/a \"b\".csv".to_owned(),
                        file_name: String::new(),
                    },
                    "",
                ),
                part("empty", text(""), ""),
            ],
        },
    );
    let read = read(&command_of(&form));
    assert_eq!(
        read.form,
        [
            "a=@not a file;type=x\r\n--",
            "q\"=\"b\\\\\\\"c\";type=text/csv",
            "password=<PASSWORD>",
            "f=@\"/work space/in/a \\\"b\\\".csv\";filename=\"a \\\"b\\\".csv\";type=text/csv",
            "empty=",
        ]
    );
    assert!(
        !read
            .headers
            .iter()
            .any(|header| header.starts_with("Content-Type")),
        "curl writes the boundary: {:?}",
        read.headers
    );
    let file = draft(
        "PUT",
        DraftBody::File {
            path: "a.json".to_owned(),
            content_type: "application/json".to_owned(),
        },
    );
    let read = super::tests::read(&command_of(&file));
    assert_eq!(read.body.as_deref(), Some("@/work space/a.json"));
}

#[test]
fn what_no_argument_can_hold_comes_in_on_standard_input() {
    for (text, printed) in [
        (
            format!("[\"{}\"]", "x".repeat(200_000)),
            "printf '%s' '[\"xxx",
        ),
        (
            "[\"a%\0\\b\"]".to_owned(),
            "printf '[\"a%%\\000\\\\b\"]' |\ncurl",
        ),
    ] {
        let body = DraftBody::Text {
            text,
            content_type: "application/json".to_owned(),
        };
        let command = command_of(&draft("POST", body));
        assert!(command.starts_with(printed), "{}", &command[..60]);
        assert!(command.contains("--data-binary '@-'"), "read from there");
    }
}

fn for_windows(draft: &RequestDraft, shell: Shell) -> String {
    let none = Secrets::new();
    let shown = ExportContext::masked(&none);
    export(draft, &environment(), options(), shell, shown)
        .unwrap_or_else(|problems| panic!("{draft:?}: {problems:?}"))
        .text
}

#[test]
fn a_command_that_older_power_shells_change_says_so() {
    const SAID: &str =
        "# For PowerShell 7.3 or later: earlier ones lose quotes and empty values\ncurl.exe ";
    let quoted = draft("POST", json("{\"a\": 1}"));
    let text = for_windows(&quoted, Shell::Power);
    assert!(text.starts_with(SAID), "{text}");
    for (draft, shell) in [
        (&draft("GET", DraftBody::None), Shell::Power),
        (&quoted, Shell::Cmd),
    ] {
        let text = for_windows(draft, shell);
        assert!(text.starts_with("curl.exe "), "{shell:?}: {text}");
    }
}

#[test]
fn what_cannot_be_sent_has_no_command() {
    let mut unknown = draft("GET", DraftBody::None);
    unknown.path = "/{{nobody}}".to_owned();
    let problems = curl_command(&unknown, &environment(), options()).expect_err("a problem");
    assert_eq!(problems[0].field, Field::Path);
}

fn same(draft: &RequestDraft) -> Result<(), TestCaseError> {
    let command = command_of(draft);
    let read = read(&command);
    let sent = sent(draft);
    prop_assert_eq!(&read.url, &sent.url.to_string(), "{}", command);
    let method = read.method.clone().unwrap_or_else(|| "GET".to_owned());
    prop_assert_eq!(&method, &sent.method);
    let headers: Vec<String> = sent
        .headers
        .iter()
        .filter(|header| {
            !["host", "content-length"].contains(&header.name.to_ascii_lowercase().as_str())
        })
        .map(|header| {
            let value = String::from_utf8_lossy(&header.value);
            if value.is_empty() {
                format!("{};", header.name)
            } else {
                format!("{}: {value}", header.name)
            }
        })
        .collect();
    let written: Vec<String> = read
        .headers
        .iter()
        .filter(|header| !["Expect:", "Content-Type:"].contains(&header.as_str()))
        .cloned()
        .collect();
    prop_assert_eq!(written, headers, "{}", command);
    let body = sent
        .body
        .segments
        .iter()
        .fold(String::new(), |text, segment| match segment {
            BodySegment::Bytes(bytes) => text + &String::from_utf8_lossy(bytes),
            BodySegment::File { .. } => text,
        });
    prop_assert_eq!(read.body.unwrap_or_default(), body, "{}", command);
    Ok(())
}

const NASTY: &str = "[a-c'\"\\\\$`!#&;|<>(){}*?~ =%@é\n\t]{0,12}";
const NASTY_LINE: &str = "[a-c'\"\\\\$`!#&;|<>()*?~ =%@é]{0,12}";

proptest! {
    #[test]
    fn a_shell_reads_back_what_is_sent(
        name in NASTY_LINE, value in NASTY, header in NASTY_LINE, body in NASTY,
        method in prop::sample::select(vec!["GET", "POST", "PATCH", "get", "PURGE"]),
        with_secret in any::<bool>(),
    ) {
        let secret = if with_secret { "{{key}}" } else { "" };
        let mut typed = draft(method, DraftBody::Text {
            text: format!("{body}{secret}"),
            content_type: "text/plain".to_owned(),
        });
        // A lone `%` in front of a secret would make one of its first characters, whatever they are.
        typed.query = vec![query(&name, &format!("{value}-{secret}"))];
        typed.headers = vec![row("X-Header", header.trim())];
        same(&typed)?;
    }

    #[test]
    fn a_json_body_is_read_back(text in NASTY) {
        let value = serde_json::Value::from(text).to_string();
        same(&draft("POST", json(&format!("{{\"a\": {value}, \"b\": \"{{{{key}}}}\"}}"))))?;
    }

    /// A whole command for a Windows shell is read again as the request that it was made of.
    #[test]
    fn a_command_for_windows_is_read_back(
        value in "[ -~\u{e4}\u{20ac}]{0,30}",
        body in "[ -~\n\u{e4}\u{20ac}\u{201c}]{1,40}",
    ) {
        prop_assume!(!value.contains("{{") && !body.contains("{{"));
        let mut draft = draft("PUT", DraftBody::Text {
            text: body.clone(),
            content_type: "text/x".to_owned(),
        });
        draft.headers = vec![row("X-Value", &format!("v{value}v"))];
        draft.query = vec![query("q", &value)];
        for shell in [Shell::Cmd, Shell::Power] {
            let command = for_windows(&draft, shell);
            let imported = crate::interchange::curl_import::import(&command)
                .unwrap_or_else(|error| panic!("{shell:?}: {error} in {command}"));
            let read = &imported.requests[0].draft;
            prop_assert_eq!(read.method.as_str(), "PUT", "{}", &command);
            let text = match &read.body {
                DraftBody::Text { text, .. } => text.as_str(),
                other => panic!("{shell:?}: {other:?} of {command}"),
            };
            prop_assert_eq!(text, &body, "{}", &command);
            let header = read.headers.iter().find(|row| row.name == "X-Value");
            prop_assert_eq!(header.map(|row| &row.value), Some(&format!("v{value}v")), "{}", &command);
            let mut again = draft.clone();
            again.query.clone_from(&read.query);
            prop_assert_eq!(sent(&again).url, sent(&draft).url, "{}", &command);
        }
    }
}
