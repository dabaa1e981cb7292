use super::{
    consuming::Options,
    handler::Handler,
    lanes::Lanes,
    letter::{self, Letter},
    queues::Queues,
};
use crate::{
    CloudEvent,
    cloud_event::extension,
    transport::{Incoming, Transport},
};
use async_trait::async_trait;
use factum_core::{
    Append, AppendError, Causes, CheckpointKey, EventEnum as _, RecordedEvent, StoreError,
    bus::Backoff,
    checkpoint::AdvanceError,
    projection::ProjectionError,
    sink::{CommitError, Sink},
    store::EventStore,
};
use factum_projections::sole::{Sole, Turn};
use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use std::{collections::HashSet, panic::AssertUnwindSafe, sync::Arc, time::Duration};

/// How long to wait before a message is tried again.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));

/// Listens, and handles what comes in. Of all nodes, one does.
pub(super) struct Listening<H, K> {
    pub(super) handler: Arc<H>,
    /// The checkpoint of whoever handles the letters; its consumer is in whose name messages are received.
    pub(super) inbox: CheckpointKey,
    pub(super) sink: K,
    pub(super) store: Arc<dyn EventStore>,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) options: Options,
}

/// A message that is of a type that is handled.
struct Message {
    incoming: Incoming,
    record: RecordedEvent,
    /// What it is in order with.
    lane: String,
}

/// What has become of a message.
enum Outcome {
    /// It has been handled, or given up; its broker can forget it.
    Done,
    /// It has to become a letter, for this reason, or because of one before it.
    Letter(Option<String>),
    /// There was no time for it.
    GivenBack,
}

#[async_trait]
impl<K: Sink, H: Handler<K>> Sole for Listening<H, K> {
    async fn run(&self, turn: &Turn) -> Result<(), CommitError> {
        let listen = self.options.listen(H::NAME).map_err(|error| CommitError::Work(error.into()))?;
        let lanes = Lanes::load(self.sink.clone(), Arc::clone(&self.store), self.inbox.clone(), H::NAME);
        let lanes = lanes.await.map_err(AdvanceError::from)?;
        let mut feed =
            self.transport.listen(listen).await.map_err(|error| CommitError::Work(error.into()))?;
        tracing::info!(consumer = H::NAME, transport = self.transport.name(), "listens");
        let at_once = if H::TOGETHER > 1 { 1 } else { self.options.at_once.get() };
        let (mut queues, mut running) = (Queues::new(), FuturesUnordered::new());
        loop {
            while running.len() < at_once {
                let Some((key, messages)) = queues.next(H::TOGETHER) else { break };
                running.push(self.see_to(turn, &lanes, key, messages));
            }
            tokio::select! {
                biased;
                () = turn.ended() => break,
                Some(key) = running.next(), if !running.is_empty() => queues.done(key?),
                next = feed.next() => match next {
                    Some(Ok(incoming)) => {
                        if let Some(message) = self.read(incoming).await {
                            // Those that are handled together are in one queue.
                            let key = if H::TOGETHER > 1 { String::new() } else { message.lane.clone() };
                            queues.push(key, message);
                        }
                    }
                    Some(Err(error)) => return Err(CommitError::Work(error.into())),
                    None => {
                        tracing::warn!(consumer = H::NAME, "its transport was closed");
                        turn.ended().await;
                        break;
                    }
                },
            }
        }
        // What was begun is finished; the feed is there until then, for what is to be acknowledged.
        while let Some(key) = running.next().await {
            key?;
        }
        Ok(())
    }
}

impl<K: Sink, H: Handler<K>> Listening<H, K> {
    /// A message, if it is to be handled.
    async fn read(&self, incoming: Incoming) -> Option<Message> {
        let settled = match incoming.event.to_recorded() {
            Ok(record) if H::Event::TYPES.iter().any(|of| of.name() == record.event_type.as_str()) => {
                let lane = lane(&incoming);
                return Some(Message { incoming, record, lane });
            }
            Ok(_) => incoming.ack().await,
            Err(error) => {
                let error = Causes(&error).to_string();
                tracing::error!(consumer = H::NAME, topic = %incoming.topic, error, "message is rejected");
                incoming.reject().await
            }
        };
        if let Err(error) = settled {
            tracing::warn!(consumer = H::NAME, error = %Causes(&error), "message will come again");
        }
        None
    }

    /// Handles the messages of a queue, and settles them.
    async fn see_to(
        &self,
        turn: &Turn,
        lanes: &Lanes<K>,
        key: String,
        messages: Vec<Message>,
    ) -> Result<String, CommitError> {
        if H::ACKNOWLEDGES_FIRST {
            for message in messages {
                self.handle_once(message).await;
            }
            return Ok(key);
        }
        let (mut free, mut behind) = (Vec::new(), Vec::new());
        for message in messages {
            let stream =
                letter::stream(H::NAME, &message.lane).map_err(|error| CommitError::Work(error.into()))?;
            let holds = lanes.holds(&stream).await.map_err(AdvanceError::from)?;
            if holds { behind.push(message) } else { free.push(message) }
        }
        let outcomes = self.handle(turn, &free).await;
        let behind = behind.into_iter().map(|message| (message, Outcome::Letter(None)));
        for (message, outcome) in free.into_iter().zip(outcomes).chain(behind) {
            self.settle(lanes, message, outcome).await?;
        }
        Ok(key)
    }

