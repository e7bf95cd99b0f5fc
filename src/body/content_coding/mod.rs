//! Undoing `Content-Encoding`: gzip (all members), deflate (zlib and raw), br, zstd, stacked codings, with limits.
//! What could be decoded is kept whatever happens. Transfer codings (chunks) are the transport's business.

mod brotli;
mod deflate;
mod zstd;

use bytes::Bytes;

/// How much a body may grow while it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Most bytes that one coding may give.
    pub decoded_bytes: u64,
    /// Most decoded bytes for each byte received. Applied above `RATIO_FLOOR` only: small bodies are harmless.
    pub ratio: u64,
}

impl DecodeLimits {
    /// Decoded bytes up to which the ratio is not looked at.
    pub const RATIO_FLOOR: u64 = 1024 * 1024;
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self {
            decoded_bytes: 1_000_000_000,
            ratio: 100,
        }
    }
}

/// A body after its content codings were undone, as far as that went.
#[derive(Debug, Clone, Default)]
pub struct Decoded {
    /// Shares the memory of the wire bytes when nothing was undone.
    pub bytes: Bytes,
    /// Codings undone (wholly or in part), outermost first, in lower case, as they were named.
    pub undone: Vec<String>,
    /// The first thing that went wrong.
    pub problem: Option<CodingProblem>,
}

/// Why a body is not decoded whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodingProblem {
    #[error("stopped decoding `{coding}` at the limit of {limit} bytes")]
    DecodedLimit { coding: String, limit: u64 },
    #[error("stopped decoding `{coding}`: more than {ratio} bytes for each byte received")]
    RatioLimit { coding: String, ratio: u64 },
    #[error("the `{coding}` data is damaged or cut off: {detail}")]
    Damaged { coding: String, detail: String },
    #[error("the content coding `{coding}` is not known; the bytes are shown as they came")]
    Unknown { coding: String },
    #[error("cancelled while decoding `{coding}`")]
    Cancelled { coding: String },
}

/// What one step of a decoder did.
struct Step {
    read: usize,
    written: usize,
    outcome: Outcome,
}

enum Outcome {
    /// Wants to be called again with what is left of the input and a fresh output.
    More,
    /// The data ended where it says it ends, and nothing follows.
    Finished,
    Damaged(String),
}

/// A decoder that is fed the whole remaining input and one output buffer at a time.
trait Decoder {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;
}

const OUTPUT_STEP: usize = 64 * 1024;
const CANCEL_STEP: usize = 1024 * 1024;

/// The codings of all `Content-Encoding` values in the order in which the server applied them, in lower case, without `identity`.
#[must_use]
pub fn codings<'a>(content_encoding: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    content_encoding
        .into_iter()
        .flat_map(|value| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect()
}

/// Undoes all content codings of a body. An empty body is never an error: answers to HEAD, 204 and 304 name a coding without having a body.
/// `content_encoding` holds the values of the `Content-Encoding` fields in their order; `cancelled` is asked once for each megabyte.
#[must_use]
pub fn undo<'a>(
    content_encoding: impl IntoIterator<Item = &'a str>,
    wire: &Bytes,
    limits: DecodeLimits,
    cancelled: &dyn Fn() -> bool,
) -> Decoded {
    let mut decoded = Decoded {
        bytes: wire.clone(),
        ..Decoded::default()
    };
    if wire.is_empty() {
        return decoded;
    }
    let wire_bytes = wire.len() as u64;
    for coding in codings(content_encoding).into_iter().rev() {
        let Some(mut inverse) = decoder(&coding, &decoded.bytes) else {
            decoded
                .problem
                .get_or_insert(CodingProblem::Unknown { coding });
            break;
        };
        let drain = Drain {
            coding: &coding,
            limits,
            wire_bytes,
            cancelled,
        };
        let (bytes, problem) = drain.run(inverse.as_mut(), &decoded.bytes);
        decoded.bytes = Bytes::from(bytes);
        decoded.undone.push(coding);
        // An outer coding that was cut off still gives the inner one something to decode; the first problem is the cause.
        if decoded.problem.is_none() {
            decoded.problem = problem;
        }
        if matches!(decoded.problem, Some(CodingProblem::Cancelled { .. })) {
            break;
        }
    }
    decoded
}

/// `None` for a coding that is not known. `input` decides between zlib and raw deflate.
fn decoder(coding: &str, input: &[u8]) -> Option<Box<dyn Decoder>> {
    match coding {
        "gzip" | "x-gzip" => Some(Box::new(deflate::Gzip::new())),
        "deflate" => Some(Box::new(deflate::Deflate::new(input))),
        "br" => Some(Box::new(brotli::Brotli::new())),
        "zstd" => zstd::Zstandard::new()
            .map(|decoder| -> Box<dyn Decoder> { Box::new(decoder) })
            .ok(),
        _ => None,
    }
}

struct Drain<'a> {
    coding: &'a str,
    limits: DecodeLimits,
    wire_bytes: u64,
    cancelled: &'a dyn Fn() -> bool,
}

impl Drain<'_> {
    fn run(&self, inverse: &mut dyn Decoder, input: &[u8]) -> (Vec<u8>, Option<CodingProblem>) {
        let mut decoded = Vec::with_capacity(input.len().saturating_mul(4).min(CANCEL_STEP * 16));
        let mut output = vec![0; OUTPUT_STEP];
        let mut at = 0;
        let mut next_check = CANCEL_STEP;
        loop {
            let step = inverse.step(&input[at..], &mut output);
            at += step.read;
            decoded.extend_from_slice(&output[..step.written]);
            if let Some(problem) = self.limit_passed(&mut decoded) {
                return (decoded, Some(problem));
            }
            match step.outcome {
                Outcome::Finished => return (decoded, None),
                Outcome::Damaged(detail) => {
                    return (decoded, Some(self.damaged(detail)));
                }
                Outcome::More if step.read == 0 && step.written == 0 => {
                    return (decoded, Some(self.damaged(cut_off(input.len()))));
                }
                Outcome::More => {}
            }
            if decoded.len() >= next_check {
                next_check = decoded.len() + CANCEL_STEP;
                if (self.cancelled)() {
                    let coding = self.coding.to_owned();
                    return (decoded, Some(CodingProblem::Cancelled { coding }));
                }
            }
        }
    }

    /// Cuts what is over the limit off, so that a limit is exact.
    fn limit_passed(&self, decoded: &mut Vec<u8>) -> Option<CodingProblem> {
        let length = decoded.len() as u64;
        let limit = self.limits.decoded_bytes;
        if length > limit {
            decoded.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            return Some(CodingProblem::DecodedLimit {
                coding: self.coding.to_owned(),
                limit,
            });
        }
        let allowed = self.wire_bytes.saturating_mul(self.limits.ratio);
        (length > DecodeLimits::RATIO_FLOOR && length > allowed).then(|| {
            CodingProblem::RatioLimit {
                coding: self.coding.to_owned(),
                ratio: self.limits.ratio,
            }
        })
    }

    fn damaged(&self, detail: String) -> CodingProblem {
        CodingProblem::Damaged {
            coding: self.coding.to_owned(),
            detail,
        }
    }
}

fn cut_off(bytes: usize) -> String {
    format!("it ends early, after {bytes} bytes")
}

#[cfg(test)]
mod tests;
