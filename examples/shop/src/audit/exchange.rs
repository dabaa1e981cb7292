use crate::split::{Answered, Asked};
use factum::{
    EventEnum, EventId, EventReader, Position, QueryItem, StoreError,
    prelude::*,
    store::{EventReaderExt as _, ReadLog},
};
use futures_util::TryStreamExt as _;
use std::{collections::BTreeMap, pin::pin};

/// What the shop and the payment service have told each other, where these are two programs: whatever one has published must be in
/// the log of the other, once, and as it was.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// On the log of the payment service.
    payments: App,
    read: [Position; 2],
    told: BTreeMap<EventId, Told>,
    /// What is not in it as it was.
    altered: Vec<EventId>,
}

/// An event, and how often it is in the log of the shop, and in that of the payment service.
#[derive(Clone, Debug)]
struct Told {
    what: (String, Vec<u8>),
    times: [u64; 2],
}

impl Exchange {
    pub(super) const fn with(payments: App) -> Self {
        Self { payments, read: [Position::START; 2], told: BTreeMap::new(), altered: Vec::new() }
    }

    /// Reads on in both logs.
    pub(super) async fn read_on(&mut self, shop: &(impl EventReader + ?Sized)) -> Result<(), StoreError> {
        self.read(0, shop).await?;
        let payments = self.payments.clone();
        self.read(1, &**payments.store()).await
    }

    async fn read(&mut self, side: usize, log: &(impl EventReader + ?Sized)) -> Result<(), StoreError> {
        let types = Asked::types().into_iter().chain(Answered::types());
        let request = ReadLog::new(QueryItem::types(types).into()).after(self.read[side]).limit(10_000);
        let mut events = pin!(log.log_events(request));
        while let Some(event) = events.try_next().await? {
            self.read[side] = event.position;
            let what = (event.event_type.to_string(), event.payload.to_vec());
            let told =
                self.told.entry(event.id).or_insert_with(|| Told { what: what.clone(), times: [0; 2] });
            told.times[side] += 1;
            if told.what != what {
                self.altered.push(event.id);
            }
        }
        Ok(())
    }

    /// How many events are in one log and not in the other.
    pub(super) fn under_way(&self) -> usize {
        self.told.values().filter(|told| told.times.contains(&0)).count()
    }

    /// How many events are in both.
    pub(super) fn taken(&self) -> usize {
        self.told.len() - self.under_way()
    }

    /// What is wrong, now that nothing is under way any more.
    pub(super) fn wrong(&self) -> Vec<String> {
        let times = self.told.iter().filter(|(_, told)| told.times != [1, 1]).map(|(id, told)| {
            let Told { what: (what, _), times: [shop, payments] } = told;
            format!("{what} {id} is {shop} times in the shop, and {payments} times in the payment service")
        });
        times
            .chain(self.altered.iter().map(|id| format!("event {id} is not the same in both logs")))
            .collect()
    }
}
