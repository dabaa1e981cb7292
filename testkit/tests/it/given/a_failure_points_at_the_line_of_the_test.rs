use super::{
    bank::{Account, Balance, Balances, Deposited, NotEnough, withdraw, withdrawn},
    courses::{Asks, Course, enrol, offered},
};
use crate::failure::failure;
use factum::{Recorded, prelude::*};
use factum_testkit::{
    deterministic, given,
    given::{Given, project},
    interleave,
};
use std::sync::atomic::{AtomicBool, Ordering};

/// The lines of the tests, and the line after the one on which each of them stands.
macro_rules! points_here {
    ($($test:expr;)*) => {
        $({
            let failure = failure(|| $test);
            assert!(failure.file.ends_with("a_failure_points_at_the_line_of_the_test.rs"), "{}", failure.file);
            let expected = line(stringify!($test));
            assert_eq!(failure.line, expected, "{}: {}", stringify!($test), failure.message);
        })*
    };
}

/// The line of this file that has this code, blanks aside.
fn line(code: &str) -> u32 {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let lines = include_str!("a_failure_points_at_the_line_of_the_test.rs").lines();
    let mut lines = lines.zip(1..).filter(|(line, _)| bare(line) == bare(code) + ";");
    let (_, number) = lines.next().unwrap();
    assert!(lines.next().is_none(), "it stands there twice: {code}");
    number
}

fn rich() -> Given<Account> {
    given(events![Deposited { amount: 100 }])
}

#[test]
fn of_a_decider() {
    points_here! {
        rich().when(withdraw(1)).then(events![]);
        rich().when(withdraw(101)).then(events![]);
        rich().when(withdraw(1)).then_nothing();
        rich().when(withdraw(1)).then_rejected(NotEnough { available: 0 });
        rich().when(withdraw(101)).then_rejected(NotEnough { available: 0 });
        rich().when(withdraw(1)).then_rejected_with(|_| ());
        rich().when(withdraw(1)).then_state_is(Account { balance: 0 });
        rich().when(withdraw(1)).then_state(|account| assert_eq!(account.balance, 0));
        rich().when(withdraw(101)).when(withdraw(1));
        rich().stored("Unknown", 1, "{}").when(withdraw(1));
        rich().stored("", 1, "{}");
        rich().in_stream("none", events![]);
        rich().beside("none", offered(1));
        given::<Course>(events![offered(9)]).when(enrol("a", Asks::Offers)).then_seen_by_its_own_query();
    }
}

fn balances() -> factum_testkit::given::Projected<Balances> {
    project(Balances).given("account-ada", Deposited { amount: 5 })
}

#[test]
fn of_a_view() {
    points_here! {
        balances().then_document("ada", Balance { amount: 4 });
        balances().then_document("bob", Balance { amount: 4 });
        balances().then_document_with("ada", |balance| assert_eq!(balance.amount, 4));
        balances().then_document_with("bob", |_| ());
        balances().then_no_document("ada");
        balances().then_documents([("ada", Balance { amount: 4 })]);
        balances().given("none", Deposited { amount: 1 });
        project(Balances).at(Default::default());
    }
}

#[test]
fn of_an_order() {
    points_here! {
        interleave! { when [withdraw(1)], then |end| assert_eq!(end.accepted(), 1) };
        interleave! { given ["none" => withdrawn(1)], when [withdraw(1)], then |_| () };
    }
}

#[test]
fn of_a_check() {
    points_here! {
        deterministic(|| Balances).given("loan-eve", Deposited { amount: 1 }).check();
        deterministic(|| Balances).given("none", Deposited { amount: 1 });
        deterministic(|| Balances).at(Default::default());
    }
    let wrong = || deterministic(Wrong::default).given("account-ada", Deposited { amount: 1 });
    points_here! {
        wrong().given("account-ada", Deposited { amount: 1 }).check();
    }
}

/// Knows in a field only whether there was an event before.
#[derive(Default, Projection)]
#[projection(name = "wrong", events(Deposited))]
struct Wrong(AtomicBool);

impl View for Wrong {
    type Key = String;
    type Document = bool;

    fn keys(&self, event: &Recorded<WrongEvent>) -> Keys<String> {
        Keys::of_stream(event)
    }

    fn fold(&self, _: &String, again: &mut bool, _: &Recorded<WrongEvent>) {
        *again = self.0.swap(true, Ordering::Relaxed);
    }
}
