use crate::cloud_event::{CloudEventError, Problem};
use serde::{
    Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
    fmt,
};

/// The members of an object as they are spelled, so that `data` is found without being looked into.
#[derive(Default)]
pub(super) struct Members<'a> {
    values: BTreeMap<Cow<'a, str>, &'a RawValue>,
    /// The first that is there twice. Kept here since serde's errors carry only text.
    twice: Option<String>,
}

impl<'a> Members<'a> {
    pub(super) fn split(object: &'a str) -> Result<Self, CloudEventError> {
        let mut json = serde_json::Deserializer::from_str(object);
        let members = json.deserialize_map(Split).and_then(|members| json.end().map(|()| members));
        match members.map_err(|why| CloudEventError::json("an object", why))? {
            Members { twice: Some(name), .. } => Err(CloudEventError::attribute(name, Problem::Twice)),
            members => Ok(members),
        }
    }

    /// Takes a member out.
    pub(super) fn take(&mut self, name: &str) -> Option<&'a str> {
        self.values.remove(name).map(RawValue::get)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.values.iter().map(|(name, value)| (name.as_ref(), value.get()))
    }
}

struct Split;

impl<'de> Visitor<'de> for Split {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Members::default();
        while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
            match members.values.entry(name.0) {
                Entry::Vacant(member) => {
                    member.insert(value);
                }
                Entry::Occupied(member) => {
                    members.twice.get_or_insert_with(|| member.key().to_string());
                }
            }
        }
        Ok(members)
    }
}

#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
