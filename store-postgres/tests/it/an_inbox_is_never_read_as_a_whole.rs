//! However much is kept, what is asked for or is old is found by an index. Plans are made once for all parameters.

use crate::place::Place;
use chrono::DateTime;
use factum_core::{ConsumerName, InboxStore};

/// Each statement, the types of its parameters, some parameters, and what it has to read.
const STATEMENTS: [(&str, &str, &str, &str); 2] = [
    (include_str!("../../sql/inbox/received.sql"), "text, text[]", "'billing', '{7,8}'", "inbox_pkey"),
    (
        include_str!("../../sql/inbox/forget.sql"),
        "text, bigint, bigint",
        "'billing', 0, 1000",
        "inbox_by_time",
    ),
];

const ROWS: &str = "
    INSERT INTO inbox (consumer, message, received_at)
    SELECT c, n, timestamptz 'epoch' + n * interval '1 hour'
    FROM generate_series(1, 20000) AS n, unnest('{billing,shipping}'::text[]) AS c;
    ANALYZE inbox";

#[tokio::test]
async fn by_any_statement() {
    let place = Place::new().await;
    let store = place.open().await;
    let sql = place.sql().await;
    sql.batch_execute(ROWS).await.unwrap();
    sql.batch_execute("SET plan_cache_mode = force_generic_plan").await.unwrap();
    for (text, types, parameters, index) in STATEMENTS {
        let text = text.replace("factum.", "");
        sql.batch_execute(&format!("PREPARE statement ({types}) AS {text}")).await.unwrap();
        let plan = sql.query(&format!("EXPLAIN EXECUTE statement ({parameters})"), &[]).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{plan}");
        sql.batch_execute("DEALLOCATE statement").await.unwrap();
    }

    let time = DateTime::from_timestamp(3_600 * 2_500, 0).unwrap();
    let billing = ConsumerName::new("billing").unwrap();
    assert_eq!(store.forget(&billing, time).await.unwrap(), 2_499);
    let left = "SELECT count(*), min(received_at) = timestamptz 'epoch' + 2500 * interval '1 hour'
        FROM inbox WHERE consumer = 'billing'";
    let left = sql.query_one(left, &[]).await.unwrap();
    assert_eq!((left.get::<_, i64>(0), left.get::<_, bool>(1)), (17_501, true));
}
