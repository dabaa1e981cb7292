use crate::{
    careful::{Careful, documents, place_with, usual},
    place::Place,
};
use factum::projections::AppExt as _;
use serde_json::json;
use std::time::{Duration, Instant};

/// Until the node does not run the generation any more, which it tells after readers have gone over to the other one.
fn dropped(place: &Place, arguments: &str) -> String {
    let begun = Instant::now();
    loop {
        let ran = place.run(arguments);
        if ran.code == Some(0) {
            return ran.stdout;
        }
        let is_run = ran.stderr.contains("stays: a node ran it until just now");
        assert!(is_run && begun.elapsed() < Duration::from_secs(60), "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_and_after_the_new_one_is_read() {
    let place = place_with(&usual());
    let careful = Careful::default();
    let app = careful.run_in(&place).await;
    let nothing = place.run("projection diff careful_v1");
    assert!(
        nothing.stderr.starts_with("factum: no read model of careful_v1 is being made anew"),
        "{nothing:?}"
    );

    careful.mend();
    place.ok("projection rebuild careful_v1 --hold");
    let ran = place.run("projection diff careful_v1");
    let printed = "generation 0 of careful_v1 at 5, generation 1 at 5\n\
                   document 1\n    /1  nothing -> \"poison\"\n    /2  nothing -> \"last\"\n\
                   document 2  only in generation 1: [\"poison\"]\n\
                   3 documents compared, 2 differ: 1 changed, 0 only in generation 0, 1 only in generation 1\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(1), printed, ""));
    let short = place.run("projection diff careful_v1 --limit 1 --quiet");
    assert!(
        short.stdout.ends_with("\"last\"\nand 1 document more, which --limit shows\n"),
        "{}",
        short.stdout
    );
    let ran = place.run("projection diff careful_v1 --json");
    let objects: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = json!({
        "consumer": "careful_v1", "generations": [0, 1], "positions": [5, 5], "exact": true, "compared": 3, "changed": 1,
        "only_before": 0, "only_after": 1,
    });
    assert_eq!(objects.last(), Some(&json!({ "summary": summary })));
    assert_eq!(objects[1], json!({ "document": "2", "before": null, "after": ["poison"] }));

    let held = place.run("projection drop careful_v1 --generation 1");
    assert!(
        held.stderr.starts_with("factum: generation 1 of careful_v1 stays: it is being made; "),
        "{held:?}"
    );
    let none = place.ok("projection drop careful_v1");
    assert_eq!(none, "careful_v1 has no generation that is read no longer\n");
    place.ok("projection activate careful_v1");
    let rebuilt = tokio::time::timeout(Duration::from_secs(60), app.rebuilt::<Careful>(1));
    rebuilt.await.expect("an answer").unwrap();
    assert_eq!(dropped(&place, "projection drop careful_v1"), "generation 0 of careful_v1 is dropped\n");
    let read = place.run("projection drop careful_v1 --generation 1");
    assert_eq!(read.stderr, "factum: generation 1 of careful_v1 stays: it is the one that is read\n");
    assert_eq!(place.ok("quarantine list"), "", "what it had in quarantine is gone");
    let listed = place.ok("projection list");
    assert!(listed.starts_with("careful_v1  generation 1  at the end of the log  1 node"), "{listed}");
    assert_eq!(documents(&app).await["1"], ["first", "poison", "last"]);
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn also_what_was_given_up() {
    let place = place_with(&usual());
    let careful = Careful::default();
    careful.mend();
    let app = careful.run_in(&place).await;
    place.ok("projection rebuild careful_v1 --hold");
    let ran = place.ok("projection diff careful_v1");
    assert!(ran.ends_with("\n3 documents compared, none differs\n"), "{ran}");
    app.shutdown().await;
    place.ok("projection abandon careful_v1");
    let dropped = place.objects("projection drop careful_v1 --json");
    assert_eq!(dropped, [json!({ "consumer": "careful_v1", "dropped": [1] })]);
    assert_eq!(place.objects("projection drop careful_v1 --json")[0]["dropped"], json!([]));
    let app = careful.run_in(&place).await;
    assert_eq!(documents(&app).await.len(), 3);
    place.ok("projection rebuild careful_v1");
    assert_eq!(place.objects("projection list --json")[0]["generation"], 2, "its number is not given again");
    app.shutdown().await;
}
