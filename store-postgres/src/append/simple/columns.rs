//! Appends in columns, as the statements want them.

use super::Prepared;
use crate::read::prefixes;
use uuid::Uuid;

/// The events of some appends, as the statements want them.
pub(super) struct Columns<'a> {
    pub(super) append: Vec<i32>,
    pub(super) nth: Vec<i32>,
    pub(super) types: Vec<i16>,
    pub(super) ids: Vec<Uuid>,
    pub(super) payloads: Vec<&'a [u8]>,
    pub(super) details: Option<Vec<Option<&'a str>>>,
    pub(super) prefixes: Vec<Vec<u8>>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(appends: impl Iterator<Item = &'a Prepared> + Clone) -> Self {
        let events = appends.clone().zip(1..).flat_map(|(append, number)| {
            append.append.events.iter().zip(&append.events).map(move |(event, place)| (number, event, place))
        });
        let count = appends.map(|append| append.events.len()).sum();
        let mut columns = Self {
            append: Vec::with_capacity(count),
            nth: Vec::with_capacity(count),
            types: Vec::with_capacity(count),
            ids: Vec::with_capacity(count),
            payloads: Vec::with_capacity(count),
            details: None,
            prefixes: prefixes(events.clone().map(|(_, event, _)| event.id)),
        };
        for (number, event, place) in events.clone() {
            columns.append.push(number);
            columns.nth.push(place.nth);
            columns.types.push(place.event_type);
            columns.ids.push(event.id.0);
            columns.payloads.push(&event.payload);
        }
        if events.clone().any(|(_, _, place)| place.details.is_some()) {
            columns.details = Some(events.map(|(_, _, place)| place.details.as_deref()).collect());
        }
        columns
    }
}

/// What has to be locked, and what must not have been written, as the statement wants it; `None` where there is nothing.
#[derive(Default)]
pub(super) struct Guards<'a> {
    pub(super) locks: Option<Vec<&'a str>>,
    pub(super) exclusive: Option<Vec<bool>>,
    pub(super) item_append: Option<Vec<i32>>,
    pub(super) item_tag: Option<Vec<&'a str>>,
    pub(super) item_after: Option<Vec<i64>>,
}

impl<'a> Guards<'a> {
    pub(super) fn of(appends: impl Iterator<Item = &'a Prepared>) -> Self {
        let mut guards = Self::default();
        for (append, number) in appends.zip(1..) {
            for lock in &append.locks {
                guards.locks.get_or_insert_default().push(&lock.name);
                guards.exclusive.get_or_insert_default().push(lock.exclusive);
            }
            let Some(condition) = &append.append.condition else { continue };
            for tag in condition.fail_if_events_match.items().iter().filter_map(|item| item.tags.first()) {
                guards.item_append.get_or_insert_default().push(number);
                guards.item_tag.get_or_insert_default().push(tag.as_str());
                guards.item_after.get_or_insert_default().push(condition.after.get() as i64);
            }
        }
        guards
    }
}

/// The tags of some appends' events, each once, with the index of the event; `None` where there are none.
#[derive(Default)]
pub(super) struct Tags<'a> {
    pub(super) event: Option<Vec<i32>>,
    pub(super) tag: Option<Vec<&'a str>>,
}

impl<'a> Tags<'a> {
    pub(super) fn of(appends: impl Iterator<Item = &'a Prepared>) -> Self {
        let mut tags = Self::default();
        for (event, number) in appends.flat_map(|append| &append.append.events).zip(1..) {
            for (nth, tag) in event.tags.iter().enumerate() {
                if !event.tags[..nth].contains(tag) {
                    tags.event.get_or_insert_default().push(number);
                    tags.tag.get_or_insert_default().push(tag.as_str());
                }
            }
        }
        tags
    }
}
