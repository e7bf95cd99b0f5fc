//! Round trips by what is sent: a request that was written for another tool and read again goes out as before.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::interchange::Imported;
use crate::model::dynamic::Dynamics;
use crate::model::resolve::{Purpose, ResolveContext, resolve};
use crate::model::resolved::BodySegment;

/// Everything that goes out; headers without their order, which not every tool keeps.
#[derive(Debug, PartialEq, Eq)]
struct Sent {
    method: String,
    url: String,
    headers: BTreeMap<String, Vec<String>>,
    files: Vec<String>,
    text: String,
}

fn sent(draft: &RequestDraft, environment: &Environment) -> Sent {
    let context = ResolveContext {
        secrets: &Secrets::new(),
        purpose: Purpose::Preview,
        dynamics: Some(Dynamics::EXAMPLE),
    };
    let request = resolve(draft, environment, context)
        .unwrap_or_else(|problems| panic!("{problems:?} in {draft:#?}"));
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for header in &request.headers {
        headers
            .entry(header.name.to_ascii_lowercase())
            .or_default()
            .push(String::from_utf8_lossy(&header.value).into_owned());
    }
    let mut text = String::new();
    let mut files = Vec::new();
    for segment in &request.body.segments {
        match segment {
            BodySegment::Bytes(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
            BodySegment::File { path, .. } => files.push(path.display().to_string()),
        }
    }
    Sent {
        method: request.method,
        // A colon at the start of a segment would be a place there.
        url: request.url.to_string().replace("%3A", ":"),
        headers,
        files,
        text,
    }
}

/// The environment that the imported requests go to, with the variables of the import.
fn environment_of(imported: &Imported) -> Environment {
    let mut environment = imported.environments[0].clone();
    environment.variables.extend(imported.variables.clone());
    environment
}

/// Rows that are off, with their names.
fn off(draft: &RequestDraft) -> Vec<(String, String)> {
    let pair = |row: &QueryRow| (row.name.clone(), row.value.clone().unwrap_or_default());
    let mut rows: Vec<_> = draft
        .query
        .iter()
        .filter(|row| !row.enabled)
        .map(pair)
        .collect();
    let headers = draft.headers.iter().filter(|row| !row.enabled);
    rows.extend(headers.map(|row| (row.name.clone(), row.value.clone())));
    match &draft.body {
        DraftBody::Form { rows: form } => {
            rows.extend(form.iter().filter(|row| !row.enabled).map(pair));
        }
        DraftBody::Multipart { rows: parts } => {
            let parts = parts.iter().filter(|row| !row.enabled);
            rows.extend(parts.map(|row| (row.name.clone(), format!("{:?}", row.value))));
        }
        _ => {}
    }
    rows
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 äß.,;:!&=#%+|\"'<>/?()-]{0,12}".prop_map(|text| text.trim().to_owned()),
        1 => Just("{{user}}".to_owned()),
        1 => Just("a b-{{user}}&{{user}}".to_owned()),
    ]
}

fn rows() -> impl Strategy<Value = Vec<QueryRow>> {
    let row = (
        "[a-z]{1,6}(x|y z|ä&=)",
        proptest::option::weighted(0.8, value()),
        proptest::bool::weighted(0.8),
    );
    prop::collection::vec(row, 0..4).prop_map(|rows| {
        rows.into_iter()
            .map(|(name, value, enabled)| QueryRow {
                enabled,
                name,
                value,
            })
            .collect()
    })
}

fn media_type() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "text/plain",
        "application/xml",
        "text/csv; header=present",
        "application/vnd.x+json",
    ])
    .prop_map(str::to_owned)
}

fn parts() -> impl Strategy<Value = Vec<PartRow>> {
    let text = "[a-zA-Z0-9 äß.,:!-]{1,12}".prop_map(|text| PartValue::Text(text.trim().to_owned()));
    let file = ("[a-z]{1,8}\\.bin", "([a-z]{1,4}\\.dat)?")
        .prop_map(|(path, file_name)| PartValue::File { path, file_name });
    let part = (
        "[a-z]{1,6}x",
        prop_oneof![text, file],
        prop::sample::select(vec!["", "text/csv", "application/json"]),
        proptest::bool::weighted(0.8),
    );
    prop::collection::vec(part, 1..4).prop_map(|parts| {
        parts
            .into_iter()
            .map(|(name, value, content_type, enabled)| PartRow {
                enabled,
                name,
                value,
                content_type: content_type.to_owned(),
            })
            .collect()
    })
}

fn bodies() -> impl Strategy<Value = DraftBody> {
    prop_oneof![
        Just(DraftBody::None),
        "[ -~äß]{0,20}".prop_map(|text| DraftBody::Json {
            text: serde_json::json!({"a": text.replace("{{", ""), "user": "{{user}}"}).to_string()
        }),
        ("[a-zA-Z0-9 äß.,:;!\"'\n]{1,30}", media_type()).prop_map(|(text, content_type)| {
            DraftBody::Text {
                text: format!("a{}", text.trim_end()),
                content_type,
            }
        }),
        rows()
            .prop_filter("a form has rows", |rows| rows.iter().any(|row| row.enabled))
            .prop_map(|rows| DraftBody::Form { rows }),
        parts()
            .prop_filter("a form has parts", |rows| rows
                .iter()
                .any(|row| row.enabled))
            .prop_map(|rows| DraftBody::Multipart { rows }),
        ("[a-z]{1,8}\\.bin", media_type())
            .prop_map(|(path, content_type)| DraftBody::File { path, content_type }),
    ]
}

