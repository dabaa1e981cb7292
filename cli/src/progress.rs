use crate::output::{Output, count, escape, number};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

/// How far an import is: a bar on a terminal, objects on standard output for programs.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
}

/// What an import has done so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// The last line that was looked at.
    pub(crate) line: u64,
    pub(crate) imported: u64,
    /// Those that were in the log already.
    pub(crate) skipped: u64,
    pub(crate) bad: u64,
}

impl Progress {
    /// For input of `size` bytes as it is read, which is not known of a pipe.
    pub(crate) fn new(size: Option<u64>, out: &Output) -> Self {
        let shown = !out.is_json() && !out.is_quiet() && io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = match size {
            Some(size) => ProgressBar::with_draw_target(Some(size), target)
                .with_style(style("{bar:30} {percent:>3} %  {msg}, {eta} to go")),
            None => ProgressBar::with_draw_target(None, target).with_style(style("{spinner} {msg}")),
        };
        Self { bar, started: Instant::now() }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// A batch is done, and with it `bytes` of the input as it is read.
    pub(crate) fn batch(&self, tally: Tally, bytes: u64, out: &mut Output) -> io::Result<()> {
        if out.is_json() && !out.is_quiet() {
            let Tally { line, imported, skipped, .. } = tally;
            out.object(&json!({ "progress": { "line": line, "imported": imported, "skipped": skipped } }))?;
            return out.flush();
        }
        let rate = tally.line as f64 / self.elapsed().as_secs_f64().max(0.001);
        self.bar.set_message(format!("{}, {}/s", count(tally.line, "line"), number(rate as u64)));
        self.bar.set_position(bytes);
        Ok(())
    }

    /// Something that has to be said while the bar is there.
    pub(crate) fn say(&self, text: &str) {
        self.bar.suspend(|| eprintln!("{}", escape(text)));
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are constants")
}
