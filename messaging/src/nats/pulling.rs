use super::{
    connection::{Connection, Link},
    message,
    name::durable,
    requests::Requests,
    settle::{Command, Key, NatsSettle},
    subject,
};
use crate::transport::{Incoming, Listen, Settle as _, Settlement, TransportError};
use async_nats::{
    Message, StatusCode, Subject,
    jetstream::{self, AckKind},
};
use factum_core::Causes;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::{Instant, MissedTickBehavior},
};

/// The task of a feed: asks the server for as many messages as there is room for, hands them out, tells the server that they are in
/// hand, and what has become of them.
pub(super) struct Pulling {
    connection: Arc<Connection>,
    listen: Listen,
    /// The durable consumer.
    name: String,
    /// How often the consumer was made known. What is held of an earlier one is settled with nobody.
    consumer: u32,
    requests: Requests,
    /// What was received and is not settled. With what is asked for, it is never more than the prefetch.
    held: HashMap<Key, Held>,
    /// The newest that were acknowledged here, by their places in the stream: the server may not have heard, and a consumer that follows
    /// this one brings them again.
    done: BTreeSet<u64>,
    /// From the handlers of messages; and the other end, to give to them.
    commands: UnboundedReceiver<(Key, Command)>,
    tell: UnboundedSender<(Key, Command)>,
    out: UnboundedSender<Result<Incoming, TransportError>>,
    link: Link,
    /// When to make the consumer known again, if the server seems not to know it.
    retry: Option<Instant>,
}

struct Held {
    /// Where to acknowledge it.
    reply: Subject,
    /// When the server last heard that it is in hand, or delivered it.
    heard: Instant,
}

/// Before the consumer is made known again.
const RETRY: Duration = Duration::from_millis(250);
/// So many messages are known to have been acknowledged.
const DONE: usize = 65_536;
/// How long what is on its way may take at the end.
const LAST: Duration = Duration::from_secs(1);

/// Listens, and returns what is received.
pub(super) async fn pull(
    connection: Arc<Connection>,
    listen: Listen,
) -> Result<UnboundedReceiver<Result<Incoming, TransportError>>, TransportError> {
    let link = connection.link();
    let name = match listen.alone {
        true => connection.succeed(&listen).await?,
        false => {
            let name = durable(&listen.consumer);
            connection.declare(&listen, name.clone(), true).await?;
            name
        }
    };
    let requests = Requests::open(&connection, &name).await?;
    let (out, received) = mpsc::unbounded_channel();
    let (tell, commands) = mpsc::unbounded_channel();
    let pulling = Pulling {
        connection: Arc::clone(&connection),
        listen,
        name,
        consumer: 0,
        requests,
        held: HashMap::new(),
        done: BTreeSet::new(),
        commands,
        tell,
        out,
        link,
        retry: None,
    };
    connection.feeds.spawn(pulling.run());
    Ok(received)
}

