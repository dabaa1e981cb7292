//! The examples of the JSON format, sections 3.2 and 4.3.

use super::example;
use crate::cloud_event::CloudEvent;

#[test]
fn binary_data() {
    let json = br#"{
        "specversion" : "1.0",
        "type" : "com.example.someevent",
        "source" : "/mycontext",
        "id" : "A234-1234-1234",
        "time" : "2018-04-05T17:31:00Z",
        "comexampleextension1" : "value",
        "comexampleothervalue" : 5,
        "datacontenttype" : "application/vnd.apache.thrift.binary",
        "data_base64" : "AAH/gA=="
    }"#;
    let event = example("A234-1234-1234")
        .with_content_type("application/vnd.apache.thrift.binary")
        .unwrap()
        .with_data(&b"\0\x01\xff\x80"[..]);
    assert_eq!(CloudEvent::from_json(json).unwrap(), event);
    let written = concat!(
        r#"{"specversion":"1.0","id":"A234-1234-1234","source":"/mycontext","type":"com.example.someevent","#,
        r#""time":"2018-04-05T17:31:00Z","datacontenttype":"application/vnd.apache.thrift.binary","#,
        r#""comexampleextension1":"value","comexampleothervalue":5,"data_base64":"AAH/gA=="}"#
    );
    assert_eq!(event.to_json(), written);
}

#[test]
fn a_document_that_is_not_json_as_a_string() {
    let json = br#"{
        "specversion" : "1.0",
        "type" : "com.example.someevent",
        "source" : "/mycontext",
        "id" : "B234-1234-1234",
        "time" : "2018-04-05T17:31:00Z",
        "comexampleextension1" : "value",
        "comexampleothervalue" : 5,
        "unsetextension": null,
        "datacontenttype" : "application/xml",
        "data" : "<much wow=\"xml\"/>"
    }"#;
    let event = example("B234-1234-1234")
        .with_content_type("application/xml")
        .unwrap()
        .with_data(r#"<much wow="xml"/>"#);
    assert_eq!(CloudEvent::from_json(json).unwrap(), event);
    assert_eq!(CloudEvent::from_json(&event.to_json()).unwrap(), event);
}

#[test]
fn a_json_object_as_it_is_spelled() {
    let data = r#"{
            "appinfoA" : "abc",
            "appinfoB" : 123,
            "appinfoC" : true
        }"#;
    let json = format!(
        r#"{{
        "specversion" : "1.0",
        "type" : "com.example.someevent",
        "source" : "/mycontext",
        "subject": null,
        "id" : "C234-1234-1234",
        "time" : "2018-04-05T17:31:00Z",
        "comexampleextension1" : "value",
        "comexampleothervalue" : 5,
        "datacontenttype" : "application/json",
        "data" : {data}
    }}"#
    );
    let event = example("C234-1234-1234").with_content_type("application/json").unwrap().with_data(data);
    assert_eq!(CloudEvent::from_json(json.as_bytes()).unwrap(), event);
}

#[test]
fn without_a_content_type_a_string_is_json() {
    let json = br#"{
        "specversion" : "1.0",
        "type" : "com.example.someevent",
        "source" : "/mycontext",
        "subject": null,
        "id" : "D234-1234-1234",
        "time" : "2018-04-05T17:31:00Z",
        "comexampleextension1" : "value",
        "comexampleothervalue" : 5,
        "data" : "I'm just a string"
    }"#;
    let event = example("D234-1234-1234").with_data(r#""I'm just a string""#);
    assert_eq!(CloudEvent::from_json(json).unwrap(), event);
    let written = String::from_utf8(event.to_json().into()).unwrap();
    assert!(written.ends_with(r#","data":"I'm just a string"}"#), "{written}");
}

#[test]
fn a_batch() {
    let json = br#"[
      {
          "specversion" : "1.0",
          "type" : "com.example.someevent",
          "source" : "/mycontext",
          "id" : "B234-1234-1234",
          "time" : "2018-04-05T17:31:00Z",
          "comexampleextension1" : "value",
          "comexampleothervalue" : 5,
          "datacontenttype" : "application/vnd.apache.thrift.binary",
          "data_base64" : "AQ"
      },
      {
          "specversion" : "1.0",
          "type" : "com.example.someevent",
          "source" : "/mycontext",
          "id" : "C234-1234-1234",
          "time" : "2018-04-05T17:31:00Z",
          "comexampleextension1" : "value",
          "comexampleothervalue" : 5,
          "datacontenttype" : "application/json",
          "data" : {}
      }
    ]"#;
    let events = [
        example("B234-1234-1234")
            .with_content_type("application/vnd.apache.thrift.binary")
            .unwrap()
            .with_data(&b"\x01"[..]),
        example("C234-1234-1234").with_content_type("application/json").unwrap().with_data("{}"),
    ];
    assert_eq!(CloudEvent::from_json_batch(json).unwrap(), events);
    assert_eq!(CloudEvent::from_json_batch(&CloudEvent::to_json_batch(&events)).unwrap(), events);
    assert_eq!(CloudEvent::from_json_batch(b"[]").unwrap(), []);
    assert_eq!(CloudEvent::to_json_batch(&[]), "[]");
}

#[test]
fn json_comes_back_byte_for_byte() {
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for (data, is_raw) in [
        (r#"{"b":1,"a":2,"b":3}"#, true),
        ("123456789012345678901234567890", true),
        ("1.0", true),
        ("-0.0e-7", true),
        (r#""\u0000\ud800 \/ \u00e9""#, true),
        ("null", true),
        (nested.as_str(), true),
        (" {}", false),
        ("[1,\n2]\n", false),
        ("", false),
        ("{} {}", false),
        ("NaN", false),
    ] {
        for content_type in [None, Some("application/json"), Some("Application/Vnd.X+JSON; charset=utf-8")] {
            let mut event = example("1").with_data(data.to_owned());
            event.content_type = content_type.map(str::to_owned);
            let json = event.to_json();
            let is_member = json.windows(8).any(|bytes| bytes == br#","data":"#);
            assert_eq!(is_member, is_raw, "{data:.40}");
            assert_eq!(CloudEvent::from_json(&json).unwrap(), event, "{data:.40}");
        }
        let event = example("1").with_content_type("text/json-seq").unwrap().with_data(data.to_owned());
        assert_eq!(CloudEvent::from_json(&event.to_json()).unwrap(), event, "{data:.40}");
    }
}

#[test]
fn null_is_data_and_not_an_attribute() {
    let read = |members: &str| {
        let json = format!(r#"{{"specversion":"1.0","id":"1","source":"/","type":"t",{members}}}"#);
        CloudEvent::from_json(json.as_bytes()).unwrap().data
    };
    assert_eq!(read(r#""data":null"#).as_deref(), Some(&b"null"[..]));
    assert_eq!(read(r#""data_base64":null"#), None);
    assert_eq!(read(r#""data":1,"data_base64":null"#).as_deref(), Some(&b"1"[..]));
    assert_eq!(read(r#""datacontenttype":"text/plain","data":null"#), None);
    assert_eq!(read(r#""datacontenttype":"text/plain","data":"null""#).as_deref(), Some(&b"null"[..]));
    assert_eq!(
        read(r#""datacontenttype":null,"subject":null,"x":null,"data":[]"#).as_deref(),
        Some(&b"[]"[..])
    );
}
