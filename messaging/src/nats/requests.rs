use super::connection::Connection;
use crate::transport::TransportError;
use async_nats::{Client, Message, Subscriber};
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::json;
use std::{num::NonZeroU16, time::Duration};
use tokio::time::Instant;

/// How long the server remembers that it was asked.
const EXPIRES: Duration = Duration::from_secs(30);
/// How often it says that it has nothing. It lets it be at most half of the above.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// What a consumer was asked for, and where its answers come.
pub(super) struct Requests {
    client: Client,
    /// Where to ask.
    subject: String,
    inbox: String,
    answers: Subscriber,
    /// So many messages were asked for that have not come.
    asked: usize,
    /// When something last came, or was asked for after a while in which nothing was.
    heard: Instant,
}

impl Requests {
    pub(super) async fn open(connection: &Connection, consumer: &str) -> Result<Self, TransportError> {
        let client = connection.client.clone();
        let inbox = client.new_inbox();
        let answers = client.subscribe(inbox.clone()).await;
        let answers = answers.map_err(|error| TransportError::unavailable("listening with NATS", error))?;
        let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{}.{consumer}", connection.config.stream);
        Ok(Self { client, subject, inbox, answers, asked: 0, heard: Instant::now() })
    }

    /// Asks for what there is room for beyond what was asked for. Not for each message: once it is half of the prefetch.
    pub(super) async fn ask(&mut self, room: usize, prefetch: NonZeroU16) -> Result<(), TransportError> {
        let more = room.saturating_sub(self.asked);
        if more == 0 || (self.asked > 0 && 2 * more < usize::from(prefetch.get())) {
            return Ok(());
        }
        let request = json!({
            "batch": more,
            "expires": u64::try_from(EXPIRES.as_nanos()).unwrap_or(u64::MAX),
            "idle_heartbeat": u64::try_from(HEARTBEAT.as_nanos()).unwrap_or(u64::MAX),
        });
        let asked = self.client.publish_with_reply(
            self.subject.clone(),
            self.inbox.clone(),
            request.to_string().into(),
        );
        asked.await.map_err(|error| TransportError::unavailable("asking NATS for messages", error))?;
        if self.asked == 0 {
            self.heard = Instant::now();
        }
        self.asked += more;
        Ok(())
    }

    /// The next answer; never if the client has ended. Safe to cancel.
    pub(super) async fn next(&mut self) -> Message {
        match self.answers.next().await {
            Some(message) => {
                self.heard = Instant::now();
                message
            }
            None => std::future::pending().await,
        }
    }

    /// An answer that has come already.
    pub(super) fn ready(&mut self) -> Option<Message> {
        self.answers.next().now_or_never().flatten()
    }

    /// Asks for nothing any more. What was on its way comes still, and then `None`.
    pub(super) async fn end(&mut self) {
        let _ = self.answers.drain().await;
    }

    /// The next of what was on its way when it was [ended](Self::end).
    pub(super) async fn last(&mut self) -> Option<Message> {
        self.answers.next().await
    }

    /// A message has come that was asked for.
    pub(super) fn brought(&mut self) {
        self.asked = self.asked.saturating_sub(1);
    }

    /// The server has said how it is with what it was asked for.
    pub(super) fn answered(&mut self, status: &Message) {
        if status.status == Some(async_nats::StatusCode::IDLE_HEARTBEAT) {
            return;
        }
        // An end, by its time or for another reason. The server says how many messages it will not bring any more; servers before 2.9
        // did not, and had only one request at a time of those that are kept.
        let pending = status.headers.as_ref().and_then(|headers| headers.get("Nats-Pending-Messages"));
        let pending = pending.and_then(|pending| pending.as_str().parse().ok()).unwrap_or(self.asked);
        self.asked = self.asked.saturating_sub(pending);
    }

    /// When the server has said nothing for too long, if nothing comes before.
    pub(super) fn silent_at(&self) -> Option<Instant> {
        (self.asked > 0).then(|| self.heard + 3 * HEARTBEAT)
    }
}
