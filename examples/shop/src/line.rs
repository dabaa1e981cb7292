//! So many of a product: what orders, reservations and deliveries are made of.

use crate::catalogue::ProductId;
use factum::prelude::*;
use std::fmt;

/// So many of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
}

impl Line {
    /// So many of a product.
    pub fn new(product: impl Into<ProductId>, quantity: u32) -> Self {
        Self { product: product.into(), quantity }
    }
}

/// The product alone: as a tag, a line says what an event is about, and not how many of it.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.product, f)
    }
}
