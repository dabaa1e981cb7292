use crate::ndjson::{Field, Line, LineError};

const STREAM: &str = r#""stream":"a-1""#;
const VERSION: &str = r#""version":1"#;
const TYPE: &str = r#""type":"T""#;
const TIME: &str = r#""time":"1970-01-01T00:00:00.000001Z""#;
const DATA: &str = r#""data":null"#;

fn error(fields: &[&str]) -> LineError {
    Line::parse(format!("{{{}}}", fields.join(",")).as_bytes()).expect_err("refused")
}

#[test]
fn each_required_field_is_missed_by_name() {
    let all = [STREAM, VERSION, TYPE, TIME, DATA];
    assert!(Line::parse(format!("{{{}}}", all.join(",")).as_bytes()).is_ok());
    for (i, name) in ["stream", "version", "type", "time", "data"].into_iter().enumerate() {
        let mut fields = all.to_vec();
        fields.remove(i);
        assert_eq!(error(&fields).to_string(), format!("{name} is missing"));
    }
}

#[test]
fn a_wrong_value_is_refused_with_its_field_and_the_reason() {
    for (replaced, by, message) in [
        (STREAM, r#""stream":1"#, "stream is not a string"),
        (STREAM, r#""stream":"a""#, "stream is refused: stream id has no '-' between category and key"),
        (VERSION, r#""version":0"#, "version is not a whole number from 1"),
        (VERSION, r#""version":1.0"#, "version is not a whole number from 1"),
        (VERSION, r#""version":9223372036854775808"#, "version is not a whole number from 1"),
        (TYPE, r#""type":"""#, "type is refused: event type is empty"),
        (TIME, r#""time":"yesterday""#, "time is not a time of RFC 3339 within the years 0 to 9999 (UTC)"),
        (
            TIME,
            r#""time":"0000-01-01T00:00:00+01:00""#,
            "time is not a time of RFC 3339 within the years 0 to 9999 (UTC)",
        ),
        (TIME, r#""time":"1970-01-01T00:00:00Z","time_us":1"#, "time_us is 1, but time says 0"),
        (TIME, r#""time":"1970-01-01T00:00:00Z","time_us":"0""#, "time_us is not a whole number"),
        (DATA, r#""data":1,"id":"x""#, "id is not a UUID"),
        (DATA, r#""data":1,"type_version":0"#, "type_version is not a whole number from 1 of 32 bits"),
        (DATA, r#""data":1,"tags":["a",1]"#, "tags is not a list of strings"),
        (DATA, r#""data":1,"tags":[""]"#, "tags is refused: tag is empty"),
        (DATA, r#""data":1,"metadata":[]"#, "metadata is not an object of metadata"),
        (DATA, r#""data":1,"data":1"#, "data is there twice"),
        (DATA, r#""data":1,"Data":1"#, "unknown field \"Data\""),
    ] {
        let fields =
            [STREAM, VERSION, TYPE, TIME, DATA].map(|field| if field == replaced { by } else { field });
        assert_eq!(error(&fields).to_string(), message);
    }
}

#[test]
fn what_is_not_an_object_is_refused() {
    for text in ["", "[]", "1", "{", r#"{"a":1}}"#, r#"{"a":}"#, "{\"a\":\"\n\"}"] {
        assert!(matches!(Line::parse(text.as_bytes()), Err(LineError::NotAnObject(_))), "{text:?}");
    }
    assert!(matches!(Line::parse(b"{\"a\":\"\xff\"}"), Err(LineError::NotAnObject(_))));
}

#[test]
fn the_field_can_be_asked_for() {
    let LineError::Field { field, .. } = error(&[]) else { panic!("an error of a field") };
    assert_eq!(field, Field::Stream);
}
