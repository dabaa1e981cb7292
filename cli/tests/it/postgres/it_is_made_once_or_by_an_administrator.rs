use super::Here;
use serde_json::json;

#[tokio::test]
async fn init_makes_it_once() {
    let here = Here::new().await;
    let made = |of: &serde_json::Value| (of["created"].clone(), of["log"].clone());
    let (first, log) = made(&here.objects("init --json")[0]);
    let (second, same) = made(&here.objects("init --json")[0]);
    assert_eq!((first, second), (json!(true), json!(false)));
    assert_eq!(log, same);
    assert!(here.ok("init").starts_with("there is already the store postgres"));
}

#[tokio::test]
async fn each_schema_is_a_store() {
    let here = Here::new().await;
    here.ok("init");
    let other = here.run_with("init --json", "schema=other");
    assert!(other.stdout.contains("\"created\":true"), "{other:?}");
    let absent = here.run_with("stats", "schema=third");
    assert_eq!(absent.code, Some(1));
    assert!(absent.stderr.contains("\"factum init\" or \"factum import\" makes one"), "{}", absent.stderr);
}

#[tokio::test]
async fn nothing_is_made_where_that_is_forbidden() {
    let here = Here::new().await;
    let refused = here.run_with("init", "migrate=false");
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("told not to make them"), "{}", refused.stderr);
    here.ok("init");
    assert_eq!(here.run_with("init", "migrate=false").code, Some(0));
    assert_eq!(here.run_with("stats", "migrate=false&pooler=true").code, Some(0));
}
