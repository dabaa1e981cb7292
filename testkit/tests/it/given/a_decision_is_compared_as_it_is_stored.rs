use super::bank::{Account, Deposited, NotEnough, Withdrawn, ada, deposit, withdraw, withdrawn};
use crate::failure::complaint;
use factum::prelude::*;
use factum_testkit::{given, given::Given};

#[test]
fn what_is_right_passes() {
    given::<Account>(events![Deposited { amount: 100 }, withdrawn(20)])
        .when(withdraw(30))
        .then(events![withdrawn(30)])
        .then_state(|account| assert_eq!(account.balance, 50))
        .then_state_is(Account { balance: 50 })
        .then_seen_by_its_own_query()
        .when(deposit(0))
        .then_nothing()
        .when(withdraw(51))
        .then_rejected(NotEnough { available: 50 })
        .then_rejected_with(|rejection| assert_eq!(rejection.available, 50))
        .when(withdraw(50))
        .when(withdraw(1))
        .then_rejected(NotEnough { available: 0 });
    Given::<Account>::nothing().when(withdraw(1)).then_rejected(NotEnough { available: 0 });
}

#[test]
fn other_streams_are_not_the_commands() {
    given::<Account>(events![Deposited { amount: 1 }])
        .in_stream("account-bob", events![Deposited { amount: 100 }])
        .in_stream(Account::stream(&ada()), events![Deposited { amount: 2 }])
        .beside("account-bob", super::courses::offered(3))
        .when(withdraw(4))
        .then_rejected(NotEnough { available: 3 });
}

#[test]
fn a_payload_of_an_older_version_is_read_as_such() {
    let before = || Given::<Account>::nothing().and(events![Deposited { amount: 9 }]);
    let old = before().stored("account.withdrawn", 1, r#"{"amount":4}"#);
    old.when(withdraw(5)).then_state_is(Account { balance: 0 });

    let newer = complaint(|| before().stored("account.withdrawn", 3, "{}").when(withdraw(1)));
    assert_eq!(
        newer,
        "Withdraw cannot be decided: reading account.withdrawn (version 3 of its payload) at account-ada version 2, \
         position 2: the payload does not fit the type: written by a newer program (payload version 3, this program \
         knows 2)"
    );
}

#[test]
fn another_event_is_shown_as_a_difference() {
    let said = complaint(|| {
        let branch = Some("kiel".to_owned());
        given::<Account>(events![Deposited { amount: 100 }])
            .when(withdraw(30))
            .then(events![Withdrawn { amount: 31, branch }])
    });
    assert_eq!(
        said,
        r#"Withdraw decided other events than expected (- expected, + decided)
- account.withdrawn (version 2) [branch:kiel]
+ account.withdrawn (version 2)
    {
-     "amount": 31,
-     "branch": "kiel"
+     "amount": 30,
+     "branch": null
    }
"#
    );
}

#[test]
fn one_event_too_many_or_too_few() {
    let given = || given::<Account>(events![Deposited { amount: 100 }]);
    let few = complaint(|| given().when(withdraw(1)).then(events![]));
    assert!(few.contains("- (no events)\n+ account.withdrawn (version 2)\n"), "{few}");
    let many = complaint(|| given().when(withdraw(1)).then(events![withdrawn(1), withdrawn(1)]));
    assert!(many.contains("\n- account.withdrawn (version 2)\n"), "{many}");
    let some = complaint(|| given().when(withdraw(1)).then_nothing());
    assert!(some.starts_with("Withdraw decided events, and none were expected\naccount.withdrawn"), "{some}");
}

#[test]
fn a_rejection_where_events_were_expected_and_the_other_way_round() {
    let given = || given::<Account>(events![Deposited { amount: 3 }]);
    assert_eq!(
        complaint(|| given().when(withdraw(4)).then(events![withdrawn(4)])),
        "Withdraw was rejected: NotEnough { available: 3 }\nthese events were expected:\naccount.withdrawn (version 2)\n  {\n    \"amount\": 4,\n    \"branch\": null\n  }\n"
    );
    assert_eq!(
        complaint(|| given().when(withdraw(4)).then_nothing()),
        "Withdraw was rejected, and should have been accepted: NotEnough { available: 3 }"
    );
    let accepted = complaint(|| given().when(withdraw(3)).then_rejected(NotEnough { available: 3 }));
    assert!(
        accepted.starts_with("Withdraw was accepted, and should have been rejected; it decided\naccount.w"),
        "{accepted}"
    );
    assert_eq!(
        complaint(|| given().when(withdraw(4)).then_rejected(NotEnough { available: 2 })),
        "Withdraw was rejected for another reason than expected (- expected, + rejected)
  NotEnough {
-     available: 2,
+     available: 3,
  }
"
    );
}

#[test]
fn another_state_is_shown_as_a_difference() {
    let said = complaint(|| {
        given::<Account>(events![Deposited { amount: 3 }])
            .when(withdraw(1))
            .then_state_is(Account { balance: 3 })
    });
    assert_eq!(
        said,
        "after Withdraw the state is not as expected (- expected, + folded)
  Account {
-     balance: 3,
+     balance: 2,
  }
"
    );
}

#[test]
fn a_rejection_that_nobody_expects_is_not_passed_over() {
    let said = complaint(|| Given::<Account>::nothing().when(withdraw(1)).when(deposit(1)));
    assert_eq!(said, "Withdraw was rejected before Deposit: NotEnough { available: 0 }");
}

#[test]
fn what_no_store_takes() {
    let huge = "x".repeat(factum::limits::TAG_BYTES + 1);
    let event = Withdrawn { amount: 1, branch: Some(huge) };
    let said = complaint(|| given::<Account>(events![event]));
    assert!(said.contains("cannot be written: tag has"), "{said}");
    let target = super::bank::Withdraw { account: String::new().into(), amount: 1 };
    let said = complaint(|| Given::<Account>::nothing().when(target));
    assert_eq!(said, "Withdraw says no scope: stream key is empty");
}
