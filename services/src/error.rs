use std::{error, fmt, io};

/// Why there is no server, or none that works. Each is one line.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A service is not installed.
    Missing {
        /// The service.
        service: &'static str,
        /// What was looked for, and how to get it.
        how: String,
    },
    /// A variable of the environment leads nowhere. What it names is not replaced by something else.
    Setting {
        /// Its name.
        variable: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A program failed, or could not be started.
    Program {
        /// The program.
        program: String,
        /// What it said.
        problem: String,
    },
    /// A server refuses what it was asked, or does not answer.
    Refused {
        /// What was being done.
        doing: String,
        /// What the server, or the way to it, said.
        problem: String,
    },
    /// A file or a folder could not be used.
    File {
        /// What was being done.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { service, how } => write!(f, "{service} is missing: {how}"),
            Self::Setting { variable, problem } => write!(f, "{variable}: {problem}"),
            Self::Program { program, problem } => write!(f, "running {program}: {problem}"),
            Self::Refused { doing, problem } => write!(f, "{doing}: {problem}"),
            Self::File { doing, source } => write!(f, "{doing}: {source}"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(feature = "servers")]
impl Error {
    pub(crate) fn program(program: impl Into<String>, problem: impl AsRef<str>) -> Self {
        Self::Program { program: program.into(), problem: one_line(problem.as_ref()) }
    }

    /// With everything that caused it: what a database says is the cause of an error of its driver.
    pub(crate) fn refused(doing: impl Into<String>, error: &dyn error::Error) -> Self {
        let mut problem = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let text = error.to_string();
            // Some drivers tell the cause themselves.
            if !problem.contains(&text) {
                problem = format!("{problem}: {text}");
            }
            source = error.source();
        }
        Self::Refused { doing: doing.into(), problem: one_line(&problem) }
    }

    pub(crate) fn file(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { doing: doing.into(), source }
    }
}

#[cfg(feature = "servers")]
fn one_line(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { "it said nothing".to_owned() } else { lines.join("; ") }
}

#[cfg(all(test, feature = "servers"))]
mod tests {
    use super::Error;

    #[test]
    fn an_error_is_one_line() {
        let error = Error::program("initdb", "initdb: error: one\n\n  HINT: two\n");
        assert_eq!(error.to_string(), "running initdb: initdb: error: one; HINT: two");
        assert_eq!(Error::program("initdb", "\n").to_string(), "running initdb: it said nothing");
    }
}
