use crate::recorded;
use factum::{Aggregate as _, AggregateId, Apply, Decider, Event as _, EventEnum};
use factum_macros::{Aggregate, Event, Id};
use serde::{Deserialize, Serialize};

#[derive(Id)]
struct AccountId(String);

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct Opened;

#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
struct Deposited {
    amount: u64,
}

mod loan {
    #[derive(Clone, Debug, PartialEq, factum_macros::Event, serde::Serialize, serde::Deserialize)]
    #[event(name = "loan.opened")]
    pub(super) struct Opened {
        pub(super) amount: u64,
    }
}

#[derive(Clone, Debug, Default, PartialEq, Aggregate)]
#[aggregate(
    category = "account",
    id = AccountId,
    events(Opened, self::Deposited, loan::Opened as LoanOpened),
    derive(Clone, Debug, PartialEq),
)]
struct Account {
    open: bool,
    balance: u64,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {
        self.open = true;
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
}

impl Apply<loan::Opened> for Account {
    fn apply(&mut self, event: &loan::Opened) {
        self.balance += event.amount;
    }
}

#[test]
fn each_event_reaches_its_apply() {
    let mut account = Account::default();
    let history: [AccountEvent; 3] = [
        Opened.into(),
        Deposited { amount: 30 }.into(),
        AccountEvent::LoanOpened(loan::Opened { amount: 5 }),
    ];
    for event in &history {
        account.fold(event);
    }
    assert_eq!(account, Account { open: true, balance: 35 });
}

#[test]
fn the_generated_enum_is_one_of_events() {
    let names: Vec<_> = AccountEvent::types().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["Opened", "Deposited", "loan.opened"]);
    let event = recorded("account-7", &loan::Opened { amount: 5 });
    assert_eq!(AccountEvent::decode(&event).unwrap(), AccountEvent::LoanOpened(loan::Opened { amount: 5 }));
    assert_eq!(Opened::TYPE, "Opened");
}

#[test]
fn its_streams_are_named_by_category_and_id() {
    assert_eq!(Account::CATEGORY, "account");
    assert_eq!(of_shared_ids::FrontDoor::CATEGORY, "front_door");
    assert_eq!(Account::stream(&"7".into()).unwrap().as_str(), "account-7");
}

#[test]
fn its_id_leads_back_to_it() {
    fn aggregate_of<I: AggregateId>() -> &'static str {
        <I::Aggregate as factum::Aggregate>::CATEGORY
    }
    assert_eq!(aggregate_of::<AccountId>(), "account");
}

/// The ids of these two are nobody's in particular: an implementation of `AggregateId` for both would not compile.
mod of_shared_ids {
    use super::{Apply, Id, Opened};
    use factum_macros::Aggregate;

    #[derive(Id)]
    pub(super) struct TenantId(u32);

    #[derive(Aggregate, Clone, Default)]
    #[aggregate(id = u64, events(Opened))]
    pub(super) struct FrontDoor;

    #[derive(Aggregate, Clone, Default)]
    #[aggregate(category = "gate", id = u64, event = GateHistory, events(Opened))]
    pub(super) struct Gate;

    #[derive(Aggregate, Clone, Default)]
    #[aggregate(category = "contract", id = TenantId, shared_id, events(Opened))]
    pub(super) struct Contract;

    #[derive(Aggregate, Clone, Default)]
    #[aggregate(category = "bill", id = TenantId, shared_id, events(Opened))]
    pub(super) struct Bill;

    macro_rules! applies { ($($aggregate:ident)*) => { $(
        impl Apply<Opened> for $aggregate {
            fn apply(&mut self, _: &Opened) {}
        }
    )* } }
    applies!(FrontDoor Gate Contract Bill);

    /// The name of the enum is the one that was asked for.
    pub(super) fn gate_history() -> GateHistory {
        GateHistory::Opened(Opened)
    }
}

#[test]
fn aggregates_can_share_a_type_of_id() {
    use of_shared_ids::{Bill, Contract, FrontDoor, Gate};
    assert_eq!(FrontDoor::stream(&1).unwrap().as_str(), "front_door-1");
    assert_eq!(Gate::stream(&1).unwrap().as_str(), "gate-1");
    assert_eq!(Contract::stream(&1.into()).unwrap().as_str(), "contract-1");
    assert_eq!(Bill::stream(&1.into()).unwrap().as_str(), "bill-1");
    assert_eq!(Opened::try_from(of_shared_ids::gate_history()).ok(), Some(Opened));
}

mod with_an_enum_of_its_own {
    use super::{Apply, Deposited, Opened};
    use factum_macros::{Aggregate, Event};

    #[derive(Event)]
    pub(super) enum History {
        Opened(Opened),
        Paid(Deposited),
    }

    #[derive(Aggregate, Clone, Default)]
    #[aggregate(category = "purse", id = String, event = self::History)]
    pub(super) struct Purse(pub(super) u64);

    impl Apply<History> for Purse {
        fn apply(&mut self, event: &History) {
            match event {
                History::Opened(_) => self.0 = 0,
                History::Paid(paid) => self.0 += paid.amount,
            }
        }
    }
}

#[test]
fn a_hand_written_enum_is_applied_as_a_whole() {
    use with_an_enum_of_its_own::{History, Purse};
    let mut purse = Purse::default();
    for event in [History::Opened(Opened), Deposited { amount: 4 }.into()] {
        purse.fold(&event);
    }
    assert_eq!(purse.0, 4);
}
