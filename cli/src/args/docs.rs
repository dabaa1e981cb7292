use clap::{Args, Subcommand};

pub(crate) const NOTES: &str = "\
What is in a log is looked through, newest events first, and told: types, topics, tags, and the fields of payloads with
their types. No value of a payload is printed.

Examples:
  factum docs asyncapi --title Orders > asyncapi.json     an AsyncAPI 3.0 document, for tools
  factum docs events > EVENTS.md                          the same for people, as Markdown";

/// Which documents.
#[derive(Debug, Subcommand)]
pub(crate) enum Docs {
    /// Print an AsyncAPI 3.0 document of what is published
    Asyncapi(AsyncApi),
    /// Print a catalogue of the events as Markdown
    Events(Events),
}

#[derive(Debug, Args)]
pub(crate) struct AsyncApi {
    #[command(flatten)]
    pub(crate) of: Looked,
    /// The version of the application
    #[arg(long, value_name = "VERSION", default_value = "1.0.0")]
    pub(crate) app_version: String,
    // What is said of it is for people who read it in a terminal.
    #[allow(clippy::doc_markdown)]
    /// Where the events are published: amqp://HOST, kafka://HOST, nats://HOST and so on; may be given several times
    #[arg(long, value_name = "URL")]
    pub(crate) server: Vec<Server>,
}

#[derive(Debug, Args)]
pub(crate) struct Events {
    #[command(flatten)]
    pub(crate) of: Looked,
}

/// What is looked at.
#[derive(Debug, Args)]
pub(crate) struct Looked {
    /// The title of the document
    #[arg(long, value_name = "TITLE", default_value = "Events")]
    pub(crate) title: String,
    /// Look at no more than this many events, the newest; 0 for all
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(crate) sample: u64,
}

/// A broker, by its address.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) protocol: String,
    pub(crate) host: String,
}

impl std::str::FromStr for Server {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let wrong = "an address is such as amqp://localhost";
        let (protocol, rest) = url.split_once("://").ok_or(wrong)?;
        let host = rest.split('/').next().unwrap_or_default();
        // Neither a name nor a password belongs into a document.
        let host = host.rsplit('@').next().unwrap_or_default();
        if protocol.is_empty() || host.is_empty() {
            return Err(wrong);
        }
        Ok(Self { protocol: protocol.to_owned(), host: host.to_owned() })
    }
}
