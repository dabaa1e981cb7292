use super::batch::Entry;
use crate::store::{EventId, ReadStream, Store, StoreError, StreamId, StreamVersion};
use std::collections::HashMap;

/// Of lines whose versions are in the log already, those whose event is not the one that is there.
///
/// A derived id proves stream and version, so it is enough that it is in the log. An id of another kind could be at
/// another place, so there the place is looked at, with one read for each stream.
pub(super) async fn check<'a>(entries: &[&'a Entry], store: &Store) -> Result<Vec<&'a Entry>, StoreError> {
    let (derived, given): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.has_derived_id);
    let mut absent = Vec::new();
    if !derived.is_empty() {
        let ids: Vec<EventId> = derived.iter().map(|entry| entry.event.id).collect();
        let found = store.find(&ids).await?;
        absent.extend(
            derived.into_iter().zip(found).filter(|(_, place)| place.is_none()).map(|(entry, _)| entry),
        );
    }
    let mut by_stream: HashMap<&StreamId, Vec<&'a Entry>> = HashMap::new();
    for entry in given {
        by_stream.entry(&entry.event.stream).or_default().push(entry);
    }
    for (stream, entries) in by_stream {
        let ids = ids(stream, &entries, store).await?;
        absent.extend(entries.into_iter().filter(|entry| ids.get(&entry.version) != Some(&entry.event.id)));
    }
    Ok(absent)
}

/// The ids that `stream` has at the versions of `entries`, and between them.
async fn ids(
    stream: &StreamId,
    entries: &[&Entry],
    store: &Store,
) -> Result<HashMap<StreamVersion, EventId>, StoreError> {
    let versions = || entries.iter().map(|entry| entry.version);
    let mut ids = HashMap::new();
    let (Some(first), Some(last)) = (versions().min(), versions().max()) else { return Ok(ids) };
    let before_first = StreamVersion::new(first.get() - 1);
    let mut next = Some(ReadStream::new(stream.clone()).after(before_first).before(last.next()));
    while let Some(request) = next {
        let page = store.read_stream(request.clone()).await?;
        ids.extend(page.events.iter().map(|event| (event.version, event.id)));
        next = request.following(&page);
    }
    Ok(ids)
}
