use super::Webhook;
use crate::{
    Publish,
    transport::{Outgoing, Transport as _},
};
use factum_core::{
    Causes, Position,
    sink::WorkError,
    store::{EventReader, ReadLog},
};
use std::{fmt, ops::RangeInclusive};

/// So many events are read, and are on their way, at a time.
const PAGE: usize = 100;

impl Webhook {
    /// Sends once more what `publish` says of the events at these positions: of one, or of many. Returns the position that was
    /// reached, the last one, or the end of the log if that comes before it.
    ///
    /// Those of a stream are sent in their order, each under the id that it had before, so that a receiver which remembers ids
    /// and has one handles it only if it has forgotten it. The topics of the endpoint and its circuit count here too.
    ///
    /// # Errors
    /// [`ReplayError`] at the first event that could not be read or sent. It says which position was reached, and to go on
    /// after that leaves nothing out; some that come after it may have been sent.
    pub async fn replay<P: Publish>(
        &self,
        store: &(impl EventReader + ?Sized),
        positions: RangeInclusive<Position>,
        publish: &P,
    ) -> Result<Position, ReplayError> {
        let mut reached = Position::new(positions.start().get().saturating_sub(1));
        let end = Position::new(positions.end().get().saturating_add(1));
        loop {
            let request = ReadLog::new(publish.query()).after(reached).before(end).limit(PAGE);
            let page = store.read_log(request).await.map_err(|error| self.stopped(reached, error))?;
            let (mut messages, mut of, mut unread) = (Vec::new(), Vec::new(), None);
            for event in page.events {
                let position = event.position;
                match outgoing(publish, event) {
                    Ok(Some(message)) => {
                        messages.push(message);
                        of.push(position);
                    }
                    Ok(None) => {}
                    Err(error) => {
                        unread = Some((position, error));
                        break;
                    }
                }
            }
            let results = self.publish(messages).await;
            let unsent =
                of.into_iter().zip(results).find_map(|(position, result)| Some((position, result.err()?)));
            let unsent = unsent.map(|(position, error)| (position, error.into()));
            if let Some((position, error)) = unsent.or(unread) {
                return Err(self.stopped(Position::new(position.get().saturating_sub(1)), error));
            }
            reached = page.through.max(reached);
            if page.done {
                return Ok(reached.min(*positions.end()));
            }
        }
    }

    fn stopped(&self, reached: Position, why: impl Into<WorkError>) -> ReplayError {
        ReplayError { origin: self.origin().to_owned(), reached, why: why.into() }
    }
}

fn outgoing<P: Publish>(
    publish: &P,
    event: factum_core::RecordedEvent,
) -> Result<Option<Outgoing>, WorkError> {
    publish.outgoing(&event.decode()?)
}

/// Why a replay has not come to its end.
pub struct ReplayError {
    origin: String,
    reached: Position,
    why: WorkError,
}

impl ReplayError {
    /// Everything up to here was sent. To go on, replay from the position after it.
    #[must_use]
    pub const fn reached(&self) -> Position {
        self.reached
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "replaying to {} stopped after position {}", self.origin, self.reached)
    }
}

/// The error and its causes in one line, as `main` shows what it returns.
impl fmt::Debug for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Causes(self), f)
    }
}

impl std::error::Error for ReplayError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.why)
    }
}
