use super::{consuming::Consumer, handler::Handler};
use crate::transport::Transport;
use async_trait::async_trait;
use factum_core::{
    Append, AppendError, CheckpointKey, NewEvent, Projection, Receipt, Recorded, RecordedEvent, StoreError,
    projection::ProjectionError, sink::Sink, store::EventAppender,
};
use std::collections::HashMap;

/// Makes the events of another service part of the own log, each once, so that whatever follows the log hears of them: processes,
/// reactors, read models, and `factum trace`.
///
/// ```
/// # extern crate factum_core as factum;
/// # use factum_core::App;
/// # use factum_macros::{Event, Projection};
/// # use factum_messaging::LocalBroker;
/// # use factum_store_memory::MemoryStore;
/// # use serde::{Deserialize, Serialize};
/// use factum_messaging::{ConsumeExt as _, into_log};
///
/// #[derive(Event, Serialize, Deserialize)]
/// struct Charged { amount: u64 }
///
/// /// What comes in of the payment service.
/// #[derive(Projection)]
/// #[projection(name = "payments_in", events(Charged))]
/// struct PaymentsIn;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let broker = LocalBroker::new();
/// let shop = App::builder(MemoryStore::new()).consume(into_log(PaymentsIn, broker.clone())).build().await?;
/// # shop.shutdown().await;
/// # Ok(()) }
/// ```
///
/// An event keeps its id, stream, payload, tags, metadata and time, and gets a version and a position of this log. That it is there
/// already its id tells, however long ago that was: there is no inbox to be emptied.
///
/// **A stream has one owner.** What comes in is appended to streams of the names that they have elsewhere, whatever is in them, so
/// nobody here should decide on those. And a relay that publishes what comes in sends it back to where it came from.
pub fn into_log<P: Projection>(events: P, transport: impl Transport) -> Consumer<IntoLog<P>> {
    Consumer::new::<P>(IntoLog(events), transport)
}

/// A message becomes an event of the own log; made by [`into_log`].
#[derive(Clone, Copy, Debug)]
pub struct IntoLog<P>(P);

#[async_trait]
impl<K: Sink + EventAppender, P: Projection> Handler<K> for IntoLog<P> {
    type Event = P::Event;
    const NAME: &'static str = P::NAME;
    const VERSION: u32 = P::VERSION;
    const TOGETHER: usize = 256;

    async fn handle(
        &self,
        log: &K,
        _: &CheckpointKey,
        events: &[Recorded<P::Event>],
    ) -> Result<(), ProjectionError> {
        let streams = by_stream(events);
        let appends = streams.iter().map(|events| Append::new(events.iter().cloned())).collect();
        let mut failed = None;
        for (events, outcome) in streams.into_iter().zip(log.append(appends).await) {
            let taken = match outcome {
                // Some of them may be there already. One that is not taken keeps those back that follow it in its stream.
                Err(error) if events.len() > 1 && is_about_events(&error) => one_by_one(log, events).await,
                outcome => taken(outcome),
            };
            failed = failed.or(taken.err());
        }
        failed.map_or(Ok(()), Err)
    }
}

/// The events of each stream in order; the streams in the order in which they come.
fn by_stream<E>(events: &[Recorded<E>]) -> Vec<Vec<NewEvent>> {
    let (mut streams, mut places) = (Vec::<Vec<_>>::new(), HashMap::new());
    for event in events {
        let place = *places.entry(event.stream()).or_insert(streams.len());
        if place == streams.len() {
            streams.push(Vec::new());
        }
        streams[place].push(copy(&event.record));
    }
    streams
}

async fn one_by_one(log: &impl EventAppender, events: Vec<NewEvent>) -> Result<(), ProjectionError> {
    for event in events {
        taken(log.append_one(Append::new([event])).await)?;
    }
    Ok(())
}

/// Whether it is not the store that fails, which would fail for each of them.
const fn is_about_events(error: &AppendError) -> bool {
    !matches!(error, AppendError::Store(_) | AppendError::OutcomeUnknown(_))
}

