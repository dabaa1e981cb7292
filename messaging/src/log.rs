//! What is committed to the log is published.

use crate::{PubSub, Topic};
use async_trait::async_trait;
use factum_core::{
    Position, Query, RecordedEvent, StoreError,
    app::{Component, ComponentError, Running, Startup},
    store::{EventReader, EventStore, ReadLog, Watch},
};
use std::{
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Publishes to `bus` every event that is committed while the app runs, as a component of it.
///
/// The payload of each message is the [`RecordedEvent`], its topic is [`Topic::of_event`] unless
/// [another](PublishLog::topic) is asked for.
///
/// # Guarantees
/// Events are published in the order of the log, whichever process has written them, each at most once. It begins with the
/// first event after the app was built, and keeps no place: what is committed while no app runs is never published.
///
/// ```
/// use factum_core::{App, Append, EventAppender, EventType, NewEvent, StreamId};
/// use factum_messaging::{publish_log, PubSub};
/// use factum_store_memory::MemoryStore;
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bus = PubSub::new();
/// let mut paid = bus.subscribe("order.*.Paid".parse()?);
/// let store = MemoryStore::new();
/// let app = App::builder(store.clone()).component(publish_log(&bus)).build().await?;
///
/// let event = NewEvent::new(StreamId::new("order", "7")?, EventType::from_static("Paid"), "{}");
/// store.append_one(Append::new([event])).await?;
///
/// let message = paid.next().await.expect("the bus is open")?;
/// assert_eq!(message.topic().as_str(), "order.7.Paid");
/// assert_eq!(message.event().map(|event| event.position.get()), Some(1));
///
/// app.shutdown().await;
/// bus.shutdown().await;
/// # Ok(()) }
/// ```
#[must_use = "a component does nothing until it is given to an app"]
pub fn publish_log(bus: &PubSub) -> PublishLog {
    PublishLog {
        bus: bus.clone(),
        query: Query::all(),
        topic: Box::new(|event| Some(Topic::of_event(event))),
    }
}

type TopicOf = Box<dyn Fn(&RecordedEvent) -> Option<Topic> + Send + Sync>;

/// Publishes the log; made by [`publish_log`].
#[must_use = "a component does nothing until it is given to an app"]
pub struct PublishLog {
    bus: PubSub,
    query: Query,
    topic: TopicOf,
}

impl PublishLog {
    /// Only the events that match `query`.
    pub fn query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    /// Publishes each event under the topic that `topic` gives, and not at all where it gives none or panics.
    pub fn topic(mut self, topic: impl Fn(&RecordedEvent) -> Option<Topic> + Send + Sync + 'static) -> Self {
        self.topic = Box::new(topic);
        self
    }

    async fn publish(&self, event: RecordedEvent) {
        // A topic is a matter of the application's code, and one event that it fails at must not end all others.
        match catch_unwind(AssertUnwindSafe(|| (self.topic)(&event))) {
            Ok(Some(topic)) => drop(self.bus.publish(topic, event).await),
            Ok(None) => {}
            Err(_) => {
                let RecordedEvent { stream, version, .. } = &event;
                tracing::error!(%stream, %version, "finding the topic of an event has panicked");
            }
        }
    }
}

impl fmt::Debug for PublishLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishLog").field("query", &self.query).finish_non_exhaustive()
    }
}

#[async_trait]
impl Component for PublishLog {
    fn name(&self) -> String {
        "publication of the log".to_owned()
    }

    /// Provides a [`PublishedLog`].
    async fn start(self: Box<Self>, startup: &mut Startup) -> Result<(), ComponentError> {
        let store = startup.store();
        // Before the head, so that nothing can be appended unnoticed in between.
        let watch = store.watch();
        let begin = store.head().await?;
        let (progress, seen) = watch::channel(Progress { through: begin, error: None });
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let feed = Feed { publish: *self, store, watch, progress };
            // Between two events at the earliest, except where a subscriber is waited for.
            stopped.run_until_cancelled(feed.follow(begin)).await;
        });
        startup.provide(PublishedLog { progress: seen });
        startup.keep(RunningFeed { stop: stop.drop_guard(), task: Mutex::new(Some(task)) });
        Ok(())
    }
}

#[derive(Clone, Debug)]
struct Progress {
    through: Position,
    error: Option<Arc<StoreError>>,
}

struct Feed {
    publish: PublishLog,
    store: Arc<dyn EventStore>,
    watch: Watch,
    progress: watch::Sender<Progress>,
}

/// How long to rely on being woken.
const LOOK_ANYWAY: Duration = Duration::from_secs(1);

/// How long to wait before reading again after a transient error: doubled each time, up to the longer one.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

impl Feed {
    async fn follow(mut self, mut after: Position) {
        let mut wait = BACKOFF.0;
        loop {
            match self.store.read_log(ReadLog::new(self.publish.query.clone()).after(after)).await {
                Ok(page) if page.through > after => {
                    wait = BACKOFF.0;
                    for event in page.events {
                        let position = event.position;
                        self.publish.publish(event).await;
                        self.progress.send_modify(|progress| progress.through = position);
                    }
                    after = page.through;
                    self.progress.send_modify(|progress| progress.through = after);
                }
                // Once the store is closed nothing wakes, and the next read says so.
                Ok(_) => drop(tokio::time::timeout(LOOK_ANYWAY, woken(&mut self.watch)).await),
                Err(error) if error.is_transient() => {
                    tracing::warn!(error = with_causes(&error), %after, "publishing the log will try again");
                    tokio::time::sleep(wait).await;
                    wait = BACKOFF.1.min(wait * 2);
                }
                Err(error) => {
                    tracing::error!(error = with_causes(&error), %after, "publishing the log has failed and stopped");
                    let error = Some(Arc::new(error));
                    return self.progress.send_modify(|progress| progress.error = error);
                }
            }
        }
    }
}

/// So that a subscriber of `tracing` prints the causes too.
const fn with_causes(error: &StoreError) -> &(dyn Error + 'static) {
    error
}

async fn woken(watch: &mut Watch) {
    if !watch.changed().await {
        std::future::pending::<()>().await;
    }
}

struct RunningFeed {
    stop: DropGuard,
    task: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

#[async_trait]
impl Running for RunningFeed {
    async fn stop(&self) {
        self.stop.token().cancel();
        let mut task = self.task.lock().await;
        // Taken out only once it has ended, so that whoever asks after somebody who gave up waiting waits for it too.
        if let Some(running) = task.as_mut() {
            // A panic has been reported by the runtime.
            let _ = running.await;
            *task = None;
        }
    }
}

/// How far the log was published, found with [`App::model`](factum_core::App::model).
#[derive(Clone, Debug)]
pub struct PublishedLog {
    progress: watch::Receiver<Progress>,
}

impl PublishedLog {
    /// Everything up to here was published, or lay there when the app was built.
    #[must_use]
    pub fn position(&self) -> Position {
        self.progress.borrow().through
    }

    /// Why it has stopped, if the log could not be read.
    #[must_use]
    pub fn error(&self) -> Option<Arc<StoreError>> {
        self.progress.borrow().error.clone()
    }

    /// Waits until everything up to `position` was published. Returns `false` when that will not happen, because it has
    /// stopped.
    pub async fn reached(&self, position: Position) -> bool {
        let mut progress = self.progress.clone();
        let seen = progress.wait_for(|now| now.through >= position || now.error.is_some()).await;
        seen.is_ok_and(|now| now.through >= position)
    }
}
