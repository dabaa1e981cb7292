//! A user's crate that denies every warning: what the derives generate gives none, and its documentation is complete.

#![deny(
    warnings,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    rust_2018_idioms,
    single_use_lifetimes,
    trivial_casts,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    clippy::all,
    clippy::nursery,
    clippy::pedantic
)]

use factum::prelude::*;
use std::{convert::Infallible, marker::PhantomData};

/// Of a door.
#[derive(Id, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DoorId(String);

/// Of anything.
#[derive(Id, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypedId<T>(u32, PhantomData<T>);

/// It was opened.
#[derive(Event, Clone, Debug, Serialize, Deserialize)]
#[event(version = 2, upcast(1 = Closed))]
pub struct Opened {
    /// By whom.
    #[event(tag)]
    pub by: Option<String>,
    /// From where.
    #[event(tag)]
    pub r#in: Vec<u32>,
}

impl From<Closed> for Opened {
    fn from(_: Closed) -> Self {
        Self { by: None, r#in: Vec::new() }
    }
}

/// It was closed.
#[derive(Event, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Closed;

/// It was locked.
#[deprecated = "doors are only closed"]
#[derive(Event, Clone, Copy, Debug, Serialize, Deserialize)]
#[event(name = "locked")]
pub struct Locked {
    /// How often.
    #[deprecated]
    pub turns: u8,
}

/// It was painted.
#[derive(Event, Clone, Debug, Serialize, Deserialize)]
#[event(name = "painted")]
pub struct Painted<T> {
    /// In which colour.
    pub colour: T,
}

/// A name that is a keyword.
#[allow(non_camel_case_types)]
#[derive(Event, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct r#match;

/// A name beyond ASCII.
#[derive(Event, Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Größe;

/// A door.
#[allow(deprecated)]
#[derive(Aggregate, Clone, Debug, Default)]
#[aggregate(
    category = "door",
    id = DoorId,
    events(Opened, Closed, Locked, r#match as Match, Größe, Painted<T>),
    derive(Debug)
)]
pub struct Door<T: Colour> {
    colour: T,
}

/// What a door is painted in.
pub trait Colour: Clone + Default + Serialize + for<'de> Deserialize<'de> + Send + Sync + 'static {}

/// Any door's events.
#[derive(Event, Debug)]
pub enum DoorHistory {
    /// Opened.
    Opened(Opened),
    /// Closed.
    Closed(Closed),
}

/// A door that is no longer made.
#[deprecated]
#[derive(Aggregate, Clone, Copy, Debug, Default)]
#[aggregate(category = "gate", id = u64, event = DoorHistory)]
pub struct Gate;

/// Who is in a building.
#[derive(Decider, Clone, Copy, Debug, Default)]
#[decider(events(Opened, Closed))]
pub struct Presence {
    inside: u32,
}

/// Lets somebody in.
#[derive(Command, Clone, Debug)]
#[command(decider = Presence, validate = check)]
pub struct Enter {
    /// Who.
    #[command(tag = "by")]
    pub who: String,
    /// Through which.
    #[command(tag)]
    pub r#in: Option<u32>,
}

fn check(enter: &Enter) -> Result<(), factum::Violations> {
    if enter.who.is_empty() { Err(factum::Violations::new("who", "must be said")) } else { Ok(()) }
}

/// Opens a door.
#[derive(Command, Clone, Debug)]
#[command(aggregate = Door<T>)]
pub struct Open<T: Colour> {
    /// Which.
    #[command(target)]
    pub door: DoorId,
    /// In the colour.
    pub colour: PhantomData<T>,
}

/// How often doors are opened.
#[derive(Projection, Clone, Copy, Debug)]
#[projection(events(Opened), document = Count, key = DoorId, categories("door"))]
pub struct Openings;

/// How often one door was opened.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Count(u32);

macro_rules! applies { ($($state:ty: $($event:ty)*;)*) => { $($(
    impl Apply<$event> for $state {
        fn apply(&mut self, _: &$event) {}
    }
)*)* } }
applies! {
    Presence: Closed;
    Count: Opened;
}

impl Apply<Opened> for Presence {
    fn apply(&mut self, _: &Opened) {
        self.inside += 1;
    }
}

#[allow(deprecated)]
impl Apply<DoorHistory> for Gate {
    fn apply(&mut self, _: &DoorHistory) {}
}

macro_rules! door_applies { ($($event:ty)*) => { $(
    #[allow(deprecated)]
    impl<T: Colour> Apply<$event> for Door<T> {
        fn apply(&mut self, _: &$event) {}
    }
)* } }
door_applies!(Opened Closed Locked r#match Größe);

impl<T: Colour> Apply<Painted<T>> for Door<T> {
    fn apply(&mut self, event: &Painted<T>) {
        self.colour = event.colour.clone();
    }
}

impl Handle<Enter> for Presence {
    type Rejection = Infallible;

    fn handle(&self, _: &Enter) -> Result<Events<Self>, Infallible> {
        Ok(if self.inside == 0 { Closed.into() } else { Events::none() })
    }
}

impl<T: Colour> Handle<Open<T>> for Door<T> {
    type Rejection = Infallible;

    fn handle(&self, _: &Open<T>) -> Result<Events<Self>, Infallible> {
        Ok(Events::none())
    }
}

/// Sends somebody out.
#[derive(Command, Clone, Debug, Serialize, Deserialize)]
#[command(decider = Presence)]
pub struct Leave {
    /// Who.
    #[command(tag = "by")]
    pub who: String,
}

impl Handle<Leave> for Presence {
    type Rejection = Never;

    fn handle(&self, _: &Leave) -> Result<Events<Self>, Never> {
        Ok(Closed.into())
    }
}

/// It watches a door.
#[derive(ProcessManager, Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[process(key = DoorId, events(Opened), starts(Opened), commands(Leave), rejected(Leave), derive(Debug))]
pub struct Watch {
    /// Whether it is open.
    pub open: bool,
}

impl React<Opened> for Watch {
    fn react(&mut self, _: &Opened, next: &mut Next<'_, Self>) {
        self.open = true;
        next.send(Leave { who: next.key().to_string() });
    }
}

impl React<Rejected<Leave>> for Watch {
    fn react(&mut self, _: &Rejected<Leave>, next: &mut Next<'_, Self>) {
        next.end();
    }
}
