//! Runs processes: what a [`ProcessManager`](factum_core::ProcessManager) asks for is kept by its projection, and done by its
//! *agent*, of which there is one in all nodes.
//!
//! The projection ([`Processing`](factum_core::process::Processing)) reacts to events, and keeps what the process asks for together
//! with its place in the log. It does nothing outside of its sink, so that it runs as any projection does, in several partitions and
//! on several nodes.
//!
//! The agent looks at what is kept: it sends the commands, in order within each instance and many instances at a time, and
//! appends the events of deadlines that are due. Whatever it does twice, because it died before it could forget it or because
//! another one has taken over, has one effect: a command has its idempotency key, and an event its id.

mod agent;
mod answers;
mod component;
mod deadlines;
mod error;
#[cfg(feature = "metrics")]
mod meter;
mod options;
mod queues;
mod session;

pub(crate) use self::component::Process;
pub use self::options::ProcessRunner;
