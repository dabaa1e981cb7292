use super::{
    Endpoint, InvalidEndpoint, InvalidId, InvalidSecret, Secret, Secrets, TOLERANCE, VerifyError, Webhook,
};
use factum_core::Timestamp;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const SECONDS: i64 = 1_614_265_330;

fn secret() -> Secret {
    SECRET.parse().unwrap()
}

/// Somebody is trusted, whatever certificates this machine has.
fn trusting(endpoint: Endpoint) -> Endpoint {
    let authority = rcgen::generate_simple_self_signed(["example.com".to_owned()]).unwrap();
    endpoint.trust(authority.cert.der().to_vec())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(seconds, 999_999_999).unwrap()
}

fn verify(headers: &[(&str, &str)], body: &[u8], now: i64) -> Result<String, VerifyError> {
    let secrets = Secrets::from(secret());
    secrets.verify(headers.iter().copied(), body, at(now), TOLERANCE).map(|verified| verified.id)
}

fn headers<'a>(id: &'a str, timestamp: &'a str, signature: &'a str) -> [(&'a str, &'a str); 3] {
    [("Webhook-Id", id), ("webhook-timestamp", timestamp), ("WEBHOOK-SIGNATURE", signature)]
}

#[test]
fn the_published_vector() {
    assert_eq!(Secrets::from(secret()).sign(ID, at(SECONDS), BODY).unwrap(), SIGNATURE);
    assert_eq!(verify(&headers(ID, "1614265330", SIGNATURE), BODY, SECONDS), Ok(ID.to_owned()));
}

#[test]
fn what_is_believed_and_what_is_not() {
    let now = SECONDS;
    let all = |id, timestamp, signature| verify(&headers(id, timestamp, signature), BODY, now);
    let ok = Ok(ID.to_owned());
    let time = "1614265330";
    assert_eq!(all("msg_other", time, SIGNATURE), Err(VerifyError::Signature));
    assert_eq!(all(ID, "1614265331", SIGNATURE), Err(VerifyError::Signature));
    assert_eq!(verify(&headers(ID, time, SIGNATURE), b"{}", now), Err(VerifyError::Signature));
    for (signature, expected) in [
        ("v1,AAAA v2,xyz v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", ok),
        ("", Err(VerifyError::Signature)),
        ("v1,", Err(VerifyError::Signature)),
        ("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", Err(VerifyError::Signature)),
        ("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", Err(VerifyError::Signature)),
        // The beginning of the right one.
        ("v1,g0hM9SsE+OTPJTGt", Err(VerifyError::Signature)),
    ] {
        assert_eq!(all(ID, time, signature), expected, "{signature}");
    }
}

#[test]
fn headers_that_are_missing_twice_or_no_headers() {
    let all = headers(ID, "1614265330", SIGNATURE);
    for (without, name) in ["webhook-id", "webhook-timestamp", "webhook-signature"].into_iter().enumerate() {
        let mut some = all.to_vec();
        let one = some.remove(without);
        assert_eq!(verify(&some, BODY, SECONDS), Err(VerifyError::Missing(name)));
        some.extend([one, one]);
        assert_eq!(verify(&some, BODY, SECONDS), Err(VerifyError::Malformed(name)));
    }
    for id in ["", "with space", "a.b", "ä", &"x".repeat(256)] {
        let headers = headers(id, "1614265330", SIGNATURE);
        assert_eq!(verify(&headers, BODY, SECONDS), Err(VerifyError::Malformed("webhook-id")), "{id}");
    }
    for time in [
        "",
        "now",
        "1614265330.5",
        "+1614265330",
        "01614265330",
        "99999999999999999999",
        "9223372036854775807",
    ] {
        let headers = headers(ID, time, SIGNATURE);
        assert_eq!(
            verify(&headers, BODY, SECONDS),
            Err(VerifyError::Malformed("webhook-timestamp")),
            "{time}"
        );
    }
}

#[test]
fn five_minutes_are_tolerated_in_both_directions() {
    let headers = headers(ID, "1614265330", SIGNATURE);
    for (offset, expected) in
        [(300, None), (301, Some(VerifyError::TooOld)), (-300, None), (-301, Some(VerifyError::TooNew))]
    {
        assert_eq!(verify(&headers, BODY, SECONDS + offset).err(), expected, "{offset}");
    }
}

#[test]
fn secrets_are_rotated() {
    let (old, new) = (Secret::generate(), Secret::generate());
    let verify = |signer: &Secrets, verifier: &Secrets| {
        let signature = signer.sign(ID, at(SECONDS), BODY).unwrap();
        verifier.verify(headers(ID, "1614265330", &signature), BODY, at(SECONDS), TOLERANCE).map(|_| ())
    };
    let (old, both, new) =
        (Secrets::from(old.clone()), Secrets::from(old).and(new.clone()), Secrets::from(new));
    assert_eq!(verify(&both, &old), Ok(()));
    assert_eq!(verify(&both, &new), Ok(()));
    assert_eq!(verify(&old, &both), Ok(()));
    assert_eq!(verify(&new, &both), Ok(()));
    assert_eq!(verify(&old, &new), Err(VerifyError::Signature));
}

