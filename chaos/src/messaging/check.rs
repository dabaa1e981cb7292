//! Compares what was made of the messages with a fresh fold of the log.

use super::model::{Book, Mqtt, Nats, RabbitMq, Via};
use crate::{
    Result,
    projections::model::{Account, Added},
};
use factum_core::{
    Apply as _, Documents, QuarantineStore as _, Query,
    quarantine::ListParked,
    store::{EventReaderExt as _, ReadLog},
};
use factum_store_postgres::PgStore;
use futures_util::TryStreamExt as _;
use std::{collections::BTreeMap, fmt, pin::pin, sync::Arc};

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub(super) events: u64,
    /// Over all brokers.
    arrived: u64,
    lost: u64,
    doubled: u64,
    out_of_order: u64,
    in_quarantine: u64,
}

impl Found {
    pub(super) const fn is_right(&self) -> bool {
        self.lost + self.doubled + self.out_of_order + self.in_quarantine == 0 && self.events > 0
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { events, arrived, lost, doubled, out_of_order, in_quarantine } = self;
        write!(
            f,
            "events {events}, effects {arrived} by three brokers,\n\
             lost {lost}, effects doubled {doubled}, streams out of order {out_of_order}, left in quarantine {in_quarantine}"
        )
    }
}

pub(super) type Accounts = BTreeMap<String, Account>;

/// How many events have not arrived yet, by broker.
pub(super) async fn missing(should: &Accounts, consuming: &PgStore) -> Result<Vec<(&'static str, u64)>> {
    let mut missing = Vec::new();
    for (name, book) in books(consuming).await? {
        missing.push((name, events(should).saturating_sub(events(&book))));
    }
    Ok(missing)
}

fn events(accounts: &Accounts) -> u64 {
    accounts.values().map(|account| account.events).sum()
}

pub(super) async fn check(should: &Accounts, store: &PgStore, consuming: &PgStore) -> Result<Found> {
    let mut found = Found { events: events(should), ..Found::default() };
    for (name, book) in books(consuming).await? {
        if let Some(key) = book.keys().find(|key| !should.contains_key(*key)) {
            return Err(format!("{name} has an account {key} of which there is no event").into());
        }
        for (key, should) in should {
            let is = book.get(key).cloned().unwrap_or_default();
            found.arrived += is.events;
            found.lost += should.events.saturating_sub(is.events);
            found.doubled += is.events.saturating_sub(should.events);
            if is.events == should.events && is != *should {
                found.out_of_order += 1;
                eprintln!("{name}: {key} is {is:?}, and should be {should:?}");
            }
        }
    }
    for store in [store, consuming] {
        for (consumer, log) in store.quarantines().await? {
            found.in_quarantine += store.parked(ListParked::new(consumer, log)).await?.len() as u64;
        }
    }
    Ok(found)
}

/// What the log says.
pub(super) async fn fold(store: &PgStore) -> Result<Accounts> {
    let mut accounts = Accounts::new();
    let mut events = pin!(store.log_events(ReadLog::new(Query::all()).limit(10_000)));
    while let Some(event) = events.try_next().await? {
        let added: Added = serde_json::from_slice(&event.payload)?;
        accounts.entry(event.stream.key().to_owned()).or_default().apply(&added);
    }
    Ok(accounts)
}

async fn books(consuming: &PgStore) -> Result<[(&'static str, Accounts); 3]> {
    Ok([
        (RabbitMq::NAME, book::<RabbitMq>(consuming).await?),
        (Nats::NAME, book::<Nats>(consuming).await?),
        (Mqtt::NAME, book::<Mqtt>(consuming).await?),
    ])
}

async fn book<V: Via>(consuming: &PgStore) -> Result<Accounts> {
    let all = Documents::<Book<V>>::new(Arc::new(consuming.clone())).all().await?;
    Ok(all.into_iter().collect())
}
