//! The findings once more, with plain loops over the text of a log: no store, no read model, no windows.

use clerks::read::Findings;
use serde_json::Value;
use std::collections::BTreeMap;

/// All that is found, with times in microseconds.
#[derive(Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) clerks: usize,
    pub(crate) cases: usize,
    pub(crate) judged: usize,
    /// Clerk and day, cases, median, and the range that is normal; by clerk and day.
    pub(crate) findings: BTreeMap<Day, (usize, u64, (u64, u64))>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    pub(crate) clerk: String,
    pub(crate) day: String,
}

impl From<Findings> for Found {
    fn from(found: Findings) -> Self {
        let findings = found.findings.into_iter().map(|finding| {
            let day = Day { clerk: finding.clerk, day: finding.day.to_string() };
            (day, (finding.cases, finding.median, finding.normal.range()))
        });
        let findings = findings.collect();
        Self { clerks: found.clerks, cases: found.cases, judged: found.judged, findings }
    }
}

/// A piece of work that was ended by whoever had begun it.
struct Handling {
    stream: String,
    day: Day,
    took: u64,
}

fn handlings(log: &[u8]) -> Vec<Handling> {
    let (mut begun, mut handlings) = (BTreeMap::new(), Vec::new());
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_slice(line).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (stream, kind, data) = (text(&line["stream"]), text(&line["type"]), &line["data"]);
        let Some(clerk) = data["org:resource"].as_str().filter(|_| kind.starts_with("W_")) else { continue };
        let time = line["time_us"].as_i64().unwrap();
        let work = (clerk.to_owned(), stream.clone(), kind);
        match data["lifecycle:transition"].as_str().unwrap() {
            "START" => drop(begun.insert(work, time)),
            "COMPLETE" => {
                let Some(since) = begun.remove(&work) else { continue };
                let day = Day { clerk: clerk.to_owned(), day: text(&line["time"])[..10].to_owned() };
                handlings.push(Handling { stream, day, took: u64::try_from(time - since).unwrap() });
            }
            _ => {}
        }
    }
    handlings
}

/// The streams of the work that a clerk ended on a day.
pub(crate) fn streams_of(log: &[u8], day: &Day) -> Vec<String> {
    handlings(log)
        .into_iter()
        .filter(|handling| handling.day == *day)
        .map(|handling| handling.stream)
        .collect()
}

/// What has to be found in a log.
pub(crate) fn found(log: &[u8]) -> Found {
    let mut days: BTreeMap<Day, Vec<u64>> = BTreeMap::new();
    let mut cases = 0;
    for handling in handlings(log) {
        days.entry(handling.day).or_default().push(handling.took);
        cases += 1;
    }
    let mut before: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for day in days.keys() {
        before.insert(day.clerk.clone(), Vec::new());
    }
    let mut found = Found { clerks: before.len(), cases, judged: 0, findings: BTreeMap::new() };
    for (day, times) in days {
        if times.len() < 10 {
            continue;
        }
        let (cases, seen) = (times.len(), middle(times));
        let history = before.get_mut(&day.clerk).unwrap();
        if history.len() >= 10 {
            found.judged += 1;
            let last: Vec<u64> = history.iter().rev().take(30).copied().collect();
            let usual = middle(last.clone());
            let distance = middle(last.iter().map(|one| one.max(&usual) - one.min(&usual)).collect());
            // 3.5 / 0.6745
            let most = distance.max(usual / 10).max(1) * 7_000 / 1_349;
            let (least, most) = (usual.saturating_sub(most), usual + most);
            if seen < least || seen > most {
                found.findings.insert(day.clone(), (cases, seen, (least, most)));
            }
        }
        history.push(seen);
    }
    found
}

/// The value in the middle; the lower one of two.
fn middle(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values[(values.len() - 1) / 2]
}
