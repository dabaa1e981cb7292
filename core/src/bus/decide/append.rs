use crate::{
    Append, Command, NewEvent,
    bus::{Envelope, Rejection, SendError},
    decider::Decider,
    event::{Encoded, EventEnum},
};

/// The events as they are written, without what the append depends on.
pub(super) fn of<C: Command>(
    envelope: &Envelope<C>,
    events: &[<C::Decider as Decider>::Event],
) -> Result<Append, SendError<Rejection<C>>> {
    let context = envelope.context();
    let mut append = Append::default();
    append.events.reserve_exact(events.len());
    for (n, event) in events.iter().enumerate() {
        let Encoded { event_type, type_version, payload, tags } = event.encode().map_err(SendError::Encode)?;
        let stream = envelope.stream().clone();
        let mut event = match envelope.key() {
            None => NewEvent::new(stream, event_type, payload),
            Some(key) => NewEvent::from_parts(key.event_id(n), stream, event_type, payload),
        };
        event.type_version = type_version;
        event.tags = tags;
        event.metadata.clone_from(&context.metadata);
        if let Some(key) = envelope.key() {
            key.mark::<C>(&mut event.metadata);
        }
        append.events.push(match context.time {
            Some(time) => event.with_time(time),
            None => event,
        });
    }
    Ok(append)
}
