//! Appends: calls from any task, applied by the thread that writes.

mod apply;
mod job;

pub(crate) use self::job::AppendJob;

use crate::{SqliteStore, writer::Job};
use async_trait::async_trait;
use factum_core::{Append, AppendError, EventAppender, Receipt, StoreError};
use tokio::sync::oneshot;

#[async_trait]
impl EventAppender for SqliteStore {
    async fn append(&self, appends: Vec<Append>) -> Vec<Result<Receipt, AppendError>> {
        let count = appends.len();
        let (reply, outcomes) = oneshot::channel();
        self.inner.writer.send(Job::Append(AppendJob::new(appends, reply)));
        match outcomes.await {
            Ok(told) => told.outcomes,
            Err(_) => (0..count).map(|_| Err(StoreError::closed("appending").into())).collect(),
        }
    }
}
