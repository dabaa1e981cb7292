//! Ways to misread a query, be it that of a read or that of a condition.

use factum_core::{Query, QueryItem};

/// Makes of each item what `with` makes of it.
fn items(query: &mut Query, with: impl Fn(QueryItem) -> Vec<QueryItem>) {
    *query = Query::any_of(query.items().to_vec().into_iter().flat_map(with));
}

pub(super) fn any_tag_for_all(query: &mut Query) {
    items(query, |item| {
        let with_one = |tag| {
            let mut one = item.clone();
            one.tags = vec![tag];
            one
        };
        if item.tags.is_empty() { vec![item] } else { item.tags.iter().cloned().map(with_one).collect() }
    });
}

pub(super) fn only_the_first_tag(query: &mut Query) {
    items(query, |mut item| {
        item.tags.truncate(1);
        vec![item]
    });
}

pub(super) fn only_the_first_type(query: &mut Query) {
    items(query, |mut item| {
        item.types.truncate(1);
        vec![item]
    });
}

pub(super) fn types_without_tags(query: &mut Query) {
    items(query, |mut item| {
        if !item.types.is_empty() {
            item.tags.clear();
        }
        vec![item]
    });
}

pub(super) fn tags_without_types(query: &mut Query) {
    items(query, |mut item| {
        if !item.tags.is_empty() {
            item.types.clear();
        }
        vec![item]
    });
}

pub(super) fn without_categories(query: &mut Query) {
    items(query, |mut item| {
        item.categories.clear();
        vec![item]
    });
}

pub(super) fn only_the_first_item(query: &mut Query) {
    *query = Query::any_of(query.items().first().cloned());
}

pub(super) fn only_the_last_item(query: &mut Query) {
    *query = Query::any_of(query.items().last().cloned());
}
