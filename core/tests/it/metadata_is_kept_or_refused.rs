use factum_core::{
    CausationId, CorrelationId, Metadata,
    invalid::{Field, Reason},
};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Map, Number, Value};

/// Text that has a meaning somewhere: to `serde_json`, or as the name of a typed field.
const NAMES: [&str; 6] = [
    "$serde_json::private::RawValue",
    "$serde_json::private::Number",
    "actor",
    "correlation_id",
    "fields",
    "",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => any::<String>(), 1 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned)]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| Number::from_f64(n).map_or(Value::Null, Value::Number)),
        text().prop_map(Value::from),
        Just(Value::from("[1,2]")),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn metadata() -> impl Strategy<Value = Metadata> {
    let ids = (option::of(any::<u128>()), option::of(any::<u128>()));
    let typed = (option::of(text()), option::of(text()), option::of(text()));
    (ids, typed, vec((text(), json()), 0..4)).prop_map(|(ids, typed, fields)| {
        let mut metadata = Metadata::default();
        metadata.correlation_id = ids.0.map(uuid::Uuid::from_u128).map(CorrelationId);
        metadata.causation_id = ids.1.map(uuid::Uuid::from_u128).map(CausationId);
        (metadata.actor, metadata.tenant, metadata.traceparent) = typed;
        fields.into_iter().fold(metadata, |metadata, (name, value)| metadata.with(name, value))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_is_in_it(metadata in metadata()) {
        match metadata.to_bytes() {
            Ok(None) => prop_assert!(metadata.is_empty()),
            Ok(Some(bytes)) => prop_assert_eq!(Metadata::from_bytes(&bytes).unwrap(), metadata),
            Err(refused) => {
                prop_assert_eq!(refused.field(), Field::Metadata);
                prop_assert!(matches!(refused.reason(), Reason::Reserved(_) | Reason::Encoding(_)));
                let text = serde_json::to_string(&metadata.fields).unwrap();
                let is_private = text.contains("$serde_json::private::");
                let is_typed = ["actor", "correlation_id"].iter().any(|name| metadata.get(name).is_some());
                prop_assert!(is_private || is_typed, "{} of {}", refused, text);
            }
        }
    }

    #[test]
    fn any_bytes_are_metadata_or_an_error(bytes in prop_oneof![
        vec(any::<u8>(), 0..64),
        json().prop_map(|json| json.to_string().into_bytes()),
    ]) {
        if let Ok(metadata) = Metadata::from_bytes(&bytes)
            && let Some(written) = metadata.to_bytes().unwrap()
        {
            prop_assert_eq!(Metadata::from_bytes(&written).unwrap(), metadata);
        }
    }
}

/// A map with one field of this name is how `serde_json` hands raw values to itself, so it reads one as something else.
#[test]
fn what_would_read_back_as_something_else_is_refused() {
    let hidden = |text: &str| serde_json::json!({ "$serde_json::private::RawValue": text });
    for value in [hidden("[1]"), hidden("no json"), Value::from(vec![hidden("{}")])] {
        let refused = Metadata::default().with("x", value).to_bytes().unwrap_err();
        assert_eq!(refused.field(), Field::Metadata);
        assert!(matches!(refused.reason(), Reason::Encoding(_)), "{refused}");
    }
}

#[test]
fn what_is_nested_too_deeply_to_be_read_is_refused() {
    let nested =
        |depth: usize| (1..depth).fold(Value::Array(Vec::new()), |inner, _| Value::Array(vec![inner]));
    let bytes = |depth| Metadata::default().with("x", nested(depth)).to_bytes();
    assert!(bytes(100).is_ok());
    let refused = bytes(1_000).unwrap_err();
    assert!(refused.to_string().starts_with("metadata cannot be encoded: recursion limit"), "{refused}");
}
