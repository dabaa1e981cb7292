//! Replaying a log: every entry becomes a command, decided and stored like any other.

use super::{Entry, command};
use crate::domain::{LoanApplication, LoanId, Refusal};
use factum::{Category, Invalid, StoreError, StreamVersion, prelude::*, store::ListStreams};
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::{HumanCount, ProgressBar};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    time::{Duration, Instant},
};

/// Entries that are looked at together. The more there are, the more applications can be worked on at the same time.
const WINDOW: usize = 1 << 14;

/// Applications that are worked on at the same time. The store makes what their commands write durable together.
const AT_ONCE: usize = 256;

/// What a replay did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Events that were written.
    pub added: u64,
    /// Events that had been there already.
    pub present: u64,
}

impl Replayed {
    fn pace(&self, since: Duration) -> String {
        let events = self.added + self.present;
        let per_second = events as f64 / since.as_secs_f64().max(f64::EPSILON);
        format!("{} events, {} a second", HumanCount(events), HumanCount(per_second as u64))
    }
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (added, present) = (HumanCount(self.added), HumanCount(self.present));
        match self {
            Self { added: 0, .. } => write!(f, "all {present} events were there already, nothing was added"),
            Self { present: 0, .. } => write!(f, "{added} events added"),
            _ => write!(f, "{added} events added to the {present} that were there already"),
        }
    }
}

/// Sends the command of every entry that is not in the store yet, and returns when all of it is durable.
///
/// An application's commands are sent one after the other; those of different applications, at the same time. What an
/// earlier replay has written is passed over, so that one that was broken off is continued.
///
/// # Errors
/// [`ReplayError`]; what was sent before it stays.
pub async fn replay<E: std::error::Error + Send + Sync + 'static>(
    app: &App,
    entries: impl IntoIterator<Item = Result<Entry, E>>,
    progress: &ProgressBar,
) -> Result<Replayed, ReplayError> {
    let recorded = recorded(app).await?;
    let began = Instant::now();
    let mut entries = entries.into_iter();
    let mut replayed = Replayed::default();
    loop {
        let window: Vec<Entry> = entries
            .by_ref()
            .take(WINDOW)
            .collect::<Result<_, E>>()
            .map_err(|why| ReplayError::Log(why.into()))?;
        if window.is_empty() {
            return Ok(replayed);
        }
        let read = window.len() as u64;
        let added = send_all(app, window, &recorded).await?;
        replayed.added += added;
        replayed.present += read - added;
        progress.set_message(replayed.pace(began.elapsed()));
    }
}

/// The version of each application's stream: how many of its entries are in the store.
async fn recorded(app: &App) -> Result<HashMap<String, StreamVersion>, ReplayError> {
    let mut request = ListStreams::of(Category::new(LoanApplication::CATEGORY)?).limit(10_000);
    let mut recorded = HashMap::new();
    loop {
        let page = app.store().streams(request.clone()).await?;
        let Some(last) = page.last() else { return Ok(recorded) };
        request = request.after(last.stream.clone());
        recorded.extend(page.into_iter().map(|summary| (summary.stream.key().to_owned(), summary.version)));
    }
}

async fn send_all(
    app: &App,
    window: Vec<Entry>,
    recorded: &HashMap<String, StreamVersion>,
) -> Result<u64, ReplayError> {
    let mut by_loan: BTreeMap<LoanId, Vec<Entry>> = BTreeMap::new();
    for entry in window {
        let stored = recorded.get(&entry.loan.to_string()).copied().unwrap_or_default();
        if entry.version > stored {
            by_loan.entry(entry.loan).or_default().push(entry);
        }
    }
    stream::iter(by_loan.into_values())
        .map(|entries| send_in_turn(app, entries))
        .buffer_unordered(AT_ONCE)
        .try_fold(0, async |added, more| Ok(added + more))
        .await
}

async fn send_in_turn(app: &App, entries: Vec<Entry>) -> Result<u64, ReplayError> {
    let count = entries.len() as u64;
    for entry in entries {
        let (loan, version) = (entry.loan, entry.version);
        command::send(app, entry).await.map_err(|why| ReplayError::Command { loan, version, why })?;
    }
    Ok(count)
}

/// Why a replay stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The log could not be read on.
    #[error(transparent)]
    Log(Box<dyn std::error::Error + Send + Sync>),
    /// A command had no effect.
    #[error("replaying event {version} of application {loan}")]
    Command {
        /// The application.
        loan: LoanId,
        /// The version that its event would have had.
        version: StreamVersion,
        /// What became of it.
        #[source]
        why: SendError<Refusal>,
    },
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The category of the applications is not one.
    #[error(transparent)]
    Category(#[from] Invalid),
}
