use super::{
    connection::{Connection, json},
    failure::Failure,
    message::{self, Message},
    settle::{Command, PubsubSettle},
    telling::{Word, Words, seconds},
};
use crate::transport::{Incoming, Listen, Settle as _, Settlement, TransportError};
use factum_core::Causes;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::{Instant, MissedTickBehavior},
};

/// The task of a feed: pulls as many messages as there is room for, hands them out, tells the server that they are in hand, and
/// what has become of them.
struct Pulling {
    connection: Arc<Connection>,
    listen: Listen,
    subscription: String,
    /// What was received and is not settled, by its number. With what is asked for, it is never more than the prefetch.
    held: BTreeMap<u64, Held>,
    next: u64,
    /// How often those were delivered that were given back, by their ids: the server counts where it has a policy for dead letters
    /// only.
    attempts: HashMap<String, u32>,
    /// From the handlers of messages; and the other end, to give to them.
    commands: UnboundedReceiver<(u64, Command)>,
    tell: UnboundedSender<(u64, Command)>,
    out: UnboundedSender<Result<Incoming, TransportError>>,
    pull: Option<BoxFuture<'static, Result<Pulled, Failure>>>,
    words: Words,
    telling: Option<BoxFuture<'static, Words>>,
    /// When to pull again, after it has failed so often in a row.
    retry: Option<Instant>,
    failures: u32,
    /// When to tell again what could not be told.
    tell_again: Option<Instant>,
}

