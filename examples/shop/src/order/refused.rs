use factum::prelude::*;

/// Why a command about an order is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refused {
    /// There is no such order.
    #[error("there is no such order")]
    Unknown,
    /// It was placed already: nothing can be put in or taken out.
    #[error("the order is placed already")]
    Placed,
    /// It is a cart still.
    #[error("the order is not placed yet")]
    NotPlaced,
    /// There is nothing in the cart.
    #[error("there is nothing in the cart")]
    Empty,
    /// There are too many different products in the cart.
    #[error("there are {} different products in the cart already", super::MOST_PRODUCTS)]
    TooManyProducts,
    /// The product is not in the cart.
    #[error("the product is not in the cart")]
    NotInCart,
    /// The order has ended.
    #[error("the order has ended")]
    Ended,
}
