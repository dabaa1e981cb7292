use super::{
    error::{failed, largest},
    wire::Letter,
};
use crate::transport::TransportError;
use factum_core::Causes;
use lapin::{
    Channel, Confirmation, Connection, PublisherConfirm,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::ShortString,
};
use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};
use tokio::runtime::Handle;

/// A channel over which is published, and nothing else done.
#[derive(Debug)]
pub(super) struct Outlet {
    connection: Arc<Connection>,
    channel: Channel,
    /// The client numbers a message and puts it into its queue in two steps. Messages that change places in between would be
    /// confirmed for each other.
    turn: Mutex<()>,
}

/// What has become of a message.
#[derive(Debug)]
pub(super) enum Sent {
    /// The broker has it.
    Confirmed,
    /// No queue takes one of those under way on the channel, for this reason: of several, the client does not say which, but that has
    /// its correlation id.
    Returned { why: String, correlation: Option<ShortString> },
    /// It was not sent, since the channel had ended before.
    NotBegun,
    /// The broker has ended the channel, because some message on it was larger than this.
    TooLarge(usize),
    /// It cannot be sent.
    Unfit(TransportError),
    /// Not known.
    Lost(TransportError),
}

impl Outlet {
    pub(super) async fn open(connection: Arc<Connection>, channel: Channel) -> Result<Self, TransportError> {
        let confirming = channel.confirm_select(ConfirmSelectOptions::default()).await;
        confirming.map_err(|error| failed("asking RabbitMQ for confirmations", error))?;
        Ok(Self { connection, channel, turn: Mutex::default() })
    }

    pub(super) const fn channel(&self) -> &Channel {
        &self.channel
    }

    pub(super) fn is_open(&self) -> bool {
        self.channel.status().connected()
    }

    /// Publishes a message and waits until it is confirmed.
    pub(super) async fn send(&self, exchange: &ShortString, letter: &Letter, is_mandatory: bool) -> Sent {
        if !self.is_open() {
            return Sent::NotBegun;
        }
        let doing = "publishing to RabbitMQ";
        if self.connection.status().blocked() {
            let why = "it takes nothing for now, for want of memory or disk space";
            return Sent::Lost(TransportError::unavailable(doing, why));
        }
        // Of the header frame 8 bytes are not the properties'.
        let (needs, has) = (letter.header_bytes() + 8, self.connection.configuration().frame_max());
        if has > 0 && needs > has as usize {
            let why =
                format!("the headers may take {needs} bytes, and have room for {has}: use structured mode");
            return Sent::Unfit(TransportError::new(doing, why));
        }
        let options = BasicPublishOptions { mandatory: is_mandatory, immediate: false };
        let (key, properties) = (letter.key.clone(), letter.properties.clone());
        let mut sending =
            pin!(self.channel.basic_publish(exchange.clone(), key, options, &letter.body, properties));
        let begun = poll_fn(|context| {
            let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            Poll::Ready(sending.as_mut().poll(context))
        });
        let confirm = match begun.await {
            Poll::Ready(Err(_)) if !self.is_open() => return Sent::NotBegun,
            Poll::Ready(confirm) => confirm,
            Poll::Pending => sending.await,
        };
        let confirmed = match confirm {
            Ok(confirm) => Confirming(Some(confirm)).done().await,
            Err(error) => Err(error),
        };
        match confirmed {
            Ok(Confirmation::Ack(Some(returned))) if is_mandatory => Sent::Returned {
                why: returned.reply_text.to_string(),
                correlation: returned.delivery.properties.correlation_id().clone(),
            },
            Ok(Confirmation::Ack(_)) => Sent::Confirmed,
            Ok(_) => Sent::Lost(TransportError::unavailable(doing, "it could not keep the message")),
            Err(error) => match largest(&error) {
                Some(largest) => Sent::TooLarge(largest),
                None => {
                    tracing::debug!(error = %Causes(&error), "a message is not known to be published");
                    Sent::Lost(failed(doing, error))
                }
            },
        }
    }
}

/// A confirmation that is waited for, by somebody else when its sender gives up: the client keeps one that nobody waits for until the
/// channel ends.
struct Confirming(Option<PublisherConfirm>);

impl Confirming {
    async fn done(mut self) -> lapin::Result<Confirmation> {
        let confirm = self.0.as_mut().expect("it is taken when this is dropped");
        let result = confirm.await;
        self.0 = None;
        result
    }
}

impl Drop for Confirming {
    fn drop(&mut self) {
        if let (Some(confirm), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(confirm);
        }
    }
}
