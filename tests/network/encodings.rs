//! Content codings over the wire: both sizes are known, the field stays visible, damage keeps what could be read.

use std::io::Write as _;

use gatescope::model::exchange::{BodyProblem, Response};
use gatescope::transport::Transport;

use crate::fault_server::{FaultServer, Step};
use crate::sending::{describe, request, send_request};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4096, 5, 20)
        .write_all(bytes)
        .unwrap();
    out
}

async fn answer_to(method: &str, fields: &str, body: &[u8]) -> Response {
    let mut message = format!(
        "HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    if method != "HEAD" {
        message.extend_from_slice(body);
    }
    let server = FaultServer::start(vec![vec![Step::ReadRequest, Step::Send(message)]]).await;
    let exchange = send_request(&Transport::new(), request(method, server.address, "/")).await;
    let response = exchange.answer().unwrap().response.clone();
    response.unwrap_or_else(|| panic!("{}", describe(&exchange)))
}

fn text() -> Vec<u8> {
    (0..3000)
        .flat_map(|index| format!("row {index}; ").into_bytes())
        .collect()
}

#[tokio::test]
async fn every_coding_is_undone_and_both_sizes_are_known() {
    let plain = text();
    let zstd = zstd::encode_all(&plain[..], 3).unwrap();
    let table = [
        ("gzip", gzip(&plain), vec!["gzip"]),
        ("x-gzip", gzip(&plain), vec!["x-gzip"]),
        ("GZip", gzip(&plain), vec!["GZip"]),
        ("deflate", zlib(&plain), vec!["deflate"]),
        ("deflate", deflate(&plain), vec!["deflate"]),
        ("br", brotli(&plain), vec!["br"]),
        ("zstd", zstd, vec!["zstd"]),
        ("gzip, gzip", gzip(&gzip(&plain)), vec!["gzip", "gzip"]),
        ("gzip, br", brotli(&gzip(&plain)), vec!["br", "gzip"]),
        ("identity", plain.clone(), vec![]),
    ];
    for (coding, wire, undone) in table {
        let response = answer_to("GET", &format!("Content-Encoding: {coding}\r\n"), &wire).await;
        assert_eq!(response.body.incomplete, None, "{coding}");
        assert_eq!(&response.body.wire[..], &wire[..], "{coding}");
        assert!(response.body.decoded == plain, "{coding}: other bytes");
        let named: Vec<String> = response
            .body
            .codings
            .iter()
            .map(|name| name.to_lowercase())
            .collect();
        let expected: Vec<String> = undone.iter().map(|name| name.to_lowercase()).collect();
        assert!(
            named == expected || (coding == "x-gzip" && named == ["gzip"]),
            "{coding}: {named:?}"
        );
        assert_eq!(response.headers[0].text(), coding);
    }
}

#[tokio::test]
async fn damage_is_named_and_what_could_be_read_is_kept() {
    let plain = text();
    let whole = gzip(&plain);
    let cut = whole[..whole.len() / 2].to_vec();
    let mut wrong_sum = whole.clone();
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 0xff;
    let table = [
        ("cut off", cut),
        ("wrong checksum", wrong_sum),
        ("not gzip at all", b"<html>".to_vec()),
    ];
    for (name, wire) in table {
        let response = answer_to("GET", "Content-Encoding: gzip\r\n", &wire).await;
        let problem = response.body.incomplete.clone();
        assert!(
            matches!(&problem, Some(BodyProblem::BadCoding { coding, .. }) if coding == "gzip"),
            "{name}: {problem:?}"
        );
        assert_eq!(&response.body.wire[..], &wire[..], "{name}");
        if name == "cut off" {
            let decoded = &response.body.decoded;
            assert!(
                decoded.len() > 1000 && plain.starts_with(decoded),
                "{name}: {} bytes decoded",
                decoded.len()
            );
        }
        if name == "wrong checksum" {
            assert!(response.body.decoded == plain, "{name}");
        }
    }
}

#[tokio::test]
async fn an_empty_body_is_no_damage() {
    for (method, body) in [("GET", &b""[..]), ("HEAD", &b"0123456789"[..])] {
        for coding in ["gzip", "br", "zstd", "deflate", "nonsense"] {
            let fields = format!("Content-Encoding: {coding}\r\n");
            let response = answer_to(method, &fields, body).await;
            assert_eq!(response.body.incomplete, None, "{method} {coding}");
            assert!(response.body.wire.is_empty(), "{method} {coding}");
        }
    }
}

#[tokio::test]
async fn an_unknown_coding_is_named_and_shown_as_it_came() {
    let response = answer_to("GET", "Content-Encoding: compress\r\n", b"\x1f\x9d\x90").await;
    assert_eq!(
        response.body.incomplete,
        Some(BodyProblem::UnknownCoding {
            coding: "compress".to_owned()
        })
    );
    assert_eq!(&response.body.decoded[..], b"\x1f\x9d\x90");
}

#[tokio::test]
async fn a_body_that_unpacks_without_end_is_stopped() {
    let bomb = gzip(&vec![b'0'; 20_000_000]);
    let response = answer_to("GET", "Content-Encoding: gzip\r\n", &bomb).await;
    assert_eq!(
        response.body.incomplete,
        Some(BodyProblem::RatioLimit {
            coding: "gzip".to_owned(),
            ratio: 100
        })
    );
    assert!(
        response.body.decoded.len() < 20_000_000,
        "{} bytes",
        response.body.decoded.len()
    );
}

#[tokio::test]
async fn bytes_that_are_no_text_are_kept_exactly() {
    for body in [&b"\xff\xfe\x00a"[..], b"caf\xe9 \xc3\x28", b"", b"\0\0\0"] {
        let response = answer_to("GET", "Content-Type: text/plain; charset=utf-8\r\n", body).await;
        assert_eq!(&response.body.wire[..], body);
        assert_eq!(&response.body.decoded[..], body);
        assert_eq!(response.body.incomplete, None);
    }
}
