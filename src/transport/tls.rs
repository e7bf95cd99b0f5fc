//! TLS: what is trusted, sessions to resume, and what a handshake agreed on. There is no switch that turns
//! verification off: besides the system's roots there are an environment's own CA file, and one leaf certificate
//! trusted by its fingerprint.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, HandshakeKind, RootCertStore,
    SignatureScheme,
};
use sha2::{Digest as _, Sha256};

use crate::model::environment::NetworkSettings;
use crate::model::exchange::{SendError, SendErrorKind, TlsInfo};
use crate::model::ids::EnvironmentId;

use super::certificate::{fingerprint, normal_fingerprint};
use super::errors::{plain, send_error};
use super::recorder::{self, readable_chain};

/// What is offered in ALPN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Offer {
    Http11,
    Http2,
    Both,
    /// Nothing: the TLS connection to a proxy.
    Nothing,
}

impl Offer {
    fn protocols(self) -> Vec<Vec<u8>> {
        match self {
            Self::Http11 => vec![b"http/1.1".to_vec()],
            Self::Http2 => vec![b"h2".to_vec()],
            Self::Both => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            Self::Nothing => Vec::new(),
        }
    }
}

/// What one configuration, with its sessions, belongs to: environments share neither trust nor sessions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ConfigKey {
    environment: EnvironmentId,
    ca_content: Option<[u8; 32]>,
    fingerprint: Option<String>,
    offer: Offer,
}

/// The TLS configurations of one process.
#[derive(Debug)]
pub(crate) struct TlsConfigs {
    provider: Arc<CryptoProvider>,
    configs: Mutex<HashMap<ConfigKey, Arc<ClientConfig>>>,
    /// Read on the first https connection, never before.
    system: Arc<Roots>,
}

impl Default for TlsConfigs {
    fn default() -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Self {
            system: Arc::new(Roots::new(provider.clone(), Vec::new())),
            provider,
            configs: Mutex::default(),
        }
    }
}

impl TlsConfigs {
    /// The configuration for these settings. Reads the CA file and, on first need, the system's roots: blocking work.
    ///
    /// # Errors
    /// `SendErrorKind::Configuration` for a CA file that cannot be read and a fingerprint that is none.
    pub(crate) fn get(
        &self,
        environment: &EnvironmentId,
        settings: &NetworkSettings,
        offer: Offer,
    ) -> Result<Arc<ClientConfig>, SendError> {
        let extra = read_ca_file(&settings.ca_file)?;
        let trusted = trusted_fingerprint(settings)?;
        let key = ConfigKey {
            environment: environment.clone(),
            ca_content: extra.as_ref().map(|ca| ca.digest),
            fingerprint: trusted.clone(),
            offer,
        };
        let mut configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = configs.get(&key) {
            return Ok(config.clone());
        }
        let roots = extra.map_or_else(
            || self.system.clone(),
            |ca| Arc::new(Roots::new(self.provider.clone(), ca.certificates)),
        );
        if trusted.is_none() {
            roots.read_ahead();
        }
        let verifier = Arc::new(Verifier {
            roots,
            trusted,
            provider: self.provider.clone(),
        });
        let mut config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = offer.protocols();
        let config = Arc::new(config);
        configs.insert(key, config.clone());
        Ok(config)
    }
}

fn unusable(error: &rustls::Error) -> SendError {
    send_error(
        SendErrorKind::Configuration,
        None,
        format!("TLS cannot be set up: {error}"),
        "Please report this",
    )
}

struct CaFile {
    digest: [u8; 32],
    certificates: Vec<CertificateDer<'static>>,
}

fn read_ca_file(path: &str) -> Result<Option<CaFile>, SendError> {
    if path.trim().is_empty() {
        return Ok(None);
    }
    let refuse = |reason: String| {
        send_error(
            SendErrorKind::Configuration,
            None,
            format!("The CA file `{path}` cannot be used: {reason}"),
            "Name a file with certificates in PEM form, or leave the field empty",
        )
    };
    let content = std::fs::read(path).map_err(|error| refuse(plain(&error)))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&content)
        .collect::<Result<_, _>>()
        .map_err(|error| refuse(error.to_string()))?;
    if certificates.is_empty() {
        return Err(refuse("it holds no certificate".to_owned()));
    }
    Ok(Some(CaFile {
        digest: Sha256::digest(&content).into(),
        certificates,
    }))
}

fn trusted_fingerprint(settings: &NetworkSettings) -> Result<Option<String>, SendError> {
    let typed = settings.trusted_fingerprint.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    normal_fingerprint(typed).map(Some).ok_or_else(|| {
        send_error(
            SendErrorKind::Configuration,
            None,
            "The trusted fingerprint is not a SHA-256 value",
            "Give 64 hexadecimal digits, colons allowed, as shown under Connection",
        )
    })
}

/// Roots of the system with an environment's own, read when first needed.
#[derive(Debug)]
struct Roots {
    provider: Arc<CryptoProvider>,
    extra: Vec<CertificateDer<'static>>,
    /// Of the environment's own roots alone, asked first: reading the system's takes longer than a handshake.
    own: Option<Arc<WebPkiServerVerifier>>,
    verifier: OnceLock<Result<rustls_platform_verifier::Verifier, rustls::Error>>,
}

impl Roots {
    fn new(provider: Arc<CryptoProvider>, extra: Vec<CertificateDer<'static>>) -> Self {
        Self {
            own: own_verifier(&provider, &extra),
            provider,
            extra,
            verifier: OnceLock::new(),
        }
    }

