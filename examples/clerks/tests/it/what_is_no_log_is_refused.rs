use crate::given::take_in;
use clerks::{
    log::{file, generate::Generated, import::import},
    store::{Clerks, Place},
};
use factum::Causes;
use flate2::{Compression, write::GzEncoder};
use std::{fs, io::Write as _};

/// Takes in a file with this text, and says how much that was, or what went wrong.
async fn outcome(text: &[u8]) -> Result<usize, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.ndjson");
    fs::write(&path, text).unwrap();
    let app = Place::Memory.open(Clerks).await.unwrap();
    let imported = import(app.store().as_ref(), file::open(&path).unwrap(), 10).await;
    app.shutdown().await;
    imported.map(|imported| imported.added).map_err(|error| Causes(&error).to_string())
}

fn text(lines: usize) -> Vec<u8> {
    let mut text = Vec::new();
    Generated::new(1).lines.iter().take(lines).for_each(|line| line.write_to(&mut text));
    text
}

#[tokio::test]
async fn a_log_may_be_compressed_or_not() {
    assert_eq!(outcome(&text(25)).await, Ok(25));
    let mut compressed = GzEncoder::new(Vec::new(), Compression::fast());
    compressed.write_all(&text(25)).unwrap();
    assert_eq!(outcome(&compressed.finish().unwrap()).await, Ok(25));
}

#[tokio::test]
async fn a_line_that_is_no_event_is_named() {
    let said = outcome(&[text(3), b"{}\n".to_vec()].concat()).await.unwrap_err();
    assert!(said.contains("reading line 4 of "), "{said}");
}

#[tokio::test]
async fn a_gap_in_a_stream_stops_the_import() {
    let mut lines = Generated::new(1).lines;
    lines.retain(|line| line.version.get() != 2);
    let app = Place::Memory.open(Clerks).await.unwrap();
    let first = lines.iter().position(|line| line.version.get() == 3).unwrap();
    assert_eq!(take_in(&app, &lines[..first], 10).await.added, first);
    let rest = lines[first..].iter().cloned().map(Ok::<_, std::convert::Infallible>);
    let said = import(app.store().as_ref(), rest, 10).await.unwrap_err().to_string();
    assert_eq!(said, format!("event 3 of stream {} follows event 1", lines[first].stream));
    app.shutdown().await;
}
