use async_trait::async_trait;
use factum_core::{ConsumerName, LogId, StoreError, quarantine::Lane, sink::GenerationStore};

/// Asks whoever runs a projection to make something anew.
#[async_trait]
pub(super) trait Ask: Send + Sync {
    /// The whole read model, as a new generation.
    async fn rebuild(&self) -> Result<u32, StoreError>;
    /// One document.
    async fn repair(&self, document: &str) -> Result<(), StoreError>;
    /// What has become of a document for which that was asked.
    async fn repaired(&self, document: &str) -> Result<Asked, StoreError>;
}

/// What has become of what was asked for.
pub(super) enum Asked {
    Waits,
    Done,
    Failed(String),
}

/// Of one projection.
pub(super) struct AskIn<K> {
    pub(super) sink: K,
    /// That of the first generation.
    pub(super) consumer: ConsumerName,
    pub(super) log: LogId,
}

impl<K> AskIn<K> {
    fn generation(&self, generation: u32) -> Result<ConsumerName, StoreError> {
        self.consumer.generation(generation).map_err(|e| StoreError::new("naming a generation", e))
    }
}

#[async_trait]
impl<K: GenerationStore> Ask for AskIn<K> {
    async fn rebuild(&self) -> Result<u32, StoreError> {
        self.sink.rebuild(&self.consumer, false).await
    }

    async fn repair(&self, document: &str) -> Result<(), StoreError> {
        // A key that no document can have is told as such.
        format!("document {document}")
            .parse::<Lane>()
            .map_err(|e| StoreError::new(format!("asking for document {document:?} to be made anew"), e))?;
        let found = self.sink.generations(&self.consumer).await?;
        // Also of one that is being made: it may have been begun by code that was not mended yet.
        for generation in [Some(found.active), found.filling].into_iter().flatten() {
            self.sink.repair(&self.generation(generation)?, self.log, document).await?;
        }
        Ok(())
    }

    async fn repaired(&self, document: &str) -> Result<Asked, StoreError> {
        // Of the one that is read by now. If it was begun after that was asked, nothing was asked of it, and it is as good.
        let active = self.generation(self.sink.generations(&self.consumer).await?.active)?;
        let found = self.sink.repairs(&active, self.log, Some(document)).await?.pop();
        Ok(match found.map(|repair| repair.failure) {
            None => Asked::Done,
            Some(None) => Asked::Waits,
            Some(Some(why)) => Asked::Failed(why),
        })
    }
}
