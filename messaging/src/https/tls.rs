use std::sync::Arc;
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer},
};

/// Why nobody, or not everybody who should be, can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Untrusted {
    /// A certificate cannot be read.
    Certificate,
    /// Nobody is trusted.
    Nobody,
}

/// Trusts whom the operating system trusts, and whom `trusted` names by certificates in DER.
pub(crate) fn connector(trusted: &[Vec<u8>]) -> Result<TlsConnector, Untrusted> {
    let mut roots = RootCertStore::empty();
    // Some that cannot be read do not make the others worse.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in trusted {
        let certificate = CertificateDer::from_slice(certificate).into_owned();
        roots.add(certificate).map_err(|_| Untrusted::Certificate)?;
    }
    if roots.is_empty() {
        return Err(Untrusted::Nobody);
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the versions that are built in")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}
