//! Compares what the nodes have made of the log with a fresh fold of it.

use super::model::{Account, Added, Labels};
use crate::Result;
use factum_core::{
    Apply as _, CheckpointKey, CheckpointStore as _, ConsumerName, Documents, Event as _, Position,
    QuarantineStore as _, Query,
    store::{EventReaderExt as _, ReadLog},
};
use factum_store_postgres::{PgStore, sqlx};
use std::{collections::BTreeMap, fmt, pin::pin, sync::Arc};

const CONSUMERS: [(&str, u16); 4] =
    [("accounts_v1", 8), ("labels_v1", 4), ("counts_v1", 8), ("notices_v1", 4)];

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub(super) events: u64,
    documents: u64,
    documents_wrong: u64,
    counts_wrong: u64,
    effects: u64,
    deliveries: u64,
    effects_missing: u64,
    effects_strange: u64,
    effects_out_of_order: u64,
    in_quarantine: u64,
}

impl Found {
    pub(super) const fn is_right(&self) -> bool {
        self.documents_wrong + self.counts_wrong + self.effects_missing + self.effects_strange == 0
            && self.effects_out_of_order + self.in_quarantine == 0
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "events in the log {}, documents {}, side effects {} by key, delivered {} times,\n\
             documents wrong {}, counts wrong {}, side effects missing {}, strange {}, out of order {}, \
             left in quarantine {}",
            self.events,
            self.documents,
            self.effects,
            self.deliveries,
            self.documents_wrong,
            self.counts_wrong,
            self.effects_missing,
            self.effects_strange,
            self.effects_out_of_order,
            self.in_quarantine
        )
    }
}

/// Whether all partitions of all consumers have come to this position.
pub(super) async fn is_applied(store: &PgStore, head: Position) -> Result<bool> {
    use factum_core::EventReader as _;
    for (consumer, partitions) in CONSUMERS {
        for partition in 0..partitions {
            let key = CheckpointKey::new(ConsumerName::new(consumer)?, store.log_id()).partition(partition);
            if store.checkpoint(&key).await?.is_none_or(|checkpoint| checkpoint.position < head) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// What the log says, folded by plain loops.
#[derive(Default)]
struct Fresh {
    accounts: BTreeMap<String, Account>,
    labels: BTreeMap<String, Account>,
    /// By key.
    effects: BTreeMap<String, (String, i64)>,
}

impl Fresh {
    async fn fold(store: &PgStore) -> Result<Self> {
        use futures_util::TryStreamExt as _;
        let mut fresh = Self::default();
        let mut events = pin!(store.log_events(ReadLog::new(Query::all()).limit(10_000)));
        while let Some(event) = events.try_next().await? {
            assert_eq!(event.event_type.as_str(), Added::TYPE, "nothing else is appended");
            let added: Added = serde_json::from_slice(&event.payload)?;
            fresh.accounts.entry(event.stream.key().to_owned()).or_default().apply(&added);
            let mut labels = added.labels.clone();
            labels.sort_unstable();
            labels.dedup();
            for label in labels {
                fresh.labels.entry(label.to_string()).or_default().apply(&added);
            }
            let effect = (event.stream.to_string(), event.version.get() as i64);
            fresh.effects.insert(format!("notices:{}", event.id), effect);
        }
        Ok(fresh)
    }
}

pub(super) async fn check(store: &PgStore) -> Result<Found> {
    let fresh = Fresh::fold(store).await?;
    let mut found = Found { events: fresh.effects.len() as u64, ..Found::default() };
    let reader = Arc::new(store.clone());
    let accounts = Documents::<Account>::new(reader.clone()).all().await?;
    let labels = Documents::<Labels>::new(reader).all().await?;
    for (are, should) in [(accounts, &fresh.accounts), (labels, &fresh.labels)] {
        let are: BTreeMap<String, Account> = are.into_iter().collect();
        found.documents += are.len() as u64;
        found.documents_wrong += different(&are, should);
    }
    found.counts_wrong = counts(store, &fresh).await?;
    effects(store, &fresh, &mut found).await?;
    for (consumer, log) in store.quarantines().await? {
        found.in_quarantine +=
            store.parked(factum_core::quarantine::ListParked::new(consumer, log)).await?.len() as u64;
    }
    Ok(found)
}

/// How many are there on one side only, or differ.
fn different(are: &BTreeMap<String, Account>, should: &BTreeMap<String, Account>) -> u64 {
    let wrong = should.iter().filter(|(key, document)| are.get(*key) != Some(document)).count();
    (wrong + are.keys().filter(|key| !should.contains_key(*key)).count()) as u64
}

async fn counts(store: &PgStore, fresh: &Fresh) -> Result<u64> {
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as("SELECT stream, events, sum FROM chaos.counts").fetch_all(store.pool()).await?;
    let are: BTreeMap<_, _> = rows.into_iter().map(|(stream, events, sum)| (stream, (events, sum))).collect();
    let should = fresh
        .accounts
        .iter()
        .map(|(key, account)| (format!("account-{key}"), (account.events as i64, account.sum as i64)));
    let should: BTreeMap<_, _> = should.collect();
    let wrong = should.iter().filter(|(stream, counts)| are.get(*stream) != Some(counts)).count();
    Ok((wrong + are.keys().filter(|stream| !should.contains_key(*stream)).count()) as u64)
}

/// Each has to have happened, and the first time in the order of its stream.
async fn effects(store: &PgStore, fresh: &Fresh, found: &mut Found) -> Result<()> {
    let all = "SELECT key, stream, version, deliveries FROM chaos.effects ORDER BY n";
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(all).fetch_all(store.pool()).await?;
    let mut last: BTreeMap<String, i64> = BTreeMap::new();
    for (key, stream, version, deliveries) in &rows {
        found.effects += 1;
        found.deliveries += *deliveries as u64;
        if fresh.effects.get(key) != Some(&(stream.clone(), *version)) {
            found.effects_strange += 1;
        }
        let last = last.entry(stream.clone()).or_default();
        if *version != *last + 1 {
            found.effects_out_of_order += 1;
        }
        *last = *version;
    }
    found.effects_missing =
        (fresh.effects.len() as u64).saturating_sub(found.effects - found.effects_strange);
    Ok(())
}
