//! Where the time of one hop went, in curl's words. How it is measured is the business of `transport::phases`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A part of one hop, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Looking the name up.
    Dns,
    /// Opening the TCP connection.
    Tcp,
    /// The proxy's own handshake (CONNECT, SOCKS).
    Proxy,
    /// The TLS handshake.
    Tls,
    /// Until the socket accepted the last byte of the request.
    Send,
    /// Until the first byte of the answer.
    Wait,
    /// Until the last byte of the body.
    Download,
}

impl Phase {
    pub const ALL: [Self; 7] = [
        Self::Dns,
        Self::Tcp,
        Self::Proxy,
        Self::Tls,
        Self::Send,
        Self::Wait,
        Self::Download,
    ];
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Dns => "DNS",
            Self::Tcp => "TCP",
            Self::Proxy => "proxy",
            Self::Tls => "TLS",
            Self::Send => "send",
            Self::Wait => "wait",
            Self::Download => "download",
        })
    }
}

/// Durations of the phases that one hop went through. An absent phase did not happen:
/// no DNS, TCP and TLS on a reused connection, no TLS over plain HTTP, no download when the head never came.
/// `total` runs from the start of the hop to its end, so it is at least the sum of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phases {
    pub dns: Option<Duration>,
    pub tcp: Option<Duration>,
    pub proxy: Option<Duration>,
    pub tls: Option<Duration>,
    pub send: Option<Duration>,
    pub wait: Option<Duration>,
    pub download: Option<Duration>,
    pub total: Duration,
}

impl Phases {
    #[must_use]
    pub fn get(&self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Dns => self.dns,
            Phase::Tcp => self.tcp,
            Phase::Proxy => self.proxy,
            Phase::Tls => self.tls,
            Phase::Send => self.send,
            Phase::Wait => self.wait,
            Phase::Download => self.download,
        }
    }

    pub fn set(&mut self, phase: Phase, duration: Duration) {
        let slot = match phase {
            Phase::Dns => &mut self.dns,
            Phase::Tcp => &mut self.tcp,
            Phase::Proxy => &mut self.proxy,
            Phase::Tls => &mut self.tls,
            Phase::Send => &mut self.send,
            Phase::Wait => &mut self.wait,
            Phase::Download => &mut self.download,
        };
        *slot = Some(duration);
    }
}

/// A duration in milliseconds with microsecond steps, as `--json` prints it.
#[must_use]
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

impl Serialize for Phases {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        for phase in Phase::ALL {
            map.serialize_entry(
                &format!("{}_ms", phase.to_string().to_lowercase()),
                &self.get(phase).map(milliseconds),
            )?;
        }
        map.serialize_entry("total_ms", &milliseconds(self.total))?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_have_three_decimals_however_long() {
        for (duration, expected) in [
            (Duration::ZERO, "0.0"),
            (Duration::from_nanos(1_499), "0.001"),
            (Duration::from_micros(12_345), "12.345"),
            (Duration::from_micros(100_100), "100.1"),
            (Duration::from_hours(3), "10800000.0"),
        ] {
            assert_eq!(format!("{:?}", milliseconds(duration)), expected);
        }
    }

    #[test]
    fn a_phase_that_did_not_happen_is_null() {
        let mut phases = Phases::default();
        for (milliseconds, phase) in (1..).zip([Phase::Send, Phase::Wait]) {
            phases.set(phase, Duration::from_millis(milliseconds));
            assert_eq!(
                phases.get(phase),
                Some(Duration::from_millis(milliseconds)),
                "{phase}"
            );
        }
        phases.total = Duration::from_millis(4);
        assert_eq!(
            serde_json::to_string(&phases).expect("JSON"),
            r#"{"dns_ms":null,"tcp_ms":null,"proxy_ms":null,"tls_ms":null,"send_ms":1.0,"wait_ms":2.0,"download_ms":null,"total_ms":4.0}"#
        );
    }
}
