//! SQLite plans a statement anew whenever a parameter changes that its plan may depend on. That costs several times what the statement
//! itself does, and nothing else shows it.

use crate::place::{Place, small};
use factum_core::store::EventAppenderExt;
use factum_store_sqlite::rusqlite::StatementStatus;

const STATEMENTS: [&str; 8] = [
    include_str!("../../sql/append/head.sql"),
    include_str!("../../sql/append/stream_id.sql"),
    include_str!("../../sql/append/stream_version.sql"),
    include_str!("../../sql/read/position_of.sql"),
    include_str!("../../sql/read/stream_backward.sql"),
    include_str!("../../sql/read/stream_forward.sql"),
    include_str!("../../sql/read/streams.sql"),
    include_str!("../../sql/read/streams_of_category.sql"),
];

#[tokio::test]
async fn whatever_its_parameters_are() {
    let place = Place::new();
    place.open().await.append_one(small("a")).await.unwrap();
    let connection = place.sql();
    for sql in STATEMENTS {
        let mut statement = connection.prepare(sql).unwrap();
        for value in 0..10 {
            for parameter in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(parameter, value).unwrap();
            }
            let mut rows = statement.raw_query();
            while rows.next().unwrap().is_some() {}
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{sql}");
    }
}
