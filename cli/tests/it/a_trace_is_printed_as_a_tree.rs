use crate::place::Place;
use serde_json::json;

const REQUEST: &str = "0190f6a8-0000-7000-8000-0000000000c0";
const OTHER: &str = "0190f6a8-0000-7000-8000-0000000000d0";

fn id(n: u64) -> String {
    format!("0190f6a8-0000-7000-8000-{n:012}")
}

/// An event whose id ends in `n`, with its cause and correlation, and more of its metadata.
fn line(n: u64, stream: &str, event_type: &str, cause: Option<u64>, correlation: &str, more: &str) -> String {
    let cause = cause.map_or(String::new(), |cause| format!(",\"causation_id\":\"{}\"", id(cause)));
    format!(
        "{{\"stream\":\"{stream}\",\"version\":1,\"type\":\"{event_type}\",\"time\":\"2026-01-31T12:00:{n:02}.{n:03}Z\",\
         \"data\":{{\"n\":{n}}},\"id\":\"{}\",\"metadata\":{{\"correlation_id\":\"{correlation}\"{cause}{more}}}}}\n",
        id(n)
    )
}

fn registration() -> Place {
    let place = Place::new();
    let traced = ",\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"";
    let lines = [
        line(1, "user-ada", "Registered", None, REQUEST, &format!("{traced},\"actor\":\"ada\"")),
        line(2, "user-eve", "Registered", None, OTHER, ""),
        line(3, "mail-1", "Welcomed", Some(1), REQUEST, ",\"command\":\"SendWelcome\""),
        line(4, "stats-1", "Counted", Some(1), REQUEST, ""),
        line(5, "mail-2", "Bounced", Some(3), REQUEST, ",\"traceparent\":\"00-1-2-01\""),
        line(6, "audit-1", "Noted", Some(4), OTHER, ""),
        line(7, "audit-2", "Noted", Some(2), REQUEST, ""),
        line(8, "audit-3", "Noted", Some(99), REQUEST, ""),
        line(9, "loop-1", "First", Some(10), REQUEST, ""),
        line(10, "loop-2", "Second", Some(9), REQUEST, ""),
    ];
    place.write("log.ndjson", lines.concat());
    place.ok("import log.ndjson");
    place
}

