//! An authority and leaf certificates of one test.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters
            .distinguished_name
            .push(rcgen::DnType::CommonName, "Test authority");
        Self {
            issuer: CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap(),
        }
    }

    /// The authority's certificate as a file for `ca_file`.
    pub(crate) fn file(&self) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), self.issuer.pem()).unwrap();
        file
    }

    /// A server with a leaf for `name`; `expired` ended long ago. Also the leaf's DER.
    pub(crate) fn server(
        &self,
        name: &str,
        expired: bool,
        protocols: &[&str],
    ) -> (Arc<ServerConfig>, Vec<u8>) {
        let years = if expired { (2001, 2002) } else { (2020, 4000) };
        self.server_of(name, years, protocols)
    }

    /// The same with a leaf that holds from the first day of one year to that of another.
    pub(crate) fn server_of(
        &self,
        name: &str,
        (from, to): (i32, i32),
        protocols: &[&str],
    ) -> (Arc<ServerConfig>, Vec<u8>) {
        self.leaf(vec![name.to_owned()], (from, to), protocols)
    }

    /// A server with one leaf for all of `names`.
    pub(crate) fn server_for_all(&self, names: &[&str]) -> Arc<ServerConfig> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.leaf(names, (2020, 4000), &["http/1.1"]).0
    }

    fn leaf(
        &self,
        names: Vec<String>,
        (from, to): (i32, i32),
        protocols: &[&str],
    ) -> (Arc<ServerConfig>, Vec<u8>) {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(names).unwrap();
        parameters.not_before = rcgen::date_time_ymd(from, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(to, 1, 1);
        let leaf = parameters.signed_by(&key, &self.issuer).unwrap();
        let der = leaf.der().to_vec();
        (
            server_config(vec![leaf.der().clone()], &key, protocols),
            der,
        )
    }
}

/// A server whose certificate is its own authority. Also the certificate's DER.
pub(crate) fn self_signed(name: &str) -> (Arc<ServerConfig>, Vec<u8>) {
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let der = leaf.der().to_vec();
    (server_config(vec![leaf.der().clone()], &key, &[]), der)
}

fn server_config(
    chain: Vec<rustls::pki_types::CertificateDer<'static>>,
    key: &KeyPair,
    protocols: &[&str],
) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    config.alpn_protocols = protocols
        .iter()
        .map(|protocol| protocol.as_bytes().to_vec())
        .collect();
    Arc::new(config)
}
