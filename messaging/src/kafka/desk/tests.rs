use super::{Desk, Entry};
use crate::kafka::{message::Record, progress::Partition};
use bytes::Bytes;
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

fn partition(number: i32) -> Partition {
    Partition { topic: "t".into(), number }
}

/// With partition 0, of which so many messages have come in.
fn desk(messages: i64) -> Desk {
    let desk = Desk::default();
    let mut state = desk.state();
    state.begin(partition(0), Some(0));
    for offset in 0..messages {
        let record = Record { key: None, headers: Vec::new(), payload: Some(Bytes::from_static(b"1234")) };
        state.came(&partition(0), offset, None, record, true);
    }
    drop(state);
    desk
}

fn take(desk: &Desk, prefetch: usize) -> Option<Entry> {
    desk.state().take(prefetch).ok()
}

fn to_commit(desk: &Desk) -> Option<i64> {
    desk.state().progress(&partition(0)).and_then(|progress| progress.to_commit())
}

#[test]
fn no_more_are_in_hand_than_there_is_room_for() {
    let desk = desk(3);
    let first = take(&desk, 1).unwrap();
    assert!(take(&desk, 1).is_none());
    assert!(desk.settle(&first.place));
    assert_eq!(take(&desk, 1).unwrap().place.offset, 1);
    assert_eq!(to_commit(&desk), Some(1));
    assert_eq!(desk.state().waits(), (1, 4));
}

#[test]
fn what_is_given_back_has_its_old_place() {
    let desk = desk(3);
    let taken: Vec<_> = (0..2).map(|_| take(&desk, 9).unwrap()).collect();
    for entry in taken {
        assert!(desk.give_back(entry, Duration::ZERO));
    }
    let again: Vec<_> = (0..3).map(|_| take(&desk, 9).unwrap()).collect();
    assert!(again.iter().map(|entry| (entry.place.offset, entry.attempts)).eq([(0, 2), (1, 2), (2, 1)]));
    assert_eq!(desk.state().waits(), (0, 0));
}

#[test]
fn what_waits_holds_up_nobody_and_is_not_passed_over() {
    let desk = desk(2);
    let first = take(&desk, 1).unwrap();
    assert!(desk.give_back(first, Duration::from_secs(3_600)));
    let second = take(&desk, 1).unwrap();
    assert_eq!(second.place.offset, 1);
    assert!(desk.settle(&second.place));
    assert_eq!(to_commit(&desk), None, "the first is not settled");
    let due = desk.state().take(1).unwrap_err().unwrap();
    assert!(due > Instant::now() + Duration::from_secs(3_000));
}

#[test]
fn what_belongs_to_another_is_settled_with_nobody() {
    let desk = desk(2);
    let first = take(&desk, 9).unwrap();
    desk.state().end(&[partition(0)]);
    assert!(take(&desk, 9).is_none(), "the second went with its partition");
    assert!(!desk.settle(&first.place));
    desk.state().begin(partition(0), Some(0));
    assert!(!desk.settle(&first.place) && !desk.give_back(first, Duration::ZERO));
    assert_eq!(to_commit(&desk), None);
    assert!(take(&desk, 9).is_none());
}

#[test]
fn a_partition_leaves_when_nothing_of_it_is_in_hand() {
    let desk = Arc::new(desk(2));
    let first = take(&desk, 9).unwrap();
    let leaving = thread::spawn({
        let desk = Arc::clone(&desk);
        move || desk.leave(&[partition(0)], Duration::from_secs(60))
    });
    while desk.state().waits().0 > 0 {
        thread::yield_now();
    }
    assert!(take(&desk, 9).is_none(), "nothing more of it is handed out");
    assert!(desk.settle(&first.place));
    leaving.join().unwrap();
    assert_eq!(to_commit(&desk), Some(1));
}

#[test]
fn a_handler_that_takes_too_long_is_not_waited_for() {
    let desk = desk(1);
    let _in_hand = take(&desk, 9).unwrap();
    desk.leave(&[partition(0)], Duration::from_millis(10));
    assert_eq!(to_commit(&desk), None);
}
