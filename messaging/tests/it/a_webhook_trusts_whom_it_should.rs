use crate::{given::soon, site::secret};
use factum::Causes;
use factum_messaging::{
    CloudEvent, Transport,
    transport::{Outgoing, PublishError},
    webhook::{Endpoint, InvalidEndpoint, Webhook},
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

/// A server for `localhost` that takes everything, one message for each connection; and its certificate.
async fn server() -> (u16, Vec<u8>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // One who does not trust it hangs up.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            while !request.ends_with(b"}") && stream.read_buf(&mut request).await.unwrap_or(0) > 0 {}
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    (port, cert.der().to_vec())
}

async fn send(endpoint: Endpoint) -> Result<(), PublishError> {
    let event = CloudEvent::new("1", "/test", "order.placed").unwrap();
    let message = Outgoing::new("order.7.Placed".parse().unwrap(), "order-7", event);
    soon(Webhook::new(endpoint).unwrap().publish(vec![message])).await.pop().unwrap()
}

fn endpoint(host: &str, port: u16) -> Endpoint {
    Endpoint::new(format!("https://{host}:{port}/"), secret()).unwrap().allow_private()
}

#[tokio::test]
async fn one_whose_certificate_it_was_given() {
    let (port, certificate) = server().await;
    send(endpoint("localhost", port).trust(certificate)).await.unwrap();
}

#[tokio::test]
async fn nobody_else() {
    let (port, certificate) = server().await;
    let (_, other) = server().await;
    for endpoint in [
        endpoint("localhost", port).trust(other),
        // Another name than that of the certificate.
        endpoint("127.0.0.1", port).trust(certificate),
    ] {
        let error = send(endpoint).await.unwrap_err();
        assert!(Causes(&error).to_string().contains("certificate"), "{error:?}");
    }
    let nonsense = endpoint("localhost", port).trust(*b"nonsense");
    assert_eq!(Webhook::new(nonsense).err(), Some(InvalidEndpoint::Certificate));
}
