//! What this shop sells.

use super::{ListProduct, ProductId};
use crate::money::Cents;

/// A product of the assortment.
#[derive(Clone, Copy, Debug)]
pub struct Article {
    id: &'static str,
    name: &'static str,
    cents: u64,
}

impl Article {
    const fn new(id: &'static str, name: &'static str, cents: u64) -> Self {
        Self { id, name, cents }
    }

    /// Its id.
    #[must_use]
    pub fn product(&self) -> ProductId {
        self.id.into()
    }

    /// What one costs.
    #[must_use]
    pub const fn price(&self) -> Cents {
        Cents(self.cents)
    }

    /// The command that puts it up for sale.
    #[must_use]
    pub fn listing(&self) -> ListProduct {
        ListProduct { product: self.product(), name: self.name.to_owned(), price: self.price() }
    }
}

/// All products.
pub const ASSORTMENT: [Article; 12] = [
    Article::new("mug", "Enamel mug", 1_290),
    Article::new("notebook", "Dotted notebook", 950),
    Article::new("pencils", "Box of pencils", 645),
    Article::new("lamp", "Reading lamp", 3_900),
    Article::new("backpack", "Canvas backpack", 7_990),
    Article::new("headphones", "Headphones", 11_900),
    Article::new("plant", "Potted fern", 1_725),
    Article::new("umbrella", "Storm umbrella", 2_499),
    Article::new("compass", "Brass compass", 3_333),
    Article::new("telescope", "Pocket telescope", 14_995),
    Article::new("chess", "Travel chess", 2_107),
    Article::new("kite", "Stunt kite", 4_501),
];
