use super::{
    ProcessManager, Sendable, Sent, names,
    stored::{COMMANDS, Cause, DEADLINES},
};
use crate::{
    CausationId, Metadata, NewEvent, StoreError,
    bus::{CommandBus, Context},
    event::Encoded,
    projection::ProjectionError,
    sink::{Collection, Document, DocumentReader},
};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// A command that an instance has sent and that has no answer yet, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Undelivered {
    /// What it is called.
    pub command: String,
    /// The command as JSON.
    pub payload: Box<RawValue>,
    /// Of which instance, by its printed key.
    pub instance: String,
    /// What it was sent for.
    pub cause: Cause,
    /// Which of the things that the instance has asked for then.
    pub number: u32,
}

/// What has become of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It was accepted.
    Done,
    /// It was rejected, and the process wants to hear of that: this is the event to be appended.
    Rejected(Encoded),
    /// There was no answer, and trying again helps.
    Again(String),
    /// There was none, and nobody knows whether trying again helps.
    Perhaps(String),
    /// It was rejected, or cannot be sent: trying again gives the same, until something else changes.
    Refused(String),
}

impl Undelivered {
    pub(super) fn new<P: ProcessManager>(
        instance: &str,
        cause: Cause,
        number: u32,
        sent: &Sent,
    ) -> Result<Self, ProjectionError> {
        if find::<P>(sent.command).is_none() {
            let why = format!("{} is none of the commands of process {}", sent.command, P::NAME);
            return Err(ProjectionError::work(why));
        }
        let payload = serde_json::from_slice(&sent.payload).map_err(ProjectionError::work)?;
        let (command, instance) = (sent.command.to_owned(), instance.to_owned());
        Ok(Self { command, payload, instance, cause, number })
    }

    /// Those that a process keeps, in the order in which they were sent, with the keys of their documents: at most `limit`, after
    /// the one with the key `after`.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn load(
        reader: &(impl DocumentReader + ?Sized),
        process: &Collection,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Self)>, StoreError> {
        page(reader, process, COMMANDS, after, limit).await
    }

    /// Sends it, as often as one likes, with an idempotency key: it takes effect once.
    ///
    /// What it came to is remembered under that key, a rejection too. One that was rejected so many times before, and that somebody
    /// has asked to be sent again, is asked about under all the keys that it had, and then sent with another one.
    pub fn deliver<P: ProcessManager>(&self, bus: CommandBus, rejected: u32) -> BoxFuture<'static, Answer> {
        let Some(sendable) = find::<P>(&self.command) else {
            let why = format!("process {} knows no command {}", P::NAME, self.command);
            return Box::pin(async move { Answer::Refused(why) });
        };
        let (first, mut context) = (self.key::<P>(), Context::default());
        context.metadata = self.metadata();
        let again = (1..=rejected).map(|number| format!("{first}/{number}"));
        let keys = std::iter::once(first.clone()).chain(again).collect();
        sendable.deliver(bus, self.payload.get().as_bytes().to_vec(), keys, context)
    }

    /// The event that tells its process that it was rejected; the same one however often it is made.
    ///
    /// # Errors
    /// [`Invalid`](crate::Invalid) when the instance's key cannot be that of a stream.
    pub fn rejected<P: ProcessManager>(&self, rejection: Encoded) -> Result<NewEvent, crate::Invalid> {
        let event = NewEvent::encoded(names::stream::<P>(&self.instance)?, rejection);
        Ok(event.with_id(names::rejection_id(&self.key::<P>())).with_metadata(self.metadata()))
    }

    /// The key that it is sent with first.
    #[must_use]
    pub fn key<P: ProcessManager>(&self) -> String {
        names::idempotency_key::<P>(&self.instance, self.cause.id, self.number)
    }

    fn metadata(&self) -> Metadata {
        let mut metadata = Metadata::default();
        metadata.correlation_id = Some(self.cause.correlation);
        metadata.causation_id = Some(CausationId(self.cause.id.0));
        metadata.tenant.clone_from(&self.cause.tenant);
        metadata.traceparent.clone_from(&self.cause.traceparent);
        metadata
    }
}

impl super::Deadline {
    /// Those that a process keeps, in the order in which they are due, with the keys of their documents: at most `limit`, after the
    /// one with the key `after`.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn load(
        reader: &(impl DocumentReader + ?Sized),
        process: &Collection,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Self)>, StoreError> {
        page(reader, process, DEADLINES, after, limit).await
    }
}

fn find<P: ProcessManager>(command: &str) -> Option<&'static Sendable> {
    P::COMMANDS.iter().find(|sendable| sendable.name() == command)
}

/// One kind of the documents that a process keeps, with their keys, in the order of those: at most `limit`, after the one with the
/// key `after`.
pub(super) async fn page<T: DeserializeOwned>(
    reader: &(impl DocumentReader + ?Sized),
    process: &Collection,
    kind: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, T)>, StoreError> {
    let documents = reader.scan(process, Some(after.unwrap_or(kind).to_owned()), limit).await?;
    let of_kind = documents.into_iter().take_while(|document| document.key.starts_with(kind));
    let read = |Document { key, body, .. }| read(process, &key, &body).map(|read| (key, read));
    of_kind.map(read).collect()
}

/// A document that a process keeps.
pub(super) fn read<T: DeserializeOwned>(
    process: &Collection,
    key: &str,
    body: &[u8],
) -> Result<T, StoreError> {
    serde_json::from_slice(body)
        .map_err(|error| StoreError::corrupt(format!("reading document {key:?} of {process}"), error))
}
