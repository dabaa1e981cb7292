//! Carts: what a customer does before the checkout.

use super::{
    Kind, Problem, Shop,
    input::{Body, ItemPath, Key, OrderPath, Trace, no_order, no_product, whole},
    orders,
    version::{IfMatch, tagged, with_tag},
};
use crate::{
    money::Cents,
    order::{
        Card, Checkout, Country, MOST_OF_ONE, OpenCart, Order, OrderId, OrderLine, PutItem, Refused, Stage,
        TakeItem,
    },
    read::Shelf,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use factum::{ExpectedVersion, app::Dispatch, prelude::*};

/// A cart, as it is shown.
#[derive(Debug, Serialize)]
struct Cart {
    order: OrderId,
    version: u64,
    stage: Stage,
    lines: Vec<OrderLine>,
    total: Cents,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quantity {
    #[serde(deserialize_with = "whole")]
    quantity: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Customer {
    customer: String,
    card: Card,
    country: Country,
}

/// With a key, the number of the order is made of the key: a request that is repeated opens the same cart.
pub(super) async fn open(State(shop): State<Shop>, Key(key): Key, trace: Trace) -> Result<Response, Problem> {
    let order = key.map_or_else(OrderId::random, |key| OrderId::of(&key));
    trace
        .of(shop.app.send(OpenCart { order }))
        .await
        .map_err(|error| Problem::of(error, |never| match *never {}))?;
    let (version, cart) = load(&shop, order).await?;
    let location = [(header::LOCATION, format!("/api/carts/{order}"))];
    Ok(with_tag(version, (StatusCode::CREATED, location, Json(cart))))
}

pub(super) async fn show(
    State(shop): State<Shop>,
    OrderPath(order): OrderPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (version, cart) = load(&shop, order).await?;
    Ok(tagged(version, &headers, Json(cart)))
}

pub(super) async fn put_item(
    State(shop): State<Shop>,
    ItemPath(order, product): ItemPath,
    IfMatch(expected): IfMatch,
    trace: Trace,
    Body(Quantity { quantity }): Body<Quantity>,
) -> Result<Response, Problem> {
    if !(1..=MOST_OF_ONE).contains(&quantity) {
        let range = format!("the quantity is not between 1 and {MOST_OF_ONE}");
        return Err(Problem::new(Kind::Senseless, range));
    }
    let wares = shop.app.ask(Shelf::get(product.clone())).await?.filter(|wares| wares.price > Cents(0));
    let price = wares.ok_or_else(no_product)?.price;
    let put = shop.app.send(PutItem { order, product, quantity, price });
    change(&shop, order, trace.of(put), expected).await
}

pub(super) async fn take_item(
    State(shop): State<Shop>,
    ItemPath(order, product): ItemPath,
    IfMatch(expected): IfMatch,
    trace: Trace,
) -> Result<Response, Problem> {
    change(&shop, order, trace.of(shop.app.send(TakeItem { order, product })), expected).await
}

pub(super) async fn checkout(
    State(shop): State<Shop>,
    OrderPath(order): OrderPath,
    IfMatch(expected): IfMatch,
    Key(key): Key,
    trace: Trace,
    Body(Customer { customer, card, country }): Body<Customer>,
) -> Result<Response, Problem> {
    let mut checkout =
        trace.of(shop.app.send(Checkout { order, customer, card, country, terms: shop.terms }));
    if let Some(expected) = expected {
        checkout = checkout.expect(expected);
    }
    if let Some(key) = key {
        checkout = checkout.idempotency_key(key);
    }
    let done = checkout.await.map_err(|error| refused(error, expected.is_some()))?;
    let location = [(header::LOCATION, format!("/api/orders/{order}"))];
    let order = orders::after(&shop, order, &done.receipt).await?;
    Ok((StatusCode::ACCEPTED, location, order).into_response())
}

/// Sends a command that changes a cart, and shows the cart.
async fn change<C: Command<Decider = Order>>(
    shop: &Shop,
    order: OrderId,
    mut change: Dispatch<'_, C>,
    expected: Option<ExpectedVersion>,
) -> Result<Response, Problem>
where
    Order: Handle<C, Rejection = Refused>,
{
    if let Some(expected) = expected {
        change = change.expect(expected);
    }
    change.await.map_err(|error| refused(error, expected.is_some()))?;
    let (version, cart) = load(shop, order).await?;
    Ok(with_tag(version, Json(cart)))
}

async fn load(shop: &Shop, order: OrderId) -> Result<(u64, Cart), Problem> {
    let loaded = shop.app.load::<Order>(&order).await.map_err(|error| Problem::failure(&error))?;
    let (state, version) = (&loaded.state, loaded.version.get());
    if state.stage() == Stage::Unknown {
        return Err(no_order());
    }
    let cart = Cart { order, version, stage: state.stage(), lines: state.lines(), total: state.total() };
    Ok((version, cart))
}

/// What a refusal means.
pub(super) fn refused(error: SendError<Refused>, is_expected: bool) -> Problem {
    let meaning = |refused: &Refused| match refused {
        Refused::Unknown | Refused::NotInCart => Kind::NotFound,
        Refused::Placed | Refused::NotPlaced | Refused::Ended | Refused::Empty | Refused::TooManyProducts => {
            Kind::Conflict
        }
    };
    if is_expected { Problem::of_expected(error, meaning) } else { Problem::of(error, meaning) }
}
