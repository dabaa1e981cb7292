use crate::transport::{PublishError, TransportError};
use http::StatusCode;
use serde_json::Value;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a request was not granted.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// There was no answer, or half of one. What was asked for may have been done.
    #[error("Pub/Sub was not reached")]
    Unreached(#[source] Source),
    /// There was no token to ask with.
    #[error("there is no token")]
    NoToken(#[source] TransportError),
    /// It was answered so.
    #[error("Pub/Sub has answered with {0}: {1}")]
    Answered(StatusCode, String),
    /// The answer cannot be read.
    #[error("the answer of Pub/Sub cannot be read")]
    Unreadable(#[source] serde_json::Error),
}

impl Failure {
    /// What an answer says that is not of success.
    pub(super) fn answered(status: StatusCode, body: &[u8]) -> Self {
        let said = serde_json::from_slice::<Value>(body).unwrap_or_default();
        let text = |key: &str| said["error"][key].as_str().map(str::to_owned);
        let of_body = || String::from_utf8_lossy(body).chars().take(200).collect();
        Self::Answered(status, text("message").or_else(|| text("status")).unwrap_or_else(of_body))
    }

    /// Whether what was asked about is not there.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Answered(StatusCode::NOT_FOUND, _))
    }

    /// Whether what was to be made is there already, if something was to be made.
    pub(super) fn is_there_already(&self) -> bool {
        matches!(self, Self::Answered(StatusCode::CONFLICT, _))
    }

    /// Whether it is the request itself that is wrong.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Answered(StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE, _))
    }

    /// Whether it may pass: nobody is there, or too much was asked, or something went wrong at Google. Not that whoever asks is not
    /// known (401) or may not (403).
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Unreached(_) => true,
            Self::NoToken(error) => error.is_transient(),
            Self::Answered(StatusCode::NOT_IMPLEMENTED, _) | Self::Unreadable(_) => false,
            // 409 is `ABORTED` where nothing was to be made.
            Self::Answered(status, _) => {
                matches!(
                    *status,
                    StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS
                ) || status.is_server_error()
            }
        }
    }

    pub(super) fn into_error(self, doing: impl Into<String>) -> TransportError {
        match self.is_transient() {
            true => TransportError::unavailable(doing.into(), self),
            false => TransportError::new(doing.into(), self),
        }
    }

    /// That of a message. What is not about the message itself does not refuse it.
    pub(super) fn of_publishing(self) -> PublishError {
        let is_refusal = self.is_refusal();
        let error = self.into_error("publishing a message with Pub/Sub");
        if is_refusal { PublishError::Refused(error) } else { PublishError::Unavailable(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use crate::transport::PublishError;
    use http::StatusCode;

    fn answered(status: u16) -> Failure {
        Failure::answered(
            StatusCode::from_u16(status).unwrap(),
            br#"{"error":{"code":404,"message":"Topic not found","status":"NOT_FOUND"}}"#,
        )
    }

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        for status in [408, 409, 429, 500, 502, 503, 504] {
            assert!(answered(status).into_error("asking").is_transient(), "{status}");
        }
        for status in [400, 401, 403, 404, 413, 501] {
            assert!(!answered(status).into_error("asking").is_transient(), "{status}");
        }
    }

    #[test]
    fn a_message_is_refused_for_its_own_sake_only() {
        for status in [400, 413] {
            assert!(answered(status).of_publishing().is_refused(), "{status}");
        }
        for status in [401, 403, 404, 429, 503] {
            let error = answered(status).of_publishing();
            assert!(matches!(error, PublishError::Unavailable(_)), "{status}: {error:?}");
        }
    }

    #[test]
    fn an_error_says_what_google_says() {
        assert_eq!(answered(404).to_string(), "Pub/Sub has answered with 404 Not Found: Topic not found");
        let other = Failure::answered(StatusCode::BAD_GATEWAY, b"<html>");
        assert_eq!(other.to_string(), "Pub/Sub has answered with 502 Bad Gateway: <html>");
    }
}
