use crate::id::uuid_newtype;

uuid_newtype! {
    /// Names one request that a document be made anew.
    RepairId
}

/// A document that somebody has asked to be made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repair {
    /// The document's key, as it is printed.
    pub document: String,
    /// Names the request. One that is made again has another name.
    pub id: RepairId,
    /// Why it could not be done. It is not tried again before it is asked for again.
    pub failure: Option<String>,
}

impl Repair {
    /// One that nobody has seen to yet. For stores, which then say what is otherwise.
    #[must_use]
    pub fn new(document: impl Into<String>, id: RepairId) -> Self {
        Self { document: document.into(), id, failure: None }
    }
}
