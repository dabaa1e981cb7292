use crate::{
    Append, Command, CorrelationId, EventId, Metadata, NewEvent, StreamId,
    bus::{Envelope, Rejection, SendError},
    decider::Decider,
    event::{Encoded, EventEnum},
    time::to_micros,
};
use std::iter;

/// The events as they are written to `stream`, without what the append depends on.
pub(super) fn of<C: Command>(
    envelope: &Envelope<C>,
    stream: &StreamId,
    events: &[<C::Decider as Decider>::Event],
) -> Result<Append, SendError<Rejection<C>>> {
    let mut append = Append::default();
    append.events.reserve_exact(events.len());
    for (n, event) in events.iter().enumerate() {
        let encoded = event.encode()?;
        // Made in the place where it stays: it is large, and to move what was just written is slow.
        append.events.extend(iter::once_with(|| new_event(envelope, stream, n, encoded)));
    }
    correlate(&mut append.events);
    Ok(append)
}

/// What nobody has said to which request it belongs begins one, under the id of its first event. That one need not say
/// so, and most commands have no other.
fn correlate(events: &mut [NewEvent]) {
    let Some((first, others)) = events.split_first_mut() else { return };
    if first.metadata.correlation_id.is_none() {
        others.iter_mut().for_each(|event| event.metadata.correlation_id = Some(CorrelationId(first.id.0)));
    }
}

#[inline]
fn new_event<C: Command>(envelope: &Envelope<C>, stream: &StreamId, n: usize, encoded: Encoded) -> NewEvent {
    let (context, key) = (envelope.context(), envelope.key());
    let mut metadata = context.metadata.clone();
    match key {
        Some(key) => key.mark::<C>(&mut metadata),
        // Metadata that was copied from another event does not say that this one has that one's key.
        None => unmark(&mut metadata),
    }
    let Encoded { event_type, type_version, payload, tags } = encoded;
    NewEvent {
        stream: stream.clone(),
        id: key.map_or_else(EventId::random, |key| key.event_id(n)),
        event_type,
        type_version,
        tags,
        payload,
        metadata,
        time: context.time.map(to_micros),
    }
}

fn unmark(metadata: &mut Metadata) {
    if metadata.idempotency_key.is_some() || metadata.command.is_some() {
        metadata.idempotency_key = None;
        metadata.command = None;
    }
}
