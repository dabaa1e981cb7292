use super::Here;
use crate::careful::{Careful, documents, usual};
use factum::{postgres::PgConfig, projections::AppExt as _};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn compared_dropped_and_document_by_document() {
    let here = Here::new().await;
    here.place.write("log.ndjson", usual());
    here.ok("import log.ndjson");
    let careful = Careful::default();
    let app = careful.run(PgConfig::new(here.database.url()).unwrap().open().await.unwrap()).await;

    let failed = here.run("projection repair careful_v1 1");
    assert!(failed.code == Some(1) && failed.stderr.contains("could not be made anew"), "{failed:?}");
    careful.mend();
    assert_eq!(here.ok("projection repair careful_v1 1"), "document 1 of careful_v1 has been made anew\n");
    assert_eq!(documents(&app).await["1"], ["first", "poison", "last"]);
    assert_eq!(here.objects("quarantine list --json").len(), 1);

    here.ok("projection rebuild careful_v1 --hold");
    let ran = here.run("projection diff careful_v1 --json");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!((ran.code, lines.len()), (Some(1), 2), "{ran:?}");
    assert!(lines[1].contains("\"exact\":true") && lines[1].contains("\"only_after\":1"), "{ran:?}");
    let left = here.ok("quarantine replay careful_v1 document 2 --wait --quiet");
    assert_eq!(left, "document 2 was made anew, and has left quarantine\n");
    assert!(here.ok("projection diff careful_v1").ends_with("\n3 documents compared, none differs\n"));

    here.ok("projection activate careful_v1");
    let rebuilt = tokio::time::timeout(Duration::from_secs(60), app.rebuilt::<Careful>(1));
    rebuilt.await.expect("an answer").unwrap();
    let begun = Instant::now();
    while here.run("projection drop careful_v1").code != Some(0) {
        assert!(begun.elapsed() < Duration::from_secs(60), "it is run for ever");
    }
    assert_eq!(here.objects("projection drop careful_v1 --json")[0]["dropped"], json!([]));
    assert_eq!(documents(&app).await.len(), 3);
    app.shutdown().await;
    // Nothing of it is left: neither its table nor a row.
    let careful = Careful::default();
    let app = careful.run(PgConfig::new(here.database.url()).unwrap().open().await.unwrap()).await;
    assert_eq!(documents(&app).await.len(), 3);
    let listed = here.objects("projection list --json");
    assert_eq!((listed.len(), &listed[0]["generation"]), (1, &json!(1)));
    app.shutdown().await;
}
