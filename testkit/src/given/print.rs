//! Events, queries and differences in words.

use factum_core::{Category, Causes, EventType, NewEvent, Query, QueryItem, Tag, event::Encoded};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::{any::type_name, error::Error};

/// The events as they are stored, one after the other.
pub(super) fn events<'a>(events: impl IntoIterator<Item = &'a Encoded>) -> String {
    let mut text: String = events.into_iter().map(event).collect();
    if text.is_empty() {
        text.push_str("(no events)\n");
    }
    text
}

/// One event: its type, its tags and its payload, each on lines of their own.
pub(super) fn event(event: &Encoded) -> String {
    let mut text = event.event_type.to_string();
    if event.type_version > 1 {
        text.push_str(&format!(" (version {})", event.type_version));
    }
    if !event.tags.is_empty() {
        text.push_str(&format!(" [{}]", tags(&event.tags)));
    }
    text.push('\n');
    text.push_str(&payload(&event.payload));
    text
}

pub(super) fn tags(tags: &[Tag]) -> String {
    tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(", ")
}

/// A payload or a document: indented if it is JSON.
pub(super) fn payload(bytes: &[u8]) -> String {
    let text = match serde_json::from_slice(bytes) {
        Ok(Value::Null) => return String::new(),
        Ok(value) => format!("{value:#}"),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// What a query asks for.
pub(super) fn query(query: &Query) -> String {
    if query.is_all() {
        return "every event".to_owned();
    }
    query.items().iter().map(item).collect::<Vec<_>>().join(", or ")
}

fn item(item: &QueryItem) -> String {
    let words = |words: Vec<&str>, and: &str| words.join(and);
    let mut parts = Vec::new();
    if !item.types.is_empty() {
        parts.push(format!("of type {}", words(item.types.iter().map(EventType::as_str).collect(), " or ")));
    }
    if !item.tags.is_empty() {
        parts.push(format!("tagged {}", words(item.tags.iter().map(Tag::as_str).collect(), " and ")));
    }
    if !item.categories.is_empty() {
        let categories = item.categories.iter().map(Category::as_str).collect();
        parts.push(format!("in a stream of {}", words(categories, " or ")));
    }
    parts.join(", ")
}

/// The lines that two texts share, those of `old` alone with a `-` and those of `new` alone with a `+`.
pub(crate) fn difference(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let lines = diff.iter_all_changes().map(|change| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        format!("{sign} {}\n", change.value().trim_end_matches('\n'))
    });
    lines.collect()
}

/// An error and its causes on one line.
pub(crate) fn causes(error: &dyn Error) -> String {
    Causes(error).to_string()
}

/// The name of a type without its path.
pub(crate) fn short_name<T: ?Sized>() -> &'static str {
    let name = type_name::<T>();
    let path = name.find('<').unwrap_or(name.len());
    name[..path].rfind("::").map_or(name, |colons| &name[colons + 2..])
}

/// What a store would say to an event.
#[track_caller]
pub(crate) fn storable(event: &NewEvent) {
    if let Err(invalid) = event.check() {
        panic!("no store takes this {}: {invalid}", event.event_type);
    }
}
