//! The accumulators of the open windows as a list: in JSON, a map has nothing but text for its keys.

use super::{
    Window,
    open::{Accumulators, Slot},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize)]
struct Entry<'a, K, A> {
    window: Window,
    key: &'a K,
    panes: u64,
    value: &'a A,
}

#[derive(Deserialize)]
struct Read<K, A> {
    window: Window,
    key: K,
    panes: u64,
    value: A,
}

pub(super) fn serialize<S, K, A>(open: &Accumulators<K, A>, to: S) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    K: Serialize,
    A: Serialize,
{
    to.collect_seq(open.iter().flat_map(|(window, keys)| {
        keys.iter().map(|(key, slot)| Entry { window: *window, key, panes: slot.panes, value: &slot.value })
    }))
}

pub(super) fn deserialize<'de, D, K, A>(from: D) -> Result<Accumulators<K, A>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    A: Deserialize<'de>,
{
    let mut open = Accumulators::new();
    for Read { window, key, panes, value } in Vec::<Read<K, A>>::deserialize(from)? {
        open.entry(window).or_default().insert(key, Slot { panes, value });
    }
    Ok(open)
}
