use super::{Anchor, ReadTrace, Trace, correlation, tree};
use crate::{
    CorrelationId, EventId, Position, Query, RecordedEvent, StoreError,
    store::{EventReader, ReadLog},
};
use foldhash::{HashMap, HashSet};

/// What the log has of a trace.
pub(super) struct Found {
    pub(super) correlation: CorrelationId,
    /// In the order of the log: those of the trace, and those of other correlations that one of them has caused.
    pub(super) events: Vec<RecordedEvent>,
    /// Causes that are elsewhere in the log.
    pub(super) elsewhere: HashMap<EventId, RecordedEvent>,
}

pub(super) async fn read(
    store: &(impl EventReader + ?Sized),
    request: ReadTrace,
) -> Result<Option<Trace>, StoreError> {
    let Some(correlation) = resolve(store, request.anchor).await? else { return Ok(None) };
    let after = match request.after {
        Some(after) => after,
        None => find(store, EventId(correlation.0)).await?.map_or(Position::START, Position::previous),
    };
    let (events, is_whole) = scan(store, correlation, after, request.limit).await?;
    if events.is_empty() {
        return Ok(None);
    }
    let elsewhere = causes_elsewhere(store, &events).await?;
    let steps = tree::grow(Found { correlation, events, elsewhere });
    Ok(Some(Trace { correlation, steps, is_whole }))
}

/// The correlation of what a trace is known by; `None` if that is an event that is not there.
async fn resolve(
    store: &(impl EventReader + ?Sized),
    anchor: Anchor,
) -> Result<Option<CorrelationId>, StoreError> {
    let (id, otherwise) = match anchor {
        Anchor::Correlation(id) => return Ok(Some(id)),
        Anchor::Position(position) => return Ok(at(store, position).await?.as_ref().map(correlation)),
        Anchor::Event(id) => (id, None),
        Anchor::Id(id) => (EventId(id), Some(CorrelationId(id))),
    };
    let Some(position) = find(store, id).await? else { return Ok(otherwise) };
    match at(store, position).await? {
        Some(event) => Ok(Some(correlation(&event))),
        None => {
            let doing = format!("reading event {id} at position {position}");
            Err(StoreError::unavailable(doing, "the log cannot be read that far yet"))
        }
    }
}

async fn find(store: &(impl EventReader + ?Sized), id: EventId) -> Result<Option<Position>, StoreError> {
    Ok(store.find(&[id]).await?.first().copied().flatten())
}

/// The event at a position.
async fn at(
    store: &(impl EventReader + ?Sized),
    position: Position,
) -> Result<Option<RecordedEvent>, StoreError> {
    let request = ReadLog::new(Query::all()).after(position.previous()).before(position.next()).limit(1);
    let page = store.read_log(request).await?;
    Ok(page.events.into_iter().find(|event| event.position == position))
}

/// What belongs to a correlation, or was caused by what does; and whether that is all.
async fn scan(
    store: &(impl EventReader + ?Sized),
    sought: CorrelationId,
    after: Position,
    limit: usize,
) -> Result<(Vec<RecordedEvent>, bool), StoreError> {
    let (mut events, mut ids) = (Vec::new(), HashSet::default());
    // Not behind the head as it is now: a log that grows faster than it is read would have no end.
    let end = store.head().await?.next();
    let mut next = Some(ReadLog::new(Query::all()).after(after).before(end));
    while let Some(request) = next {
        let page = store.read_log(request.clone()).await?;
        next = request.following(&page);
        for event in page.events {
            let belongs = correlation(&event) == sought;
            // An effect is behind its cause, so its cause has been seen.
            let was_caused = || event.metadata.causation_id.is_some_and(|cause| ids.contains(&cause.0));
            if !belongs && !was_caused() {
                continue;
            }
            if events.len() == limit {
                return Ok((events, false));
            }
            if belongs {
                ids.insert(event.id.0);
            }
            events.push(event);
        }
    }
    Ok((events, true))
}

/// The causes that are not among the events, but in the log: of another correlation, or before where reading began.
async fn causes_elsewhere(
    store: &(impl EventReader + ?Sized),
    events: &[RecordedEvent],
) -> Result<HashMap<EventId, RecordedEvent>, StoreError> {
    let here: HashSet<_> = events.iter().map(|event| event.id.0).collect();
    let causes = events.iter().filter_map(|event| event.metadata.causation_id);
    let missing: HashSet<_> =
        causes.map(|cause| cause.0).filter(|cause| !here.contains(cause)).map(EventId).collect();
    let missing: Vec<_> = missing.into_iter().collect();
    let mut elsewhere = HashMap::default();
    if missing.is_empty() {
        return Ok(elsewhere);
    }
    for (id, position) in missing.iter().zip(store.find(&missing).await?) {
        let Some(position) = position else { continue };
        if let Some(event) = at(store, position).await? {
            elsewhere.insert(*id, event);
        }
    }
    Ok(elsewhere)
}
