use crate::{
    failure::Failure,
    store::{ConsumerName, Lane, ListParked, LogId, Parked, StoreError, WholeStore},
};

/// Of which logs `consumer` has something in quarantine. A store of documents may serve several logs.
pub(super) async fn logs(store: &WholeStore, consumer: &ConsumerName) -> Result<Vec<LogId>, Failure> {
    let all = store.quarantines().await?;
    let logs: Vec<_> = all.iter().filter(|(name, _)| name == consumer).map(|(_, log)| *log).collect();
    if logs.is_empty() && store.logs(consumer).await?.is_empty() {
        return Err(no_consumer(consumer, all.iter().map(|(name, _)| name)));
    }
    Ok(logs)
}

/// What is to be listed of `consumer`, if it has anything in quarantine; of the log of this store, if there are several.
pub(super) async fn parked(
    store: &WholeStore,
    consumer: &ConsumerName,
) -> Result<Option<ListParked>, Failure> {
    let logs = logs(store, consumer).await?;
    let own = logs.iter().find(|log| **log == store.log_id());
    Ok(own.or(logs.first()).map(|log| ListParked::new(consumer.clone(), *log)))
}

/// As [`parked`], of a lane that has to be there.
pub(super) async fn parked_in(
    store: &WholeStore,
    consumer: &ConsumerName,
    lane: &Lane,
) -> Result<(ListParked, Parked), Failure> {
    let Some(all) = parked(store, consumer).await? else { return Err(no_lane(consumer, lane, &[])) };
    let only = all.clone().lane(lane.clone());
    match store.parked(only.clone().limit(1)).await?.pop() {
        Some(head) => Ok((only, head)),
        None => Err(no_lane(consumer, lane, &store.parked(all.heads().limit(SHOWN + 1)).await?)),
    }
}

/// The first event of each of these lanes.
pub(super) async fn heads(store: &WholeStore, of: &ListParked) -> Result<Vec<Parked>, StoreError> {
    let mut pages = Pages::new(store, of.clone().heads());
    let mut heads = Vec::new();
    while let Some(page) = pages.next().await? {
        heads.extend(page);
    }
    Ok(heads)
}

/// What is in quarantine, a page at a time.
pub(super) struct Pages<'a> {
    store: &'a WholeStore,
    next: ListParked,
}

impl<'a> Pages<'a> {
    pub(super) const fn new(store: &'a WholeStore, of: ListParked) -> Self {
        Self { store, next: of }
    }

    /// `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Parked>>, StoreError> {
        let page = self.store.parked(self.next.clone()).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.next = self.next.clone().after(last.lane.clone(), last.position);
        Ok(Some(page))
    }
}

/// How many names a failure lists.
const SHOWN: usize = 5;

fn no_consumer<'a>(consumer: &ConsumerName, others: impl Iterator<Item = &'a ConsumerName>) -> Failure {
    let mut names: Vec<_> = others.map(ConsumerName::as_str).collect();
    names.dedup();
    Failure::new(match names.as_slice() {
        [] => format!("there is no consumer {consumer}, and nothing is in quarantine"),
        names => {
            format!("there is no consumer {consumer}; those with something in quarantine are {}", some(names))
        }
    })
}

fn no_lane(consumer: &ConsumerName, lane: &Lane, heads: &[Parked]) -> Failure {
    let lanes: Vec<_> = heads.iter().map(|head| head.lane.to_string()).collect();
    Failure::new(match lanes.as_slice() {
        [] => format!("nothing of {consumer} is in quarantine"),
        lanes => format!("{lane} of {consumer} is not in quarantine; there are {}", some(lanes)),
    })
}

fn some<S: AsRef<str>>(names: &[S]) -> String {
    let shown: Vec<_> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    let more = if names.len() > SHOWN { " and more, which \"factum quarantine list\" lists" } else { "" };
    shown.join(", ") + more
}
