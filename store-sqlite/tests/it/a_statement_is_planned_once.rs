//! SQLite plans a statement anew whenever a parameter changes that its plan may depend on. That costs several times
//! what the statement itself does, and nothing else shows it.

use crate::place::{Place, small, work};
use factum_core::EventAppender;
use factum_store_sqlite::rusqlite::{Connection, StatementStatus};

const STATEMENTS: [&str; 9] = [
    include_str!("../../sql/append/end.sql"),
    include_str!("../../sql/append/stream_id.sql"),
    include_str!("../../sql/append/stream_version.sql"),
    include_str!("../../sql/read/head.sql"),
    include_str!("../../sql/read/position_of.sql"),
    include_str!("../../sql/read/stream_backward.sql"),
    include_str!("../../sql/read/stream_forward.sql"),
    include_str!("../../sql/read/streams.sql"),
    include_str!("../../sql/read/streams_of_category.sql"),
];

#[tokio::test]
async fn whatever_its_parameters_are() {
    let place = Place::new();
    let store = place.open().await;
    store.append_one(small("a")).await.unwrap();
    let plan = |connection: &Connection| {
        for sql in STATEMENTS {
            let mut statement = connection.prepare(sql)?;
            for value in 0..10 {
                for parameter in 1..=statement.parameter_count() {
                    statement.raw_bind_parameter(parameter, value)?;
                }
                let mut rows = statement.raw_query();
                while rows.next()?.is_some() {}
            }
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{sql}");
        }
        Ok(())
    };
    work(&store, plan).await.unwrap();
}
