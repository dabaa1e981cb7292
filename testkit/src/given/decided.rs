use super::{
    Log,
    print::{self, causes, short_name},
    round_trip::round_trip,
};
use factum_core::{Append, Command, Events, Handle, NewEvent, Scope, event::Encoded};
use std::fmt;

type Rejection<C> = <<C as Command>::Decider as Handle<C>>::Rejection;

/// What was decided about a command. Made by [`Given::when`](super::Given::when).
pub struct Decided<C: Command> {
    /// What was given, and what was decided.
    log: Log,
    scope: Scope,
    outcome: Result<Vec<Encoded>, Rejection<C>>,
    /// Whether a test has said that the command must be rejected.
    refusal_expected: bool,
}

impl<C: Command> Decided<C>
where
    Rejection<C>: fmt::Debug,
{
    #[track_caller]
    pub(super) fn decide(mut log: Log, scope: Scope, command: &C) -> Self {
        let state = fold::<C>(&log, &scope);
        let outcome = match state.handle(command) {
            Ok(events) => Ok(append::<C>(&mut log, &scope, &events)),
            Err(rejection) => Err(rejection),
        };
        Self { log, scope, outcome, refusal_expected: false }
    }

    /// The command is accepted, and exactly these events happen, in this order.
    #[track_caller]
    pub fn then(self, expected: Events<C::Decider>) -> Self {
        let mut events = Vec::with_capacity(expected.len());
        for event in &expected {
            events.push(round_trip(event));
        }
        let command = short_name::<C>();
        let decided = match &self.outcome {
            Ok(decided) => decided,
            Err(rejection) => panic!(
                "{command} was rejected: {rejection:?}\nthese events were expected:\n{}",
                print::events(&events)
            ),
        };
        if decided.len() != events.len()
            || !decided.iter().zip(&events).all(|(one, other)| one.is_same(other))
        {
            panic!(
                "{command} decided other events than expected (- expected, + decided)\n{}",
                print::difference(&print::events(&events), &print::events(decided))
            );
        }
        self
    }

    /// The command is accepted, and there is nothing to do.
    #[track_caller]
    pub fn then_nothing(self) -> Self {
        let command = short_name::<C>();
        match &self.outcome {
            Ok(decided) if decided.is_empty() => self,
            Ok(decided) => {
                panic!("{command} decided events, and none were expected\n{}", print::events(decided))
            }
            Err(rejection) => panic!("{command} was rejected, and should have been accepted: {rejection:?}"),
        }
    }

    /// The command is rejected for this reason.
    #[track_caller]
    pub fn then_rejected(self, expected: Rejection<C>) -> Self
    where
        Rejection<C>: PartialEq,
    {
        let rejection = self.rejection();
        if *rejection != expected {
            panic!(
                "{} was rejected for another reason than expected (- expected, + rejected)\n{}",
                short_name::<C>(),
                print::difference(&format!("{expected:#?}\n"), &format!("{rejection:#?}\n"))
            );
        }
        Self { refusal_expected: true, ..self }
    }

    /// The command is rejected, for a reason that `check` looks at.
    #[track_caller]
    pub fn then_rejected_with(self, check: impl FnOnce(&Rejection<C>)) -> Self {
        check(self.rejection());
        Self { refusal_expected: true, ..self }
    }

    /// `check` looks at the state afterwards: what the same command would be decided on if it were sent again.
    ///
    /// For a decider over a query, these are the events that the query matches. One that was decided and is not seen by the
    /// query is not in this state.
    #[track_caller]
    pub fn then_state(self, check: impl FnOnce(&C::Decider)) -> Self {
        check(&fold::<C>(&self.log, &self.scope));
        self
    }

    /// The state afterwards is this one; as for [`Decided::then_state`].
    #[track_caller]
    pub fn then_state_is(self, expected: C::Decider) -> Self
    where
        C::Decider: PartialEq + fmt::Debug,
    {
        let state = fold::<C>(&self.log, &self.scope);
        if state != expected {
            panic!(
                "after {} the state is not as expected (- expected, + folded)\n{}",
                short_name::<C>(),
                print::difference(&format!("{expected:#?}\n"), &format!("{state:#?}\n"))
            );
        }
        self
    }

    /// Every event that was decided is matched by the command's own query.
    ///
    /// Most rules over several streams need it: whoever sends the command again, or at the same time, must find what the
    /// first one did. It is not always wrong without, for a command may decide something that it does not depend on
    /// itself; so it must be asked for. In the scope of a stream it always holds.
    #[track_caller]
    pub fn then_seen_by_its_own_query(self) -> Self {
        let (Scope::Query { query, stream }, Ok(decided)) = (&self.scope, &self.outcome) else {
            return self;
        };
        for event in decided {
            if !query.matches(stream, &event.event_type, &event.tags) {
                let command = short_name::<C>();
                panic!(
                    "{command} would not find its own {} if it were sent again\nit asks for events {}\nthe event is\n{}",
                    event.event_type,
                    print::query(query),
                    print::event(event)
                );
            }
        }
        self
    }

    /// Sends another command, after what was decided about this one.
    ///
    /// # Panics
    /// When this one was rejected and nothing has said that it should be.
    #[track_caller]
    #[must_use = "what was decided is tested by `then…`"]
    pub fn when<Next: Command>(self, command: Next) -> Decided<Next>
    where
        Rejection<Next>: fmt::Debug,
    {
        if let (Err(rejection), false) = (&self.outcome, self.refusal_expected) {
            panic!("{} was rejected before {}: {rejection:?}", short_name::<C>(), short_name::<Next>());
        }
        let scope = match command.scope() {
            Ok(scope) => scope,
            Err(invalid) => panic!("{} says no scope: {}", short_name::<Next>(), causes(&invalid)),
        };
        Decided::decide(self.log, scope, &command)
    }

    #[track_caller]
    fn rejection(&self) -> &Rejection<C> {
        match &self.outcome {
            Err(rejection) => rejection,
            Ok(decided) => panic!(
                "{} was accepted, and should have been rejected; it decided\n{}",
                short_name::<C>(),
                print::events(decided)
            ),
        }
    }
}

