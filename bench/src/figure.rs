use serde::Serialize;
use std::time::Instant;

/// One figure, measured several times. The fields are those of the line that is printed.
#[derive(Serialize)]
pub(crate) struct Figure {
    who: String,
    metric: &'static str,
    unit: &'static str,
    vals: Vec<f64>,
    /// The floor measured beside each value; empty where there is none.
    floor: Vec<f64>,
    /// What the floor is.
    note: &'static str,
}

impl Figure {
    pub(crate) fn new(
        who: impl Into<String>,
        metric: &'static str,
        unit: &'static str,
        note: &'static str,
    ) -> Self {
        Self { who: who.into(), metric, unit, vals: Vec::new(), floor: Vec::new(), note }
    }

    pub(crate) fn add(&mut self, value: f64, floor: Option<f64>) {
        self.vals.push(value);
        match floor {
            Some(floor) => self.floor.push(floor),
            None => self.note = "",
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
