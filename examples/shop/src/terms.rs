//! How long the shop waits for what.

use factum::prelude::*;
use std::time::Duration;

/// How long the shop waits for what, as agreed when an order is placed. The order carries it, so that changed terms hold for
/// new orders, and an order that is looked at again comes out as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// So long a payment may take, in milliseconds.
    pub pay_within_ms: u64,
    /// So long an order waits for goods that are not there, in milliseconds.
    pub wait_for_stock_ms: u64,
    /// So long it takes to pack a parcel, in milliseconds. Until then the order can be cancelled.
    pub packing_ms: u64,
}

impl Terms {
    /// For people who look on: long enough to see each step, and short enough to see a timeout.
    pub const WATCHED: Self = Self { pay_within_ms: 8_000, wait_for_stock_ms: 60_000, packing_ms: 3_000 };

    /// For a simulation, in which nobody looks on.
    pub const SIMULATED: Self = Self { pay_within_ms: 3_000, wait_for_stock_ms: 4_000, packing_ms: 0 };

    /// So long a payment may take.
    #[must_use]
    pub const fn pay_within(self) -> Duration {
        Duration::from_millis(self.pay_within_ms)
    }

    /// So long an order waits for goods.
    #[must_use]
    pub const fn wait_for_stock(self) -> Duration {
        Duration::from_millis(self.wait_for_stock_ms)
    }

    /// So long packing takes.
    #[must_use]
    pub const fn packing(self) -> Duration {
        Duration::from_millis(self.packing_ms)
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self::WATCHED
    }
}
