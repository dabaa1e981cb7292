use crate::{
    output::{Output, escape},
    store::StoreError,
};
use factum::Causes;
use serde_json::json;
use std::{error::Error, io, process::ExitCode};

/// Why the command ends with an exit code other than 0.
#[derive(Debug)]
pub(crate) enum Failure {
    /// To be reported.
    Message(String),
    /// To be reported: the command line means nothing.
    Usage(String),
    /// The user knows already.
    Reported,
    /// By Ctrl-C.
    Interrupted,
    /// Standard output could not be written to.
    Output(io::Error),
}

const UNUSABLE: u8 = 2;
const INTERRUPTED: u8 = 130;

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }

    /// What was being done, and the error with everything behind it.
    pub(crate) fn because(doing: impl AsRef<str>, error: &(dyn Error + 'static)) -> Self {
        Self::Message(format!("{}: {}", doing.as_ref(), Causes(error)))
    }

    pub(crate) fn report(self, out: &Output) -> ExitCode {
        let code = if matches!(self, Self::Usage(_)) { ExitCode::from(UNUSABLE) } else { ExitCode::FAILURE };
        let message = match self {
            // Whoever read has read enough: `factum log | head`.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Self::Output(error) => format!("writing to standard output: {error}"),
            Self::Message(message) | Self::Usage(message) => message,
            Self::Reported => return ExitCode::FAILURE,
            Self::Interrupted => return ExitCode::from(INTERRUPTED),
        };
        match out.is_json() {
            true => eprintln!("{}", json!({ "error": message })),
            false => eprintln!("factum: {}", escape(&message)),
        }
        code
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Message(Causes(&error).to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
