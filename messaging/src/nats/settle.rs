use super::connection::Connection;
use crate::transport::{Settle, Settlement, TransportError};
use async_nats::{HeaderMap, Request, Subject};
use async_trait::async_trait;
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc::UnboundedSender;

/// A message that is held, in the task that pulls. A new consumer may count from the beginning again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) consumer: u32,
    pub(super) sequence: u64,
}

/// What has become of a message. One task tells the server so, and nothing else of the message after it: that it is still in hand
/// would undo a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// It is acknowledged.
    Ack,
    /// It is not delivered any more, since it is a dead letter now.
    Term,
    /// It comes again.
    Again(Duration),
    /// The server knows already.
    Release,
}

/// How the handler of a message tells the task.
pub(super) struct NatsSettle {
    pub(super) connection: Arc<Connection>,
    pub(super) commands: UnboundedSender<(Key, Command)>,
    pub(super) key: Key,
    /// Where to acknowledge.
    pub(super) reply: Subject,
    /// Whose dead letter it would be.
    pub(super) consumer: String,
    pub(super) subject: Subject,
    pub(super) headers: Option<HeaderMap>,
    pub(super) payload: Bytes,
}

/// Before a message comes again that could not become a dead letter.
const PAUSE: Duration = Duration::from_secs(1);

impl NatsSettle {
    fn tell(&self, command: Command) -> Result<(), TransportError> {
        let told = self.commands.send((self.key, command));
        told.map_err(|_| TransportError::closed("settling a message of NATS"))
    }

    async fn ack(&self) -> Result<(), TransportError> {
        if !self.connection.config.confirms_acks {
            return self.tell(Command::Ack);
        }
        let timeout = self.connection.config.confirm_timeout;
        let request = Request::new().payload("+ACK".into()).timeout(Some(timeout));
        let heard =
            tokio::time::timeout(timeout, self.connection.client.send_request(self.reply.clone(), request));
        let heard: Result<_, Box<dyn std::error::Error + Send + Sync>> = match heard.await {
            Ok(heard) => heard.map_err(Into::into),
            Err(elapsed) => Err(elapsed.into()),
        };
        match heard {
            Ok(_) => self.tell(Command::Release),
            Err(error) => {
                self.tell(Command::Again(PAUSE))?;
                Err(TransportError::unavailable("acknowledging a message of NATS", error))
            }
        }
    }

    async fn reject(&self) -> Result<(), TransportError> {
        match self.bury().await {
            Ok(()) => self.tell(Command::Term),
            Err(error) => {
                self.tell(Command::Again(PAUSE))?;
                Err(error)
            }
        }
    }
}

#[async_trait]
impl Settle for NatsSettle {
    async fn settle(self: Box<Self>, settlement: Settlement) -> Result<(), TransportError> {
        match settlement {
            Settlement::Acknowledged => self.ack().await,
            Settlement::Again(pause) => self.tell(Command::Again(pause)),
            Settlement::Rejected => self.reject().await,
        }
    }

    fn dropped(self: Box<Self>) {
        // If there is no task any more, it has given the message back.
        let _ = self.tell(Command::Again(Duration::ZERO));
    }
}
