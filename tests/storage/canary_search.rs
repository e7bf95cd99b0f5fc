//! The canary search finds what is planted: in every form, in any kind of file and in names. Without this, a clean result would prove nothing.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::canary::{Canary, Sighting};

const SECRET: &str = "k\u{e4}n \"ary\"/4711+%>?\u{1f600}~";

#[test]
fn every_form_is_found_where_it_was_planted() {
    let canary = Canary::new(SECRET);
    let forms: Vec<(String, Vec<u8>)> = canary
        .forms()
        .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
        .collect();
    assert!(forms.len() > 40, "only {} forms", forms.len());
    for (form, bytes) in forms {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("one").join("two");
        fs::create_dir_all(&inner).expect("folders");
        fs::write(folder.path().join("clean"), b"nothing here").expect("a file");
        fs::write(
            inner.join("planted.bin"),
            [b"\0\xff:", &bytes[..], b"\xfe"].concat(),
        )
        .expect("a file");
        let sightings = canary.in_folder(folder.path()).expect("a search");
        let expected = Sighting {
            file: ["one", "two", "planted.bin"].iter().collect(),
            offset: Some(3),
            form: form.clone(),
        };
        assert!(sightings.contains(&expected), "{form}: {sightings:?}");
        assert!(
            sightings
                .iter()
                .all(|sighting| sighting.file == expected.file),
            "{form}: {sightings:?}"
        );
    }
}

#[test]
fn encodings_made_by_others_are_found() {
    let canary = Canary::new(SECRET);
    let form: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let mut query = url::Url::parse("https://host.example/").expect("a URL");
    query.query_pairs_mut().append_pair("a", SECRET);
    let document = serde_json::json!({"a": {"b": [SECRET]}});
    let within = serde_json::json!({"text": document.to_string()});
    // As a query is encoded: `/` and `+` stay, the rest does not.
    let mixed = SECRET
        .replace('%', "%25")
        .replace('"', "%22")
        .replace(' ', "%20");
    let mut texts = vec![
        (
            "mixed",
            mixed
                .replace('\u{e4}', "%C3%A4")
                .replace('\u{1f600}', "%F0%9F%98%80"),
        ),
        ("form", format!("a={form}&b=c")),
        ("URL", query.to_string()),
        ("JSON", document.to_string()),
        ("JSON in JSON", within.to_string()),
        (
            "Debug",
            format!("{:?}", SECRET.as_bytes().to_vec()).replace(", ", ""),
        ),
    ];
    // A list of decimal numbers is no form of the canary: it only shows that not everything is found.
    let decimal = texts.pop().expect("the last one").1;
    assert_eq!(canary.in_bytes(decimal.as_bytes()), []);
    for client in ["", "i", "id", "client-id"] {
        for after in ["", "x", "yz"] {
            texts.push((
                "Base64",
                STANDARD.encode(format!("{client}:{SECRET}{after}")),
            ));
            texts.push((
                "URL-safe",
                URL_SAFE.encode(format!("{client}:{SECRET}{after}")),
            ));
            texts.push(("Basic", STANDARD.encode(format!("{client}:{form}{after}"))));
        }
    }
    for (name, text) in texts {
        assert!(
            !canary.in_bytes(text.as_bytes()).is_empty(),
            "{name}: {text}"
        );
    }
}

#[test]
fn names_and_links_count() {
    let canary = Canary::new("kanarie-4711-name");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("kanarie-4711-name.toml"), b"").expect("a file");
    fs::create_dir(folder.path().join("6b616e617269652d343731312d6e616d65")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/nowhere/kanarie-4711-name", folder.path().join("link"))
        .expect("a link");
    let sightings = canary.in_folder(folder.path()).expect("a search");
    let mut files: Vec<String> = sightings
        .iter()
        .map(|sighting| {
            format!(
                "{} {:?} {}",
                sighting.file.display(),
                sighting.offset,
                sighting.form
            )
        })
        .collect();
    files.sort();
    let mut expected = vec![
        "6b616e617269652d343731312d6e616d65 None hex, lower case",
        "kanarie-4711-name.toml None raw",
    ];
    if cfg!(unix) {
        expected.push("link None raw");
    }
    assert_eq!(files, expected);
}

#[test]
fn a_clean_folder_passes_and_a_planted_one_fails_with_the_place() {
    let canary = Canary::new(SECRET);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("notes.txt");
    fs::write(&file, "k\u{e4}n 4711 and other words").expect("a file");
    canary.assert_absent_below(folder.path());
    canary.assert_absent_from("an output", b"other words");
    fs::write(&file, STANDARD.encode(format!("id:{SECRET}"))).expect("a file");
    let failure = std::panic::catch_unwind(|| canary.assert_absent_below(folder.path()))
        .expect_err("the planted canary must fail the check");
    let words = failure.downcast_ref::<String>().expect("a message");
    assert!(
        words.contains("notes.txt at byte") && words.contains("Base64"),
        "{words}"
    );
    assert!(!words.contains(SECRET), "{words}");
}
