//! Reading HTTP/1.1 answers from bytes: heads as they came, and the framing of the body (RFC 9112 section 6).
//! Pure: bytes in, items out; the socket is the business of `wire`.

use bytes::{Buf as _, Bytes, BytesMut};

use crate::model::exchange::{HeaderField, WireVersion};

use super::recorder::ResponseHead;

/// Bytes of one head. Gateways allow 10 KB in all; this leaves room for 10,000 headers.
pub(crate) const HEAD_LIMIT: usize = 2 * 1024 * 1024;
/// Headers of one head.
pub(crate) const HEADER_LIMIT: usize = 20_000;
/// Interim answers (1xx) before the answer itself.
const INTERIM_LIMIT: u32 = 100;
/// Bytes of one line with a chunk's size, extensions included.
const CHUNK_LINE_LIMIT: usize = 16 * 1024;

/// What `ResponseReader::next` found.
#[derive(Debug)]
pub(crate) enum Item {
    /// A head with a 1xx status other than 101; the answer is still to come.
    Interim(ResponseHead),
    Head(ResponseHead),
    Body(Bytes),
    /// The fields behind a chunked body.
    Trailers(Vec<HeaderField>),
    /// The answer is whole.
    End,
}

/// Why the bytes are not an HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the answer is not HTTP")]
    NotHttp { start: Vec<u8> },
    #[error("the answer's head is malformed: {0}")]
    BadHead(String),
    #[error("the answer's headers are more than {HEAD_LIMIT} bytes")]
    HeadTooLarge,
    #[error("the answer has more than {HEADER_LIMIT} headers")]
    TooManyHeaders,
    #[error("more than {INTERIM_LIMIT} interim answers (1xx) came before the answer")]
    TooManyInterim,
    #[error("the answer's Content-Length `{0}` cannot be understood")]
    BadLength(String),
    #[error("the answer's chunk size `{0}` cannot be understood")]
    BadChunk(String),
}

/// What the end of the connection means for what was read so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AtEnd {
    /// The body lasts until the connection ends, so it is whole.
    Whole,
    /// No byte of the answer came.
    Nothing,
    InsideHead {
        received: usize,
    },
    Truncated {
        expected: u64,
    },
    TruncatedChunks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Head,
    Length { left: u64, expected: u64 },
    UntilClose,
    ChunkSize,
    Chunk { left: u64 },
    ChunkEnd,
    Trailers,
    Done,
}

/// One answer. `buffer` belongs to the caller, who fills it from the socket.
#[derive(Debug)]
pub(crate) struct ResponseReader {
    /// The request was HEAD: its answer has no body whatever it announces.
    bodiless: bool,
    state: State,
    /// Bytes of the head that were searched for its end already.
    searched: usize,
    interim: u32,
    keep_alive: bool,
}

impl ResponseReader {
    pub(crate) fn new(method: &str) -> Self {
        Self {
            bodiless: method == "HEAD",
            state: State::Head,
            searched: 0,
            interim: 0,
            keep_alive: false,
        }
    }

    /// The connection can serve another request once this answer is whole.
    pub(crate) fn may_reuse(&self) -> bool {
        self.keep_alive && self.state == State::Done
    }

    /// The length the answer announced, while its body is being read.
    pub(crate) fn announced(&self) -> Option<u64> {
        match self.state {
            State::Length { expected, .. } => Some(expected),
            _ => None,
        }
    }

    /// What the end of the connection means now, with `buffered` bytes not read yet.
    pub(crate) fn at_end(&self, buffered: usize) -> AtEnd {
        match self.state {
            State::Head if buffered == 0 => AtEnd::Nothing,
            State::Head => AtEnd::InsideHead { received: buffered },
            State::Length { expected, .. } => AtEnd::Truncated { expected },
            State::UntilClose | State::Done => AtEnd::Whole,
            State::ChunkSize | State::Chunk { .. } | State::ChunkEnd | State::Trailers => {
                AtEnd::TruncatedChunks
            }
        }
    }

