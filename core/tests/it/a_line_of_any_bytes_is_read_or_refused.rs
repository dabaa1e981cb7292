use factum_core::{
    EventId, EventType, Metadata, NewEvent, Position, StreamId, StreamVersion, Tag, Timestamp,
    ndjson::{Line, LineError},
};
use proptest::{collection::vec, prelude::*};

/// What can stand in a line, right and wrong, so that many lines are nearly right.
const VALUES: [&str; 24] = [
    r#""a-1""#,
    r#""a""#,
    r#""""#,
    r#""\u0000""#,
    r#""\ud800""#,
    "1",
    "0",
    "-1",
    "1.0",
    "9223372036854775807",
    "18446744073709551616",
    "1e999",
    r#""1970-01-01T00:00:00Z""#,
    r#""9999-12-31T23:59:60Z""#,
    r#""0000-01-01T00:00:00+23:59""#,
    r#""00000000-0000-0000-0000-000000000001""#,
    r#"["a","b"]"#,
    r#"["a",1]"#,
    r#"{"actor":"a"}"#,
    r#"{"actor":null,"x":{"y":[]}}"#,
    r#"{"x":{"$serde_json::private::RawValue":"1"}}"#,
    "null",
    "[1,\n2\r]",
    "{",
];

const FIELDS: [&str; 11] = [
    "stream",
    "version",
    "type",
    "time",
    "time_us",
    "data",
    "id",
    "type_version",
    "tags",
    "metadata",
    "other",
];

fn value() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&VALUES[..])
}

/// The fields that a line needs, some of them changed, and others.
fn nearly_a_line() -> impl Strategy<Value = String> {
    let right = [
        ("stream", r#""a-1""#),
        ("version", "1"),
        ("type", r#""T""#),
        ("time", r#""1970-01-01T00:00:00Z""#),
        ("data", "1"),
    ];
    let other = (prop::sample::select(&FIELDS[..]), value());
    let others = vec(other, 0..4);
    (prop::sample::subsequence(right.to_vec(), 3..=5), others).prop_map(|(right, others)| {
        // What is given again takes the place of what is right.
        let kept = right.into_iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
        let fields = kept.chain(others.iter().copied()).map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    })
}

fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let line = match Line::parse(bytes) {
        Ok(line) => line,
        Err(LineError::Field { field, problem, .. }) => {
            prop_assert!(!problem.to_string().is_empty() && FIELDS.contains(&field.name()));
            return Ok(());
        }
        Err(error) => {
            prop_assert!(!error.to_string().is_empty());
            return Ok(());
        }
    };
    let mut written = Vec::new();
    line.write_to(&mut written);
    prop_assert_eq!(written.iter().position(|byte| *byte == b'\n'), Some(written.len() - 1), "one line");
    prop_assert_eq!(&Line::parse(&written).unwrap(), &line);

    let (version, time) = (line.version, line.time);
    let event = line.clone().into_event();
    if event.check().is_ok() {
        let event = event.recorded(Position::new(1), version, time);
        prop_assert_eq!(Line::from_event(&event).unwrap(), line);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_they_are(bytes in vec(any::<u8>(), 0..200)) {
        check(&bytes)?;
    }

    #[test]
    fn in_fields_that_are_nearly_right(line in nearly_a_line()) {
        check(line.as_bytes())?;
    }

    #[test]
    fn an_event_that_can_be_stored_and_is_json_is_a_line_that_is_read(
        (category, key, event_type) in ("[^\\pC-]{1,4}", "\\PC{1,4}", "\\PC{1,4}"),
        (id, version, type_version) in (any::<u128>(), 1..=StreamVersion::MAX.get(), any::<u32>()),
        (tags, actor) in (vec("\\PC{1,4}", 0..3), any::<String>()),
        (micros, data) in (-62_167_219_200_000_000_i64..253_402_300_800_000_000, any::<String>()),
    ) {
        let stream = StreamId::new(&category, &key).unwrap();
        let mut metadata = Metadata::default();
        metadata.actor = Some(actor);
        let mut event = NewEvent::new(
            stream,
            EventType::new(event_type).unwrap(),
            serde_json::to_vec(&data).unwrap(),
        )
        .with_id(EventId(uuid::Uuid::from_u128(id)))
        .with_tags(tags.into_iter().map(|tag| Tag::new(tag).unwrap()))
        .with_metadata(metadata);
        event.type_version = if type_version % 4 == 0 { 0 } else { type_version };
        if event.check().is_ok() {
            let time = Timestamp::from_timestamp_micros(micros).unwrap();
            let event = event.recorded(Position::new(1), StreamVersion::new(version), time);
            let line = Line::from_event(&event).unwrap();
            let mut written = Vec::new();
            line.write_to(&mut written);
            prop_assert_eq!(Line::parse(&written).unwrap(), line);
        }
    }
}

#[test]
fn a_line_that_is_nested_without_end_is_kept_or_refused() {
    let line = |data: &str| {
        format!(r#"{{"stream":"a-1","version":1,"type":"T","time":"1970-01-01T00:00:00Z","data":{data}}}"#)
    };
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    assert!(Line::parse(line(&open).as_bytes()).is_err());
    if let Ok(line) = Line::parse(line(&format!("{open}{close}")).as_bytes()) {
        assert_eq!(line.data.len(), 200_000);
    }
    assert!(Line::parse(open.as_bytes()).is_err());
}
