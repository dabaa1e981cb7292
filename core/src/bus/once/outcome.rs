use super::{Committed, Envelope, Key, Outcome, Rejection, SendError};
use crate::{
    Append, Command, EventType, NewEvent, Position, Query, Receipt, RecordedEvent, Scope, StoreError,
    StreamId,
    bus::{
        KeyReused,
        decide::{fold_stream_through, fold_tags},
    },
    decider::Decider,
    event::{CodecError, DecodeError, EventEnum},
    store::{EventStore, ReadLog, ReadStream},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

/// The category of the streams that keep what had no effect.
pub(super) const CATEGORY: &str = "factum.outcome";
const FEW: usize = 16;
const MANY: usize = 1_000;
const TYPE: EventType = EventType::from_static("factum.CommandHadNoEffect");

/// What is kept of a command that wrote nothing.
#[derive(Serialize, Deserialize)]
pub(super) struct Marker {
    /// Where its events would have gone.
    stream: StreamId,
    /// `None` if it was accepted, and there was nothing to do.
    rejection: Option<Box<RawValue>>,
}

impl Marker {
    pub(super) fn nothing<C: Command>(
        envelope: &Envelope<C>,
        key: &Key<Rejection<C>>,
    ) -> Result<Append, CodecError> {
        Self { stream: envelope.stream().clone(), rejection: None }.append(envelope, key)
    }

    pub(super) fn rejected<C: Command>(
        envelope: &Envelope<C>,
        key: &Key<Rejection<C>>,
        rejection: &Rejection<C>,
    ) -> Result<Append, CodecError> {
        let encoded = (key.encode)(rejection)?;
        // One that cannot be read back is not remembered: whoever sends again would be told something else.
        (key.decode)(&encoded)?;
        let rejection = serde_json::from_slice(&encoded).map_err(CodecError::new)?;
        Self { stream: envelope.stream().clone(), rejection: Some(rejection) }.append(envelope, key)
    }

    fn append<C: Command>(
        &self,
        envelope: &Envelope<C>,
        key: &Key<Rejection<C>>,
    ) -> Result<Append, CodecError> {
        let stream = StreamId::new(CATEGORY, &key.id().to_string()).map_err(CodecError::new)?;
        let payload = serde_json::to_vec(self).map_err(CodecError::new)?;
        let mut metadata = envelope.context().metadata.clone();
        key.mark::<C>(&mut metadata);
        Ok(Append::new(
            [NewEvent::from_parts(key.event_id(0), stream, TYPE, payload).with_metadata(metadata)],
        ))
    }
}

/// Looks up what a key came to first.
pub(super) struct FirstOutcome<'a, C: Command> {
    pub(super) store: &'a dyn EventStore,
    pub(super) envelope: &'a Envelope<C>,
    pub(super) key: &'a Key<Rejection<C>>,
}

