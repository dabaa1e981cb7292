use crate::{
    failure::Failure,
    store::{ConsumerName, Lane},
};
use clap::Subcommand;

pub(super) const NOTES: &str = "\
An event that a consumer cannot apply is put into quarantine, and so are the later events of its lane: those of the
same stream or of the same document. All other events are applied meanwhile. A lane is named as it is listed:

  factum quarantine list                               what is in quarantine, and why
  factum quarantine show balances_v1 document ada      the events of a lane, and the first one as it is in the log
  factum quarantine retry balances_v1 --all --wait     once the cause has been mended
  factum quarantine skip balances_v1 document ada      which event would be left out for good; --yes leaves it out
  factum quarantine replay balances_v1 document ada    make the document anew from its first event, with all of them

To try an event again takes the application's code: \"retry\", \"skip\" and \"replay\" only ask for it, and the application does it
within a second if it runs.";

/// What to do about what is in quarantine.
#[derive(Debug, Subcommand)]
pub(crate) enum Quarantine {
    /// List the lanes that are in quarantine
    List(List),
    /// Show the events of a lane, and what its first one is
    Show(ShowLane),
    /// Ask for the events of a lane to be applied again, in order, until one fails
    #[command(after_help = WAIT)]
    Retry(Retry),
    /// Ask for the first event of a lane to be left out for good, and the others to be applied
    #[command(after_help = WAIT)]
    Skip(Skip),
    /// Ask for the document of a lane to be made anew from its first event, with those that wait
    #[command(after_help = WAIT)]
    Replay(Replay),
}

const WAIT: &str = "\
With --wait, the exit code is 0 if every lane has left quarantine, and 1 if one has failed again or is still waiting
after so long.";

/// Options of `quarantine list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only those of this consumer
    pub(crate) consumer: Option<ConsumerName>,
}

/// Options of `quarantine show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowLane {
    /// Whose; a projection is named with its version
    pub(crate) consumer: ConsumerName,
    /// The lane, as it is listed
    #[arg(required = true, value_name = "LANE")]
    lane: Vec<String>,
}

impl ShowLane {
    pub(crate) fn lane(&self) -> Result<Lane, Failure> {
        lane(&self.lane)
    }
}

/// Options of `quarantine retry`.
#[derive(Debug, clap::Args)]
pub(crate) struct Retry {
    /// Whose; a projection is named with its version
    pub(crate) consumer: ConsumerName,
    /// The lane, as it is listed
    #[arg(value_name = "LANE", required_unless_present = "all", conflicts_with = "all")]
    lane: Vec<String>,
    /// All lanes of the consumer
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

impl Retry {
    /// `None` for all of them.
    pub(crate) fn lane(&self) -> Result<Option<Lane>, Failure> {
        if self.all { Ok(None) } else { lane(&self.lane).map(Some) }
    }
}

/// Options of `quarantine skip`.
#[derive(Debug, clap::Args)]
pub(crate) struct Skip {
    /// Whose; a projection is named with its version
    pub(crate) consumer: ConsumerName,
    /// The lane, as it is listed
    #[arg(required = true, value_name = "LANE")]
    lane: Vec<String>,
    /// Do it; without this it is only said which event it is
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

impl Skip {
    pub(crate) fn lane(&self) -> Result<Lane, Failure> {
        lane(&self.lane)
    }
}

/// Options of `quarantine replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// Whose; a projection is named with its version
    pub(crate) consumer: ConsumerName,
    /// The lane, as it is listed: that of a document
    #[arg(required = true, value_name = "LANE")]
    lane: Vec<String>,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

impl Replay {
    pub(crate) fn lane(&self) -> Result<Lane, Failure> {
        lane(&self.lane)
    }
}

/// Whether to wait for what was asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Wait {
    /// Wait until it is done, at most so long, and tell what became of it
    #[arg(long = "wait", value_name = "SECONDS", num_args = 0..=1, default_missing_value = "30")]
    pub(crate) seconds: Option<u32>,
}

/// A lane is read from one argument, or from several between which there were spaces.
fn lane(words: &[String]) -> Result<Lane, Failure> {
    let text = words.join(" ");
    text.parse().map_err(|why| Failure::Usage(format!("invalid value '{text}' for '<LANE>': {why}")))
}
