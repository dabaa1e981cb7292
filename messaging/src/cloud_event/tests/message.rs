use super::{BINDINGS, as_headers_have_it, borrowed, example};
use crate::cloud_event::{Binding, CloudEvent, CloudEventError, media_type};
use bytes::Bytes;

#[test]
fn a_message_is_read_in_the_mode_that_its_content_type_says() {
    let event = example("1").with_content_type("application/json").unwrap().with_data("{}");
    for binding in BINDINGS {
        for structured in [
            media_type::EVENT,
            "application/cloudevents+json; charset=UTF-8",
            "Application/CloudEvents+JSON;charset=utf-8",
            " application/cloudevents ",
        ] {
            // Headers may be there too (section 3.2.3 of the HTTP binding), and do not count.
            let headers = [("ce-id", "other"), ("ce_id", "other"), ("id", "other")];
            let read = CloudEvent::from_message(binding, Some(structured), headers, event.to_json());
            assert_eq!(read.unwrap(), event, "{structured}");
        }
        let (headers, content_type, data) = event.to_binary(binding);
        let read = CloudEvent::from_message(binding, content_type.as_deref(), borrowed(&headers), data);
        assert_eq!(read.unwrap(), as_headers_have_it(event.clone()));
        for data_type in
            ["application/cloudeventsx", "application/cloudevents-x", "x/cloudevents+json", "json"]
        {
            let (headers, content_type, data) =
                example("1").with_content_type(data_type).unwrap().with_data("{}").to_binary(binding);
            let read = CloudEvent::from_message(binding, content_type.as_deref(), borrowed(&headers), data);
            assert_eq!(read.unwrap().content_type.as_deref(), Some(data_type));
        }
    }
}

#[test]
fn what_is_not_one_event_in_json_is_not_taken_for_one() {
    let read = |content_type| {
        CloudEvent::from_message(Binding::Http, Some(content_type), [], Bytes::from_static(b"[]"))
            .unwrap_err()
    };
    for batch in
        [media_type::BATCH, "application/cloudevents-batch; x=y", "APPLICATION/cloudevents-batch+json"]
    {
        assert!(matches!(read(batch), CloudEventError::Batch), "{batch}");
    }
    for format in ["application/cloudevents+avro", "application/cloudevents-batch+xml"] {
        let refused = read(format);
        assert!(matches!(&refused, CloudEventError::Format(found) if found == format), "{refused}");
    }
}

#[test]
fn a_protocol_without_headers_has_structured_messages() {
    let event = example("1");
    for binding in BINDINGS {
        for headers in [&[][..], &[("Nats-Msg-Id", "1"), ("some", "1")]] {
            let read = CloudEvent::from_message(binding, None, headers.iter().copied(), event.to_json());
            match binding {
                Binding::Mqtt | Binding::Nats => assert_eq!(read.unwrap(), event),
                _ => assert_eq!(read.unwrap_err().to_string(), "specversion is missing"),
            }
        }
        let (headers, ..) = event.to_binary(binding);
        let read = CloudEvent::from_message(binding, None, borrowed(&headers), Bytes::new());
        assert_eq!(read.unwrap().id, "1");
    }
}
