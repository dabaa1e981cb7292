//! Logs as lines, into a store and back.

use factum::{
    ndjson::Line,
    prelude::*,
    query::Query,
    store::{EventReaderExt as _, ReadLog},
};
use futures_util::TryStreamExt as _;
use indicatif::ProgressBar;
use loans::{
    log::{
        Entry,
        generate::Generated,
        replay::{Replayed, replay},
    },
    store::{Loans, Place},
};
use std::convert::Infallible;

/// An application on a store that is gone after the test.
pub(crate) async fn app() -> App {
    Place::Memory.open(Loans).await.unwrap()
}

pub(crate) async fn replay_all(app: &App, entries: impl IntoIterator<Item = Entry>) -> Replayed {
    let entries = entries.into_iter().map(Ok::<_, Infallible>);
    replay(app, entries, &ProgressBar::hidden()).await.unwrap()
}

/// A generated log as the text that it would have in a file.
pub(crate) fn generated(applications: u64, seed: u64) -> Vec<u8> {
    let mut text = Vec::new();
    for entry in Generated::new(applications, seed) {
        Line::try_from(&entry).unwrap().write_to(&mut text);
    }
    text
}

pub(crate) fn entries(text: &[u8]) -> impl Iterator<Item = Entry> {
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| Line::parse(line).unwrap().try_into().unwrap())
}

/// The store's events as the text of a log.
///
/// Applications are replayed beside each other, so that the store has the order of the log only within each of them;
/// and a command's events get ids of their own. Time, stream and version make it the log's order again.
pub(crate) async fn exported(app: &App) -> Vec<u8> {
    let mut lines: Vec<Line> = app
        .store()
        .log_events(ReadLog::new(Query::all()))
        .map_ok(|event| {
            let mut line = Line::from_event(&event).unwrap();
            line.id = None;
            line
        })
        .try_collect()
        .await
        .unwrap();
    lines.sort_by(|a, b| (a.time, &a.stream, a.version).cmp(&(b.time, &b.stream, b.version)));
    let mut text = Vec::new();
    lines.iter().for_each(|line| line.write_to(&mut text));
    text
}

/// Says where two logs differ, which the megabytes of an `assert_eq` would not.
pub(crate) fn assert_same(log: &[u8], other: &[u8]) {
    let lines =
        |text: &[u8]| -> Vec<String> { String::from_utf8_lossy(text).lines().map(str::to_owned).collect() };
    if log != other {
        let (log, other) = (lines(log), lines(other));
        let first = log.iter().zip(&other).position(|(a, b)| a != b).unwrap_or(log.len().min(other.len()));
        panic!(
            "{} and {} lines, differing at line {}:\n{:?}\n{:?}",
            log.len(),
            other.len(),
            first + 1,
            log.get(first),
            other.get(first)
        );
    }
}
