//! How large the parts of an event may be. Larger input is refused with [`Invalid`](crate::Invalid) before anything
//! is written; all stores share these limits, so that a log can move from one to another.

/// Bytes of a stream's category.
pub const CATEGORY_BYTES: usize = 128;
/// Bytes of a stream's key.
pub const STREAM_KEY_BYTES: usize = 1_024;
/// Bytes of an event type's name.
pub const EVENT_TYPE_BYTES: usize = 256;
/// Bytes of one tag.
pub const TAG_BYTES: usize = 512;
/// Tags on one event.
pub const TAGS: usize = 64;
/// Bytes of one event's payload: 16 MiB.
pub const PAYLOAD_BYTES: usize = 16 * 1_024 * 1_024;
/// Bytes of one event's metadata, encoded.
pub const METADATA_BYTES: usize = 64 * 1_024;
/// Bytes of an idempotency key. It is kept in the metadata of each event of its command.
pub const IDEMPOTENCY_KEY_BYTES: usize = 512;
/// Events in one append.
pub const EVENTS_PER_APPEND: usize = 10_000;
/// Types, tags and categories of one query, all together.
pub const QUERY_TERMS: usize = 1_000;
/// Events in one page of a read.
pub const PAGE_EVENTS: usize = 10_000;
/// Bytes of payload after which a store ends a page early, so that memory stays bounded whatever the events' size: 8
/// MiB.
pub const PAGE_BYTES: usize = 8 * 1_024 * 1_024;
/// Bytes of a consumer's name.
pub const CONSUMER_NAME_BYTES: usize = 200;
/// Bytes of a message's key.
pub const MESSAGE_KEY_BYTES: usize = 512;
/// Bytes of a collection's name, short enough to be part of a table name on every database.
pub const COLLECTION_NAME_BYTES: usize = 48;
/// Bytes of a document's key.
pub const DOCUMENT_KEY_BYTES: usize = 1_024;
/// Bytes of a topic or of a pattern of topics: room for the category, the key and the type of any event, even if each of
/// their bytes has to be written as three. A broker may allow less; AMQP 0-9-1 allows 255.
pub const TOPIC_BYTES: usize = 3 * (CATEGORY_BYTES + STREAM_KEY_BYTES + EVENT_TYPE_BYTES) + 2;
/// Words of a topic or of a pattern of topics: room for an event type that has nothing but dots.
pub const TOPIC_WORDS: usize = 2 + EVENT_TYPE_BYTES + 1;
