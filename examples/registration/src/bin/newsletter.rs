//! Another program, which hears from the registration who has confirmed an address, and sends them the newsletter.
//!
//! `cargo run -p registration --bin newsletter -- --broker nats://localhost`

use clap::Parser;
use factum::{
    EventStore,
    messaging::{ConsumeExt as _, connect, effectively_once, transport::Since},
    prelude::*,
    sink::{DocumentSink, InboxSink},
};
use std::{error::Error, path::PathBuf, time::Duration};

#[derive(Parser)]
struct Args {
    /// The file in which it remembers its readers; without it, it does while it runs.
    file: Option<PathBuf>,

    /// The broker by which it hears of them: `nats://…`, and others with their features.
    #[arg(long, value_name = "URL")]
    broker: String,
}

/// All that it knows of the other program: the name of an event, and a field of it.
#[derive(Event, Serialize, Deserialize)]
struct Confirmed {
    email: String,
}

/// Who gets the newsletter.
#[derive(Projection)]
#[projection(name = "readers", events(Confirmed))]
struct Readers;

/// There is one list.
const LIST: &str = "newsletter";
/// So often it is looked whether somebody is new on it.
const LOOK: Duration = Duration::from_millis(200);

impl View for Readers {
    type Key = &'static str;
    type Document = Vec<String>;

    fn keys(&self, _: &Recorded<ReadersEvent>) -> Keys<&'static str> {
        Keys::one(LIST)
    }

    /// A message that is delivered twice comes here once, so nobody has to be looked for in the list.
    fn fold(&self, _: &&'static str, readers: &mut Vec<String>, event: &Recorded<ReadersEvent>) {
        let ReadersEvent::Confirmed(confirmed) = &event.event;
        readers.push(confirmed.email.clone());
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    match &args.file {
        None => listen(MemoryStore::new(), &args.broker).await,
        Some(file) => listen(SqliteStore::open(file).await?, &args.broker).await,
    }
}

async fn listen(
    store: impl EventStore + DocumentSink + InboxSink,
    broker: &str,
) -> Result<(), Box<dyn Error>> {
    let broker = connect(broker).named("registration").await?;
    let readers = effectively_once(Readers, broker.clone()).since(Since::Beginning);
    let app = App::builder(store).consume(readers).build().await?;
    let (mut known, mut looks) = (0, tokio::time::interval(LOOK));
    println!("listening by {}", broker.name());
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            _ = tokio::signal::ctrl_c() => break,
        }
        let readers = app.ask(Readers::get(LIST)).await?.unwrap_or_default();
        for (number, reader) in readers.iter().enumerate().skip(known) {
            println!("reader {}: {reader}", number + 1);
        }
        known = readers.len();
    }
    app.shutdown().await;
    broker.close().await;
    Ok(())
}
