use super::{
    plan::{Plan, Way},
    run::Runs,
};
use crate::given::{Bodies, IntoStream, Log, difference, encoded, short_name, storable};
use factum_core::{
    Metadata, NewEvent, Projection, RecordedEvent, Timestamp, View,
    projection::Project,
    sink::{Collection, DocumentReader as _, Sink},
};
use factum_store_memory::MemoryStore;
use std::{
    fmt::{self, Debug},
    marker::PhantomData,
    panic::resume_unwind,
    thread,
};

/// Begins a check whether a projection comes out the same however it is run: `deterministic(|| Balances)`. It is made anew
/// whenever a process would be started.
#[must_use = "a projection is run by `check` or `check_in`"]
pub const fn deterministic<P: Projection, F: Fn() -> P + Send>(projection: F) -> Deterministic<P, F> {
    Deterministic {
        projection,
        recorded: Vec::new(),
        events: Vec::new(),
        named: false,
        partitions: None,
        made: PhantomData,
    }
}

/// A projection, and the log that it is run over. Made by [`deterministic`].
#[must_use = "a projection is run by `check` or `check_in`"]
pub struct Deterministic<P, F> {
    projection: F,
    recorded: Vec<RecordedEvent>,
    /// What comes after that.
    events: Vec<NewEvent>,
    /// Whether the test names events of the projection, so that there must be some.
    named: bool,
    partitions: Option<Vec<u16>>,
    made: PhantomData<fn() -> P>,
}

impl<P: Projection, F: Fn() -> P + Send> Deterministic<P, F> {
    /// This event has happened in `stream`, after those before. Unless [`Deterministic::at`] says when, it was a second after
    /// the one before it, and the first one was at 2000-01-01T00:00:01Z.
    ///
    /// # Panics
    /// When the event does not come out of a store as it went in, as in [`given()`](crate::given()).
    #[track_caller]
    pub fn given(mut self, stream: impl IntoStream, event: impl Into<P::Event>) -> Self {
        self.named = true;
        self.events.push(encoded(stream.named(), &event.into()));
        self
    }

    /// The last event happened at `time`.
    ///
    /// # Panics
    /// When no event is given yet.
    #[track_caller]
    pub fn at(mut self, time: Timestamp) -> Self {
        let last = self.last().clone();
        *self.last() = last.with_time(time);
        self
    }

