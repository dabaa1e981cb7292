//! The promises of [`InboxSink`]: messages whose effect commits together with their keys. The effects are documents.

pub mod commit;
mod list;

use super::{Case, Fixture, case::Listed, macros::list};
use factum_core::sink::{DocumentSink, InboxSink};

/// All cases, the simple ones first.
#[must_use]
pub fn cases<F: Fixture<Store: DocumentSink + InboxSink>>() -> Vec<Case> {
    Case::all(listed::<F>(), || Box::pin(F::make()))
}

fn listed<F: Fixture<Store: DocumentSink + InboxSink>>() -> Vec<Listed<F>> {
    crate::__conformance_received_cases!([list])
}
