use crate::Failure;
use serde::Serialize;
use std::{future::Future, ops::Range, time::Instant};

/// One figure, measured several times. The fields are those of the line that is printed.
#[derive(Serialize)]
pub(crate) struct Figure {
    who: &'static str,
    metric: String,
    unit: &'static str,
    vals: Vec<f64>,
    /// The floor measured beside each value; empty where there is none.
    floor: Vec<f64>,
    /// What the floor is, and what else there is to know.
    note: String,
}

impl Figure {
    pub(crate) fn new(who: &'static str, metric: impl Into<String>, unit: &'static str) -> Self {
        Self { who, metric: metric.into(), unit, vals: Vec::new(), floor: Vec::new(), note: String::new() }
    }

    pub(crate) fn add(&mut self, value: f64, floor: Option<f64>) {
        self.vals.push(value);
        self.floor.extend(floor);
        let ratio = floor.map(|floor| format!(", {:.2} of the floor", value / floor)).unwrap_or_default();
        let decimals = if value.abs() < 100.0 { 2 } else { 0 };
        eprintln!("{}, {}: {value:.decimals$} {}{ratio}", self.who, self.metric, self.unit);
    }

    /// One value from its parts, and their floors if there are any.
    pub(crate) fn add_parts(&mut self, ours: &[f64], floor: &[f64]) {
        self.add(overall(ours), (!floor.is_empty()).then(|| overall(floor)));
    }

    pub(crate) fn note(&mut self, note: impl AsRef<str>) {
        if !self.note.is_empty() {
            self.note.push_str("; ");
        }
        self.note.push_str(note.as_ref());
    }

    /// Says what the floor is, where there is one.
    pub(crate) fn note_floor(&mut self, floor: &str) {
        if !self.floor.is_empty() {
            self.note(format!("floor: {floor}"));
        }
    }

    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.vals.clone();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => f64::NAN,
            n if n % 2 == 1 => sorted[n / 2],
            n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
        }
    }

    /// Unless there is nothing to print.
    pub(crate) fn print(&self) -> Result<(), Failure> {
        if !self.vals.is_empty() {
            println!("{}", serde_json::to_string(self)?);
        }
        Ok(())
    }
}

/// Measures both, the floor first in every other round, so that neither has the better place.
pub(crate) async fn alternate<T, U>(
    round: usize,
    ours: impl Future<Output = Result<T, Failure>>,
    floor: impl Future<Output = Result<U, Failure>>,
) -> Result<(T, U), Failure> {
    if round.is_multiple_of(2) {
        let floor = floor.await?;
        Ok((ours.await?, floor))
    } else {
        Ok((ours.await?, floor.await?))
    }
}

/// Parts that a value is measured in, each beside its floor: a machine that is slow for a second is so for both.
pub(crate) const PARTS: u64 = 10;

/// The pieces of this part, of so many.
pub(crate) const fn part(nth: u64, count: u64) -> Range<u64> {
    nth * count / PARTS..(nth + 1) * count / PARTS
}

/// The rate of all parts, of which each has as many pieces.
fn overall(rates: &[f64]) -> f64 {
    rates.len() as f64 / rates.iter().map(|rate| rate.recip()).sum::<f64>()
}

/// The value below which this share of the values lies.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * share) as usize).copied().unwrap_or(f64::NAN)
}

/// `count` things since `from`, per second.
pub(crate) fn rate(count: u64, from: Instant) -> f64 {
    count as f64 / from.elapsed().as_secs_f64()
}
