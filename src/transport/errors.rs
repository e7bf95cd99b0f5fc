//! From what the libraries say to what a person reads: each failure with its phase, plain words and what to try.

use std::io;

use crate::model::exchange::{SendError, SendErrorKind};
use crate::model::timings::Phase;

/// Whom the failing operation was with, for the text: `api.example.test:443 (203.0.113.7)`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct With<'a>(pub(crate) &'a str);

pub(crate) fn send_error(
    kind: SendErrorKind,
    phase: impl Into<Option<Phase>>,
    text: impl Into<String>,
    hint: impl Into<String>,
) -> SendError {
    SendError {
        kind,
        phase: phase.into(),
        text: text.into(),
        hint: hint.into(),
    }
}

pub(crate) fn cancelled(phase: Option<Phase>) -> SendError {
    let text = match phase {
        Some(Phase::Dns) => "Cancelled while the name was looked up".to_owned(),
        Some(Phase::Tcp) => "Cancelled while connecting".to_owned(),
        Some(Phase::Proxy) => "Cancelled during the proxy's handshake".to_owned(),
        Some(Phase::Tls) => "Cancelled during the TLS handshake".to_owned(),
        Some(Phase::Send) => "Cancelled while sending".to_owned(),
        Some(Phase::Wait) => "Cancelled while waiting for the answer".to_owned(),
        Some(Phase::Download) => "Cancelled while downloading".to_owned(),
        None => "Cancelled before anything was sent".to_owned(),
    };
    let hint = match phase {
        Some(Phase::Send | Phase::Wait | Phase::Download) => {
            "The server may have carried the request out all the same"
        }
        _ => "Nothing was sent",
    };
    send_error(SendErrorKind::Cancelled, phase, text, hint)
}

pub(crate) fn name_not_resolved(host: &str, error: &io::Error) -> SendError {
    if nobody_told(error) {
        return send_error(
            SendErrorKind::NoNameService,
            Phase::Dns,
            format!(
                "The name `{host}` could not be looked up: no name server answered ({})",
                plain(error)
            ),
            "Check this computer's network, its VPN and its name servers (DNS), then send again",
        );
    }
    send_error(
        SendErrorKind::NameNotResolved,
        Phase::Dns,
        format!("The name `{host}` does not resolve: {}", plain(error)),
        "Check the host for typing errors, and the network or VPN the name belongs to",
    )
}

/// The lookup itself failed (`EAI_AGAIN`, `EAI_FAIL`; `WSATRY_AGAIN`, `WSANO_RECOVERY`): no word on whether the name exists.
/// The standard library passes the resolver's words on Unix, and its number on Windows.
fn nobody_told(error: &io::Error) -> bool {
    const WORDS: [&str; 5] = [
        "temporary failure in name resolution",
        "non-recoverable failure in name resolution",
        "try again",
        "unrecoverable error",
        "temporarily unavailable",
    ];
    const WINDOWS: [i32; 2] = [11002, 11003];
    let text = error.to_string().to_lowercase();
    WORDS.iter().any(|words| text.contains(words))
        || error
            .raw_os_error()
            .is_some_and(|number| WINDOWS.contains(&number))
        || matches!(
            error.kind(),
            io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::NetworkDown
                | io::ErrorKind::TimedOut
        )
}

pub(crate) fn connect_timeout(phase: Option<Phase>, with: With<'_>, limit_ms: u64) -> SendError {
    let phase = phase.unwrap_or(Phase::Tcp);
    let (text, hint) = match phase {
        Phase::Dns => (
            format!("Looking up {} took longer than {limit_ms} ms", with.0),
            "Check the network and its name servers, or raise the connect limit",
        ),
        Phase::Tls => (
            format!(
                "The TLS handshake with {} was not done after {limit_ms} ms",
                with.0
            ),
            "The port may not speak TLS; check protocol and port, or raise the connect limit",
        ),
        Phase::Proxy => (
            format!(
                "The proxy on the way to {} had not answered after {limit_ms} ms",
                with.0
            ),
            "Check the proxy's address and that it may reach this host, or raise the connect limit",
        ),
        _ => (
            format!("No connection to {} after {limit_ms} ms", with.0),
            "A firewall may drop the packets; check host, port and VPN, or raise the connect limit",
        ),
    };
    send_error(SendErrorKind::ConnectTimeout, phase, text, hint)
}

