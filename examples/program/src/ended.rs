use std::{error::Error, process::ExitCode};

/// How a program ends: its own exit code, or that of a failure, whose causes are told, a line each.
pub fn ended(outcome: Result<ExitCode, Box<dyn Error>>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        let mut cause = error.source();
        while let Some(why) = cause {
            eprintln!("  because: {why}");
            cause = why.source();
        }
        ExitCode::FAILURE
    })
}
