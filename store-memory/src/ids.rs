use factum_core::{EventId, Position};
use foldhash::HashMap;

/// The position of each event by its id.
///
/// Ids of version 7 rise with the time at which they were drawn, so that most are behind all that are there: those need
/// no look into a table that is too large for the processor's cache.
#[derive(Default)]
pub(crate) struct Ids {
    /// In the order of the ids.
    rising: Vec<(EventId, Position)>,
    /// All that came in another order.
    others: HashMap<EventId, Position>,
}

impl Ids {
    pub(crate) fn get(&self, id: EventId) -> Option<Position> {
        let rising =
            self.rising.binary_search_by_key(&id, |(id, _)| *id).ok().map(|index| self.rising[index].1);
        rising.or_else(|| self.others.get(&id).copied())
    }

    /// Takes an id, or says that it is taken.
    pub(crate) fn take(&mut self, id: EventId, position: Position) -> Result<(), EventId> {
        // Others than those of version 7 may be anywhere, and a high one would let none rise any more.
        let rises = id.0.get_version_num() == 7 && self.rising.last().is_none_or(|(last, _)| *last < id);
        let is_taken = if rises { self.others.contains_key(&id) } else { self.get(id).is_some() };
        if is_taken {
            return Err(id);
        }
        if rises {
            self.rising.push((id, position));
        } else {
            self.others.insert(id, position);
        }
        Ok(())
    }

    /// Gives back the id that was taken last, of those that have not been given back.
    pub(crate) fn give_back(&mut self, id: EventId) {
        if self.rising.pop_if(|(last, _)| *last == id).is_none() {
            self.others.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use uuid::{Builder, Uuid};

    /// Of both kinds, in any order, some of them twice.
    fn ids() -> impl Iterator<Item = EventId> {
        (0_u64..500).map(|n| {
            let scattered = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
            EventId(match n % 3 {
                0 => Builder::from_unix_timestamp_millis(n, &[0; 10]).into_uuid(),
                1 => Builder::from_unix_timestamp_millis(scattered, &[0; 10]).into_uuid(),
                _ => Uuid::new_v5(&Uuid::NAMESPACE_OID, &scattered.to_be_bytes()),
            })
        })
    }

    #[test]
    fn an_id_is_taken_once_whatever_the_order() {
        let (mut taken, mut known) = (Ids::default(), BTreeMap::new());
        for (n, id) in ids().enumerate() {
            let position = Position::new(n as u64 + 1);
            let is_new = !known.contains_key(&id);
            assert_eq!(taken.take(id, position).is_ok(), is_new);
            if is_new && n % 7 == 0 {
                taken.give_back(id);
                assert_eq!(taken.get(id), None);
            } else if is_new {
                known.insert(id, position);
            }
        }
        assert!(known.len() > 200 && taken.rising.len() > 50 && taken.others.len() > 50);
        assert!(ids().all(|id| taken.get(id) == known.get(&id).copied()));
    }
}
