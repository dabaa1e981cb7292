use super::Sink;
use crate::{NewEvent, projection::Inline, store::EventStore};
use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

/// A store in which an append can change read models in its own transaction: whoever sees the event sees what it has changed,
/// and if one fails, so does the other.
///
/// # Guarantees
/// An append whose events concern a projection of [`InlineStore::inlines`] applies them, and moves the projection's
/// checkpoint, in the transaction that writes them, if everything before them that concerns it is applied. Otherwise the
/// append leaves them to whoever runs the projection: while that is still catching up, while some event is in quarantine, or
/// when another process, which does not have the projection, was faster. So nothing is ever applied twice, left out or
/// applied in another order than that of the log, whoever writes and however.
///
/// # Implementor's duties
/// In the transaction of each append, or group of appends, for each of the projections that one of the events concerns:
/// 1. Before positions are drawn, find out which generation of its read model is read
///    ([`GenerationStore::generations`](super::GenerationStore::generations)), and lock the checkpoint of that
///    [generation](crate::ConsumerName::generation), partition 0, until the transaction ends.
/// 2. Leave the projection alone if that generation is not read any more once its checkpoint is locked, if its consumer was
///    never [founded](crate::lease::LeaseStore::beat) or has several partitions or anything in quarantine, if an event after
///    the checkpoint matches the projection's query and is not one of this transaction's, or if it is not certain that no such
///    event can still appear before the last one of this transaction.
/// 3. Otherwise [begin](Inline::begin), read what is to be read in the transaction, [end](crate::projection::Begun::end), and
///    write what that gives.
/// 4. Move the checkpoint to the last position of the transaction, and raise its epoch by one: whoever runs the
///    projection has not seen these events applied, and must not apply them on top. Its lease stays.
///
/// If the projection fails, the append does, and takes no other append with it.
#[diagnostic::on_unimplemented(
    message = "appends to `{Self}` cannot change read models in their own transaction",
    label = "this store applies projections after the append",
    note = "use `.projection(…)`, or a store that does, such as `MemoryStore`, `SqliteStore` or `PgStore`"
)]
pub trait InlineStore: EventStore + Sink {
    /// The projections that take part in the appends of this handle and its clones.
    fn inlines(&self) -> &Inlines<Self>;
}

/// The projections that take part in the appends of a store. For stores, which keep one and look into it at each append.
pub struct Inlines<K: Sink>(Arc<RwLock<Vec<Arc<Inline<K>>>>>);

impl<K: Sink> Inlines<K> {
    /// Appends apply this projection from now on, until the returned value is dropped.
    #[must_use = "it takes part until this is dropped"]
    pub fn attach(&self, inline: Inline<K>) -> Attached<K> {
        let inline = Arc::new(inline);
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // In an order that all processes share, so that none waits for another in a circle.
        let place = all.partition_point(|other| other.consumer() <= inline.consumer());
        all.insert(place, Arc::clone(&inline));
        Attached { all: self.clone(), inline }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Those that one of these events concerns, in the order of their consumers' names.
    pub fn about<'e>(
        &self,
        events: impl IntoIterator<Item = &'e NewEvent, IntoIter: Clone>,
    ) -> Vec<Arc<Inline<K>>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if all.is_empty() {
            return Vec::new();
        }
        let events = events.into_iter();
        all.iter().filter(|inline| events.clone().any(|event| inline.takes(event))).cloned().collect()
    }
}

impl<K: Sink> Clone for Inlines<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Sink> Default for Inlines<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Sink> fmt::Debug for Inlines<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.read().unwrap_or_else(PoisonError::into_inner).iter()).finish()
    }
}

/// A projection that takes part in the appends of a store until this is dropped.
pub struct Attached<K: Sink> {
    all: Inlines<K>,
    inline: Arc<Inline<K>>,
}

impl<K: Sink> Drop for Attached<K> {
    fn drop(&mut self) {
        let mut all = self.all.0.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|inline| !Arc::ptr_eq(inline, &self.inline));
    }
}

impl<K: Sink> fmt::Debug for Attached<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attached").field(&self.inline).finish()
    }
}
