use super::{Decide, fold_tags, load::LoadError};
use crate::{
    AppendCondition, Command, Position, Query, StreamId,
    bus::{Committed, Envelope, Outcome, SendError},
    decider::{Decider, Handle, OnConflict},
    event::EventEnum,
    receipt::Receipt,
    store::{AppendError, Conflict, EventStore, ReadLog},
};
use std::sync::Arc;

impl Decide {
    /// Decides on all events that match `query`, and appends unless there are more of them by then.
    pub(super) async fn on_tags<C: Command>(
        &self,
        envelope: &Envelope<C>,
        query: &Query,
        stream: &StreamId,
    ) -> Outcome<C> {
        let mut state = Arc::<C::Decider>::default();
        let mut through = fold_tags(&**self.store(), ReadLog::new(query.clone()), &mut state).await?;
        let events = state.handle(envelope.command()).map_err(SendError::Rejected)?.into_vec();
        if events.is_empty() {
            return Ok(Committed::new(state, events, Receipt::empty(self.store().log_id())));
        }
        let (mut meanwhile, mut attempts) = (Vec::new(), 0);
        let receipt = loop {
            let mut append = super::append::of(envelope, stream, &events)?;
            if !matches!(C::ON_CONFLICT, OnConflict::LastWriter) {
                append = append.fail_if(AppendCondition::new(query.clone(), through));
            }
            if let Some(expected) = envelope.context().expected {
                append = append.expect(stream.clone(), expected);
            }
            let error = match (**self.store()).append_one(append).await {
                Ok(receipt) => break receipt,
                Err(error) => error,
            };
            let OnConflict::Unless(is_undisturbed) = C::ON_CONFLICT else { return Err(error.into()) };
            let is_condition = matches!(error, AppendError::Conflict(Conflict::Condition { .. }));
            if !is_condition || attempts == OnConflict::<C>::ATTEMPTS {
                return Err(error.into());
            }
            attempts += 1;
            let room = OnConflict::<C>::EVENTS - meanwhile.len();
            match follow(&**self.store(), query, &mut through, room).await? {
                Some(more) => {
                    let folded = Arc::make_mut(&mut state);
                    more.iter().for_each(|event| folded.fold(event));
                    meanwhile.extend(more);
                }
                None => return Err(error.into()),
            }
            if !is_undisturbed(envelope.command(), &state, &meanwhile) {
                return Err(error.into());
            }
            let others = meanwhile.len();
            tracing::debug!(%stream, others, "appending as it was decided");
        };
        let folded = Arc::make_mut(&mut state);
        events.iter().for_each(|event| folded.fold(event));
        Ok(Committed::new(state, events, receipt))
    }
}

/// What matches behind a position, which moves to where the log was looked through; `None` if that is more than `room`.
async fn follow<E: EventEnum>(
    store: &dyn EventStore,
    query: &Query,
    through: &mut Position,
    room: usize,
) -> Result<Option<Vec<E>>, LoadError> {
    let mut found = Vec::new();
    let mut next = Some(ReadLog::new(query.clone()).after(*through));
    while let Some(request) = next {
        let page = store.read_log(request.clone()).await?;
        if found.len() + page.events.len() > room {
            return Ok(None);
        }
        for event in &page.events {
            found.push(E::decode(event)?);
        }
        *through = page.through;
        next = request.following(&page);
    }
    Ok(Some(found))
}
