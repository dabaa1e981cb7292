//! It is the defects that are rejected, and not the stores that they are put in.

use crate::mutants::{
    checkpoints, defect, documents, generations, inbox, inline, leases, quarantine, received, requests,
    snapshots, transports,
};

#[test]
fn by_the_store_suite() {
    defect::nothing_is_accepted();
}

#[test]
fn by_the_checkpoint_suite() {
    checkpoints::nothing_is_accepted();
}

#[test]
fn by_the_inbox_suite() {
    inbox::nothing_is_accepted();
}

#[test]
fn by_the_inline_suite() {
    inline::nothing_is_accepted();
}

#[test]
fn by_the_lease_suite() {
    leases::nothing_is_accepted();
}

#[test]
fn by_the_quarantine_suite() {
    quarantine::nothing_is_accepted();
}

#[test]
fn by_the_generation_suite() {
    generations::nothing_is_accepted();
}

#[test]
fn by_the_snapshot_suite() {
    snapshots::nothing_is_accepted();
}

#[test]
fn by_the_document_suite() {
    documents::nothing_is_accepted();
}

#[test]
fn by_the_transport_suite() {
    transports::nothing_is_accepted();
}

#[test]
fn by_the_suite_of_what_is_received() {
    received::nothing_is_accepted();
}

#[test]
fn by_the_request_suite() {
    requests::nothing_is_accepted();
}
