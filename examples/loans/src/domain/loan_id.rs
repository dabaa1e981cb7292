use factum::prelude::*;

/// The number of an application at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Id)]
pub struct LoanId(pub u64);
