//! `br` (RFC 7932), decoded by the brotli crate.

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};

use super::{Decoder, Outcome, Step};

pub(super) struct Brotli {
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    total_written: usize,
}

impl Brotli {
    pub(super) fn new() -> Self {
        Self {
            state: Box::new(BrotliState::new(
                StandardAlloc::default(),
                StandardAlloc::default(),
                StandardAlloc::default(),
            )),
            total_written: 0,
        }
    }
}

impl Decoder for Brotli {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (mut available_in, mut read) = (input.len(), 0);
        let (mut available_out, mut written) = (output.len(), 0);
        let result = BrotliDecompressStream(
            &mut available_in,
            &mut read,
            input,
            &mut available_out,
            &mut written,
            output,
            &mut self.total_written,
            &mut self.state,
        );
        let outcome = match result {
            BrotliResult::ResultSuccess if available_in > 0 => {
                Outcome::Damaged(format!("{available_in} bytes follow the compressed data"))
            }
            BrotliResult::ResultSuccess => Outcome::Finished,
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => Outcome::More,
            BrotliResult::ResultFailure => {
                Outcome::Damaged("the compressed data is not valid".to_owned())
            }
        };
        Step {
            read,
            written,
            outcome,
        }
    }
}
