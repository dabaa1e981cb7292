use serde::Serialize;
use std::time::Instant;

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
        eprintln!("{}, {}: {value:.0} {}{ratio}", self.who, self.metric, self.unit);
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

    pub(crate) fn print(&self) -> Result<(), serde_json::Error> {
        println!("{}", serde_json::to_string(self)?);
        Ok(())
    }
}

/// `count` things since `from`, per second.
pub(crate) fn rate(count: u64, from: Instant) -> f64 {
    count as f64 / from.elapsed().as_secs_f64()
}
