use crate::careful::{Careful, documents, place_with, usual};
use factum::projections::AppExt as _;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn by_the_application_while_it_runs() {
    let place = place_with(&usual());
    let careful = Careful::default();
    careful.mend();
    let app = careful.run_in(&place).await;

    let listed = place.ok("projection list");
    assert!(
        listed.starts_with("careful_v1  generation 0  at the end of the log  1 node, 1 partition\n"),
        "{listed}"
    );
    let said = place.ok("projection rebuild careful_v1");
    assert!(said.starts_with("generation 1 of careful_v1 is read now, after "), "{said}");
    let objects = place.objects("projection rebuild careful_v1 --json");
    let last = objects.last().unwrap();
    assert_eq!((&last["generation"], &last["held"]), (&json!(2), &json!(false)));

    let held = place.ok("projection rebuild careful_v1 --hold");
    assert!(
        held.starts_with("generation 3 of careful_v1 is made, and waits to be activated, after "),
        "{held}"
    );
    let listed = place.ok("projection list");
    assert!(listed.contains("\n  generation 3 is being made anew  held  at the end of the log"), "{listed}");
    place.ok("projection activate careful_v1");
    let read = "generation 3 of careful_v1 is read as soon as it has come as far as the present one";
    let again = place.run("projection activate careful_v1");
    assert!(again.stdout.starts_with(read) || again.stderr.contains("is being made anew"), "{again:?}");
    assert_eq!(documents(&app).await["1"], ["first", "poison", "last"]);
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn and_nobody_waits_for_one_that_has_ended() {
    let place = place_with(&usual());
    let careful = Careful::default();
    careful.mend();
    let app = careful.run_in(&place).await;
    place.ok("projection rebuild careful_v1 --hold");
    app.shutdown().await;
    let ran = place.run("projection rebuild careful_v1 --patience 0");
    let error = "factum: nobody has gone on from 5 for 0 seconds; somebody does when the application runs\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));
    // That was asked for all the same.
    let app = careful.run_in(&place).await;
    app.rebuilt::<Careful>(1).await.unwrap();
    app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn or_given_up_and_not_without_it() {
    let place = place_with(&usual());
    let careful = Careful::default();
    careful.run_in(&place).await.shutdown().await;
    let ran = place.run("projection rebuild careful_v1 --patience 0");
    let error = "factum: nobody has begun after 0 seconds; does the application run?\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), error));
    assert_eq!(
        place.ok("projection rebuild careful_v1 --no-wait"),
        "generation 1 of careful_v1 is asked for\n"
    );
    assert!(place.ok("projection list").ends_with("  generation 1 is being made anew  nobody has begun\n"));
    assert_eq!(place.ok("projection abandon careful_v1"), "generation 1 of careful_v1 is given up\n");
    let nothing = place.run("projection abandon careful_v1");
    assert_eq!(nothing.stderr, "factum: no read model of careful_v1 is being made anew\n");
    let unknown = place.run("projection rebuild careful");
    assert_eq!(unknown.stderr, "factum: there is no projection careful; there are careful_v1\n");
    let listed = &place.objects("projection list --json")[0];
    assert_eq!((&listed["generation"], &listed["filling"]), (&json!(0), &json!(null)));
    assert_eq!(listed["active"]["partitions"].as_array().unwrap().len(), 1);
}
