use crate::{
    Append, Command, Metadata, NewEvent, StreamId,
    bus::{Envelope, Rejection, SendError},
    decider::Decider,
    event::{Encoded, EventEnum},
};

/// The events as they are written to `stream`, without what the append depends on.
pub(super) fn of<C: Command>(
    envelope: &Envelope<C>,
    stream: &StreamId,
    events: &[<C::Decider as Decider>::Event],
) -> Result<Append, SendError<Rejection<C>>> {
    let context = envelope.context();
    let mut append = Append::default();
    append.events.reserve_exact(events.len());
    for (n, event) in events.iter().enumerate() {
        let Encoded { event_type, type_version, payload, tags } = event.encode()?;
        let stream = stream.clone();
        let mut event = match envelope.key() {
            None => NewEvent::new(stream, event_type, payload),
            Some(key) => NewEvent::from_parts(key.event_id(n), stream, event_type, payload),
        };
        event.type_version = type_version;
        event.tags = tags;
        event.metadata.clone_from(&context.metadata);
        match envelope.key() {
            Some(key) => key.mark::<C>(&mut event.metadata),
            // Metadata that was copied from another event does not say that this one has that one's key.
            None => unmark(&mut event.metadata),
        }
        append.events.push(match context.time {
            Some(time) => event.with_time(time),
            None => event,
        });
    }
    Ok(append)
}

fn unmark(metadata: &mut Metadata) {
    if metadata.idempotency_key.is_some() || metadata.command.is_some() {
        metadata.idempotency_key = None;
        metadata.command = None;
    }
}
