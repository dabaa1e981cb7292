use crate::replayed::{app, assert_same, entries, exported, generated, replay_all};

#[tokio::test]
async fn a_generated_log_comes_back() {
    let log = generated(400, 7);
    let app = app().await;
    let replayed = replay_all(&app, entries(&log)).await;
    assert_eq!(replayed.added, log.iter().filter(|byte| **byte == b'\n').count() as u64);
    assert_same(&log, &exported(&app).await);
}

/// What the bank's system writes that generated logs have seldom or never.
#[tokio::test]
async fn the_spelling_of_the_bank_comes_back() {
    let log = concat!(
        r#"{"stream":"loan-5","version":1,"type":"A_SUBMITTED","time":"2012-03-25T08:00:00.000000Z","time_us":1332662400000000,"#,
        r#""data":{"org:resource":"112","lifecycle:transition":"COMPLETE","case":{"REG_DATE":"2012-03-25T10:00:00.000+02:00","AMOUNT_REQ":"0"}}}"#,
        "\n",
        r#"{"stream":"loan-5","version":2,"type":"A_PARTLYSUBMITTED","time":"2012-03-25T08:00:00.000000Z","time_us":1332662400000000,"#,
        r#""data":{"org:resource":"112","lifecycle:transition":"COMPLETE"}}"#,
        "\n",
        r#"{"stream":"loan-5","version":3,"type":"W_Beoordelen fraude","time":"2012-03-25T08:00:01.500000Z","time_us":1332662401500000,"#,
        r#""data":{"lifecycle:transition":"SCHEDULE"}}"#,
        "\n",
    )
    .as_bytes();
    let app = app().await;
    replay_all(&app, entries(log)).await;
    assert_same(log, &exported(&app).await);
}