pub(crate) fn first_byte_timeout(limit_ms: u64) -> SendError {
    send_error(
        SendErrorKind::FirstByteTimeout,
        Phase::Wait,
        format!("The request was sent, but no byte of an answer came within {limit_ms} ms"),
        "The server may still be working; a gateway itself gives up after 29 to 30 s. Raise the first byte limit to wait longer",
    )
}

pub(crate) fn silence_timeout(phase: Phase, limit_ms: u64) -> SendError {
    let text = match phase {
        Phase::Send => format!("The server accepted no more of the request for {limit_ms} ms"),
        _ => format!("The answer stopped in the middle: nothing arrived for {limit_ms} ms"),
    };
    send_error(
        SendErrorKind::SilenceTimeout,
        phase,
        text,
        "What arrived is kept. Try again, or raise the silence limit",
    )
}

/// The reused connection turned out to be closed, and the method is not one to send twice unasked.
pub(crate) fn idle_connection_closed(phase: Phase) -> SendError {
    send_error(
        SendErrorKind::Closed,
        phase,
        "The server closed an idle connection before it answered",
        "Send again: a new connection is opened. It was not repeated by itself, because the method is not safe to repeat",
    )
}

pub(crate) fn closed_without_answer(phase: Phase) -> SendError {
    send_error(
        SendErrorKind::Closed,
        phase,
        "The server closed the connection without an answer",
        "Check protocol and port; if it happens again, the server or something in front of it ends such requests",
    )
}

pub(crate) fn closed_inside_head(received: usize) -> SendError {
    send_error(
        SendErrorKind::Closed,
        Phase::Download,
        format!(
            "The connection ended in the middle of the answer's headers, after {received} bytes"
        ),
        "Try again; if it stays, look at the server's own log",
    )
}

pub(crate) fn body_cut(text: String) -> SendError {
    send_error(
        SendErrorKind::Closed,
        Phase::Download,
        text,
        "What arrived is kept. Try again; a limit or a crash in between may cut answers",
    )
}

/// An error of the socket or of the TLS layer in it.
pub(crate) fn from_io(error: &io::Error, phase: Phase, with: With<'_>) -> SendError {
    if let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return from_tls(tls, phase, with);
    }
    let during = during(phase);
    match error.kind() {
        io::ErrorKind::ConnectionRefused => send_error(
            SendErrorKind::Refused,
            phase,
            format!("{} refused the connection", with.0),
            "Nothing listens on that port: check host and port, and that the server runs",
        ),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::ConnectionAborted => send_error(
            SendErrorKind::Reset,
            phase,
            format!("{} reset the connection {during}", with.0),
            reset_hint(phase),
        ),
        io::ErrorKind::UnexpectedEof => send_error(
            SendErrorKind::Closed,
            phase,
            format!("{} closed the connection {during}", with.0),
            reset_hint(phase),
        ),
        io::ErrorKind::TimedOut => send_error(
            SendErrorKind::ConnectTimeout,
            phase,
            format!("{} did not answer {during}", with.0),
            "A firewall may drop the packets; check host, port and VPN",
        ),
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::AddrNotAvailable => send_error(
            SendErrorKind::Unreachable,
            phase,
            format!("{} cannot be reached: {}", with.0, plain(error)),
            "Check the network connection and VPN",
        ),
        _ => send_error(
            SendErrorKind::Unreachable,
            phase,
            format!(
                "The connection to {} failed {during}: {}",
                with.0,
                plain(error)
            ),
            "Try again; check the network if it stays",
        ),
    }
}

