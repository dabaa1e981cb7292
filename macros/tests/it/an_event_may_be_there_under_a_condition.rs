use crate::recorded;
use factum::{Apply, Decider as _, EventEnum as _};
use factum_macros::{Decider, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize)]
struct Opened;

#[derive(Event, Serialize, Deserialize)]
struct Closed;

mod other {
    #[derive(factum_macros::Event, serde::Serialize, serde::Deserialize)]
    #[event(name = "other.opened")]
    pub(super) struct Opened;
}

#[derive(Decider, Clone, Default)]
#[decider(events(
    #[cfg(all())]
    Opened,
    #[cfg(any())]
    missing::Opened,
    #[cfg(any())]
    Locked,
    #[cfg(not(any()))]
    Closed,
    other::Opened as OtherOpened,
))]
struct Door(u32);

/// One is left.
#[derive(Decider, Clone, Default)]
#[decider(events(Opened, #[cfg(any())] Locked))]
struct Gate(u32);

/// None is left.
#[derive(Decider, Clone, Default)]
#[decider(events(#[cfg(any())] Locked))]
struct Wall;

macro_rules! applies { ($($state:ident: $($event:ty)*;)*) => { $($(
    impl Apply<$event> for $state {
        fn apply(&mut self, _: &$event) {
            self.0 += 1;
        }
    }
)*)* } }
applies! {
    Door: Opened Closed other::Opened;
    Gate: Opened;
}

#[test]
fn only_what_is_there_is_an_event() {
    let types = |types: Vec<factum::EventType>| types.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(types(DoorEvent::types()), ["Opened", "Closed", "other.opened"]);
    assert_eq!(types(GateEvent::types()), ["Opened"]);
    let _ = Wall;
    assert_eq!(types(WallEvent::types()), [""; 0]);
    assert!(Opened::try_from(GateEvent::from(Opened)).is_ok());
    assert!(Opened::try_from(DoorEvent::from(Closed)).is_err());
}

#[test]
fn the_others_are_folded_as_ever() {
    let mut door = Door::default();
    for event in [DoorEvent::Opened(Opened), Closed.into(), DoorEvent::OtherOpened(other::Opened)] {
        door.fold(&event);
        let stored = recorded("door-1", &Closed);
        door.fold(&DoorEvent::decode(&stored).unwrap());
    }
    assert_eq!(door.0, 6);
    let mut gate = Gate::default();
    gate.fold(&Opened.into());
    assert_eq!(gate.0, 1);
    assert!(WallEvent::decode(&recorded("wall-1", &Opened)).is_err_and(|error| error.is_unknown_type()));
}
