use super::{SimulateError, wants::Wants};
use crate::{
    order::{Checkout, Country, OpenCart, Order, PutItem, Refused, RequestCancellation, Stage, TakeItem},
    terms::Terms,
};
use factum::prelude::*;

/// What a customer has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Did {
    /// Looked around, and left.
    Left,
    /// Ordered.
    Ordered,
}

/// Does what the customer wants, as far as it is not done yet.
pub(super) async fn shop(app: &App, wants: &Wants, terms: Terms) -> Result<Did, SimulateError> {
    let order = wants.order;
    let stage = app.load::<Order>(&order).await?.state.stage();
    if matches!(stage, Stage::Unknown | Stage::Cart) {
        app.send(OpenCart { order }).await?;
        for (article, quantity) in &wants.articles {
            let (product, price) = (article.product(), article.price());
            app.send(PutItem { order, product, quantity: *quantity, price }).await?;
        }
        if let Some(article) = wants.second_thought {
            let (product, price) = (article.product(), article.price());
            app.send(PutItem { order, product: product.clone(), quantity: 1, price }).await?;
            app.send(TakeItem { order, product }).await?;
        }
        if wants.leaves {
            return Ok(Did::Left);
        }
        let country = Country::try_from(wants.country.to_owned()).map_err(SimulateError::Country)?;
        let (customer, card) = (wants.name.clone(), wants.card);
        app.send(Checkout { order, customer, card, country, terms }).await?;
    }
    if wants.repents {
        match app.send(RequestCancellation { order }).await {
            // It may have ended by now.
            Ok(_) | Err(SendError::Rejected(Refused::Ended)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Did::Ordered)
}
