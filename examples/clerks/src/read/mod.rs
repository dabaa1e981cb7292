//! The read side: how long each clerk needed, day by day, and which days were not normal for that clerk.
//!
//! | part | what it does |
//! |---|---|
//! | [`HandlingTimes`] | a document for each clerk: windows of a day over the times between beginning and end of a piece of work |
//! | [`Normal`] | what is normal, by the days before |
//! | [`GetFindings`] | the question for the days that are not |

mod findings;
mod handling;
mod normal;

pub use self::{
    findings::{Finding, Findings, GetFindings},
    handling::{Begun, Clerk, DAYS, Day, HandlingTimes},
    normal::{Normal, median},
};
