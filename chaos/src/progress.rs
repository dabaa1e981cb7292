use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A line for each round, and below them on a terminal, what is being done.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new(rounds: u32) -> Self {
        let bar = ProgressBar::new(rounds.into());
        let style = ProgressStyle::with_template("{spinner} [{elapsed}] {pos}/{len} rounds, {msg}");
        bar.set_style(style.expect("the template is one"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    pub(crate) fn doing(&self, what: impl Into<String>) {
        self.bar.set_message(what.into());
    }

    /// A line that stays.
    pub(crate) fn say(&self, line: impl AsRef<str>) {
        self.bar.suspend(|| eprintln!("{}", line.as_ref()));
    }

    pub(crate) fn round_is_over(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
