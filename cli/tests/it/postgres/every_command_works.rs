use super::Here;
use crate::{generated, place::Printed};
use serde_json::json;

#[tokio::test]
async fn an_import_run_twice_adds_nothing_and_an_export_equals_it() {
    let here = Here::new().await;
    let log = generated::log(31, 3_000, 40);
    here.place.write("log.ndjson", &log);
    let summary = |batch| {
        let run = here.objects(&format!("import log.ndjson --json --quiet --batch {batch}")).pop().unwrap();
        (run["summary"]["imported"].clone(), run["summary"]["skipped"].clone())
    };
    assert_eq!(summary(700), (json!(3_000), json!(0)));
    assert_eq!(summary(300), (json!(0), json!(3_000)));
    assert_eq!(here.ok("export").as_bytes(), log);
    // The store of the folder is another one.
    assert_eq!(here.place.run("stats").code, Some(1));
}

#[tokio::test]
async fn what_is_counted_listed_and_shown_is_what_sqlite_has() {
    let here = Here::new().await;
    here.place.write("log.ndjson", generated::log(32, 1_200, 25));
    here.place.ok("import log.ndjson");
    here.ok("import log.ndjson --batch 333");
    for arguments in [
        "stats --json",
        "streams",
        "streams --category order --json",
        "log --category größe --limit 20",
        "log --type 名前 --reverse --limit 7",
        "log --tag x",
        "log --tag customer:7 --type a.b/c --after 100",
        "log --since 1939-01-01 --limit 9",
        "export --category order",
        "show order-0-é",
    ] {
        let printed = here.ok(arguments);
        assert!(!printed.is_empty(), "{arguments}: nothing is nothing to compare");
        assert_eq!(printed, here.place.ok(arguments), "{arguments}");
    }
}

#[tokio::test]
async fn follow_prints_what_another_process_appends() {
    let here = Here::new().await;
    let line = |version| generated::line("a-1", version);
    here.place.write("log.ndjson", line(1));
    here.ok("import log.ndjson");
    let mut child = here.command_with("log --json --follow", "application_name=follows").spawn().unwrap();
    let printed = Printed::by(&mut child);
    for version in 1..=3 {
        let event: serde_json::Value = serde_json::from_str(&printed.next().unwrap()).unwrap();
        assert_eq!((&event["stream"], &event["version"]), (&json!("a-1"), &json!(version)));
        here.place.write("log.ndjson", line(version + 1));
        here.ok("import log.ndjson");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
