//! Bodies: as typed, framed, with the content type that belongs to them (facts/peers.md cases 15, 65-67).

use super::*;

#[test]
fn a_content_type_cannot_begin_another_header() {
    let hostile = "text/plain\r\nX-Injected: 1".to_owned();
    let part = PartRow {
        enabled: true,
        name: "a".to_owned(),
        value: PartValue::Text("b".to_owned()),
        content_type: hostile.clone(),
    };
    for (body, field) in [
        (
            DraftBody::Text {
                text: "a".to_owned(),
                content_type: hostile.clone(),
            },
            Field::Body,
        ),
        (
            DraftBody::File {
                path: "a".to_owned(),
                content_type: hostile,
            },
            Field::Body,
        ),
        (DraftBody::Multipart { rows: vec![part] }, Field::BodyRow(0)),
    ] {
        let draft = RequestDraft {
            body,
            ..get("/api/v2/x")
        };
        let problems = send(&draft, &direct()).expect_err("a problem");
        let fields: Vec<&Field> = problems.iter().map(|problem| &problem.field).collect();
        assert_eq!(fields, [&field], "{problems:?}");
    }
}

#[test]
fn lengths_are_written_only_where_a_body_belongs() {
    let table = [
        ("GET", "", None),
        ("DELETE", "", None),
        ("OPTIONS", "", None),
        ("POST", "", Some("Content-Length: 0")),
        ("PUT", "", Some("Content-Length: 0")),
        ("PATCH", "", Some("Content-Length: 0")),
        ("GET", "{}", Some("Content-Length: 2")),
        ("DELETE", "{}", Some("Content-Length: 2")),
    ];
    for (method, text, length) in table {
        let mut draft = get("/api/v2/x");
        draft.method = method.to_owned();
        draft.body = DraftBody::Json {
            text: text.to_owned(),
        };
        let request = sent(&draft);
        let found = headers(&request)
            .into_iter()
            .find(|header| header.starts_with("Content-Length"));
        assert_eq!(found.as_deref(), length, "{method} {text:?}");
        assert_eq!(body(&request), text);
    }
}

#[test]
fn json_is_sent_as_typed_even_when_it_is_none() {
    let text = "{\"a\": 1, // comment\n}";
    let mut draft = get("/api/v2/x");
    draft.body = DraftBody::Json {
        text: text.to_owned(),
    };
    let request = sent(&draft);
    assert_eq!(body(&request), text);
    assert_eq!(request.notes[0].field, Field::Body);
}

#[test]
fn form_rows_keep_order_and_repeats() {
    let mut draft = get("/api/v2/x");
    draft.method = "POST".to_owned();
    draft.body = DraftBody::Form {
        rows: vec![
            row(true, "b", Some("1 +&")),
            row(true, "a", None),
            row(false, "off", Some("1")),
            row(true, "b", Some("")),
        ],
    };
    let request = sent(&draft);
    assert_eq!(body(&request), "b=1+%2B%26&a&b=");
    assert!(
        headers(&request).contains(&"Content-Type: application/x-www-form-urlencoded".to_owned())
    );
    draft.body = DraftBody::Form {
        rows: vec![row(false, "off", Some("1"))],
    };
    assert!(
        !headers(&sent(&draft))
            .iter()
            .any(|header| header.starts_with("Content-Type"))
    );
}

#[test]
fn multipart_is_the_same_each_time_and_leaves_files_to_the_transport() {
    let part = |name: &str, value| PartRow {
        enabled: true,
        name: name.to_owned(),
        value,
        content_type: String::new(),
    };
    let mut draft = get("/api/v2/x");
    draft.method = "POST".to_owned();
    draft.headers = vec![header_row(
        "Content-Type",
        "multipart/form-data; boundary=mine",
    )];
    draft.body = DraftBody::Multipart {
        rows: vec![
            part("a\"\r\n", PartValue::Text("1".to_owned())),
            part(
                "f",
                PartValue::File {
                    path: "dir/ü.json".to_owned(),
                    file_name: String::new(),
                },
            ),
        ],
    };
    let request = sent(&draft);
    assert_eq!(
        body(&request),
        "--mine\r\nContent-Disposition: form-data; name=\"a%22%0D%0A\"\r\n\r\n1\r\n\
         --mine\r\nContent-Disposition: form-data; name=\"f\"; filename=\"ü.json\"\r\n\
         Content-Type: application/json\r\n\r\n<dir/ü.json>\r\n--mine--\r\n"
    );
    assert!(
        !headers(&request)
            .iter()
            .any(|header| header.starts_with("Content-Length"))
    );
    assert!(preview_text(&request).contains("Content-Length: (measured when sent)\r\n"));
    draft.headers.clear();
    let first = body(&sent(&draft));
    assert_eq!(first, body(&sent(&draft)));
    assert!(first.starts_with("--gatescope-"), "{first}");
}
