use super::Here;
use crate::careful::{Careful, documents, usual};
use factum::postgres::PgConfig;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn listed_shown_tried_again_and_left_out() {
    let here = Here::new().await;
    here.place.write("log.ndjson", usual());
    here.ok("import log.ndjson");
    assert_eq!(here.ok("quarantine list"), "");
    let careful = Careful::default();
    let app = careful.run(PgConfig::new(here.database.url()).unwrap().open().await.unwrap()).await;

    let listed = here.objects("quarantine list --json");
    let lanes: Vec<_> = listed.iter().map(|lane| json!([lane["lane"], lane["events"]])).collect();
    assert_eq!(lanes, [json!(["document 1", 2]), json!(["document 2", 1])]);
    let shown = here.objects("quarantine show careful_v1 document 1 --json");
    assert_eq!(shown[0]["event"], here.objects("show journal-1 --json")[1]);

    let ran = here.run("quarantine retry careful_v1 document 1 --wait");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "factum: 1 lane failed again\n"));
    let left_out = here.ok("quarantine skip careful_v1 document 1 --yes --wait");
    assert!(left_out.ends_with("\ndocument 1 has left quarantine\n"), "{left_out}");
    careful.mend();
    let healed = here.ok("quarantine retry careful_v1 --all --wait --quiet");
    assert_eq!(healed, "document 2 has left quarantine\n");
    assert_eq!(here.ok("quarantine list"), "");
    let documents = documents(&app).await;
    assert_eq!(
        (&documents["1"], &documents["2"]),
        (&vec!["first".into(), "last".into()], &vec!["poison".into()])
    );
    app.shutdown().await;
}
