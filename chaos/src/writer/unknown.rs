use super::wait_out;
use crate::{
    Result,
    origin::{Author, Origin, Place},
    record::{Said, say},
};
use factum_core::{Append, EventId, EventReader as _};
use factum_store_postgres::PgStore;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// The appends of a process of which it does not know whether they were written.
#[derive(Debug, Default)]
pub(super) struct Unknown(Mutex<Vec<Lost>>);

#[derive(Debug)]
struct Lost {
    origin: Origin,
    ids: Vec<EventId>,
    /// Whether the other appends of the call were to be committed with it.
    is_of_transaction: bool,
}

impl Unknown {
    fn lost(&self) -> MutexGuard<'_, Vec<Lost>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn remember(&self, append: &Append, is_of_transaction: bool) {
        let Some(origin) = append.events.first().map(|event| Place::of_id(event.id.0).origin) else { return };
        // An event that is in the log already says nothing about this append.
        let own = append.events.iter().map(|event| event.id);
        let ids: Vec<_> = own.filter(|id| Place::of_id(id.0).origin == origin).collect();
        self.lost().push(Lost { origin, ids, is_of_transaction });
    }

    /// Looks all of them up.
    pub(super) async fn resolve(&self, store: &PgStore) -> Result<()> {
        let lost = std::mem::take(&mut *self.lost());
        let begun = Instant::now();
        let mut transactions: HashMap<(Author, u32), bool> = HashMap::new();
        for Lost { origin, ids, is_of_transaction } in lost {
            let places = loop {
                match store.find(&ids).await {
                    Ok(places) => break places,
                    Err(error) => wait_out(error, begun).await?,
                }
            };
            let found = places.iter().flatten().count();
            if found != 0 && found != ids.len() {
                say(&Said::Wrong(format!("{origin}: {found} of {} events were found", ids.len())));
            }
            let written = found > 0;
            if is_of_transaction
                && *transactions.entry((origin.author, origin.call)).or_insert(written) != written
            {
                say(&Said::Wrong(format!("{origin}: only a part of its transaction was committed")));
            }
            say(&Said::Found { origin, written });
        }
        Ok(())
    }
}
