use super::{BoardEvent, Entry};
use crate::order::OrderId;
use factum::prelude::*;
use std::collections::VecDeque;

/// The latest orders of all.
#[derive(Clone, Copy, Debug, Default, Projection)]
#[projection(name = "recent", event = BoardEvent)]
pub struct Recent;

/// The only key.
const SHOP: &str = "shop";
/// So many are kept.
const MOST: usize = 24;

/// The latest orders, and how many there were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The latest first.
    pub orders: VecDeque<Row>,
    /// How many there were.
    pub tally: Tally,
}

/// An order of the summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Which.
    pub order: OrderId,
    /// How it is.
    #[serde(flatten)]
    pub entry: Entry,
}

/// How many orders there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// All.
    pub placed: u64,
    /// Those that have ended well.
    pub shipped: u64,
    /// Those that have come to nothing.
    pub cancelled: u64,
}

impl Tally {
    /// Those that have not ended.
    #[must_use]
    pub const fn open(&self) -> u64 {
        self.placed.saturating_sub(self.shipped + self.cancelled)
    }
}

impl View for Recent {
    type Key = &'static str;
    type Document = Summary;

    fn keys(&self, _: &Recorded<BoardEvent>) -> Keys<&'static str> {
        Keys::one(SHOP)
    }

    fn fold(&self, _: &&'static str, summary: &mut Summary, event: &Recorded<BoardEvent>) {
        let order = event.event.order();
        match &event.event {
            BoardEvent::OrderPlaced(_) => {
                summary.tally.placed += 1;
                summary.orders.push_front(Row { order, entry: Entry::default() });
                summary.orders.truncate(MOST);
            }
            BoardEvent::OrderCompleted(_) => summary.tally.shipped += 1,
            BoardEvent::OrderCancelled(_) => summary.tally.cancelled += 1,
            _ => {}
        }
        if let Some(row) = summary.orders.iter_mut().find(|row| row.order == order) {
            row.entry.take(event);
        }
    }
}

/// What are the latest orders?
#[derive(Clone, Copy, Debug)]
pub struct GetRecent;

impl ReadQuery for GetRecent {
    type Model = Documents<Recent>;
    type Answer = Summary;

    async fn answer(self, recent: &Documents<Recent>) -> Result<Summary, AskError> {
        Ok(recent.get(&SHOP).await?.unwrap_or_default())
    }
}
