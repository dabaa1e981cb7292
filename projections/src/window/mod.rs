//! Windows over event time: tumbling and sliding, with a watermark and allowed lateness.
//!
//! ```
//! use factum_core::Timestamp;
//! use factum_projections::window::{OpenWindows, Timing, Windows};
//! use std::time::Duration;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hours = Windows::tumbling(Duration::from_hours(1))?
//!     .out_of_orderness(Duration::from_mins(5))
//!     .allowed_lateness(Duration::from_hours(2));
//! let mut orders = OpenWindows::<&str, u64>::default();
//! let mut order = |time: &str| -> Result<_, Box<dyn std::error::Error>> {
//!     let time: Timestamp = time.parse()?;
//!     Ok(orders.add(&hours, &"Delft", time, |count| *count += 1))
//! };
//!
//! order("2026-03-01T09:58:00Z")?;
//! order("2026-03-01T10:04:00Z")?; // Not later than the out-of-orderness: more may come from before ten.
//! order("2026-03-01T09:59:59Z")?;
//! let fired = order("2026-03-01T10:05:00Z")?;
//! assert_eq!((fired.panes[0].value, fired.panes[0].timing), (2, Timing::OnTime));
//!
//! // Late, and allowed to be: the window fires again, with everything that is in it.
//! let fired = order("2026-03-01T09:30:00Z")?;
//! assert_eq!((fired.panes[0].value, fired.panes[0].timing), (3, Timing::Late));
//!
//! // Too late: nothing is changed, and the windows that it belonged to come back.
//! order("2026-03-01T12:05:00Z")?;
//! let fired = order("2026-03-01T09:31:00Z")?;
//! assert_eq!(fired.late[0].to_string(), "[2026-03-01T09:00:00Z, 2026-03-01T10:00:00Z)");
//!
//! // Nothing else is going to come: what is open fires.
//! assert_eq!(orders.finish().iter().map(|pane| pane.value).collect::<Vec<_>>(), [1]);
//! # Ok(()) }
//! ```
//!
//! | word | what it is |
//! |---|---|
//! | [`Window`] | a span of event time, half open: `[start, end)` |
//! | [`Windows`] | which windows there are, how long they wait, and how long they are corrected |
//! | [`OpenWindows`] | the state: the watermark, and an accumulator for each key in each open window |
//! | watermark | before this time, everything is expected to have come; it never moves backwards |
//! | [`Pane`] | what a window has for a key when it fires; see [`Timing`] |
//! | [`Firing`] | what came of an event: the panes that fired, and the windows that it was too late for |
//!
//! The words and their meaning are those of Akidau et al., *The Dataflow Model*, VLDB 2015,
//! [doi:10.14778/2824032.2824076](https://doi.org/10.14778/2824032.2824076), as Apache Beam and Apache Flink use them. Panes
//! accumulate: a later one of the same key and window replaces the earlier one.
//!
//! # When a window fires
//!
//! The watermark is the latest event time that was seen, less the out-of-orderness, or whatever it was
//! [advanced](OpenWindows::advance) to. A window fires, for each key that has an event in it, when the watermark reaches its
//! end; again, at once, with every event that comes to it afterwards; and is closed and forgotten when the
//! watermark reaches its end and the allowed lateness. Windows without events do not fire.
//!
//! # What it guarantees
//!
//! - The same calls in the same order give the same panes in the same order, wherever the state was written and read in
//!   between. There is no clock and no chance in it.
//! - Every event is counted in each of its windows or comes back with it in [`Firing::late`].
//! - What is kept is bounded by the windows that are not closed, times the keys with events in them.
//! - Every [`Timestamp`](factum_core::Timestamp) has its windows, to the microsecond, before 1970 too.
//!
//! # What is left to you
//!
//! - One event with a time far in the future moves the watermark there, and everything else is late from then on. If
//!   writers choose the times of events, check them first.
//! - Events are folded in the order in which they come, not in that of their times.
//! - Keys that share a state share a watermark. With a state in each document of a view, each document has a watermark of
//!   its own, which stands still until the document's next event. A question that must not wait for that asks a clone of
//!   the state: [`advance`](OpenWindows::advance) it, and take the panes.
//! - A state belongs to one [`Windows`]. With others, raise the version of the projection, so that it is made anew.
//!
//! # In a projection
//!
//! The state is a serde value: a view keeps it in its documents, which commit together with the checkpoint, so that each
//! event is counted once whatever fails.
//!
//! ```
//! # extern crate factum_core as factum;
//! use factum_core::{Keys, Recorded, Timestamp, View};
//! use factum_macros::{Event, Projection};
//! use factum_projections::window::{OpenWindows, Windows};
//! use serde::{Deserialize, Serialize};
//! use std::{collections::BTreeMap, time::Duration};
//!
//! #[derive(Event, Serialize, Deserialize)]
//! struct Measured { sensor: String, value: u64 }
//!
//! const QUARTERS: Windows = match Windows::tumbling(Duration::from_mins(15)) {
//!     Ok(quarters) => quarters.out_of_orderness(Duration::from_secs(30)),
//!     Err(_) => panic!("a quarter of an hour is a size"),
//! };
//!
//! /// The highest value of each quarter of an hour, by sensor.
//! #[derive(Projection)]
//! #[projection(name = "peaks", events(Measured))]
//! struct Peaks;
//!
//! #[derive(Default, Serialize, Deserialize)]
//! struct Sensor {
//!     open: OpenWindows<(), u64>,
//!     peaks: BTreeMap<Timestamp, u64>,
//!     late: u64,
//! }
//!
//! impl View for Peaks {
//!     type Key = String;
//!     type Document = Sensor;
//!
//!     fn keys(&self, event: &Recorded<PeaksEvent>) -> Keys<String> {
//!         let PeaksEvent::Measured(measured) = &event.event;
//!         Keys::one(measured.sensor.clone())
//!     }
//!
//!     fn fold(&self, _: &String, sensor: &mut Sensor, event: &Recorded<PeaksEvent>) {
//!         let PeaksEvent::Measured(measured) = &event.event;
//!         let fired = sensor.open.add(&QUARTERS, &(), event.time(), |peak| *peak = measured.value.max(*peak));
//!         sensor.peaks.extend(fired.panes.into_iter().map(|pane| (pane.window.start(), pane.value)));
//!         sensor.late += fired.late.len() as u64;
//!     }
//! }
//! ```

mod entries;
mod open;
mod pane;
mod span;
mod unfit;
mod windows;

pub use self::{
    open::OpenWindows,
    pane::{Firing, Pane, Timing},
    span::Window,
    unfit::{Length, Unfit},
    windows::Windows,
};
