//! Peers' cases 41 and 42: every coding, stacked, on nothing, cut off, damaged, over the limits.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use proptest::prelude::*;

use super::{CodingProblem, DecodeLimits, Decoded, undo};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn brotli(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ::brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
    encoder.write_all(plain).unwrap();
    encoder.into_inner()
}

fn zstandard(plain: &[u8]) -> Vec<u8> {
    ::zstd::bulk::compress(plain, 3).unwrap()
}

fn decode(content_encoding: &str, wire: impl Into<Bytes>) -> Decoded {
    undo(
        [content_encoding],
        &wire.into(),
        DecodeLimits::default(),
        &|| false,
    )
}

fn sample() -> Vec<u8> {
    (0..4_000u32).fold(Vec::new(), |mut text, index| {
        write!(text, "{{\"id\":{index},\"name\":\"n{}\"}},", index * 7919).unwrap();
        text
    })
}

#[test]
fn every_coding_is_undone() {
    let plain = sample();
    let two_members = [gzip(&plain[..100]), gzip(&plain[100..])].concat();
    let two_frames = [zstandard(&plain[..100]), zstandard(&plain[100..])].concat();
    let padded = [gzip(&plain), vec![0; 512]].concat();
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("gzip", gzip(&plain), &["gzip"]),
        ("X-GZIP", gzip(&plain), &["x-gzip"]),
        ("gzip", two_members, &["gzip"]),
        ("gzip", padded, &["gzip"]),
        ("deflate", zlib(&plain), &["deflate"]),
        ("deflate", raw_deflate(&plain), &["deflate"]),
        ("br", brotli(&plain), &["br"]),
        ("zstd", zstandard(&plain), &["zstd"]),
        ("zstd", two_frames, &["zstd"]),
        ("gzip, gzip", gzip(&gzip(&plain)), &["gzip", "gzip"]),
        ("gzip, br", brotli(&gzip(&plain)), &["br", "gzip"]),
        ("identity", plain.clone(), &[]),
        (" , identity ,gzip", gzip(&plain), &["gzip"]),
        ("", plain.clone(), &[]),
    ];
    for (content_encoding, wire, undone) in table {
        let decoded = decode(content_encoding, wire);
        assert_eq!(decoded.problem, None, "{content_encoding:?}");
        assert!(
            decoded.bytes == plain,
            "{content_encoding:?} gives other bytes"
        );
        assert_eq!(decoded.undone, undone, "{content_encoding:?}");
    }
}

#[test]
fn several_fields_are_one_list() {
    let plain = sample();
    let wire = Bytes::from(brotli(&gzip(&plain)));
    let decoded = undo(["gzip", "br"], &wire, DecodeLimits::default(), &|| false);
    assert_eq!(decoded.undone, ["br", "gzip"]);
    assert!(decoded.bytes == plain);
}

#[test]
fn nothing_is_no_error() {
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip", "compress"] {
        let decoded = decode(coding, Bytes::new());
        assert_eq!(decoded.problem, None, "{coding}");
        assert!(decoded.bytes.is_empty(), "{coding}");
    }
}

#[test]
fn an_unknown_coding_leaves_the_bytes_and_is_named() {
    let decoded = decode("compress", "as it came");
    assert_eq!(&decoded.bytes[..], b"as it came");
    assert_eq!(
        decoded.problem.unwrap().to_string(),
        "the content coding `compress` is not known; the bytes are shown as they came"
    );
    let half = decode("sdch, gzip", gzip(b"inner"));
    assert_eq!(&half.bytes[..], b"inner");
    assert_eq!(half.undone, ["gzip"]);
    assert!(matches!(half.problem, Some(CodingProblem::Unknown { coding }) if coding == "sdch"));
}

