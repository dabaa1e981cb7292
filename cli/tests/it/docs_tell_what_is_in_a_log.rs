use crate::place::Place;

fn filled() -> Place {
    let place = Place::new();
    let line = |stream: &str, version: u64, of: &str, data: &str| {
        format!(
            "{{\"stream\":\"{stream}\",\"version\":{version},\"type\":\"{of}\",\"time\":\"2026-01-02T03:04:05Z\",\"data\":{data},\"tags\":[\"customer:ada\"]}}\n"
        )
    };
    let lines = [
        line("order-7", 1, "Placed", r#"{"sku":"secret","count":2}"#),
        line("order-7", 2, "Paid|now", r#"{"amount":1.5}"#),
        line("order-8", 1, "Placed", r#"{"sku":"b"}"#),
    ];
    place.write("log.ndjson", lines.concat());
    place.ok("import log.ndjson");
    place
}

#[test]
fn as_an_asyncapi_document() {
    let place = filled();
    let options = "--title Orders --app-version 2.1.0 --server amqp://guest:guest@rabbit:5672/x";
    let document = &place.objects(&format!("docs asyncapi --json {options}"))[0];
    assert_eq!(document["asyncapi"], "3.0.0");
    assert_eq!(
        (&document["info"]["title"], &document["info"]["version"]),
        (&"Orders".into(), &"2.1.0".into())
    );
    assert_eq!(document["channels"]["order.Placed"]["address"], "order.{key}.Placed");
    assert_eq!(document["servers"]["amqp"]["host"], "rabbit:5672", "without the password");
    let schema = &document["components"]["schemas"]["Placed"];
    assert_eq!(schema["required"], serde_json::json!(["sku"]));
    let text = place.ok(&format!("docs asyncapi {options}"));
    assert_eq!(&serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    assert!(!text.contains("secret"), "no value of a payload is told");
    let newest = &place.objects("docs asyncapi --json --sample 1")[0];
    assert_eq!(newest["channels"].as_object().unwrap().len(), 1);
}

#[test]
fn as_a_catalogue_for_people() {
    let text = filled().ok("docs events --title Orders");
    for part in [
        "# Orders",
        "## Placed",
        "Topic: `order.{key}.Placed`",
        "| `sku` | string | yes |",
        "| `count` | integer |  |",
        "## Paid\\|now",
    ] {
        assert!(text.contains(part), "{part} in:\n{text}");
    }
    assert!(!text.contains("secret"));
}

#[test]
fn an_address_that_is_none_is_refused() {
    let place = filled();
    let ran = place.run("docs asyncapi --server localhost");
    let said = ran.stderr;
    assert_eq!(ran.code, Some(2));
    assert!(said.contains("an address is such as amqp://localhost"), "{said}");
}
