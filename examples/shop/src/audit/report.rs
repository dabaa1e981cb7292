use super::{Counts, Ledger, ReadError, exchange::Exchange};
use crate::{
    money::Cents,
    order::Reason,
    read::{GetRecent, GetRevenue, GetShelf},
};
use factum::prelude::*;
use std::fmt;

/// What came of it all, and whether it adds up.
#[derive(Clone, Debug)]
pub struct Report {
    events: u64,
    placed: usize,
    completed: u64,
    counts: Counts,
    charged: Cents,
    returned: Cents,
    revenue: Cents,
    units: Units,
    /// So many events have got from one program to the other, if there are two.
    taken: Option<usize>,
    wrong: Vec<String>,
}

/// All pieces of all products.
#[derive(Clone, Copy, Debug, Default)]
struct Units {
    delivered: i64,
    dispatched: i64,
    reserved: i64,
}

impl Report {
    /// Closes the books: reads to the end of the log, and compares everything with everything, the read models of `app`
    /// included, which must have come as far.
    ///
    /// # Errors
    /// [`ReadError`] when the log or a read model cannot be read.
    pub async fn of(app: &App, ledger: &mut Ledger) -> Result<Self, ReadError> {
        ledger.read_on(&**app.store()).await?;
        let mut wrong = ledger.wrong.clone();
        let mut units = Units::default();
        for (product, pile) in &ledger.products {
            units.delivered += pile.delivered;
            units.dispatched += pile.dispatched;
            units.reserved += pile.reserved;
            if pile.reserved != 0 {
                wrong.push(format!("{} of {product} are reserved for nobody", pile.reserved));
            }
        }
        wrong.extend(ledger.orders.iter().flat_map(|(order, book)| book.wrong(*order)));
        wrong.extend(ledger.exchange.iter().flat_map(Exchange::wrong));
        let (charged, returned) = (ledger.sum(|book| book.charged), ledger.sum(|book| book.returned));
        let report = Self {
            events: ledger.events,
            placed: ledger.orders.len(),
            completed: ledger.orders.values().map(|book| book.completed).sum(),
            counts: ledger.counts(),
            revenue: ledger.sum(super::book::Book::kept),
            charged,
            returned,
            units,
            taken: ledger.exchange.as_ref().map(Exchange::taken),
            wrong,
        };
        report.compared(app, ledger).await
    }

    /// With what the read models say.
    async fn compared(mut self, app: &App, ledger: &Ledger) -> Result<Self, ReadError> {
        let mut compare = |what: &str, is: u64, should: u64| {
            if is != should {
                self.wrong.push(format!("a read model says that {what} are {is}, and not {should}"));
            }
        };
        for on in app.ask(GetShelf).await? {
            let pile = ledger.products.get(&on.product.as_str().into()).copied().unwrap_or_default();
            let there = pile.delivered - pile.dispatched;
            compare(&format!("{} in the storeroom", on.product), on.wares.on_hand, there.cast_unsigned());
            compare(&format!("{} set aside", on.product), on.wares.reserved, pile.reserved.cast_unsigned());
            compare(&format!("{} waited for", on.product), on.wares.wanted(), 0);
        }
        let tally = app.ask(GetRecent).await?.tally;
        compare("orders", tally.placed, self.placed as u64);
        compare("shipped orders", tally.shipped, self.completed);
        compare("cancelled orders", tally.cancelled, self.counts.cancelled.values().sum());
        let takings = app.ask(GetRevenue).await?;
        compare("all takings", takings.total.revenue.0, self.revenue.0);
        compare(
            "the takings of all minutes",
            takings.minutes().values().map(|m| m.orders).sum(),
            takings.total.orders,
        );
        Ok(self)
    }

    /// Whether everything adds up.
    #[must_use]
    pub const fn balances(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// So many of what is wrong are printed.
const SHOWN: usize = 20;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { events, placed, completed, counts, units, .. } = self;
        let cancelled: u64 = counts.cancelled.values().sum();
        writeln!(f, "Orders            {placed:>12}   in {events} events")?;
        writeln!(f, "  shipped         {completed:>12}")?;
        writeln!(f, "  cancelled       {cancelled:>12}")?;
        for reason in Reason::ALL {
            let count = counts.cancelled.get(&reason).copied().unwrap_or_default();
            writeln!(f, "    {:<18}{count:>8}", reason.to_string())?;
        }
        writeln!(f, "Timeouts          {:>12}", counts.timeouts)?;
        writeln!(f, "Compensations     {:>12}   {} steps undone", counts.compensated, counts.undone)?;
        writeln!(f, "Back orders       {:>12}   {} filled", counts.back_orders, counts.filled)?;
        writeln!(f, "Paid too late     {:>12}   and refunded", counts.late)?;
        if let Some(taken) = self.taken {
            writeln!(f, "Between programs  {taken:>12}   events, each taken once")?;
        }
        writeln!(f)?;
        writeln!(f, "Money, EUR                       Goods, pieces")?;
        writeln!(f, "  charged   {:>14}         delivered  {:>8}", self.charged, units.delivered)?;
        writeln!(f, "  returned  {:>14}         shipped    {:>8}", self.returned, units.dispatched)?;
        writeln!(
            f,
            "  earned    {:>14}         in stock   {:>8}",
            self.revenue,
            units.delivered - units.dispatched
        )?;
        writeln!(f, "                                   reserved   {:>8}", units.reserved)?;
        writeln!(f)?;
        if self.balances() {
            return writeln!(f, "Everything adds up, to the cent and to the piece.");
        }
        writeln!(f, "It does not add up:")?;
        for wrong in self.wrong.iter().take(SHOWN) {
            writeln!(f, "  {wrong}")?;
        }
        match self.wrong.len().checked_sub(SHOWN) {
            Some(more @ 1..) => writeln!(f, "  and {more} more"),
            _ => Ok(()),
        }
    }
}
