use clap::Subcommand;

pub(super) const NOTES: &str = "\
A process reacts to events, sends commands and sets deadlines; an instance is what it remembers of one order, one user and so
on. A process is named as the application names it:

  factum process list                        all instances of all processes
  factum process list payment --stuck        those of one that do not go on, and why
  factum process show payment order-7        what an instance remembers, waits for and has sent
  factum process retry payment order-7       once the cause has been mended
  factum process retry payment --all --wait

An instance does not go on if it cannot react to an event, or if a command that it has sent was rejected and the process did
not ask to hear of that. To try again takes the application's code: \"retry\" only asks for it, and the application does it within a
second if it runs. \"factum quarantine\" shows the same with the events, and can leave one out.";

/// What to do about processes.
#[derive(Debug, Subcommand)]
pub(crate) enum Process {
    /// List instances: how far each is, and whether it goes on
    List(ListInstances),
    /// Show an instance: its state, its deadlines, and the commands that have no answer yet
    Show(ShowInstance),
    /// Ask for what an instance is stuck with to be tried again
    #[command(after_help = WAIT)]
    Retry(RetryInstance),
}

const WAIT: &str = "\
With --wait, the exit code is 0 if every instance goes on, and 1 if one has failed again or is still waiting after so long.";

/// Options of `process list`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListInstances {
    /// Only those of this process
    pub(crate) process: Option<String>,
    /// Only those that do not go on
    #[arg(long)]
    pub(crate) stuck: bool,
}

/// Options of `process show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowInstance {
    /// Of which process
    pub(crate) process: String,
    /// The key of the instance
    pub(crate) key: String,
}

/// Options of `process retry`.
#[derive(Debug, clap::Args)]
pub(crate) struct RetryInstance {
    /// Of which process
    pub(crate) process: String,
    /// The key of the instance
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(crate) key: Option<String>,
    /// All instances that are stuck
    #[arg(long)]
    pub(crate) all: bool,
    /// Wait until it is done, at most so long, and tell what became of it
    #[arg(long = "wait", value_name = "SECONDS", num_args = 0..=1, default_missing_value = "30")]
    pub(crate) seconds: Option<u32>,
}
