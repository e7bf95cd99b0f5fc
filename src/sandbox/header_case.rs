//! The letter case in which the real services write their header names over HTTP/1.1 (`x-amzn-RequestId`,
//! `ININ-Correlation-Id`). hyper writes names in lower case unless a response carries the names of a request that it parsed
//! with the case preserved; so one request with all the names is parsed in memory when the sandbox starts.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Mutex;

use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const NAMES: &[&str] = &[
    "Date",
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Connection",
    "Allow",
    "Retry-After",
    "Strict-Transport-Security",
    "Cache-Control",
    "Pragma",
    "Expires",
    "Via",
    "ININ-Correlation-Id",
    "X-Cache",
    "X-Amz-Cf-Pop",
    "X-Amz-Cf-Id",
    "x-amzn-RequestId",
    "x-amz-apigw-id",
    "x-amzn-ErrorType",
    "X-Amzn-Trace-Id",
    "x-amzn-Remapped-Connection",
    "x-amzn-Remapped-Content-Length",
    "x-amzn-Remapped-Content-MD5",
    "x-amzn-Remapped-Date",
    "x-amzn-Remapped-Max-Forwards",
    "x-amzn-Remapped-Server",
    "x-amzn-Remapped-WWW-Authenticate",
];

/// What a response must carry so that hyper writes [`NAMES`] as they stand here; names not listed go out in lower case.
/// HTTP/2 has no letter case and ignores it.
pub(super) async fn recorded_names() -> Extensions {
    let recorded = Mutex::new(Extensions::new());
    let (mut near, far) = tokio::io::duplex(16 * 1024);
    let service = service_fn(|mut request: Request<Incoming>| {
        let mut extensions = std::mem::take(request.extensions_mut());
        extensions.remove::<hyper::upgrade::OnUpgrade>();
        *recorded.lock().expect("held by nobody who panics") = extensions;
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let mut builder = http1::Builder::new();
    builder.preserve_header_case(true).keep_alive(false);
    let served = builder.serve_connection(TokioIo::new(far), service);
    let asked = async {
        let mut head = String::from("GET / HTTP/1.1\r\n");
        for name in NAMES {
            let value = match *name {
                "Content-Length" => "0",
                "Connection" => "close",
                _ => "recorded",
            };
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("\r\n");
        near.write_all(head.as_bytes()).await?;
        near.read_to_end(&mut Vec::new()).await
    };
    // Either may fail only if the pipe between them breaks; names then go out in lower case, which every client accepts.
    let _ = tokio::join!(served, asked);
    recorded.into_inner().expect("held by nobody who panics")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_names_are_recorded() {
        assert!(!recorded_names().await.is_empty());
    }
}
