//! What the libraries of Standard Webhooks are asked, in whichever language, and what they have to answer.

use crate::sdk::{beyond_ascii, of_bytes, of_the_log};
use factum::{Timestamp, store::now};
use factum_messaging::webhook::{Secret, Secrets, TOLERANCE};
use serde_json::{Value, json};
use std::{
    io::Write as _,
    process::{Command, Stdio},
};

const ID: &str = "3b7f4a2c-0000-7000-8000-000000000003";
const SIGNED_BY_THEM: &str = "{\"a\":\"€ 😀\"}\n";

/// Runs a program that asks its library to verify what is signed here, and here what it has signed.
pub(crate) fn check(mut program: Command) {
    let (old, new) = (Secret::generate(), Secret::from_bytes([7; 64]).unwrap());
    let (now, long_ago) = (now(), now() - 2 * TOLERANCE);
    let both = Secrets::from(old.clone()).and(new.clone());
    let bodies = [of_the_log(), of_bytes(), beyond_ascii()].map(|event| event.to_json());
    let message = |secret: &Secret, body: &[u8], time: Timestamp, sent: &[u8]| {
        let headers = json!({
            "webhook-id": ID,
            "webhook-timestamp": time.timestamp().to_string(),
            "webhook-signature": both.sign(ID, time, body).unwrap(),
        });
        json!({ "secret": secret.reveal(), "headers": headers, "body": std::str::from_utf8(sent).unwrap() })
    };
    let mut verify: Vec<_> = bodies.iter().map(|body| message(&old, body, now, body)).collect();
    verify.push(message(&new, &bodies[0], now, &bodies[0]));
    verify.push(message(&old, &bodies[0], long_ago, &bodies[0]));
    verify.push(message(&old, &bodies[0], now, &bodies[1]));
    verify.push(message(&Secret::generate(), &bodies[0], now, &bodies[0]));
    let sign = [&old, &new].map(|secret| {
        json!({ "secret": secret.reveal(), "id": ID, "time": now.timestamp(), "body": SIGNED_BY_THEM })
    });
    let question = json!({ "verify": verify, "sign": sign });

    let mut running =
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    running.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();

    let verified = answer["verified"].as_array().unwrap();
    for (answer, body) in verified.iter().zip(bodies.iter().chain([&bodies[0]])) {
        assert_eq!(*answer, serde_json::from_slice::<Value>(body).unwrap());
    }
    let errors = verified[4..].iter().map(|answer| answer["error"].as_str().unwrap());
    let (too_old, wrong) = ("Message timestamp too old", "No matching signature found");
    assert!(errors.eq([too_old, wrong, wrong]));

    let signed = answer["signed"].as_array().unwrap();
    assert_eq!(signed.len(), 2);
    for (signature, secret) in signed.iter().zip([old, new]) {
        let time = now.timestamp().to_string();
        let headers = [
            ("webhook-id", ID),
            ("webhook-timestamp", time.as_str()),
            ("webhook-signature", signature.as_str().unwrap()),
        ];
        let verify = |secret: Secret, body: &str| {
            Secrets::from(secret).verify(headers, body.as_bytes(), now, TOLERANCE)
        };
        assert_eq!(verify(secret.clone(), SIGNED_BY_THEM).unwrap().id, ID);
        assert!(verify(secret, "{}").is_err());
        assert!(verify(Secret::generate(), SIGNED_BY_THEM).is_err());
    }
}