    /// The next item in `buffer`; `None`: more bytes are needed.
    pub(crate) fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Item>, ReadError> {
        loop {
            match self.state {
                State::Head => return self.head(buffer),
                State::Done => return Ok(Some(Item::End)),
                State::Length { left: 0, .. } => self.state = State::Done,
                State::Length { left, expected } => {
                    return Ok(take(buffer, left).map(|bytes| {
                        let left = left - bytes.len() as u64;
                        self.state = State::Length { left, expected };
                        Item::Body(bytes)
                    }));
                }
                State::UntilClose => return Ok(take(buffer, u64::MAX).map(Item::Body)),
                State::Chunk { left: 0 } => self.state = State::ChunkEnd,
                State::Chunk { left } => {
                    return Ok(take(buffer, left).map(|bytes| {
                        let left = left - bytes.len() as u64;
                        self.state = State::Chunk { left };
                        Item::Body(bytes)
                    }));
                }
                State::ChunkSize => match chunk_size(buffer)? {
                    None => return Ok(None),
                    Some(0) => self.state = State::Trailers,
                    Some(left) => self.state = State::Chunk { left },
                },
                State::ChunkEnd => {
                    if !chunk_end(buffer)? {
                        return Ok(None);
                    }
                    self.state = State::ChunkSize;
                }
                State::Trailers => {
                    let Some(fields) = trailers(buffer)? else {
                        return Ok(None);
                    };
                    self.state = State::Done;
                    if !fields.is_empty() {
                        return Ok(Some(Item::Trailers(fields)));
                    }
                }
            }
        }
    }

    fn head(&mut self, buffer: &mut BytesMut) -> Result<Option<Item>, ReadError> {
        if self.searched == 0 {
            let blank = buffer
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            buffer.advance(blank);
            check_start(buffer)?;
        }
        let Some(length) = head_end(buffer, self.searched) else {
            self.searched = buffer.len();
            if buffer.len() > HEAD_LIMIT {
                return Err(ReadError::HeadTooLarge);
            }
            return Ok(None);
        };
        self.searched = 0;
        let raw = buffer.split_to(length).freeze();
        let head = parse_head(raw)?;
        if (100..200).contains(&head.status) && head.status != 101 {
            self.interim += 1;
            if self.interim > INTERIM_LIMIT {
                return Err(ReadError::TooManyInterim);
            }
            return Ok(Some(Item::Interim(head)));
        }
        self.state = self.framing(&head)?;
        self.keep_alive = self.state != State::UntilClose && keeps_alive(&head);
        Ok(Some(Item::Head(head)))
    }

    fn framing(&self, head: &ResponseHead) -> Result<State, ReadError> {
        if self.bodiless || matches!(head.status, 101 | 204 | 304) {
            return Ok(State::Done);
        }
        let codings: Vec<String> = list(&head.headers, "transfer-encoding");
        if let Some(last) = codings.last() {
            return Ok(if last.eq_ignore_ascii_case("chunked") {
                State::ChunkSize
            } else {
                State::UntilClose
            });
        }
        let lengths = list(&head.headers, "content-length");
        let Some(first) = lengths.first() else {
            return Ok(State::UntilClose);
        };
        let bad = || ReadError::BadLength(lengths.join(", "));
        if lengths.iter().any(|other| other != first)
            || !first.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(bad());
        }
        let expected = first.parse().map_err(|_| bad())?;
        Ok(State::Length {
            left: expected,
            expected,
        })
    }
}

fn take(buffer: &mut BytesMut, limit: u64) -> Option<Bytes> {
    let length = usize::try_from(limit)
        .unwrap_or(usize::MAX)
        .min(buffer.len());
    (length > 0).then(|| buffer.split_to(length).freeze())
}

/// Bytes that cannot begin an answer are told at once, not after a time limit.
fn check_start(buffer: &[u8]) -> Result<(), ReadError> {
    let length = buffer.len().min(5);
    if buffer[..length] == b"HTTP/"[..length] {
        return Ok(());
    }
    Err(ReadError::NotHttp {
        start: buffer[..buffer.len().min(64)].to_vec(),
    })
}

/// Length of the head with its blank line, when that is there. Bytes before `searched` hold no end.
fn head_end(buffer: &[u8], searched: usize) -> Option<usize> {
    let from = searched.saturating_sub(3);
    memchr::memchr_iter(b'\n', &buffer[from..]).find_map(|at| {
        let next = from + at + 1;
        match buffer.get(next..) {
            Some([b'\n', ..]) => Some(next + 1),
            Some([b'\r', b'\n', ..]) => Some(next + 2),
            _ => None,
        }
    })
}

