use crate::{
    careful::{Careful, Noted, noted, place_with, usual},
    generated::line_with,
    place::{Place, Ran},
};
use factum::{
    Append, EventAppender as _, EventReader as _, MemoryStore, NewEvent, Position, SqliteStore,
    app::Running as _, event::Encoded,
};
use serde_json::{Value, json};

/// A log of which one event has no readable payload, and what is left of it once it was run.
async fn place() -> Place {
    let place = place_with(&(usual() + &line_with("journal-4", 1, "Noted", "7", "")));
    Careful::default().run_in(&place).await.shutdown().await;
    place
}

fn fields(of: &Value, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| of[name].clone()).collect()
}

#[tokio::test]
async fn by_lane() {
    let place = place().await;
    let listed = place.objects("quarantine list --json");
    let found: Vec<_> = listed
        .iter()
        .map(|lane| fields(lane, &["lane", "events", "position", "stream", "attempts", "request"]))
        .collect();
    let expected = [
        json!(["document 1", 2, 3, "journal-1", 1, null]),
        json!(["document 2", 1, 2, "journal-2", 1, null]),
        json!(["stream journal-4", 1, 6, "journal-4", 1, null]),
    ];
    assert_eq!(json!(found), json!(expected));
    assert!(listed.iter().all(|lane| lane["consumer"] == "careful_v1" && lane["type"] == "Noted"));
    assert!(listed[0]["error"].as_str().unwrap().contains("as the test wants it"));

    let lines = place.ok("quarantine list");
    let since = listed[0]["parked_at"].as_str().unwrap();
    let first = lines.lines().next().unwrap();
    let begin = format!("careful_v1  document 1  2 events from 3  1 attempt  since {since}  ");
    assert!(first.starts_with(&begin) && first.contains("as the test wants it:\\u000apoison"), "{first}");
    assert_eq!(lines.lines().count(), 3);
    assert_eq!(place.ok("quarantine list careful_v1"), lines);
}

#[tokio::test]
async fn by_event() {
    let place = place().await;
    for lane in ["document 1", "journal-4"] {
        let mut command = place.command("quarantine show careful_v1");
        let quoted: Ran = command.arg(lane).output().unwrap().into();
        assert_eq!(quoted.code, Some(0), "{quoted:?}");
        assert_eq!(quoted.stdout, place.ok(&format!("quarantine show careful_v1 {lane}")));
    }
    let shown = place.ok("quarantine show careful_v1 document 1");
    let lines: Vec<_> = shown.lines().collect();
    assert!(lines[0].starts_with("        3  journal-1  Noted  since 2"), "{shown}");
    assert!(lines[0].ends_with("Z  1 attempt") && lines[1].ends_with("as the test wants it:"), "{shown}");
    assert_eq!(lines[2], "           poison");
    // As the stream is shown.
    assert_eq!(lines[3], place.ok("show journal-1").lines().nth(1).unwrap());
    assert!(
        lines[4].starts_with("        5  journal-1  Noted  since 2") && lines[4].ends_with('Z'),
        "{shown}"
    );
    assert_eq!(lines.len(), 5);

    let shown = place.objects("quarantine show careful_v1 document 1 --json");
    assert_eq!(shown[0]["event"], place.objects("show journal-1 --json")[1]);
    assert_eq!(
        fields(&shown[1], &["position", "attempts", "error", "event"]),
        [json!(5), json!(0), json!(null), json!(null)]
    );
}

#[tokio::test]
async fn over_many_pages() {
    let many = std::iter::once(("journal-1", "poison")).chain((0..2_499).map(|_| ("journal-1", "later")));
    let place = place_with(&noted(many.chain([("journal-2", "poison")])));
    Careful::default().run_in(&place).await.shutdown().await;
    let listed = place.objects("quarantine list --json");
    let events: Vec<_> = listed.iter().map(|lane| lane["events"].as_u64().unwrap()).collect();
    assert_eq!(events, [2_500, 1]);
    let shown = place.objects("quarantine show careful_v1 document 1 --json");
    let positions = shown.iter().map(|event| event["position"].as_u64().unwrap());
    assert!(positions.eq(1..=2_500));
}

#[tokio::test]
async fn and_what_is_not_there_is_an_error_that_says_what_is() {
    let place = place().await;
    for (arguments, error) in [
        ("list careful", "there is no consumer careful; those with something in quarantine are careful_v1"),
        (
            "retry careful --all",
            "there is no consumer careful; those with something in quarantine are careful_v1",
        ),
        (
            "show careful_v1 document 3",
            "document 3 of careful_v1 is not in quarantine; there are document 1, document 2, stream journal-4",
        ),
        (
            "skip careful_v1 journal-1 --yes",
            "stream journal-1 of careful_v1 is not in quarantine; there are document 1, document 2, stream journal-4",
        ),
    ] {
        let ran = place.run(&format!("quarantine {arguments}"));
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr), (Some(1), "", format!("factum: {error}\n")));
    }
    let place = place_with(&noted([("journal-1", "first")]));
    assert_eq!(place.ok("quarantine list"), "");
    let ran = place.run("quarantine list careful_v1");
    let error = "factum: there is no consumer careful_v1, and nothing is in quarantine\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));

    Careful::default().run_in(&place).await.shutdown().await;
    assert_eq!(place.ok("quarantine list careful_v1"), "");
    assert_eq!(place.ok("quarantine retry careful_v1 --all"), "nothing of careful_v1 is in quarantine\n");
    let ran = place.run("quarantine show careful_v1 document 1");
    let error = "factum: nothing of careful_v1 is in quarantine\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));
}

#[tokio::test]
async fn with_the_first_five_lanes_if_there_are_more() {
    let streams: Vec<_> = (1..=6).map(|n| format!("journal-{n}")).collect();
    let place = place_with(&noted(streams.iter().map(|stream| (stream.as_str(), "poison"))));
    Careful::default().run_in(&place).await.shutdown().await;
    let ran = place.run("quarantine show careful_v1 document 7");
    assert!(
        ran.stderr.ends_with("document 4, document 5 and more, which \"factum quarantine list\" lists\n"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn also_of_a_log_in_another_store() {
    let log = MemoryStore::new();
    let poison = Encoded::of(&Noted { text: "poison".to_owned() }).unwrap();
    let event = NewEvent::encoded("journal-1".parse().unwrap(), poison);
    log.append_one(Append::new([event])).await.unwrap();
    let place = Place::new();
    let sink = SqliteStore::open(place.path("factum.db")).await.unwrap();
    let running = Careful::default().runner().start(sink, log.clone()).unwrap();
    running.waiter().reached(Position::new(1)).await.unwrap();
    running.stop().await;

    let of_log = format!("  of log {}  ", log.log_id());
    assert!(place.ok("quarantine list").contains(&of_log));
    let shown = place.ok("quarantine show careful_v1 document 1");
    let last = format!("\nthe events are in log {}, which is not that of this store\n", log.log_id());
    assert!(shown.ends_with(&last), "{shown}");
    let shown = place.objects("quarantine show careful_v1 document 1 --json");
    assert_eq!(fields(&shown[0], &["log", "event"]), [json!(log.log_id()), json!(null)]);
    assert_eq!(place.objects("quarantine retry careful_v1 --all --json")[0]["asked"]["lanes"], 1);
}