impl Pulling {
    async fn run(mut self) {
        let closing = self.connection.closing.clone();
        let out = self.out.clone();
        let mut links = self.connection.link.clone();
        let mut ticks =
            tokio::time::interval((self.connection.config.ack_wait / 3).max(Duration::from_millis(10)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_asking = self.link.is_up && self.retry.is_none();
            if is_asking && let Err(error) = self.requests.ask(self.room(), self.listen.prefetch).await {
                tracing::debug!(consumer = self.name, error = ?error, "messages were not asked for");
                self.retry = Some(Instant::now() + RETRY);
            }
            let silent = self.requests.silent_at();
            let retry = self.retry;
            tokio::select! {
                biased;
                () = closing.cancelled() => break,
                () = out.closed() => break,
                Some((key, command)) = self.commands.recv() => self.settle(key, command).await,
                Ok(()) = links.changed() => {
                    let link = *links.borrow_and_update();
                    if let Err(error) = self.linked(link).await {
                        let _ = self.out.send(Err(error));
                        break;
                    }
                }
                _ = ticks.tick() => self.hold().await,
                () = until(retry), if self.link.is_up => {
                    if let Err(error) = self.declare().await {
                        let _ = self.out.send(Err(error));
                        break;
                    }
                }
                () = until(silent), if is_asking => {
                    tracing::warn!(consumer = self.name, "NATS is silent, and is asked for messages again");
                    self.retry = Some(Instant::now());
                }
                message = self.requests.next() => self.received(message),
            }
        }
        self.give_back().await;
    }

    fn room(&self) -> usize {
        usize::from(self.listen.prefetch.get()).saturating_sub(self.held.len())
    }

    /// Whether the connection is there again, over which messages were asked for.
    async fn linked(&mut self, link: Link) -> Result<(), TransportError> {
        let was_lost = link.losses != self.link.losses || !self.link.is_up;
        self.link = link;
        if link.is_up && was_lost {
            self.reopen().await?;
        }
        Ok(())
    }

    /// Asks anew for all messages that there is room for, at another subject, so that what was asked before brings none.
    async fn reopen(&mut self) -> Result<(), TransportError> {
        // What has come in already is not lost.
        while let Some(message) = self.requests.ready() {
            self.received(message);
        }
        let closing = self.connection.closing.clone();
        let opened = tokio::select! {
            opened = self.open_again() => opened,
            () = closing.cancelled() => return Ok(()),
        };
        match opened {
            Ok(requests) => (self.requests, self.retry) = (requests, None),
            Err(error) if error.is_transient() => {
                tracing::warn!(consumer = self.name, error = ?error, "messages are not asked for yet");
                self.retry = Some(Instant::now() + RETRY);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn open_again(&mut self) -> Result<Requests, TransportError> {
        if self.listen.alone {
            // What was sent here and did not arrive would come again only when `ack_wait` is over, after newer messages.
            self.name = self.connection.succeed_again(&self.listen, &self.name).await?;
        }
        Requests::open(&self.connection, &self.name).await
    }

    /// Makes the consumer known again, in case that it is not.
    async fn declare(&mut self) -> Result<(), TransportError> {
        let closing = self.connection.closing.clone();
        let connection = Arc::clone(&self.connection);
        let declared = tokio::select! {
            declared = connection.declare_again(&self.listen, &self.name) => declared,
            () = closing.cancelled() => return Ok(()),
        };
        match declared {
            Ok(()) => self.reopen().await?,
            Err(error) if error.is_transient() => {
                tracing::warn!(consumer = self.name, error = ?error, "NATS has no messages to give yet");
                self.retry = Some(Instant::now() + RETRY);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn received(&mut self, message: Message) {
        match message.status {
            None | Some(StatusCode::OK) => self.take(message),
            Some(status) => {
                self.requests.answered(&message);
                let is_deleted = message.description.as_deref() == Some("Consumer Deleted");
                if is_deleted {
                    tracing::warn!(consumer = self.name, "consumer of NATS was deleted, and is made anew");
                    self.held.clear();
                    self.done.clear();
                    self.consumer += 1;
                }
                if is_deleted || status == StatusCode::NO_RESPONDERS {
                    self.retry = Some(Instant::now() + RETRY);
                }
            }
        }
    }

    fn take(&mut self, message: Message) {
        self.requests.brought();
        let context = self.connection.jetstream.clone();
        let jetstream::Message { message, .. } = match delivery(jetstream::Message { message, context }) {
            Ok((key_sequence, attempt, message)) => return self.hand_out(key_sequence, attempt, message),
            Err(message) => *message,
        };
        tracing::warn!(consumer = self.name, subject = %message.subject, "what came in is not of a stream");
    }

    fn hand_out(&mut self, sequence: u64, attempt: u32, message: Message) {
        let key = Key { consumer: self.consumer, sequence };
        let Some(reply) = message.reply else { return };
        let held = Held { reply: reply.clone(), heard: Instant::now() };
        if self.held.insert(key, held).is_some() {
            // The server had not heard that it is in hand, while there was no connection. It need not be handled twice for that.
            return;
        }
        if self.done.contains(&sequence) {
            let _ = self.tell.send((key, Command::Ack));
            return;
        }
        let prefix = format!("{}.", self.connection.config.prefix);
        let topic = message.subject.strip_prefix(prefix.as_str()).and_then(subject::decode);
        let event = message::read(message.headers.as_ref(), message.payload.clone());
        let settle = NatsSettle {
            connection: Arc::clone(&self.connection),
            commands: self.tell.clone(),
            key,
            reply,
            consumer: self.name.clone(),
            subject: message.subject,
            headers: message.headers,
            payload: message.payload,
        };
        let error = match (topic, event) {
            (Some(topic), _) if !self.listen.patterns.iter().any(|pattern| pattern.matches(&topic)) => {
                // A filter had to be wider than the patterns.
                let _ = self.tell.send((key, Command::Ack));
                return;
            }
            (Some(topic), Ok(event)) => {
                // If nobody takes it, it is dropped, and so given back.
                let _ = self.out.send(Ok(Incoming::new(topic, event, attempt, settle)));
                return;
            }
            (None, _) => "its subject is not a topic".to_owned(),
            (_, Err(error)) => Causes(&error).to_string(),
        };
        tracing::error!(consumer = self.name, subject = %settle.subject, error, "message of NATS is rejected");
        self.connection.feeds.spawn(async move {
            if let Err(error) = Box::new(settle).settle(Settlement::Rejected).await {
                tracing::warn!(error = ?error, "message of NATS that cannot be read will come again");
            }
        });
    }

    async fn settle(&mut self, key: Key, command: Command) {
        let Some(Held { reply, .. }) = self.held.remove(&key) else { return };
        if self.listen.alone && !matches!(command, Command::Again(_)) {
            self.done.insert(key.sequence);
            if self.done.len() > DONE {
                self.done.pop_first();
            }
        }
        let kind = match command {
            Command::Ack => AckKind::Ack,
            Command::Term => AckKind::Term,
            Command::Again(Duration::ZERO) => AckKind::Nak(None),
            Command::Again(pause) => AckKind::Nak(Some(pause)),
            Command::Release => return,
        };
        self.tell_server(reply, kind).await;
    }

    /// Tells the server what is in hand for some time.
    async fn hold(&mut self) {
        let now = Instant::now();
        let long = self.connection.config.ack_wait / 4;
        let mut replies = Vec::new();
        for held in self.held.values_mut().filter(|held| now - held.heard >= long) {
            held.heard = now;
            replies.push(held.reply.clone());
        }
        for reply in replies {
            self.tell_server(reply, AckKind::Progress).await;
        }
    }

    async fn tell_server(&self, reply: Subject, kind: AckKind) {
        // The client keeps it while there is no connection, and has room for so much; the feed must not hang.
        let told = self.connection.client.publish(reply, kind.into());
        let told = tokio::time::timeout(self.connection.config.confirm_timeout, told).await;
        if !matches!(told, Ok(Ok(()))) {
            tracing::warn!(
                consumer = self.name,
                ?kind,
                "NATS could not be told of a message, which comes again"
            );
        }
    }

    /// What was settled is told; all else comes again, here or elsewhere.
    async fn give_back(mut self) {
        // First, or what is given back would be brought to where nobody asks any more, instead of to others.
        if self.link.is_up && tokio::time::timeout(LAST, self.end()).await.is_err() {
            tracing::debug!(consumer = self.name, "what was on its way comes again later");
        }
        self.commands.close();
        while let Some((key, command)) = self.commands.recv().await {
            self.settle(key, command).await;
        }
        for Held { reply, .. } in std::mem::take(&mut self.held).into_values() {
            self.tell_server(reply, AckKind::Nak(None)).await;
        }
    }

    /// Asks for nothing any more, and waits for what is on its way.
    async fn end(&mut self) {
        self.requests.end().await;
        while let Some(message) = self.requests.last().await {
            if message.status.is_none() {
                self.take(message);
            }
        }
        // A server before 2.10 that finds a request of somebody who has gone forgets what it was about to give back to it, until
        // `ack_wait` is over. Asked about the consumer, it looks through its requests.
        let subject = format!("CONSUMER.INFO.{}.{}", self.connection.config.stream, self.name);
        let _ = self
            .connection
            .ask::<serde_json::Value>("ending a feed of NATS", subject, &serde_json::json!({}))
            .await;
    }
}

/// The place of a message in the stream, and for how many times it was delivered.
fn delivery(message: jetstream::Message) -> Result<(u64, u32, Message), Box<jetstream::Message>> {
    let of =
        message.info().map(|info| (info.stream_sequence, u32::try_from(info.delivered).unwrap_or(u32::MAX)));
    match of {
        Ok((sequence, attempt)) => Ok((sequence, attempt, message.message)),
        Err(_) => Err(Box::new(message)),
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
