use crate::{catalogue::ProductId, line::Line, money::Cents};
use factum::{prelude::*, uuid::Uuid};
use std::fmt;

/// The number of an order. A cart has it already.
#[derive(Id, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(pub Uuid);

impl OrderId {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::now_v7())
    }

    /// The one that belongs to this text: the same for the same text, so that a request that is repeated is about the same
    /// order.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()))
    }
}

/// A product of an order, at the price that the customer has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Which.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
    /// What one of it costs.
    pub price: Cents,
}

impl OrderLine {
    /// What is to be taken from the stock.
    #[must_use]
    pub fn line(&self) -> Line {
        Line { product: self.product.clone(), quantity: self.quantity }
    }

    /// What all of it costs.
    #[must_use]
    pub fn total(&self) -> Cents {
        self.price * self.quantity
    }
}

/// What is paid with. Cards for trying things out, as real payment services have them: each says how it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    /// Pays.
    #[default]
    Valid,
    /// Is declined.
    Declined,
    /// Pays, but the payment service says so only after the shop has given up.
    Slow,
    /// The payment service never answers, and charges nothing.
    Silent,
}

/// Where a parcel goes: two capital letters, as in ISO 3166-1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(String);

impl Country {
    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Country {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase()) {
            true => Ok(Self(text)),
            false => Err("a country is two capital letters"),
        }
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an order was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer has changed their mind.
    ByCustomer,
    /// The goods did not come in time.
    OutOfStock,
    /// The card was declined.
    PaymentDeclined,
    /// The payment service did not answer in time.
    PaymentTimedOut,
    /// Nobody delivers there.
    Undeliverable,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ByCustomer,
        Self::OutOfStock,
        Self::PaymentDeclined,
        Self::PaymentTimedOut,
        Self::Undeliverable,
    ];
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByCustomer => "by the customer",
            Self::OutOfStock => "out of stock",
            Self::PaymentDeclined => "payment declined",
            Self::PaymentTimedOut => "payment timed out",
            Self::Undeliverable => "undeliverable",
        })
    }
}
