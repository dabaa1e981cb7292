//! The command line.

use clap::{Parser, ValueEnum};
use shop::store::Place;
use std::{net::IpAddr, path::PathBuf};

/// A program that is not the shop, but something beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Beside {
    /// The payment service, which keeps its events beside those of the shop.
    Payments,
}

/// A shop with a page, on an event log; or a simulation of its customers.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// What runs here, if it is not the shop.
    #[arg(value_enum, requires = "broker")]
    pub(crate) program: Option<Beside>,

    /// The broker by which the shop talks to its payment service, which is a program of its own then: `shop payments`, with the same
    /// options. `amqp://…` is RabbitMQ, `nats://…` is NATS; `local:` needs no server, and both are here.
    #[arg(long, value_name = "URL")]
    pub(crate) broker: Option<String>,

    /// What the two of them are called at the broker, where other shops may be too; by default `shop`, and for a simulation a name that no
    /// other one has.
    #[arg(long, requires = "broker", overrides_with = "name")]
    pub(crate) name: Option<String>,

    /// Where to keep the events: `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`. By default a temporary file, and
    /// for a simulation one of its own in `target/shop`.
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<Place>,

    /// The port to listen on; 0 takes any that is free.
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,

    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,

    /// Wait as briefly as in a simulation, rather than so that people can watch.
    #[arg(long)]
    pub(crate) brisk: bool,

    /// Let so many customers shop, report, and say by the exit code whether everything adds up. What was broken off goes on
    /// when it is started again.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000), conflicts_with_all = ["port", "host", "brisk"])]
    pub(crate) simulate: Option<u64>,

    /// What the customers want is made from this.
    #[arg(long, value_name = "S", default_value_t = 1, requires = "simulate")]
    pub(crate) seed: u64,
}

impl Args {
    /// What the programs are called at the broker, unless a simulation knows better.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("shop")
    }

    /// Where a simulation keeps its events, so that it can go on.
    pub(crate) fn simulated(&self, customers: u64) -> Place {
        let name = format!("target/shop/simulated-{customers}-{}.db", self.seed);
        self.store.clone().unwrap_or_else(|| Place::Sqlite(PathBuf::from(name)))
    }
}
