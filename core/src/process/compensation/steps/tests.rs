use super::{Steps, Turn};
use proptest::prelude::*;

#[test]
fn what_goes_well_is_never_undone() {
    let mut steps = Steps::new([1, 2]);
    assert_eq!(steps.done(&1), None, "it has not begun");
    assert_eq!(steps.begin(), Some(Turn::Do(1)));
    assert_eq!(steps.begin(), None);
    assert_eq!(steps.done(&2), None, "it is not its turn");
    assert_eq!(steps.done(&1), Some(Turn::Do(2)));
    assert_eq!(steps.done(&1), None, "it is told twice");
    assert_eq!(steps.done(&2), Some(Turn::Completed));
    assert_eq!((steps.failed(&2), steps.abort(), steps.undone(&2)), (None, None, None));
    assert!(steps.is_completed() && steps.taken() == [1, 2]);
}

#[test]
fn nothing_to_do_is_done_at_once() {
    assert_eq!(Steps::<u8>::default().begin(), Some(Turn::Completed));
    assert_eq!(Steps::new([1]).abort(), Some(Turn::Undone));
}

#[test]
fn what_has_failed_is_not_undone_and_what_is_in_doubt_is() {
    let under_way = || {
        let mut steps = Steps::new([1, 2, 3]);
        steps.begin();
        steps.done(&1);
        steps
    };
    let mut failed = under_way();
    assert_eq!(failed.failed(&2), Some(Turn::Undo(1)));
    for mut steps in [under_way(), under_way()].into_iter().enumerate().map(|(n, mut steps)| {
        assert_eq!(if n == 0 { steps.in_doubt(&2) } else { steps.abort() }, Some(Turn::Undo(2)));
        steps
    }) {
        assert_eq!(steps.done(&2), None, "whether it was done is of no interest any more");
        assert_eq!(steps.undone(&1), None, "it is not its turn");
        assert_eq!(steps.undone(&2), Some(Turn::Undo(1)));
        assert_eq!(steps.undone(&1), Some(Turn::Undone));
        assert!(steps.is_undone() && steps.taken().is_empty());
    }
}

#[derive(Clone, Copy, Debug)]
enum Told {
    Done(u8),
    Failed(u8),
    InDoubt(u8),
    Undone(u8),
    Abort,
}

fn told() -> impl Strategy<Value = Told> {
    let step = 0..4_u8;
    prop_oneof![
        6 => step.clone().prop_map(Told::Done),
        1 => step.clone().prop_map(Told::Failed),
        1 => step.clone().prop_map(Told::InDoubt),
        4 => step.prop_map(Told::Undone),
        1 => Just(Told::Abort),
    ]
}

proptest! {
    /// Whatever it is told, in whatever order and however often, also with a restart after each.
    #[test]
    fn what_was_done_is_kept_as_a_whole_or_undone_in_reverse(told in prop::collection::vec(told(), 0..60)) {
        let mut steps = Steps::new(0..4_u8);
        // Those that have been asked for and may have had an effect.
        let (mut standing, mut asked): (Vec<u8>, _) = (Vec::new(), steps.begin());
        let mut ends = 0;
        for told in told {
            match asked {
                Some(Turn::Do(step)) => standing.push(step),
                Some(Turn::Undo(step)) => prop_assert_eq!(standing.last(), Some(&step), "in reverse"),
                Some(Turn::Completed | Turn::Undone) => ends += 1,
                None => {}
            }
            let kept = serde_json::to_string(&steps).expect("it can be kept");
            steps = serde_json::from_str(&kept).expect("it comes back");
            let before = steps.clone();
            asked = match told {
                Told::Done(step) => steps.done(&step),
                Told::Failed(step) => {
                    let asked = steps.failed(&step);
                    if asked.is_some() {
                        prop_assert_eq!(standing.pop(), Some(step), "it has had no effect");
                    }
                    asked
                }
                Told::InDoubt(step) => steps.in_doubt(&step),
                Told::Undone(step) => {
                    let asked = steps.undone(&step);
                    if asked.is_some() {
                        prop_assert_eq!(standing.pop(), Some(step));
                    }
                    asked
                }
                Told::Abort => steps.abort(),
            };
            prop_assert!(asked.is_some() || steps == before, "what asks for nothing changes nothing");
            match asked {
                Some(Turn::Completed) => prop_assert_eq!(&standing, &[0, 1, 2, 3]),
                Some(Turn::Undone) => prop_assert!(standing.is_empty(), "{:?}", standing),
                _ => {}
            }
        }
        prop_assert!(ends <= 1);
    }
}
