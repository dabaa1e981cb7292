use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    hmac,
    rand::{SecureRandom as _, SystemRandom},
};
use std::{fmt, ops::RangeInclusive, str::FromStr};

/// With what messages are signed, which the sender and the receiver know and nobody else: 24 to 64 random bytes, written as
/// `whsec_` and their Base64 ([specification], "Symmetric").
///
/// Its `Debug` shows nothing of it. Whoever has to be told it is told what [`Secret::reveal`] returns.
///
/// ```
/// use factum_messaging::webhook::Secret;
///
/// let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
/// assert_eq!(format!("{secret:?}"), "Secret(…)");
/// # Ok::<(), factum_messaging::webhook::InvalidSecret>(())
/// ```
///
/// [specification]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
#[derive(Clone)]
pub struct Secret {
    bytes: Vec<u8>,
    key: hmac::Key,
}

/// So many bytes a secret has.
const BYTES: RangeInclusive<usize> = 24..=64;
/// So many a new one has: those of the hash, of which more would not make it harder to guess.
const NEW_BYTES: usize = 32;
const PREFIX: &str = "whsec_";

impl Secret {
    /// A new one, from the random numbers of the operating system.
    ///
    /// # Panics
    /// Where the operating system has no random numbers.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = vec![0; NEW_BYTES];
        SystemRandom::new().fill(&mut bytes).expect("the operating system has random numbers");
        Self::of(bytes)
    }

    /// Of these bytes.
    ///
    /// # Errors
    /// [`InvalidSecret::Length`] when they are fewer than 24 or more than 64.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, InvalidSecret> {
        let bytes = bytes.into();
        match BYTES.contains(&bytes.len()) {
            true => Ok(Self::of(bytes)),
            false => Err(InvalidSecret::Length(bytes.len())),
        }
    }

    fn of(bytes: Vec<u8>) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        Self { bytes, key }
    }

    /// The secret as text, `whsec_…`: for whoever has to be told it.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.bytes))
    }

    /// The signature of the two, one after the other.
    pub(super) fn sign(&self, before: &str, body: &[u8]) -> hmac::Tag {
        let mut signing = hmac::Context::with_key(&self.key);
        signing.update(before.as_bytes());
        signing.update(body);
        signing.sign()
    }
}

/// Reads `whsec_` and Base64; the prefix may be missing, as the libraries of Standard Webhooks have it.
impl FromStr for Secret {
    type Err = InvalidSecret;

    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let base64 = text.strip_prefix(PREFIX).unwrap_or(text);
        // What is wrong with it is not said: errors are logged, and secrets are not.
        let bytes = STANDARD.decode(base64).map_err(|_| InvalidSecret::Base64)?;
        Self::from_bytes(bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why something is no [`Secret`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSecret {
    /// It is not Base64 after `whsec_`.
    #[error("a secret is `whsec_` and Base64")]
    Base64,
    /// It has so many bytes.
    #[error("a secret has {first} to {last} bytes, and this one has {0}", first = BYTES.start(), last = BYTES.end())]
    Length(usize),
}
