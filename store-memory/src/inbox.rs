use crate::{MemoryStore, schema::Tables};
use async_trait::async_trait;
use factum_core::{ConsumerName, InboxStore, MessageKey, StoreError, Timestamp};
use std::collections::hash_map::Entry;

#[async_trait]
impl InboxStore for MemoryStore {
    async fn receive(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError> {
        let mut tables = self.write();
        Ok(tables.receive(consumer, messages, self.clock().now()))
    }

    async fn received(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        let tables = self.read();
        let inbox = tables.inbox.get(consumer);
        Ok(messages.iter().map(|message| inbox?.get(message).copied()).collect())
    }

    async fn forget(&self, consumer: &ConsumerName, time: Timestamp) -> Result<u64, StoreError> {
        let mut tables = self.write();
        let Some(inbox) = tables.inbox.get_mut(consumer) else { return Ok(0) };
        let before = inbox.len();
        inbox.retain(|_, received| *received >= time);
        Ok((before - inbox.len()) as u64)
    }
}

impl Tables {
    pub(crate) fn receive(
        &mut self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
        now: Timestamp,
    ) -> Vec<bool> {
        let inbox = self.inbox.entry(consumer.clone()).or_default();
        let mut is_new = |message: &MessageKey| match inbox.entry(message.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(now);
                true
            }
            Entry::Occupied(_) => false,
        };
        messages.iter().map(&mut is_new).collect()
    }

    pub(crate) fn has_received_any(&self, consumer: &ConsumerName, messages: &[MessageKey]) -> bool {
        self.inbox
            .get(consumer)
            .is_some_and(|inbox| messages.iter().any(|message| inbox.contains_key(message)))
    }
}
