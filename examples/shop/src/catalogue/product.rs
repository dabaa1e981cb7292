use crate::money::Cents;
use factum::prelude::*;

/// A short name of a product, of small letters, digits and dashes: `coffee-mug`.
#[derive(Id, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProductId(String);

impl ProductId {
    /// The id, if it is one: of 1 to 40 small letters, digits and dashes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        ((1..=40).contains(&text.len()) && text.chars().all(fits)).then(|| Self(text.to_owned()))
    }
}

/// A product is for sale.
#[derive(Clone, Debug, Event, Serialize, Deserialize)]
pub struct ProductListed {
    /// Which.
    pub product: ProductId,
    /// What it is called.
    pub name: String,
    /// What one of it costs.
    pub price: Cents,
}

/// A product, as far as decisions about it need it.
#[derive(Aggregate, Clone, Debug, Default, PartialEq)]
#[aggregate(id = ProductId, events(ProductListed))]
pub struct Product {
    listed: Option<(String, Cents)>,
}

impl Apply<ProductListed> for Product {
    fn apply(&mut self, event: &ProductListed) {
        self.listed = Some((event.name.clone(), event.price));
    }
}

/// Puts a product up for sale. Doing it twice is doing it once.
#[derive(Clone, Debug, Command)]
pub struct ListProduct {
    /// Which.
    pub product: ProductId,
    /// What it is called.
    pub name: String,
    /// What one of it costs.
    pub price: Cents,
}

/// The product is for sale under another name or at another price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the product is listed already, as something else")]
pub struct AlreadyListed;

impl Handle<ListProduct> for Product {
    type Rejection = AlreadyListed;

    fn handle(&self, command: &ListProduct) -> Result<Events<Self>, AlreadyListed> {
        let ListProduct { product, name, price } = command.clone();
        match &self.listed {
            None => Ok(ProductListed { product, name, price }.into()),
            Some(listed) if *listed == (name, price) => Ok(Events::none()),
            Some(_) => Err(AlreadyListed),
        }
    }
}
