//! The log for browsers: server-sent events and WebSocket, from any position on, and with nothing lost in between.
//!
//! ```
//! use axum::Router;
//! use factum_messaging::browser::LiveLog;
//! use factum_store_memory::MemoryStore;
//!
//! let log = LiveLog::new(MemoryStore::new(), "/shop", |request, event| {
//!     // Everybody sees products, and the clerks see orders.
//!     event.stream.category() == "product" || request.headers.get("x-role").is_some_and(|role| role == "clerk")
//! });
//! let router: Router = Router::new().merge(log.router());
//! ```
//!
//! What is sent are [`CloudEvent`](crate::CloudEvent)s as JSON, of the events that are asked for by
//! [topic](crate::topic) and that the one who asks [may see](LiveLog::new).
//!
//! # Server-sent events
//! `GET /events?topics=order.*.Paid,order.%23&after=12`, with `#` as `%23`. Without `after` it begins now. The `id` of each event is
//! its position in the log, which a browser sends back as `Last-Event-ID` when it connects again; so it goes on
//! exactly after what it has seen. A comment comes when nothing else does, with the position that was reached.
//!
//! ```js
//! const topics = ["order.*.Paid", "product.#"].map(encodeURIComponent).join();
//! const events = new EventSource(`/events?topics=${topics}`);
//! events.onmessage = ({ data, lastEventId }) => console.log(lastEventId, JSON.parse(data));
//! ```
//!
//! # WebSocket
//! `GET /events/socket`. All messages are JSON:
//!
//! | the client says | and is told |
//! |---|---|
//! | `{"subscribe": ["order.#"], "after": 12}` | `{"subscribed": 12}`, and then the events after that position; without `after`, those from now on. It takes the place of what was subscribed to before |
//! | `{"unsubscribe": true}` | `{"unsubscribed": 40}`: everything up to there was sent |
//! | anything else | `{"error": "…"}` |
//! | | `{"position": 13, "topic": "order.7.Paid", "event": {…}}` for each event |
//! | | `{"reached": 40}` when nothing else comes: whoever connects again asks for what is after that |
//!
//! # Guarantees
//! - **In order, and complete.** Every event that is asked for and allowed is sent once, in the order of the log, on one
//!   connection; and over several, if each begins after the last position of the one before.
//! - **Pulled.** An event is read when there is room for it. A client that is slow, or does not read at all, costs a
//!   few hundred events of memory and delays nobody; a WebSocket that takes nothing is [closed after a
//!   minute](LiveLog::patience).
//! - **Not seen by others.** Nothing is shown that the application has not allowed, event by event. The positions tell how many
//!   events there are in the log. A WebSocket is opened only for [pages of the own site](LiveLog::allow_origin), and
//!   server-sent events are read only by those, unless a layer allows others (CORS).
//! - **An end.** [`LiveLog::shutdown`] ends all streams, so that a server can stop.
//!
//! A position beyond the end of the log is refused with status 409: it belongs to another log, or this one was restored to an earlier
//! state. A topic that cannot be is refused with 400. Both are problem details.

mod asked;
mod events;
mod feed;
mod live_log;
mod refusal;
mod socket;
mod words;

pub use self::live_log::LiveLog;
use self::refusal::Refusal;
