//! What the store in memory does, with which nothing is wrong, for stores around it that do something else wrong.

/// Has a store do what the one in its field `kept` does, of all that a sink of documents does but for its commits.
macro_rules! sink_as_kept {
    ([$($generic:tt)*] $store:ty) => {
        const _: () = {
            use bytes::Bytes;
            use factum_core::{
                Checkpoint, CheckpointKey, CheckpointStore, ConsumerName, LogId, Position, StoreError, Timestamp,
                checkpoint::{Advance, AdvanceError},
                lease::{Group, LeaseStore, NodeId, Roll},
                quarantine::{Asked, Lane, ListParked, Parked, QuarantineStore, Request},
                sink::{
                    Change, Collection, Document, DocumentReader, DocumentSink, GenerationStore, Generations,
                    Removal, Repair, RepairId,
                },
            };
            use factum_store_memory::MemoryWork;
            use std::time::Duration;

            #[async_trait::async_trait]
            impl<$($generic)*> DocumentSink for $store {
                async fn prepare(&self, collection: &Collection) -> Result<(), StoreError> {
                    self.kept.prepare(collection).await
                }

                async fn discard(&self, collection: &Collection) -> Result<(), StoreError> {
                    self.kept.discard(collection).await
                }

                fn changes(&self, collection: &Collection, changes: Vec<Change>) -> MemoryWork {
                    self.kept.changes(collection, changes)
                }
            }

            crate::mutants::kept::as_kept! { [$($generic)*] [$store]
                CheckpointStore {
                    fn checkpoint(key: &CheckpointKey) -> Result<Option<Checkpoint>, StoreError>;
                    fn logs(consumer: &ConsumerName) -> Result<Vec<LogId>, StoreError>;
                    fn claim(key: &CheckpointKey) -> Result<Checkpoint, StoreError>;
                    fn advance(advance: Advance) -> Result<(), AdvanceError>;
                    fn reset(key: &CheckpointKey) -> Result<Checkpoint, StoreError>;
                }
                LeaseStore {
                    fn now() -> Result<Timestamp, StoreError>;
                    fn wait_until(time: Timestamp) -> Result<Timestamp, StoreError>;
                    fn beat(group: &Group, node: NodeId, ttl: Duration) -> Result<Roll, StoreError>;
                    fn lease(group: &Group, n: u16, node: NodeId, ttl: Duration) -> Result<Option<Checkpoint>, StoreError>;
                    fn release(key: &CheckpointKey, node: NodeId) -> Result<(), StoreError>;
                    fn groups() -> Result<Vec<(Group, Roll)>, StoreError>;
                    fn leave(group: &Group, node: NodeId) -> Result<(), StoreError>;
                }
                QuarantineStore {
                    fn parked(request: ListParked) -> Result<Vec<Parked>, StoreError>;
                    fn quarantines() -> Result<Vec<(ConsumerName, LogId)>, StoreError>;
                    fn request(
                        consumer: &ConsumerName, log: LogId, lane: Option<&Lane>, first: Option<Position>, request: Request
                    ) -> Result<u64, StoreError>;
                    fn requests(key: &CheckpointKey) -> Result<Vec<(Lane, Position, Asked)>, StoreError>;
                }
                GenerationStore {
                    fn generations(consumer: &ConsumerName) -> Result<Generations, StoreError>;
                    fn rebuild(consumer: &ConsumerName, hold: bool) -> Result<u32, StoreError>;
                    fn activate(consumer: &ConsumerName, log: LogId, generation: u32) -> Result<bool, StoreError>;
                    fn release_generation(consumer: &ConsumerName) -> Result<(), StoreError>;
                    fn abandon(consumer: &ConsumerName) -> Result<(), StoreError>;
                    fn remove_generation(consumer: &ConsumerName, generation: u32) -> Result<Removal, StoreError>;
                    fn repair(consumer: &ConsumerName, log: LogId, document: &str) -> Result<RepairId, StoreError>;
                    fn repairs(
                        consumer: &ConsumerName, log: LogId, document: Option<&str>
                    ) -> Result<Vec<Repair>, StoreError>;
                    fn repaired(
                        consumer: &ConsumerName, log: LogId, repair: RepairId, failure: Option<&str>
                    ) -> Result<(), StoreError>;
                }
                DocumentReader {
                    fn load(collection: &Collection, keys: Vec<String>) -> Result<Vec<Option<Bytes>>, StoreError>;
                    fn scan(
                        collection: &Collection, after: Option<String>, limit: usize
                    ) -> Result<Vec<Document>, StoreError>;
                }
            }
        };
    };
}

/// Of each trait the calls that are handed on.
macro_rules! as_kept {
    ($generics:tt $store:tt $($of:ident { $(fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)* })+) => {
        $(crate::mutants::kept::as_kept! { @one $generics $store $of { $(fn $name($($argument: $type),*) $(-> $result)?;)* } })+
    };
    (@one [$($generic:tt)*] [$store:ty] $of:ident {
        $(fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*
    }) => {
        #[async_trait::async_trait]
        impl<$($generic)*> $of for $store {
            $(async fn $name(&self, $($argument: $type),*) $(-> $result)? {
                self.kept.$name($($argument),*).await
            })*
        }
    };
}

pub(super) use {as_kept, sink_as_kept};
