//! The log itself is not part of this repository. `cargo xtask test` finds it, and says so when it is missing.

use crate::{
    given::{findings, take_in},
    naive,
};
use clerks::{
    log::file,
    store::{Clerks, Place},
};
use factum::ndjson::Line;
use flate2::read::MultiGzDecoder;
use std::{fs::File, io::Read as _, path::Path};

#[tokio::test(flavor = "multi_thread")]
async fn has_findings_that_plain_loops_find_too() {
    let Some(path) = std::env::var_os("FACTUM_LOGS").map(|logs| Path::new(&logs).join("bpic2012.ndjson.gz"))
    else {
        return;
    };
    let Ok(file) = File::open(&path) else { return };
    let mut log = Vec::new();
    MultiGzDecoder::new(file).read_to_end(&mut log).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let app = Place::Sqlite(folder.path().join("clerks.db")).open(Clerks).await.unwrap();
    let lines: Vec<Line> = file::open(&path).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(take_in(&app, &lines, 10_000).await.added, 262_200);
    let found = findings(&app).await;
    app.shutdown().await;

    assert_eq!((found.clerks, found.cases, found.judged, found.too_late), (58, 63_364, 1_410, 0));
    assert_eq!(found.findings.len(), 74);
    let farthest: Vec<_> = found
        .findings
        .iter()
        .take(3)
        .map(|f| (f.clerk.as_str(), f.day.to_string(), f.cases, f.median))
        .collect();
    assert_eq!(
        farthest,
        [
            ("11119", "2012-02-07".to_owned(), 18, 557_085_000),
            ("11180", "2012-03-13".to_owned(), 17, 410_282_000),
            ("10789", "2011-12-23".to_owned(), 24, 47_241_000),
        ]
    );
    assert_eq!(naive::Found::from(found), naive::found(&log));
}
