//! Logs made up from a seed, spelled as an export spells them, but not by the code under test.

use chrono::{DateTime, SecondsFormat};
use std::fmt::Write as _;

/// The generator `SplitMix64`.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

const CATEGORIES: [&str; 3] = ["order", "größe", "con to"];
const TYPES: [&str; 5] = ["Placed", "Record Service Entry Sheet", "名前", "a.b/c", "\\\"quoted\\\""];

/// What a store that reads payloads, instead of keeping them, would change.
const PAYLOADS: [&str; 9] = [
    "{}",
    "null",
    "123456789012345678901234567890.12345678901234567890",
    "[1e999,-0,1.50, 2 ]",
    r#""\u0000\u001f\ud800\/\u00e9é漢😀""#,
    r#"{"z":1,"a":{"z":1,"z":2},"":[]}"#,
    r#"{ "case" : { "AMOUNT_REQ" : "20000" } }"#,
    "\"\u{7f}\u{9b}\u{2028}\"",
    r#"{"org:resource":"112","lifecycle:transition":"COMPLETE"}"#,
];

const EXTRAS: [&str; 4] = [
    r#","type_version":7"#,
    r#","tags":["customer:7","a b","größe"]"#,
    r#","metadata":{"correlation_id":"0190f6a8-0000-7000-8000-000000000001","actor":"clerk","nested":{"a":[1,null]}}"#,
    r#","type_version":2,"tags":["x"],"metadata":{"tenant":"t"}"#,
];

/// A log of `events` events in `streams` streams, their lines in an order in which they can be imported.
pub(crate) fn log(seed: u64, events: u64, streams: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut versions = vec![0_u64; streams as usize];
    let mut micros = -1_000_000_000_000_000_i64;
    let mut out = String::new();
    for line in 0..events {
        let stream = random.below(streams);
        versions[stream as usize] += 1;
        // Neighbours share a time or go back in it, and the log crosses 1970.
        micros += random.below(200_000_000_000) as i64 - 50_000_000_000;
        let time =
            DateTime::from_timestamp_micros(micros).unwrap().to_rfc3339_opts(SecondsFormat::Micros, true);
        let (category, version) = (CATEGORIES[stream as usize % 3], versions[stream as usize]);
        let (event_type, data) = (random.one_of(&TYPES), random.one_of(&PAYLOADS));
        write!(
            out,
            r#"{{"stream":"{category}-{stream}-é","version":{version},"type":"{event_type}","time":"{time}","time_us":{micros},"data":{data}"#
        )
        .unwrap();
        if random.below(4) == 0 {
            write!(out, r#","id":"{seed:08x}-0000-4000-8000-{line:012x}""#).unwrap();
        }
        if random.below(8) == 0 {
            out.push_str(random.one_of(&EXTRAS));
        }
        out.push_str("}\n");
    }
    out.into_bytes()
}

/// A plain line.
pub(crate) fn line(stream: &str, version: u64) -> String {
    line_with(stream, version, "T", "{}", "")
}

pub(crate) fn line_with(stream: &str, version: u64, event_type: &str, data: &str, extra: &str) -> String {
    format!(
        "{{\"stream\":\"{stream}\",\"version\":{version},\"type\":\"{event_type}\",\
         \"time\":\"1970-01-01T00:00:00.000000Z\",\"time_us\":0,\"data\":{data}{extra}}}\n"
    )
}
