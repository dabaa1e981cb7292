//! The oracle keeps every call and works each answer out anew from all of them, with numbers instead of times.

use factum::Timestamp;
use factum_projections::window::{Firing, OpenWindows, Pane, Timing, Window, Windows};
use proptest::prelude::*;
use std::{collections::BTreeMap, time::Duration};

type Open = OpenWindows<u8, Vec<usize>>;

/// In microseconds.
#[derive(Clone, Copy, Debug)]
struct Lengths {
    size: i64,
    slide: i64,
    offset: i64,
    out_of_orderness: i64,
    lateness: i64,
}

#[derive(Clone, Copy, Debug)]
enum Call {
    Add { key: u8, time: i64 },
    Advance { to: i64 },
}

/// A pane, with the numbers of the calls that are counted in it.
#[derive(Clone, Debug, PartialEq)]
struct Expected {
    window: (i64, i64),
    key: u8,
    late: bool,
    index: u64,
    calls: Vec<usize>,
}

impl Lengths {
    fn windows(self) -> Windows {
        let micros = |length: i64| Duration::from_micros(length.unsigned_abs());
        Windows::sliding(micros(self.size), micros(self.slide))
            .unwrap()
            .offset(micros(self.offset))
            .out_of_orderness(micros(self.out_of_orderness))
            .allowed_lateness(micros(self.lateness))
    }

    /// Tries every moment at which one could begin.
    fn windows_of(self, time: i64) -> Vec<(i64, i64)> {
        let starts = (time - self.size + 1..=time).filter(|start| (start - self.offset) % self.slide == 0);
        starts.map(|start| (start, start + self.size)).collect()
    }

    /// The watermark after the first calls; `None` before the first.
    fn watermark(self, calls: &[Call]) -> Option<i64> {
        let each = calls.iter().map(|call| match *call {
            Call::Add { time, .. } => time - self.out_of_orderness,
            Call::Advance { to } => to,
        });
        each.max()
    }

    fn is_closed(self, window: (i64, i64), before: &[Call]) -> bool {
        self.watermark(before).is_some_and(|watermark| window.1 + self.lateness <= watermark)
    }

    /// Every window that has an event which came before it was closed, with its key and those events, in their order.
    fn contents(self, calls: &[Call]) -> BTreeMap<((i64, i64), u8), Vec<usize>> {
        let mut contents = BTreeMap::<_, Vec<usize>>::new();
        for (number, call) in calls.iter().enumerate() {
            let Call::Add { key, time } = *call else { continue };
            for window in self.windows_of(time) {
                if !self.is_closed(window, &calls[..number]) {
                    contents.entry((window, key)).or_default().push(number);
                }
            }
        }
        contents
    }

    /// What the last of these calls must answer, when those before it answered `said`.
    fn answer(self, calls: &[Call], said: &[Expected]) -> (Vec<Expected>, Vec<(i64, i64)>) {
        let (last, before) = calls.split_last().unwrap();
        let (was, is) = (self.watermark(before), self.watermark(calls));
        let passed = |window: (i64, i64), watermark: Option<i64>| watermark.is_some_and(|at| window.1 <= at);
        let (mut panes, mut late) = (Vec::new(), Vec::new());
        let added = match *last {
            Call::Add { key, time } => {
                self.windows_of(time).into_iter().map(|window| (window, key)).collect()
            }
            Call::Advance { .. } => Vec::new(),
        };
        for (window, _) in &added {
            if self.is_closed(*window, before) {
                late.push(*window);
            }
        }
        for ((window, key), calls) in self.contents(calls) {
            let is_late = passed(window, was) && added.contains(&(window, key)) && !late.contains(&window);
            if is_late || (passed(window, is) && !passed(window, was)) {
                let index =
                    said.iter().filter(|pane| (pane.window, pane.key) == (window, key)).count() as u64;
                panes.push(Expected { window, key, late: is_late, index, calls });
            }
        }
        (panes, late)
    }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_timestamp_micros(micros).unwrap()
}

fn bounds(window: &Window) -> (i64, i64) {
    (window.start().timestamp_micros(), window.end().timestamp_micros())
}

fn seen(panes: Vec<Pane<u8, Vec<usize>>>) -> Vec<Expected> {
    let seen = |pane: Pane<_, _>| Expected {
        window: bounds(&pane.window),
        key: pane.key,
        late: pane.timing == Timing::Late,
        index: pane.index,
        calls: pane.value,
    };
    panes.into_iter().map(seen).collect()
}

fn call(open: &mut Open, windows: &Windows, number: usize, call: Call) -> (Vec<Expected>, Vec<(i64, i64)>) {
    match call {
        Call::Add { key, time } => {
            let Firing { panes, late, .. } = open.add(windows, &key, at(time), |calls| calls.push(number));
            (seen(panes), late.iter().map(bounds).collect())
        }
        Call::Advance { to } => (seen(open.advance(windows, at(to))), Vec::new()),
    }
}

fn read_again(open: &Open) -> Open {
    serde_json::from_slice(&serde_json::to_vec(open).unwrap()).unwrap()
}