    /// Reads the system's roots, so that the handshake need not, unless the environment's own may do.
    /// A failure is told by the handshake, which then knows the chain too.
    fn read_ahead(&self) {
        if self.own.is_none() {
            let _ = self.verifier();
        }
    }

    /// The verifier for all roots, during a handshake: reading them counts for no phase.
    fn verifier_in_handshake(&self) -> Result<&rustls_platform_verifier::Verifier, rustls::Error> {
        if self.verifier.get().is_none() {
            recorder::current(|hop| {
                let phase = hop.phase();
                hop.pause();
                let _ = self.verifier();
                if let Some(phase) = phase {
                    hop.begin(phase);
                }
            });
        }
        self.verifier()
    }

    fn verifier(&self) -> Result<&rustls_platform_verifier::Verifier, rustls::Error> {
        self.verifier
            .get_or_init(|| {
                rustls_platform_verifier::Verifier::new_with_extra_roots(
                    self.extra.iter().cloned(),
                    self.provider.clone(),
                )
            })
            .as_ref()
            .map_err(Clone::clone)
    }
}

fn own_verifier(
    provider: &Arc<CryptoProvider>,
    extra: &[CertificateDer<'static>],
) -> Option<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in extra {
        roots.add(certificate.clone()).ok()?;
    }
    // Without any root there is nothing to build.
    WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
        .build()
        .ok()
}

/// Trusts the leaf with the fingerprint, else what the roots vouch for; and tells the running hop what it saw.
#[derive(Debug)]
struct Verifier {
    roots: Arc<Roots>,
    trusted: Option<String>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        recorder::current(|hop| hop.saw_chain(readable_chain(end_entity, intermediates)));
        if self.trusts(end_entity) {
            recorder::current(|hop| {
                hop.connection(|connection| {
                    connection
                        .tls
                        .get_or_insert_with(TlsInfo::default)
                        .trusted_by_fingerprint = true;
                });
            });
            return Ok(ServerCertVerified::assertion());
        }
        if let Some(own) = &self.roots.own
            && let Ok(verified) =
                own.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        {
            return Ok(verified);
        }
        self.roots.verifier_in_handshake()?.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

impl Verifier {
    fn trusts(&self, leaf: &CertificateDer<'_>) -> bool {
        self.trusted
            .as_deref()
            .is_some_and(|trusted| trusted == fingerprint(leaf))
    }
}

/// What the handshake agreed on.
pub(crate) fn describe(connection: &ClientConnection, settings: &NetworkSettings) -> TlsInfo {
    let chain = connection
        .peer_certificates()
        .and_then(<[_]>::split_first)
        .map(|(leaf, rest)| readable_chain(leaf, rest))
        .unwrap_or_default();
    let trusted = normal_fingerprint(&settings.trusted_fingerprint);
    TlsInfo {
        version: connection
            .protocol_version()
            .map(version_name)
            .unwrap_or_default(),
        cipher: connection
            .negotiated_cipher_suite()
            .map(|suite| format!("{:?}", suite.suite()))
            .unwrap_or_default(),
        alpn: connection
            .alpn_protocol()
            .map(|protocol| String::from_utf8_lossy(protocol).into_owned()),
        resumed: connection.handshake_kind() == Some(HandshakeKind::Resumed),
        trusted_by_fingerprint: trusted.is_some()
            && trusted.as_deref() == chain.first().map(|leaf| leaf.fingerprint.as_str()),
        chain,
    }
}

pub(crate) fn version_name(version: rustls::ProtocolVersion) -> String {
    match version {
        rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    }
}

/// The name for SNI and verification; IPv6 addresses come in brackets.
///
/// # Errors
/// When `host` is neither a DNS name nor an address.
pub(crate) fn server_name(host: &str) -> io::Result<ServerName<'static>> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    ServerName::try_from(bare.trim_end_matches('.').to_owned())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "not a host name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(ca_file: &str, fingerprint: &str) -> NetworkSettings {
        NetworkSettings {
            ca_file: ca_file.to_owned(),
            trusted_fingerprint: fingerprint.to_owned(),
            ..NetworkSettings::default()
        }
    }

    #[test]
    fn settings_that_cannot_be_used_are_named() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        let empty = empty.path().to_str().unwrap();
        let environment = EnvironmentId::new("acme").unwrap();
        let table = [
            (settings("/nowhere/ca.pem", ""), "/nowhere/ca.pem"),
            (settings(empty, ""), "no certificate"),
            (settings("", "12:34"), "fingerprint"),
        ];
        for (settings, expected) in table {
            let error = TlsConfigs::default()
                .get(&environment, &settings, Offer::Http11)
                .unwrap_err();
            assert_eq!(error.kind, SendErrorKind::Configuration);
            assert!(error.text.contains(expected), "{}", error.text);
        }
    }

    #[test]
    fn environments_share_no_sessions() {
        let configs = TlsConfigs::default();
        let fingerprint = fingerprint(b"leaf");
        let settings = settings("", &fingerprint);
        let one = EnvironmentId::new("one").unwrap();
        let two = EnvironmentId::new("two").unwrap();
        let first = configs.get(&one, &settings, Offer::Http11).unwrap();
        let again = configs.get(&one, &settings, Offer::Http11).unwrap();
        let other = configs.get(&two, &settings, Offer::Http11).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert!(!Arc::ptr_eq(&first, &other));
    }

    #[test]
    fn server_names_lose_brackets_and_the_last_dot() {
        for (host, expected) in [
            ("[::1]", "::1"),
            ("api.example.test.", "api.example.test"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(server_name(host).unwrap().to_str(), expected);
        }
        assert!(server_name("a b").is_err());
    }
}
