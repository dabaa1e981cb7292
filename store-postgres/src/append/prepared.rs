use crate::row::Details;
use factum_core::{
    Append, AppendCondition, AppendError, EventId, ExpectedVersion, NewEvent, StoreError, StreamId, Tag,
};
use foldhash::HashMap;
use serde::Serialize;

/// An append in the terms of `factum.append`, made ready by its caller, so that the writer has less to do.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) append: Append,
    /// What is expected of streams in the order given, then the other streams that are written to.
    pub(super) heads: Vec<Head>,
    pub(super) events: Vec<Place>,
    pub(super) locks: Vec<Lock>,
    /// Whether nobody else may append at the same time.
    pub(super) alone: bool,
    /// How often types had been lost when those of the events were looked up.
    pub(super) types_lost: u64,
}

/// A stream of an append.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) stream: StreamId,
    pub(super) expected: ExpectedVersion,
}

/// What an event is beside its parts.
#[derive(Debug)]
pub(super) struct Place {
    /// The index of its head.
    pub(super) head: usize,
    /// Which of the head's events it is, from 1.
    pub(super) nth: i32,
    pub(super) event_type: i16,
    pub(super) details: Option<String>,
}

/// A name that is locked until the append has ended.
#[derive(Debug)]
pub(super) struct Lock {
    pub(super) name: String,
    pub(super) exclusive: bool,
}

impl Lock {
    fn tag(tag: &Tag, exclusive: bool) -> Self {
        Self { name: format!("{TAG}{}", tag.as_str()), exclusive }
    }

    /// Whether it keeps a condition and the events that it asks about apart.
    pub(super) fn is_tag(&self) -> bool {
        self.name.starts_with(TAG)
    }
}

/// What the names of tags begin with.
const TAG: &str = "tag ";
/// So many names of one kind are locked one by one. More would crowd the lock table, which all clients of the server share.
const MOST_LOCKS: usize = 64;

impl Prepared {
    /// `types` are the numbers of the events' types.
    pub(super) fn new(
        append: Append,
        types: Vec<i16>,
        types_lost: u64,
        may_be_known_elsewhere: bool,
    ) -> Result<Self, AppendError> {
        let mut heads: Vec<Head> = Vec::with_capacity(append.expected.len().max(1));
        heads.extend(
            append
                .expected
                .iter()
                .map(|(stream, expected)| Head { stream: stream.clone(), expected: *expected }),
        );
        let mut counts = vec![0; heads.len()];
        let mut places: Option<HashMap<StreamId, usize>> = None;
        let mut events = Vec::with_capacity(append.events.len());
        for (event, event_type) in append.events.iter().zip(types) {
            let head = match heads.as_slice() {
                // Nearly every append is about one stream.
                [only] if only.stream == event.stream => 0,
                _ => {
                    let places = places.get_or_insert_with(|| {
                        heads.iter().enumerate().map(|(at, head)| (head.stream.clone(), at)).collect()
                    });
                    *places.entry(event.stream.clone()).or_insert_with(|| {
                        heads.push(Head { stream: event.stream.clone(), expected: ExpectedVersion::Any });
                        counts.push(0);
                        heads.len() - 1
                    })
                }
            };
            counts[head] += 1;
            events.push(Place { head, nth: counts[head], event_type, details: Details::of(event)? });
        }
        let mut prepared = Self { append, heads, events, locks: Vec::new(), alone: false, types_lost };
        prepared.lock(may_be_known_elsewhere);
        Ok(prepared)
    }

