//! What the shop sells, and at which price.

mod assortment;
mod product;

pub use self::{
    assortment::{ASSORTMENT, Article},
    product::{AlreadyListed, ListProduct, Product, ProductId, ProductListed},
};
