use super::{Command, Decider};
use std::fmt;

/// Whether a command holds as it was decided, on the state with what others have written meanwhile, and on these events.
type Undisturbed<C> =
    fn(&C, &<C as Command>::Decider, &[<<C as Command>::Decider as Decider>::Event]) -> bool;

/// What becomes of a command when others have written between its decision and its events.
///
/// Nearly all are decided again, which costs a read, and keeps every rule. Where writers in several processes meet on one
/// aggregate all the time, most of what they write may be of no concern to each other:
///
/// ```
/// use factum::{OnConflict, prelude::*};
/// # #[derive(Id, Clone)] struct TillId(String);
/// # #[derive(Event, Serialize, Deserialize)] struct Sold { amount: u64 }
/// # #[derive(Event, Serialize, Deserialize)] struct Refunded { amount: u64 }
/// # #[derive(Aggregate, Clone, Default)]
/// # #[aggregate(id = TillId, events(Sold, Refunded))]
/// # struct Till { cash: u64 }
/// # impl Apply<Sold> for Till { fn apply(&mut self, event: &Sold) { self.cash += event.amount } }
/// # impl Apply<Refunded> for Till { fn apply(&mut self, event: &Refunded) { self.cash -= event.amount } }
/// # #[derive(Command)] struct Sell { till: TillId, amount: u64 }
/// # impl Handle<Sell> for Till {
/// #     type Rejection = Never;
/// #     fn handle(&self, c: &Sell) -> Result<Events<Self>, Never> { Ok(Sold { amount: c.amount }.into()) }
/// # }
/// #[derive(Command)]
/// #[command(undisturbed = Self::is_undisturbed)]
/// struct Refund {
///     till: TillId,
///     amount: u64,
/// }
///
/// impl Refund {
///     /// Sales only add to what is there.
///     fn is_undisturbed(&self, _: &Till, meanwhile: &[TillEvent]) -> bool {
///         meanwhile.iter().all(|event| matches!(event, TillEvent::Sold(_)))
///     }
/// }
///
/// impl Handle<Refund> for Till {
///     type Rejection = &'static str;
///
///     fn handle(&self, command: &Refund) -> Result<Events<Self>, &'static str> {
///         if self.cash < command.amount { return Err("there is not enough") }
///         Ok(Refunded { amount: command.amount }.into())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Two processes on one store.
/// let store = MemoryStore::new();
/// let here = App::builder(store.clone()).build().await?;
/// let there = App::builder(store).build().await?;
/// let sell = |amount| Sell { till: "1".into(), amount };
/// let refund = |amount| Refund { till: "1".into(), amount };
///
/// // A sale over there, of which nobody here knows yet, does not disturb a refund ...
/// here.send(sell(50)).await?;
/// there.send(sell(5)).await?;
/// let done = here.send(refund(30)).await?;
/// assert_eq!((done.state.cash, done.receipt.position().get()), (25, 3));
/// assert_eq!(here.commands().conflicts(), 0);
///
/// // ... but another refund does: then it is decided again.
/// there.send(refund(20)).await?;
/// assert_eq!(here.send(refund(20)).await.unwrap_err().rejection(), Some(&"there is not enough"));
/// assert_eq!(here.commands().conflicts(), 1);
/// # Ok(()) }
/// ```
#[non_exhaustive]
pub enum OnConflict<C: Command> {
    /// It is decided again, as often as the [`ConflictRetry`](crate::bus::ConflictRetry) of the bus lets it.
    DecideAgain,
    /// If this says so of the events that others have written, it stays as it was decided: its events are appended behind
    /// theirs. Otherwise it is decided again.
    ///
    /// It is given the command; the state with the events of the others, and without the command's own; and those events,
    /// all since the decision, in order. It is asked again when others are faster once more, up to
    /// [`OnConflict::ATTEMPTS`] times. None of this is an attempt that a retry counts.
    ///
    /// # Caller's duties
    /// Say yes only if the decision would be as good on that state: rules that it has checked are not checked again.
    Unless(Undisturbed<C>),
    /// Its events are appended whatever others have written: the last writer wins. Only what the sender
    /// [expects](crate::bus::Context::expected) can be a conflict.
    ///
    /// # Caller's duties
    /// Have no rule that depends on the state: it may be broken. [`Committed::state`](crate::Committed::state) is the one
    /// that the command was decided on with its own events; what others have written in between may be missing.
    LastWriter,
}

impl<C: Command> OnConflict<C> {
    /// How often events are appended as they were decided, before the command is decided again.
    pub const ATTEMPTS: u32 = 32;
    /// How many events of others are looked at; a command that missed more is decided again.
    pub const EVENTS: usize = 1_000;
}

impl<C: Command> Clone for OnConflict<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Command> Copy for OnConflict<C> {}

impl<C: Command> fmt::Debug for OnConflict<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DecideAgain => "DecideAgain",
            Self::Unless(_) => "Unless(..)",
            Self::LastWriter => "LastWriter",
        })
    }
}
