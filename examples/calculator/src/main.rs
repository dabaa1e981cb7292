//! A calculator that is somewhere else.
//!
//! `cargo run -p calculator -- add 3 4` asks one in the same process. With `--broker amqp://…` or `--broker nats://…` it is in
//! another process, which is this program as well: `cargo run -p calculator -- --broker nats://localhost serve`.

mod add;

use add::Add;
use clap::{Parser, Subcommand};
use factum::messaging::{Remote, connect};
use std::{error::Error, time::Duration};

/// Adds two numbers, elsewhere.
#[derive(Parser)]
struct Args {
    /// Where questions and answers go: `amqp://…`, `nats://…`, or nowhere outside of this process.
    #[arg(long, global = true, default_value = HERE)]
    broker: String,
    #[command(subcommand)]
    what: What,
}

/// A broker in this process.
const HERE: &str = "local:";

#[derive(Subcommand)]
enum What {
    /// Asks for the sum of two numbers.
    Add {
        #[arg(allow_negative_numbers = true)]
        a: i64,
        #[arg(allow_negative_numbers = true)]
        b: i64,
    },
    /// Answers whoever asks, until Ctrl-C.
    Serve,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Args { broker: url, what } = Args::parse();
    let is_here = url == HERE;
    let broker = connect(url).requests().await?;
    match what {
        What::Serve if is_here => {
            return Err("nobody else can ask over a broker in this process; say `--broker amqp://…` or `--broker nats://…`".into());
        }
        What::Serve => {
            let serving = add::serve(broker.clone()).await?;
            println!("serving");
            tokio::signal::ctrl_c().await?;
            serving.stop().await;
        }
        What::Add { a, b } => {
            // Over a broker in this process there is nobody else who could answer.
            let _serving = if is_here { Some(add::serve(broker.clone()).await?) } else { None };
            let calculator = Remote::new("calculator", broker.clone()).within(Duration::from_secs(10));
            println!("{}", calculator.ask(Add { a, b }).await?);
        }
    }
    broker.close().await;
    Ok(())
}