#[test]
fn what_is_signed_is_not_also_another_message() {
    // As the body `b.2.{}` of the message `a`, or as `{}` of `a.1.b`.
    assert_eq!(Secrets::from(secret()).sign("a.1.b", at(2), b"{}"), Err(InvalidId));
}

#[test]
fn a_secret_is_of_24_to_64_bytes_and_is_not_shown() {
    for (length, is_one) in [(0, false), (23, false), (24, true), (64, true), (65, false)] {
        let secret = Secret::from_bytes(vec![7; length]);
        assert_eq!(secret.is_ok(), is_one, "{length}");
        let Ok(secret) = secret else { continue };
        let text = secret.reveal();
        assert!(text.starts_with("whsec_BwcH"), "{text}");
        assert_eq!(text.parse::<Secret>().unwrap().reveal(), text);
        assert!(!format!("{secret:?} {:?}", Secrets::from(secret.clone())).contains("BwcH"));
    }
    assert_eq!("whsec_%".parse::<Secret>().unwrap_err(), InvalidSecret::Base64);
    assert_eq!("whsec_AAAA".parse::<Secret>().unwrap_err(), InvalidSecret::Length(3));
    assert!(SECRET.trim_start_matches("whsec_").parse::<Secret>().is_ok(), "as the libraries have it");
    assert_ne!(Secret::generate().reveal(), Secret::generate().reveal());
}

#[test]
fn what_an_endpoint_may_be() {
    let new = |url: &str| Webhook::new(trusting(Endpoint::new(url, secret())?)).map(drop);
    for (url, expected) in [
        ("https://example.com/hooks?x=1#y", Ok(())),
        ("http://example.com:8080", Ok(())),
        ("https://8.8.8.8/", Ok(())),
        ("HTTPS://example.com", Ok(())),
        ("ftp://example.com", Err(InvalidEndpoint::Scheme)),
        ("file:///etc/passwd", Err(InvalidEndpoint::Scheme)),
        ("gopher://example.com", Err(InvalidEndpoint::Scheme)),
        ("https://user@example.com", Err(InvalidEndpoint::UserInfo)),
        ("https://:password@example.com", Err(InvalidEndpoint::UserInfo)),
        ("https://example.com@127.0.0.1/", Err(InvalidEndpoint::UserInfo)),
        ("http://127.0.0.1/", Err(InvalidEndpoint::Private)),
        ("http://[::1]/", Err(InvalidEndpoint::Private)),
        ("http://[::ffff:10.0.0.1]/", Err(InvalidEndpoint::Private)),
        ("http://[fd00::1]:80/", Err(InvalidEndpoint::Private)),
        // All of them are 127.0.0.1 or 169.254.169.254 to a browser, and to the operating system.
        ("http://2130706433/", Err(InvalidEndpoint::Private)),
        ("http://0x7f000001/", Err(InvalidEndpoint::Private)),
        ("http://0177.0.0.1/", Err(InvalidEndpoint::Private)),
        ("http://127.1/", Err(InvalidEndpoint::Private)),
        ("http://169.254.169.254/latest/meta-data", Err(InvalidEndpoint::Private)),
        ("http://①②⑦.0.0.1/", Err(InvalidEndpoint::Private)),
    ] {
        assert_eq!(new(url), expected, "{url}");
    }
    assert!(matches!(new("hooks"), Err(InvalidEndpoint::Url(_))));
    assert!(matches!(new("https://"), Err(InvalidEndpoint::Url(_))));
    let private = Endpoint::new("http://127.0.0.1/", secret()).unwrap().allow_private();
    assert!(Webhook::new(private).is_ok());
}

#[test]
fn an_endpoint_shows_no_secrets_and_keeps_its_own_headers() {
    let endpoint = || Endpoint::new("https://example.com/path-secret?token=query-secret", secret()).unwrap();
    let endpoint_with = trusting(endpoint()).header("authorization", "header-secret").unwrap();
    let shown = format!("{endpoint_with:?} {:?}", Webhook::new(endpoint_with.clone()).unwrap());
    assert!(shown.contains("https://example.com"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
    for name in
        ["webhook-id", "Webhook-Signature", "ce-id", "host", "content-type", "content-length", "a b", ""]
    {
        assert_eq!(endpoint().header(name, "x").err(), Some(InvalidEndpoint::Header(name.to_owned())));
    }
    assert!(endpoint().header("x-a", "line\nbreak").is_err());
}
