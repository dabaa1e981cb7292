use crate::store::ConsumerName;
use clap::Subcommand;

pub(super) const NOTES: &str = "\
A projection is named with its version, as its checkpoint is:

  factum projection list                     how far each is, who runs it, and what is being made anew
  factum projection rebuild balances_v1      make its read model anew beside the one that is read
  factum projection rebuild balances_v1 --hold
  factum projection activate balances_v1     let the new one be read that was held
  factum projection abandon balances_v1      give the new one up

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
    /// How long to wait for somebody to begin, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) patience: u32,
}
