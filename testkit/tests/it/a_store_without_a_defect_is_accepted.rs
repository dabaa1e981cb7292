//! It is the defects that are rejected, and not the stores that they are put in.

use crate::mutants::{checkpoints, defect, snapshots};

#[test]
fn by_the_store_suite() {
    defect::nothing_is_accepted();
}

#[test]
fn by_the_checkpoint_suite() {
    checkpoints::nothing_is_accepted();
}

#[test]
fn by_the_snapshot_suite() {
    snapshots::nothing_is_accepted();
}
