use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use factum::{Causes, prelude::*};
use std::{error::Error, fmt::Write as _};

/// Why a request was not carried out, as problem details of [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).
#[derive(Debug)]
#[must_use = "a problem is an answer"]
pub struct Problem {
    kind: Kind,
    detail: String,
}

/// A kind of problem. Each is an anchor of the page `/problems`, which is what its `type` leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The request cannot be read.
    Malformed,
    /// There is no such thing.
    NotFound,
    /// That cannot be done with it.
    MethodNotAllowed,
    /// It is not in a state for that.
    Conflict,
    /// It is no longer what it was when the client looked.
    Changed,
    /// The body is too large.
    TooLarge,
    /// The body is of a type that is not read here.
    MediaType,
    /// The request can be read, and makes no sense.
    Senseless,
    /// The idempotency key belongs to another request.
    KeyReused,
    /// The store does not answer.
    Unavailable,
    /// Whether it was done is not known.
    Unknown,
    /// The shop has a defect.
    Defect,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Malformed,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::Changed,
        Self::TooLarge,
        Self::MediaType,
        Self::Senseless,
        Self::KeyReused,
        Self::Unavailable,
        Self::Unknown,
        Self::Defect,
    ];

    /// The status of the response, the end of the `type`, and the title.
    const fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed", "The request cannot be read"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is no such thing"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "That cannot be done with it")
            }
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "It is not in a state for that"),
            Self::Changed => (
                StatusCode::PRECONDITION_FAILED,
                "changed",
                "It is no longer what it was when you looked; look again",
            ),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::MediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media-type",
                "The body is of a type that is not read here",
            ),
            Self::Senseless => {
                (StatusCode::UNPROCESSABLE_ENTITY, "senseless", "The request can be read, and makes no sense")
            }
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "key-reused",
                "The idempotency key belongs to another request",
            ),
            Self::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The store does not answer; try again later")
            }
            Self::Unknown => (
                StatusCode::GATEWAY_TIMEOUT,
                "unknown",
                "Whether it was done is not known; send it again with the same idempotency key",
            ),
            Self::Defect => (StatusCode::INTERNAL_SERVER_ERROR, "defect", "The shop has a defect"),
        }
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.facts().0
    }
}

impl Problem {
    /// A problem of a kind, and what is wrong in this case.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// What became of a command. What the domain's own rejection means, `meaning` says.
    pub(super) fn of<E: ToString>(error: SendError<E>, meaning: impl FnOnce(&E) -> Kind) -> Self {
        let kind = match &error {
            SendError::Rejected(rejection) => meaning(rejection),
            SendError::Violations(_) => Kind::Senseless,
            SendError::Invalid(_) => Kind::Malformed,
            SendError::Conflict(_) => Kind::Conflict,
            SendError::KeyReused(_) => Kind::KeyReused,
            SendError::OutcomeUnknown(_) | SendError::TimedOut(_) => Kind::Unknown,
            SendError::Layer(_) => Kind::Unavailable,
            SendError::Store(store) if store.is_transient() => Kind::Unavailable,
            _ => Kind::Defect,
        };
        match error {
            SendError::Rejected(rejection) => Self::new(kind, rejection.to_string()),
            SendError::Violations(violations) => Self::new(kind, violations.to_string()),
            SendError::Invalid(invalid) => Self::new(kind, invalid.to_string()),
            SendError::Conflict(conflict) => Self::new(kind, conflict.to_string()),
            // Which request that was is nobody's business who does not know.
            SendError::KeyReused(_) => Self::new(kind, "the key was sent with another request before"),
            // What is wrong inside is nobody's business outside.
            _ => Self::new(kind, "it is not the request's fault"),
        }
    }

    /// The same, of a command that was to take effect only if nothing has changed.
    pub(super) fn of_expected<E: ToString>(error: SendError<E>, meaning: impl FnOnce(&E) -> Kind) -> Self {
        match error {
            SendError::Conflict(conflict) => Self::new(Kind::Changed, conflict.to_string()),
            other => Self::of(other, meaning),
        }
    }

    /// A failure that is not the client's.
    pub(super) fn failure(error: &(dyn Error + 'static)) -> Self {
        eprintln!("error: {}", Causes(error));
        Self::new(Kind::Unavailable, "it is not the request's fault")
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        Self::failure(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, anchor, title) = self.kind.facts();
        let body = serde_json::json!({
            "type": format!("/problems#{anchor}"),
            "title": title,
            "status": status.as_u16(),
            "detail": self.detail,
        });
        let json = HeaderValue::from_static("application/problem+json");
        (status, [(header::CONTENT_TYPE, json)], body.to_string()).into_response()
    }
}

/// What the `type` of a problem leads to.
pub(super) async fn list() -> Html<String> {
    let mut page = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Problems</title>\
                    <link rel=\"stylesheet\" href=\"/app.css\"><main class=\"text\"><h1>Problems</h1><dl>"
        .to_owned();
    for kind in Kind::ALL {
        let (status, anchor, title) = kind.facts();
        write!(page, "<dt id=\"{anchor}\">{anchor} <small>{}</small></dt><dd>{title}.</dd>", status.as_u16())
            .expect("text can be written to a String");
    }
    page.push_str("</dl></main></html>");
    Html(page)
}
