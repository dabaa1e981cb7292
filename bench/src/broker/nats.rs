use super::{AT_ONCE, Place, everything};
use crate::{Failure, figure::rate};
use async_nats::{
    HeaderMap,
    header::{NATS_EXPECTED_STREAM, NATS_MESSAGE_ID},
    jetstream::{self, Context},
};
use async_trait::async_trait;
use factum::messaging::{
    Transport,
    cloud_event::Binding,
    nats::{Nats, NatsConfig},
    transport::Outgoing,
};
use std::{collections::VecDeque, sync::Arc, time::Instant};

/// A stream of JetStream.
pub(super) struct Stream {
    name: String,
    transport: Arc<Nats>,
    bare: Context,
}

impl Stream {
    pub(super) async fn make(url: &str, name: String) -> Result<Self, Failure> {
        let transport = NatsConfig::new(url).stream(&name).prefix(&name).connect().await?;
        transport.prepare(everything()?).await?;
        let bare = jetstream::new(async_nats::connect(url).await?);
        Ok(Self { name, transport: Arc::new(transport), bare })
    }

    /// The same that a relay sends, but for the id of the message, which is as long.
    fn message(&self, message: &Outgoing) -> (String, HeaderMap, factum::bytes::Bytes) {
        let (attributes, _, data) = message.event.to_binary(Binding::Nats);
        let mut headers = HeaderMap::new();
        for (name, value) in attributes {
            headers.insert(name, value);
        }
        headers.insert(NATS_MESSAGE_ID, message.event.id.as_str());
        headers.insert(NATS_EXPECTED_STREAM, self.name.as_str());
        (format!("{}.{}", self.name, message.topic), headers, data)
    }
}

#[async_trait]
impl Place for Stream {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.transport) as _
    }

    async fn publish(&self, messages: &[Outgoing]) -> Result<f64, Failure> {
        let messages: Vec<_> = messages.iter().map(|message| self.message(message)).collect();
        let count = messages.len() as u64;
        let from = Instant::now();
        let mut sent = VecDeque::with_capacity(AT_ONCE);
        for (subject, headers, data) in messages {
            if sent.len() == AT_ONCE
                && let Some(first) = sent.pop_front()
            {
                first.await?;
            }
            sent.push_back(self.bare.publish_with_headers(subject, headers, data).await?);
        }
        for sent in sent {
            sent.await?;
        }
        Ok(rate(count, from))
    }

    async fn remove(&self) -> Result<(), Failure> {
        self.transport.close().await;
        self.bare.delete_stream(&self.name).await?;
        // It is there only if something was rejected, or not.
        let _ = self.bare.delete_stream(format!("{}_dead", self.name)).await;
        Ok(())
    }
}
