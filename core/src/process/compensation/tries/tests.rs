use super::{Ask, Tries};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn nobody_is_asked_twice_and_the_last_refusal_counts_as_much_as_the_first() {
    let mut tries = Tries::new([1, 2, 3]);
    assert_eq!(tries.tried(&1), [], "it has not begun");
    assert_eq!(tries.begin(), [Ask::Try(1), Ask::Try(2), Ask::Try(3)]);
    assert_eq!(tries.begin(), []);
    assert_eq!((tries.tried(&1), tries.tried(&1)), (vec![], vec![]));
    assert_eq!(tries.refused(&1), [], "it has said otherwise");
    assert_eq!(tries.refused(&3), [Ask::Cancel(1), Ask::Cancel(2)]);
    assert_eq!(tries.tried(&2), [], "it comes too late, and is cancelled already");
    assert_eq!(tries.settled(&1), []);
    assert_eq!(tries.settled(&3), [], "it was not told");
    assert_eq!(tries.settled(&2), [Ask::Cancelled]);
    assert!(tries.is_cancelled());
}

#[test]
fn what_is_confirmed_cannot_expire() {
    let mut tries = Tries::new([1]);
    tries.begin();
    assert_eq!(tries.tried(&1), [Ask::Confirm(1)]);
    assert_eq!((tries.expired(), tries.refused(&1)), (vec![], vec![]));
    assert_eq!(tries.settled(&1), [Ask::Confirmed]);
    assert_eq!(tries.expired(), []);
}

#[test]
fn nobody_to_ask() {
    assert_eq!(Tries::<u8>::default().begin(), [Ask::Confirmed]);
    assert_eq!(Tries::new([1]).expired(), [Ask::Cancelled], "nobody was asked");
    let mut one = Tries::new([1]);
    one.begin();
    assert_eq!(one.refused(&1), [Ask::Cancelled], "nobody else was");
}

#[derive(Clone, Copy, Debug)]
enum Told {
    Tried(u8),
    Refused(u8),
    Settled(u8),
    Expired,
}

fn told() -> impl Strategy<Value = Told> {
    let one = 0..3_u8;
    prop_oneof![
        6 => one.clone().prop_map(Told::Tried),
        1 => one.clone().prop_map(Told::Refused),
        4 => one.prop_map(Told::Settled),
        1 => Just(Told::Expired),
    ]
}

proptest! {
    /// Whatever it is told, in whatever order and however often, also with a restart after each.
    #[test]
    fn all_are_told_to_do_it_or_all_to_let_it_go(told in prop::collection::vec(told(), 0..40)) {
        let mut tries = Tries::new(0..3_u8);
        let mut asked: Vec<Ask<u8>> = tries.begin();
        for told in told {
            let kept = serde_json::to_string(&tries).expect("it can be kept");
            tries = serde_json::from_str(&kept).expect("it comes back");
            asked.extend(match told {
                Told::Tried(one) => tries.tried(&one),
                Told::Refused(one) => tries.refused(&one),
                Told::Settled(one) => tries.settled(&one),
                Told::Expired => tries.expired(),
            });
        }
        let mut times: BTreeMap<String, u32> = BTreeMap::new();
        for ask in &asked {
            *times.entry(format!("{ask:?}")).or_default() += 1;
        }
        prop_assert!(times.values().all(|times| *times == 1), "{:?}", asked);
        let count = |is: fn(&Ask<u8>) -> bool| asked.iter().filter(|ask| is(ask)).count();
        let (confirms, cancels) =
            (count(|ask| matches!(ask, Ask::Confirm(_))), count(|ask| matches!(ask, Ask::Cancel(_))));
        prop_assert!(confirms == 0 || cancels == 0, "{:?}", asked);
        prop_assert!(confirms == 0 || confirms == 3);
        prop_assert!(!asked.contains(&Ask::Confirmed) || confirms == 3);
        prop_assert_eq!(tries.is_confirmed(), asked.contains(&Ask::Confirmed));
        prop_assert_eq!(tries.is_cancelled(), asked.contains(&Ask::Cancelled));
    }
}
