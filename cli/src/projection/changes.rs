//! Where two JSON values differ.

use serde_json::Value;
use std::collections::BTreeSet;

/// A place at which they do, and what is there in each of them.
#[derive(Debug, PartialEq)]
pub(super) struct Change<'a> {
    /// A JSON pointer; empty for the whole.
    pub(super) path: String,
    pub(super) before: Option<&'a Value>,
    pub(super) after: Option<&'a Value>,
}

/// All of them: fields by name and elements by number, as deep as both have some.
pub(super) fn changes<'a>(before: &'a Value, after: &'a Value) -> Vec<Change<'a>> {
    let mut found = Vec::new();
    compare(String::new(), Some(before), Some(after), &mut found);
    found
}

fn compare<'a>(
    path: String,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    found: &mut Vec<Change<'a>>,
) {
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                compare(format!("{path}/{escaped}"), old.get(name), new.get(name), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                compare(format!("{path}/{at}"), old.get(at), new.get(at), found);
            }
        }
        _ if before == after => {}
        _ => found.push(Change { path, before, after }),
    }
}

#[cfg(test)]
mod tests {
    use super::changes;
    use serde_json::json;

    #[test]
    fn what_differs_is_named_by_its_place() {
        let before = json!({ "a": 1, "b": { "c": [1, 2], "x/y": true }, "d": null, "same": [{}] });
        let after = json!({ "a": 1.5, "b": { "c": [1, 3, 4] }, "d": {}, "e": "new", "same": [{}] });
        let shown = |value: Option<&serde_json::Value>| value.map_or("-".to_owned(), ToString::to_string);
        let found = changes(&before, &after);
        let found: Vec<_> =
            found.iter().map(|c| format!("{} {} {}", c.path, shown(c.before), shown(c.after))).collect();
        let expected =
            ["/a 1 1.5", "/b/c/1 2 3", "/b/c/2 - 4", "/b/x~1y true -", "/d null {}", "/e - \"new\""];
        assert_eq!(found, expected);
        assert_eq!(changes(&before, &before), []);
    }
}
