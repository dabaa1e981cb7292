//! When events were recorded, and where the log was then.

use crate::conformance::{
    Fixture,
    steps::{at_once, event, log, page, positions, read, stream, stream_page, write},
};
use chrono::TimeDelta;
use factum_core::{
    EventStore, Position, Query, Timestamp, limits,
    store::{EventReaderExt, Period, ReadLog, ReadStream},
};
use std::sync::Arc;

/// Writes events at several times, one or more at each, and says which time their receipts name.
async fn written_at(store: &impl EventStore) -> Vec<Timestamp> {
    let mut times: Vec<Timestamp> = Vec::new();
    for round in 0..6 {
        let before = times.last().copied();
        // As often as it takes for the store's clock to move on.
        while times.last().copied() == before {
            let events = (0..=round % 3).map(|_| event(&stream("a"), "x"));
            let at = write(store, events).await.recorded_at;
            times.extend((0..=round % 3).map(|_| at));
        }
    }
    times
}

const fn moment() -> TimeDelta {
    TimeDelta::microseconds(1)
}

/// Each of the times once, and some before and behind all of them.
fn around(times: &[Timestamp]) -> Vec<Timestamp> {
    let (first, last) = (times[0], times[times.len() - 1]);
    let mut around =
        vec![first - TimeDelta::days(1), first - moment(), last + moment(), last + TimeDelta::days(1)];
    around.extend(times.chunk_by(|a, b| a == b).map(|same| same[0]));
    around
}

/// What a period is asked for is there, and nothing else, however large the pages are. See [`Page::recorded_in`].
///
/// [`Page::recorded_in`]: factum_core::store::Page::recorded_in
pub async fn a_period_has_what_was_recorded_in_it(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    let times = written_at(&store).await;
    let written: Vec<_> = positions(&log(&store).await).into_iter().zip(times.iter().copied()).collect();
    assert_eq!(written.len(), times.len(), "events in the log");
    let mut periods = vec![Period::always()];
    let bounds = around(&times);
    for since in bounds.iter().copied() {
        periods.extend([Period::always().since(since), Period::always().until(since)]);
        periods.extend(bounds.iter().map(|until| Period::always().since(since).until(*until)));
    }
    for period in periods {
        let inside = written.iter().filter(|(_, time)| period.contains(*time));
        let expected: Vec<_> = inside.map(|(position, _)| *position).collect();
        for limit in [1, 4, limits::PAGE_EVENTS] {
            let (mut found, mut next) = (Vec::new(), Some(ReadLog::new(Query::all()).limit(limit)));
            while let Some(request) = next {
                let page = page(&store, request.clone()).await.recorded_in(period);
                next = request.following(&page);
                found.extend(positions(&page.events));
            }
            assert_eq!(found, expected, "of the log in pages of {limit}, {period:?}");
            let (mut found, mut next) =
                (Vec::new(), Some(ReadStream::new(stream("a")).backward().limit(limit)));
            while let Some(request) = next {
                let page = stream_page(&store, request.clone()).await.recorded_in(period);
                next = request.following(&page);
                found.extend(positions(&page.events));
            }
            found.reverse();
            assert_eq!(found, expected, "of the stream backward in pages of {limit}, {period:?}");
        }
    }
}

/// Checks what [`EventReaderExt::position_at`] promises.
async fn check(store: &impl EventStore, written: &[(u64, Timestamp)], time: Timestamp) {
    let at = read(store.position_at(time).await).get();
    let before = written.iter().rfind(|(position, _)| *position <= at);
    let next = written.iter().find(|(position, _)| *position > at);
    assert_eq!(before.map_or(0, |(position, _)| *position), at, "at {time}, the log was at no event");
    if let Some((position, recorded)) = before {
        assert!(*recorded < time, "at {time}, the log was at {position}, which was recorded at {recorded}");
    }
    if let Some((position, recorded)) = next {
        assert!(*recorded >= time, "at {time}, the log was at {at}; {position} was recorded at {recorded}");
    }
}

/// See [`EventReaderExt::position_at`].
pub async fn the_log_was_somewhere_at_any_time(place: impl Fixture<Store: EventStore>) {
    let store = place.open().await;
    for time in [Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + TimeDelta::days(99_999)] {
        assert_eq!(read(store.position_at(time).await), Position::START, "an empty log at {time}");
    }
    let times = written_at(&store).await;
    let written: Vec<_> = positions(&log(&store).await).into_iter().zip(times.iter().copied()).collect();
    for time in around(&times) {
        check(&store, &written, time).await;
    }
}

/// However writers that write at once have mixed up positions and times.
pub async fn the_log_was_somewhere_while_many_wrote_at_once(place: impl Fixture<Store: EventStore>) {
    let store = Arc::new(place.open().await);
    at_once(8, |task| {
        let store = Arc::clone(&store);
        async move {
            for _ in 0..10 {
                write(&*store, [event(&stream(&task.to_string()), "x")]).await;
            }
        }
    })
    .await;
    let written: Vec<_> =
        log(&*store).await.iter().map(|event| (event.position.get(), event.recorded_at)).collect();
    for (_, time) in &written {
        for time in [*time - moment(), *time, *time + moment()] {
            check(&*store, &written, time).await;
        }
    }
}
