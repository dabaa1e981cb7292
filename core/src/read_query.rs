use crate::AskError;
use std::future::Future;

/// A question to the read side, answered from a read model.
///
/// The models of projections can only be read, so that a query changes nothing.
///
/// ```
/// use factum_core::{AskError, ReadQuery};
///
/// struct Rates { eur_usd: f64 }
///
/// struct GetRate;
/// impl ReadQuery for GetRate {
///     type Model = Rates;
///     type Answer = f64;
///     async fn answer(self, rates: &Rates) -> Result<f64, AskError> { Ok(rates.eur_usd) }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a question that can be asked",
    label = "this should be a question",
    note = "write `impl ReadQuery for {Self} {{ type Model = Documents<…>; type Answer = …; async fn answer(self, model: &Self::Model) -> … }}`"
)]
pub trait ReadQuery: Send + 'static {
    /// What it is answered from, such as `Documents<Balances>`; provided to the app by a projection or with
    /// [`AppBuilder::model`](crate::app::AppBuilder::model).
    type Model: Send + Sync + 'static;

    /// The answer.
    type Answer: Send;

    /// Answers it.
    fn answer(self, model: &Self::Model) -> impl Future<Output = Result<Self::Answer, AskError>> + Send;
}
