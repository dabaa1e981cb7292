//! The rules for names that are stored; the same as the stores have, but checked while compiling.

use syn::LitStr;

const EVENT_TYPE_BYTES: usize = 256;
const CATEGORY_BYTES: usize = 128;
const COLLECTION_BYTES: usize = 48;
/// What is kept of a process is called `process_` and its name.
const PROCESS_BYTES: usize = COLLECTION_BYTES - 8;
/// Room for the `:` and at least one byte of a value is left below the limit of a whole tag.
const TAG_BYTES: usize = 510;

/// The stored name of an event.
pub(crate) fn event_type(name: &LitStr) -> syn::Result<String> {
    text(name, "the name of an event", "account.opened", EVENT_TYPE_BYTES)
}

/// Under which topic an event is published, by the rules of `TopicRule`.
pub(crate) fn topic(rule: LitStr) -> syn::Result<LitStr> {
    const EXAMPLE: &str = "payments.{key}.made";
    let text = text(&rule, "a topic", EXAMPLE, EVENT_TYPE_BYTES)?;
    let refused = text.split('.').find_map(|word| match word {
        "{category}" | "{key}" | "{type}" => None,
        "" => Some("a topic has no empty word, and this has one".to_owned()),
        word if word.contains(['{', '}']) => Some(format!(
            "`{word}` stands for nothing; a word of a topic can be `{{category}}`, `{{key}}` or `{{type}}`, which stand for what the \
             event is of, or text without braces"
        )),
        word if word.contains(['*', '#']) => Some(format!(
            "`{word}` is a wildcard, and an event is published under one topic"
        )),
        _ => None,
    });
    match refused {
        Some(why) => Err(syn::Error::new(rule.span(), format!("{why}; write one such as `\"{EXAMPLE}\"`"))),
        None => Ok(rule),
    }
}

/// What a command is called.
pub(crate) fn command(name: &LitStr) -> syn::Result<String> {
    text(name, "the name of a command", "account.open", EVENT_TYPE_BYTES)
}

/// The first half of a tag.
pub(crate) fn tag(name: &LitStr) -> syn::Result<String> {
    text(name, "the name of a tag", "branch", TAG_BYTES)
}

/// The category of a stream.
pub(crate) fn category(name: &LitStr) -> syn::Result<String> {
    let checked = text(name, "a category", "account", CATEGORY_BYTES)?;
    match checked.contains('-') {
        true => Err(syn::Error::new(
            name.span(),
            format!(
                "a category has no `-`, which separates it from the key of a stream; write `\"{}\"`",
                checked.replace('-', "_")
            ),
        )),
        false => Ok(checked),
    }
}

/// The name of a projection.
pub(crate) fn projection(name: &LitStr) -> syn::Result<String> {
    of_collection(name, "a projection", COLLECTION_BYTES, "balances")
}

/// The name of a process.
pub(crate) fn process(name: &LitStr) -> syn::Result<String> {
    of_collection(name, "a process", PROCESS_BYTES, "order")
}

/// A name that becomes part of that of a collection.
fn of_collection(name: &LitStr, of: &str, most: usize, example: &str) -> syn::Result<String> {
    let checked = name.value();
    match is_collection(&checked, most) {
        true => Ok(checked),
        false => {
            let better = snake_case(&checked.replace(['-', '.', ' '], "_"));
            let better = if is_collection(&better, most) { &better } else { example };
            Err(syn::Error::new(
                name.span(),
                format!(
                    "the name of {of} has only `a` to `z`, `0` to `9` and `_`, begins with a letter, and has at most {most} \
                     bytes; write one such as `\"{better}\"`"
                ),
            ))
        }
    }
}

/// Whether this can be the name of a projection.
pub(crate) fn is_projection(name: &str) -> bool {
    is_collection(name, COLLECTION_BYTES)
}

/// Whether this can be the name of a process.
pub(crate) fn is_process(name: &str) -> bool {
    is_collection(name, PROCESS_BYTES)
}

fn is_collection(name: &str, most: usize) -> bool {
    name.len() <= most
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// `OpenLoans` as `open_loans`; a run of capitals is one word (`HTTPCalls`, `http_calls`).
pub(crate) fn snake_case(ident: &str) -> String {
    let chars: Vec<char> = ident.chars().collect();
    let mut snake = String::with_capacity(ident.len() + 4);
    for (i, c) in chars.iter().enumerate() {
        let begins_word = c.is_uppercase()
            && i > 0
            && chars[i - 1] != '_'
            && (!chars[i - 1].is_uppercase() || chars.get(i + 1).is_some_and(|next| next.is_lowercase()));
        if begins_word {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

fn text(literal: &LitStr, what: &str, example: &str, limit: usize) -> syn::Result<String> {
    let text = literal.value();
    let refused = if text.is_empty() {
        format!("{what} cannot be empty; write one such as `\"{example}\"`")
    } else if text.len() > limit {
        format!("{what} has at most {limit} bytes, this has {}", text.len())
    } else if let Some(control) = text.chars().find(|c| c.is_control()) {
        format!("{what} has no control characters, this has {control:?}; write one such as `\"{example}\"`")
    } else {
        return Ok(text);
    };
    Err(syn::Error::new(literal.span(), refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_snake_case() {
        for (ident, expected) in [
            ("Balances", "balances"),
            ("OpenLoans", "open_loans"),
            ("HTTPCalls", "http_calls"),
            ("Top10Books", "top10_books"),
            ("Odd_Name", "odd_name"),
        ] {
            assert_eq!(snake_case(ident), expected);
            assert!(is_projection(expected));
        }
    }

    #[test]
    fn the_limits_are_those_of_the_stores() {
        use factum_core::limits;
        assert_eq!(EVENT_TYPE_BYTES, limits::EVENT_TYPE_BYTES);
        assert_eq!(CATEGORY_BYTES, limits::CATEGORY_BYTES);
        assert_eq!(COLLECTION_BYTES, limits::COLLECTION_NAME_BYTES);
        assert_eq!(TAG_BYTES + ":1".len(), limits::TAG_BYTES);
    }

    #[test]
    fn the_rule_for_projections_is_that_of_the_sinks() {
        let long = "a".repeat(COLLECTION_BYTES + 1);
        for name in ["", "1st", "_a", "a-b", "größe", "A", long.as_str()] {
            assert!(!is_projection(name), "{name}");
        }
    }
}
