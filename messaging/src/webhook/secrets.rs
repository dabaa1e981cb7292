use super::Secret;
use crate::webhook::headers::is_id;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use factum_core::Timestamp;

/// The secrets of one endpoint: one, and while it is replaced also the other.
///
/// A message is signed with all of them and accepted with any, so that the sides need not change at the same moment
/// ([specification], "Zero downtime secret rotation").
///
/// ```
/// use chrono::DateTime;
/// use factum_messaging::webhook::{Secret, Secrets};
///
/// let (old, new) = (Secret::generate(), Secret::generate());
/// let time = DateTime::from_timestamp(1_614_265_330, 0).expect("a time");
/// let signature = Secrets::from(old.clone()).and(new).sign("msg_1", time, b"{}")?;
/// assert_eq!(signature.split(' ').count(), 2);
///
/// let time = time.timestamp().to_string();
/// let headers = [("webhook-id", "msg_1"), ("webhook-timestamp", &time), ("webhook-signature", &signature)];
/// let seen_at = DateTime::from_timestamp(1_614_265_332, 0).expect("a time");
/// Secrets::from(old).verify(headers, b"{}", seen_at, factum_messaging::webhook::TOLERANCE)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [specification]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
#[derive(Clone, Debug)]
#[must_use]
pub struct Secrets {
    pub(super) secrets: Vec<Secret>,
}

impl From<Secret> for Secrets {
    fn from(secret: Secret) -> Self {
        Self { secrets: vec![secret] }
    }
}

/// The content that is signed: `id.timestamp.body`.
pub(super) fn before_body(id: &str, seconds: i64) -> String {
    format!("{id}.{seconds}.")
}

impl Secrets {
    /// Also this one.
    pub fn and(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// The value of the header `webhook-signature` for a message with this `webhook-id`, this `webhook-timestamp` (whole seconds
    /// since 1970) and this body: `v1,…` for each of the secrets.
    ///
    /// # Errors
    /// [`InvalidId`], because the signature would be one of another message too.
    pub fn sign(&self, id: &str, time: Timestamp, body: &[u8]) -> Result<String, InvalidId> {
        if !is_id(id) {
            return Err(InvalidId);
        }
        let before = before_body(id, time.timestamp());
        let signatures = self.secrets.iter().map(|secret| {
            let signature = secret.sign(&before, body);
            format!("v1,{}", STANDARD.encode(signature))
        });
        Ok(signatures.collect::<Vec<_>>().join(" "))
    }
}

/// A `webhook-id` has 1 to 255 printable ASCII characters, and no full stop, which ends it in what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a message has 1 to 255 printable ASCII characters, no space and no full stop")]
pub struct InvalidId;
