use crate::{money::Cents, order::OrderCompleted};
use factum::{
    Timestamp,
    prelude::*,
    projections::window::{OpenWindows, Pane, Windows},
};
use std::{collections::BTreeMap, time::Duration};

/// What came in, minute by minute.
#[derive(Clone, Copy, Debug, Default, Projection)]
#[projection(name = "revenue", events(OrderCompleted), derive(Clone, Debug))]
pub struct Revenue;

/// Minutes. The times are those of the machines that the shop runs on, which may be some seconds apart: a minute waits for ten,
/// and is corrected for five minutes.
pub const MINUTES: Windows = match Windows::tumbling(Duration::from_secs(60)) {
    Ok(minutes) => {
        minutes.out_of_orderness(Duration::from_secs(10)).allowed_lateness(Duration::from_secs(300))
    }
    Err(_) => panic!("a minute makes windows"),
};

/// So many minutes are kept: two hours.
const MOST: usize = 120;
/// The only key.
const SHOP: &str = "shop";

/// All minutes, and what came in over all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takings {
    open: OpenWindows<(), Minute>,
    closed: BTreeMap<Timestamp, Minute>,
    /// What came in, ever.
    pub total: Minute,
    /// What came in too late for its minute. It is in the total.
    pub late: u64,
}

/// What came in within a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minute {
    /// From so many orders.
    pub orders: u64,
    /// So much.
    pub revenue: Cents,
}

impl Minute {
    fn add(&mut self, revenue: Cents) {
        self.orders += 1;
        self.revenue += revenue;
    }
}

impl Takings {
    fn note(&mut self, panes: Vec<Pane<(), Minute>>) {
        self.closed.extend(panes.into_iter().map(|pane| (pane.window.start(), pane.value)));
        while self.closed.len() > MOST {
            self.closed.pop_first();
        }
    }

    /// The minutes in which something came in, in their order; those that are not over as far as they are known.
    #[must_use]
    pub fn minutes(&self) -> BTreeMap<Timestamp, Minute> {
        let mut all = self.clone();
        let rest = all.open.finish();
        all.note(rest);
        all.closed
    }
}

impl View for Revenue {
    type Key = &'static str;
    type Document = Takings;

    fn keys(&self, _: &Recorded<RevenueEvent>) -> Keys<&'static str> {
        Keys::one(SHOP)
    }

    fn fold(&self, _: &&'static str, takings: &mut Takings, event: &Recorded<RevenueEvent>) {
        let RevenueEvent::OrderCompleted(OrderCompleted { total, .. }) = event.event;
        takings.total.add(total);
        let fired = takings.open.add(&MINUTES, &(), event.time(), |minute| minute.add(total));
        takings.late += fired.late.len() as u64;
        takings.note(fired.panes);
    }
}

/// What came in, and when?
#[derive(Clone, Copy, Debug)]
pub struct GetRevenue;

impl ReadQuery for GetRevenue {
    type Model = Documents<Revenue>;
    type Answer = Takings;

    async fn answer(self, revenue: &Documents<Revenue>) -> Result<Takings, AskError> {
        Ok(revenue.get(&SHOP).await?.unwrap_or_default())
    }
}
