//! The read side: four read models, and the questions that are answered from them.
//!
//! | read model | a document for each | for |
//! |---|---|---|
//! | [`Board`] | order | how an order is |
//! | [`Recent`] | shop | the latest orders, and how many there were: what the page shows live |
//! | [`Shelf`] | product | what there is, what it costs, what is reserved, who waits |
//! | [`Revenue`] | shop | what came in, minute by minute |

mod board;
mod entry;
mod recent;
mod revenue;
mod shelf;

pub use self::{
    board::{Board, BoardEvent},
    entry::{Entry, Status},
    recent::{GetRecent, Recent, Row, Summary, Tally},
    revenue::{GetRevenue, MINUTES, Minute, Revenue, RevenueEvent, Takings},
    shelf::{GetShelf, OnShelf, Shelf, ShelfEvent, Wares},
};
