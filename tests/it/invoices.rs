//! Invoices that are numbered without gaps.

use factum::prelude::*;
use std::convert::Infallible;

#[derive(Event, Serialize, Deserialize)]
pub(crate) struct InvoiceIssued {
    #[event(tag)]
    pub(crate) series: String,
    pub(crate) number: u64,
    #[event(tag)]
    pub(crate) customer: String,
}

/// How far a series has come.
#[derive(Decider, Clone, Debug, Default, PartialEq)]
#[decider(events(InvoiceIssued))]
pub(crate) struct Series {
    pub(crate) last: u64,
}

impl Apply<InvoiceIssued> for Series {
    fn apply(&mut self, event: &InvoiceIssued) {
        self.last = event.number;
    }
}

/// The decision depends on the series and not on the customer, whose stream the event goes to.
#[derive(Command)]
#[command(decider = Series)]
pub(crate) struct IssueInvoice {
    #[command(tag)]
    pub(crate) series: String,
    #[command(target)]
    pub(crate) customer: CustomerId,
}

impl Handle<IssueInvoice> for Series {
    type Rejection = Infallible;

    fn handle(&self, command: &IssueInvoice) -> Result<Events<Self>, Infallible> {
        Ok(issued(&command.series, self.last + 1, &command.customer.to_string()).into())
    }
}

#[derive(Id)]
pub(crate) struct CustomerId(String);

/// One event serves both: the series that it is numbered in, and the customer that it is for.
#[derive(Aggregate, Clone, Default)]
#[aggregate(category = "customer", id = CustomerId, events(InvoiceIssued))]
pub(crate) struct Customer {
    pub(crate) invoices: usize,
}

impl Apply<InvoiceIssued> for Customer {
    fn apply(&mut self, _: &InvoiceIssued) {
        self.invoices += 1;
    }
}

pub(crate) fn issued(series: &str, number: u64, customer: &str) -> InvoiceIssued {
    InvoiceIssued { series: series.into(), number, customer: customer.into() }
}

pub(crate) fn issue(series: &str, customer: &str) -> IssueInvoice {
    IssueInvoice { series: series.into(), customer: customer.into() }
}
