use crate::careful::{Careful, documents, place_with, usual};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn in_vain_before_the_cause_is_mended_and_then_with_success() {
    let place = place_with(&usual());
    let careful = Careful::default();
    let app = careful.run_in(&place).await;

    let ran = place.run("quarantine retry careful_v1 --all --wait");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "factum: 2 lanes failed again\n"));
    let asked = "asked for 2 lanes of careful_v1 to be tried again; the application does it, within a second if it runs";
    assert_eq!(ran.stdout.lines().next().unwrap(), asked);
    for failed in [
        "\ndocument 1 has failed again, at position 3, 2 attempts: ",
        "\ndocument 2 has failed again, at position 2, 2 attempts: ",
    ] {
        assert!(ran.stdout.contains(failed), "{}", ran.stdout);
    }

    careful.mend();
    let healed = place.ok("quarantine retry careful_v1 document 2 --wait --quiet");
    assert_eq!(healed, "document 2 has left quarantine\n");
    let listed = place.objects("quarantine list --json");
    assert_eq!((listed.len(), &listed[0]["lane"]), (1, &json!("document 1")));

    let objects = place.objects("quarantine retry careful_v1 --all --json --wait 60");
    let asked = json!({ "asked": { "consumer": "careful_v1", "request": "retry", "lanes": 1 } });
    assert_eq!(objects, [asked, json!({ "lane": "document 1", "outcome": "left" })]);
    assert_eq!(place.ok("quarantine list"), "");
    assert_eq!(documents(&app).await["1"], ["first", "poison", "last"]);
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_nobody_if_the_application_does_not_run() {
    let place = place_with(&usual());
    let careful = Careful::default();
    careful.run_in(&place).await.shutdown().await;

    let ran = place.run("quarantine retry careful_v1 --wait 0 document 1");
    let error = "factum: 1 lane still waiting after 0 seconds; does the application run?\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));
    assert!(ran.stdout.ends_with("\ndocument 1 is still waiting\n"), "{}", ran.stdout);
    let requests: Vec<_> =
        place.objects("quarantine list --json").iter().map(|lane| lane["request"].clone()).collect();
    assert_eq!(requests, [json!("retry"), json!(null)]);
    assert!(place.ok("quarantine list").lines().next().unwrap().contains("Z  retry requested  "));
    let shown = place.ok("quarantine show careful_v1 document 1");
    assert!(shown.lines().next().unwrap().ends_with("  1 attempt  retry requested"), "{shown}");

    // What was asked for is done when it runs again.
    careful.mend();
    let app = careful.run_in(&place).await;
    place.ok("quarantine retry careful_v1 --all --wait");
    assert_eq!(documents(&app).await.len(), 3);
    app.shutdown().await;
}
