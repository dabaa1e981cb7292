use super::{Decide, fold_tags};
use crate::{
    AppendCondition, Command, Query, StreamId,
    bus::{Committed, Envelope, Outcome, SendError},
    decider::{Decider, Handle},
    receipt::Receipt,
    store::ReadLog,
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
        let through = fold_tags(&**self.store(), ReadLog::new(query.clone()), &mut state).await?;
        let events = state.handle(envelope.command()).map_err(SendError::Rejected)?.into_vec();
        if events.is_empty() {
            return Ok(Committed::new(state, events, Receipt::empty(self.store().log_id())));
        }
        let mut append = super::append::of(envelope, stream, &events)?
            .fail_if(AppendCondition::new(query.clone(), through));
        if let Some(expected) = envelope.context().expected {
            append = append.expect(stream.clone(), expected);
        }
        let receipt = (**self.store()).append_one(append).await?;
        let folded = Arc::make_mut(&mut state);
        events.iter().for_each(|event| folded.fold(event));
        Ok(Committed::new(state, events, receipt))
    }
}
