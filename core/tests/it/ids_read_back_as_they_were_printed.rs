use factum_core::{
    Category, ConsumerName, EventId, EventType, Invalid, StreamId, Tag,
    invalid::{Field, Reason},
    limits,
    sink::Collection,
};
use proptest::prelude::*;
use std::{fmt::Debug, str::FromStr};

/// Any text, and text that is nearly right.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z0-9_:é😀\"'\\\\ \\x00\\x7f\u{80}\u{2028}-]{0,8}"]
}

/// What every kind of text has in common.
fn expected(text: &str, limit: usize) -> Result<(), Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    if text.len() > limit {
        return Err(Reason::TooLong { length: text.len(), limit });
    }
    match text.char_indices().find(|(_, c)| c.is_control()) {
        Some((at, found)) => Err(Reason::Character { found, at }),
        None => Ok(()),
    }
}

/// Reads `text`, and reads what is printed of it again, as it is and as JSON.
fn reads_back<T>(text: &str) -> Result<T, Invalid>
where
    T: FromStr<Err = Invalid> + ToString + Debug + PartialEq + serde::Serialize + serde::de::DeserializeOwned,
{
    let json = serde_json::to_string(text).unwrap();
    let read: T = match text.parse() {
        Ok(read) => read,
        Err(refused) => {
            let why = serde_json::from_str::<T>(&json).unwrap_err().to_string();
            assert!(why.starts_with(&refused.to_string()), "{why}");
            return Err(refused);
        }
    };
    assert_eq!(read.to_string(), text);
    assert_eq!(serde_json::to_string(&read).unwrap(), json);
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), read);
    Ok(read)
}

fn outcome<T>(read: Result<T, Invalid>, field: Field) -> Result<(), Reason> {
    read.map(drop).map_err(|refused| {
        assert_eq!(refused.field(), field);
        refused.reason().clone()
    })
}

proptest! {
    #[test]
    fn tags_types_and_names(text in text()) {
        prop_assert_eq!(outcome(reads_back::<Tag>(&text), Field::Tag), expected(&text, limits::TAG_BYTES));
        prop_assert_eq!(
            outcome(reads_back::<EventType>(&text), Field::EventType),
            expected(&text, limits::EVENT_TYPE_BYTES)
        );
        prop_assert_eq!(
            outcome(reads_back::<ConsumerName>(&text), Field::ConsumerName),
            expected(&text, limits::CONSUMER_NAME_BYTES)
        );
    }

    #[test]
    fn categories(text in text()) {
        let mut expected = expected(&text, limits::CATEGORY_BYTES);
        if let (Ok(()), Some(at)) = (&expected, text.find('-')) {
            expected = Err(Reason::Character { found: '-', at });
        }
        prop_assert_eq!(outcome(reads_back::<Category>(&text), Field::Category), expected);
    }

    #[test]
    fn streams(text in prop_oneof![text(), (text(), text()).prop_map(|(a, b)| format!("{a}-{b}"))]) {
        match (reads_back::<StreamId>(&text), text.split_once('-')) {
            (Ok(stream), Some((category, key))) => {
                prop_assert_eq!((stream.category(), stream.key()), (category, key));
                prop_assert_eq!(StreamId::new(category, key), Ok(stream));
            }
            (Ok(stream), None) => prop_assert!(false, "{} has no separator", stream),
            (Err(refused), Some((category, key))) => {
                prop_assert_eq!(&refused, &StreamId::new(category, key).unwrap_err());
                let field = if Category::new(category).is_err() { Field::Category } else { Field::StreamKey };
                prop_assert_eq!(refused.field(), field);
            }
            (Err(refused), None) => prop_assert_eq!(refused.field(), Field::StreamId),
        }
    }

    #[test]
    fn events(id in any::<u128>(), text in any::<String>()) {
        let id = EventId(uuid::Uuid::from_u128(id));
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        if let Ok(read) = text.parse::<EventId>() {
            prop_assert_eq!(read.to_string().parse(), Ok(read));
        }
    }

    #[test]
    fn collections(text in prop_oneof![text(), "[a-z][a-z0-9_]{0,60}"]) {
        let first = text.chars().next().is_some_and(|c| c.is_ascii_lowercase());
        let all = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let is_one = first && all && text.len() <= limits::COLLECTION_NAME_BYTES;
        let read = Collection::new(&*text.leak(), 1);
        prop_assert_eq!(read.is_ok(), is_one);
        prop_assert!(read.map_or_else(|refused| refused.field() == Field::CollectionName, |_| true));
    }
}