#[test]
fn damage_keeps_what_came_before_it_and_is_named() {
    let plain = sample();
    let mut wrong_sum = gzip(&plain);
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    let mut wrong_length = gzip(&plain);
    *wrong_length.last_mut().unwrap() ^= 1;
    let garbage = [gzip(&plain), b"and more".to_vec()].concat();
    let whole = gzip(&plain);
    let cut = whole[..whole.len() / 2].to_vec();
    let mut wrong_adler = zlib(&plain);
    *wrong_adler.last_mut().unwrap() ^= 1;
    let table = [
        (
            "gzip",
            wrong_sum,
            plain.len(),
            "the checksum does not match",
        ),
        (
            "gzip",
            wrong_length,
            plain.len(),
            "the length does not match",
        ),
        (
            "gzip",
            garbage,
            plain.len(),
            "8 bytes that are not gzip follow",
        ),
        ("gzip", cut, 1_000, "it ends early, after"),
        (
            "gzip",
            b"{\"plain\":1}".to_vec(),
            0,
            "it does not begin like gzip",
        ),
        (
            "gzip",
            vec![0x1f, 0x8b, 8],
            0,
            "it ends early, inside the header",
        ),
        ("deflate", wrong_adler, 1_000, "not valid"),
        ("br", brotli(&plain)[..200].to_vec(), 0, "it ends early"),
        (
            "zstd",
            zstandard(&plain)[..200].to_vec(),
            0,
            "it ends early",
        ),
        ("zstd", b"plain text".to_vec(), 0, "frame"),
    ];
    for (coding, wire, at_least, words) in table {
        let decoded = decode(coding, wire);
        let problem = decoded.problem.expect(words).to_string();
        assert!(
            problem.contains(words) && problem.contains(coding),
            "{coding}: {problem:?} does not say {words:?}"
        );
        assert!(
            decoded.bytes.len() >= at_least && plain.starts_with(&decoded.bytes),
            "{coding} ({words}): {} bytes kept",
            decoded.bytes.len()
        );
    }
}

#[test]
fn limits_stop_a_bomb_exactly() {
    let bomb = Bytes::from(gzip(&vec![b' '; 8 * 1024 * 1024]));
    let ratio = undo(["gzip"], &bomb, DecodeLimits::default(), &|| false);
    assert!(
        matches!(
            ratio.problem,
            Some(CodingProblem::RatioLimit { ratio: 100, .. })
        ),
        "{:?}",
        ratio.problem
    );
    assert!(ratio.bytes.len() < 2 * 1024 * 1024, "{}", ratio.bytes.len());
    let limits = DecodeLimits {
        decoded_bytes: 1_000_000,
        ratio: 10_000,
    };
    let size = undo(["gzip"], &bomb, limits, &|| false);
    assert!(matches!(
        size.problem,
        Some(CodingProblem::DecodedLimit {
            limit: 1_000_000,
            ..
        })
    ));
    assert_eq!(size.bytes.len(), 1_000_000);
    let small = decode("gzip", gzip(&vec![b' '; 500_000]));
    assert_eq!(small.problem, None, "half a megabyte of blanks is no bomb");
}

#[test]
fn cancelling_stops_within_a_megabyte() {
    let limits = DecodeLimits {
        decoded_bytes: u64::MAX,
        ratio: u64::MAX,
    };
    let wire = Bytes::from(gzip(&vec![b' '; 8 * 1024 * 1024]));
    let decoded = undo(["gzip"], &wire, limits, &|| true);
    assert!(matches!(
        decoded.problem,
        Some(CodingProblem::Cancelled { .. })
    ));
    assert!(decoded.bytes.len() < 2 * 1024 * 1024);
}

#[test]
fn gzip_header_fields_are_skipped() {
    let mut encoder = flate2::GzBuilder::new()
        .filename("users.json")
        .comment("a comment")
        .extra(vec![1, 2, 3, 4])
        .write(Vec::new(), Compression::fast());
    encoder.write_all(b"[1,2]").unwrap();
    let decoded = decode("gzip", encoder.finish().unwrap());
    assert_eq!((&decoded.bytes[..], decoded.problem), (&b"[1,2]"[..], None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_cut_gives_a_prefix(plain in proptest::collection::vec(0u8..8, 0..3_000), cut in 0.0f64..=1.0) {
        for (coding, wire) in [
            ("gzip", gzip(&plain)),
            ("deflate", zlib(&plain)),
            ("deflate", raw_deflate(&plain)),
            ("br", brotli(&plain)),
            ("zstd", zstandard(&plain)),
            ("gzip, gzip", gzip(&gzip(&plain))),
        ] {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a fraction of a small length")]
            let length = (wire.len() as f64 * cut) as usize;
            let decoded = decode(coding, wire[..length].to_vec());
            prop_assert!(plain.starts_with(&decoded.bytes) || length == 0, "{} at {} of {}", coding, length, wire.len());
            if length == wire.len() {
                prop_assert_eq!(decoded.problem, None);
                prop_assert_eq!(&decoded.bytes[..], &plain[..]);
            } else if length > 0 {
                prop_assert!(decoded.problem.is_some(), "{} cut at {} of {} went unnoticed", coding, length, wire.len());
            }
        }
    }

    #[test]
    fn noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 1..600)) {
        for coding in ["gzip", "deflate", "br", "zstd"] {
            let decoded = decode(coding, noise.clone());
            prop_assert!(decoded.bytes.len() <= 1 << 20);
        }
    }
}
