use super::{Documents, View};
use crate::{AskError, ReadQuery};
use std::fmt;

/// The question for one document of a view, by key. Made by [`View::get`]. It can be observed too, where the key can be cloned.
pub struct GetDocument<V: View> {
    key: V::Key,
}

impl<V: View> GetDocument<V> {
    pub(super) const fn new(key: V::Key) -> Self {
        Self { key }
    }
}

impl<V: View<Key: Clone>> Clone for GetDocument<V> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone() }
    }
}

impl<V: View> ReadQuery for GetDocument<V> {
    type Model = Documents<V>;
    /// `None` if there is no such document.
    type Answer = Option<V::Document>;

    async fn answer(self, documents: &Documents<V>) -> Result<Self::Answer, AskError> {
        documents.get(&self.key).await
    }
}

impl<V: View> fmt::Debug for GetDocument<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::get({:?})", V::NAME, self.key.to_string())
    }
}
