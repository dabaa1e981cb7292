use crate::careful::{Careful, documents, noted, place_with, usual};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn only_if_that_is_confirmed() {
    let place = place_with(&usual());
    let app = Careful::default().run_in(&place).await;

    let ran = place.run("quarantine skip careful_v1 document 1");
    let error = "factum: nothing was done: it is left out with --yes\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));
    let event = "leaves out for good position 3, journal-1 Noted: ";
    assert!(ran.stdout.starts_with(event) && ran.stdout.contains("as the test wants it"), "{}", ran.stdout);
    assert!(place.objects("quarantine list --json").iter().all(|lane| lane["request"].is_null()));

    let skipped = place.ok("quarantine skip careful_v1 document 1 --yes --wait");
    let lines: Vec<_> = skipped.lines().collect();
    assert!(lines[0].starts_with(event), "{skipped}");
    let asked = "asked for 1 lane of careful_v1 to go on without its first event; the application does it, within a second \
                 if it runs";
    assert_eq!(lines[1..], [asked, "document 1 has left quarantine"]);
    assert_eq!(documents(&app).await["1"], ["first", "last"]);
    assert_eq!(place.objects("quarantine list --json").len(), 1);
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn and_those_after_it_may_fail_as_well() {
    let texts = ["poison", "good", "poison, too", "last"];
    let place = place_with(&noted(texts.map(|text| ("journal-1", text))));
    let app = Careful::default().run_in(&place).await;

    let ran = place.run("quarantine skip careful_v1 document 1 --yes --wait --json");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "{\"error\":\"1 lane failed again\"}\n"));
    let objects: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((objects.len(), &objects[0]["leaves_out"]["position"]), (3, &json!(1)));
    let asked = json!({ "asked": { "consumer": "careful_v1", "request": "skip", "lanes": 1 } });
    assert_eq!(objects[1], asked);
    let failed = &objects[2];
    assert_eq!(
        [&failed["lane"], &failed["outcome"], &failed["position"], &failed["attempts"]],
        [&json!("document 1"), &json!("failed"), &json!(3), &json!(1)]
    );
    assert!(failed["error"].as_str().unwrap().contains("poison, too"), "{failed}");
    assert_eq!(documents(&app).await["1"], ["good"]);

    place.ok("quarantine skip careful_v1 document 1 --yes --wait");
    assert_eq!(documents(&app).await["1"], ["good", "last"]);
    app.shutdown().await;
}