fn during(phase: Phase) -> &'static str {
    match phase {
        Phase::Dns => "while the name was looked up",
        Phase::Tcp => "while connecting",
        Phase::Proxy => "during the proxy's handshake",
        Phase::Tls => "during the TLS handshake",
        Phase::Send => "while the request was being sent",
        Phase::Wait => "before it answered",
        Phase::Download => "in the middle of the answer",
    }
}

fn reset_hint(phase: Phase) -> &'static str {
    match phase {
        Phase::Tls => {
            "The port may not speak TLS, or something on the way refuses it; check protocol and port"
        }
        Phase::Send | Phase::Wait => {
            "The server may have carried the request out. A limit on size, a crash or a firewall ends connections like this"
        }
        Phase::Download => "What arrived is kept. Try again",
        _ => "Check host and port; something on the way ends the connection",
    }
}

/// The TLS layer's verdicts: certificates by cause, everything else as it says.
pub(crate) fn from_tls(error: &rustls::Error, phase: Phase, with: With<'_>) -> SendError {
    use rustls::{AlertDescription, CertificateError as Cause, Error};
    let (kind, text, hint) = match error {
        Error::InvalidCertificate(Cause::Expired | Cause::ExpiredContext { .. }) => (
            SendErrorKind::CertificateExpired,
            format!("The certificate of {} has expired", with.0),
            "Its owner must renew it. After checking the certificate you can trust it by fingerprint for this environment",
        ),
        Error::InvalidCertificate(Cause::NotValidYet | Cause::NotValidYetContext { .. }) => (
            SendErrorKind::CertificateNotYetValid,
            format!("The certificate of {} is not valid yet", with.0),
            "Check the clock of this computer",
        ),
        Error::InvalidCertificate(
            Cause::NotValidForName | Cause::NotValidForNameContext { .. },
        ) => (
            SendErrorKind::CertificateWrongName,
            format!("The certificate of {} is for other names", with.0),
            "Check the host; the names it is for are shown under Connection",
        ),
        Error::InvalidCertificate(Cause::UnknownIssuer) => (
            SendErrorKind::CertificateUnknownAuthority,
            format!(
                "The certificate of {} comes from an authority this computer does not trust",
                with.0
            ),
            "Behind a company proxy: name its CA file in the environment. Or check the certificate and trust it by fingerprint",
        ),
        Error::InvalidCertificate(Cause::Other(_)) if is_self_signed_root(error) => (
            SendErrorKind::CertificateUnknownAuthority,
            format!(
                "The certificate of {} is its own authority, which this computer does not trust",
                with.0
            ),
            "Check the certificate and trust it by fingerprint for this environment, or name its CA file",
        ),
        Error::InvalidCertificate(cause) => (
            SendErrorKind::CertificateOther,
            format!("The certificate of {} cannot be accepted: {cause}", with.0),
            "Look at it under Connection; it may be trusted by fingerprint for this environment",
        ),
        Error::InvalidMessage(_) => (
            SendErrorKind::Tls,
            format!("{} does not speak TLS on this port", with.0),
            "Check the port, or use http if that is what the server speaks",
        ),
        Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion,
        ) => (
            SendErrorKind::Tls,
            format!(
                "{} shares no TLS version or cipher with this client",
                with.0
            ),
            "TLS 1.2 and 1.3 are spoken here; the server must offer one of them",
        ),
        Error::AlertReceived(AlertDescription::NoApplicationProtocol) => (
            SendErrorKind::Tls,
            format!("{} does not offer the chosen HTTP version", with.0),
            "Choose HTTP version automatic or 1.1 in the environment",
        ),
        Error::AlertReceived(AlertDescription::UnrecognisedName) => (
            SendErrorKind::Tls,
            format!("{} does not know the host name it was asked for", with.0),
            "Check the host: a custom domain must be set up at the gateway",
        ),
        other => (
            SendErrorKind::Tls,
            format!("TLS with {} failed: {other}", with.0),
            "Check protocol, host and port",
        ),
    };
    send_error(kind, phase, text, hint)
}

