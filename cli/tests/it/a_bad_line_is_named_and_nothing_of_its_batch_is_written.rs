use crate::{generated::line, place::Place};

fn events(place: &Place) -> u64 {
    place.objects("stats --json")[0]["events"].as_u64().unwrap()
}

/// Runs an import that is refused, and gives the reason.
fn refused(place: &Place, arguments: &str) -> String {
    let ran = place.run(arguments);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.stdout, "");
    ran.stderr
}

#[test]
fn with_file_line_and_reason() {
    let place = Place::new();
    let lines = [line("a-1", 1), line("a-1", 2), line("a-1", 3), "{\"stream\":7}\n".into(), line("a-1", 4)];
    place.write("log.ndjson", lines.concat());
    assert_eq!(
        refused(&place, "import log.ndjson --batch 2"),
        "factum: log.ndjson:4: stream is not a string\n"
    );
    assert_eq!(events(&place), 2);
    let ran = place.run_with_input("import --batch 2", lines.concat().as_bytes());
    assert_eq!(ran.stderr, "factum: stdin:4: stream is not a string\n");
    assert_eq!(events(&place), 2);
}

#[test]
fn a_gap_is_one() {
    let place = Place::new();
    place.write("log.ndjson", [line("a-1", 1), line("b-1", 1), line("a-1", 4)].concat());
    let reason = "stream a-1 is at version 1 and the line has version 4: versions 2 to 3 are missing";
    assert_eq!(refused(&place, "import log.ndjson"), format!("factum: log.ndjson:3: {reason}\n"));
    assert_eq!(events(&place), 0);
}

#[test]
fn so_is_another_event_at_the_version() {
    let place = Place::new();
    place.write("log.ndjson", line("a-1", 1));
    place.ok("import log.ndjson");
    let other = line("a-1", 1).replace("}\n", ",\"id\":\"00000000-0000-4000-8000-000000000001\"}\n");
    place.write("other.ndjson", [line("b-1", 1), other].concat());
    let reason = "stream a-1 has another event at version 1";
    assert_eq!(refused(&place, "import other.ndjson"), format!("factum: other.ndjson:2: {reason}\n"));
    assert_eq!(events(&place), 1);
}

#[test]
fn those_that_are_to_be_skipped_are_reported_one_by_one() {
    let place = Place::new();
    place.write("log.ndjson", [&line("a-1", 1), "\n", "x\n", &line("b-1", 2), &line("a-1", 2)].concat());
    let ran = place.run("import log.ndjson --skip-bad-lines");
    assert_eq!(ran.code, Some(1));
    let reported: Vec<_> = ran.stderr.lines().collect();
    assert!(reported[0].starts_with("log.ndjson:3: not a JSON object: "), "{reported:?}");
    assert_eq!(
        reported[1],
        "log.ndjson:4: stream b-1 has no events and the line has version 2: version 1 is missing"
    );
    assert_eq!(reported.len(), 2);
    assert_eq!(events(&place), 2);

    let ran = place.run("import log.ndjson --skip-bad-lines --json");
    let objects: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((ran.code, &objects[0]["bad_line"]["line"]), (Some(1), &3.into()));
    assert_eq!(objects.last().unwrap()["summary"]["bad_lines"], 2);
}
