//! Import: a file of lines into the log, a batch at a time, in order.
//!
//! A thread reads, decompresses and parses ahead of the writer. Nothing is remembered about an import beside the log
//! itself: whatever of a file is in the log is skipped, so a run that was stopped at any moment goes on by being run
//! again.

mod batch;
mod decide;
mod lines;
mod present;
mod read;
mod source;
#[cfg(test)]
mod tests;
mod versions;
mod write;

use self::{batch::BadLine, source::Source, write::Writer};
use crate::{
    args::Import,
    failure::Failure,
    output::{Output, count, escape, number},
    progress::{Progress, Tally},
    store::StoreUrl,
};
use serde_json::json;
use std::pin::pin;

pub(crate) async fn run(url: &StoreUrl, options: &Import, out: &mut Output) -> Result<(), Failure> {
    let source = Source::open(options.file.as_deref())?;
    let (store, _) = url.create().await?;
    let name = source.name.clone();
    let progress = Progress::new(source.size, out);
    let result = write_all(Writer::new(store), source, options, &progress, out).await;
    progress.finish();
    let (tally, ended) = result.map_err(|failure| match failure {
        // The import has not been done, so this is not the quiet end that it is for a command that prints.
        Failure::Output(error) => Failure::because("writing to standard output", &error),
        other => other,
    })?;
    conclude(&name, tally, ended, &progress, out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    AtTheEnd,
    Interrupted,
}

async fn write_all(
    mut writer: Writer,
    source: Source,
    options: &Import,
    progress: &Progress,
    out: &mut Output,
) -> Result<(Tally, Ended), Failure> {
    let name = source.name.clone();
    let mut batches = read::spawn(source, options);
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let mut tally = Tally::default();
    loop {
        // Looked at between batches only: the one in flight is finished.
        let batch = tokio::select! {
            biased;
            _ = &mut interrupt => return Ok((tally, Ended::Interrupted)),
            batch = batches.recv() => batch,
        };
        let Some(batch) = batch else { return Ok((tally, Ended::AtTheEnd)) };
        let (last_line, bytes_read) = (batch.last_line, batch.bytes_read);
        let failed = batch.failed.clone();
        let written = writer.write(batch, options.skip_bad_lines).await?;
        for bad in &written.bad {
            if !options.skip_bad_lines {
                return Err(Failure::new(bad.at(&name)));
            }
            report(bad, &name, progress, out)?;
        }
        tally.line = last_line;
        tally.imported += written.imported;
        tally.skipped += written.skipped;
        tally.bad += written.bad.len() as u64;
        if let Some(failed) = failed {
            return Err(Failure::new(failed));
        }
        progress.batch(tally, bytes_read, out)?;
    }
}

fn report(bad: &BadLine, name: &str, progress: &Progress, out: &mut Output) -> Result<(), Failure> {
    match out.is_json() {
        true => {
            out.object(&json!({ "bad_line": { "file": name, "line": bad.line, "reason": bad.reason } }))?;
        }
        false => progress.say(&bad.at(name)),
    }
    Ok(())
}

fn conclude(
    name: &str,
    tally: Tally,
    ended: Ended,
    progress: &Progress,
    out: &mut Output,
) -> Result<(), Failure> {
    let Tally { line, imported, skipped, bad } = tally;
    let seconds = progress.elapsed().as_secs_f64();
    let object = json!({ "summary": {
        "file": name, "lines": line, "imported": imported, "skipped": skipped, "bad_lines": bad,
        "interrupted": ended == Ended::Interrupted, "seconds": seconds,
    } });
    let mut text = format!("imported {} from {} in {seconds:.1} s", count(imported, "event"), escape(name));
    if skipped > 0 {
        text += &format!("; {} were in the log already", number(skipped));
    }
    if bad > 0 {
        text += &format!("; {} could not be imported", count(bad, "line"));
    }
    out.conclude(&object, text)?;
    if ended == Ended::Interrupted {
        if !out.is_json() {
            progress.say(&format!("stopped after line {line}; import it again to go on from there"));
        }
        return Err(Failure::Interrupted);
    }
    if bad > 0 { Err(Failure::Reported) } else { Ok(()) }
}
