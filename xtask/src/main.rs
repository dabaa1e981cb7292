//! The project's own commands. `cargo xtask` lists them; CI runs `lint` and `test`.

mod bench;
mod cargo;
mod chaos;
mod demo;
mod doc;
mod fuzz;
mod lint;
mod outcome;
mod test;
mod workspace;

use self::outcome::{Outcome, Result};
use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

/// The project's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Test(test::Test),
    Lint(lint::Lint),
    Doc(doc::Doc),
    Demo(demo::Demo),
    Bench(bench::Bench),
    Chaos(chaos::Chaos),
    Fuzz(fuzz::Fuzz),
}

impl Cli {
    fn run(self) -> Result<Outcome> {
        match self.command {
            Some(Command::Test(test)) => test.run(),
            Some(Command::Lint(lint)) => lint.run(),
            Some(Command::Doc(doc)) => doc.run(),
            Some(Command::Demo(demo)) => demo.run(),
            Some(Command::Bench(bench)) => bench.run(),
            Some(Command::Chaos(chaos)) => chaos.run(),
            Some(Command::Fuzz(fuzz)) => fuzz.run(),
            None => {
                Self::command().print_help()?;
                Ok(Outcome::Passed)
            }
        }
    }
}

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
