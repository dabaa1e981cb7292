//! Stores that take an append otherwise when it comes alone.

use super::{
    defect::{Defect, Outcome, Place},
    mutants, others_go_first,
};
use factum_core::{Append, EventAppender, ExpectedVersion, StoreError, store::EventReaderExt};
use factum_store_memory::MemoryStore;
use factum_testkit::conformance::store::cases;

mutants! {
    forgets_the_version_of_an_append_alone, rejected by an_append_alone_is_refused_as_in_a_list {
        async fn append_one(&self, store: &MemoryStore, mut append: Append) -> Outcome {
            append.expected.clear();
            store.append_one(append).await
        }
    }

    forgets_the_condition_of_an_append_alone, rejected by an_append_alone_is_refused_as_in_a_list {
        async fn append_one(&self, store: &MemoryStore, mut append: Append) -> Outcome {
            append.condition = None;
            store.append_one(append).await
        }
    }

    has_nothing_to_say_of_an_append_alone, rejected by an_append_alone_is_written_as_in_a_list {
        async fn append_one(&self, store: &MemoryStore, append: Append) -> Outcome {
            let mut receipt = store.append_one(append).await?;
            receipt.written.clear();
            Ok(receipt)
        }
    }

    fails_when_nothing_comes_alone, rejected by an_append_alone_may_have_no_events {
        async fn append_one(&self, store: &MemoryStore, append: Append) -> Outcome {
            if append.events.is_empty() {
                return Err(StoreError::new("appending", "there is nothing to append").into());
            }
            store.append_one(append).await
        }
    }

    looks_at_a_stale_version_of_an_append_alone, rejected by one_of_many_appends_alone_finds_each_version {
        async fn append_one(&self, store: &MemoryStore, mut append: Append) -> Outcome {
            for (stream, expected) in &mut append.expected {
                let actual = store.stream_version(stream.clone()).await.unwrap();
                if expected.is_met_by(actual) {
                    *expected = ExpectedVersion::Any;
                }
            }
            others_go_first().await;
            store.append_one(append).await
        }
    }
}
