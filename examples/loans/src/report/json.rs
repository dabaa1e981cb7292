use super::Report;
use crate::read::{Total, Work};
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

impl Report {
    /// The numbers, as a JSON object. Times are in seconds.
    #[must_use]
    pub fn json(&self) -> Value {
        let resources: Map<String, Value> = self
            .workload
            .resources
            .iter()
            .map(|(resource, work)| (resource.clone(), work.events().into()))
            .collect();
        json!({
            "applications": self.outcomes.all.applications,
            "events": self.calendar.events(),
            "amount_requested": self.outcomes.all.amount.0,
            "outcomes": {
                "approved": total(self.outcomes.approved),
                "declined": total(self.outcomes.declined),
                "cancelled": total(self.outcomes.cancelled),
                "undecided": total(self.outcomes.undecided),
                "contradictory": self.outcomes.contradictory,
            },
            "duration": {
                "shortest": seconds(self.throughput.shortest),
                "median": seconds(self.throughput.median),
                "longest": seconds(self.throughput.longest),
                "total": seconds(self.throughput.total),
            },
            "lifecycle": lifecycle(self.workload.all),
            "resources": resources,
            "nobody": self.workload.nobody.events(),
            "open_at_most": self.open.most,
            "busiest_day": self.calendar.busiest().map(|(date, day)| json!({ "date": date, "events": day.events })),
        })
    }
}

fn total(total: Total) -> Value {
    json!({ "applications": total.applications, "amount_requested": total.amount.0 })
}

fn lifecycle(work: Work) -> Value {
    json!({ "SCHEDULE": work.scheduled, "START": work.started, "COMPLETE": work.completed })
}

/// Log times have milliseconds, of which a float keeps any number that occurs.
fn seconds(time: TimeDelta) -> f64 {
    time.num_milliseconds() as f64 / 1_000.0
}
