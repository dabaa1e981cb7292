use crate::recorded;
use factum::{Event as _, EventEnum, event::EventDescriptor};
use factum_macros::Event;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct Opened {
    owner: String,
}

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
#[event(name = "account.withdrawn", version = 2)]
struct Withdrawn {
    amount: u64,
}

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct Unrelated;

#[derive(Debug, PartialEq, Event)]
enum AccountEvent {
    Opened(Opened),
    TakenOut(Withdrawn),
}

#[derive(Debug, PartialEq, Event)]
enum OnlyOpened {
    Opened(Opened),
}

fn opened() -> Opened {
    Opened { owner: "Ada".into() }
}

#[test]
fn what_was_stored_reads_back_as_its_variant() {
    let event = recorded("account-7", &Withdrawn { amount: 3 });
    assert_eq!(AccountEvent::decode(&event).unwrap(), AccountEvent::TakenOut(Withdrawn { amount: 3 }));

    let encoded = AccountEvent::TakenOut(Withdrawn { amount: 3 }).encode().unwrap();
    assert_eq!(
        (encoded.event_type, encoded.type_version, encoded.payload),
        (event.event_type, 2, event.payload)
    );
}

#[test]
fn a_type_that_is_none_of_them_is_told_from_a_payload_that_does_not_fit() {
    let error = AccountEvent::decode(&recorded("account-7", &Unrelated)).unwrap_err();
    assert!(error.is_unknown_type());

    let mut event = recorded("account-7", &opened());
    event.payload = "{}".into();
    let error = AccountEvent::decode(&event).unwrap_err();
    assert!(!error.is_unknown_type());
    assert_eq!(error.event_type.as_str(), Opened::TYPE);
}

#[test]
fn an_event_written_by_a_newer_program_is_an_error_with_its_place() {
    let mut event = recorded("account-7", &Withdrawn { amount: 3 });
    event.type_version = 3;
    let error = AccountEvent::decode(&event).unwrap_err();
    assert_eq!((error.stream.as_str(), error.type_version), ("account-7", 3));
}

#[test]
fn types_are_listed_in_the_order_of_the_variants() {
    let listed: Vec<_> = AccountEvent::TYPES.iter().map(|event| (event.name(), event.version())).collect();
    assert_eq!(listed, [("Opened", 1), ("account.withdrawn", 2)]);
    assert!(!EventDescriptor::clash(AccountEvent::TYPES));
}

#[test]
fn each_event_converts_into_the_enum_and_back() {
    let event = AccountEvent::from(opened());
    assert_eq!(event, AccountEvent::Opened(opened()));
    assert_eq!(Withdrawn::try_from(event).unwrap_err(), AccountEvent::Opened(opened()));
    assert_eq!(Opened::try_from(AccountEvent::from(opened())).unwrap(), opened());
    assert_eq!(Opened::try_from(OnlyOpened::from(opened())), Ok(opened()));
}