fn parse_head(raw: Bytes) -> Result<ResponseHead, ReadError> {
    let mut capacity = 128;
    loop {
        let mut fields = vec![httparse::EMPTY_HEADER; capacity];
        let mut response = httparse::Response::new(&mut fields);
        let mut config = httparse::ParserConfig::default();
        config
            .allow_spaces_after_header_name_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_multiple_spaces_in_response_status_delimiters(true);
        match config.parse_response(&mut response, &raw) {
            Ok(httparse::Status::Complete(_)) => {}
            Ok(httparse::Status::Partial) => {
                return Err(ReadError::BadHead("it ends too early".to_owned()));
            }
            Err(httparse::Error::TooManyHeaders) if capacity < HEADER_LIMIT => {
                capacity = (capacity * 8).min(HEADER_LIMIT);
                continue;
            }
            Err(httparse::Error::TooManyHeaders) => return Err(ReadError::TooManyHeaders),
            Err(error) => return Err(ReadError::BadHead(error.to_string())),
        }
        let headers = response
            .headers
            .iter()
            .map(|field| HeaderField::new(field.name, raw.slice_ref(field.value)))
            .collect();
        return Ok(ResponseHead {
            version: match response.version {
                Some(0) => WireVersion::Http10,
                _ => WireVersion::Http11,
            },
            status: response.code.unwrap_or_default(),
            reason: reason(&raw),
            headers,
            raw: Some(raw),
        });
    }
}

/// The reason phrase from the status line itself: bytes that are not ASCII are kept, as UTF-8 or Latin-1.
fn reason(raw: &[u8]) -> String {
    let line = raw.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut parts = line.splitn(2, |&byte| byte == b' ');
    let rest = parts.nth(1).unwrap_or_default().trim_ascii_start();
    let phrase = rest.get(3..).unwrap_or_default().trim_ascii();
    HeaderField::new("", phrase.to_vec()).text()
}