/// A self-signed end certificate is refused for its form before its issuer is looked for.
fn is_self_signed_root(error: &rustls::Error) -> bool {
    error.to_string().contains("CaUsedAsEndEntity")
}

/// The system's words without its error number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    text.strip_prefix("failed to lookup address information: ")
        .unwrap_or(text)
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use rustls::CertificateError;

    use super::*;

    #[test]
    fn a_name_that_does_not_exist_and_name_servers_that_are_silent_are_two_things() {
        let said = |words: &str| {
            io::Error::other(format!("failed to lookup address information: {words}"))
        };
        let table = [
            (
                said("Name or service not known"),
                SendErrorKind::NameNotResolved,
            ),
            (
                said("No address associated with hostname"),
                SendErrorKind::NameNotResolved,
            ),
            (
                said("nodename nor servname provided, or not known"),
                SendErrorKind::NameNotResolved,
            ),
            (
                said("Temporary failure in name resolution"),
                SendErrorKind::NoNameService,
            ),
            (
                said("Non-recoverable failure in name resolution"),
                SendErrorKind::NoNameService,
            ),
            (said("Try again"), SendErrorKind::NoNameService),
            (
                io::Error::from_raw_os_error(11002),
                SendErrorKind::NoNameService,
            ),
            (
                io::Error::from_raw_os_error(11001),
                SendErrorKind::NameNotResolved,
            ),
            (
                io::Error::from(io::ErrorKind::NetworkUnreachable),
                SendErrorKind::NoNameService,
            ),
        ];
        for (error, kind) in table {
            let told = name_not_resolved("api.acme.example", &error);
            assert_eq!(
                (told.kind, told.phase),
                (kind, Some(Phase::Dns)),
                "{error:?}: {told:?}"
            );
            assert!(told.text.contains("api.acme.example"), "{}", told.text);
        }
    }

    #[test]
    fn each_certificate_fault_has_its_own_kind() {
        let table = [
            (CertificateError::Expired, SendErrorKind::CertificateExpired),
            (
                CertificateError::NotValidYet,
                SendErrorKind::CertificateNotYetValid,
            ),
            (
                CertificateError::NotValidForName,
                SendErrorKind::CertificateWrongName,
            ),
            (
                CertificateError::UnknownIssuer,
                SendErrorKind::CertificateUnknownAuthority,
            ),
            (
                CertificateError::BadSignature,
                SendErrorKind::CertificateOther,
            ),
        ];
        for (cause, kind) in table {
            let inner = rustls::Error::InvalidCertificate(cause.clone());
            let error = io::Error::new(io::ErrorKind::InvalidData, inner);
            let read = from_io(&error, Phase::Tls, With("host:443"));
            assert_eq!(read.kind, kind, "{cause:?}");
            assert!(read.text.contains("host:443"), "{}", read.text);
        }
    }

    #[test]
    fn socket_faults_name_the_phase() {
        let table = [
            (
                io::ErrorKind::ConnectionRefused,
                Phase::Tcp,
                SendErrorKind::Refused,
            ),
            (
                io::ErrorKind::ConnectionReset,
                Phase::Tls,
                SendErrorKind::Reset,
            ),
            (io::ErrorKind::BrokenPipe, Phase::Send, SendErrorKind::Reset),
            (
                io::ErrorKind::UnexpectedEof,
                Phase::Wait,
                SendErrorKind::Closed,
            ),
            (
                io::ErrorKind::NetworkUnreachable,
                Phase::Tcp,
                SendErrorKind::Unreachable,
            ),
        ];
        for (cause, phase, kind) in table {
            let read = from_io(&io::Error::from(cause), phase, With("host:80"));
            assert_eq!((read.kind, read.phase), (kind, Some(phase)), "{cause:?}");
            assert!(!read.hint.is_empty());
        }
    }

    #[test]
    fn the_systems_words_lose_their_number() {
        let error = io::Error::from_raw_os_error(113);
        assert!(!plain(&error).contains("os error"), "{}", plain(&error));
    }
}
