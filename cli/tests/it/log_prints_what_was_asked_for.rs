use crate::place::Place;

fn line(stream: &str, version: u64, event_type: &str, day: u64, tags: &str) -> String {
    format!(
        "{{\"stream\":\"{stream}\",\"version\":{version},\"type\":\"{event_type}\",\
         \"time\":\"2026-01-{day:02}T12:00:00Z\",\"data\":{{}},\"tags\":[{tags}]}}\n"
    )
}

#[test]
fn by_each_filter() {
    let place = Place::new();
    let lines = [
        line("a-1", 1, "Opened", 1, r#""x","y""#),
        line("b-1", 1, "Opened", 2, r#""x""#),
        line("a-1", 2, "Paid", 5, ""),
        line("a-2", 1, "Opened", 3, ""),
        line("a-1", 3, "Closed", 4, r#""y""#),
    ];
    place.write("log.ndjson", lines.concat());
    place.ok("import log.ndjson");
    for (arguments, positions) in [
        ("", vec![1, 2, 3, 4, 5]),
        ("--reverse", vec![5, 4, 3, 2, 1]),
        ("--reverse --limit 2", vec![5, 4]),
        ("--limit 2", vec![1, 2]),
        ("--limit 0", vec![]),
        ("--after 3", vec![4, 5]),
        ("--after 99", vec![]),
        ("--category a", vec![1, 3, 4, 5]),
        ("--category b --category a --type Opened", vec![1, 2, 4]),
        ("--type Paid --type Closed", vec![3, 5]),
        ("--tag x", vec![1, 2]),
        ("--tag x --tag y", vec![1]),
        ("--stream a-1", vec![1, 3, 5]),
        ("--stream a-1 --reverse --limit 1", vec![5]),
        ("--stream a-1 --after 1 --type Paid", vec![3]),
        ("--stream a-1 --category b", vec![]),
        ("--since 2026-01-03", vec![3, 4, 5]),
        ("--until 2026-01-03T12:00:00Z", vec![1, 2]),
        ("--since 2026-01-02 --until 2026-01-04 --limit 1", vec![2]),
        ("--stream a-1 --since 2026-01-04 --limit 1", vec![3]),
    ] {
        let log = place.objects(&format!("log --json {arguments}"));
        let found: Vec<_> = log.iter().filter_map(|event| event["position"].as_u64()).collect();
        assert_eq!(found, positions, "{arguments}");
    }
}

#[test]
fn by_when_events_were_recorded() {
    let place = Place::new();
    // What was recorded later happened earlier.
    for (file, lines) in [
        ("first.ndjson", line("a-1", 1, "T", 9, "") + &line("b-1", 1, "T", 9, "")),
        ("second.ndjson", line("a-1", 2, "T", 1, "") + &line("b-1", 2, "T", 1, "")),
    ] {
        place.write(file, lines);
        place.ok(&format!("import {file}"));
    }
    let log = place.objects("log --json");
    let [first, second] = [0, 2].map(|n| log[n]["recorded_at"].as_str().unwrap());
    for (arguments, positions) in [
        (format!("--after {first}"), vec![1, 2, 3, 4]),
        (format!("--after {second}"), vec![3, 4]),
        (format!("--after {second} --reverse --limit 1"), vec![4]),
        (format!("--after {second} --stream a-1"), vec![3]),
        ("--after 2026-01-02".to_owned(), vec![1, 2, 3, 4]),
        ("--after 9999-01-01".to_owned(), vec![]),
        (format!("--recorded-since {second}"), vec![3, 4]),
        (format!("--recorded-since {first} --recorded-until {second}"), vec![1, 2]),
        (format!("--recorded-until {second} --reverse --limit 1"), vec![2]),
        (format!("--recorded-since {second} --stream b-1"), vec![4]),
        (format!("--recorded-since {second} --since 2026-01-05"), vec![]),
    ] {
        let log = place.objects(&format!("log --json {arguments}"));
        let found: Vec<_> = log.iter().filter_map(|event| event["position"].as_u64()).collect();
        assert_eq!(found, positions, "{arguments}");
        if !arguments.contains("--reverse") {
            let exported = place.ok(&format!("export {arguments}"));
            assert_eq!(exported.lines().count(), positions.len(), "export {arguments}");
        }
    }
}

#[test]
fn over_many_pages() {
    let place = Place::new();
    let lines: String = (1..=2_500).map(|version| line("a-1", version, "T", 1 + version % 2, "")).collect();
    place.write("log.ndjson", lines);
    place.ok("import log.ndjson");
    for (arguments, events) in [
        ("", 2_500),
        ("--reverse", 2_500),
        ("--stream a-1 --reverse", 2_500),
        ("--limit 2001", 2_001),
        ("--since 2026-01-02", 1_250),
        ("--since 2026-01-02 --limit 1100", 1_100),
    ] {
        assert_eq!(place.ok(&format!("log {arguments}")).lines().count(), events, "{arguments}");
    }
}
