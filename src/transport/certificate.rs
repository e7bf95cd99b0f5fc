//! A certificate in readable form, from its DER.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;

use crate::model::exchange::Certificate;

/// SHA-256 of the DER, lower-case hex.
pub(crate) fn fingerprint(der: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(der) {
        for digit in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    hex
}

/// A fingerprint as a person writes it (colons, spaces, capitals) in the form `fingerprint` has; `None` when it is not one.
pub(crate) fn normal_fingerprint(text: &str) -> Option<String> {
    let hex: String = text
        .chars()
        .filter(|character| !matches!(character, ':' | ' '))
        .map(|character| character.to_ascii_lowercase())
        .collect();
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hex)
}

/// What can be read; a certificate that cannot be parsed keeps its fingerprint.
pub(crate) fn read(der: &[u8]) -> Certificate {
    let fingerprint = fingerprint(der);
    let Ok((_, parsed)) = X509Certificate::from_der(der) else {
        return Certificate {
            subject: "(not readable)".to_owned(),
            fingerprint,
            ..Certificate::default()
        };
    };
    Certificate {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        names: names(&parsed),
        not_before: timestamp(parsed.validity().not_before),
        not_after: timestamp(parsed.validity().not_after),
        key: key(&parsed),
        fingerprint,
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    extension
        .value
        .general_names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(sixteen).to_string())
}

fn timestamp(time: ASN1Time) -> Option<Timestamp> {
    Timestamp::from_second(time.timestamp()).ok()
}

fn key(certificate: &X509Certificate<'_>) -> String {
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(rsa)) => format!("RSA {}", rsa.key_size()),
        Ok(PublicKey::EC(point)) => match point.key_size() {
            size @ 1..=520 => format!("ECDSA P-{size}"),
            _ => "ECDSA P-521".to_owned(),
        },
        Ok(PublicKey::Unknown(_)) | Err(_) => match certificate
            .public_key()
            .algorithm
            .algorithm
            .to_id_string()
            .as_str()
        {
            "1.3.101.112" => "Ed25519".to_owned(),
            "1.3.101.113" => "Ed448".to_owned(),
            other => other.to_owned(),
        },
        Ok(_) => "another kind of key".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_read() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec![
            "api.example.test".to_owned(),
            "127.0.0.1".to_owned(),
        ])
        .unwrap();
        parameters
            .distinguished_name
            .push(rcgen::DnType::CommonName, "Example");
        parameters.not_after = rcgen::date_time_ymd(2031, 2, 3);
        let certificate = parameters.self_signed(&key).unwrap();
        let read = read(certificate.der());
        assert_eq!(read.subject, "CN=Example");
        assert_eq!(read.issuer, "CN=Example");
        assert_eq!(read.names, ["api.example.test", "127.0.0.1"]);
        assert_eq!(read.not_after.unwrap().to_string(), "2031-02-03T00:00:00Z");
        assert_eq!(read.key, "ECDSA P-256");
        assert_eq!(read.fingerprint.len(), 64);
    }

    #[test]
    fn bytes_that_are_no_certificate_keep_their_fingerprint() {
        let read = read(b"no certificate");
        assert_eq!(read.subject, "(not readable)");
        assert_eq!(read.fingerprint, fingerprint(b"no certificate"));
    }

    #[test]
    fn fingerprints_are_taken_as_people_write_them() {
        let plain = fingerprint(b"x");
        let colons: Vec<String> = plain
            .as_bytes()
            .chunks(2)
            .map(|pair| String::from_utf8_lossy(pair).to_uppercase())
            .collect();
        assert_eq!(normal_fingerprint(&colons.join(":")), Some(plain.clone()));
        assert_eq!(normal_fingerprint(&plain[1..]), None);
        assert_eq!(normal_fingerprint(""), None);
    }
}
