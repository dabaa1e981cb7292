//! The report's numbers once more, straight from the text of a log: no domain, no store, no read models.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
struct Loan {
    first: i64,
    last: i64,
    amount: u64,
    outcomes: Vec<&'static str>,
}

/// What the report on this log has to say, as [`Report::json`](loans::report::Report::json) says it.
pub(crate) fn numbers(log: &[u8]) -> Value {
    let mut loans: BTreeMap<String, Loan> = BTreeMap::new();
    let mut lifecycle: BTreeMap<String, u64> =
        ["SCHEDULE", "START", "COMPLETE"].map(|name| (name.to_owned(), 0)).into();
    let (mut resources, mut days): (BTreeMap<String, u64>, BTreeMap<String, u64>) = Default::default();
    let (mut events, mut nobody) = (0_u64, 0_u64);
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_slice(line).unwrap();
        let (time, data) = (line["time_us"].as_i64().unwrap(), &line["data"]);
        events += 1;
        *lifecycle.get_mut(data["lifecycle:transition"].as_str().unwrap()).unwrap() += 1;
        *days.entry(line["time"].as_str().unwrap()[..10].to_owned()).or_default() += 1;
        match data["org:resource"].as_str() {
            Some(resource) => *resources.entry(resource.to_owned()).or_default() += 1,
            None => nobody += 1,
        }
        let loan = loans
            .entry(line["stream"].as_str().unwrap().to_owned())
            .or_insert(Loan { first: time, ..Loan::default() });
        loan.last = time;
        match line["type"].as_str().unwrap() {
            "A_SUBMITTED" => loan.amount = data["case"]["AMOUNT_REQ"].as_str().unwrap().parse().unwrap(),
            "A_APPROVED" => loan.outcomes.push("approved"),
            "A_DECLINED" => loan.outcomes.push("declined"),
            "A_CANCELLED" => loan.outcomes.push("cancelled"),
            _ => {}
        }
    }
    let busiest = days.iter().rev().max_by_key(|(_, events)| **events);
    json!({
        "applications": loans.len(),
        "events": events,
        "amount_requested": loans.values().map(|loan| loan.amount).sum::<u64>(),
        "outcomes": outcomes(&loans),
        "duration": durations(&loans),
        "lifecycle": lifecycle,
        "resources": resources,
        "nobody": nobody,
        "open_at_most": open_at_most(&loans),
        "busiest_day": busiest.map(|(date, events)| json!({ "date": date, "events": events })),
    })
}

fn outcomes(loans: &BTreeMap<String, Loan>) -> Value {
    let total = |which: &dyn Fn(&Loan) -> bool| {
        let chosen = || loans.values().filter(|loan| which(loan));
        json!({ "applications": chosen().count(), "amount_requested": chosen().map(|loan| loan.amount).sum::<u64>() })
    };
    json!({
        "approved": total(&|loan| loan.outcomes.contains(&"approved")),
        "declined": total(&|loan| loan.outcomes.contains(&"declined")),
        "cancelled": total(&|loan| loan.outcomes.contains(&"cancelled")),
        "undecided": total(&|loan| loan.outcomes.is_empty()),
        "contradictory": loans.values().filter(|loan| loan.outcomes.len() > 1).count(),
    })
}

fn durations(loans: &BTreeMap<String, Loan>) -> Value {
    let mut times: Vec<i64> = loans.values().map(|loan| loan.last - loan.first).collect();
    times.sort_unstable();
    let seconds = |micros: i64| (micros / 1_000) as f64 / 1_000.0;
    json!({
        "shortest": seconds(times[0]),
        "median": seconds(times[times.len() / 2]),
        "longest": seconds(times[times.len() - 1]),
        "total": seconds(times.iter().sum()),
    })
}

/// Walks through all beginnings and ends; at the same moment, beginnings come first.
fn open_at_most(loans: &BTreeMap<String, Loan>) -> i64 {
    let steps: BTreeSet<(i64, i64, &String)> =
        loans.iter().flat_map(|(id, loan)| [(loan.first, -1, id), (loan.last, 1, id)]).collect();
    let (mut open, mut most) = (0, 0);
    for (_, step, _) in steps {
        open -= step;
        most = most.max(open);
    }
    most
}
