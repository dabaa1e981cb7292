//! The examples of the JSON format, section 3.2, in binary mode, and those of the protocol bindings.

use super::{BINDINGS, borrowed, example};
use crate::cloud_event::{Attribute, Binding, CloudEvent};
use bytes::Bytes;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_examples_over_http() {
    let xml = example("B234-1234-1234")
        .with_content_type("application/xml")
        .unwrap()
        .with_data(r#"<much wow="xml"/>"#);
    let expected = |id| {
        pairs(&[
            ("ce-specversion", "1.0"),
            ("ce-id", id),
            ("ce-source", "/mycontext"),
            ("ce-type", "com.example.someevent"),
            ("ce-time", "2018-04-05T17:31:00Z"),
            ("ce-comexampleextension1", "value"),
            ("ce-comexampleothervalue", "5"),
        ])
    };
    let (headers, content_type, data) = xml.to_binary(Binding::Http);
    assert_eq!(headers, expected("B234-1234-1234"));
    assert_eq!(
        (content_type.as_deref(), data),
        (Some("application/xml"), Bytes::from(r#"<much wow="xml"/>"#))
    );

    // "Note that the Content Type is explicitly set to the application/json value that was implicit in JSON format."
    let string = example("D234-1234-1234").with_data(r#""I'm just a string""#);
    let (headers, content_type, data) = string.to_binary(Binding::Http);
    assert_eq!(headers, expected("D234-1234-1234"));
    assert_eq!(content_type.as_deref(), Some("application/json"));
    assert_eq!(data, r#""I'm just a string""#);
}

#[test]
fn values_in_headers_are_percent_encoded_once() {
    let encoded = "Euro%20%E2%82%AC%20%F0%9F%98%80";
    for binding in BINDINGS {
        let is_encoded = matches!(binding, Binding::Http | Binding::Nats);
        let event = example("1").with_subject("Euro € 😀").unwrap();
        let (headers, ..) = event.to_binary(binding);
        let subject = headers.iter().find(|(name, _)| *name == binding.header("subject")).unwrap();
        assert_eq!(subject.1, if is_encoded { encoded } else { "Euro € 😀" }, "{binding:?}");
        let read = CloudEvent::from_binary(binding, None, borrowed(&headers), Bytes::new()).unwrap();
        assert_eq!(read.subject, event.subject, "{binding:?}");
    }
    let unchanged = "!#$&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~";
    assert_eq!(Binding::Http.encode(unchanged.to_owned()), unchanged);
    assert_eq!(Binding::Http.encode("\" %\u{7f}\u{80}\n".to_owned()), "%22%20%25%7F%C2%80%0A");
}

#[test]
fn values_that_others_have_encoded_are_read() {
    for (header, value) in [
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", Some("Euro € 😀")),
        ("%e2%82%ac", Some("€")),
        ("%41%2542", Some("A%42")),
        ("\"Euro € \\\"😀\\\\\"", Some("Euro € \"😀\\")),
        ("\"a%20b\"", Some("a b")),
        (" a ", Some("a")),
        ("\"", Some("\"")),
        ("\"a\\\"", Some("a\\")),
        ("100%", Some("100%")),
        ("%zz%2", Some("%zz%2")),
        ("%C0%A0", None),
        ("%E2%82", None),
    ] {
        for binding in [Binding::Http, Binding::Nats] {
            assert_eq!(binding.decode(header).as_deref(), value, "{header}");
        }
    }
    let headers = [("ce-specversion", "1.0"), ("ce-id", "%FF"), ("ce-source", "/"), ("ce-type", "t")];
    let refused = CloudEvent::from_binary(Binding::Http, None, headers, Bytes::new()).unwrap_err();
    assert_eq!(refused.to_string(), "id is not percent-encoded UTF-8");
}

#[test]
fn headers_have_the_names_of_their_binding() {
    for (binding, names) in [
        (Binding::Http, ["ce-id", "CE-ID", "Ce-Id"]),
        (Binding::Nats, ["ce-id", "CE-ID", "Ce-Id"]),
        (Binding::Kafka, ["ce_id"; 3]),
        (Binding::Amqp, ["cloudEvents_id", "cloudEvents:id", "cloudEvents_id"]),
        (Binding::Mqtt, ["id"; 3]),
        (Binding::GooglePubsub, ["ce-id"; 3]),
    ] {
        assert_eq!(binding.header("id"), names[0]);
        for name in names {
            assert_eq!(binding.attribute(name).as_deref(), Some("id"), "{binding:?} {name}");
        }
    }
    for (binding, name) in [
        (Binding::Http, "ce_id"),
        (Binding::Http, "id"),
        (Binding::Http, "c"),
        (Binding::Http, "cé-id"),
        (Binding::Kafka, "CE_id"),
        (Binding::Kafka, "ce-id"),
        (Binding::Amqp, "cloudEvents-id"),
        (Binding::Amqp, "cloudevents_id"),
        (Binding::Mqtt, "ID"),
        (Binding::Mqtt, "ce-id"),
        (Binding::Mqtt, ""),
        (Binding::GooglePubsub, "id"),
        (Binding::GooglePubsub, "CE-ID"),
    ] {
        assert_eq!(binding.attribute(name), None, "{binding:?} {name}");
    }
}

#[test]
fn the_content_type_is_where_the_binding_has_it() {
    for binding in BINDINGS {
        let event = example("1").with_content_type("text/plain").unwrap().with_data("x");
        let (mut headers, content_type, data) = event.to_binary(binding);
        let header = (binding.header("datacontenttype"), "text/plain".to_owned());
        assert_eq!(headers.contains(&header), binding == Binding::Nats);
        assert_eq!(content_type.is_none(), binding == Binding::Nats);
        // MQTT shows both in its example, and others may do so too.
        headers.retain(|pair| *pair != header);
        headers.push(header);
        let read = |content_type| {
            let read = CloudEvent::from_binary(binding, content_type, borrowed(&headers), data.clone());
            read.unwrap().content_type.unwrap()
        };
        assert_eq!(read(None), "text/plain");
        assert_eq!(read(Some("")), "text/plain");
        assert_eq!(
            read(Some("text/html")),
            if binding == Binding::Nats { "text/plain" } else { "text/html" }
        );
    }
}

#[test]
fn of_an_extension_only_a_known_integer_keeps_its_type() {
    for binding in BINDINGS {
        let read = |name: &str, value: Attribute| {
            let event = example("1").with_extension(name, value).unwrap();
            let (headers, ..) = event.to_binary(binding);
            let read = CloudEvent::from_binary(binding, None, borrowed(&headers), Bytes::new()).unwrap();
            read.extension(name).unwrap().clone()
        };
        assert_eq!(read("flag", true.into()), Attribute::from("true"));
        assert_eq!(read("flag", false.into()), Attribute::from("false"));
        assert_eq!(read("number", i32::MIN.into()), Attribute::from("-2147483648"));
        assert_eq!(read("empty", "".into()), Attribute::from(""));
        for name in ["schemaversion", "sampledrate", "severitynumber"] {
            assert_eq!(read(name, 7.into()), Attribute::Integer(7));
            for text in ["007", "+7", "-0", "4294967295", "seven", ""] {
                assert_eq!(read(name, text.into()), Attribute::from(text));
            }
        }
    }
}
