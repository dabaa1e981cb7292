//! The command on a store in PostgreSQL. `cargo xtask test` leaves this module out, and says so, where there is no
//! PostgreSQL.

mod every_command_works;
mod it_is_made_once_or_by_an_administrator;
mod no_password_is_shown;
mod quarantine_is_seen_to;
mod read_models_are_made_anew;

use crate::place::{Place, Ran};
use factum_services::postgres::Database;
use std::process::Command;

/// A folder, and a database of its own.
struct Here {
    place: Place,
    database: Database,
}

impl Here {
    async fn new() -> Self {
        Self { place: Place::new(), database: Database::in_found().await.unwrap() }
    }

    /// The command on a store in the database; `query` is added to its URL.
    fn command_with(&self, arguments: &str, query: &str) -> Command {
        let url = self.database.url();
        let separator = if url.contains('?') { '&' } else { '?' };
        let mut command = self.place.command(arguments);
        command.env("FACTUM_STORE", format!("{url}{separator}{query}"));
        command
    }

    fn run_with(&self, arguments: &str, query: &str) -> Ran {
        self.command_with(arguments, query).output().unwrap().into()
    }

    fn run(&self, arguments: &str) -> Ran {
        self.run_with(arguments, "application_name=cli-test")
    }

    /// What a run that succeeds prints.
    fn ok(&self, arguments: &str) -> String {
        let ran = self.run(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{arguments}: {}", ran.stdout);
        ran.stdout
    }

    /// The objects that a run that succeeds prints, one a line.
    fn objects(&self, arguments: &str) -> Vec<serde_json::Value> {
        self.ok(arguments).lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}
