use super::apply::{Failure, apply};
use crate::writer::{GroupError, Transaction};
use factum_core::{Append, AppendError, Receipt, StoreError, store::OutcomeUnknown};
use tokio::sync::oneshot;

/// One call of `append`, on the thread that writes.
pub(crate) struct AppendJob {
    appends: Vec<Append>,
    outcomes: Vec<Result<Receipt, AppendError>>,
    reply: oneshot::Sender<Told>,
}

/// What the caller of an append is told.
pub(super) struct Told {
    pub(super) outcomes: Vec<Result<Receipt, AppendError>>,
    /// Given back, since freeing them costs a caller's thread less than the one thread for which all of them wait.
    _appends: Vec<Append>,
}

impl AppendJob {
    pub(super) const fn new(appends: Vec<Append>, reply: oneshot::Sender<Told>) -> Self {
        Self { appends, outcomes: Vec::new(), reply }
    }

    /// Applies the appends in the open transaction. May be called again after that was rolled back.
    pub(crate) fn run(&mut self, transaction: &mut Transaction<'_>) -> rusqlite::Result<()> {
        self.outcomes.clear();
        for append in &self.appends {
            self.outcomes.push(match apply(append, transaction) {
                Err(Failure::Broken(error)) => return Err(error),
                Err(Failure::Refused(error)) => Err(error),
                Ok(receipt) => Ok(receipt),
            });
        }
        Ok(())
    }

    /// How many appends the call has.
    pub(crate) fn appends(&self) -> usize {
        self.appends.len()
    }

    /// Lets each append of the call be committed by itself, since one of them has made the transaction of them all
    /// fail.
    pub(crate) fn each(self, mut commit: impl FnMut(Self)) {
        let alone = |append| {
            let (reply, mut outcome) = oneshot::channel();
            commit(Self::new(vec![append], reply));
            // Told before `commit` has returned.
            let told = outcome.try_recv().ok().and_then(|mut told| told.outcomes.pop());
            told.unwrap_or_else(|| Err(StoreError::closed("appending").into()))
        };
        let outcomes = self.appends.into_iter().map(alone).collect();
        let _ = self.reply.send(Told { outcomes, _appends: Vec::new() });
    }

    /// The appends that wrote something.
    pub(crate) fn receipts(&self) -> impl Iterator<Item = (&Append, &Receipt)> {
        let receipts = self.appends.iter().zip(&self.outcomes);
        receipts
            .filter_map(|(append, outcome)| Some((append, outcome.as_ref().ok()?)))
            .filter(|(_, receipt)| !receipt.is_empty())
    }

    /// Tells the caller of one append that it was rolled back on its own account.
    pub(crate) fn refuse(self, error: StoreError) {
        let _ = self.reply.send(Told { outcomes: vec![Err(error.into())], _appends: self.appends });
    }

    pub(crate) fn appended(&self) -> bool {
        self.outcomes.iter().flatten().any(|receipt| !receipt.is_empty())
    }

    pub(crate) fn tell(self, committed: Result<(), &GroupError>) {
        let outcomes = match committed {
            Ok(()) => self.outcomes,
            Err(error @ (GroupError::RolledBack(_) | GroupError::Disturbed(_))) => {
                self.appends.iter().map(|_| Err(error.to_store_error("appending").into())).collect()
            }
            Err(error @ GroupError::Unknown(_)) => {
                let outcomes = self.outcomes.into_iter().zip(&self.appends);
                outcomes.map(|(outcome, append)| unknown(outcome, append, error)).collect()
            }
        };
        // A caller that has stopped waiting needs no answer.
        let _ = self.reply.send(Told { outcomes, _appends: self.appends });
    }
}

/// What can never be stored is refused, and what wrote nothing wrote nothing, whatever became of the commit. A
/// conflict or a duplicate may have been one with an event of the same group: to tell would be to say that this event
/// is in the log.
fn unknown(
    outcome: Result<Receipt, AppendError>,
    append: &Append,
    error: &GroupError,
) -> Result<Receipt, AppendError> {
    let receipt = match outcome {
        Ok(receipt) => receipt,
        Err(refused @ AppendError::Invalid(_)) => return Err(refused),
        Err(_) => return Err(error.to_store_error("appending").into()),
    };
    if receipt.is_empty() {
        return Ok(receipt);
    }
    let ids = append.events.iter().map(|event| event.id).collect();
    Err(OutcomeUnknown::new(ids, error.to_store_error("committing an append")).into())
}
