use super::{
    Decided, IntoStream, Log,
    print::{self, causes, short_name},
    round_trip::{round_trip, round_trip_event},
};
use bytes::Bytes;
use factum_core::{Command, Decider, Event, EventEnum, EventType, Events, Handle, NewEvent, StreamId};
use std::{fmt, marker::PhantomData};

/// What has happened, before a command is sent. Begins a test of a decider:
/// `given::<Account>(events![Deposited { amount: 100 }]).when(…).then(…)`.
///
/// The events belong to the stream of the first command, or to those that [`Given::in_stream`] names.
#[track_caller]
pub fn given<D: Decider>(events: Events<D>) -> Given<D> {
    Given::nothing().and(events)
}

/// What has happened, before a command is sent. Made by [`given()`].
#[must_use = "what is given is tested by `when`"]
pub struct Given<D> {
    /// In position order; without a stream, an event belongs to that of the first command.
    events: Vec<(Option<StreamId>, NewEvent)>,
    decider: PhantomData<fn() -> D>,
}

impl<D: Decider> Given<D> {
    /// Nothing has happened.
    pub const fn nothing() -> Self {
        Self { events: Vec::new(), decider: PhantomData }
    }

    /// And then this, in the stream of the first command.
    #[track_caller]
    pub fn and(mut self, events: Events<D>) -> Self {
        for event in &events {
            self.push(None, event);
        }
        self
    }

    /// And then this, in a stream of its own: for deciders over several streams whose query names categories, and for
    /// what must not concern the command.
    #[track_caller]
    pub fn in_stream(mut self, stream: impl IntoStream, events: Events<D>) -> Self {
        let stream = stream.named();
        for event in &events {
            self.push(Some(stream.clone()), event);
        }
        self
    }

    /// And then an event of somebody else, in a stream of its own. The decider needs not know it; if the command's query
    /// matches it nevertheless, the command fails as it would in a store.
    #[track_caller]
    pub fn beside(mut self, stream: impl IntoStream, event: impl Event) -> Self {
        let stream = stream.named();
        let event = NewEvent::encoded(stream.clone(), round_trip_event(&event));
        print::storable(&event);
        self.events.push((Some(stream), event));
        self
    }

    /// And then an event as it was stored, in the stream of the first command: for payloads of older versions.
    ///
    /// ```
    /// use factum::prelude::*;
    /// use factum_testkit::given::Given;
    /// # #[derive(Id, Clone)] struct AccountId(String);
    /// # #[derive(Event, Serialize, Deserialize)]
    /// # #[event(version = 2, upcast(1 = DepositedV1))]
    /// # struct Deposited { cents: u64 }
    /// # #[derive(Deserialize)] struct DepositedV1 { euros: u64 }
    /// # impl From<DepositedV1> for Deposited { fn from(v1: DepositedV1) -> Self { Self { cents: v1.euros * 100 } } }
    /// # #[derive(Aggregate, Clone, Default)]
    /// # #[aggregate(id = AccountId, events(Deposited))]
    /// # struct Account { cents: u64 }
    /// # impl Apply<Deposited> for Account { fn apply(&mut self, e: &Deposited) { self.cents += e.cents } }
    /// # #[derive(Command)] struct Close { account: AccountId }
    /// # impl Handle<Close> for Account {
    /// #     type Rejection = &'static str;
    /// #     fn handle(&self, _: &Close) -> Result<Events<Self>, &'static str> { Ok(Events::none()) }
    /// # }
    ///
    /// Given::<Account>::nothing()
    ///     .stored("Deposited", 1, r#"{"euros":3}"#)
    ///     .when(Close { account: "ada".into() })
    ///     .then_state(|account| assert_eq!(account.cents, 300));
    /// ```
    #[track_caller]
    pub fn stored(mut self, event_type: &str, version: u32, payload: impl Into<Bytes>) -> Self {
        let event_type = match EventType::new(event_type) {
            Ok(event_type) => event_type,
            Err(invalid) => panic!("this is no event type: {invalid}"),
        };
        let mut event = NewEvent::new(placeholder(), event_type, payload);
        event.type_version = version;
        print::storable(&event);
        self.events.push((None, event));
        self
    }

    /// Sends a command: decides it on what it would find in a store, of what is given.
    #[track_caller]
    #[must_use = "what was decided is tested by `then…`"]
    pub fn when<C: Command<Decider = D>>(self, command: C) -> Decided<C>
    where
        D: Handle<C, Rejection: fmt::Debug>,
    {
        let scope = match command.scope() {
            Ok(scope) => scope,
            Err(invalid) => panic!("{} says no scope: {}", short_name::<C>(), causes(&invalid)),
        };
        let mut log = Log::default();
        for (stream, mut event) in self.events {
            event.stream = stream.unwrap_or_else(|| scope.stream().clone());
            log.push(event);
        }
        Decided::decide(log, scope, &command)
    }

    #[track_caller]
    fn push(&mut self, stream: Option<StreamId>, event: &D::Event) {
        let event = encoded::<D::Event>(placeholder(), event);
        self.events.push((stream, event));
    }
}

/// An event of a decider as it is stored in `stream`.
#[track_caller]
pub(crate) fn encoded<E: EventEnum>(stream: StreamId, event: &E) -> NewEvent {
    let event = NewEvent::encoded(stream, round_trip(event));
    print::storable(&event);
    event
}

/// Where an event stands until its stream is known.
fn placeholder() -> StreamId {
    StreamId::new("given", "event").expect("a valid name")
}

impl<D> fmt::Debug for Given<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.events.iter().map(|(_, event)| &event.event_type)).finish()
    }
}
