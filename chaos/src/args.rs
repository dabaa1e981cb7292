use crate::world::View;
use clap::{Args as Group, Parser, Subcommand};
use std::time::Duration;

/// Disturb a store in every way that it promises to withstand, and check that it does.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask chaos", disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) role: Role,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// The PostgreSQL store, on a temporary server that is killed in each round
    Postgres(Options),
    /// Projections and a reactor that three nodes share, each of which is killed and held up
    Projections(Nodes),
    /// Events that three brokers carry from one store to another, which fall in each round, while those that relay and consume are killed
    Messaging(Nodes),
    /// The shop of the examples, as two applications that share its customers, and each of which is killed and held up
    Shop(Shops),
    #[command(hide = true)]
    ShopNode(ShopNode),
    #[command(hide = true)]
    MessagingNode(MessagingNode),
    #[command(hide = true)]
    Node(Node),
    #[command(hide = true)]
    Writer(Writer),
    #[command(hide = true)]
    Subscriber(Subscriber),
}

/// Of every run.
#[derive(Clone, Copy, Debug, Group)]
pub(crate) struct Course {
    /// How many rounds there are: each disturbs, and then checks everything
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// What all choices are made from; a run with the same seed makes the same ones
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How long a round disturbs before it checks
    #[arg(long, default_value = "6", value_parser = seconds)]
    pub(crate) seconds: Duration,
}

/// Of a run over a store, whose server is killed in each round.
#[derive(Clone, Debug, Group)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) course: Course,
    /// How many processes append
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) writers: u8,
    /// How many appends each of them has under way at once
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) tasks: u8,
}

/// Of a run over projections, or over brokers.
#[derive(Clone, Debug, Group)]
pub(crate) struct Nodes {
    #[command(flatten)]
    pub(crate) course: Course,
    /// How many processes share the work
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) nodes: u8,
}

/// Of a run of the shop.
#[derive(Clone, Debug, Group)]
pub(crate) struct Shops {
    #[command(flatten)]
    pub(crate) course: Course,
    /// How many customers shop in a round
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(crate) customers: u64,
    /// How many processes serve them
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) nodes: u8,
}

/// A process that is the shop.
#[derive(Clone, Debug, Group)]
pub(crate) struct ShopNode {
    #[arg(long)]
    pub(crate) url: String,
    #[arg(long)]
    pub(crate) seed: u64,
    /// How many customers there are in all.
    #[arg(long)]
    pub(crate) customers: u64,
    /// The first that this process serves, and the last.
    #[arg(long)]
    pub(crate) first: u64,
    #[arg(long)]
    pub(crate) last: u64,
}

/// A process that runs the projections.
#[derive(Clone, Debug, Group)]
pub(crate) struct Node {
    #[arg(long)]
    pub(crate) url: String,
}

/// A process that relays and consumes.
#[derive(Clone, Debug, Group)]
pub(crate) struct MessagingNode {
    #[arg(long)]
    pub(crate) url: String,
    #[arg(long)]
    pub(crate) rabbitmq: String,
    #[arg(long)]
    pub(crate) nats: String,
    #[arg(long)]
    pub(crate) mqtt: String,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|e| format!("{e}"))?;
    if (0.5..=3_600.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("it is not between 0.5 and 3600".to_owned())
    }
}

/// A process that appends.
#[derive(Clone, Debug, Group)]
pub(crate) struct Writer {
    #[arg(long)]
    pub(crate) url: String,
    #[arg(long)]
    pub(crate) seed: u64,
    #[arg(long)]
    pub(crate) tasks: u8,
    #[arg(long)]
    pub(crate) number: u8,
    /// How often it was started.
    #[arg(long)]
    pub(crate) life: u16,
}

/// A process that reads.
#[derive(Clone, Debug, Group)]
pub(crate) struct Subscriber {
    #[arg(long)]
    pub(crate) url: String,
    #[arg(long)]
    pub(crate) view: View,
    #[arg(long)]
    pub(crate) seed: u64,
    /// How often it was started.
    #[arg(long)]
    pub(crate) life: u16,
}