/// Whether an event is in the log now.
fn taken(outcome: Result<Receipt, AppendError>) -> Result<(), ProjectionError> {
    match outcome {
        Ok(_) | Err(AppendError::DuplicateEvent(_)) => Ok(()),
        Err(AppendError::Store(error)) => Err(error.into()),
        // If it was written, the next attempt finds it there.
        Err(AppendError::OutcomeUnknown(error)) => {
            Err(StoreError::unavailable("appending what has come in", error).into())
        }
        Err(error) => Err(ProjectionError::work(error)),
    }
}

fn copy(event: &RecordedEvent) -> NewEvent {
    let RecordedEvent { id, stream, event_type, type_version, payload, .. } = event.clone();
    let mut copy = NewEvent::from_parts(id, stream, event_type, payload)
        .with_time(event.time)
        .with_tags(event.tags.clone())
        .with_metadata(event.metadata.clone());
    copy.type_version = type_version;
    copy
}

#[cfg(test)]
mod tests {
    use super::{super::handler::Handler as _, IntoLog};
    use factum_core::{
        Append, CheckpointKey, EventAppender as _, EventReader as _, NewEvent, Query, Recorded, StreamId,
        limits, store::ReadLog,
    };
    use factum_macros::{Event, Projection};
    use factum_store_memory::MemoryStore;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Event, Serialize, Deserialize)]
    #[event(crate = "factum_core")]
    struct Charged {
        amount: u64,
    }

    #[derive(Projection)]
    #[projection(name = "payments_in", events(Charged), crate = "factum_core")]
    struct PaymentsIn;

    /// What somebody else has in these streams: amounts from 1 on.
    async fn charged(streams: &[&str]) -> Vec<Recorded<PaymentsInEvent>> {
        let store = MemoryStore::new();
        let events = streams.iter().zip(1..).map(|(stream, amount)| {
            NewEvent::of(StreamId::new("payment", stream).unwrap(), &Charged { amount }).unwrap()
        });
        store.append_one(Append::new(events)).await.unwrap();
        let page = store.read_log(ReadLog::new(Query::all())).await.unwrap();
        page.events.into_iter().map(|event| event.decode().unwrap()).collect()
    }

    /// Streams and amounts.
    async fn has(store: &MemoryStore) -> Vec<(String, u64)> {
        let page = store.read_log(ReadLog::new(Query::all())).await.unwrap();
        let said = page.events.into_iter().map(|event| {
            let charged: Charged = serde_json::from_slice(&event.payload).unwrap();
            (event.stream.key().to_owned(), charged.amount)
        });
        said.collect()
    }

    fn of(all: &[(&str, u64)]) -> Vec<(String, u64)> {
        all.iter().map(|(stream, amount)| ((*stream).to_owned(), *amount)).collect()
    }

    fn key(store: &MemoryStore) -> CheckpointKey {
        CheckpointKey::new("payments_in_v1".parse().unwrap(), store.log_id())
    }

    #[tokio::test]
    async fn one_that_is_not_taken_keeps_back_what_follows_in_its_stream_and_nothing_else() {
        let mut events = charged(&["a", "b", "a", "b", "a"]).await;
        events[2].record.payload = vec![b' '; limits::PAYLOAD_BYTES + 1].into();
        let store = MemoryStore::new();
        IntoLog(PaymentsIn).handle(&store, &key(&store), &events).await.unwrap_err();
        let mut found = has(&store).await;
        found.sort();
        assert_eq!(found, of(&[("a", 1), ("b", 2), ("b", 4)]));
    }

    #[tokio::test]
    async fn those_that_are_there_already_are_left_alone() {
        let (events, store) = (charged(&["a", "a", "a"]).await, MemoryStore::new());
        IntoLog(PaymentsIn).handle(&store, &key(&store), &events[..2]).await.unwrap();
        IntoLog(PaymentsIn).handle(&store, &key(&store), &events).await.unwrap();
        assert_eq!(has(&store).await, of(&[("a", 1), ("a", 2), ("a", 3)]));
    }
}
