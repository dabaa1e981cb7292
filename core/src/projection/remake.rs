use super::{ProjectionError, View, fold::catching};
use crate::{
    Position,
    event::Recorded,
    quarantine::Lane,
    sink::{Change, Document},
};

/// One document of a view, made anew from its events.
pub(super) struct Remaking<'a, V: View> {
    view: &'a V,
    /// Its key, as it is printed.
    printed: &'a str,
    document: Option<V::Document>,
    /// The last event that was folded into it.
    last: Position,
}

impl<'a, V: View> Remaking<'a, V> {
    pub(super) const fn new(view: &'a V, printed: &'a str) -> Self {
        Self { view, printed, document: None, last: Position::START }
    }

    /// Folds an event that comes after those before, if it changes this document.
    pub(super) fn take(&mut self, event: &Recorded<V::Event>) -> Result<(), ProjectionError> {
        let Some(key) = self.key(event)? else { return Ok(()) };
        self.last = event.position();
        let document = self.document.get_or_insert_default();
        let keep = catching(|| {
            self.view.fold(&key, document, event);
            self.view.keep(document)
        });
        if !keep.map_err(|error| self.failed(error))? {
            self.document = None;
        }
        Ok(())
    }

    /// The document's key as the event gives it, if the event changes it.
    pub(super) fn key(&self, event: &Recorded<V::Event>) -> Result<Option<V::Key>, ProjectionError> {
        let failed = |error| ProjectionError::of_event(event.position(), event.stream().clone(), error);
        let keys = catching(|| self.view.keys(event)).map_err(failed)?;
        let (mut printed, mut found) = (String::new(), None);
        let each = keys.each(&mut printed, |printed, key| {
            if printed == self.printed {
                found = Some(key);
            }
        });
        each.map_err(|error| failed(error.into()))?;
        Ok(found)
    }

    /// What has become of it.
    pub(super) fn change(self) -> Result<Change, ProjectionError> {
        let key = self.printed.to_owned();
        let Some(document) = &self.document else { return Ok(Change::Delete { key }) };
        let body = serde_json::to_vec(document);
        let body = body.map_err(|error| self.failed(ProjectionError::work(error)))?;
        Ok(Change::Put(Document::new(key, body)))
    }

    fn failed(&self, error: ProjectionError) -> ProjectionError {
        ProjectionError::of_event(self.last, Lane::Document(self.printed.to_owned()), error)
    }
}
