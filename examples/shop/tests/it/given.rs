//! What tests begin with.

use shop::{
    inventory::{StockDelivered, StockReserved, StockShort},
    line::Line,
    money::Cents,
    order::{Card, CartOpened, Country, ItemPut, OrderId, OrderLine, OrderPlaced},
    terms::Terms,
};

/// An order of its own for each letter.
pub(crate) fn order(name: &str) -> OrderId {
    OrderId::of(name)
}

pub(crate) fn netherlands() -> Country {
    country("NL")
}

pub(crate) fn country(letters: &str) -> Country {
    Country::try_from(letters.to_owned()).unwrap()
}

pub(crate) fn opened() -> CartOpened {
    CartOpened { order: order("a") }
}

pub(crate) fn put(product: &str, quantity: u32, cents: u64) -> ItemPut {
    ItemPut { order: order("a"), product: product.into(), quantity, price: Cents(cents) }
}

/// Two mugs and a lamp, for 64.80.
pub(crate) fn placed() -> OrderPlaced {
    let line =
        |product: &str, quantity, cents| OrderLine { product: product.into(), quantity, price: Cents(cents) };
    OrderPlaced {
        order: order("a"),
        customer: "Ada".to_owned(),
        lines: vec![line("lamp", 1, 3_900), line("mug", 2, 1_290)],
        total: Cents(6_480),
        card: Card::Valid,
        country: netherlands(),
        terms: Terms::WATCHED,
    }
}

pub(crate) fn delivered(product: &str, quantity: u32) -> StockDelivered {
    StockDelivered { product: product.into(), quantity }
}

pub(crate) fn reserved(name: &str, lines: &[(&str, u32)]) -> StockReserved {
    StockReserved { order: order(name), lines: self::lines(lines) }
}

pub(crate) fn short(name: &str, lines: &[(&str, u32)], missing: &[(&str, u32)]) -> StockShort {
    StockShort { order: order(name), lines: self::lines(lines), missing: self::lines(missing) }
}

pub(crate) fn lines(lines: &[(&str, u32)]) -> Vec<Line> {
    lines.iter().map(|(product, quantity)| Line::new(*product, *quantity)).collect()
}
