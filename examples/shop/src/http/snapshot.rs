//! What the API and the page show, in the form that they show it in.

use super::{Problem, Shop};
use crate::{
    money::Cents,
    order::OrderId,
    provider::{Switch, SwitchId},
    read::{Entry, GetRecent, GetRevenue, GetShelf, Minute, OnShelf, Summary, Takings, Tally},
};
use factum::{Timestamp, prelude::*};

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct OrderShown {
    order: OrderId,
    #[serde(flatten)]
    entry: Entry,
}

impl OrderShown {
    pub(super) fn new(order: OrderId, entry: &Entry) -> Self {
        Self { order, entry: entry.clone() }
    }
}

/// A product.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct ProductShown {
    product: String,
    name: String,
    price: Cents,
    on_hand: u64,
    reserved: u64,
    available: u64,
    wanted: u64,
}

impl From<OnShelf> for ProductShown {
    fn from(OnShelf { product, wares }: OnShelf) -> Self {
        let (available, wanted) = (wares.available(), wares.wanted());
        let crate::read::Wares { name, price, on_hand, reserved, .. } = wares;
        Self { product, name, price, on_hand, reserved, available, wanted }
    }
}

/// A minute.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct MinuteShown {
    minute: Timestamp,
    #[serde(flatten)]
    minute_of: Minute,
}

/// Everything that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Snapshot {
    orders: Vec<OrderShown>,
    tally: Tally,
    products: Vec<ProductShown>,
    revenue: RevenueShown,
    payment_service: ServiceShown,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct RevenueShown {
    total: Minute,
    minutes: Vec<MinuteShown>,
}

/// Whether the payment service runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct ServiceShown {
    pub(super) running: bool,
}

impl Snapshot {
    pub(super) async fn take(shop: &Shop) -> Result<Self, Problem> {
        let summary: Summary = shop.app.ask(GetRecent).await?;
        let takings: Takings = shop.app.ask(GetRevenue).await?;
        let minutes = takings.minutes().into_iter();
        let minutes = minutes.map(|(minute, minute_of)| MinuteShown { minute, minute_of }).collect();
        Ok(Self {
            orders: summary.orders.iter().map(|row| OrderShown::new(row.order, &row.entry)).collect(),
            tally: summary.tally,
            products: products(shop).await?,
            revenue: RevenueShown { total: takings.total, minutes },
            payment_service: service(shop).await?,
        })
    }
}

/// What is for sale. What has only been delivered so far is not.
pub(super) async fn products(shop: &Shop) -> Result<Vec<ProductShown>, Problem> {
    let shelf = shop.app.ask(GetShelf).await?;
    Ok(shelf.into_iter().filter(|on| on.wares.price > Cents(0)).map(ProductShown::from).collect())
}

pub(super) async fn service(shop: &Shop) -> Result<ServiceShown, Problem> {
    let switch = shop.app.load::<Switch>(&SwitchId::default()).await;
    let switch = switch.map_err(|error| Problem::failure(&error))?;
    Ok(ServiceShown { running: switch.state.is_on() })
}
