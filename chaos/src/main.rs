//! Torture runs: many processes append to one log and read it, while their connections are cut, they themselves are
//! killed, and the server is killed under all of them; or they share projections, and are killed and held up. Afterwards
//! everything that was promised is checked.
//!
//! `cargo xtask chaos postgres --rounds 10 --seed 1` runs it. One process does the harm and the checking; it starts the
//! others from the same program:
//!
//! | module | what it is |
//! |---|---|
//! | [`plan`] | every choice that is made at random, from one seed |
//! | [`world`], [`origin`] | which streams, types and tags there are; what an event says of where it comes from |
//! | [`writer`] | a process that appends, and writes down what became of it |
//! | [`subscriber`] | a process that reads, and keeps what it has seen together with its checkpoint |
//! | [`record`] | the lines that these processes say, and are told |
//! | [`child`] | such a process, as its parent has it |
//! | [`postgres`] | the run: the rounds, what is disturbed in them, and when all has calmed down |
//! | [`verifier`] | compares what was acknowledged, what the log has, and what was seen |
//! | [`projections`] | the run of `cargo xtask chaos projections`, its processes and its checks |
//! | [`messaging`] | the run of `cargo xtask chaos messaging`: from one store to another by three brokers |
//! | [`shop`] | the run of `cargo xtask chaos shop`: the books of an example, which have to add up |
//! | [`nodes`] | processes that share work and are killed and held up, in all of these |

// The macros name the facade.
extern crate factum_core as factum;

mod args;
mod child;
mod messaging;
mod nodes;
mod origin;
mod plan;
mod postgres;
mod progress;
mod projections;
mod record;
mod shop;
mod subscriber;
mod tally;
mod verifier;
mod world;
mod writer;

use args::{Args, Role};
use clap::Parser as _;
use std::process::ExitCode;
use tokio::runtime::Runtime;

/// Of something that could be carried out; an error means that it could not.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The usual exit code of what was interrupted.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match args.role {
        Role::Postgres(options) => runtime.block_on(interruptible(postgres::run(&options))),
        Role::Projections(options) => runtime.block_on(interruptible(projections::run(&options))),
        Role::Messaging(options) => runtime.block_on(interruptible(messaging::run(&options))),
        Role::MessagingNode(who) => ended(runtime.block_on(messaging::node::run(&who))),
        Role::Shop(options) => runtime.block_on(interruptible(shop::run(&options))),
        Role::ShopNode(who) => ended(runtime.block_on(shop::node::run(&who))),
        Role::Node(who) => ended(runtime.block_on(projections::node::run(&who))),
        Role::Writer(who) => ended(runtime.block_on(writer::run(&who))),
        Role::Subscriber(who) => ended(runtime.block_on(subscriber::run(&who))),
    }
}

async fn interruptible(run: impl Future<Output = Result<bool>>) -> ExitCode {
    // What is dropped when it is interrupted ends the processes and the server.
    tokio::select! {
        done = run => match done {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => failed(&*error),
        },
        _ = tokio::signal::ctrl_c() => {
            eprintln!("interrupted");
            ExitCode::from(INTERRUPTED)
        }
    }
}

fn ended(result: Result<()>) -> ExitCode {
    result.map_or_else(|error| failed(&*error), |()| ExitCode::SUCCESS)
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    eprintln!("error: {text}");
    ExitCode::FAILURE
}