    /// The last event has this metadata.
    ///
    /// # Panics
    /// When no event is given yet, or no store takes the metadata.
    #[track_caller]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.last().metadata = metadata;
        storable(self.last());
        self
    }

    /// These events have happened, after those before: also such as the projection does not know.
    ///
    /// # Panics
    /// When no store takes one of them.
    #[track_caller]
    pub fn events(mut self, events: impl IntoIterator<Item = NewEvent>) -> Self {
        for event in events {
            storable(&event);
            self.events.push(event);
        }
        self
    }

    /// These events were read from a store. They have happened before all others, and keep their positions and times.
    ///
    /// # Panics
    /// When they are not in the order of their positions.
    #[track_caller]
    pub fn recorded(mut self, events: impl IntoIterator<Item = RecordedEvent>) -> Self {
        for event in events {
            if let Some(last) = self.recorded.last()
                && last.position >= event.position
            {
                let (position, last) = (event.position, last.position);
                panic!("position {position} comes after {last}: the events are not in the order of a log");
            }
            self.recorded.push(event);
        }
        self
    }

    /// In how many partitions it is run, beside one: by default 2, 3 and 8. For a read model that needs all events in one
    /// order, and is never run in several partitions, there are none: `.partitions([])`.
    pub fn partitions(mut self, counts: impl IntoIterator<Item = u16>) -> Self {
        self.partitions = Some(counts.into_iter().collect());
        self
    }

    /// Runs a view in every way, each time into a new [`MemoryStore`], and compares its documents.
    ///
    /// # Panics
    /// At the line of the test, when the documents are not the same in all ways, or the view cannot be run; with what differs
    /// between which ways. Also when no event that is [given](Self::given) concerns the view.
    #[track_caller]
    pub fn check(self)
    where
        P: View,
    {
        self.check_in(async |_| MemoryStore::new(), documents::<P>);
    }

    /// Runs a projection in every way, each time into a new sink, and compares what `read` reads from it.
    ///
    /// `sink` makes an empty sink, and is told which one this is, from 1, so that it can give them different names. Both are
    /// called on a runtime of the check, one for each sink; what belongs to another runtime does not work there.
    ///
    /// # Panics
    /// As [`Deterministic::check`] does; and when a sink is not empty.
    #[track_caller]
    pub fn check_in<K, M>(self, sink: impl AsyncFn(usize) -> K + Send, read: impl AsyncFn(&K) -> M + Send)
    where
        K: Sink,
        P: Project<K>,
        M: PartialEq + Debug,
    {
        let projection = (self.projection)();
        if let Err(invalid) = projection.query().check() {
            panic!("no store takes the query of {}: {invalid}", P::NAME);
        }
        let mut log = Log::new(self.recorded);
        for event in self.events {
            log.push(event);
        }
        let plan = Plan::new(&log, &projection.query(), self.partitions);
        if plan.is_empty() {
            assert!(!self.named, "none of the given events concerns {}", P::NAME);
            return;
        }
        drop(projection);
        let runs = Runs::new(self.projection, sink, read, log);
        // Has a runtime of its own, also in a test that has one.
        match on_a_thread(move || compare(&plan, &runs)) {
            Ok(()) => {}
            Err(difference) => panic!("{difference}"),
        }
    }

    #[track_caller]
    fn last(&mut self) -> &mut NewEvent {
        match self.events.last_mut() {
            Some(event) => event,
            None => panic!("no event is given yet"),
        }
    }
}

/// Waits for work on another thread, which is called like this one.
fn on_a_thread(work: impl FnOnce() -> Result<(), String> + Send) -> Result<(), String> {
    let name = thread::current().name().unwrap_or("check").to_owned();
    thread::scope(|scope| {
        let spawned = thread::Builder::new().name(name).spawn_scoped(scope, work);
        let thread = spawned.map_err(|error| format!("no thread can be started: {error}"))?;
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// All documents of a view.
async fn documents<V: View>(store: &MemoryStore) -> Bodies {
    let collection = Collection::new(V::NAME, V::VERSION).expect("the view has run under this name");
    store.scan(&collection, None, usize::MAX).await.expect("the memory store does not fail").into()
}

/// Runs in all ways, up to the first one that makes a difference; in words, which and what.
fn compare<P, F, S, R, K, M>(plan: &Plan, runs: &Runs<F, S, R>) -> Result<(), String>
where
    K: Sink,
    P: Project<K>,
    F: Fn() -> P,
    S: AsyncFn(usize) -> K,
    R: AsyncFn(&K) -> M,
    M: PartialEq + Debug,
{
    let model = runs.outcome(&Way::InOneGo);
    let model = model.map_err(|error| format!("{} cannot be run: {error}", P::NAME))?;
    let differs = |way: &Way| match runs.outcome(way) {
        Ok(other) if other == model => None,
        Ok(other) => {
            let (name, cause, way) = (P::NAME, way.cause(), plan.name(way));
            let difference = difference(&format!("{model:#?}\n"), &format!("{other:#?}\n"));
            Some(format!(
                "{name} is not the same {way} as in one go (- in one go, + {way})\nusual causes: {cause}the clock, \
                 random numbers, the order of a hash map, a static, state outside of the read model\n{difference}"
            ))
        }
        Err(error) => Some(format!("{} can be run in one go, but not {}: {error}", P::NAME, plan.name(way))),
    };
    for way in plan.ways() {
        if let Some(found) = differs(&way) {
            return Err(plan.parts(&way).iter().find_map(differs).unwrap_or(found));
        }
    }
    Ok(())
}

impl<P, F> Debug for Deterministic<P, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(short_name::<P>())
            .field("events", &(self.recorded.len() + self.events.len()))
            .finish_non_exhaustive()
    }
}