struct Held {
    ack_id: String,
    message_id: String,
    attempt: u32,
    /// When the server is to hear that it is in hand.
    due: Instant,
    /// When it comes again if the server hears nothing any more.
    until: Instant,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Pulled {
    received_messages: Vec<Received>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Received {
    ack_id: String,
    message: Message,
    delivery_attempt: u32,
}

/// How long the server may take to say that there are no messages, which it does after a minute and a half.
const PATIENCE: Duration = Duration::from_secs(150);
/// The server is told soon for the first time, since a subscription that others have made may have any deadline, from 10 s on.
const SOON: Duration = Duration::from_secs(3);
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(5);
/// How many messages' attempts are known.
const ATTEMPTS: usize = 4_096;

/// Listens, and returns what is received.
pub(super) async fn pull(
    connection: Arc<Connection>,
    listen: Listen,
) -> Result<UnboundedReceiver<Result<Incoming, TransportError>>, TransportError> {
    let subscription = connection.declare(&listen).await?;
    let (out, received) = mpsc::unbounded_channel();
    let (tell, commands) = mpsc::unbounded_channel();
    let pulling = Pulling {
        connection: Arc::clone(&connection),
        listen,
        subscription,
        held: BTreeMap::new(),
        next: 0,
        attempts: HashMap::new(),
        commands,
        tell,
        out,
        pull: None,
        words: Words::default(),
        telling: None,
        retry: None,
        failures: 0,
        tell_again: None,
    };
    connection.feeds.spawn(pulling.run());
    Ok(received)
}

impl Pulling {
    async fn run(mut self) {
        let (closing, out) = (self.connection.closing.clone(), self.out.clone());
        let period = (self.connection.config.ack_deadline / 6).min(SOON / 3);
        let mut ticks = tokio::time::interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.ask();
            self.tell_server();
            let (retry, tell_again) = (self.retry, self.tell_again);
            tokio::select! {
                biased;
                () = closing.cancelled() => break,
                () = out.closed() => break,
                Some((number, command)) = self.commands.recv() => {
                    self.settle(number, command);
                    // All that is there is told in one request.
                    while let Ok((number, command)) = self.commands.try_recv() {
                        self.settle(number, command);
                    }
                }
                untold = ready(&mut self.telling) => {
                    self.tell_again = (!untold.is_empty()).then(|| Instant::now() + FIRST_RETRY);
                    self.words.extend(untold);
                }
                _ = ticks.tick() => self.hold(),
                () = until(tell_again) => self.tell_again = None,
                () = until(retry) => self.retry = None,
                pulled = ready(&mut self.pull) => {
                    let ended = match pulled {
                        Ok(pulled) => {
                            self.failures = 0;
                            // A server waits until there are some. One that does not is not asked without a pause.
                            let is_empty = pulled.received_messages.is_empty();
                            self.retry = is_empty.then(|| Instant::now() + FIRST_RETRY);
                            pulled.received_messages.into_iter().for_each(|message| self.take(message));
                            Ok(())
                        }
                        Err(failure) => self.failed(failure).await,
                    };
                    if let Err(error) = ended {
                        let _ = self.out.send(Err(error));
                        break;
                    }
                }
            }
        }
        self.give_back().await;
    }

    /// Asks for as many messages as there is room for, once those have come that were asked for before.
    fn ask(&mut self) {
        let room = usize::from(self.listen.prefetch.get()).saturating_sub(self.held.len());
        if self.pull.is_some() || self.retry.is_some() || room == 0 {
            return;
        }
        let connection = Arc::clone(&self.connection);
        let path = format!("subscriptions/{}:pull", self.subscription);
        let body = json(&serde_json::json!({ "maxMessages": room }));
        self.pull = Some(Box::pin(async move { connection.post(&path, body, PATIENCE).await }));
    }

    /// Whether the feed goes on.
    async fn failed(&mut self, failure: Failure) -> Result<(), TransportError> {
        let doing = "pulling messages from Pub/Sub";
        let is_gone = failure.is_missing() && self.connection.config.declares;
        if !is_gone && !failure.is_transient() {
            return Err(failure.into_error(doing));
        }
        tracing::warn!(subscription = self.subscription, error = %Causes(&failure), "no messages come yet");
        if is_gone {
            // Somebody has deleted it, with what it kept.
            let connection = Arc::clone(&self.connection);
            let closing = connection.closing.clone();
            let declared = tokio::select! {
                declared = connection.declare_again(&self.listen) => declared,
                () = closing.cancelled() => Ok(()),
            };
            match declared {
                Err(error) if !error.is_transient() => return Err(error),
                declared => {
                    tracing::warn!(subscription = self.subscription, ?declared, "subscription is made anew");
                }
            }
        }
        let pause = FIRST_RETRY.saturating_mul(1 << self.failures.min(16)).min(LAST_RETRY);
        self.failures += 1;
        self.retry = Some(Instant::now() + pause);
        Ok(())
    }

    fn take(&mut self, Received { ack_id, message, delivery_attempt }: Received) {
        let (number, now) = (self.next, Instant::now());
        self.next += 1;
        let attempt =
            delivery_attempt.max(self.attempts.get(&message.message_id).map_or(1, |before| before + 1));
        let until = now + self.connection.config.ack_deadline;
        let message_id = message.message_id.clone();
        self.held.insert(number, Held { ack_id, message_id, attempt, due: now + SOON, until });
        let read = message::read(&message);
        let settle = PubsubSettle {
            connection: Arc::clone(&self.connection),
            commands: self.tell.clone(),
            number,
            consumer: self.listen.consumer.clone(),
            message,
        };
        match read {
            Ok((topic, _)) if !self.listen.patterns.iter().any(|pattern| pattern.matches(&topic)) => {
                self.settle(number, Command::Ack);
            }
            Ok((topic, event)) => {
                // If nobody takes it, it is dropped, and so given back.
                let _ = self.out.send(Ok(Incoming::new(topic, event, attempt, settle)));
            }
            Err(error) => {
                let id = &settle.message.message_id;
                tracing::error!(subscription = self.subscription, id, %error, "message of Pub/Sub is rejected");
                self.connection.feeds.spawn(async move {
                    if let Err(error) = Box::new(settle).settle(Settlement::Rejected).await {
                        tracing::warn!(?error, "message of Pub/Sub that cannot be read will come again");
                    }
                });
            }
        }
    }

    fn settle(&mut self, number: u64, command: Command) {
        let Some(Held { ack_id, message_id, attempt, until, .. }) = self.held.remove(&number) else { return };
        let word = match command {
            Command::Ack => {
                self.attempts.remove(&message_id);
                Word::Ack
            }
            Command::Again(pause) => {
                if self.attempts.len() >= ATTEMPTS {
                    self.attempts.clear();
                }
                self.attempts.insert(message_id, attempt);
                Word::Again(seconds(pause))
            }
        };
        self.words.push(word, number, ack_id, until);
    }

    /// Has the server told what is in hand for some time.
    fn hold(&mut self) {
        let (now, deadline) = (Instant::now(), self.connection.config.ack_deadline);
        for (number, held) in self.held.iter_mut().filter(|(_, held)| held.due <= now) {
            (held.due, held.until) = (now + deadline / 3, now + deadline);
            self.words.push(Word::Held, *number, held.ack_id.clone(), held.until);
        }
    }

    /// One request after the other, so that none overtakes another.
    fn tell_server(&mut self) {
        if self.telling.is_some() || self.tell_again.is_some() || self.words.is_empty() {
            return;
        }
        let words = std::mem::take(&mut self.words);
        self.telling = Some(Box::pin(words.tell(Arc::clone(&self.connection), self.subscription.clone())));
    }

    /// What was settled is told; all else comes again, here or elsewhere.
    async fn give_back(mut self) {
        if let Some(pull) = self.pull.take() {
            tokio::spawn(give_back_what_comes(Arc::clone(&self.connection), self.subscription.clone(), pull));
        }
        self.commands.close();
        while let Some((number, command)) = self.commands.recv().await {
            self.settle(number, command);
        }
        for number in self.held.keys().copied().collect::<Vec<_>>() {
            self.settle(number, Command::Again(Duration::ZERO));
        }
        if let Some(telling) = self.telling.take() {
            self.words.extend(telling.await);
        }
        self.words.tell(self.connection, self.subscription).await;
    }
}

/// A server goes on with a pull, also when whoever has asked hangs up, and its messages would come to nobody until their deadline.
async fn give_back_what_comes(
    connection: Arc<Connection>,
    subscription: String,
    pull: BoxFuture<'static, Result<Pulled, Failure>>,
) {
    let Ok(pulled) = pull.await else { return };
    let (mut words, until) = (Words::default(), Instant::now());
    for (number, received) in (0..).zip(pulled.received_messages) {
        words.push(Word::Again(seconds(Duration::ZERO)), number, received.ack_id, until);
    }
    words.tell(connection, subscription).await;
}

/// When it is there, and has ended.
async fn ready<T>(future: &mut Option<BoxFuture<'static, T>>) -> T {
    match future {
        Some(ending) => {
            let value = ending.await;
            *future = None;
            value
        }
        None => std::future::pending().await,
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
