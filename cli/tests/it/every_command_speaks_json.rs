use crate::{generated, place::Place};

#[test]
fn before_and_after_its_name() {
    let place = Place::new();
    let lines = (0..2_000)
        .map(|n| generated::line(&format!("{}-{}", ["order", "größe"][n % 2], n % 20), n as u64 / 20 + 1));
    place.write("log.ndjson", lines.collect::<String>());
    assert_eq!(place.objects("--json init")[0]["created"], true);
    assert_eq!(place.objects("init --json")[0]["created"], false);

    let import = place.objects("import --json log.ndjson --batch 500");
    let lines: Vec<_> = import.iter().filter_map(|object| object["progress"]["line"].as_u64()).collect();
    assert_eq!(lines, [500, 1_000, 1_500, 2_000]);
    let progress = serde_json::json!({ "progress": { "line": 1_000, "imported": 1_000, "skipped": 0 } });
    assert_eq!(import[1], progress);
    let summary = &import.last().unwrap()["summary"];
    assert_eq!((&summary["lines"], &summary["interrupted"]), (&2_000.into(), &false.into()));

    let streams = place.objects("streams --json");
    assert_eq!(streams.len(), 20);
    assert_eq!(streams.iter().filter_map(|stream| stream["events"].as_u64()).sum::<u64>(), 2_000);
    assert_eq!(place.objects("streams --json --category order").len(), 10);

    let log = place.objects("log --json");
    assert_eq!(log.len(), 2_000);
    assert!(log.iter().zip(1..).all(|(event, position)| event["position"] == position));

    let show = place.objects("show größe-1 --json");
    assert_eq!(show.len(), 100);
    assert!(
        show.iter()
            .zip(1..)
            .all(|(event, version)| event["version"] == version && event["stream"] == "größe-1")
    );

    let stats = &place.objects("stats --json")[0];
    assert_eq!(
        (&stats["events"], &stats["streams"], &stats["head"]),
        (&2_000.into(), &20.into(), &2_000.into())
    );
    assert_eq!(stats["types"].as_array().unwrap().len(), 1);
    assert_eq!(place.objects("export --json").len(), 2_000);
    assert_eq!(place.objects("export --json copy")[0]["exported"], 2_000);
}

#[test]
fn an_empty_log_too() {
    let place = Place::new();
    place.ok("init");
    assert_eq!(place.objects("stats --json")[0]["busiest_day"], serde_json::Value::Null);
    assert!(place.objects("log --json").is_empty() && place.objects("streams --json").is_empty());
}

#[test]
fn errors_are_objects_on_standard_error() {
    let place = Place::new();
    let ran = place.run("stats --json");
    let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert!(error["error"].as_str().unwrap().starts_with("no store at factum.db"));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
}

#[test]
fn data_is_printed_as_it_is_stored() {
    let place = Place::new();
    place.write(
        "log.ndjson",
        generated::line_with("a-1", 1, "T", "[123456789012345678901234567890,\"\\u0000\"]", ""),
    );
    place.ok("import log.ndjson");
    for command in ["log --json", "show a-1 --json"] {
        assert!(place.ok(command).contains(r#""data":[123456789012345678901234567890,"\u0000"]"#));
    }
}
