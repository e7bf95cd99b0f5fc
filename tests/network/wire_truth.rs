//! Over HTTP/1.1 the recorded bytes are the bytes that arrived.

use std::io::Write as _;

use bytes::Bytes;
use gatescope::model::environment::HeaderCase;
use gatescope::model::resolved::{BodySegment, RequestBody, ResolvedRequest};
use gatescope::transport::Transport;
use proptest::prelude::*;

use crate::fault_server::{FaultServer, Step, ok};
use crate::sending::{describe, header, request, send_request, with_body};

async fn check(change: impl FnOnce(&mut ResolvedRequest)) -> Vec<u8> {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let mut sent = request("GET", server.address, "/");
    change(&mut sent);
    let exchange = send_request(&Transport::new(), sent).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    let hop = exchange.answer().unwrap();
    let received = server.received().remove(0);
    let mut recorded = hop.sent.head.clone().unwrap().to_vec();
    recorded.extend_from_slice(&hop.sent.body_preview);
    assert_eq!(
        String::from_utf8_lossy(&recorded),
        String::from_utf8_lossy(&received)
    );
    assert_eq!(hop.sent.total_bytes, received.len() as u64);
    received
}

#[tokio::test]
async fn odd_targets_and_headers_arrive_as_typed() {
    for target in [
        "/a/../b",
        "/{id}/x?q={1|2};3",
        "//double/",
        "/x:verb?a=b&c&&a=1&foo=",
        "/%zz?%30%",
        "/x?it's",
    ] {
        let received = check(|sent| {
            target.clone_into(&mut sent.url.target);
            sent.headers.push(header("X-Api-KEY", "v"));
            sent.headers.push(header("x-api-key", ""));
            sent.headers.push(header("tenantId", b"caf\xe9"));
            sent.headers.push(header("X-Api-KEY", "again"));
        })
        .await;
        let expected_start = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:");
        assert!(received.starts_with(expected_start.as_bytes()), "{target}");
        assert!(received.ends_with(
            b"\r\nX-Api-KEY: v\r\nx-api-key:\r\ntenantId: caf\xe9\r\nX-Api-KEY: again\r\n\r\n"
        ));
    }
}

#[tokio::test]
async fn nothing_is_added_unseen() {
    let received = check(|sent| sent.headers.clear()).await;
    assert_eq!(received, b"GET / HTTP/1.1\r\n\r\n");
    let received = check(|sent| {
        "DELETE".clone_into(&mut sent.method);
        sent.headers.clear();
    })
    .await;
    assert_eq!(received, b"DELETE / HTTP/1.1\r\n\r\n");
}

#[tokio::test]
async fn header_case_is_an_option() {
    let received = check(|sent| {
        sent.headers = vec![header("hOsT", "x"), header("tenantId-ab", "1")];
        sent.network.header_case = HeaderCase::Title;
    })
    .await;
    assert_eq!(
        received,
        b"GET / HTTP/1.1\r\nHost: x\r\nTenantid-Ab: 1\r\n\r\n"
    );
}

#[tokio::test]
async fn bodies_with_files_and_chunks_arrive_whole() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"file content").unwrap();
    let path = file.path().to_owned();
    let received = check(|sent| {
        "PUT".clone_into(&mut sent.method);
        sent.headers = vec![header("Content-Type", "multipart/form-data; boundary=x")];
        sent.body = RequestBody {
            segments: vec![
                BodySegment::Bytes(Bytes::from_static(b"--x\r\n\r\n")),
                BodySegment::File { path, row: Some(0) },
                BodySegment::Bytes(Bytes::from_static(b"\r\n--x--\r\n")),
            ],
        };
    })
    .await;
    let expected = "PUT / HTTP/1.1\r\nContent-Length: 28\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n\r\nfile content\r\n--x--\r\n";
    assert_eq!(String::from_utf8_lossy(&received), expected);
    let received = check(|sent| {
        *sent = with_body(sent.clone(), "hello");
        sent.headers = vec![header("Transfer-Encoding", "chunked")];
    })
    .await;
    assert!(received.ends_with(b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_headers_and_body_arrive_as_recorded(
        headers in proptest::collection::vec(("[A-Za-z][A-Za-z0-9_.!-]{0,12}", "[ -~]{0,20}"), 0..8),
        target in "/[!-~]{0,30}",
        body in proptest::collection::vec(any::<u8>(), 1..3000),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(|sent| {
            "POST".clone_into(&mut sent.method);
            sent.url.target = target;
            for (name, value) in headers {
                sent.headers.push(header(&format!("X-{name}"), value.trim()));
            }
            sent.body = RequestBody::from_bytes(body);
        }));
    }
}
