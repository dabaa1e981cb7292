use super::{error::SessionError, session::PAGES};
use factum_core::{
    Append, AppendError, EventId, StoreError, Timestamp,
    process::{Deadline, ProcessManager},
    sink::{Collection, DocumentSink},
    store::EventStore,
};
use std::{collections::HashSet, time::Duration};

/// Appends the events of deadlines that are due.
#[derive(Default)]
pub(super) struct Deadlines {
    /// Those that have fired, and whose process has not reacted to it yet.
    fired: HashSet<EventId>,
    /// When the next one is due.
    pub(super) next: Option<Timestamp>,
}

/// Events that are appended at once.
const AT_ONCE: usize = 256;

/// From when on it is worth telling that a deadline is late.
const LATE: Duration = Duration::from_secs(10);

impl Deadlines {
    /// Looks for what is due, and fires it.
    pub(super) async fn look<P: ProcessManager>(
        &mut self,
        sink: &impl DocumentSink,
        process: &Collection,
        store: &dyn EventStore,
    ) -> Result<(), SessionError> {
        let (due, seen, now) = self.find(sink, process).await?;
        self.fired.retain(|fired| seen.contains(fired));
        let mut due = due.into_iter().peekable();
        while due.peek().is_some() {
            let (mut ids, mut appends) = (Vec::new(), Vec::new());
            for deadline in due.by_ref().take(AT_ONCE) {
                tell::<P>(&deadline, now);
                ids.push(deadline.id);
                appends.push(Append::new([deadline.into_event().map_err(StoreError::from)?]));
            }
            for (id, outcome) in ids.into_iter().zip(store.append(appends).await) {
                match outcome {
                    // It has fired before, and was not known to.
                    Ok(_) | Err(AppendError::DuplicateEvent(_)) => drop(self.fired.insert(id)),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// Those that are due and have not fired, and the ids of all that are due; what time it is.
    async fn find(
        &mut self,
        sink: &impl DocumentSink,
        process: &Collection,
    ) -> Result<(Vec<Deadline>, HashSet<EventId>, Timestamp), SessionError> {
        let (mut due, mut seen, mut now) = (Vec::new(), HashSet::new(), None);
        let (mut after, mut pages) = (None, PAGES.into_iter());
        self.next = None;
        while let Some(limit) = pages.next().or(Some(PAGES[1])) {
            let page = Deadline::load(sink, process, after.as_deref(), limit).await?;
            let is_last = page.len() < limit;
            for (key, deadline) in page {
                let now = match now {
                    Some(now) => now,
                    None => *now.insert(sink.now().await?),
                };
                if deadline.due > now {
                    self.next = Some(deadline.due);
                    return Ok((due, seen, now));
                }
                seen.insert(deadline.id);
                if !self.fired.contains(&deadline.id) {
                    due.push(deadline);
                }
                after = Some(key);
            }
            if is_last {
                break;
            }
        }
        Ok((due, seen, now.unwrap_or_default()))
    }
}

fn tell<P: ProcessManager>(deadline: &Deadline, now: Timestamp) {
    let Deadline { name, instance, due, .. } = deadline;
    let late = (now - due).to_std().unwrap_or_default();
    if late >= LATE {
        tracing::warn!(process = P::NAME, %instance, deadline = %name, %due, ?late, "deadline fires late");
    } else {
        tracing::debug!(process = P::NAME, %instance, deadline = %name, %due, ?late, "deadline fires");
    }
    #[cfg(feature = "metrics")]
    super::meter::fired(P::NAME, late);
}
