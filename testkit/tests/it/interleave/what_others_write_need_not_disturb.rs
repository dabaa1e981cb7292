//! Commands that stay as they were decided keep their rules in every order, if they say yes with care.

use factum::prelude::*;
use factum_testkit::{interleave, interleave::Interleaving};
use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

#[derive(Id, Clone)]
struct TillId(String);

#[derive(Event, Serialize, Deserialize)]
struct Sold {
    amount: i64,
}

#[derive(Event, Serialize, Deserialize)]
struct Refunded {
    amount: i64,
}

#[derive(Event, Serialize, Deserialize)]
struct Counted {
    cash: i64,
}

#[derive(Aggregate, Clone, Default)]
#[aggregate(id = TillId, events(Sold, Refunded, Counted))]
struct Till {
    cash: i64,
}

impl Apply<Sold> for Till {
    fn apply(&mut self, event: &Sold) {
        self.cash += event.amount;
    }
}

impl Apply<Refunded> for Till {
    fn apply(&mut self, event: &Refunded) {
        self.cash -= event.amount;
    }
}

impl Apply<Counted> for Till {
    fn apply(&mut self, event: &Counted) {
        self.cash = event.cash;
    }
}

#[derive(Command)]
#[command(undisturbed = Self::is_undisturbed)]
struct Refund {
    till: TillId,
    amount: i64,
    /// Whether it looks at what others have written before it says that they do not disturb it.
    looks: bool,
    decided: Arc<AtomicU64>,
}

impl Refund {
    fn is_undisturbed(&self, _: &Till, meanwhile: &[TillEvent]) -> bool {
        !self.looks || meanwhile.iter().all(|event| matches!(event, TillEvent::Sold(_)))
    }
}

impl Handle<Refund> for Till {
    type Rejection = &'static str;

    fn handle(&self, command: &Refund) -> Result<Events<Self>, &'static str> {
        command.decided.fetch_add(1, Relaxed);
        match self.cash >= command.amount {
            true => Ok(Refunded { amount: command.amount }.into()),
            false => Err("there is not enough"),
        }
    }
}

#[derive(Command)]
struct Sell {
    till: TillId,
    amount: i64,
}

impl Handle<Sell> for Till {
    type Rejection = Never;

    fn handle(&self, command: &Sell) -> Result<Events<Self>, Never> {
        Ok(Sold { amount: command.amount }.into())
    }
}

#[derive(Command)]
#[command(last_writer)]
struct Count {
    till: TillId,
    cash: i64,
}

impl Handle<Count> for Till {
    type Rejection = Never;

    fn handle(&self, command: &Count) -> Result<Events<Self>, Never> {
        Ok(Counted { cash: command.cash }.into())
    }
}

fn till() -> TillId {
    "1".into()
}

fn sell(amount: i64) -> Sell {
    Sell { till: till(), amount }
}

fn refund(amount: i64, looks: bool, decided: &Arc<AtomicU64>) -> Refund {
    Refund { till: till(), amount, looks, decided: Arc::clone(decided) }
}

#[test]
fn who_is_not_disturbed_is_decided_once_in_every_order() {
    let (decided, orders) = (Arc::default(), Cell::new(0));
    Interleaving::new()
        .given("till-1", Sold { amount: 50 })
        .when(|| refund(30, true, &decided))
        .when(|| sell(5))
        .then(|end| {
            orders.set(orders.get() + 1);
            assert_eq!((end.accepted(), end.state::<Till>(&till()).cash), (2, 25));
        });
    // The sale is decided again where it was slower; the refund never is.
    assert_eq!(decided.load(Relaxed), orders.get());
    assert!(orders.get() >= 6, "{orders:?}");
}

#[test]
fn a_rule_that_is_looked_after_holds_in_every_order() {
    let decided = Arc::default();
    interleave! {
        given ["till-1" => Sold { amount: 50 }],
        when [refund(30, true, &decided), refund(30, true, &decided), sell(5)],
        then |end| {
            assert_eq!((end.accepted(), end.state::<Till>(&till()).cash), (2, 25));
        },
    }
}

#[test]
#[should_panic(expected = "the rule does not hold in this order")]
fn a_yes_without_care_is_found() {
    let decided = Arc::default();
    interleave! {
        given ["till-1" => Sold { amount: 50 }],
        when [refund(30, false, &decided), refund(30, false, &decided)],
        then |end| assert!(end.state::<Till>(&till()).cash >= 0),
    }
}

#[test]
fn the_last_writer_is_the_last_in_the_log() {
    let count = |cash| Count { till: till(), cash };
    let last = Cell::new([false; 2]);
    interleave! {
        given ["till-1" => Sold { amount: 50 }],
        when [count(1), count(2), sell(5)],
        then |end| {
            assert_eq!(end.accepted(), 3);
            let counts = end.events().iter().filter(|event| event.event_type.as_str() == "Counted");
            let payload = counts.last().expect("somebody has counted").payload.clone();
            let mut seen = last.get();
            seen[usize::from(payload == r#"{"cash":2}"#)] = true;
            last.set(seen);
        },
    }
    assert_eq!(last.get(), [true; 2]);
}
