//! Any text is a stream id that prints as it was, or is refused with a field of it.
#![no_main]

use factum::{Category, StreamId, invalid::Field, limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match text.parse::<StreamId>() {
        Ok(id) => {
            assert_eq!(id.to_string(), text);
            assert_eq!(StreamId::new(id.category(), id.key()), Ok(id.clone()));
            assert!(Category::new(id.category()).is_ok());
            assert!(id.key().len() <= limits::STREAM_KEY_BYTES && !text.contains(char::is_control));
            let json = factum::serde_json::to_string(&id).expect("text");
            assert_eq!(factum::serde_json::from_str::<StreamId>(&json).expect("a stream id"), id);
        }
        Err(refused) => {
            assert!(matches!(refused.field(), Field::StreamId | Field::Category | Field::StreamKey));
            assert!(!refused.to_string().is_empty());
        }
    }
});
