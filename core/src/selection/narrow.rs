use crate::{
    Category, EventType, Invalid, Query, QueryItem,
    invalid::{Field, Reason},
    topic::{PatternWord, TopicPattern, unescape},
};

/// A query for everything that matches `query` and has a topic of one of `patterns`, as narrow as a query can be.
pub(super) fn query(query: &Query, patterns: &[TopicPattern]) -> Result<Query, Invalid> {
    let mut of_topics: Vec<QueryItem> = Vec::new();
    for pattern in patterns {
        let no_event = || Invalid::new(Field::TopicPattern, Reason::NoEvent(pattern.clone()));
        let item = item_of(pattern).ok_or_else(no_event)?;
        if !of_topics.contains(&item) {
            of_topics.push(item);
        }
    }
    let everything = [QueryItem::default()];
    let of_query = if query.is_all() { &everything[..] } else { query.items() };
    let items: Vec<_> =
        of_query.iter().flat_map(|a| of_topics.iter().filter_map(move |b| both(a, b))).collect();
    // A query without items is not one for nothing: where the two exclude each other, every event is looked at in vain.
    if items.is_empty() {
        return Ok(query.clone());
    }
    let narrowed = Query::any_of(items);
    // Both may be small, and all their pairs too many for a store.
    Ok(if narrowed.check().is_ok() { narrowed } else { query.clone() })
}

/// What every event has whose topic matches; `None` if there is none that could.
fn item_of(pattern: &TopicPattern) -> Option<QueryItem> {
    let mut item = QueryItem::default();
    let mut words = pattern.words();
    match words.next()? {
        PatternWord::Word(word) => item.categories.push(Category::new(unescape(word)?).ok()?),
        PatternWord::One => {}
        // From here on, no word is known to be of the key or the type.
        PatternWord::Any => return Some(item),
    }
    match words.next()? {
        // No key is empty.
        PatternWord::Word(word) => drop(unescape(word).filter(|key| !key.is_empty())?),
        PatternWord::One => {}
        PatternWord::Any => return Some(item),
    }
    let mut name = Vec::new();
    for word in words {
        match word {
            PatternWord::Word(word) => name.push(unescape(word)?),
            PatternWord::One | PatternWord::Any => return Some(item),
        }
    }
    // Without a word it is empty, which no type is.
    item.types.push(EventType::new(name.join(".")).ok()?);
    Some(item)
}

/// What matches both; `None` if they exclude each other.
fn both(a: &QueryItem, b: &QueryItem) -> Option<QueryItem> {
    let mut item = a.clone();
    item.types = common(&a.types, &b.types)?;
    item.categories = common(&a.categories, &b.categories)?;
    Some(item)
}

/// The alternatives that both allow, where an empty list allows everything.
fn common<T: Clone + PartialEq>(a: &[T], b: &[T]) -> Option<Vec<T>> {
    if a.is_empty() || b.is_empty() {
        return Some([a, b].concat());
    }
    let common: Vec<_> = a.iter().filter(|one| b.contains(one)).cloned().collect();
    (!common.is_empty()).then_some(common)
}
