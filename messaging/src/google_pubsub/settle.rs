use super::{connection::Connection, message::Message};
use crate::transport::{Settle, Settlement, TransportError};
use async_trait::async_trait;
use factum_core::ConsumerName;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc::UnboundedSender;

/// What has become of a message. One task tells the server so, and nothing else of the message after it: that it is still in hand
/// would undo a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// It is acknowledged, or a dead letter now.
    Ack,
    /// It comes again.
    Again(Duration),
}

/// How the handler of a message tells the task.
pub(super) struct PubsubSettle {
    pub(super) connection: Arc<Connection>,
    pub(super) commands: UnboundedSender<(u64, Command)>,
    /// By which the task knows it.
    pub(super) number: u64,
    /// Whose dead letter it would be.
    pub(super) consumer: ConsumerName,
    /// As it has come.
    pub(super) message: Message,
}

/// Before a message comes again that could not become a dead letter.
const PAUSE: Duration = Duration::from_secs(1);

impl PubsubSettle {
    fn tell(&self, command: Command) -> Result<(), TransportError> {
        let told = self.commands.send((self.number, command));
        told.map_err(|_| TransportError::closed("settling a message of Pub/Sub"))
    }
}

#[async_trait]
impl Settle for PubsubSettle {
    async fn settle(self: Box<Self>, settlement: Settlement) -> Result<(), TransportError> {
        match settlement {
            Settlement::Acknowledged => self.tell(Command::Ack),
            Settlement::Again(pause) => self.tell(Command::Again(pause)),
            Settlement::Rejected => match self.bury().await {
                Ok(()) => self.tell(Command::Ack),
                Err(error) => {
                    self.tell(Command::Again(PAUSE))?;
                    Err(error)
                }
            },
        }
    }

    fn dropped(self: Box<Self>) {
        // If there is no task any more, it has given the message back.
        let _ = self.tell(Command::Again(Duration::ZERO));
    }
}
