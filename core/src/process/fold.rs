use super::{ProcessManager, names, running::Running, stored};
use crate::{
    Position,
    event::Recorded,
    projection::{KeyError, Lanes, Partition, ProjectionError, Recent},
    quarantine::Lane,
    sink::{Change, Collection, Document, DocumentReader},
};
use bytes::Bytes;
use std::{
    collections::{BTreeMap, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The instances that a batch changes, as far as it has come.
pub(super) struct Reacting<P> {
    instances: Vec<Touched<P>>,
    /// The index of an instance, by its printed key.
    known: HashMap<String, usize>,
    /// The commands and deadlines that come and go.
    beside: BTreeMap<String, Change>,
}

/// An instance that the batch changes.
struct Touched<P> {
    /// As it is printed.
    key: String,
    /// Whether it was there before the batch.
    stored: bool,
    /// `None` until it is read.
    running: Option<Running<P>>,
    /// The last event that it was given.
    last: Position,
}

/// What is to be given to which instance, by index.
struct Given<K> {
    event: usize,
    instance: usize,
    key: K,
}

impl<P: ProcessManager> Reacting<P> {
    pub(super) fn new() -> Self {
        Self { instances: Vec::new(), known: HashMap::new(), beside: BTreeMap::new() }
    }

    /// Reacts to these events, which follow those before.
    pub(super) async fn take(
        &mut self,
        events: &[Recorded<P::Event>],
        reader: &impl DocumentReader,
        collection: &Collection,
        recent: &Recent,
        lanes: &Lanes,
    ) -> Result<(), ProjectionError> {
        let before = self.instances.len();
        let given = self.find(events, lanes.partition())?;
        let added: Vec<_> = self.instances[before..].iter().map(|new| stored::instance(&new.key)).collect();
        if !added.is_empty() {
            let keys: Vec<_> = added.iter().map(String::as_str).collect();
            let bodies = recent.load(reader, collection, &keys).await?;
            for (new, body) in self.instances[before..].iter_mut().zip(bodies) {
                new.stored = body.is_some();
                new.running =
                    Some(Running::read(&new.key, body.as_ref()).map_err(|error| new.failed(error))?);
            }
        }
        for Given { event, instance, key } in given {
            let (touched, event) = (&mut self.instances[instance], &events[event]);
            if !lanes.takes_into(&touched.key, &event.record) {
                continue;
            }
            touched.last = event.position();
            let running = touched.running.as_mut().expect("it was read before");
            let reacted = running.take(&key, event).map_err(|error| touched.failed(error))?;
            self.beside.extend(reacted.changes.into_iter().map(|change| (change.key().to_owned(), change)));
        }
        Ok(())
    }

    /// Which events concern which instances.
    fn find(
        &mut self,
        events: &[Recorded<P::Event>],
        partition: Partition,
    ) -> Result<Vec<Given<P::Key>>, ProjectionError> {
        let mut given = Vec::with_capacity(events.len());
        for (index, event) in events.iter().enumerate() {
            // Which instance it concerns is not known, so it is in order with its stream.
            let failed = |error| ProjectionError::of_event(event.position(), event.stream().clone(), error);
            let keys = catch_unwind(AssertUnwindSafe(|| Running::<P>::keys(event)));
            let keys = keys.map_err(|payload| failed(ProjectionError::panicked(payload)))?;
            for (printed, key) in keys.printed().map_err(|error| failed(error.into()))? {
                names::check_key(&printed).map_err(|error| failed(error.into()))?;
                if partition.has(&printed) {
                    let instance = self.index(printed, event.position());
                    given.push(Given { event: index, instance, key });
                } else if P::KEYS_OF_STREAM {
                    // Then no partition would take it.
                    let stream = event.stream().clone();
                    return Err(failed(KeyError::Elsewhere { stream, key: printed }.into()));
                }
            }
        }
        Ok(given)
    }

    fn index(&mut self, key: String, position: Position) -> usize {
        *self.known.entry(key).or_insert_with_key(|key| {
            self.instances.push(Touched { key: key.clone(), stored: false, running: None, last: position });
            self.instances.len() - 1
        })
    }

    /// What has become of the documents; `recent` remembers the instances.
    pub(super) fn changes(self, recent: &mut Recent) -> Result<Vec<Change>, ProjectionError> {
        let mut changes = Vec::with_capacity(self.instances.len() + self.beside.len());
        for touched in self.instances {
            let Some(running) = &touched.running else { continue };
            let key = stored::instance(&touched.key);
            let body: Option<Bytes> = running.body().map_err(|error| touched.failed(error))?;
            recent.keep(&key, body.as_ref());
            match body {
                Some(body) => changes.push(Change::Put(Document::new(key, body))),
                None if touched.stored => changes.push(Change::Delete { key }),
                None => {}
            }
        }
        changes.extend(self.beside.into_values());
        Ok(changes)
    }
}

impl<P> Touched<P> {
    /// What has happened to it at its last event.
    fn failed(&self, error: ProjectionError) -> ProjectionError {
        ProjectionError::of_event(self.last, Lane::Document(self.key.clone()), error)
    }
}
