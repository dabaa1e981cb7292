use syn::Ident;

/// Holds the value of a key that may be given once.
pub(crate) struct Slot<T> {
    /// Set as soon as the key was seen, so that a wrong value is not reported as a missing one too.
    key: Option<Ident>,
    value: Option<T>,
}

impl<T> Slot<T> {
    /// Takes what was read for `key`.
    pub(crate) fn fill(&mut self, key: &Ident, value: syn::Result<T>) -> syn::Result<()> {
        if self.key.is_some() {
            return Err(syn::Error::new(key.span(), format!("`{key}` is given twice; remove one")));
        }
        self.key = Some(key.clone());
        self.value = Some(value?);
        Ok(())
    }

    /// The key as it was written, if it was.
    pub(crate) fn key(&self) -> Option<&Ident> {
        self.key.as_ref()
    }

    /// Whether a value was given that is right, or none.
    pub(crate) fn is_right(&self) -> bool {
        self.key.is_none() || self.value.is_some()
    }

    /// The value, if it was given and is right.
    pub(crate) fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The same, without the slot.
    pub(crate) fn into_value(self) -> Option<T> {
        self.value
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { key: None, value: None }
    }
}
