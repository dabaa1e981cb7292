use super::{BINDINGS, as_headers_have_it, borrowed, example};
use crate::cloud_event::{Binding, CloudEvent, CloudEventError, ExtensionName};
use bytes::Bytes;

#[test]
fn what_is_not_an_event_says_why() {
    let refused = |members: &str| {
        let json = format!(r#"{{"specversion":"1.0","id":"1","source":"/","type":"t"{members}}}"#);
        CloudEvent::from_json(json.as_bytes()).unwrap_err().to_string()
    };
    for (members, why) in [
        (r#","id":"2""#, "id is there twice"),
        (r#","x":null,"x":1"#, "x is there twice"),
        (r#","x":1,"\u0078":1"#, "x is there twice"),
        (r#","data":1,"data":1"#, "data is there twice"),
        (r#","data":1,"data_base64":"""#, "data_base64 is there beside data"),
        (r#","data":null,"data_base64":"""#, "data_base64 is there beside data"),
        (r#","data_base64":1"#, "data_base64 is not a string"),
        (r#","data_base64":"A""#, "data_base64 is not Base64"),
        (r#","data_base64":"AA_-""#, "data_base64 is not Base64"),
        (r#","datacontenttype":"text/plain","data":{}"#, "data is not a string"),
        (r#","datacontenttype":"text/plain","data":"\ud800""#, "data is not a string"),
        (r#","datacontenttype":"""#, "datacontenttype is empty"),
        (r#","datacontenttype":{}"#, "datacontenttype is not a boolean, a whole number or a string"),
        (r#","subject":"""#, "subject is empty"),
        (r#","subject":7"#, "subject is not a string"),
        (r#","time":"yesterday""#, "time is not a time of RFC 3339"),
        (r#","time":"2018-04-05T17:31:00""#, "time is not a time of RFC 3339"),
        (r#","time":1522949460"#, "time is not a string"),
        (r#","dataschema":"a b""#, "dataschema has the character ' ' at byte 1"),
        (r#","x":1.0"#, "x is not a whole number of 32 bits"),
        (r#","x":1e3"#, "x is not a whole number of 32 bits"),
        (r#","x":2147483648"#, "x is not a whole number of 32 bits"),
        (r#","x":[]"#, "x is not a boolean, a whole number or a string"),
        (r#","x":"\u0085""#, r"x has the character '\u{85}' at byte 0"),
        (r#","x":"a\uffff""#, r"x has the character '\u{ffff}' at byte 1"),
        (r#","x":"\udbff\udffe""#, r"x has the character '\u{10fffe}' at byte 0"),
        (r#","x":"\udead""#, "x is not a string"),
        (r#","aB":1"#, "aB is not a name of lower-case letters and digits"),
        (r#","a\n":1"#, r"a\n is not a name of lower-case letters and digits"),
        (r#","":1"#, "extension name is empty"),
    ] {
        assert_eq!(refused(members), why, "{members}");
    }
}

#[test]
fn an_attribute_that_has_to_be_there_is_missed() {
    let members = [r#""specversion":"1.0""#, r#""id":"1""#, r#""source":"/""#, r#""type":"t""#];
    for (i, name) in ["specversion", "id", "source", "type"].into_iter().enumerate() {
        let rest: Vec<_> = members.iter().enumerate().filter(|(j, _)| i != *j).map(|(_, m)| *m).collect();
        let refused = CloudEvent::from_json(format!("{{{}}}", rest.join(",")).as_bytes()).unwrap_err();
        assert_eq!(refused.to_string(), format!("{name} is missing"));
        let json = format!(r#"{{{},"{name}":null}}"#, rest.join(","));
        assert_eq!(
            CloudEvent::from_json(json.as_bytes()).unwrap_err().to_string(),
            format!("{name} is missing")
        );
    }
    let old = br#"{"specversion":"0.3","id":"1","source":"/","type":"t"}"#;
    assert_eq!(CloudEvent::from_json(old).unwrap_err().to_string(), "specversion is not 1.0");
}

#[test]
fn what_is_not_json_says_so() {
    for json in [&b""[..], b"{", b"[]", b"null", b"{}x", b"{\"id\":}", b"{\"id\":\"\xff\"}", b"{\"\xff\":1}"]
    {
        let refused = CloudEvent::from_json(json).unwrap_err();
        assert!(matches!(refused, CloudEventError::Json { expected: "an object", .. }), "{refused}");
        assert!(refused.to_string().starts_with("not an object in JSON: "));
    }
    for json in [&b""[..], b"{}", b"[", b"[]]", b"[\"\xff\"]"] {
        let refused = CloudEvent::from_json_batch(json).unwrap_err();
        assert!(matches!(refused, CloudEventError::Json { expected: "an array", .. }), "{refused}");
    }
    let batch = br#"[{"specversion":"1.0","id":"1","source":"/","type":"t"},{"specversion":"1.0"}]"#;
    let refused = CloudEvent::from_json_batch(batch).unwrap_err();
    assert_eq!(refused.to_string(), "event 1 of the batch: id is missing");
}

#[test]
fn an_event_is_made_of_what_it_can_be_read_from() {
    let new = |id: &str, source: &str, event_type: &str| match CloudEvent::new(id, source, event_type) {
        Ok(event) => assert_eq!(CloudEvent::from_json(&event.to_json()).unwrap(), event),
        Err(refused) => panic!("{refused}"),
    };
    for source in
        ["/", "https://example.com/a?b=c#d", "urn:uuid:6e8bc430", "mailto:cncf@example.org", "größe", "#"]
    {
        new("1", source, "t");
    }
    let refused = |id, source, event_type| CloudEvent::new(id, source, event_type).unwrap_err().to_string();
    assert_eq!(refused("", "/", "t"), "id is empty");
    assert_eq!(refused("1", "", "t"), "source is empty");
    assert_eq!(refused("1", "/", ""), "type is empty");
    assert_eq!(refused("1", "/", "t\n"), r"type has the character '\n' at byte 1");
    for source in ["a b", "<a>", "a\\b", "{a}", "a\u{a0}b", "a\"", "a|b", "a^b", "`"] {
        assert!(refused("1", source, "t").starts_with("source has the character "), "{source}");
    }
    let event = || example("1");
    assert!(event().with_subject("").is_err() && event().with_subject("\u{fdd0}").is_err());
    assert!(event().with_content_type("").is_err() && event().with_content_type("a\rb").is_err());
    assert!(event().with_data_schema("").is_err() && event().with_data_schema("a b").is_err());
    assert!(event().with_extension("x", "\u{7f}").is_err() && event().with_extension("x", "").is_ok());
    let name = |name: &str| ExtensionName::new(name).map(|name| name.to_string()).map_err(|e| e.to_string());
    assert_eq!(name("a1"), Ok("a1".to_owned()));
    assert!(name(&"a".repeat(40)).is_ok(), "20 characters are a recommendation");
    assert_eq!(name(""), Err("extension name is empty".to_owned()));
    assert_eq!(
        name("data_base64"),
        Err("data_base64 is not a name of lower-case letters and digits".to_owned())
    );
    for reserved in
        ["data", "id", "source", "specversion", "type", "subject", "time", "datacontenttype", "dataschema"]
    {
        assert_eq!(name(reserved), Err(format!("{reserved} is not the name of an extension")));
    }
}

#[test]
fn headers_that_are_not_an_event_say_why() {
    for binding in BINDINGS {
        let (headers, content_type, data) = example("1").with_data("x").to_binary(binding);
        let read = |extra: &[(&str, &str)]| {
            let headers = borrowed(&headers).chain(extra.iter().copied());
            CloudEvent::from_binary(binding, content_type.as_deref(), headers, data.clone())
                .map_err(|refused| refused.to_string())
        };
        assert_eq!(
            read(&[("x-other", "\n"), ("Other_thing", "1")]),
            Ok(as_headers_have_it(example("1").with_data("x")))
        );
        let header = |name| binding.header(name);
        assert_eq!(read(&[(&header("id"), "2")]), Err("id is there twice".to_owned()));
        assert_eq!(read(&[(&header("x"), "2"), (&header("x"), "2")]), Err("x is there twice".to_owned()));
        assert_eq!(read(&[(&header("subject"), "")]), Err("subject is empty".to_owned()));
        assert_eq!(read(&[(&header("y"), "\n")]), Err(r"y has the character '\n' at byte 0".to_owned()));
        match binding {
            Binding::Mqtt => assert!(read(&[("data", "1"), ("Aa", "1"), ("a-b", "1")]).is_ok()),
            _ => {
                let refused = read(&[(&header("data"), "2")]);
                assert_eq!(refused, Err("data is not the name of an extension".to_owned()));
                let refused = read(&[(&header("a-b"), "2")]);
                assert_eq!(refused, Err("a-b is not a name of lower-case letters and digits".to_owned()));
            }
        }
        let without_id = borrowed(&headers).filter(|(name, _)| *name != binding.header("id"));
        let refused = CloudEvent::from_binary(binding, None, without_id, Bytes::new()).unwrap_err();
        assert_eq!(refused.to_string(), "id is missing");
    }
}