    /// Who must not append at the same time: whoever writes what a condition asks for, and whoever uses the same id.
    fn lock(&mut self, may_be_known_elsewhere: bool) {
        if let Some(condition) = &self.append.condition {
            let items = condition.fail_if_events_match.items();
            for item in items {
                match item.tags.first() {
                    // What matches has all tags of the item, so one of them is enough.
                    Some(tag) => self.locks.push(Lock::tag(tag, true)),
                    None => self.alone = true,
                }
            }
            self.alone |= items.is_empty();
        }
        let tags = self.append.events.iter().flat_map(|event| &event.tags);
        self.locks.extend(tags.map(|tag| Lock::tag(tag, false)));
        if self.locks.len() > MOST_LOCKS {
            self.locks.sort_unstable_by(|a, b| (&a.name, b.exclusive).cmp(&(&b.name, a.exclusive)));
            self.locks.dedup_by(|later, first| later.name == first.name);
        }
        if self.locks.len() > MOST_LOCKS {
            self.locks.clear();
            self.alone = true;
        }
        let known = |event: &&NewEvent| may_be_known_elsewhere || !is_drawn(event.id);
        let ids: Vec<_> = self.append.events.iter().filter(known).map(|event| event.id).collect();
        if ids.len() > MOST_LOCKS {
            self.locks.push(Lock { name: "ids".to_owned(), exclusive: true });
        } else if !ids.is_empty() {
            self.locks.push(Lock { name: "ids".to_owned(), exclusive: false });
            self.locks.extend(ids.iter().map(|id| Lock { name: format!("id {id}"), exclusive: true }));
        }
    }

    /// Its stream, if it is about one, and nothing but that stream's version, its ids and tags have to be checked.
    pub(super) fn simple_head(&self) -> Option<&Head> {
        match &self.heads[..] {
            // Without a lock on all, each item of a condition has a tag.
            [only] if !self.alone && self.locks.iter().all(Lock::is_tag) => Some(only),
            _ => None,
        }
    }

    pub(super) fn ids(&self) -> Vec<EventId> {
        self.append.events.iter().map(|event| event.id).collect()
    }

    pub(super) fn bytes(&self) -> usize {
        self.append.events.iter().map(|event| event.payload.len()).sum()
    }

    /// Whether this append has to come after `earlier`, and so into a later batch: it writes to the same streams, or one of the
    /// two asks for what the other writes.
    pub(super) fn depends_on(&self, earlier: &Self) -> bool {
        let asks = |one: &Self, other: &Self| {
            one.append.condition.as_ref().is_some_and(|condition| {
                let query = &condition.fail_if_events_match;
                other.append.events.iter().any(|e| query.matches(&e.stream, &e.event_type, &e.tags))
            })
        };
        asks(self, earlier) || asks(earlier, self)
    }
}

/// Whether an id is one of those that are drawn anew for each event, rather than derived from something that others may know
/// too: a UUID of version 7.
fn is_drawn(id: EventId) -> bool {
    id.0.get_version_num() == 7
}

/// One item of the condition of an append, as `factum.first_matches` reads it.
#[derive(Serialize)]
pub(super) struct ConditionItem<'a> {
    append: usize,
    after: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    types: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    categories: Option<Vec<&'a str>>,
}

impl<'a> ConditionItem<'a> {
    /// The items of the condition of append number `append`, from 1.
    pub(super) fn of(append: usize, condition: &'a AppendCondition) -> Vec<Self> {
        let after = condition.after.get();
        let some = |names: Vec<&'a str>| (!names.is_empty()).then_some(names);
        let items = condition.fail_if_events_match.items();
        if items.is_empty() {
            return vec![Self { append, after, tags: None, types: None, categories: None }];
        }
        let item = |item: &'a factum_core::QueryItem| Self {
            append,
            after,
            tags: some(item.tags.iter().map(factum_core::Tag::as_str).collect()),
            types: some(item.types.iter().map(factum_core::EventType::as_str).collect()),
            categories: some(item.categories.iter().map(factum_core::Category::as_str).collect()),
        };
        items.iter().map(item).collect()
    }
}

/// The condition's items as JSON, `None` if there are none.
pub(super) fn conditions(appends: &[&Prepared]) -> Result<Option<String>, StoreError> {
    let items: Vec<_> = appends
        .iter()
        .zip(1..)
        .filter_map(|(prepared, number)| Some(ConditionItem::of(number, prepared.append.condition.as_ref()?)))
        .flatten()
        .collect();
    if items.is_empty() {
        return Ok(None);
    }
    let failed = |e| StoreError::new("writing the condition of an append", e);
    serde_json::to_string(&items).map(Some).map_err(failed)
}
