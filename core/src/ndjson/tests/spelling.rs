use crate::{EventType, Metadata, NewEvent, Position, RecordedEvent, StreamVersion, Timestamp, ndjson::Line};

fn rewritten(line: &str) -> String {
    let mut out = Vec::new();
    Line::parse(line.as_bytes()).expect("a line").write_to(&mut out);
    String::from_utf8(out).expect("UTF-8")
}

fn recorded(payload: &str, time: Timestamp) -> RecordedEvent {
    let stream = "a-1".parse().expect("a stream");
    NewEvent::new(stream, EventType::from_static("T"), payload.to_owned()).with_time(time).recorded(
        Position::new(9),
        StreamVersion::FIRST,
        time,
    )
}

#[test]
fn a_line_comes_back_byte_for_byte() {
    for line in [
        r#"{"stream":"loan-173688","version":1,"type":"A_SUBMITTED","time":"2011-09-30T22:38:44.546000Z","time_us":1317422324546000,"data":{"org:resource":"112","case":{"AMOUNT_REQ":"20000"}}}"#,
        r#"{"stream":"poitem-1_2","version":2,"type":"Vendor creates debit memo","time":"1948-01-26T22:59:00.000000Z","time_us":-692067660000000,"data":{}}"#,
        r#"{"stream":"größe-\"x\\y\"","version":990,"type":"名前","time":"0000-01-01T00:00:00.000001Z","time_us":-62167219199999999,"data":123456789012345678901234567890.10}"#,
        r#"{"stream":"a-1","version":1,"type":"T","time":"9999-12-31T23:59:59.999999Z","time_us":253402300799999999,"data":{ "z" : "\u0000\ud800\/é" , "a" : [ ], "z" : 1e999 },"id":"00000000-0000-0000-0000-000000000001","type_version":2,"tags":["b","a"],"metadata":{"actor":"clerk","channel":"branch"}}"#,
    ] {
        assert_eq!(rewritten(line), format!("{line}\n"));
    }
}

#[test]
fn fields_in_another_order_and_an_offset_are_read() {
    let line = "  { \"data\" : 1 , \"time\":\"1970-01-01T01:00:00.0000019+01:00\",\"type\":\"T\",\"version\":1,\"stream\":\"a-1\"} \r\n";
    let plain = r#"{"stream":"a-1","version":1,"type":"T","time":"1970-01-01T00:00:00.000001Z","time_us":1,"data":1}"#;
    assert_eq!(rewritten(line), format!("{plain}\n"));
}

#[test]
fn a_leap_second_is_the_next_minute() {
    let line = r#"{"stream":"a-1","version":1,"type":"T","time":"2016-12-31T23:59:60.5Z","data":1}"#;
    let time = Line::parse(line.as_bytes()).expect("a line").time;
    assert_eq!(time.to_rfc3339(), "2017-01-01T00:00:00.500+00:00");
}

#[test]
fn a_derived_id_never_changes_and_is_not_written() {
    let stream = "loan-173688".parse().expect("a stream");
    let id = Line::derived_id(&stream, StreamVersion::new(2));
    assert_eq!(id.to_string(), "4744c187-877f-5871-8380-395078d1d970");
    assert_ne!(id, Line::derived_id(&stream, StreamVersion::new(3)));

    let line = format!(
        r#"{{"stream":"loan-173688","version":2,"type":"T","time":"1970-01-01T00:00:00.000000Z","time_us":0,"data":1,"id":"{id}"}}"#
    );
    assert!(!rewritten(&line).contains("\"id\""));
    assert_eq!(Line::parse(line.as_bytes()).expect("a line").into_event().id, id);
}

#[test]
fn line_breaks_between_tokens_of_a_payload_become_spaces() {
    let time = Timestamp::UNIX_EPOCH;
    let line = Line::from_event(&recorded("\n{\r\n\t\"a\": \"\\n\"\n}\n", time)).expect("a line");
    assert_eq!(line.data, "{  \t\"a\": \"\\n\" }");
    assert!(line.metadata == Metadata::default() && line.id.is_some());
}

#[test]
fn an_event_that_is_no_line_is_refused() {
    let time = Timestamp::UNIX_EPOCH;
    for payload in ["", "{", "\u{feff}{}", "1 2"] {
        let error = Line::from_event(&recorded(payload, time)).expect_err("refused");
        assert_eq!(error.to_string(), "data is not a JSON value");
    }
    let error = Line::from_event(&recorded("1", Timestamp::MAX_UTC)).expect_err("refused");
    assert_eq!(error.to_string(), "time is not within the years 0 to 9999");
}
