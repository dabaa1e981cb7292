use crate::replayed::{app, generated};
use flate2::{Compression, write::GzEncoder};
use indicatif::ProgressBar;
use loans::log::{file, replay::replay};
use std::{error::Error, fs, io::Write as _};

/// Replays a file with this text, and says what came of it, with all causes.
async fn outcome(text: &[u8]) -> Result<u64, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.ndjson");
    fs::write(&path, text).unwrap();
    let progress = ProgressBar::hidden();
    let replayed = replay(&app().await, file::open(&path, &progress).unwrap(), &progress).await;
    replayed.map(|replayed| replayed.added).map_err(|error| {
        let mut said = error.to_string();
        let mut cause = error.source();
        while let Some(why) = cause {
            said.push_str(&format!(": {why}"));
            cause = why.source();
        }
        said
    })
}

#[tokio::test]
async fn a_log_may_be_compressed_or_not() {
    let log = generated(10, 1);
    let lines = log.iter().filter(|byte| **byte == b'\n').count() as u64;
    assert_eq!(outcome(&log).await, Ok(lines));

    let mut compressed = GzEncoder::new(Vec::new(), Compression::fast());
    compressed.write_all(&log).unwrap();
    assert_eq!(outcome(&compressed.finish().unwrap()).await, Ok(lines));
}

#[tokio::test]
async fn a_line_that_is_no_entry_is_named() {
    let good = generated(1, 1);
    let first = good.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    for (line, why) in [
        (r#"{"stream":"loan-1"}"#, "version is missing"),
        (
            r#"{"stream":"car-1","version":1,"type":"A_SUBMITTED","time":"2011-10-01T00:00:00Z","data":{}}"#,
            "car-1 is not the stream of a loan application",
        ),
        (
            r#"{"stream":"loan-007","version":1,"type":"A_SUBMITTED","time":"2011-10-01T00:00:00Z","data":{}}"#,
            "loan-007 is not the stream of a loan application",
        ),
        (
            r#"{"stream":"loan-1","version":1,"type":"A_DREAMED_OF","time":"2011-10-01T00:00:00Z","data":{}}"#,
            "the type is none of those that are expected here",
        ),
        (
            r#"{"stream":"loan-1","version":1,"type":"A_APPROVED","time":"2011-10-01T00:00:00Z","data":{}}"#,
            "missing field `org:resource`",
        ),
    ] {
        let said = outcome(&[first, line.as_bytes()].concat()).await.unwrap_err();
        assert!(said.starts_with("reading line 2 of ") && said.contains(why), "{said}");
    }
}

#[tokio::test]
async fn an_entry_that_breaks_a_rule_stops_the_replay() {
    let line = concat!(
        r#"{"stream":"loan-5","version":1,"type":"A_APPROVED","time":"2011-10-01T00:00:00Z","#,
        r#""data":{"org:resource":"112","lifecycle:transition":"COMPLETE"}}"#,
    );
    let said = outcome(line.as_bytes()).await.unwrap_err();
    assert!(said.starts_with("replaying event 1 of application 5: "), "{said}");
    assert!(said.ends_with("the application is unknown, and would have to be finalized"), "{said}");
}

#[tokio::test]
async fn a_gap_in_an_application_stops_the_replay() {
    let log = generated(1, 1);
    let lines: Vec<&[u8]> = log.split_inclusive(|byte| *byte == b'\n').collect();
    let said = outcome(&[lines[0], lines[2]].concat()).await.unwrap_err();
    assert!(said.contains("replaying event 3 of application"), "{said}");
}
