use crate::recorded;
use factum::{Apply, EventEnum, Projection as _, Recorded, View};
use factum_macros::{Event, Id, Projection};
use serde::{Deserialize, Serialize};

#[derive(Id, Clone, Debug, PartialEq, Eq, Hash)]
struct AccountId(u32);

#[derive(Event, Serialize, Deserialize)]
struct Deposited {
    amount: u64,
}

#[derive(Event, Serialize, Deserialize)]
struct Closed;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Balance {
    amount: u64,
    closed: bool,
}

impl Apply<Deposited> for Balance {
    fn apply(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

impl Apply<Closed> for Balance {
    fn apply(&mut self, _: &Closed) {
        self.closed = true;
    }
}

#[derive(Projection)]
#[projection(events(Deposited, Closed), key = AccountId, document = Balance)]
struct Balances;

#[derive(Projection)]
#[projection(events(Deposited), document = Balance)]
struct ByText;

/// Is a document, and its own view.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection(events(Deposited), key = AccountId)]
struct Income {
    total: u64,
}

impl Apply<Deposited> for Income {
    fn apply(&mut self, event: &Deposited) {
        self.total += event.amount;
    }
}

/// `Self` is the struct too, and then the keys may be left texts.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(events(Deposited), document = Self)]
struct Tally {
    count: u8,
}

impl Apply<Deposited> for Tally {
    fn apply(&mut self, _: &Deposited) {
        self.count += 1;
    }
}

#[derive(Event)]
enum Any {
    Deposited(Deposited),
    Closed(Closed),
}

#[derive(Default, Serialize, Deserialize)]
struct Count(u32);

impl Apply<Any> for Count {
    fn apply(&mut self, _: &Any) {
        self.0 += 1;
    }
}

#[derive(Projection)]
#[projection(event = Any, document = Count)]
struct Counts;

fn event<E: EventEnum>(stream: &str, event: &impl factum::Event) -> Recorded<E> {
    recorded(stream, event).decode().unwrap()
}

#[test]
fn the_key_of_the_stream_is_the_key_of_the_document() {
    let deposited = Deposited { amount: 3 };
    assert_eq!(
        Balances.keys(&event("account-42", &deposited)).printed().unwrap(),
        [("42".to_owned(), AccountId(42))]
    );
    assert_eq!(
        ByText.keys(&event("account-x-1", &deposited)).printed().unwrap(),
        [("x-1".to_owned(), "x-1".to_owned())]
    );
    let refused = Balances.keys(&event("account-x", &deposited)).printed().unwrap_err();
    assert!(refused.to_string().starts_with("the key of stream account-x is not a "));
}

#[test]
fn each_event_reaches_the_apply_of_the_document() {
    let mut balance = Balance::default();
    Balances.fold(&AccountId(1), &mut balance, &event("account-1", &Deposited { amount: 3 }));
    Balances.fold(&AccountId(1), &mut balance, &event("account-1", &Deposited { amount: 4 }));
    Balances.fold(&AccountId(1), &mut balance, &event("account-1", &Closed));
    assert_eq!(balance, Balance { amount: 7, closed: true });
}

#[test]
fn a_hand_written_enum_is_folded_as_a_whole() {
    let mut count = Count::default();
    let key = "1".to_owned();
    Counts.fold(&key, &mut count, &event("account-1", &Closed));
    Counts.fold(&key, &mut count, &event("account-1", &Deposited { amount: 1 }));
    assert_eq!(count.0, 2);
}

#[test]
fn a_document_can_be_its_own_view() {
    let income = Income::default();
    let deposited = event("account-42", &Deposited { amount: 3 });
    assert_eq!(income.keys(&deposited).printed().unwrap(), [("42".to_owned(), AccountId(42))]);
    let mut document = Income { total: 4 };
    income.fold(&AccountId(42), &mut document, &deposited);
    assert_eq!((document, income), (Income { total: 7 }, Income { total: 0 }));
    assert_eq!(Income::NAME, "income");

    let (tally, mut document) = (Tally::default(), Tally::default());
    let deposited = event("account-42", &Deposited { amount: 3 });
    assert_eq!(tally.keys(&deposited).printed().unwrap(), [("42".to_owned(), "42".to_owned())]);
    tally.fold(&"42".to_owned(), &mut document, &deposited);
    assert_eq!(document.count, 1);
}