    async fn handle_once(&self, Message { incoming, record, .. }: Message) {
        let topic = incoming.topic.clone();
        if let Err(error) = incoming.ack().await {
            // It comes again, and is handled then.
            return tracing::warn!(consumer = H::NAME, error = %Causes(&error), "message will come again");
        }
        if let Err(error) = self.attempt(&[&record]).await {
            tracing::error!(consumer = H::NAME, %topic, error = %Causes(&error), "message is lost");
        }
    }

    /// Handles messages, one after the other, and says of each what has become of it.
    async fn handle(&self, turn: &Turn, messages: &[Message]) -> Vec<Outcome> {
        let mut failed = HashSet::new();
        let mut outcomes = Vec::with_capacity(messages.len());
        if messages.len() > 1 {
            let records: Vec<_> = messages.iter().map(|message| &message.record).collect();
            if self.attempt(&records).await.is_ok() {
                return messages.iter().map(|_| Outcome::Done).collect();
            }
        }
        // One of them is the reason, or several are.
        for message in messages {
            if failed.contains(&message.lane) {
                outcomes.push(Outcome::Letter(None));
                continue;
            }
            let outcome = self.handle_one(turn, message).await;
            if !matches!(outcome, Outcome::Done) {
                failed.insert(&message.lane);
            }
            outcomes.push(outcome);
        }
        outcomes
    }

    /// Tries a message as often as it is to be tried; for as long as it takes if it is the store that fails.
    async fn handle_one(&self, turn: &Turn, message: &Message) -> Outcome {
        let (mut attempts, mut failed) = (0_u32, 0_u32);
        loop {
            let error = match self.attempt(&[&message.record]).await {
                Ok(()) => return Outcome::Done,
                Err(error) => error,
            };
            failed = failed.saturating_add(1);
            match &error {
                ProjectionError::Store(error) if error.is_transient() => {}
                ProjectionError::Decode(_) => return Outcome::Letter(Some(Causes(&error).to_string())),
                _ => attempts += 1,
            }
            if attempts >= self.options.attempts {
                return Outcome::Letter(Some(Causes(&error).to_string()));
            }
            tracing::warn!(
                consumer = H::NAME, topic = %message.incoming.topic, error = %Causes(&error), "message is tried again"
            );
            tokio::select! {
                () = turn.ended() => return Outcome::GivenBack,
                () = tokio::time::sleep(PAUSES.before(failed.saturating_add(1))) => {}
            }
        }
    }

    async fn attempt(&self, records: &[&RecordedEvent]) -> Result<(), ProjectionError> {
        let events: Result<Vec<_>, _> = records.iter().map(|record| (*record).clone().decode()).collect();
        catching(self.handler.handle(&self.sink, &self.inbox, &events?)).await
    }

    async fn settle(&self, lanes: &Lanes<K>, message: Message, outcome: Outcome) -> Result<(), CommitError> {
        let Message { incoming, lane, .. } = message;
        let settled = match outcome {
            Outcome::GivenBack => return Ok(()),
            Outcome::Done => incoming.ack().await,
            Outcome::Letter(error) => match self.write(lanes, &incoming, &lane, error).await {
                Ok(()) => incoming.ack().await,
                Err(AppendError::Store(error)) => return Err(AdvanceError::from(error).into()),
                Err(error) => {
                    let topic = &incoming.topic;
                    tracing::error!(consumer = H::NAME, %topic, error = %Causes(&error), "message is rejected");
                    incoming.reject().await
                }
            },
        };
        if let Err(error) = settled {
            tracing::warn!(consumer = H::NAME, error = %Causes(&error), "message will come again");
        }
        Ok(())
    }

    /// Keeps a message as a letter.
    async fn write(
        &self,
        lanes: &Lanes<K>,
        incoming: &Incoming,
        lane: &str,
        error: Option<String>,
    ) -> Result<(), AppendError> {
        tracing::warn!(
            consumer = H::NAME, topic = %incoming.topic, key = lane, error = error.as_deref(), "message becomes a letter"
        );
        let letter = Letter::of(H::NAME, lane, &incoming.topic, &incoming.event, error);
        let letter = letter.map_err(|error| StoreError::new("writing a letter", error))?;
        let stream = letter.stream.clone();
        match self.store.append_one(Append::new([letter])).await {
            Ok(receipt) => lanes.hold(stream, receipt.position()),
            // It was written before, and came again because its broker had not heard of that.
            Err(AppendError::DuplicateEvent(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// What a message is in order with.
fn lane(incoming: &Incoming) -> String {
    let CloudEvent { subject, .. } = &incoming.event;
    let key = incoming.event.extension(extension::PARTITION_KEY).and_then(|key| key.as_text());
    key.or(subject.as_deref()).unwrap_or(incoming.topic.as_str()).to_owned()
}

/// A handler's own code, whose panic must not end more than it has to.
pub(super) async fn catching(
    code: impl Future<Output = Result<(), ProjectionError>>,
) -> Result<(), ProjectionError> {
    let outcome = AssertUnwindSafe(code).catch_unwind().await;
    outcome.unwrap_or_else(|panic| Err(ProjectionError::panicked(panic)))
}
