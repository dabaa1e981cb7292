//! Sinks whose effects commit with messages, with a defect.

use super::{kept::sink_as_kept, mutants, others_go_first};
use async_trait::async_trait;
use factum_core::{
    ConsumerName, InboxStore, MessageKey, StoreError, Timestamp,
    checkpoint::Advance,
    sink::{Collection, CommitError, DocumentSink as _, InboxSink, Sink},
};
use factum_store_memory::{MemoryStore, MemoryWork};
use factum_testkit::conformance::{Fixture, received::cases};
use std::sync::Arc;

/// What is done otherwise than it should be. Everything that is not overridden is done right.
#[async_trait]
trait Defect: Default + Send + Sync + 'static {
    /// In whose inbox a message is.
    fn inbox(&self, consumer: &ConsumerName) -> ConsumerName {
        consumer.clone()
    }

    async fn commit(
        &self,
        kept: &MemoryStore,
        work: MemoryWork,
        advance: Advance,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<bool, CommitError> {
        kept.commit_received(work, advance, consumer, messages).await
    }

    /// Done to what is kept when it is opened again.
    async fn open(&self, _kept: &MemoryStore) {}
}

struct Place<D> {
    kept: MemoryStore,
    defect: Arc<D>,
}

impl<D: Defect> Fixture for Place<D> {
    type Store = Broken<D>;

    async fn make() -> Self {
        Self { kept: MemoryStore::new(), defect: Arc::default() }
    }

    async fn open(&self) -> Broken<D> {
        self.defect.open(&self.kept).await;
        Broken { kept: self.kept.clone(), defect: Arc::clone(&self.defect) }
    }
}

struct Broken<D> {
    kept: MemoryStore,
    defect: Arc<D>,
}

impl<D> Clone for Broken<D> {
    fn clone(&self) -> Self {
        Self { kept: self.kept.clone(), defect: Arc::clone(&self.defect) }
    }
}

sink_as_kept! { [D: Defect] Broken<D> }

#[async_trait]
impl<D: Defect> Sink for Broken<D> {
    type Work = MemoryWork;

    async fn commit(&self, work: MemoryWork, advance: Advance) -> Result<(), CommitError> {
        self.kept.commit(work, advance).await
    }
}

#[async_trait]
impl<D: Defect> InboxStore for Broken<D> {
    async fn receive(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<bool>, StoreError> {
        self.kept.receive(&self.defect.inbox(consumer), messages).await
    }

    async fn received(
        &self,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        self.kept.received(&self.defect.inbox(consumer), messages).await
    }

    async fn forget(&self, consumer: &ConsumerName, time: Timestamp) -> Result<u64, StoreError> {
        self.kept.forget(&self.defect.inbox(consumer), time).await
    }
}

#[async_trait]
impl<D: Defect> InboxSink for Broken<D> {
    async fn commit_received(
        &self,
        work: MemoryWork,
        advance: Advance,
        consumer: &ConsumerName,
        messages: &[MessageKey],
    ) -> Result<bool, CommitError> {
        self.defect.commit(&self.kept, work, advance, &self.defect.inbox(consumer), messages).await
    }
}

pub(crate) fn nothing_is_accepted() {
    #[derive(Default)]
    struct Nothing;
    impl Defect for Nothing {}
    super::accepts(&cases::<Place<Nothing>>());
}

/// Whether one of them is in the inbox.
async fn knows(kept: &MemoryStore, consumer: &ConsumerName, messages: &[MessageKey]) -> bool {
    kept.received(consumer, messages).await.unwrap().iter().any(Option::is_some)
}

mutants! {
    commits_the_effect_and_not_the_messages, rejected by an_effect_commits_with_its_messages {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, _: &ConsumerName, _: &[MessageKey],
        ) -> Result<bool, CommitError> {
            kept.commit(work, advance).await.map(|()| true)
        }
    }

    commits_the_messages_and_not_the_effect, rejected by an_effect_commits_with_its_messages {
        async fn commit(
            &self, kept: &MemoryStore, _: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            kept.commit_received(MemoryWork::default(), advance, of, messages).await
        }
    }

    commits_the_last_message_only, rejected by an_effect_commits_with_its_messages {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            kept.commit_received(work, advance, of, &messages[messages.len() - 1..]).await
        }
    }

    does_what_was_done_again, rejected by a_message_that_was_received_has_no_effect_again {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            kept.receive(of, messages).await.unwrap();
            kept.commit(work, advance).await.map(|()| true)
        }
    }

    says_that_it_has_done_what_it_has_not, rejected by a_message_that_was_received_has_no_effect_again {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            kept.commit_received(work, advance, of, messages).await.map(|_| true)
        }
    }

    looks_at_the_first_message_only, rejected by with_one_that_was_received_none_is_received {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            if knows(kept, of, &messages[..1]).await {
                return Ok(false);
            }
            kept.receive(of, messages).await.unwrap();
            kept.commit(work, advance).await.map(|()| true)
        }
    }

    receives_the_others_all_the_same, rejected by with_one_that_was_received_none_is_received {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            let is_done = kept.commit_received(work, advance, of, messages).await?;
            kept.receive(of, messages).await.unwrap();
            Ok(is_done)
        }
    }

    has_one_inbox_for_all, rejected by a_message_of_another_consumer_is_new {
        fn inbox(&self, _: &ConsumerName) -> ConsumerName {
            "all".parse().unwrap()
        }
    }

    lets_everybody_have_an_effect, rejected by who_was_deposed_has_no_effect {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            let owned = factum_core::CheckpointStore::claim(kept, &advance.key).await.unwrap();
            let advance = Advance::new(advance.key, owned.epoch, advance.to);
            kept.commit_received(work, advance, of, messages).await
        }
    }

    receives_before_it_compares_the_epoch, rejected by who_was_deposed_has_no_effect {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            if kept.receive(of, messages).await.unwrap().contains(&false) {
                return Ok(false);
            }
            kept.commit(work, advance).await.map(|()| true)
        }
    }

    looks_and_commits_in_two_steps, rejected by of_many_at_once_one_has_the_effect {
        async fn commit(
            &self, kept: &MemoryStore, work: MemoryWork, advance: Advance, of: &ConsumerName, messages: &[MessageKey],
        ) -> Result<bool, CommitError> {
            if knows(kept, of, messages).await {
                return Ok(false);
            }
            others_go_first().await;
            kept.receive(of, messages).await.unwrap();
            kept.commit(work, advance).await.map(|()| true)
        }
    }

    loses_effects_when_it_is_closed, rejected by effects_and_messages_survive {
        async fn open(&self, kept: &MemoryStore) {
            kept.discard(&Collection::new("invoices", 1).unwrap()).await.unwrap();
        }
    }

    loses_messages_when_it_is_closed, rejected by effects_and_messages_survive {
        async fn open(&self, kept: &MemoryStore) {
            kept.forget(&"billing".parse().unwrap(), Timestamp::MAX_UTC).await.unwrap();
        }
    }
}
