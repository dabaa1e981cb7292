use super::ledger::{Deposited, deposits};
use crate::failure::complaint;
use factum::{Recorded, chrono::Utc, prelude::*};
use factum_testkit::deterministic;
use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// A view with one document, and what it makes of each event.
macro_rules! view {
    ($view:ident, $event:ident, $document:ty, |$self:ident, $into:ident| $fold:expr) => {
        impl View for $view {
            type Key = &'static str;
            type Document = $document;

            fn keys(&self, _: &Recorded<$event>) -> Keys<&'static str> {
                Keys::one("all")
            }

            fn fold(&$self, _: &&'static str, $into: &mut $document, event: &Recorded<$event>) {
                let $event::Deposited(Deposited { .. }) = &event.event;
                $fold
            }
        }
    };
}

#[track_caller]
fn said<V: View>(make: impl Fn() -> V + Send) -> String {
    let check = deterministic(make).events(deposits(["ada", "bob", "ada"]));
    complaint(|| check.check())
}

const ONCE_MORE: &str = " is not the same when it is run once more as in one go (- in one go, + when it is run once \
                         more)\nusual causes: the clock, random numbers, the order of a hash map, a static, state \
                         outside of the read model\n";

/// Numbers events by a counter of its own.
#[derive(Default, Projection)]
#[projection(name = "numbered", events(Deposited))]
struct Numbered(AtomicU64);

#[derive(Default, Serialize, Deserialize)]
struct Last {
    number: u64,
}

view!(Numbered, NumberedEvent, Last, |self, last| last.number = self.0.fetch_add(1, Relaxed) + 1);

#[test]
fn a_counter_in_a_field() {
    assert_eq!(
        said(Numbered::default),
        r#"numbered is not the same after a restart at position 1 as in one go (- in one go, + after a restart at position 1)
usual causes: a field of the projection, the clock, random numbers, the order of a hash map, a static, state outside of the read model
  "all"
    {
-     "number": 3
+     "number": 2
    }
"#
    );
}

/// Numbers events by a counter of the process.
#[derive(Projection)]
#[projection(name = "counted", events(Deposited))]
struct Counted;

static COUNT: AtomicU64 = AtomicU64::new(0);

view!(Counted, CountedEvent, Last, |self, last| last.number = COUNT.fetch_add(1, Relaxed) + 1);

#[test]
fn a_counter_in_a_static() {
    let difference = "  \"all\"\n    {\n-     \"number\": 3\n+     \"number\": 6\n    }\n";
    assert_eq!(said(|| Counted), format!("counted{ONCE_MORE}{difference}"));
}

/// When an event was applied, not when it happened.
#[derive(Projection)]
#[projection(name = "seen", events(Deposited))]
struct Seen;

view!(Seen, SeenEvent, String, |self, seen| *seen = Utc::now().to_rfc3339());

#[test]
fn the_time_of_day() {
    let said = said(|| Seen);
    assert!(said.starts_with(&format!("seen{ONCE_MORE}  \"all\"\n-   \"")), "{said}");
}

/// Lists names in the order of a hash map.
#[derive(Projection)]
#[projection(name = "names", events(Deposited))]
struct Names;

view!(Names, NamesEvent, Vec<String>, |self, names| {
    let mut all: HashSet<String> = names.drain(..).collect();
    all.extend((0..20).map(|number| number.to_string()));
    names.extend(all);
});

#[test]
fn the_order_of_a_hash_map() {
    let said = said(|| Names);
    assert!(said.starts_with(&format!("names{ONCE_MORE}  \"all\"\n    [\n")), "{said}");
}

/// Counts in a field of the document that is not kept.
#[derive(Projection)]
#[projection(name = "forgetful", events(Deposited))]
struct Forgetful;

#[derive(Default, Serialize, Deserialize)]
struct Count {
    #[serde(skip)]
    seen: u64,
    count: u64,
}

view!(Forgetful, ForgetfulEvent, Count, |self, count| {
    count.seen += 1;
    count.count = count.seen;
});

#[test]
fn a_field_of_a_document_that_is_not_kept() {
    let said = said(|| Forgetful);
    let begin = "forgetful is not the same in batches of 1 as in one go (- in one go, + in batches of 1)\n";
    assert!(said.starts_with(begin), "{said}");
    assert!(said.ends_with("-     \"count\": 3\n+     \"count\": 1\n    }\n"), "{said}");
}
