//! gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951). The inflater is flate2's; headers and trailers are read here,
//! so that damage can be named and everything before it is kept.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{Decoder, Outcome, Step};

const FIXED_HEADER: usize = 10;
const TRAILER: usize = 8;

/// All members of a gzip stream, one after the other.
pub(super) struct Gzip {
    inflater: Decompress,
    checksum: Crc,
    place: Place,
    /// Members read to their end.
    members: usize,
}

enum Place {
    Header,
    Data,
    Trailer,
}

impl Gzip {
    pub(super) fn new() -> Self {
        Self {
            inflater: Decompress::new(false),
            checksum: Crc::new(),
            place: Place::Header,
            members: 0,
        }
    }

    fn header(&mut self, input: &[u8]) -> Step {
        if self.members > 0 && input.iter().all(|&byte| byte == 0) {
            // Nothing, or the padding that block devices and some proxies add.
            return step(input.len(), 0, Outcome::Finished);
        }
        match header_length(input) {
            Ok(length) => {
                self.inflater.reset(false);
                self.checksum.reset();
                self.place = Place::Data;
                step(length, 0, Outcome::More)
            }
            Err(_) if self.members > 0 => step(
                0,
                0,
                Outcome::Damaged(format!(
                    "{} bytes that are not gzip follow the compressed data",
                    input.len()
                )),
            ),
            Err(detail) => step(0, 0, Outcome::Damaged(detail)),
        }
    }

    fn data(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (mut result, ended) = inflate(&mut self.inflater, input, output);
        self.checksum.update(&output[..result.written]);
        if ended {
            self.place = Place::Trailer;
            result.outcome = Outcome::More;
        }
        result
    }

    fn trailer(&mut self, input: &[u8]) -> Step {
        let Some(trailer) = input.get(..TRAILER) else {
            return step(
                0,
                0,
                Outcome::Damaged("it ends early, inside the checksum".to_owned()),
            );
        };
        let sum = u32::from_le_bytes([trailer[0], trailer[1], trailer[2], trailer[3]]);
        let length = u32::from_le_bytes([trailer[4], trailer[5], trailer[6], trailer[7]]);
        self.members += 1;
        self.place = Place::Header;
        let outcome = if sum != self.checksum.sum() {
            Outcome::Damaged("the checksum does not match".to_owned())
        } else if length != self.checksum.amount() {
            Outcome::Damaged("the length does not match".to_owned())
        } else {
            Outcome::More
        };
        step(TRAILER, 0, outcome)
    }
}

impl Decoder for Gzip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match self.place {
            Place::Header => self.header(input),
            Place::Data => self.data(input, output),
            Place::Trailer => self.trailer(input),
        }
    }
}

/// Length of the member header at the start of `input` (RFC 1952, 2.3).
fn header_length(input: &[u8]) -> Result<usize, String> {
    let early = || "it ends early, inside the header".to_owned();
    if input
        .iter()
        .zip(&[0x1f, 0x8b])
        .any(|(is, wanted)| is != wanted)
    {
        return Err("it does not begin like gzip".to_owned());
    }
    let fixed = input.get(..FIXED_HEADER).ok_or_else(early)?;
    if fixed[2] != 8 {
        return Err(format!("compression method {} is not known", fixed[2]));
    }
    let flags = fixed[3];
    let mut length = FIXED_HEADER;
    if flags & 0x04 != 0 {
        let size = input.get(length..length + 2).ok_or_else(early)?;
        length += 2 + usize::from(u16::from_le_bytes([size[0], size[1]]));
    }
    for text in [0x08, 0x10] {
        if flags & text != 0 {
            let rest = input.get(length..).ok_or_else(early)?;
            length += memchr::memchr(0, rest).ok_or_else(early)? + 1;
        }
    }
    if flags & 0x02 != 0 {
        length += 2;
    }
    if length > input.len() {
        return Err(early());
    }
    Ok(length)
}

/// `Content-Encoding: deflate`: zlib as the standard says, or raw deflate as some servers send.
pub(super) struct Deflate {
    inflater: Decompress,
    zlib: bool,
    anything_written: bool,
}

impl Deflate {
    pub(super) fn new(input: &[u8]) -> Self {
        let zlib = matches!(input, [first, second, ..]
            if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31));
        Self {
            inflater: Decompress::new(zlib),
            zlib,
            anything_written: false,
        }
    }
}

impl Decoder for Deflate {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (mut result, ended) = inflate(&mut self.inflater, input, output);
        let is_damaged = matches!(result.outcome, Outcome::Damaged(_));
        if self.zlib && is_damaged && !self.anything_written && result.written == 0 {
            // Two bytes may look like a zlib header by chance. Nothing has been given out yet, so `input` is the whole input.
            self.zlib = false;
            self.inflater.reset(false);
            return self.step(input, output);
        }
        self.anything_written |= result.written > 0;
        if ended {
            let rest = input.len() - result.read;
            result.outcome = if rest == 0 {
                Outcome::Finished
            } else {
                Outcome::Damaged(format!("{rest} bytes follow the compressed data"))
            };
        }
        result
    }
}

fn inflate(inflater: &mut Decompress, input: &[u8], output: &mut [u8]) -> (Step, bool) {
    let (read_before, written_before) = (inflater.total_in(), inflater.total_out());
    let result = inflater.decompress(input, output, FlushDecompress::None);
    let read = usize::try_from(inflater.total_in() - read_before).unwrap_or(usize::MAX);
    let written = usize::try_from(inflater.total_out() - written_before).unwrap_or(usize::MAX);
    if let Ok(status) = result {
        let ended = status == Status::StreamEnd;
        (step(read, written, Outcome::More), ended)
    } else {
        let detail = format!(
            "the compressed data is not valid near byte {} of it",
            inflater.total_in()
        );
        (step(read, written, Outcome::Damaged(detail)), false)
    }
}

const fn step(read: usize, written: usize, outcome: Outcome) -> Step {
    Step {
        read,
        written,
        outcome,
    }
}