#[test]
fn from_the_request_to_the_last_effect() {
    let place = registration();
    let (missing, circle) = (id(99), id(10));
    let expected = format!(
        "\
correlation {REQUEST}, traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         1  2026-01-31T12:00:01.001000Z       +0us  user-ada 1  Registered  (of ada)  {{\"n\":1}}
         3  2026-01-31T12:00:03.003000Z     +2.00s  ├─ mail-1 1  Welcomed  (by command SendWelcome)  {{\"n\":3}}
*        5  2026-01-31T12:00:05.005000Z     +4.00s  │  └─ mail-2 1  Bounced  (traceparent 00-1-2-01)  {{\"n\":5}}
         4  2026-01-31T12:00:04.004000Z     +3.00s  └─ stats-1 1  Counted  {{\"n\":4}}
         6  2026-01-31T12:00:06.006000Z     +5.00s     └─ audit-1 1  Noted  (goes on in correlation {OTHER})  {{\"n\":6}}
         7  2026-01-31T12:00:07.007000Z     +6.01s  audit-2 1  Noted  (caused by Registered at 2, of correlation {OTHER})  {{\"n\":7}}
         8  2026-01-31T12:00:08.008000Z     +7.01s  audit-3 1  Noted  (caused by {missing}, which is no event of this log)  {{\"n\":8}}
         9  2026-01-31T12:00:09.009000Z     +8.01s  loop-1 1  First  (said to be caused by {circle}, which it has caused itself)  {{\"n\":9}}
        10  2026-01-31T12:00:10.010000Z     +9.01s  └─ loop-2 1  Second  {{\"n\":10}}
9 events within 9.01s
"
    );
    assert_eq!(place.ok(&format!("trace {}", id(5))), expected);
    assert_eq!(place.ok("trace 5"), expected);
    let unmarked = expected.replace('*', " ");
    assert_eq!(place.ok(&format!("trace {REQUEST}")), unmarked);
    let quiet = unmarked.replace("9 events within 9.01s\n", "");
    assert_eq!(place.ok(&format!("trace {REQUEST} --quiet")), quiet);
}

#[test]
fn as_much_of_it_as_is_asked_for() {
    let place = registration();
    let some = place.ok(&format!("trace {REQUEST} --limit 2"));
    assert!(some.ends_with("\n2 events, and there are more: --limit shows them\n"), "{some}");
    let late = place.ok(&format!("trace {REQUEST} --after 4 --limit 3"));
    assert!(late.contains("  mail-2 1  Bounced  (caused by Welcomed at 3)"), "{late}");
    assert_eq!(place.run(&format!("trace {REQUEST} --after 9999-01-01")).code, Some(1));
}

#[test]
fn for_programs() {
    let place = registration();
    let mut objects = place.objects(&format!("trace {REQUEST} --json"));
    let summary = objects.pop().unwrap();
    assert_eq!(
        (&summary["summary"]["correlation"], &summary["summary"]["events"], &summary["summary"]["whole"]),
        (&json!(REQUEST), &json!(9), &json!(true))
    );
    let told: Vec<_> =
        objects.iter().map(|event| (&event["position"], &event["depth"], &event["cause"])).collect();
    assert_eq!(told[1], (&json!(3), &json!(1), &json!({ "kind": "event", "id": id(1), "position": 1 })));
    assert_eq!(told[0].2, &json!({ "kind": "request" }));
    assert_eq!(objects[4]["leaves_for"], OTHER);
    let elsewhere = json!({ "kind": "elsewhere", "id": id(2), "position": 2, "correlation": OTHER });
    assert_eq!(told[5].2, &elsewhere);
    assert_eq!(told[6].2, &json!({ "kind": "unknown", "id": id(99) }));
    assert_eq!(told[7].2, &json!({ "kind": "circle", "id": id(10) }));
    assert!(objects.iter().all(|event| event["after_us"].is_u64() && event["data"]["n"].is_u64()));
}

#[test]
fn what_is_not_there_is_an_error() {
    let place = registration();
    for (what, why) in [
        ("11", "there is no event at position 11"),
        (OTHER.replace('d', "e").as_str(), "no event has the id"),
    ] {
        let ran = place.run(&format!("trace {what}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
        assert!(ran.stderr.starts_with(&format!("factum: {why}")), "{}", ran.stderr);
    }
    let ran = place.run("trace yesterday");
    assert!(ran.code == Some(2) && ran.stderr.contains("neither a position nor an id"), "{ran:?}");
}

#[test]
fn a_long_chain_stays_readable() {
    let place = Place::new();
    let chain = (1..=40).map(|n| line(n, &format!("a-{n}"), "Next", (n > 1).then(|| n - 1), REQUEST, ""));
    place.write("log.ndjson", chain.collect::<String>());
    place.ok("import log.ndjson");
    let printed = place.ok("trace 1");
    let last = printed.lines().nth(40).unwrap();
    assert!(last.contains(&format!("s  [8] {}└─ a-40 1  Next", "   ".repeat(30))), "{last}");
}

#[test]
fn a_deadline_says_how_late_it_fired() {
    let place = Place::new();
    let deadline =
        line(2, "process.registration-ada", "Overdue", Some(1), REQUEST, ",\"deadline\":\"confirmation\"");
    place.write("log.ndjson", line(1, "user-ada", "Registered", None, REQUEST, "") + &deadline);
    place.ok("import log.ndjson");
    // It was recorded when it was imported.
    let printed = place.ok("trace 2");
    let late = printed.lines().nth(2).unwrap().split("(deadline confirmation, ").nth(1);
    assert!(late.is_some_and(|late| late.contains("d late)  {")), "{printed}");
}
