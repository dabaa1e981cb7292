//! A broker in this process: what the others do, without a server. For tests, for modules of one program, and to read before
//! writing a transport.

mod broker;
mod feed;
mod queue;
mod serve;

pub use self::broker::LocalBroker;
