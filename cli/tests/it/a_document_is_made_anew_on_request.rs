use crate::careful::{Careful, documents, place_with, usual};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn by_the_application_while_it_runs() {
    let place = place_with(&usual());
    let careful = Careful::default();
    let app = careful.run_in(&place).await;

    let ran = place.run("projection repair careful_v1 1");
    let error = "factum: document 1 of careful_v1 is as it was, since it could not be made anew: applying event 3 to document 1: \
                 the projection panicked: as the test wants it:\\u000apoison\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));
    assert_eq!(documents(&app).await["1"], ["first"]);

    careful.mend();
    assert_eq!(place.ok("projection repair careful_v1 1"), "document 1 of careful_v1 has been made anew\n");
    assert_eq!(documents(&app).await["1"], ["first", "poison", "last"]);
    let listed = place.objects("quarantine list --json");
    assert_eq!((listed.len(), &listed[0]["lane"]), (1, &json!("document 2")));
    let object = &place.objects("projection repair careful_v1 3 --json")[0];
    assert_eq!(*object, json!({ "consumer": "careful_v1", "document": "3", "repaired": true }));
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn or_when_it_runs_again() {
    let place = place_with(&usual());
    let careful = Careful::default();
    careful.run_in(&place).await.shutdown().await;
    let ran = place.run("projection repair careful_v1 2 --patience 0");
    let error = "factum: nobody runs careful_v1 after 0 seconds; it is done when somebody does\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));
    let asked = place.ok("projection repair careful_v1 1 --no-wait");
    assert_eq!(asked, "asked for document 1 of careful_v1 to be made anew\n");

    careful.mend();
    let app = careful.run_in(&place).await;
    place.ok("projection repair careful_v1 3");
    // In the order in which they were asked for.
    assert_eq!(documents(&app).await["2"], ["poison"]);
    assert_eq!(documents(&app).await["1"], ["first", "poison", "last"]);
    assert_eq!(place.ok("quarantine list"), "");
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_quarantine() {
    let place = place_with(&usual());
    let careful = Careful::default();
    let app = careful.run_in(&place).await;
    let ran = place.run("quarantine replay careful_v1 document 1 --wait");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "factum: 1 lane failed again\n"));
    let asked = "asked for document 1 of careful_v1 to be made anew; the application does it, within a second or two if it runs\n";
    let failed = format!("{asked}document 1 has failed again: applying event 3 to document 1: ");
    assert!(ran.stdout.starts_with(&failed), "{}", ran.stdout);
    assert_eq!(place.objects("quarantine list --json")[0]["attempts"], 2);

    careful.mend();
    let left = place.ok("quarantine replay careful_v1 document 1 --wait --quiet");
    assert_eq!(left, "document 1 was made anew, and has left quarantine\n");
    let objects = place.objects("quarantine replay careful_v1 document 2 --wait --json");
    let asked = json!({ "asked": { "consumer": "careful_v1", "request": "replay", "lanes": 1 } });
    assert_eq!(objects, [asked, json!({ "lane": "document 2", "outcome": "left" })]);
    assert_eq!(documents(&app).await["1"], ["first", "poison", "last"]);
    assert_eq!(place.ok("quarantine list"), "");

    let nothing = place.run("quarantine replay careful_v1 document 1");
    assert_eq!(nothing.stderr, "factum: nothing of careful_v1 is in quarantine\n");
    let stream = place.run("quarantine replay careful_v1 stream journal-1");
    let why = "factum: which documents the events of stream journal-1 change is not known, so none can be made anew; ";
    assert!(stream.code == Some(1) && stream.stderr.starts_with(why), "{stream:?}");
    app.shutdown().await;
}
