use super::{Decide, LoadError, states::Known};
use crate::{
    Command, ExpectedVersion, StreamId, StreamVersion,
    bus::{Committed, Envelope, Outcome, Rejection, SendError},
    decider::{Decider, Events, Handle},
    receipt::Receipt,
    store::{AppendError, Conflict},
};
use futures_util::future::BoxFuture;
use std::sync::Arc;

impl Decide {
    pub(super) async fn on_stream<C: Command>(
        &self,
        envelope: &Envelope<C>,
        stream: &StreamId,
    ) -> Outcome<C> {
        let mut known = self.states().take(stream);
        let events = match self.decide(envelope, &mut known).await {
            Ok(events) if !events.is_empty() => events,
            undisturbed => {
                let state = Arc::clone(&known.state);
                self.states().keep(known);
                let events = undisturbed?.into_vec();
                return Ok(Committed::new(state, events, Receipt::empty(self.store().log_id())));
            }
        };
        let events = events.into_vec();
        let append = super::append::of(envelope, &known.stream, &events)?
            .expect(known.stream.clone(), ExpectedVersion::Exact(known.version));
        let last = append.events.last().map(|event| event.id);
        match (**self.store()).append_one(append).await {
            Ok(receipt) => {
                let state = Arc::make_mut(&mut known.state);
                events.iter().for_each(|event| state.fold(event));
                let state = Arc::clone(&known.state);
                let version = StreamVersion::new(known.version.get() + events.len() as u64);
                // Otherwise it is not known which version the state is of.
                if receipt.version_of(&known.stream) == Some(version) {
                    (known.version, known.last) = (version, last);
                    self.states().keep(known);
                }
                Ok(Committed::new(state, events, receipt))
            }
            Err(error) => {
                if !is_of_another_history(&error, &known) {
                    known.behind = true;
                    self.states().keep(known);
                }
                Err(error.into())
            }
        }
    }

    /// In a future of its own: most commands need not read, and what each of them allocates is to be small.
    fn catch_up<'a, D: Decider>(&'a self, known: &'a mut Known<D>) -> BoxFuture<'a, Result<(), LoadError>> {
        Box::pin(known.catch_up(&**self.store()))
    }

    /// Decides on the state as it is known. An answer that no append will confirm is only given once the stream has
    /// been read to its end.
    async fn decide<C: Command>(
        &self,
        envelope: &Envelope<C>,
        known: &mut Known<C::Decider>,
    ) -> Result<Events<C::Decider>, SendError<Rejection<C>>> {
        let expected = envelope.context().expected;
        let mut read = false;
        if known.behind || expected.is_some_and(|expected| !expected.is_met_by(known.version)) {
            self.catch_up(known).await?;
            read = true;
        }
        loop {
            if let Some(expected) = expected.filter(|expected| !expected.is_met_by(known.version)) {
                // Said before the decision, which would otherwise be taken on a state that the sender has not seen.
                return Err(SendError::Conflict(Conflict::version(
                    known.stream.clone(),
                    expected,
                    known.version,
                )));
            }
            let decision = known.state.handle(envelope.command());
            let confirmed = read || decision.as_ref().is_ok_and(|events| !events.is_empty());
            if !confirmed {
                let decided_on = known.last;
                self.catch_up(known).await?;
                read = true;
                // By the last event: others in its place may be just as many.
                if known.last != decided_on {
                    continue;
                }
            }
            return decision.map_err(SendError::Rejected);
        }
    }
}

/// Whether the stream has fewer events than were folded, as after a log was put back from a backup: then the state is
/// not of this log, and no reading on will mend it.
fn is_of_another_history<D>(error: &AppendError, known: &Known<D>) -> bool {
    matches!(error, AppendError::Conflict(Conflict::Version { actual, .. }) if *actual < known.version)
}
