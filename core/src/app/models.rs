use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

/// Values by their type.
#[derive(Default)]
pub(super) struct Models {
    by_type: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl Models {
    /// Returns whether it is the first of its type.
    pub(super) fn insert<M: Send + Sync + 'static>(&mut self, model: Arc<M>) -> bool {
        self.by_type.insert(TypeId::of::<M>(), model).is_none()
    }

    pub(super) fn get<M: Send + Sync + 'static>(&self) -> Option<Arc<M>> {
        Arc::clone(self.by_type.get(&TypeId::of::<M>())?).downcast().ok()
    }
}
