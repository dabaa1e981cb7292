use crate::store::ConsumerName;
use clap::Subcommand;

pub(super) const NOTES: &str = "\
A projection is named with its version, as its checkpoint is:

  factum projection list                     how far each is, who runs it, and what is being made anew
  factum projection rebuild balances_v1      make its read model anew beside the one that is read
  factum projection rebuild balances_v1 --hold
  factum projection activate balances_v1     let the new one be read that was held
  factum projection abandon balances_v1      give the new one up
  factum projection diff balances_v1         in which documents the new one differs from the one that is read
  factum projection drop balances_v1         remove what was read before, or was given up
  factum projection repair balances_v1 ada   make one document anew

To fold events takes the application's code: the nodes that run the projection do it, and readers go over to the new
read model in one moment when it has come as far as the old one. What is interrupted here goes on there.";

/// What to do about projections.
#[derive(Debug, Subcommand)]
pub(crate) enum Projection {
    /// List projections and other consumers: how far each is, and who runs it
    List,
    /// Have a read model made anew beside the one that is read, and show how far that is
    Rebuild(Rebuild),
    /// Let a read model be read that was made anew and held
    Activate(Of),
    /// Give up a read model that is being made anew
    Abandon(Of),
    /// Compare the read model that is being made anew with the one that is read
    #[command(after_help = DIFF)]
    Diff(Diff),
    /// Remove generations of a read model that are read no longer, with all that they have
    Drop(Drop),
    /// Have one document made anew from the first event, with what of it is in quarantine
    Repair(Repair),
}

const DIFF: &str = "\
The exit code is 0 if no document differs, and 1 if any does. What the two are compared to is printed first: they are compared
exactly if both are at the same position, as they are when nothing is appended meanwhile.";

/// Options of `projection diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// Its name with its version
    pub(crate) consumer: ConsumerName,
    /// Print at most so many documents; all are counted
    #[arg(long, value_name = "DOCUMENTS", default_value_t = 20)]
    pub(crate) limit: u64,
}

/// Options of `projection drop`.
#[derive(Debug, clap::Args)]
pub(crate) struct Drop {
    /// Its name with its version
    pub(crate) consumer: ConsumerName,
    /// Only this one
    #[arg(long, value_name = "NUMBER")]
    pub(crate) generation: Option<u32>,
}

/// Options of `projection repair`.
#[derive(Debug, clap::Args)]
pub(crate) struct Repair {
    /// Its name with its version
    pub(crate) consumer: ConsumerName,
    /// The key of the document
    pub(crate) key: String,
    /// Ask for it, and do not wait until it is done
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How long to wait while nobody runs the projection, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) patience: u32,
}

/// Which projection.
#[derive(Debug, clap::Args)]
pub(crate) struct Of {
    /// Its name with its version
    pub(crate) consumer: ConsumerName,
}

/// Options of `projection rebuild`.
#[derive(Debug, clap::Args)]
pub(crate) struct Rebuild {
    /// Its name with its version
    pub(crate) consumer: ConsumerName,
    /// Wait for `activate` before it is read
    #[arg(long)]
    pub(crate) hold: bool,
    /// Ask for it, and do not wait until it is read
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How long to wait for somebody to begin, or to go on, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) patience: u32,
}
