use super::super::{batch::Batch, lines::Lines, read::fill, source::decompressed};
use super::Import;
use factum::{EventReader, Position};
use flate2::{Compression, write::GzEncoder};
use proptest::{collection::vec, prelude::*};
use std::io::{Read, Write};

const GOOD: &str =
    r#"{"stream":"a-1","version":VERSION,"type":"T","time":"1970-01-01T00:00:00Z","data":{"a":"b"}}"#;

/// A file that is one of lines, but for some bytes of some of them.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let damage = (any::<prop::sample::Index>(), vec(any::<u8>(), 0..4));
    let line = prop_oneof![3 => Just(None), 1 => damage.prop_map(Some)];
    vec(line, 0..8).prop_map(|lines| {
        let mut file = Vec::new();
        for (version, damage) in (1..).zip(lines) {
            let mut line = GOOD.replace("VERSION", &format!("{version}")).into_bytes();
            if let Some((at, by)) = damage {
                let at = at.index(line.len());
                line.splice(at..=at, by);
            }
            file.extend(line);
            file.push(b'\n');
        }
        file
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..200), file()]
}

/// All lines of a file, the bad ones named.
fn read(file: &[u8]) -> Batch {
    let (mut batch, mut lines) = (Batch::default(), Lines::new(file));
    assert!(!fill(&mut batch, &mut lines, u64::MAX, true).expect("in memory"));
    batch
}

proptest! {
    #[test]
    fn every_line_is_read_or_named_with_the_reason(file in bytes()) {
        let batch = read(&file);
        let lines = file.split(|byte| *byte == b'\n');
        let filled = (1..).zip(lines).filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace));
        let mut told: Vec<_> = batch.entries.iter().map(|entry| entry.line).collect();
        told.extend(batch.bad.iter().map(|bad| bad.line));
        told.sort_unstable();
        prop_assert_eq!(told, filled.map(|(number, _)| number).collect::<Vec<u64>>());
        prop_assert!(batch.bad.iter().all(|bad| !bad.reason.is_empty()));
    }

    #[test]
    fn what_is_imported_and_what_is_bad_are_all_lines(file in bytes()) {
        let batch = read(&file);
        let lines = batch.entries.len();
        let named = batch.bad.len();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut import = Import::new();
            let (imported, skipped, bad) = import.write(batch, true).await;
            prop_assert_eq!(imported as usize + skipped as usize + bad.len(), lines + named);
            prop_assert_eq!(import.store.head().await.expect("the head"), Position::new(imported));
            Ok(())
        })?;
    }

    #[test]
    fn what_is_not_quite_compressed_is_an_error_or_text(
        text in vec(any::<u8>(), 0..100),
        at in any::<prop::sample::Index>(),
        by in vec(any::<u8>(), 0..4),
    ) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&text).expect("in memory");
        let whole = encoder.finish().expect("in memory");
        let mut damaged = whole.clone();
        let at = 2 + at.index(damaged.len() - 2);
        damaged.splice(at..=at, by);
        let read = |file: Vec<u8>| {
            let mut text = Vec::new();
            decompressed(std::io::Cursor::new(file)).and_then(|mut from| from.read_to_end(&mut text)).map(|_| text)
        };
        prop_assert_eq!(read(whole).expect("as it was written"), text);
        let _ = read(damaged);
    }
}
