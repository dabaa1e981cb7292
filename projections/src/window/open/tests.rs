use super::*;
use std::time::Duration;

/// Windows of ten microseconds which wait for three and are corrected for twenty.
fn tens() -> Windows {
    let micros = Duration::from_micros;
    Windows::tumbling(micros(10)).unwrap().out_of_orderness(micros(3)).allowed_lateness(micros(20))
}

/// State, and what it was told last.
#[derive(Default)]
struct Given(OpenWindows<&'static str, Vec<i64>>);

/// A pane as its key, the start of its window, its timing, its index and its times.
type Short = (&'static str, i64, Timing, u64, Vec<i64>);

fn short(panes: Vec<Pane<&'static str, Vec<i64>>>) -> Vec<Short> {
    panes.into_iter().map(|pane| (pane.key, pane.window.start, pane.timing, pane.index, pane.value)).collect()
}

impl Given {
    fn add(&mut self, key: &'static str, time: i64) -> (Vec<Short>, Vec<i64>) {
        let fired = self.0.add(&tens(), &key, clipped(time), |times| times.push(time));
        (short(fired.panes), fired.late.iter().map(|window| window.start).collect())
    }

    fn advance(&mut self, time: i64) -> Vec<Short> {
        short(self.0.advance(&tens(), clipped(time)))
    }
}

fn nothing() -> (Vec<Short>, Vec<i64>) {
    (Vec::new(), Vec::new())
}

#[test]
fn a_window_fires_when_the_watermark_reaches_its_end() {
    let mut given = Given::default();
    assert_eq!(given.add("a", -3), nothing());
    assert_eq!(given.add("b", 2), nothing());
    assert_eq!(given.0.watermark(), Some(clipped(-1)));
    assert_eq!(given.add("b", 3), (vec![("a", -10, Timing::OnTime, 0, vec![-3])], Vec::new()));
}

#[test]
fn keys_and_windows_fire_in_their_order() {
    let mut given = Given::default();
    for (key, time) in [("b", 1), ("a", 2), ("c", -1)] {
        assert_eq!(given.add(key, time), nothing());
    }
    let fired = given.advance(10).into_iter().map(|(key, start, ..)| (key, start));
    assert_eq!(fired.collect::<Vec<_>>(), [("c", -10), ("a", 0), ("b", 0)]);
}

#[test]
fn a_late_event_fires_its_window_again() {
    let mut given = Given::default();
    assert_eq!(given.add("a", 5), nothing());
    assert_eq!(given.advance(10), [("a", 0, Timing::OnTime, 0, vec![5])]);
    assert_eq!(given.add("a", 4), (vec![("a", 0, Timing::Late, 1, vec![5, 4])], Vec::new()));
    assert_eq!(given.add("b", 6), (vec![("b", 0, Timing::Late, 0, vec![6])], Vec::new()), "its first");
    assert_eq!(given.advance(29), []);
    assert_eq!(given.add("a", 9), (vec![("a", 0, Timing::Late, 2, vec![5, 4, 9])], Vec::new()));
}

#[test]
fn an_event_that_is_too_late_comes_back_and_changes_nothing() {
    let mut given = Given::default();
    assert_eq!(given.add("a", 5), nothing());
    assert_eq!(given.advance(30).len(), 1);
    let before = given.0.clone();
    assert_eq!(given.add("a", 9), (Vec::new(), vec![0]));
    assert_eq!(given.add("new", -1), (Vec::new(), vec![-10]), "also where there was no window");
    assert_eq!(given.0, before);
}

#[test]
fn an_event_may_be_too_late_for_some_of_its_windows() {
    let micros = Duration::from_micros;
    let sliding = Windows::sliding(micros(10), micros(5)).unwrap();
    let mut open = OpenWindows::<(), u64>::default();
    assert_eq!(open.advance(&sliding, clipped(10)), []);
    let fired = open.add(&sliding, &(), clipped(7), |count| *count += 1);
    assert_eq!((fired.panes.len(), fired.late), (0, vec![Window::from((0, 10))]));
    assert_eq!(open.len(), 1);
}

#[test]
fn what_is_closed_is_forgotten() {
    let mut given = Given::default();
    for time in (0..1_000).step_by(7) {
        let _ = given.add("a", time);
        assert!(given.0.len() <= 4, "one that is open, and those that ended 23 microseconds ago or less");
    }
    assert!(given.advance(2_000).len() <= 2);
    assert!(given.0.is_empty());
}

#[test]
fn the_watermark_never_moves_backwards() {
    let mut given = Given::default();
    assert_eq!((given.0.watermark(), given.advance(10)), (None, Vec::new()));
    assert_eq!(given.advance(9), []);
    assert_eq!(given.add("a", 12), nothing());
    assert_eq!(given.0.watermark(), Some(clipped(10)));
}

#[test]
fn at_the_end_everything_fires_and_whatever_follows_is_late() {
    let mut given = Given::default();
    let far = Timestamp::MAX_UTC.timestamp_micros();
    assert_eq!(given.add("a", far), nothing());
    assert_eq!(short(given.0.finish()).len(), 1, "a window that ends after the last moment too");
    assert!(given.0.is_empty());
    assert_eq!(given.0.watermark(), Some(Timestamp::MAX_UTC));
    assert_eq!(given.0.finish(), []);
    let (panes, late) = given.add("a", far);
    assert_eq!((panes.len(), late.len()), (0, 1));
}

#[test]
fn a_state_is_a_list_of_accumulators() {
    let mut open = OpenWindows::<String, u64>::default();
    let _ = open.add(&tens(), &"a".to_owned(), clipped(-2), |count| *count += 7);
    let text = serde_json::to_string(&open).unwrap();
    assert_eq!(text, r#"{"watermark":-5,"open":[{"window":[-10,0],"key":"a","panes":0,"value":7}]}"#);
    assert_eq!(serde_json::from_str::<OpenWindows<String, u64>>(&text).unwrap(), open);
}
