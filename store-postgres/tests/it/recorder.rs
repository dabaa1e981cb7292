//! What a monitoring system would be told by this thread.

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit, atomics::AtomicU64,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, atomic::Ordering},
};

const PREFIX: &str = "factum_postgres_watermark_";

/// The metrics of the watermark of one schema, by the ends of their names.
#[derive(Default)]
pub(crate) struct Told {
    schema: String,
    gauges: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    counters: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    described: Mutex<BTreeSet<String>>,
}

impl Told {
    pub(crate) fn of(schema: &str) -> Self {
        Self { schema: schema.to_owned(), ..Self::default() }
    }

    /// All gauges and counters that have been told.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let (gauges, counters) = (self.gauges.lock().unwrap(), self.counters.lock().unwrap());
        gauges.keys().chain(counters.keys()).cloned().collect()
    }

    /// All that it was told a description of.
    pub(crate) fn described(&self) -> BTreeSet<String> {
        self.described.lock().unwrap().clone()
    }

    pub(crate) fn gauge(&self, name: &str) -> f64 {
        f64::from_bits(self.gauges.lock().unwrap()[name].load(Ordering::Acquire))
    }

    pub(crate) fn counter(&self, name: &str) -> u64 {
        self.counters.lock().unwrap()[name].load(Ordering::Acquire)
    }

    /// Where a metric is kept.
    fn place(&self, all: &Mutex<BTreeMap<String, Arc<AtomicU64>>>, key: &Key) -> Arc<AtomicU64> {
        let labels: Vec<_> = key.labels().map(|label| (label.key(), label.value())).collect();
        assert_eq!(labels, [("schema", &*self.schema)], "{key}");
        Arc::clone(all.lock().unwrap().entry(end(key.name())).or_default())
    }
}

fn end(name: &str) -> String {
    name.strip_prefix(PREFIX).unwrap().to_owned()
}

impl Recorder for Told {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.described.lock().unwrap().insert(end(name.as_str()));
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.described.lock().unwrap().insert(end(name.as_str()));
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.place(&self.counters, key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.place(&self.gauges, key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
