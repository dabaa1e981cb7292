//! The read side: four read models, and the questions that are answered from them.
//!
//! | read model | a document for each | answers |
//! |---|---|---|
//! | [`Outcomes`] | application | [`GetOutcomes`] |
//! | [`Lifetimes`] | application | [`GetThroughput`], [`GetOpen`] |
//! | [`Workload`] | resource | [`GetWorkload`] |
//! | [`Days`] | day | [`GetDays`] |

mod days;
mod lifetimes;
mod open;
mod outcomes;
mod throughput;
mod workload;

pub use self::{
    days::{Calendar, Day, Days, GetDays},
    lifetimes::{Lifetime, Lifetimes},
    open::{GetOpen, Open},
    outcomes::{GetOutcomes, Outcome, OutcomeTotals, Outcomes, Request, Total},
    throughput::{Bucket, GetThroughput, Throughput},
    workload::{GetWorkload, Share, Work, Workload},
};
