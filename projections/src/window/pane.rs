use super::Window;

/// What came of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "the windows that an event was too late for are told nowhere else"]
pub struct Firing<K, A> {
    /// The panes that fired, in the order of their windows, then of their keys.
    pub panes: Vec<Pane<K, A>>,
    /// The windows in which the event would have been, and which were closed before it came; in their order. It is in
    /// none of these, but may be in other ones.
    pub late: Vec<Window>,
}

/// What a window has for a key when it fires.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pane<K, A> {
    /// The key.
    pub key: K,
    /// The window.
    pub window: Window,
    /// Whether it fires because it is time, or because of a late event.
    pub timing: Timing,
    /// How many panes of the same key and window there were before. Each of them is replaced by this one.
    pub index: u64,
    /// All events of the key in the window so far, folded in the order in which they came.
    pub value: A,
}

impl<K, A> Pane<K, A> {
    /// Whether there was a pane of the same key and window before, which this one replaces.
    #[must_use]
    pub const fn is_correction(&self) -> bool {
        self.index > 0
    }
}

/// Why a window fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Timing {
    /// The watermark has reached its end.
    OnTime,
    /// An event has come to it after that. It is the first pane if that event is the key's first in the window.
    Late,
}