#[track_caller]
fn fold<C: Command>(log: &Log, scope: &Scope) -> C::Decider {
    if let Scope::Query { query, .. } = scope
        && let Err(invalid) = query.check()
    {
        panic!("no store takes the query of {}: {invalid}", short_name::<C>());
    }
    match log.fold(scope) {
        Ok(state) => state,
        Err(error) if error.is_unknown_type() => panic!(
            "{} is decided on {}, which {} does not know; name the types in its query, or add it to the events",
            short_name::<C>(),
            error.event_type,
            short_name::<C::Decider>()
        ),
        Err(error) => panic!("{} cannot be decided: {}", short_name::<C>(), causes(&error)),
    }
}

#[track_caller]
fn append<C: Command>(log: &mut Log, scope: &Scope, events: &Events<C::Decider>) -> Vec<Encoded> {
    let mut decided = Vec::with_capacity(events.len());
    let mut new: Vec<NewEvent> = Vec::with_capacity(events.len());
    for event in events {
        let event = round_trip(event);
        let in_stream = NewEvent::encoded(scope.stream().clone(), event.clone());
        print::storable(&in_stream);
        decided.push(event);
        new.push(in_stream);
    }
    let append = Append::new(new);
    if let Err(invalid) = append.check() {
        panic!("no store takes what {} decided: {invalid}", short_name::<C>());
    }
    for event in append.events {
        log.push(event);
    }
    decided
}

impl<C: Command> fmt::Debug for Decided<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accepted = self.outcome.is_ok();
        f.debug_struct("Decided")
            .field("scope", &self.scope)
            .field("accepted", &accepted)
            .finish_non_exhaustive()
    }
}
