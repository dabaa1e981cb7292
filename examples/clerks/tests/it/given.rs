//! Applications on stores, and what they find.

use clerks::{
    log::import::{Imported, import},
    read::{Findings, GetFindings},
    store::{Clerks, Place},
};
use factum::{ndjson::Line, prelude::*};
use std::convert::Infallible;

pub(crate) async fn take_in(app: &App, lines: &[Line], at_once: usize) -> Imported {
    let lines = lines.iter().cloned().map(Ok::<_, Infallible>);
    import(app.store().as_ref(), lines, at_once).await.unwrap()
}

pub(crate) async fn findings(app: &App) -> Findings {
    app.caught_up().await.unwrap();
    app.ask(GetFindings).await.unwrap()
}

/// What is found in a log, in a store that is gone afterwards.
pub(crate) async fn found_in(lines: &[Line]) -> Findings {
    let app = Place::Memory.open(Clerks).await.unwrap();
    assert_eq!(take_in(&app, lines, 10_000).await, Imported { added: lines.len(), present: 0 });
    let findings = findings(&app).await;
    app.shutdown().await;
    findings
}
