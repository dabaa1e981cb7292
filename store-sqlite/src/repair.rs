//! Documents that are to be made anew.

use factum_core::{
    ConsumerName, LogId,
    sink::{Repair, RepairId},
};
use rusqlite::Connection;

pub(crate) fn ask(
    connection: &Connection,
    consumer: &ConsumerName,
    log: LogId,
    document: &str,
) -> rusqlite::Result<RepairId> {
    let id = RepairId::random();
    let mut ask = connection.prepare_cached(include_str!("../sql/repair/ask.sql"))?;
    ask.execute((consumer.as_str(), log.0, document, id.0))?;
    Ok(id)
}

pub(crate) fn list(
    connection: &Connection,
    consumer: &ConsumerName,
    log: LogId,
    document: Option<&str>,
) -> rusqlite::Result<Vec<Repair>> {
    let mut list = connection.prepare_cached(include_str!("../sql/repair/list.sql"))?;
    let repairs = list.query_map((consumer.as_str(), log.0, document), |row| {
        let mut repair = Repair::new(row.get::<_, String>(0)?, RepairId(row.get(1)?));
        repair.failure = row.get(2)?;
        Ok(repair)
    })?;
    repairs.collect()
}

pub(crate) fn done(
    connection: &Connection,
    consumer: &ConsumerName,
    log: LogId,
    repair: RepairId,
    failure: Option<&str>,
) -> rusqlite::Result<()> {
    let (consumer, log, id) = (consumer.as_str(), log.0, repair.0);
    match failure {
        None => {
            connection.prepare_cached(include_str!("../sql/repair/done.sql"))?.execute((consumer, log, id))
        }
        Some(why) => connection
            .prepare_cached(include_str!("../sql/repair/failed.sql"))?
            .execute((consumer, log, id, why)),
    }
    .map(drop)
}
