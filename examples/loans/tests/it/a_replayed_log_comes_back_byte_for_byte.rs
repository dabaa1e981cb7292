use crate::replayed::{app, assert_same, entries, exported, generated, replay_all};

#[tokio::test]
async fn a_generated_log_comes_back() {
    let log = generated(400, 7);
    let app = app().await;
    let replayed = replay_all(&app, entries(&log)).await;
    assert_eq!(replayed.added, log.iter().filter(|byte| **byte == b'\n').count() as u64);
    assert_same(&log, &exported(&app).await);
}
