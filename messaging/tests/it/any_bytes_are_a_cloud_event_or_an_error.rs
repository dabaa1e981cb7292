use factum_messaging::{
    CloudEvent,
    cloud_event::{Binding, CloudEventError},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// What can stand in an event, right and wrong, so that many events are nearly right.
const VALUES: [&str; 26] = [
    r#""a""#,
    r#""a-1""#,
    r#""""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""\uffff""#,
    r#""a b""#,
    "1",
    "-1",
    "1.0",
    "2147483648",
    "1e999",
    "true",
    "null",
    r#""1.0""#,
    r#""application/json""#,
    r#""text/plain""#,
    r#""1970-01-01T00:00:00Z""#,
    r#""9999-12-31T23:59:60Z""#,
    r#""0000-01-01T00:00:00+23:59""#,
    r#""1970-01-01 00:00:00.123456789-00:00""#,
    r#""00000000-0000-0000-0000-000000000001""#,
    r#""AAA=""#,
    "[1,\n2\r]",
    r#"{"$serde_json::private::RawValue":"1"}"#,
    "{",
];

const NAMES: [&str; 15] = [
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "data",
    "data_base64",
    "sequence",
    "schemaversion",
    "tags",
    "correlationid",
    "$serde_json::private::RawValue",
];

const RIGHT: [(&str, &str); 4] =
    [("specversion", r#""1.0""#), ("id", r#""a""#), ("source", r#""/a""#), ("type", r#""t""#)];

/// The members that an event needs, some of them changed, and others.
fn nearly_an_event() -> impl Strategy<Value = String> {
    let other = (select(&NAMES[..]), select(&VALUES[..]));
    let right = prop::sample::subsequence(RIGHT.to_vec(), 3..=4);
    (right, vec(other, 0..4), any::<bool>()).prop_map(|(right, others, replace)| {
        let kept =
            right.into_iter().filter(|(name, _)| !replace || others.iter().all(|(other, _)| other != name));
        let members = kept.chain(others.iter().copied()).map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

fn check(read: Result<CloudEvent, CloudEventError>) -> Result<(), TestCaseError> {
    match read {
        Ok(event) => {
            prop_assert!(event.check().is_ok());
            prop_assert_eq!(&CloudEvent::from_json(&event.to_json()).unwrap(), &event);
            if let Ok(recorded) = event.to_recorded()
                && let Ok(told) = CloudEvent::of(&recorded, &event.source)
            {
                prop_assert_eq!(told.to_recorded().unwrap(), recorded);
            }
        }
        Err(error) => {
            let error = error.to_string();
            prop_assert!(!error.is_empty() && !error.contains('\n'), "{}", error);
        }
    }
    Ok(())
}

fn binding() -> impl Strategy<Value = Binding> {
    select(
        &[Binding::Http, Binding::Kafka, Binding::Nats, Binding::Amqp, Binding::Mqtt, Binding::GooglePubsub]
            [..],
    )
}

fn prefix() -> impl Strategy<Value = &'static str> {
    select(&["ce-", "CE-", "ce_", "cloudEvents_", "cloudEvents:", ""][..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_they_are(bytes in vec(any::<u8>(), 0..200)) {
        check(CloudEvent::from_json(&bytes))?;
        let _ = CloudEvent::from_json_batch(&bytes);
    }

    #[test]
    fn in_members_that_are_nearly_right(event in nearly_an_event()) {
        check(CloudEvent::from_json(event.as_bytes()))?;
        for read in CloudEvent::from_json_batch(format!("[{event},{event}]").as_bytes()).unwrap_or_default() {
            check(Ok(read))?;
        }
    }

    #[test]
    fn in_headers(
        binding in binding(),
        content_type in option::of(prop_oneof![
            any::<String>(),
            "application/cloudevents[-+a-z;]{0,8}".prop_map(|text| text),
        ]),
        (usual, others) in (prefix(), vec((prefix(), select(&NAMES[..]), any::<String>()), 0..4)),
        strange in vec((any::<String>(), any::<String>()), 0..2),
        data in vec(any::<u8>(), 0..20),
    ) {
        let right = RIGHT.map(|(name, value)| (format!("{usual}{name}"), value.trim_matches('"').to_owned()));
        let others = others.into_iter().map(|(prefix, name, value)| (format!("{prefix}{name}"), value));
        let headers: Vec<_> = right.into_iter().chain(others).chain(strange).collect();
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        check(CloudEvent::from_message(binding, content_type.as_deref(), headers, data.into()))?;
    }
}
