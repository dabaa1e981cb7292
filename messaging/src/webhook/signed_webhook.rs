use super::{Receiver, WebhookRejection, headers::Headers};
use crate::{
    CloudEvent,
    cloud_event::{Binding, media_type},
};
use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{FromRef, FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use factum_core::{Timestamp, store::now};
use http_body_util::LengthLimitError;
use std::error::Error;

/// A message of another application whose signature is right, which is not too old, and which was not received before: an
/// extractor of axum. What is asked of messages says a [`Receiver`], in the state of the router.
///
/// ```
/// use axum::{Router, extract::FromRef, http::StatusCode, routing::post};
/// use factum_core::ConsumerName;
/// use factum_messaging::webhook::{Receiver, Secret, SignedWebhook, WebhookRejection};
/// use factum_store_memory::MemoryStore;
///
/// async fn paid(webhook: SignedWebhook) -> Result<StatusCode, WebhookRejection> {
///     let event = webhook.event()?;
///     println!("{} of {:?}", event.event_type, event.subject);
///     webhook.handled().await?;
///     Ok(StatusCode::NO_CONTENT)
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
/// let payments = Receiver::at_least_once(ConsumerName::new("payments")?, MemoryStore::new(), secret);
/// let router: Router = Router::new().route("/hooks/payments", post(paid)).with_state(payments);
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "what is not handled is delivered again"]
pub struct SignedWebhook {
    /// Its id, the same however often it is delivered.
    pub id: String,
    /// When it was sent, this time.
    pub time: Timestamp,
    /// Its body, as it was signed.
    pub body: Bytes,
    headers: HeaderMap,
    receiver: Receiver,
}

impl SignedWebhook {
    /// The event that it brings.
    ///
    /// # Errors
    /// [`WebhookRejection`] when it brings none, or in binary mode, which is not [allowed](Receiver::allow_binary).
    pub fn event(&self) -> Result<CloudEvent, WebhookRejection> {
        let content_type = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !self.receiver.allows_binary() && !essence.eq_ignore_ascii_case(media_type::EVENT) {
            return Err(WebhookRejection::binary());
        }
        Ok(CloudEvent::from_message(Binding::Http, content_type, text(&self.headers), self.body.clone())?)
    }

    /// Says that it was handled, so that it is not handled again when it comes again. For a [`Receiver::at_least_once`];
    /// with another one, nothing is left to be done.
    ///
    /// # Errors
    /// [`WebhookRejection`] when the inbox does not answer. The message is then sent, and handled, again.
    pub async fn handled(&self) -> Result<(), WebhookRejection> {
        self.receiver.keep(&self.id).await
    }
}

impl<S> FromRequest<S> for SignedWebhook
where
    S: Send + Sync,
    Receiver: FromRef<S>,
{
    type Rejection = WebhookRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookRejection> {
        let receiver = Receiver::from_ref(state);
        let (parts, body) = request.into_parts();
        // Of one who has no signature, or an old one, no body is read.
        let headers = Headers::read(text(&parts.headers))?;
        headers.check_time(now(), receiver.time_tolerance())?;
        let body = read(body, receiver.most_bytes()).await?;
        let verified = receiver.secrets().verify_signature(&headers, &body)?;
        if !receiver.is_new(&verified.id).await? {
            return Err(WebhookRejection::duplicate());
        }
        Ok(Self { id: verified.id, time: verified.time, body, headers: parts.headers, receiver })
    }
}

async fn read(body: Body, most: usize) -> Result<Bytes, WebhookRejection> {
    if body.size_hint().lower() > most as u64 {
        return Err(WebhookRejection::too_large());
    }
    to_bytes(body, most).await.map_err(|error| {
        let is_too_large = error.source().is_some_and(<dyn Error>::is::<LengthLimitError>);
        match is_too_large {
            true => WebhookRejection::too_large(),
            false => WebhookRejection::malformed("the body cannot be read"),
        }
    })
}

/// Headers that are not text are none of those that are looked for.
fn text(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
}
