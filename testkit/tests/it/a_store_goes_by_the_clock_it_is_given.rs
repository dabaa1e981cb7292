use factum::{
    Append, CheckpointKey, CheckpointStore, ConsumerName, EventAppender, EventReader, EventType, InboxStore,
    LeaseStore, LogId, MemoryStore, MessageKey, NewEvent, Position, StreamId,
    checkpoint::Advance,
    lease::{Group, NodeId},
    quarantine::{Change, Lane, ListParked, QuarantineStore},
    sqlite::SqliteConfig,
    store::Clock,
};
use factum_testkit::VirtualClock;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

fn consumer() -> ConsumerName {
    ConsumerName::new("balances").unwrap()
}

#[tokio::test]
async fn in_memory() {
    let clock = VirtualClock::new();
    goes_by(MemoryStore::with_clock(clock.clone()), &clock).await;
}

#[tokio::test]
async fn in_a_file() {
    let (clock, folder) = (VirtualClock::new(), tempfile::tempdir().unwrap());
    let config = SqliteConfig::new(folder.path().join("log.db")).clock(clock.clone());
    goes_by(config.open().await.unwrap(), &clock).await;
}

async fn goes_by(
    store: impl EventReader + EventAppender + InboxStore + LeaseStore + QuarantineStore,
    clock: &VirtualClock,
) {
    clock.advance(MINUTE);
    assert_eq!(store.now().await.unwrap(), clock.now());
    what_is_written_has_its_time(&store, clock).await;
    leases_last_as_long_as_it_says(&store, clock).await;
    let until = clock.now() + MINUTE;
    let advance = async { clock.advance(MINUTE) };
    assert_eq!(tokio::join!(store.wait_until(until), advance).0.unwrap(), until);
}

async fn what_is_written_has_its_time(
    store: &(impl EventReader + EventAppender + InboxStore + CheckpointStore + QuarantineStore),
    clock: &VirtualClock,
) {
    let stream = StreamId::new("account", "7").unwrap();
    let event_type = EventType::from_static("Opened");
    let opened = NewEvent::new(stream.clone(), event_type.clone(), "{}");
    assert_eq!(store.append_one(Append::new([opened])).await.unwrap().recorded_at, clock.now());

    let message = [MessageKey::new("payment-7").unwrap()];
    store.receive(&consumer(), &message).await.unwrap();
    assert_eq!(store.received(&consumer(), &message).await.unwrap(), [Some(clock.now())]);

    let key = CheckpointKey::new(consumer(), store.log_id());
    let epoch = store.claim(&key).await.unwrap().epoch;
    let position = Position::new(1);
    let mut advance = Advance::new(key, epoch, position);
    let lane = Lane::Stream(stream.clone());
    advance.quarantine = vec![Change::Park { lane, position, stream, event_type, failure: None }];
    store.advance(advance).await.unwrap();
    let parked = store.parked(ListParked::new(consumer(), store.log_id())).await.unwrap();
    assert_eq!(parked[0].parked_at, clock.now());
}

async fn leases_last_as_long_as_it_says(store: &impl LeaseStore, clock: &VirtualClock) {
    let (group, [node, other]) =
        (Group::new(consumer(), LogId::random(), 1), [(); 2].map(|()| NodeId::random()));
    store.beat(&group, node, MINUTE).await.unwrap();
    assert!(store.lease(&group, 0, node, MINUTE).await.unwrap().is_some());
    clock.advance(MINUTE - Duration::from_millis(1));
    assert_eq!(store.lease(&group, 0, other, MINUTE).await.unwrap(), None);
    assert_eq!(store.beat(&group, other, MINUTE).await.unwrap().nodes, 2);
    clock.advance(Duration::from_millis(1));
    assert!(store.lease(&group, 0, other, MINUTE).await.unwrap().is_some());
    assert_eq!(store.beat(&group, other, MINUTE).await.unwrap().nodes, 1);
}
