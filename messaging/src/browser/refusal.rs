use crate::problem::problem;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use factum_core::{Causes, StoreError};
use std::borrow::Cow;

/// Why somebody gets to see nothing.
#[derive(Debug)]
pub(super) enum Refusal {
    /// What is asked for makes no sense, as said here.
    Senseless(String),
    /// The position is not one of this log.
    Elsewhere,
    /// A page of another site asks, in the name of its visitor.
    Origin,
    /// The server is about to end, or the log cannot be read.
    Unavailable,
}

impl Refusal {
    /// Of a log that could not be subscribed to. What has failed is for those inside to know.
    pub(super) fn of(error: &StoreError) -> Self {
        if error.is_incompatible() {
            return Self::Elsewhere;
        }
        tracing::error!(error = %Causes(error), "the log cannot be shown to a browser");
        Self::Unavailable
    }

    pub(super) fn detail(&self) -> Cow<'_, str> {
        match self {
            Self::Senseless(why) => why.into(),
            Self::Elsewhere => "the position is beyond the end of the log".into(),
            Self::Origin => "the page is of another site".into(),
            Self::Unavailable => "try again later".into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Senseless(_) => StatusCode::BAD_REQUEST,
            Self::Elsewhere => StatusCode::CONFLICT,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        problem(status, &self.detail())
    }
}