fn lengths() -> impl Strategy<Value = Lengths> {
    (1..15_i64).prop_flat_map(|size| {
        let slide = prop_oneof![Just(size), 1..=size];
        (slide, 0..20_i64, 0..8_i64, 0..25_i64).prop_map(
            move |(slide, offset, out_of_orderness, lateness)| Lengths {
                size,
                slide,
                offset,
                out_of_orderness,
                lateness,
            },
        )
    })
}

/// Times that wander upwards, with steps back.
fn calls() -> impl Strategy<Value = Vec<Call>> {
    let time = |number: usize, step: i64| number as i64 * 2 - 40 + step;
    let kinds = proptest::collection::vec((0..8_u8, -25..15_i64), 0..50);
    kinds.prop_map(move |kinds| {
        let call = |(number, (kind, step))| match kind {
            7 => Call::Advance { to: time(number, step) },
            _ => Call::Add { key: kind % 3, time: time(number, step) },
        };
        kinds.into_iter().enumerate().map(call).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn at_every_call_and_wherever_the_state_is_written_and_read(
        lengths in lengths(),
        calls in calls(),
        resumed in proptest::collection::vec(any::<bool>(), 50),
    ) {
        let windows = lengths.windows();
        let (mut open, mut said) = (Open::default(), Vec::new());
        for (number, next) in calls.iter().enumerate() {
            if resumed[number] {
                let read = read_again(&open);
                prop_assert_eq!(&read, &open);
                open = read;
            }
            let (panes, late) = call(&mut open, &windows, number, *next);
            // Windows are in the order of their ends, and all are of one length.
            let expected = lengths.answer(&calls[..=number], &said);
            prop_assert_eq!(&(panes, late), &expected, "call {}", number);
            said.extend(expected.0);

            let watermark = lengths.watermark(&calls[..=number]).unwrap();
            prop_assert_eq!(open.watermark(), Some(at(watermark)));
            let kept = lengths.contents(&calls[..=number]);
            let kept = kept.keys().filter(|(window, _)| window.1 + lengths.lateness > watermark).count();
            prop_assert_eq!(open.len(), kept, "closed windows are forgotten, and no others");
        }
        let watermark = lengths.watermark(&calls);
        let last = lengths.contents(&calls).into_iter();
        let last = last.filter(|((window, _), _)| watermark.is_some_and(|at| window.1 > at));
        let finished: Vec<_> = open.finish().into_iter().map(|pane| ((bounds(&pane.window), pane.key), pane.value)).collect();
        prop_assert_eq!(finished, last.collect::<Vec<_>>());
        prop_assert!(open.is_empty());
    }

    #[test]
    fn and_in_the_end_with_all_events_whatever_their_order_if_nothing_is_too_late(
        lengths in lengths(),
        calls in calls(),
    ) {
        let windows = lengths.windows().allowed_lateness(Duration::MAX);
        let (mut open, mut last) = (Open::default(), BTreeMap::new());
        let mut note = |panes: Vec<Pane<u8, Vec<usize>>>| {
            for pane in panes {
                let mut events = pane.value;
                events.sort_unstable();
                last.insert((bounds(&pane.window), pane.key), events);
            }
        };
        for (number, call) in calls.iter().enumerate() {
            let Call::Add { key, time } = *call else { continue };
            let fired = open.add(&windows, &key, at(time), |calls| calls.push(number));
            prop_assert_eq!(fired.late, []);
            note(fired.panes);
        }
        note(open.finish());

        let mut sorted = BTreeMap::<_, Vec<usize>>::new();
        for (number, call) in calls.iter().enumerate() {
            let Call::Add { key, time } = *call else { continue };
            for window in lengths.windows_of(time) {
                sorted.entry((window, key)).or_default().push(number);
            }
        }
        prop_assert_eq!(last, sorted);
    }

    #[test]
    fn without_an_overflow_at_any_time(
        size in 1..=Windows::LONGEST.as_micros() as u64,
        parts in 1..100_u64,
        waits in proptest::array::uniform3(0..=Windows::LONGEST.as_micros() as u64),
        times in proptest::collection::vec(
            prop_oneof![
                Just(Timestamp::MIN_UTC.timestamp_micros()),
                Just(Timestamp::MAX_UTC.timestamp_micros()),
                Timestamp::MIN_UTC.timestamp_micros()..=Timestamp::MAX_UTC.timestamp_micros(),
            ],
            1..8,
        ),
    ) {
        let [offset, out_of_orderness, lateness] = waits.map(Duration::from_micros);
        let windows = Windows::sliding(Duration::from_micros(size), Duration::from_micros(size.div_ceil(parts)))
            .unwrap()
            .offset(offset)
            .out_of_orderness(out_of_orderness)
            .allowed_lateness(lateness);
        let mut open = OpenWindows::<(), u64>::default();
        let (mut added, mut fired) = (0, 0);
        for time in times {
            let of: Vec<_> = windows.of(at(time)).collect();
            prop_assert!(of.iter().all(|window| window.contains(at(time))));
            prop_assert!(of.is_sorted() && !of.is_empty());
            let firing = open.add(&windows, &(), at(time), |count| *count += 1);
            added += of.len() - firing.late.len();
            fired += firing.panes.len();
        }
        fired += open.finish().len();
        prop_assert!(fired <= added && (fired > 0) == (added > 0));
    }
}
