//! The body of a request on its way out: bytes and files in order, files opened and measured before anything is sent.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use bytes::{BufMut as _, Bytes, BytesMut};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use crate::model::exchange::{SendError, SendErrorKind};
use crate::model::resolved::{BodySegment, RequestBody};

use super::errors::{plain, send_error};

/// Bytes of one piece of a file.
const PIECE: u64 = 64 * 1024;

enum Segment {
    Bytes(Bytes),
    File { file: File, left: u64, name: String },
}

/// A body ready to be sent.
pub(crate) struct Upload {
    segments: VecDeque<Segment>,
    /// `None`: the request has no body.
    length: Option<u64>,
    chunked: bool,
    ended: bool,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Upload")
            .field("segments", &self.segments.len())
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl Upload {
    /// Opens and measures the files. `chunked`: the request frames its body in chunks.
    ///
    /// # Errors
    /// `SendErrorKind::BodyFile`, naming path and row.
    pub(crate) async fn open(body: &RequestBody, chunked: bool) -> Result<Self, SendError> {
        let mut segments = VecDeque::with_capacity(body.segments.len());
        let mut length = 0;
        for segment in &body.segments {
            match segment {
                BodySegment::Bytes(bytes) => {
                    length += bytes.len() as u64;
                    segments.push_back(Segment::Bytes(bytes.clone()));
                }
                BodySegment::File { path, row } => {
                    let (file, left) = open_file(path)
                        .await
                        .map_err(|reason| cannot_open(path, *row, &reason))?;
                    length += left;
                    let name = path.display().to_string();
                    segments.push_back(Segment::File { file, left, name });
                }
            }
        }
        Ok(Self {
            segments,
            length: (!body.is_empty()).then_some(length),
            chunked: chunked && !body.is_empty(),
            ended: false,
        })
    }

    /// Body bytes before chunk framing; `None`: the request has no body.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next piece as it goes on the wire; `None` at the end.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let piece = self.next_piece().await?;
        if !self.chunked {
            return Ok(piece);
        }
        if let Some(piece) = piece {
            return Ok(Some(chunk(&piece)));
        }
        if self.ended {
            return Ok(None);
        }
        self.ended = true;
        Ok(Some(Bytes::from_static(b"0\r\n\r\n")))
    }

    async fn next_piece(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            match self.segments.front_mut() {
                None => return Ok(None),
                Some(Segment::Bytes(bytes)) if !bytes.is_empty() => {
                    return Ok(Some(std::mem::take(bytes)));
                }
                Some(Segment::File { file, left, name }) if *left > 0 => {
                    let size = usize::try_from((*left).min(PIECE)).unwrap_or(usize::MAX);
                    let mut piece = BytesMut::zeroed(size);
                    let count = file.read(&mut piece).await?;
                    if count == 0 {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            format!("`{name}` became shorter while it was being sent"),
                        ));
                    }
                    piece.truncate(count);
                    *left -= count as u64;
                    return Ok(Some(piece.freeze()));
                }
                Some(_) => {
                    self.segments.pop_front();
                }
            }
        }
    }
}

fn chunk(piece: &Bytes) -> Bytes {
    let mut chunk = BytesMut::with_capacity(piece.len() + 20);
    chunk.put_slice(format!("{:x}\r\n", piece.len()).as_bytes());
    chunk.put_slice(piece);
    chunk.put_slice(b"\r\n");
    chunk.freeze()
}

async fn open_file(path: &Path) -> Result<(File, u64), String> {
    let file = File::open(path).await.map_err(|error| plain(&error))?;
    let metadata = file.metadata().await.map_err(|error| plain(&error))?;
    if !metadata.is_file() {
        return Err("it is not an ordinary file".to_owned());
    }
    Ok((file, metadata.len()))
}

fn cannot_open(path: &Path, row: Option<usize>, reason: &str) -> SendError {
    let place = row.map_or_else(
        || "body file".to_owned(),
        |row| format!("file of body row {}", row + 1),
    );
    send_error(
        SendErrorKind::BodyFile,
        None,
        format!("The {place} `{}` cannot be read: {reason}", path.display()),
        "Choose the file again; nothing was sent",
    )
}

/// The file changed or failed while it was being sent.
pub(crate) fn failed_while_sending(error: &io::Error) -> SendError {
    send_error(
        SendErrorKind::BodyFile,
        crate::model::timings::Phase::Send,
        format!("A body file could not be read to its end: {}", plain(error)),
        "The request was cut off; send it again when nothing writes to the file",
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    async fn all(body: &RequestBody, chunked: bool) -> (Option<u64>, Vec<u8>) {
        let mut upload = Upload::open(body, chunked).await.unwrap();
        let length = upload.length();
        let mut bytes = Vec::new();
        while let Some(piece) = upload.next().await.unwrap() {
            bytes.extend_from_slice(&piece);
        }
        (length, bytes)
    }

    #[tokio::test]
    async fn bytes_and_files_go_out_in_order() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&vec![b'x'; 100_000]).unwrap();
        let body = RequestBody {
            segments: vec![
                BodySegment::Bytes(Bytes::from_static(b"head-")),
                BodySegment::File {
                    path: file.path().to_owned(),
                    row: Some(0),
                },
                BodySegment::Bytes(Bytes::from_static(b"-tail")),
            ],
        };
        let (length, bytes) = all(&body, false).await;
        assert_eq!(length, Some(100_010));
        assert_eq!(bytes.len(), 100_010);
        assert!(bytes.starts_with(b"head-x") && bytes.ends_with(b"x-tail"));
    }

    #[tokio::test]
    async fn chunks_frame_each_piece() {
        let body = RequestBody::from_bytes("hello");
        assert_eq!(
            all(&body, true).await,
            (Some(5), b"5\r\nhello\r\n0\r\n\r\n".to_vec())
        );
        assert_eq!(all(&RequestBody::default(), true).await, (None, Vec::new()));
    }

    #[tokio::test]
    async fn a_missing_file_names_path_and_row() {
        let body = RequestBody {
            segments: vec![BodySegment::File {
                path: "/nowhere/photo.png".into(),
                row: Some(2),
            }],
        };
        let error = Upload::open(&body, false).await.unwrap_err();
        assert_eq!(error.kind, SendErrorKind::BodyFile);
        assert!(
            error.text.contains("/nowhere/photo.png") && error.text.contains("row 3"),
            "{}",
            error.text
        );
    }

    #[tokio::test]
    async fn a_folder_is_not_a_body() {
        let folder = tempfile::tempdir().unwrap();
        let body = RequestBody {
            segments: vec![BodySegment::File {
                path: folder.path().to_owned(),
                row: None,
            }],
        };
        let error = Upload::open(&body, false).await.unwrap_err();
        assert_eq!(error.kind, SendErrorKind::BodyFile, "{error}");
    }
}
