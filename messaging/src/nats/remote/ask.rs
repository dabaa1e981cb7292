use super::prefix;
use crate::{
    CloudEvent, Topic,
    nats::{connection::Connection, message},
    remote::RequestError,
    transport::TransportError,
};
use async_nats::{Request, RequestErrorKind};
use std::time::Duration;

const DOING: &str = "sending a request with NATS";

impl Connection {
    /// Sends a request, and waits for its reply.
    pub(super) async fn request(
        &self,
        topic: Topic,
        request: &CloudEvent,
        patience: Duration,
    ) -> Result<CloudEvent, RequestError> {
        if self.closing.is_cancelled() {
            return Err(TransportError::closed(DOING).into());
        }
        let link = self.link();
        if !link.is_up {
            // The client would keep it until it has a connection.
            return Err(TransportError::unavailable(DOING, "there is no connection").into());
        }
        let subject = self.subject(&prefix(&self.config), &topic, DOING)?;
        let (headers, data) = message::write(request)?;
        let request = Request::new().headers(headers).payload(data).timeout(Some(patience));
        let mut links = self.link.clone();
        // The client has a limit for the answer alone, and not for what is to be sent before.
        let answered = tokio::time::timeout(patience, self.client.send_request(subject, request));
        let answer = tokio::select! {
            biased;
            answer = answered => answer,
            // Its reply would have come over the connection that is lost.
            _ = links.wait_for(|now| now.losses != link.losses) => return Err(RequestError::TimedOut(patience)),
            () = self.closing.cancelled() => return Err(RequestError::TimedOut(patience)),
        };
        match answer {
            Ok(Ok(reply)) => message::read(reply.headers.as_ref(), reply.payload).map_err(|error| {
                tracing::error!(%topic, %error, "a reply cannot be read");
                RequestError::TimedOut(patience)
            }),
            Ok(Err(error)) => Err(match error.kind() {
                RequestErrorKind::NoResponders => RequestError::NobodyServes(topic),
                RequestErrorKind::MaxPayloadExceeded | RequestErrorKind::InvalidSubject => {
                    TransportError::new(DOING, error).into()
                }
                _ => RequestError::TimedOut(patience),
            }),
            Err(_) => Err(RequestError::TimedOut(patience)),
        }
    }

    /// Waits until the server has heard everything that was said to it before.
    pub(super) async fn round_trip(&self, doing: &'static str) -> Result<(), TransportError> {
        // Nobody has that subject, and the server says so.
        let asked = self.client.send_request(self.client.new_inbox(), Request::new());
        match tokio::time::timeout(self.config.confirm_timeout, asked).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.kind() == RequestErrorKind::NoResponders => Ok(()),
            Ok(Err(error)) => Err(TransportError::unavailable(doing, error)),
            Err(elapsed) => Err(TransportError::unavailable(doing, elapsed)),
        }
    }
}
