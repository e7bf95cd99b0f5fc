//! `zstd` (RFC 8878), all frames, decoded by the reference library.

use zstd::stream::raw::{Decoder as RawDecoder, InBuffer, Operation as _, OutBuffer};

use super::{Decoder, Outcome, Step};

pub(super) struct Zstandard {
    decoder: RawDecoder<'static>,
    /// Whether the last call ended at the end of a frame.
    between_frames: bool,
}

impl Zstandard {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            decoder: RawDecoder::new()?,
            between_frames: false,
        })
    }
}

impl Decoder for Zstandard {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        if self.between_frames && input.is_empty() {
            return Step {
                read: 0,
                written: 0,
                outcome: Outcome::Finished,
            };
        }
        let mut source = InBuffer::around(input);
        let mut target = OutBuffer::around(output);
        let result = self.decoder.run(&mut source, &mut target);
        let (read, written) = (source.pos(), target.pos());
        let outcome = match result {
            Ok(remaining) => {
                self.between_frames = remaining == 0;
                Outcome::More
            }
            Err(error) => Outcome::Damaged(error.to_string()),
        };
        Step {
            read,
            written,
            outcome,
        }
    }
}
