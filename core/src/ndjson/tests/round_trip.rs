use crate::{
    EventId, EventType, Metadata, Position, StreamId, StreamVersion, Tag, Timestamp, metadata::CorrelationId,
    ndjson::Line,
};
use bytes::Bytes;
use proptest::{collection::vec, option, prelude::*};
use uuid::Uuid;

/// Text without control characters, with quotes, backslashes and characters of one to four bytes.
const TEXT: &str = r#"[a-z"\\/ é漢😀-]{1,12}"#;

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        "-?[1-9][0-9]{0,29}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).expect("text")),
        Just(r#""\u0000\uD83D\u00e9\/""#.to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" ,"))),
            vec(inner, 0..4).prop_map(|items| {
                let pairs: Vec<_> = items.iter().map(|item| format!("\"k\" : {item}")).collect();
                format!("{{{}}}", pairs.join(","))
            }),
        ]
    })
}

fn metadata() -> impl Strategy<Value = Metadata> {
    (option::of(any::<u128>()), option::of(any::<String>()), vec((TEXT, any::<i64>()), 0..3)).prop_map(
        |(id, actor, fields)| {
            let mut metadata = Metadata::default();
            metadata.correlation_id = id.map(|id| CorrelationId(Uuid::from_u128(id)));
            metadata.actor = actor;
            // A prefix keeps clear of the names of the typed fields.
            fields
                .into_iter()
                .fold(metadata, |metadata, (name, value)| metadata.with(format!("x{name}"), value))
        },
    )
}

fn line() -> impl Strategy<Value = Line> {
    let stream =
        ("[a-z漢 ]{1,5}", TEXT).prop_map(|(category, key)| StreamId::new(&category, &key).expect("valid"));
    let time = -62_167_219_200_000_000_i64..253_402_300_800_000_000;
    (
        (stream, 1..=StreamVersion::MAX.get(), TEXT, time, json()),
        (option::of(any::<u128>()), 1_u32.., vec(TEXT, 0..3), metadata()),
    )
        .prop_map(|((stream, version, event_type, micros, data), (id, type_version, tags, metadata))| {
            Line {
                stream,
                version: StreamVersion::new(version),
                event_type: EventType::new(event_type).expect("valid"),
                time: Timestamp::from_timestamp_micros(micros).expect("within four-digit years"),
                data: Bytes::from(data),
                id: id.map(|id| EventId(Uuid::from_u128(id))),
                type_version,
                tags: tags.into_iter().map(|tag| Tag::new(tag).expect("valid")).collect(),
                metadata,
            }
        })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(line in line()) {
        let mut out = Vec::new();
        line.write_to(&mut out);
        prop_assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
        prop_assert_eq!(Line::parse(&out).expect("a line"), line);
    }

    #[test]
    fn an_event_becomes_the_line_that_it_came_from(line in line()) {
        let (version, time) = (line.version, line.time);
        let event = line.clone().into_event().recorded(Position::new(1), version, time);
        prop_assert_eq!(Line::from_event(&event).expect("a line"), line);
    }
}
