//! Any bytes are a line of the exchange format or an error, and a line reads back as it was written, as one line.
#![no_main]

use factum::{Position, ndjson::Line};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let line = match Line::parse(bytes) {
        Ok(line) => line,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let mut written = Vec::new();
    line.write_to(&mut written);
    assert_eq!(written.iter().position(|byte| *byte == b'\n'), Some(written.len() - 1));
    assert_eq!(Line::parse(&written).expect("as it was written"), line);

    let (version, time) = (line.version, line.time);
    let event = line.clone().into_event();
    if event.check().is_ok() {
        let event = event.recorded(Position::new(1), version, time);
        assert_eq!(Line::from_event(&event).expect("as it was read"), line);
    }
});
