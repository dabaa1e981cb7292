use super::{Context, Rejection, once::Key};
use crate::{Command, Invalid, Scope, StreamId};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fmt,
    sync::{Arc, LazyLock},
};

/// Most commands are sent with nothing further to say, and share this.
static NOTHING_SAID: LazyLock<Context> = LazyLock::new(Context::default);

/// A command on its way, with what is known about it: the request of the [`CommandBus`](super::CommandBus). Cloning it
/// does not clone the command.
pub struct Envelope<C: Command> {
    addressed: Arc<Addressed<C>>,
    /// `None` if there is nothing to say; not one that is shared by all, whose count of owners all threads would change.
    context: Option<Arc<Context>>,
    key: Option<Arc<Key<Rejection<C>>>>,
}

struct Addressed<C> {
    command: C,
    scope: Scope,
}

impl<C: Command> Envelope<C> {
    /// Addresses a command.
    ///
    /// # Errors
    /// [`Invalid`] when the command's target cannot be a stream.
    pub fn new(command: C) -> Result<Self, Invalid> {
        let scope = command.scope()?;
        Ok(Self { addressed: Arc::new(Addressed { command, scope }), context: None, key: None })
    }

    /// With this context, in place of the one before.
    #[must_use]
    pub fn with_context(mut self, context: Context) -> Self {
        self.context = Some(Arc::new(context));
        self
    }

    /// Takes effect once, however often an envelope with this key is sent: the second time, it comes to what the first
    /// one came to, a rejection too, and also after a restart. The outcome is kept in the log itself.
    ///
    /// A key belongs to one command and one target; another one with the same key is
    /// [`SendError::KeyReused`](super::SendError::KeyReused). Several customers on one log need keys that begin with
    /// theirs. One that is empty, longer than [`limits::IDEMPOTENCY_KEY_BYTES`](crate::limits::IDEMPOTENCY_KEY_BYTES) or
    /// has a control character is [`SendError::Invalid`](super::SendError::Invalid).
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self
    where
        Rejection<C>: Serialize + DeserializeOwned,
    {
        self.key = Some(Arc::new(Key::new(key.into())));
        self
    }

    /// The command.
    #[must_use]
    pub fn command(&self) -> &C {
        &self.addressed.command
    }

    /// Which events it is decided on, and where its own go.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.addressed.scope
    }

    /// Where its events go.
    #[must_use]
    pub fn stream(&self) -> &StreamId {
        self.scope().stream()
    }

    /// What is known about it.
    #[must_use]
    pub fn context(&self) -> &Context {
        self.context.as_deref().unwrap_or(&NOTHING_SAID)
    }

    /// What is known about it, to be changed. For layers; the events carry what the last of them leaves.
    pub fn context_mut(&mut self) -> &mut Context {
        Arc::make_mut(self.context.get_or_insert_default())
    }

    pub(super) fn key(&self) -> Option<&Arc<Key<Rejection<C>>>> {
        self.key.as_ref()
    }
}

impl<C: Command> Clone for Envelope<C> {
    fn clone(&self) -> Self {
        Self { addressed: Arc::clone(&self.addressed), context: self.context.clone(), key: self.key.clone() }
    }
}

impl<C: Command> fmt::Debug for Envelope<C> {
    /// Without the command, so that a domain needs no `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("command", &C::NAME)
            .field("scope", self.scope())
            .field("context", self.context())
            .finish_non_exhaustive()
    }
}
