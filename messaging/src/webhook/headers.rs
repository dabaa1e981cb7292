use super::VerifyError;
use factum_core::Timestamp;
use std::time::Duration;

/// The header of the message's id, the same however often the message is delivered.
pub(super) const ID: &str = "webhook-id";
/// The header of the time at which it was sent, this time.
pub(super) const TIMESTAMP: &str = "webhook-timestamp";
/// The header of its signatures.
pub(super) const SIGNATURE: &str = "webhook-signature";

/// How far the time of a message may be from the receiver's, by default: five minutes, as in the libraries of Standard Webhooks.
pub const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// What the three headers say. Nothing of it is known to be true.
#[derive(Debug)]
pub(super) struct Headers<'a> {
    pub(super) id: &'a str,
    pub(super) seconds: i64,
    pub(super) time: Timestamp,
    pub(super) signatures: &'a str,
}

impl<'a> Headers<'a> {
    pub(super) fn read(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, VerifyError> {
        let mut found = [(ID, None), (TIMESTAMP, None), (SIGNATURE, None)];
        for (name, value) in headers {
            let Some((known, place)) = found.iter_mut().find(|(known, _)| name.eq_ignore_ascii_case(known))
            else {
                continue;
            };
            // Of two, one would be checked and the other one used.
            if place.replace(value).is_some() {
                return Err(VerifyError::Malformed(known));
            }
        }
        let [id, timestamp, signatures] = found.map(|(name, value)| value.ok_or(VerifyError::Missing(name)));
        let (id, timestamp, signatures) = (id?, timestamp?, signatures?);
        if !is_id(id) {
            return Err(VerifyError::Malformed(ID));
        }
        let (seconds, time) = time(timestamp).ok_or(VerifyError::Malformed(TIMESTAMP))?;
        Ok(Self { id, seconds, time, signatures })
    }

    /// Whether the message is neither too old nor from the future.
    pub(super) fn check_time(&self, now: Timestamp, tolerance: Duration) -> Result<(), VerifyError> {
        let tolerance = i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX);
        let age = now.timestamp().saturating_sub(self.seconds);
        match age {
            age if age > tolerance => Err(VerifyError::TooOld),
            age if age < tolerance.saturating_neg() => Err(VerifyError::TooNew),
            _ => Ok(()),
        }
    }
}

/// In one spelling only, since it is signed as a number.
fn time(text: &str) -> Option<(i64, Timestamp)> {
    let seconds: i64 = text.parse().ok()?;
    let time = Timestamp::from_timestamp(seconds, 0)?;
    (seconds.to_string() == text).then_some((seconds, time))
}

/// The signed content is `id.timestamp.body`, so that an id with a full stop would make it that of another message too
/// (specification, "Signature scheme").
pub(super) fn is_id(id: &str) -> bool {
    (1..=255).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}
