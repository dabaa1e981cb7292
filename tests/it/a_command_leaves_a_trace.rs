use crate::{
    bank::{deposit, withdraw},
    hooked::Hooked,
};
use factum::{App, MemoryStore};
use futures_util::FutureExt;
use std::{
    collections::BTreeMap,
    fmt,
    future::IntoFuture,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing::{
    Level, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt};

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Said>>);

#[derive(Clone, Default)]
struct Said {
    /// The fields of each span `command`.
    spans: Vec<Fields>,
    /// Which of them has an id at present; ids are used again.
    by_id: BTreeMap<u64, usize>,
    warnings: Vec<Fields>,
}

#[derive(Clone, Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Seen {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        if attributes.metadata().name() == "command" {
            let mut said = self.0.lock().unwrap();
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            let place = said.spans.len();
            said.by_id.insert(id.into_u64(), place);
            said.spans.push(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut said = self.0.lock().unwrap();
        if let Some(place) = said.by_id.get(&id.into_u64()).copied() {
            values.record(&mut said.spans[place]);
        }
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.0.lock().unwrap().by_id.remove(&id.into_u64());
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() == Level::WARN {
            let mut fields = Fields::default();
            event.record(&mut fields);
            self.0.lock().unwrap().warnings.push(fields);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_span_says_what_it_was_and_how_it_ended() {
    let seen = Seen::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(seen.clone()));
    let app = App::builder(MemoryStore::new()).build().await.unwrap();
    let silent = Hooked::new(MemoryStore::new()).before_reading(std::future::pending);
    let silent = App::builder(silent).timeout(Duration::from_secs(1)).build().await.unwrap();
    // A test beside this one may be the first to meet the span or the warning, in the very moment in which this one begins to listen,
    // and then nobody is thought to listen.
    let is_heard = || {
        let said = seen.0.lock().unwrap();
        !said.spans.is_empty() && !said.warnings.is_empty()
    };
    while !is_heard() {
        tracing::callsite::rebuild_interest_cache();
        silent.send(deposit(0)).await.unwrap_err();
    }
    tracing::callsite::rebuild_interest_cache();
    *seen.0.lock().unwrap() = Said::default();

    app.send(deposit(5)).await.unwrap();
    app.send(withdraw(6)).await.unwrap_err();
    silent.send(deposit(7)).await.unwrap_err();
    // Who goes away closes the span too.
    assert!(silent.send(deposit(8)).into_future().now_or_never().is_none());

    let Said { spans, warnings, by_id } = seen.0.lock().unwrap().clone();
    assert!(by_id.is_empty());
    let (given_up, spans) = spans.split_last().unwrap();
    assert_eq!((&*given_up.0["stream"], given_up.0.get("outcome")), ("account-ada", None));
    let said: Vec<_> =
        spans.iter().map(|span| ["name", "stream", "outcome"].map(|name| span.0[name].as_str())).collect();
    let expected = [
        ["Deposit", "account-ada", "committed"],
        ["Withdraw", "account-ada", "rejected"],
        ["Deposit", "account-ada", "timed out"],
    ];
    assert_eq!(said, expected);
    // Only what is out of order is a warning.
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].0["error"], "timed out");
}
