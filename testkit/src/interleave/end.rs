use crate::given::{Log, causes, short_name};
use factum_core::{
    Aggregate, Command, Decider, EventEnum, EventStore, Query, Recorded, RecordedEvent, Scope, SendError,
    StoreError, store::ReadLog,
};
use std::fmt;

/// What came of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was accepted, and its events are written.
    Accepted,
    /// The domain refused it; the rejection, as `Debug` prints it.
    Rejected(String),
    /// It lost against the others on all its attempts.
    Conflict,
    /// It failed in another way, which fails the test.
    Failed(String),
}

impl Outcome {
    /// The outcome of a command.
    #[must_use]
    pub fn of<T, E: fmt::Debug>(sent: Result<T, SendError<E>>) -> Self {
        match sent {
            Ok(_) => Self::Accepted,
            Err(SendError::Rejected(rejection)) => Self::Rejected(format!("{rejection:?}")),
            Err(SendError::Conflict(_)) => Self::Conflict,
            Err(error) => Self::Failed(format!("{error:?}")),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("was accepted"),
            Self::Rejected(rejection) => write!(f, "was rejected: {rejection}"),
            Self::Conflict => f.write_str("ended in a conflict"),
            Self::Failed(error) => write!(f, "failed: {error}"),
        }
    }
}

/// How things stand after the last command has ended, for the rule to look at.
#[derive(Debug)]
pub struct End {
    log: Log,
    outcomes: Vec<Outcome>,
}

impl End {
    pub(super) async fn of(store: &dyn EventStore, outcomes: Vec<Outcome>) -> Result<Self, StoreError> {
        let mut events = Vec::new();
        let mut next = Some(ReadLog::new(Query::all()));
        while let Some(request) = next {
            let page = store.read_log(request.clone()).await?;
            next = request.following(&page);
            events.extend(page.events);
        }
        Ok(Self { log: Log::new(events), outcomes })
    }

    /// What came of the commands, in the order in which they are listed.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// How many commands were accepted.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.outcomes.iter().filter(|outcome| **outcome == Outcome::Accepted).count()
    }

    /// All events of the log.
    #[must_use]
    pub fn events(&self) -> &[RecordedEvent] {
        self.log.events()
    }

    /// The events of the log that `E` knows, read as such.
    #[must_use]
    #[track_caller]
    pub fn events_of<E: EventEnum>(&self) -> Vec<Recorded<E>> {
        let known = |event: &&RecordedEvent| E::TYPES.iter().any(|t| t.name() == event.event_type.as_str());
        let mut decoded = Vec::new();
        for event in self.events().iter().filter(known) {
            match event.clone().decode() {
                Ok(event) => decoded.push(event),
                Err(error) => panic!("{}", causes(&error)),
            }
        }
        decoded
    }

    /// The state of an aggregate.
    #[must_use]
    #[track_caller]
    pub fn state<A: Aggregate>(&self, id: &A::Id) -> A {
        match Scope::aggregate::<A>(id) {
            Ok(scope) => self.folded(&scope),
            Err(invalid) => panic!("{} has no such stream: {invalid}", short_name::<A>()),
        }
    }

    /// The state that a command would be decided on now: for deciders over a query.
    #[must_use]
    #[track_caller]
    pub fn state_for<C: Command>(&self, command: &C) -> C::Decider {
        match command.scope() {
            Ok(scope) => self.folded(&scope),
            Err(invalid) => panic!("{} says no scope: {invalid}", short_name::<C>()),
        }
    }

    #[track_caller]
    fn folded<D: Decider>(&self, scope: &Scope) -> D {
        match self.log.fold(scope) {
            Ok(state) => state,
            Err(error) => panic!("{} cannot be folded: {}", short_name::<D>(), causes(&error)),
        }
    }
}