impl<C: Command> FirstOutcome<'_, C> {
    /// The first outcome, if there is one.
    pub(super) async fn look_up(&self) -> Result<Option<Outcome<C>>, SendError<Rejection<C>>> {
        let found = self.store.find(&[self.key.event_id(0)]).await.map_err(SendError::Store)?;
        match found.first().copied().flatten() {
            Some(position) => Ok(Some(self.at(position).await)),
            None => Ok(None),
        }
    }

    /// The first outcome; `otherwise`, if there is none.
    pub(super) async fn or(&self, otherwise: Outcome<C>) -> Outcome<C> {
        self.look_up().await?.unwrap_or(otherwise)
    }

    async fn at(&self, position: Position) -> Outcome<C> {
        let request = ReadLog::new(Query::all()).after(position.previous()).limit(1);
        let page = self.store.read_log(request).await.map_err(SendError::Store)?;
        if page.events.is_empty() && page.through < position {
            let doing = format!("reading what the idempotency key {:?} came to", self.key.text());
            return Err(SendError::Store(StoreError::unavailable(
                doing,
                "the log cannot be read that far yet",
            )));
        }
        let first = page.events.into_iter().next().filter(|event| event.position == position);
        let first = first.ok_or_else(|| {
            SendError::Store(StoreError::corrupt(
                format!("reading what the idempotency key {:?} came to", self.key.text()),
                "its event is not where the store says it is",
            ))
        })?;
        if first.stream.category() == CATEGORY {
            let marker: Marker = serde_json::from_slice(&first.payload)
                .map_err(|e| DecodeError::payload(&first, CodecError::new(e)))
                .map_err(SendError::Decode)?;
            self.check(&first, &marker.stream)?;
            return self.without_effect(&first, marker).await;
        }
        self.check(&first, &first.stream)?;
        self.with_events(first).await
    }

    /// Refuses a key that belongs to something else.
    fn check(&self, first: &RecordedEvent, stream: &StreamId) -> Result<(), SendError<Rejection<C>>> {
        let command = first.metadata.command.as_deref();
        if command == Some(C::NAME) && stream == self.envelope.stream() {
            return Ok(());
        }
        Err(SendError::KeyReused(KeyReused {
            key: self.key.text().to_owned(),
            command: command.unwrap_or("a command without a name").to_owned(),
            stream: stream.clone(),
        }))
    }

    async fn without_effect(&self, first: &RecordedEvent, marker: Marker) -> Outcome<C> {
        if let Some(rejection) = marker.rejection {
            let rejection = (self.key.decode)(rejection.get().as_bytes())
                .map_err(|e| SendError::Decode(DecodeError::payload(first, e)))?;
            return Err(SendError::Rejected(rejection));
        }
        let state = self.state(first.position, first.position).await?;
        Ok(self.repeated(state, Vec::new(), Receipt::empty(self.store.log_id())))
    }

    async fn with_events(&self, first: RecordedEvent) -> Outcome<C> {
        let after = first.version.previous();
        let (mut events, mut written) = (Vec::new(), Vec::new());
        // Most commands have few events, and the stream may go on long after them.
        let mut next = Some(ReadStream::new(first.stream.clone()).after(after).limit(FEW));
        'pages: while let Some(request) = next {
            let page = self.store.read_stream(request.clone()).await.map_err(SendError::Store)?;
            for event in &page.events {
                if event.id != self.key.event_id(events.len()) {
                    break 'pages;
                }
                events.push(<C::Decider as Decider>::Event::decode(event).map_err(SendError::Decode)?);
                written.push((event.version, event.position));
            }
            next = request.following(&page).map(|request| request.limit(MANY));
        }
        let places = written.iter().map(|(version, position)| (&first.stream, *version, *position));
        let receipt = Receipt::new(self.store.log_id(), first.recorded_at, places);
        let last = written.last().map_or(first.position, |(_, position)| *position);
        let mut state = self.state(first.position, last).await?;
        if let Scope::Query { .. } = self.envelope.scope() {
            let state = Arc::make_mut(&mut state);
            events.iter().for_each(|event| state.fold(event));
        }
        Ok(self.repeated(state, events, receipt))
    }

    /// The state as it was then: of a stream after its events, the last of them at `last`; of a query before them, the
    /// first of them at `first`.
    async fn state(
        &self,
        first: Position,
        last: Position,
    ) -> Result<Arc<C::Decider>, SendError<Rejection<C>>> {
        let mut state = Arc::default();
        match self.envelope.scope() {
            Scope::Stream(stream) => {
                fold_stream_through(self.store, stream, last, &mut state).await?;
            }
            Scope::Query { query, .. } => {
                let request = ReadLog::new(query.clone()).before(first);
                fold_tags(self.store, request, &mut state).await?;
            }
        }
        Ok(state)
    }

    fn repeated(
        &self,
        state: Arc<C::Decider>,
        events: Vec<<C::Decider as Decider>::Event>,
        receipt: Receipt,
    ) -> Committed<C::Decider> {
        let mut committed = Committed::new(state, events, receipt);
        committed.repeated = true;
        committed
    }
}
