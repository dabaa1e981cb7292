//! Any text is a tag that prints as it was, or is refused as one; and so for the other names of one piece.
#![no_main]

use factum::{ConsumerName, EventType, Invalid, Tag, invalid::Field, limits};
use libfuzzer_sys::fuzz_target;
use std::str::FromStr;

fn check<T: FromStr<Err = Invalid> + ToString>(text: &str, field: Field, limit: usize) {
    let fits = !text.is_empty() && text.len() <= limit && !text.contains(char::is_control);
    match text.parse::<T>() {
        Ok(read) => assert!(fits && read.to_string() == text),
        Err(refused) => assert!(!fits && refused.field() == field && !refused.to_string().is_empty()),
    }
}

fuzz_target!(|text: &str| {
    check::<Tag>(text, Field::Tag, limits::TAG_BYTES);
    check::<EventType>(text, Field::EventType, limits::EVENT_TYPE_BYTES);
    check::<ConsumerName>(text, Field::ConsumerName, limits::CONSUMER_NAME_BYTES);
    if let Some((name, value)) = text.split_once(':') {
        assert_eq!(Tag::of(name, value), Tag::new(text));
    }
});
