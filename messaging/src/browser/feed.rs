use super::live_log::Shared;
use crate::{CloudEvent, Topic};
use axum::http::request::Parts;
use factum_core::{Causes, Position, RecordedEvent};
use factum_projections::Subscription;
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, sleep_until};

/// The log as one viewer sees it. It is pulled: nothing is read before what was read is gone, but for a few pages ahead.
pub(super) struct Feed {
    subscription: Subscription,
    viewer: Viewer,
    /// Read, and not looked at.
    events: VecDeque<RecordedEvent>,
    /// Everything up to here was returned, or is not for this viewer.
    reached: Position,
    heartbeat: Duration,
    next_beat: Instant,
}

/// Who looks on.
pub(super) struct Viewer {
    pub(super) shared: Arc<Shared>,
    pub(super) parts: Arc<Parts>,
}

/// What comes next.
pub(super) enum Next {
    Event(Box<Seen>),
    /// Nothing for some time; everything up to here was seen.
    Nothing(Position),
    /// The server is about to end, or the log cannot be read.
    End,
}

/// An event that the viewer may see.
pub(super) struct Seen {
    pub(super) position: Position,
    pub(super) topic: Topic,
    pub(super) event: CloudEvent,
}

/// How long a log that could not be read is left alone.
const PAUSE: Duration = Duration::from_secs(1);

impl Viewer {
    fn see(&self, event: &RecordedEvent) -> Option<Seen> {
        if !(self.shared.authorize)(&self.parts, event) {
            return None;
        }
        match CloudEvent::of(event, &self.shared.source) {
            Ok(seen) => Some(Seen { position: event.position, topic: Topic::of_event(event), event: seen }),
            // It will not become one by waiting for it.
            Err(error) => {
                tracing::error!(position = %event.position, error = %Causes(&error), "an event is not shown");
                None
            }
        }
    }
}

impl Feed {
    pub(super) fn new(subscription: Subscription, viewer: Viewer, heartbeat: Duration) -> Self {
        let reached = subscription.position();
        let next_beat = Instant::now() + heartbeat;
        Self { subscription, viewer, events: VecDeque::new(), reached, heartbeat, next_beat }
    }

    pub(super) const fn reached(&self) -> Position {
        self.reached
    }

    /// What comes next; waits for it.
    ///
    /// # Cancellation
    /// Safe: what was not returned is returned by the next call.
    pub(super) async fn next(&mut self) -> Next {
        loop {
            if self.viewer.shared.closing.is_cancelled() {
                return Next::End;
            }
            while let Some(event) = self.events.pop_front() {
                self.reached = event.position;
                if let Some(seen) = self.viewer.see(&event) {
                    self.next_beat = Instant::now() + self.heartbeat;
                    return Next::Event(Box::new(seen));
                }
            }
            self.reached = self.reached.max(self.subscription.position());
            tokio::select! {
                // A log in which nothing is for this viewer must not keep the others waiting.
                biased;
                () = self.viewer.shared.closing.cancelled() => return Next::End,
                () = sleep_until(self.next_beat) => {
                    self.next_beat = Instant::now() + self.heartbeat;
                    return Next::Nothing(self.reached);
                }
                batch = self.subscription.next() => match batch {
                    Ok(batch) => self.events.extend(batch.events),
                    Err(error) if error.is_transient() => {
                        tracing::warn!(error = %Causes(&error), "the log cannot be read for a browser");
                        tokio::select! {
                            () = self.viewer.shared.closing.cancelled() => return Next::End,
                            () = sleep(PAUSE) => {}
                        }
                    }
                    Err(error) => {
                        tracing::error!(error = %Causes(&error), "the log cannot be read for a browser");
                        return Next::End;
                    }
                },
            }
        }
    }
}
