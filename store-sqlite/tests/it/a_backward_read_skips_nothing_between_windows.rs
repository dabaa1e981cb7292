//! A query without tags is read in windows of 50,000 positions. A page that ends where a window does must say so
//! exactly.

use crate::place::{Place, event};
use factum_core::{
    Append, Category, EventReader, EventType, Position, Query, QueryItem, Tag,
    store::{Direction, EventAppender, Page, ReadLog},
};
use factum_store_sqlite::SqliteStore;
use std::ops::RangeInclusive;

const WINDOW: u64 = 50_000;
const LAST: u64 = 2 * WINDOW + 3;

/// Where the rare type is: on both sides of every place where a window, begun at either end of the log, can end.
const RARE: [u64; 12] =
    [1, 2, 3, 4, WINDOW - 1, WINDOW, WINDOW + 1, WINDOW + 2, WINDOW + 3, WINDOW + 4, 2 * WINDOW, LAST];
/// Where the tag is, which is looked up in an index and therefore not windowed.
const TAGGED: [u64; 4] = [5, WINDOW + 1, WINDOW + 2, LAST - 1];

/// A log of [`LAST`] events. It is made by SQL, since so many appends take long.
async fn long_log(place: &Place) -> SqliteStore {
    let store = place.open().await;
    let mut rare = event("rare", "{}");
    rare.event_type = EventType::from_static("Rare");
    store.append_one(Append::new([rare])).await.unwrap();
    let among = |positions: &[u64]| positions.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let (rare, tagged) = (among(&RARE), among(&TAGGED));
    let fill = format!(
        "BEGIN;
         INSERT INTO factum_streams (id, category, key) VALUES (2, 'bulk', '1');
         INSERT INTO factum_event_types (id, name, version) VALUES (2, 'Often', 1);
         INSERT INTO factum_events (position, stream, version, type, id, recorded_at, payload)
         WITH RECURSIVE n (p) AS (VALUES (2) UNION ALL SELECT p + 1 FROM n WHERE p < {LAST})
         SELECT p, 2, p - 1, CASE WHEN p IN ({rare}) THEN 1 ELSE 2 END, randomblob(16), 0, '' FROM n;
         INSERT INTO factum_event_tags (tag, position)
         SELECT 'vip', position FROM factum_events WHERE position IN ({tagged});
         COMMIT;"
    );
    place.sql().execute_batch(&fill).unwrap();
    store
}

/// Reads every page, and checks each against what it says that it has looked at.
async fn check(store: &SqliteStore, wanted: &[u64], request: ReadLog) {
    let after = request.after.get();
    let before = request.before.map_or(LAST + 1, |before| before.get().min(LAST + 1));
    let within = |range: RangeInclusive<u64>| {
        let mut found: Vec<u64> = wanted.iter().copied().filter(|p| range.contains(p)).collect();
        if request.direction == Direction::Backward {
            found.reverse();
        }
        found
    };
    let (mut seen, mut low, mut high) = (Vec::new(), after + 1, before.saturating_sub(1));
    let mut next = Some(request.clone());
    while let Some(request) = next {
        let page: Page<Position> = store.read_log(request.clone()).await.unwrap();
        let found: Vec<u64> = page.events.iter().map(|event| event.position.get()).collect();
        let looked_at = match (request.direction, page.done) {
            (_, true) => low..=high,
            (Direction::Forward, false) => low..=page.through.get(),
            (Direction::Backward, false) => page.through.get()..=high,
        };
        assert_eq!(found, within(looked_at.clone()), "{request:?} claims to have looked at {looked_at:?}");
        match request.direction {
            Direction::Forward => low = page.through.get() + 1,
            Direction::Backward => high = page.through.get().saturating_sub(1),
        }
        seen.extend(found);
        next = request.following(&page);
    }
    assert_eq!(seen, within(after + 1..=before.saturating_sub(1)), "{request:?}");
}

#[tokio::test]
async fn nor_does_any_other_read() {
    let place = Place::new();
    let store = long_log(&place).await;
    let rare = || QueryItem::types([EventType::from_static("Rare")]);
    let vip = || QueryItem::tags([Tag::new("vip").unwrap()]);
    let account = QueryItem::categories([Category::new("account").unwrap()]);
    let queries = [
        (Query::from(rare()), RARE.to_vec()),
        (Query::any_of([vip(), rare()]), {
            let mut both = [RARE.as_slice(), TAGGED.as_slice()].concat();
            both.sort_unstable();
            both.dedup();
            both
        }),
        (Query::any_of([account, vip()]), [[1].as_slice(), TAGGED.as_slice()].concat()),
    ];
    let ranges = [
        (0, None),
        (1, Some(LAST)),
        (2, Some(WINDOW + 3)),
        (3, Some(WINDOW + 4)),
        (WINDOW + 1, None),
        (LAST - 1, None),
        (LAST, None),
        (LAST + 7, Some(LAST + 9)),
        (5, Some(5)),
        (0, Some(0)),
    ];
    for (query, wanted) in &queries {
        for (after, before) in ranges {
            for limit in [1, 4, 1_000] {
                let mut request = ReadLog::new(query.clone()).after(Position::new(after)).limit(limit);
                request.before = before.map(Position::new);
                check(&store, wanted, request.clone()).await;
                check(&store, wanted, request.backward()).await;
            }
        }
    }
}
