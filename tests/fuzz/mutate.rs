//! Changes of samples at random: bytes, ranges, pieces of other samples, and what readers stumble over.

/// Numbers that look random: `xorshift64*`, the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below a power of two that is below two to the `powers`.
    fn below_some(&mut self, powers: usize) -> usize {
        let power = self.below(powers);
        self.below(1 << power)
    }

    /// Below `limit`; 0 when that is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        if limit == 0 {
            return 0;
        }
        usize::try_from(self.next() % limit as u64).unwrap_or_default()
    }
}

/// What means something in one of the formats.
const PIECES: [&[u8]; 64] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b"\"",
    b"'",
    b"`",
    b"\\",
    b":",
    b",",
    b";",
    b"=",
    b"#",
    b"//",
    b"/*",
    b"*/",
    b"<<EOF\n",
    b"$",
    b"${",
    b"$'",
    b"%",
    b"%A%",
    b"^",
    b"^\n",
    b"`\n",
    b"\\\n",
    b"\\u00",
    b"\\ud800",
    b"\\x",
    b"\n",
    b"\r\n",
    b"\t",
    b" ",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"{{",
    b"}}",
    b"{{secret.",
    b"{%",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"---\n",
    b"!!binary ",
    b"|\n",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"~",
    b"###\n",
    b"@",
    b"<",
    b"--",
    b"://",
    b"https://",
    b"$ref",
    "\u{e4}\u{20ac}\u{1f600}".as_bytes(),
];

/// Larger inputs only take longer.
const LARGEST: usize = 64 * 1024;

/// One sample with one to eight changes.
pub(crate) fn mutate(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(8) {
        change(&mut input, corpus, random);
    }
    input.truncate(LARGEST);
    input
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let at = random.below(input.len() + 1);
    let end = (at + random.below_some(9)).min(input.len());
    match random.below(10) {
        0 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = u8::try_from(random.below(256)).unwrap_or_default();
            }
        }
        2 => drop(input.drain(at..end)),
        3 => {
            let range = input[at..end].to_vec();
            let to = random.below(input.len() + 1);
            input.splice(to..to, range);
        }
        4..=6 => {
            let piece = PIECES[random.below(PIECES.len())];
            input.splice(at..at, piece.iter().copied());
        }
        7 => {
            let piece = PIECES[random.below(PIECES.len())];
            let times = 1 + random.below_some(10);
            input.splice(at..at, piece.repeat(times));
        }
        8 => {
            let other = &corpus[random.below(corpus.len())];
            let from = random.below(other.len() + 1);
            let to = (from + random.below(200)).min(other.len());
            input.splice(at..end, other[from..to].iter().copied());
        }
        _ => input.truncate(at),
    }
}
