//! Real servers for the tests of this project: found, started, stopped.
//!
//! Each service is a module, and in each of them
//! - `installed` finds its programs, or says in one line what is missing and how to get it, and `is_available` asks the
//!   same as a question; neither starts anything;
//! - what is started is a value that stops it when it is dropped, and leaves nothing behind.
//!
//! | service | where its programs are looked for | its server |
//! |---|---|---|
//! | [`postgres`] | `FACTUM_POSTGRES_BIN`, `PATH`, `/usr/lib/postgresql` | `FACTUM_POSTGRES_URL`, port 5432, or started |
//! | [`pgbouncer`] | `FACTUM_PGBOUNCER_BIN`, `PATH`, `/usr/sbin` | always started |
//! | [`rabbitmq`] | `FACTUM_RABBITMQ_BIN`, `/usr/lib/rabbitmq/bin`, `PATH` | `FACTUM_RABBITMQ_URL`, port 5672, or started |
//! | [`mosquitto`] | `FACTUM_MOSQUITTO_BIN`, `PATH`, `/usr/sbin` | `FACTUM_MQTT_URL`, port 1883, or started |
//! | [`nats`] | `FACTUM_NATS_BIN`, `PATH`, `/usr/sbin` | `FACTUM_NATS_URL`, port 4222, or started |
//! | [`google_pubsub`] | `FACTUM_GOOGLE_PUBSUB_BIN`, `PATH`, where Google's package has it | `FACTUM_GOOGLE_PUBSUB_URL`, `PUBSUB_EMULATOR_HOST`, port 8085, or started |
//!
//! What is no server, but programs that tests run, is found in the same manner; packages that these need are got from their
//! registries once, and kept in cargo's target folder.
//!
//! | programs | where they are looked for | packages |
//! |---|---|---|
//! | [`chromium`] | `FACTUM_CHROMIUM_BIN`, `PATH` | |
//! | [`cplusplus`], a compiler and make | `PATH` | |
//! | [`kcat`] | `FACTUM_KCAT_BIN`, `PATH` | |
//! | [`node`] | `FACTUM_NODE_BIN`, `PATH` | those of a `package-lock.json` |
//! | [`python`] | `FACTUM_PYTHON_BIN`, `PATH` | those of a file of requirements |
//!
//! A server that was started here ends with the process that started it, **whatever ends that process**: a panic, a
//! signal, `kill -9`. It is the child of a shell that reads from a pipe of this process; at the end of the pipe, the
//! shell stops the server, and another one removes its folder once nobody works in it any more. As root, which servers
//! refuse to be run by, they are run by `postgres` or `nobody`.
//!
//! Functions that wait are async and need a tokio runtime with its timer. What they start does not depend on that
//! runtime: tests with a runtime each share a server. This works on Unix only.

#![forbid(unsafe_code)]

pub mod chromium;
pub mod cplusplus;
mod error;
pub mod google_pubsub;
pub mod kcat;
pub mod mosquitto;
pub mod nats;
pub mod node;
mod packages;
pub mod pgbouncer;
pub mod postgres;
mod program;
pub mod python;
pub mod rabbitmq;

#[cfg(feature = "servers")]
mod broker;
#[cfg(feature = "servers")]
mod folder;
#[cfg(feature = "servers")]
mod port;
#[cfg(feature = "servers")]
mod process;
#[cfg(feature = "servers")]
mod user;

pub use self::error::Error;
