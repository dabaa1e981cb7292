use super::failure::SessionError;
use crate::subscription::{Batch, Subscription};
use async_trait::async_trait;
use factum_core::{
    EventEnum, Position, Recorded, RecordedEvent, StreamId, limits,
    projection::{Lanes, Pieces, ProjectionError},
};
use std::vec;
use tokio_util::sync::CancellationToken;

/// A batch that is being read: page by page from the feed, and decoded piece by piece, since what was just read and
/// is used at once costs the least.
///
/// It ends before the first event that cannot be read. What comes before that is applied, so that where the batch began
/// makes no difference to where the projection stops.
pub(super) struct Reading<'a, E> {
    feed: &'a mut Subscription,
    stop: &'a CancellationToken,
    lanes: &'a Lanes,
    /// What of the last page has not been decoded.
    page: vec::IntoIter<RecordedEvent>,
    piece: &'a mut Vec<Recorded<E>>,
    /// Whether nobody has taken `piece` yet.
    waiting: bool,
    /// Pages that may still be read.
    pages: usize,
    /// Bytes of payload that may still be read.
    bytes: usize,
    caught_up: bool,
    read: Read,
}

/// What a batch has come to.
pub(super) struct Read {
    pub(super) through: Position,
    pub(super) events: usize,
    /// The last of its events.
    pub(super) last: Option<(Position, StreamId)>,
    /// Whether it has as many pages as were allowed.
    pub(super) full: bool,
    /// Why it ends, if that is an error.
    pub(super) then: Result<(), SessionError>,
}

/// Events in a piece: few, so that they stay in the processor's first cache, and enough for one read of their documents.
const PIECE: usize = 256;

/// Beyond so many bytes of payload a batch ends, so that a projection that needs all of it at once has room for it.
const MOST_BYTES: usize = 8 * limits::PAGE_BYTES;

impl<'a, E: EventEnum> Reading<'a, E> {
    /// Begins with this page, and decodes the first piece. There may be `pages` like it.
    pub(super) async fn begin(
        feed: &'a mut Subscription,
        first: Batch,
        piece: &'a mut Vec<Recorded<E>>,
        lanes: &'a Lanes,
        pages: usize,
        stop: &'a CancellationToken,
    ) -> Self {
        let read = Read { through: first.through, events: 0, last: None, full: false, then: Ok(()) };
        let page = Vec::new().into_iter();
        let (bytes, caught_up) = (MOST_BYTES, false);
        let mut reading =
            Self { feed, stop, lanes, page, piece, waiting: true, pages, bytes, caught_up, read };
        reading.add(first);
        reading.fill().await;
        reading
    }

    /// Whether there are no events to apply.
    pub(super) fn is_empty(&self) -> bool {
        self.read.events == 0
    }

    pub(super) fn end(self) -> Read {
        self.piece.clear();
        Read { full: self.pages == 0, ..self.read }
    }

    fn add(&mut self, page: Batch) {
        self.pages -= 1;
        self.caught_up = page.caught_up;
        self.read.through = page.through;
        self.page = page.events.into_iter();
    }

    /// Decodes the next piece.
    async fn fill(&mut self) {
        self.piece.clear();
        while self.piece.is_empty() && (self.page.len() > 0 || self.more().await) {
            self.decode();
        }
        self.read.events += self.piece.len();
        if let Some(last) = self.piece.last() {
            self.read.last = Some((last.position(), last.stream().clone()));
        }
    }

    fn decode(&mut self) {
        for event in self.page.by_ref().take(PIECE) {
            if !self.lanes.takes(&event) {
                continue;
            }
            let (position, stream) = (event.position, event.stream.clone());
            self.bytes = self.bytes.saturating_sub(event.payload.len());
            match event.decode() {
                Ok(event) => self.piece.push(event),
                Err(error) => {
                    self.read.through = position.previous();
                    self.read.then = Err(ProjectionError::of_event(position, stream, error.into()).into());
                    self.page = Vec::new().into_iter();
                    return;
                }
            }
        }
    }

    /// Reads another page, if there is one and the batch has room for it.
    async fn more(&mut self) -> bool {
        let ends = self.pages == 0 || self.bytes == 0 || self.caught_up;
        if ends || self.read.then.is_err() || self.stop.is_cancelled() {
            return false;
        }
        match self.feed.more().await {
            Ok(Some(page)) => {
                self.add(page);
                true
            }
            // Another event may have come meanwhile, but the batch is large enough as it is.
            Ok(None) => false,
            Err(error) => {
                self.read.then = Err(error.into());
                false
            }
        }
    }
}

#[async_trait]
impl<E: EventEnum> Pieces<E> for Reading<'_, E> {
    async fn next(&mut self) -> &mut Vec<Recorded<E>> {
        if !std::mem::take(&mut self.waiting) {
            self.fill().await;
        }
        self.piece
    }
}
