use super::{
    Refusal,
    asked::Asked,
    events,
    feed::{Feed, Viewer},
    socket,
};
use axum::{Router, http::request::Parts, routing::get};
use factum_core::{RecordedEvent, store::EventReader};
use factum_projections::Subscription;
use std::{fmt, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// The log, for browsers; cheap to clone. See the [module](super).
#[derive(Clone)]
#[must_use]
pub struct LiveLog {
    pub(super) shared: Arc<Shared>,
    pub(super) settings: Settings,
}

/// What all clones have in common.
pub(super) struct Shared {
    pub(super) store: Arc<dyn EventReader>,
    pub(super) source: String,
    pub(super) authorize: Box<Authorize>,
    pub(super) closing: CancellationToken,
}

type Authorize = dyn Fn(&Parts, &RecordedEvent) -> bool + Send + Sync;

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) heartbeat: Duration,
    pub(super) patience: Duration,
    pub(super) origins: Arc<[String]>,
}

/// So many events are read at a time for one who looks on, and at most eight times as many are kept ahead.
const PAGE: usize = 64;

impl LiveLog {
    /// The log of `store`, whose events are shown as [`CloudEvent`](crate::CloudEvent)s of this `source`.
    ///
    /// `authorize` decides of each event whether the one who has sent the request is to see it. Where everybody may see
    /// everything, it says so: `|_, _| true`. In the parts of a request are its headers, and in its extensions what a layer has
    /// found out about who sends it. It is asked for every event that somebody has asked for, and so should not take long.
    pub fn new(
        store: impl EventReader,
        source: impl Into<String>,
        authorize: impl Fn(&Parts, &RecordedEvent) -> bool + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            store: Arc::new(store),
            source: source.into(),
            authorize: Box::new(authorize),
            closing: CancellationToken::new(),
        };
        let settings = Settings {
            heartbeat: Duration::from_secs(15),
            patience: Duration::from_secs(60),
            origins: Arc::default(),
        };
        Self { shared: Arc::new(shared), settings }
    }

    /// How long nothing is sent, until it is said that nothing has happened. By default 15 seconds, which is shorter than
    /// proxies wait; 0 is taken for a millisecond.
    pub fn heartbeat(mut self, pause: Duration) -> Self {
        self.settings.heartbeat = pause.max(Duration::from_millis(1));
        self
    }

    /// How long a WebSocket whose client does not read is kept open. By default a minute.
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// Opens a WebSocket for pages of this origin too, such as `https://shop.example`. Without it, only pages of the host that the
    /// request is for get one: a browser lets every page open a WebSocket, in the name of whoever looks at the page
    /// ([RFC 6455, section 10.2](https://www.rfc-editor.org/rfc/rfc6455#section-10.2)).
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.settings.origins = self.settings.origins.iter().cloned().chain([origin.into()]).collect();
        self
    }

    /// `GET /events` for server-sent events, and `GET /events/socket` for WebSocket. It can be nested and layered as any other.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Router::new()
            .route("/events", get(events::stream))
            .route("/events/socket", get(socket::open))
            .with_state(self.clone())
    }

    /// Ends all streams, and begins no more. A server that stops waits for what it still sends, which without this has no end.
    ///
    /// Clients go on where they were, as soon as there is a server again.
    pub fn shutdown(&self) {
        self.shared.closing.cancel();
    }

    /// What is asked for, for somebody.
    pub(super) async fn feed(&self, asked: Asked, parts: Arc<Parts>) -> Result<Feed, Refusal> {
        if self.shared.closing.is_cancelled() {
            return Err(Refusal::Unavailable);
        }
        let store = Arc::clone(&self.shared.store);
        let subscription = Subscription::open(store, asked.events, asked.start).await;
        let subscription = subscription.map_err(|error| Refusal::of(&error))?.limit(PAGE);
        let viewer = Viewer { shared: Arc::clone(&self.shared), parts };
        Ok(Feed::new(subscription, viewer, self.settings.heartbeat))
    }
}

impl fmt::Debug for LiveLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveLog")
            .field("source", &self.shared.source)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