fn list(headers: &[HeaderField], name: &str) -> Vec<String> {
    headers
        .iter()
        .filter(|field| field.name.eq_ignore_ascii_case(name))
        .flat_map(|field| {
            let text = field.text();
            text.split(',')
                .map(|part| part.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|part| !part.is_empty())
        .collect()
}

fn keeps_alive(head: &ResponseHead) -> bool {
    let options = list(&head.headers, "connection");
    let says = |word: &str| {
        options
            .iter()
            .any(|option| option.eq_ignore_ascii_case(word))
    };
    head.status != 101
        && match head.version {
            WireVersion::Http10 => says("keep-alive"),
            _ => !says("close"),
        }
}

fn chunk_size(buffer: &mut BytesMut) -> Result<Option<u64>, ReadError> {
    let Some(end) = memchr::memchr(b'\n', buffer) else {
        return if buffer.len() > CHUNK_LINE_LIMIT {
            Err(bad_chunk(buffer))
        } else {
            Ok(None)
        };
    };
    let line = buffer.split_to(end + 1);
    let size_end = memchr::memchr(b';', &line).unwrap_or(line.len());
    let digits = line[..size_end].trim_ascii();
    std::str::from_utf8(digits)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .and_then(|text| u64::from_str_radix(text, 16).ok())
        .map(Some)
        .ok_or_else(|| bad_chunk(&line))
}

fn chunk_end(buffer: &mut BytesMut) -> Result<bool, ReadError> {
    match &buffer[..] {
        [b'\n', ..] => buffer.advance(1),
        [b'\r', b'\n', ..] => buffer.advance(2),
        [] | [b'\r'] => return Ok(false),
        other => return Err(bad_chunk(other)),
    }
    Ok(true)
}

fn bad_chunk(line: &[u8]) -> ReadError {
    ReadError::BadChunk(line[..line.len().min(32)].escape_ascii().to_string())
}

fn trailers(buffer: &mut BytesMut) -> Result<Option<Vec<HeaderField>>, ReadError> {
    let blank = match &buffer[..] {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    };
    if let Some(blank) = blank {
        buffer.advance(blank);
        return Ok(Some(Vec::new()));
    }
    let Some(length) = head_end(buffer, 0) else {
        return if buffer.len() > HEAD_LIMIT {
            Err(ReadError::HeadTooLarge)
        } else {
            Ok(None)
        };
    };
    let raw = buffer.split_to(length).freeze();
    let mut fields = vec![httparse::EMPTY_HEADER; 1024];
    match httparse::parse_headers(&raw, &mut fields) {
        Ok(httparse::Status::Complete((_, fields))) => Ok(Some(
            fields
                .iter()
                .map(|field| HeaderField::new(field.name, raw.slice_ref(field.value)))
                .collect(),
        )),
        Ok(httparse::Status::Partial) => {
            Err(ReadError::BadHead("its trailers end too early".to_owned()))
        }
        Err(error) => Err(ReadError::BadHead(format!("its trailers: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CHUNKED: &[u8] = b"HTTP/1.1 103 Early\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nChecksum: 7\r\n\r\n";
    const LENGTH: &[u8] = b"\r\nHTTP/1.1 200 OK\nContent-Length: 11\n\nhello world";

    /// Feeds `bytes` in pieces that end at `cuts`; what came out, in words, with the body joined.
    fn read(bytes: &[u8], cuts: &[usize]) -> Result<(Vec<String>, Vec<u8>), ReadError> {
        let mut reader = ResponseReader::new("GET");
        let mut buffer = BytesMut::new();
        let (mut seen, mut body) = (Vec::new(), Vec::new());
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
        ends.sort_unstable();
        ends.push(bytes.len());
        let mut from = 0;
        for end in ends {
            buffer.extend_from_slice(&bytes[from..end]);
            from = end;
            while let Some(item) = reader.next(&mut buffer)? {
                match item {
                    Item::Interim(head) => seen.push(format!("interim {}", head.status)),
                    Item::Head(head) => seen.push(format!("head {}", head.status)),
                    Item::Body(bytes) => body.extend_from_slice(&bytes),
                    Item::Trailers(fields) => seen.push(format!("trailers {}", fields.len())),
                    Item::End => {
                        seen.push("end".to_owned());
                        return Ok((seen, body));
                    }
                }
            }
        }
        Ok((seen, body))
    }

    proptest! {
        #[test]
        fn how_the_bytes_are_cut_changes_nothing(cuts in proptest::collection::vec(0usize..500, 0..12)) {
            let (seen, body) = read(CHUNKED, &cuts).unwrap();
            prop_assert_eq!(seen, ["interim 103", "head 200", "trailers 1", "end"]);
            prop_assert_eq!(body, b"hello world");
            let (seen, body) = read(LENGTH, &cuts).unwrap();
            prop_assert_eq!(seen, ["head 200", "end"]);
            prop_assert_eq!(body, b"hello world");
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, &[]);
            let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            answer.extend_from_slice(&bytes);
            let _ = read(&answer, &[7, 90]);
        }
    }

    #[test]
    fn what_is_no_answer_is_told_apart() {
        let head = |fields: &str| format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n");
        let table = [
            ("SSH-2.0\r\n".to_owned(), "not HTTP"),
            (head("Content-Length: -1"), "Content-Length `-1`"),
            (head("Content-Length: 1, 2"), "Content-Length `1, 2`"),
            (head("Bad Name : x\r\nno colon"), "malformed"),
            (
                format!("{}g\r\n", head("Transfer-Encoding: chunked")),
                "chunk size `g",
            ),
            (
                format!("{}1\r\nxy", head("Transfer-Encoding: chunked")),
                "chunk size `y",
            ),
        ];
        for (bytes, expected) in table {
            let error = read(bytes.as_bytes(), &[]).unwrap_err();
            assert!(error.to_string().contains(expected), "{bytes}: {error}");
        }
    }

    #[test]
    fn keeping_the_connection_follows_version_and_field() {
        let table = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n",
                false,
            ),
            ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
            (
                "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
                true,
            ),
            ("HTTP/1.1 101 Switching\r\n\r\n", false),
        ];
        for (bytes, expected) in table {
            let mut reader = ResponseReader::new("GET");
            let mut buffer = BytesMut::from(bytes);
            while !matches!(reader.next(&mut buffer).unwrap(), Some(Item::End)) {}
            assert_eq!(reader.may_reuse(), expected, "{bytes}");
        }
    }
}
