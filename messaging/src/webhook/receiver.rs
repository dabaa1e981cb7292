use super::{Secrets, TOLERANCE, WebhookRejection};
use factum_core::{ConsumerName, InboxStore, MessageKey};
use std::{fmt, sync::Arc, time::Duration};

/// What is asked of the messages that come in; part of the state of an axum router, for [`SignedWebhook`](super::SignedWebhook).
///
/// A message that is delivered again, by its sender or by somebody who has seen it, is recognised by its `webhook-id`, which an
/// [inbox](InboxStore) keeps. When it is kept decides what a crash does, so there is no default:
///
/// | made by | the id is kept | a message is handled |
/// |---|---|---|
/// | [`Receiver::at_least_once`] | by the handler, [when it has done its work](super::SignedWebhook::handled) | again, if the handler did not come so far, or while it is at it |
/// | [`Receiver::at_most_once`] | before the handler | never again, even if the handler has failed |
/// | [`Receiver::without_inbox`] | not here | whenever it comes: for handlers that send a command with the id as its idempotency key |
///
/// An inbox grows until it is told to [forget](InboxStore::forget). What is older than the [tolerance](Self::tolerance) is
/// refused by its signature, but a sender that tries again signs anew, so keep ids for as long as it does that: days.
#[derive(Clone)]
#[must_use]
pub struct Receiver {
    settings: Arc<Settings>,
}

#[derive(Clone)]
struct Settings {
    secrets: Secrets,
    tolerance: Duration,
    body_bytes: usize,
    allows_binary: bool,
    inbox: Option<Inbox>,
}

#[derive(Clone)]
struct Inbox {
    consumer: ConsumerName,
    store: Arc<dyn InboxStore>,
    is_first: bool,
}

impl Receiver {
    /// Messages that are signed with one of `secrets`, each until its handler [has done its
    /// work](super::SignedWebhook::handled); as `consumer`, which has its own inbox.
    pub fn at_least_once(
        consumer: ConsumerName,
        store: impl InboxStore,
        secrets: impl Into<Secrets>,
    ) -> Self {
        Self::new(secrets.into(), Some(Inbox { consumer, store: Arc::new(store), is_first: false }))
    }

    /// Messages that are signed with one of `secrets`, each handed to its handler once; as `consumer`, which has its own
    /// inbox.
    pub fn at_most_once(consumer: ConsumerName, store: impl InboxStore, secrets: impl Into<Secrets>) -> Self {
        Self::new(secrets.into(), Some(Inbox { consumer, store: Arc::new(store), is_first: true }))
    }

    /// Messages that are signed with one of `secrets`, whenever they come.
    pub fn without_inbox(secrets: impl Into<Secrets>) -> Self {
        Self::new(secrets.into(), None)
    }

    fn new(secrets: Secrets, inbox: Option<Inbox>) -> Self {
        let settings =
            Settings { secrets, tolerance: TOLERANCE, body_bytes: 1 << 20, allows_binary: false, inbox };
        Self { settings: Arc::new(settings) }
    }

    /// How far the time of a message may be from the present. By default [`TOLERANCE`].
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        Arc::make_mut(&mut self.settings).tolerance = tolerance;
        self
    }

    /// How large a body may be. By default 1 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.settings).body_bytes = bytes;
        self
    }

    /// Takes events in binary mode too, whose attributes are in headers that **nobody has signed**: somebody between the two
    /// sides can change them. Only where the connection is encrypted all the way.
    pub fn allow_binary(mut self) -> Self {
        Arc::make_mut(&mut self.settings).allows_binary = true;
        self
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.settings.secrets
    }

    pub(super) fn time_tolerance(&self) -> Duration {
        self.settings.tolerance
    }

    pub(super) fn most_bytes(&self) -> usize {
        self.settings.body_bytes
    }

    pub(super) fn allows_binary(&self) -> bool {
        self.settings.allows_binary
    }

    /// Whether the message is to be handed to its handler.
    pub(super) async fn is_new(&self, id: &str) -> Result<bool, WebhookRejection> {
        let Some(inbox) = &self.settings.inbox else { return Ok(true) };
        if inbox.is_first {
            return inbox.keep(id).await;
        }
        let received = inbox.store.received(&inbox.consumer, &[key(id)?]).await;
        let received = received.map_err(|error| WebhookRejection::unavailable(&error))?;
        Ok(!received.iter().any(Option::is_some))
    }

    /// It was handled.
    pub(super) async fn keep(&self, id: &str) -> Result<(), WebhookRejection> {
        match &self.settings.inbox {
            Some(inbox) if !inbox.is_first => inbox.keep(id).await.map(drop),
            _ => Ok(()),
        }
    }
}

impl Inbox {
    async fn keep(&self, id: &str) -> Result<bool, WebhookRejection> {
        let are_new = self.store.receive(&self.consumer, &[key(id)?]).await;
        let are_new = are_new.map_err(|error| WebhookRejection::unavailable(&error))?;
        Ok(are_new.into_iter().all(|is_new| is_new))
    }
}

fn key(id: &str) -> Result<MessageKey, WebhookRejection> {
    MessageKey::new(id).map_err(|invalid| WebhookRejection::malformed(&invalid.to_string()))
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { tolerance, body_bytes, allows_binary, inbox, .. } = &*self.settings;
        f.debug_struct("Receiver")
            .field("consumer", &inbox.as_ref().map(|inbox| &inbox.consumer))
            .field("tolerance", tolerance)
            .field("body_bytes", body_bytes)
            .field("allows_binary", allows_binary)
            .finish_non_exhaustive()
    }
}
