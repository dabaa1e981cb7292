use super::{Decide, LoadError, snapshots::Keeper, states::Known};
use crate::{
    Append, Causes, Command, EventId, ExpectedVersion, StreamId, StreamVersion,
    bus::{Committed, Envelope, Outcome, Rejection, SendError},
    decider::{Decider, Events, Handle, OnConflict},
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
        let (append, last) = append(envelope, &known, &events)?;
        match (**self.store()).append_one(append).await {
            Ok(receipt) => Ok(self.appended(known, events, receipt, last).await),
            Err(error) => match C::ON_CONFLICT {
                // Not part of the future of every command.
                OnConflict::Unless(_) => Box::pin(self.append_behind(envelope, known, events, error)).await,
                _ => Err(self.refused(known, error)),
            },
        }
    }

    /// Appends events behind what others have written meanwhile, as long as that does not disturb the command.
    async fn append_behind<C: Command>(
        &self,
        envelope: &Envelope<C>,
        mut known: Known<C::Decider>,
        events: Vec<<C::Decider as Decider>::Event>,
        mut error: AppendError,
    ) -> Outcome<C> {
        let OnConflict::Unless(is_undisturbed) = C::ON_CONFLICT else {
            return Err(self.refused(known, error));
        };
        let expected = envelope.context().expected;
        let mut meanwhile = Vec::new();
        for _ in 0..OnConflict::<C>::ATTEMPTS {
            if !matches!(error, AppendError::Conflict(_)) {
                break;
            }
            let room = OnConflict::<C>::EVENTS - meanwhile.len();
            let Some(more) = known.follow(&**self.store(), room).await? else { break };
            meanwhile.extend(more);
            let is_expected = expected.is_none_or(|expected| expected.is_met_by(known.version));
            if !is_expected || !is_undisturbed(envelope.command(), &known.state, &meanwhile) {
                break;
            }
            let others = meanwhile.len();
            tracing::debug!(stream = %known.stream, others, "appending as it was decided");
            let (append, last) = append(envelope, &known, &events)?;
            match (**self.store()).append_one(append).await {
                Ok(receipt) => return Ok(self.appended(known, events, receipt, last).await),
                Err(another) => error = another,
            }
        }
        Err(self.refused(known, error))
    }

    /// What has become of a command whose events are written.
    async fn appended<D: Decider>(
        &self,
        mut known: Known<D>,
        events: Vec<D::Event>,
        receipt: Receipt,
        last: Option<EventId>,
    ) -> Committed<D> {
        let version = StreamVersion::new(known.version.get() + events.len() as u64);
        // Otherwise others have written in between, and only the state before is known to be that of a version.
        if receipt.version_of(&known.stream) != Some(version) {
            let mut state = Arc::clone(&known.state);
            known.behind = true;
            self.states().keep(known);
            fold(&mut state, &events);
            return Committed::new(state, events, receipt);
        }
        fold(&mut known.state, &events);
        let state = Arc::clone(&known.state);
        (known.version, known.last) = (version, last);
        let due = self.snapshots().of::<D>().filter(|snapshots| snapshots.is_due(version, known.kept));
        match due {
            Some(snapshots) => {
                // Also if nothing comes of it: a store that keeps none is not to be asked again with every command.
                known.kept = version;
                let stream = known.stream.clone();
                self.states().keep(known);
                Box::pin(self.keep_snapshot(stream, &snapshots)).await;
            }
            None => self.states().keep(known),
        }
        Committed::new(state, events, receipt)
    }

    /// Keeps another snapshot: of what is read, not of what was decided. An event that does not come back from its payload as it was
    /// decided would otherwise be wrong for ever, and not only until the next start.
    async fn keep_snapshot<D: Decider>(&self, stream: StreamId, snapshots: &Keeper<D>) {
        let mut read = Known::<D>::nothing(stream);
        let stream = read.stream.clone();
        if let Err(error) = read.catch_up(&**self.store(), Some(snapshots)).await {
            tracing::warn!(%stream, error = %Causes(&error), "no snapshot is made of what cannot be read");
        }
    }

    /// Why a command has come to nothing whose events were not written.
    fn refused<D: Decider, R>(&self, mut known: Known<D>, error: AppendError) -> SendError<R> {
        if !is_of_another_history(&error, &known) {
            known.behind = true;
            self.states().keep(known);
        }
        error.into()
    }

    /// In a future of its own: most commands need not read, and what each of them allocates is to be small.
    fn catch_up<'a, D: Decider>(&'a self, known: &'a mut Known<D>) -> BoxFuture<'a, Result<(), LoadError>> {
        Box::pin(async move { known.catch_up(&**self.store(), self.snapshots().of().as_deref()).await })
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

/// The events as they are to be written behind what is known, and the id of the last of them.
fn append<C: Command>(
    envelope: &Envelope<C>,
    known: &Known<C::Decider>,
    events: &[<C::Decider as Decider>::Event],
) -> Result<(Append, Option<EventId>), SendError<Rejection<C>>> {
    let expected = match C::ON_CONFLICT {
        OnConflict::LastWriter => envelope.context().expected.unwrap_or_default(),
        _ => ExpectedVersion::Exact(known.version),
    };
    let append = super::append::of(envelope, &known.stream, events)?.expect(known.stream.clone(), expected);
    let last = append.events.last().map(|event| event.id);
    Ok((append, last))
}

fn fold<D: Decider>(state: &mut Arc<D>, events: &[D::Event]) {
    let state = Arc::make_mut(state);
    events.iter().for_each(|event| state.fold(event));
}

/// Whether the stream has fewer events than were folded, as after a log was put back from a backup: then the state is
/// not of this log, and no reading on will mend it.
fn is_of_another_history<D>(error: &AppendError, known: &Known<D>) -> bool {
    matches!(error, AppendError::Conflict(Conflict::Version { actual, .. }) if *actual < known.version)
}
