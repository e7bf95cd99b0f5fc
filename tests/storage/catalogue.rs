//! The packed catalogue is what the tool makes of the readable table, and its origin is told beside it.

#[expect(dead_code, reason = "the tool's own entry is not called here")]
#[path = "../../examples/pack_catalogue.rs"]
mod tool;

use std::fs;
use std::path::{Path, PathBuf};

use gatescope::model::catalogue::Catalogue;

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/catalogue")
}

fn read(name: &str) -> String {
    fs::read_to_string(assets().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn unpacked(packed: &[u8]) -> String {
    let bytes = zstd::bulk::decompress(packed, 4 << 20).expect("it unpacks");
    String::from_utf8(bytes).expect("it is text")
}

#[test]
fn the_packed_table_is_the_readable_one() {
    let readable = read("operations.tsv");
    let packed = fs::read(assets().join("operations.tsv.zst")).expect("the packed table");
    assert!(packed.len() < 64 << 10, "{} bytes", packed.len());
    assert!(
        unpacked(&packed) == readable,
        "run `cargo run --example pack_catalogue -- assets/catalogue` after editing operations.tsv"
    );
    let again = tool::packed(&readable).expect("it packs");
    assert!(unpacked(&again) == readable);
}

/// From the readable table back to the rows it was made of, and to the table again: nothing is lost on the way.
#[test]
fn the_tool_makes_the_same_table_of_its_own_rows() {
    let readable = read("operations.tsv");
    let catalogue = Catalogue::parse(readable.as_str()).expect("a catalogue");
    let mut rows = String::new();
    for (_, operation) in catalogue.operations() {
        for tag in operation.tags() {
            let row = serde_json::json!({
                "tag": tag,
                "id": operation.id,
                "method": operation.method,
                "path": operation.path,
                "query": operation.query_names().collect::<Vec<_>>(),
                "body": operation.has_body,
            });
            rows.push_str(&row.to_string());
            rows.push('\n');
        }
    }
    assert_eq!(rows.lines().count(), 3_468);
    let made = tool::table(&rows).expect("rows become a table");
    let first_difference = made
        .lines()
        .zip(readable.lines())
        .find(|(made, known)| made != known);
    assert_eq!(first_difference, None);
    assert_eq!(made.len(), readable.len());
}

#[test]
fn words_that_would_break_the_table_are_refused() {
    for row in [
        r#"{"tag":"A B","id":"a","method":"GET","path":"/a","query":[],"body":false}"#,
        r#"{"tag":"A","id":"a","method":"GET","path":"/a\tb","query":[],"body":false}"#,
        r#"{"tag":"A","id":"a","method":"GET","path":"/ä","query":[],"body":false}"#,
        r#"{"tag":"A","id":"a","method":"GET","path":"/a","query":["x y"],"body":false}"#,
        r#"{"tag":"A"}"#,
    ] {
        assert!(tool::table(row).is_err(), "{row}");
    }
}

#[test]
fn the_notice_names_source_licence_and_owner() {
    let notice = read("NOTICE");
    for words in [
        "purecloud-platform-client-v2",
        "MIT License",
        "Copyright (c) 2017 PureCloud by Genesys",
        "The above copyright notice and this permission notice shall be included",
    ] {
        assert!(notice.contains(words), "{words}");
    }
}
