//! Random identifiers in the shapes of the real services, and stable ones for the sandbox's own data.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// `N` bytes nobody can guess.
pub(super) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has a source of randomness");
    bytes
}

/// A random UUID, as in `ININ-Correlation-Id` and `x-amzn-RequestId`.
pub(super) fn random_uuid() -> String {
    uuid(random_bytes())
}

/// The same UUID for the same name, in every sandbox.
pub(super) fn stable_uuid(kind: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{kind}/{name}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid(bytes)
}

fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = hexadecimal(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

/// The id of one gateway request: `QZFY0GF8PHcEDJg=`.
pub(super) fn gateway_request_id() -> String {
    STANDARD.encode(random_bytes::<11>())
}

/// An opaque access token, as long as a real one.
pub(super) fn access_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<64>())
}

/// `Root=1-67891233-abcdef012345678912345678`.
pub(super) fn trace_id() -> String {
    let seconds = jiff::Timestamp::now().as_second();
    format!(
        "Root=1-{:08x}-{}",
        seconds,
        hexadecimal(&random_bytes::<12>())
    )
}

/// An `X-Amz-Cf-Id`: 56 characters of URL-safe Base64.
pub(super) fn distribution_request_id() -> String {
    format!("{}==", URL_SAFE_NO_PAD.encode(random_bytes::<40>()))
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_those_of_the_real_services() {
        let table = [
            (random_uuid(), 36),
            (stable_uuid("user", "Ada"), 36),
            (gateway_request_id(), 16),
            (access_token(), 86),
            (trace_id(), 40),
            (distribution_request_id(), 56),
        ];
        for (value, length) in table {
            assert_eq!(value.len(), length, "{value}");
        }
        assert_eq!(random_uuid().as_bytes()[14], b'4');
        assert!(gateway_request_id().ends_with('='));
    }

    #[test]
    fn stable_ids_stay_and_random_ones_do_not() {
        assert_eq!(stable_uuid("user", "Ada"), stable_uuid("user", "Ada"));
        assert_ne!(stable_uuid("user", "Ada"), stable_uuid("queue", "Ada"));
        assert_ne!(random_uuid(), random_uuid());
        assert_ne!(access_token(), access_token());
    }
}
