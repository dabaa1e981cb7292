use super::{Secrets, headers::Headers, secrets::before_body};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use factum_core::Timestamp;
use std::time::Duration;
use subtle::{Choice, ConstantTimeEq as _};

/// What is known of a message whose signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Its id, the same however often it is delivered.
    pub id: String,
    /// When it was sent, this time; to the second.
    pub time: Timestamp,
}

impl Secrets {
    /// Whether a message was signed with one of the secrets, and not long before `now`. `headers` are those of the request, or
    /// those three of them that matter; their names may be in any case.
    ///
    /// Signatures are compared in a time that does not depend on where they differ. Those of other versions than `v1` are
    /// left out. What was delivered before within the `tolerance` is accepted again: whoever must not act on it twice keeps
    /// the [id](Verified::id).
    ///
    /// # Errors
    /// [`VerifyError`]: why the message is not to be believed.
    pub fn verify<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: &[u8],
        now: Timestamp,
        tolerance: Duration,
    ) -> Result<Verified, VerifyError> {
        let headers = Headers::read(headers)?;
        headers.check_time(now, tolerance)?;
        self.verify_signature(&headers, body)
    }

    pub(super) fn verify_signature(
        &self,
        headers: &Headers<'_>,
        body: &[u8],
    ) -> Result<Verified, VerifyError> {
        let before = before_body(headers.id, headers.seconds);
        let given: Vec<_> = headers
            .signatures
            .split(' ')
            .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok())
            .collect();
        // Every pair is compared, and each message is hashed once for each secret, however many signatures it has.
        let mut is_one = Choice::from(0);
        for secret in &self.secrets {
            let right = secret.sign(&before, body);
            for signature in &given {
                is_one |= right.as_ref().ct_eq(signature);
            }
        }
        match is_one.into() {
            true => Ok(Verified { id: headers.id.to_owned(), time: headers.time }),
            false => Err(VerifyError::Signature),
        }
    }
}

/// Why a message is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It lacks this header.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// This header is not what it has to be, or is there twice.
    #[error("the header {0} cannot be read")]
    Malformed(&'static str),
    /// It was sent too long ago, and may have been delivered before.
    #[error("the message is too old")]
    TooOld,
    /// It is from the future.
    #[error("the message is from the future")]
    TooNew,
    /// None of its signatures is made with one of the secrets: it is from somebody else, or was changed on its way.
    #[error("the signature is wrong")]
    Signature,
}
