use super::{Firing, Pane, Timing, Window, Windows, entries, span::clipped};
use factum_core::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Included, Unbounded},
};

/// The state of windows: the watermark, and an accumulator for each key in each window that is not closed.
///
/// It is a serde value, to be kept wherever a consumer keeps what it must not lose; one that was written and read goes on
/// as if it had not been. The first event of a key in a window begins with the accumulator's `Default`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(
    serialize = "K: Serialize, A: Serialize",
    deserialize = "K: Deserialize<'de> + Ord, A: Deserialize<'de>"
))]
pub struct OpenWindows<K, A> {
    /// In microseconds since 1970; none before the first event. A window has fired exactly if it ends no later.
    watermark: Option<i64>,
    #[serde(with = "entries")]
    open: Accumulators<K, A>,
}

/// By window first, so that those that are due are found at the front.
pub(super) type Accumulators<K, A> = BTreeMap<Window, BTreeMap<K, Slot<A>>>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Slot<A> {
    /// How often it has fired.
    pub(super) panes: u64,
    pub(super) value: A,
}

impl<K: Ord + Clone, A: Default + Clone> OpenWindows<K, A> {
    /// Counts an event that happened at `time`: `fold` takes it into the accumulator of `key` in each of its windows
    /// that is not closed. Then the watermark follows it.
    ///
    /// What fires is the late windows that the event changed, or the windows whose end the watermark has reached.
    pub fn add(
        &mut self,
        windows: &Windows,
        key: &K,
        time: Timestamp,
        mut fold: impl FnMut(&mut A),
    ) -> Firing<K, A> {
        let (mut panes, mut late) = (Vec::new(), Vec::new());
        for window in windows.of(time) {
            if self.watermark.is_some_and(|watermark| windows.are_over(window, watermark)) {
                late.push(window);
                continue;
            }
            let slot = self.open.entry(window).or_default().entry(key.clone()).or_default();
            fold(&mut slot.value);
            if self.watermark.is_some_and(|watermark| window.end <= watermark) {
                panes.push(slot.fire(key, window, Timing::Late));
            }
        }
        panes.extend(self.raise(windows, windows.watermark(time.timestamp_micros())));
        Firing { panes, late }
    }

    /// Moves the watermark to `time`, without an event: everything before it is expected to have come. For a source that is
    /// idle. The out-of-orderness is not subtracted; a watermark that is there already, or farther, stays.
    ///
    /// Returns what fires, in the order of the windows, then of the keys.
    #[must_use = "what fires is told nowhere else"]
    pub fn advance(&mut self, windows: &Windows, time: Timestamp) -> Vec<Pane<K, A>> {
        self.raise(windows, time.timestamp_micros())
    }

    /// Moves the watermark to the end of time: nothing else is going to come. Every window closes, and every event that
    /// does come is late.
    ///
    /// Returns what fires, in the order of the windows, then of the keys.
    #[must_use = "what fires is told nowhere else"]
    pub fn finish(&mut self) -> Vec<Pane<K, A>> {
        let panes = self.fire(i64::MAX);
        self.open.clear();
        panes
    }

    fn raise(&mut self, windows: &Windows, watermark: i64) -> Vec<Pane<K, A>> {
        if self.watermark.is_some_and(|now| watermark <= now) {
            return Vec::new();
        }
        let panes = self.fire(watermark);
        while let Some(first) = self.open.first_entry()
            && windows.are_over(*first.key(), watermark)
        {
            first.remove();
        }
        panes
    }

    /// Moves the watermark forwards, to where it makes windows fire.
    fn fire(&mut self, watermark: i64) -> Vec<Pane<K, A>> {
        // The last window that ends by then.
        let by = |end| Window { end, start: i64::MAX };
        let fired = self.watermark.map_or(Unbounded, |fired| Excluded(by(fired)));
        self.watermark = Some(watermark);
        let mut panes = Vec::new();
        for (window, keys) in self.open.range_mut((fired, Included(by(watermark)))) {
            panes.extend(keys.iter_mut().map(|(key, slot)| slot.fire(key, *window, Timing::OnTime)));
        }
        panes
    }
}

impl<A: Clone> Slot<A> {
    fn fire<K: Clone>(&mut self, key: &K, window: Window, timing: Timing) -> Pane<K, A> {
        let index = self.panes;
        self.panes += 1;
        Pane { key: key.clone(), window, timing, index, value: self.value.clone() }
    }
}

impl<K, A> OpenWindows<K, A> {
    /// Before this time, everything is expected to have come; `None` before the first event.
    #[must_use]
    pub fn watermark(&self) -> Option<Timestamp> {
        self.watermark.map(clipped)
    }

    /// How many accumulators it holds: one for each key in each window that is not closed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open.values().map(BTreeMap::len).sum()
    }

    /// Whether it holds no accumulator.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }
}

impl<K, A> Default for OpenWindows<K, A> {
    fn default() -> Self {
        Self { watermark: None, open: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests;
