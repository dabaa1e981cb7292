use super::{GetDocument, Keys, Projection};
use crate::event::Recorded;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Display;

/// A read model of documents: one serde value for each key, folded from the events that concern it.
///
/// It needs no SQL and no storage code: wherever documents can be kept, it runs. `#[derive(Projection)]` implements
/// it when the attribute names a `key`, and then the struct is the document itself; or a `document`, when the struct is
/// a view of it. The key is that of the event's stream, and the document folds the events through
/// [`Apply`](crate::Apply), as an aggregate does.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view of documents",
    label = "this should be a view",
    note = "if it is a document, name its key in the attribute: `#[projection(key = AccountId, events(…))]`",
    note = "otherwise name a document, `#[projection(…, document = Balance)]`, or implement `View`"
)]
pub trait View: Projection {
    /// What the documents are keyed by. Printed, it is the key under which a document is kept; keys that print alike
    /// are one document.
    type Key: Display + Send + Sync + 'static;

    /// The document. One that does not exist yet begins as its `Default`.
    type Document: Default + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Whether [`View::keys`] looks at nothing of an event but its stream. Then it need not be asked again for each event
    /// of a stream; and with several partitions, each reads only the streams of its documents, for which a document's key
    /// has to be the key of its streams. A view of which that is not true has [`KeyError::Elsewhere`].
    ///
    /// [`KeyError::Elsewhere`]: super::KeyError::Elsewhere
    const KEYS_OF_STREAM: bool = false;

    /// The documents that `event` changes.
    fn keys(&self, event: &Recorded<Self::Event>) -> Keys<Self::Key>;

    /// Takes `event` into the document of `key`. It must depend on nothing else, so that a rebuild gives the same.
    fn fold(&self, key: &Self::Key, document: &mut Self::Document, event: &Recorded<Self::Event>);

    /// Whether the document still exists after a fold; `false` deletes it.
    fn keep(&self, _document: &Self::Document) -> bool {
        true
    }

    /// The question for one document: `app.ask(Balances::get("ada"))`.
    fn get(key: impl Into<Self::Key>) -> GetDocument<Self>
    where
        Self: Sized,
    {
        GetDocument::new(key.into())
    }
}
