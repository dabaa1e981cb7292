//! Any bytes are metadata or an error, and metadata reads back as it was written or is refused.
#![no_main]

use factum::{Metadata, invalid::Field, limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(metadata) = Metadata::from_bytes(bytes) else { return };
    match metadata.to_bytes() {
        Ok(None) => assert!(metadata.is_empty()),
        Ok(Some(written)) => {
            assert!(written.len() <= limits::METADATA_BYTES);
            assert_eq!(Metadata::from_bytes(&written).expect("as it was written"), metadata);
        }
        Err(refused) => assert_eq!(refused.field(), Field::Metadata),
    }
});
