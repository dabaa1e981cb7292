//! Registration: an e-mail address belongs to one user at a time, and has to be confirmed in time.
//!
//! `cargo run -p registration` keeps the log in memory, `cargo run -p registration -- users.db` in a file. With
//! `--broker nats://localhost`, others hear of who has confirmed an address, such as `newsletter`.

mod address;
mod message;
mod registration;
mod told;

use address::{Confirm, Email, Register};
use clap::Parser;
use factum::{
    EventStore,
    bus::Rejection,
    messaging::{connect, relay},
    prelude::*,
    sink::DocumentSink,
};
use message::Postman;
use registration::{Registration, to_confirm};
use std::{error::Error, fmt, path::PathBuf, time::Duration};
use told::Told;

#[derive(Parser)]
struct Args {
    /// The file of the log; without it, it is in memory.
    file: Option<PathBuf>,

    /// The broker by which others hear of it: `nats://…`, and others with their features. Without it, nobody does.
    #[arg(long, value_name = "URL")]
    broker: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    match &args.file {
        None => morning(MemoryStore::new(), args.broker).await,
        Some(file) => morning(SqliteStore::open(file).await?, args.broker).await,
    }
}

async fn morning(
    store: impl EventStore + DocumentSink,
    broker: Option<String>,
) -> Result<(), Box<dyn Error>> {
    let mut app = App::builder(store).process::<Registration>().reactor(Postman);
    if let Some(url) = broker {
        app = app.run(relay(Told, connect(url).named("registration").await?));
    }
    let app = app.build().await?;

    println!("Ada and Eve want the same address:");
    say(&app, "ada registers", register("ada@example.org", "ada")).await?;
    say(&app, "eve registers", register("ada@example.org", "eve")).await?;
    say(&app, "bob registers", register("bob@example.org", "bob")).await?;
    app.caught_up().await?;
    waiting(&app).await?;

    println!("\nAda confirms, and Bob does not:");
    say(&app, "ada confirms", Confirm { email: "ada@example.org".into() }).await?;
    app.caught_up().await?;
    waiting(&app).await?;

    let time = to_confirm();
    if time > Duration::from_secs(60) {
        println!("\nBob has {time:?}. Run it with SECONDS_TO_CONFIRM=2 to see what becomes of him.");
    } else {
        println!("\n{time:?} later:");
        tokio::time::sleep(time + Duration::from_millis(500)).await;
        app.caught_up().await?;
        waiting(&app).await?;
        say(&app, "bob confirms", Confirm { email: "bob@example.org".into() }).await?;
        say(&app, "eve registers", register("bob@example.org", "eve")).await?;
    }
    app.shutdown().await;
    Ok(())
}

fn register(email: &str, user: &str) -> Register {
    Register { email: Email::from(email), user: user.into() }
}

/// Whom the process waits for, and until when.
async fn waiting(app: &App) -> Result<(), Box<dyn Error>> {
    for instance in app.processes::<Registration>()?.list().await? {
        let until = instance.deadlines.first().map(|deadline| deadline.due.to_rfc3339());
        println!("  waiting for {} until {}", instance.key, until.unwrap_or_default());
    }
    Ok(())
}

/// Sends a command, and says what came of it.
async fn say<C: Command>(app: &App, what: &str, command: C) -> Result<(), Box<dyn Error>>
where
    Rejection<C>: fmt::Display + fmt::Debug + 'static,
{
    match app.send(command).await {
        Ok(_) => println!("  {what}"),
        Err(SendError::Rejected(refusal)) => println!("  {what}? No: {refusal}."),
        Err(failure) => return Err(failure.into()),
    }
    Ok(())
}
