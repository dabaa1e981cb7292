//! What an import does with lines that are there already, and when the store does not simply say yes.

mod faults;
mod hostile;
mod lines;

use self::faults::Faulty;
use super::{
    batch::Batch,
    write::{Writer, Written},
};
use crate::{
    failure::Failure,
    store::{Query, ReadLog},
};
use factum::EventReader;
use std::sync::Arc;

/// Lines given as stream, version and id; without an id it is the derived one.
fn batch(lines: &[(&str, u64, Option<u128>)]) -> Batch {
    let mut batch = Batch::default();
    for (number, (stream, version, id)) in (1..).zip(lines) {
        let id = id.map(|id| format!(r#","id":"{id:032x}""#)).unwrap_or_default();
        let line = format!(
            r#"{{"stream":"{stream}","version":{version},"type":"T","time":"1970-01-01T00:00:00Z","data":1{id}}}"#
        );
        batch.read(number, line.as_bytes());
    }
    assert_eq!(batch.bad, []);
    batch
}

struct Import {
    store: Arc<Faulty>,
    writer: Writer,
}

impl Import {
    fn new() -> Self {
        let store = Arc::new(Faulty::default());
        Self { writer: Writer::new(store.clone()), store }
    }

    /// How many were imported, how many skipped, and which lines are bad for which reason.
    async fn write(&mut self, batch: Batch, skips: bool) -> (u64, u64, Vec<String>) {
        let Written { imported, skipped, bad } = self.try_write(batch, skips).await.expect("written");
        (imported, skipped, bad.iter().map(|bad| bad.at("f")).collect())
    }

    async fn try_write(&mut self, batch: Batch, skips: bool) -> Result<Written, Failure> {
        self.writer.write(batch, skips).await
    }

    /// The log, as stream and version.
    async fn log(&self) -> Vec<String> {
        let page = self.store.read_log(ReadLog::new(Query::all())).await.expect("read");
        page.events.iter().map(|event| format!("{} {}", event.stream, event.version)).collect()
    }
}
