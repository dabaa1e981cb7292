//! Appends of many tasks at once are committed in groups; each of them has its own outcome.

use crate::{
    log::{actual, event, history, log_by, matched, small, stream, tag},
    place::Place,
};
use factum_core::{
    Append, AppendCondition, AppendError, EventAppender, EventReader, EventType, ExpectedVersion, NewEvent,
    Position, Query, QueryItem, Receipt, StreamVersion,
    store::{ReadLog, ReadStream},
};
use futures_util::future::join_all;

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// The first events of a stream.
    First,
    Next,
    /// The version that it expects has passed.
    Late,
    /// It expects nothing to be there, where the stream is that another process has made.
    Unknown,
    /// It has an event that is in the log, in another stream.
    Twice,
    Several,
    /// Two events of which the second has tags, one of them twice.
    Tagged,
    /// On a condition that holds.
    Free,
    /// On a condition that the first event of the log does not meet.
    Barred,
    /// On a condition that the first event of the log has the tag for, and not the type.
    OfAnotherType,
}

const KINDS: [Kind; 10] = [
    Kind::First,
    Kind::Next,
    Kind::Late,
    Kind::Unknown,
    Kind::Twice,
    Kind::Several,
    Kind::Tagged,
    Kind::Free,
    Kind::Barred,
    Kind::OfAnotherType,
];

/// The tag of the first event of the log.
const KNOWN: &str = "known";

impl Kind {
    fn append(self, key: &str, known: &NewEvent) -> Append {
        let mut again = event(key);
        again.id = known.id;
        let tagged = || event(key).with_tags([tag(key), tag("all"), tag(key)]);
        let unless = |item| AppendCondition::new(Query::from(item), Position::START);
        let (events, expected) = match self {
            Self::First | Self::Unknown => (vec![event(key)], ExpectedVersion::NoStream),
            Self::Next => (vec![event(key)], ExpectedVersion::Exact(StreamVersion::new(2))),
            Self::Late => (vec![event(key)], ExpectedVersion::Exact(StreamVersion::new(1))),
            Self::Twice => (vec![event(key), again], ExpectedVersion::StreamExists),
            Self::Several => ((0..3).map(|_| event(key)).collect(), ExpectedVersion::Any),
            Self::Tagged => (vec![event(key), tagged()], ExpectedVersion::Any),
            Self::Free | Self::Barred | Self::OfAnotherType => {
                (vec![tagged()], ExpectedVersion::StreamExists)
            }
        };
        let append = Append::new(events).expect(stream(key), expected);
        let other = EventType::from_static("Other");
        match self {
            Self::Free => append.fail_if(unless(QueryItem::tags([tag(key)]))),
            Self::Barred => append.fail_if(unless(QueryItem::tags([tag(KNOWN)]))),
            Self::OfAnotherType => append.fail_if(unless(QueryItem::types([other]).tag(tag(KNOWN)))),
            _ => append,
        }
    }

    /// What becomes of it in a stream of two events, which those that begin a stream do not have.
    fn check(self, key: &str, outcome: Result<Receipt, AppendError>, known: &NewEvent) {
        let written = |outcome: Result<Receipt, AppendError>| {
            outcome.unwrap().version_of(&stream(key)).map(StreamVersion::get)
        };
        match self {
            Self::First => assert_eq!(written(outcome), Some(1)),
            Self::Next | Self::Free | Self::OfAnotherType => assert_eq!(written(outcome), Some(3)),
            Self::Tagged => assert_eq!(written(outcome), Some(4)),
            Self::Barred => assert_eq!(matched(outcome), Position::new(1)),
            Self::Several => assert_eq!(written(outcome), Some(5)),
            Self::Late | Self::Unknown => assert_eq!(actual(outcome).get(), 2),
            Self::Twice => assert!(matches!(outcome, Err(AppendError::DuplicateEvent(id)) if id == known.id)),
        }
    }

    const fn length(self) -> usize {
        match self {
            Self::First => 1,
            Self::Late | Self::Unknown | Self::Twice | Self::Barred => 2,
            Self::Next | Self::Free | Self::OfAnotherType => 3,
            Self::Tagged => 4,
            Self::Several => 5,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_the_others_are() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    let known = event("known").with_tags([tag(KNOWN)]);
    store.append_one(Append::new([known.clone()])).await.unwrap();
    for round in 0..10 {
        let kinds: Vec<_> = KINDS.into_iter().cycle().take(100).enumerate().collect();
        let key = |n: usize| format!("{round} {n}");
        for (n, kind) in &kinds {
            let by = if matches!(kind, Kind::Unknown) { &other } else { &store };
            for _ in 0..if matches!(kind, Kind::First) { 0 } else { 2 } {
                by.append_one(small(&key(*n))).await.unwrap();
            }
        }
        let outcomes = kinds.iter().map(|(n, kind)| {
            let (store, append) = (store.clone(), kind.append(&key(*n), &known));
            tokio::spawn(async move { store.append_one(append).await })
        });
        for ((n, kind), outcome) in kinds.iter().zip(join_all(outcomes).await) {
            kind.check(&key(*n), outcome.unwrap(), &known);
            let history = history(&store, &key(*n)).await;
            let dense = history.iter().zip(1..).all(|((version, _), nth)| *version == nth);
            assert!(dense && history.len() == kind.length(), "{kind:?}: {history:?}");
            assert!(history.is_sorted_by_key(|(_, position)| *position));
            let has_tags = matches!(kind, Kind::Tagged | Kind::Free | Kind::OfAnotherType);
            let of_tag = log_by(&store, ReadLog::new(QueryItem::tags([tag(&key(*n))]).into())).await;
            let of_tag: Vec<_> = of_tag.iter().map(|event| event.version.get()).collect();
            assert_eq!(of_tag, if has_tags { vec![kind.length() as u64] } else { vec![] }, "{kind:?}");
        }
    }
}

/// What one process has refused to know, it still finds out.
#[tokio::test]
async fn and_a_stream_that_two_processes_make_is_made_once() {
    let place = Place::new().await;
    let (store, other) = (place.open().await, place.open().await);
    for n in 0..20 {
        let key = n.to_string();
        let first = small(&key).expect(stream(&key), ExpectedVersion::NoStream);
        let again = small(&key).expect(stream(&key), ExpectedVersion::NoStream);
        let (one, two) = tokio::join!(store.append_one(first), other.append_one(again));
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
        for (store, outcome) in [(&store, one), (&other, two)] {
            if outcome.is_err() {
                assert_eq!(actual(outcome).get(), 1);
            }
            let page = store.read_stream(ReadStream::new(stream(&key))).await.unwrap();
            assert_eq!(page.events.len(), 1);
        }
    }
}