fn auths() -> impl Strategy<Value = RequestAuth> {
    let token = "{{secret.api_token}}".to_owned();
    prop_oneof![
        Just(RequestAuth::Inherit),
        Just(RequestAuth::None),
        Just(RequestAuth::Bearer {
            token: token.clone()
        }),
        Just(RequestAuth::Basic {
            user: "{{user}}".to_owned(),
            password: token.clone()
        }),
        Just(RequestAuth::Basic {
            user: "anna b".to_owned(),
            password: token.clone()
        }),
        Just(RequestAuth::Header {
            name: "x-api-key".to_owned(),
            value: token
        }),
    ]
}

prop_compose! {
    fn any_request()(
        name in "[A-Za-z][A-Za-z0-9 äß()-]{0,16}",
        folder in prop::collection::vec("[A-Za-z][a-z0-9]{0,6}", 0..3),
        method in prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND"]),
        path in prop::sample::select(vec![
            "/api/v2/users/{id}", "/api/v2/users", "/api/v2/groups/{id}", "/a b/v{id}.json", "/api/v2/{{user}}/x?state=a b&c", "/api/v2/:x/ä",
        ]),
        id in "[a-zA-Z0-9äß /&+:%#?-]{0,8}[a-z0-9]",
        (headers, off) in (value(), value()),
        query in rows(),
        auth in auths(),
        body in bodies(),
    ) -> ImportedRequest {
        let mut request = ImportedRequest::new(RequestDraft {
            name: name.trim().to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            path_variables: if path.contains("{id}") {
                vec![NamedText { name: "id".to_owned(), value: id }]
            } else {
                Vec::new()
            },
            query,
            headers: vec![
                header("X-Trace", &headers),
                HeaderRow { enabled: false, ..header("X-Off", &off) },
            ],
            auth,
            body,
            ..RequestDraft::default()
        });
        request.folder = folder;
        request
    }
}

/// What a tool has no place for is taken out of the request before it is compared: it is told in words instead.
fn as_held(mut request: ImportedRequest, dialect: Dialect) -> ImportedRequest {
    if dialect == Dialect::Insomnia
        && let Some((path, _)) = request.draft.path.clone().split_once('?')
    {
        path.clone_into(&mut request.draft.path);
    }
    if let RequestAuth::Basic { user, .. } = &mut request.draft.auth
        && dialect == Dialect::HttpFile
    {
        *user = user.replace(' ', "");
    }
    let filled = |rows: &mut Vec<QueryRow>| {
        for row in rows {
            row.value.get_or_insert_default();
        }
    };
    if dialect == Dialect::Insomnia {
        filled(&mut request.draft.query);
    }
    match &mut request.draft.body {
        DraftBody::Form { rows } if dialect != Dialect::HttpFile => filled(rows),
        DraftBody::Multipart { rows } => {
            for row in rows {
                let is_text = matches!(row.value, PartValue::Text(_));
                if let PartValue::File { file_name, .. } = &mut row.value
                    && matches!(dialect, Dialect::Insomnia | Dialect::Bruno)
                {
                    file_name.clear();
                }
                if dialect == Dialect::Insomnia && !is_text {
                    row.content_type.clear();
                }
            }
        }
        _ => {}
    }
    request
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_written_for_another_tool_sends_the_same(request in any_request(), is_gateway: bool) {
        let mut environment = if is_gateway { gateway() } else { direct() };
        environment.variables = gateway().variables;
        let secrets = Secrets::new();
        for dialect in DIALECTS {
            let request = as_held(request.clone(), dialect);
            let one = std::slice::from_ref(&request);
            let export = written(dialect, one, Some(&environment), ExportContext::masked(&secrets));
            let imported = reading::import(&export.text, None)
                .map_err(|error| TestCaseError::fail(format!("{dialect:?}: {error}\n{}", export.text)))?
                .imported;
            let again = &imported.requests[0];
            prop_assert_eq!(
                sent(&again.draft, &environment_of(&imported)),
                sent(&request.draft, &environment),
                "{:?}\n{}", dialect, export.text
            );
            if dialect != Dialect::HttpFile {
                prop_assert_eq!(&again.folder, &request.folder, "{:?}\n{}", dialect, export.text);
                prop_assert_eq!(&again.draft.name, &request.draft.name);
                let names = |draft: &RequestDraft| -> Vec<String> {
                    let rows = off(draft).into_iter();
                    rows.map(|(name, value)| encode::decode(&format!("{name}={value}"))).collect()
                };
                prop_assert_eq!(names(&again.draft), names(&request.draft), "{:?}\n{}", dialect, export.text);
            }
        }
    }
}
