use std::{error::Error, fmt};

/// Prints an error and its causes in one line, without repeating what a cause says already: `starting projection balance:
/// preparing the tables failed: disk full`.
///
/// The errors that an application meets first print so under `Debug` too, for that is how a `main` that returns a
/// `Result` shows them.
#[derive(Clone, Copy, Debug)]
pub struct Causes<'a>(pub &'a (dyn Error + 'a));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.0.to_string();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.ends_with(&more) {
                text.push_str(": ");
                text.push_str(&more);
            }
            cause = error.source();
        }
        f.write_str(&text)
    }
}
