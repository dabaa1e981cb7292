use super::VerifyError;
use crate::{cloud_event::CloudEventError, problem::problem};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use factum_core::{Causes, StoreError};
use std::{borrow::Cow, fmt};

/// Why a message was not taken: an answer for its sender, in which nothing of the inside is told.
///
/// | status | why |
/// |---|---|
/// | 204 | it was received before; there is nothing to be done, and no reason to send it again |
/// | 400 | its headers or its body cannot be read |
/// | 403 | it is not signed with one of the secrets, or too old, or from the future |
/// | 413 | it is too large |
/// | 415 | it is in a mode or a format that is not taken |
/// | 422 | it is not an event |
/// | 503 | the inbox does not answer |
///
/// All but the first are problem details of [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRejection {
    status: StatusCode,
    detail: Cow<'static, str>,
}

impl WebhookRejection {
    fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, detail: detail.into() }
    }

    pub(super) fn malformed(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail.to_owned())
    }

    pub(super) fn duplicate() -> Self {
        Self::new(StatusCode::NO_CONTENT, "the message was received before")
    }

    pub(super) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "the message is too large")
    }

    pub(super) fn binary() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "an event is taken as application/cloudevents+json only",
        )
    }

    /// What has failed is for those inside to know.
    pub(super) fn unavailable(error: &StoreError) -> Self {
        tracing::error!(error = %Causes(error), "a webhook is not taken, because its inbox does not answer");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "try again later")
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Whether it was received before.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.status == StatusCode::NO_CONTENT
    }
}

/// A wrong signature is no missing login, which 401 would say, and would have to name a way to log in.
impl From<VerifyError> for WebhookRejection {
    fn from(error: VerifyError) -> Self {
        let status = match error {
            VerifyError::Missing(_) | VerifyError::Malformed(_) => StatusCode::BAD_REQUEST,
            VerifyError::TooOld | VerifyError::TooNew | VerifyError::Signature => StatusCode::FORBIDDEN,
        };
        Self::new(status, error.to_string())
    }
}

impl From<CloudEventError> for WebhookRejection {
    fn from(error: CloudEventError) -> Self {
        let status = match error {
            CloudEventError::Batch | CloudEventError::Format(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, error.to_string())
    }
}

impl fmt::Display for WebhookRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for WebhookRejection {}

impl IntoResponse for WebhookRejection {
    fn into_response(self) -> Response {
        match self.is_duplicate() {
            true => self.status.into_response(),
            false => problem(self.status, &self.detail),
        }
    }
}
