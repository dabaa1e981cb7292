use super::{append, soon};
use factum::{ConsumerName, EventStore, EventType, LeaseStore, NewEvent, Query, RecordedEvent, StreamId};
use factum_projections::{ConsumerGroup, Delivery, Member};
use std::{collections::BTreeMap, time::Duration};

/// A log, and where its consumers keep their places.
pub(crate) trait Log: EventStore + LeaseStore + Clone {}

impl<S: EventStore + LeaseStore + Clone> Log for S {}

/// The group of all tests, which gets all events.
pub(crate) fn group() -> ConsumerGroup {
    ConsumerGroup::new(ConsumerName::new("workers").unwrap(), Query::all())
}

/// Appends so many events, one after the other to each of so many streams; the payload of each is its number in its stream.
pub(crate) async fn numbered(store: &impl EventStore, streams: usize, events: usize) {
    let event = |n: usize| {
        let stream = StreamId::new("order", &(n % streams).to_string()).unwrap();
        NewEvent::new(stream, EventType::from_static("Numbered"), (n / streams).to_string())
    };
    append(store, (0..events).map(event)).await;
}

pub(crate) async fn next(member: &Member) -> Delivery {
    soon(member.next()).await.unwrap().expect("the member is not closed")
}

/// Pulls and acknowledges until there were so many events; those of each delivery, with its partition.
pub(crate) async fn pull(member: &Member, events: usize) -> Vec<RecordedEvent> {
    let mut pulled = Vec::new();
    while pulled.len() < events {
        let delivery = next(member).await;
        assert!(!delivery.events().is_empty());
        pulled.extend(delivery.events().iter().cloned());
        delivery.ack().await.unwrap();
    }
    pulled
}

/// That there is nothing to pull, also when all tasks have done what they can without the clock. Only where the clock is paused.
pub(crate) async fn nothing_more(member: &Member) {
    let waited = tokio::time::timeout(Duration::from_millis(50), member.next()).await;
    assert!(waited.is_err(), "{waited:?}");
}

/// The numbers of events of each stream, in the order in which they were delivered.
pub(crate) fn by_stream<'a>(
    events: impl IntoIterator<Item = &'a RecordedEvent>,
) -> BTreeMap<String, Vec<usize>> {
    let mut streams: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for event in events {
        let number = std::str::from_utf8(&event.payload).unwrap().parse().unwrap();
        streams.entry(event.stream.to_string()).or_default().push(number);
    }
    streams
}

/// Until the members have so many partitions each.
pub(crate) async fn until_they_have(members: &[&Member], shares: &[usize]) {
    soon(async {
        while members.iter().map(|member| member.partitions().len()).collect::<Vec<_>>() != shares {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}
