use super::{LineError, Problem};
use serde::{
    Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

/// A field of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The stream.
    Stream,
    /// The event's place in its stream.
    Version,
    /// The event's type.
    Type,
    /// When it happened.
    Time,
    /// When it happened, in microseconds since 1970.
    TimeUs,
    /// The payload.
    Data,
    /// The event's id.
    Id,
    /// The version of the payload's shape.
    TypeVersion,
    /// The tags.
    Tags,
    /// What is known beside the payload.
    Metadata,
}

impl Field {
    const ALL: [Self; 10] = [
        Self::Stream,
        Self::Version,
        Self::Type,
        Self::Time,
        Self::TimeUs,
        Self::Data,
        Self::Id,
        Self::TypeVersion,
        Self::Tags,
        Self::Metadata,
    ];

    /// The name that it has in a line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Version => "version",
            Self::Type => "type",
            Self::Time => "time",
            Self::TimeUs => "time_us",
            Self::Data => "data",
            Self::Id => "id",
            Self::TypeVersion => "type_version",
            Self::Tags => "tags",
            Self::Metadata => "metadata",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The fields of a line as they are spelled. Borrowed, so that `data` is found without being looked into.
#[derive(Default)]
pub(super) struct Fields<'a> {
    values: [Option<&'a RawValue>; Field::ALL.len()],
    /// The first field that makes the line unusable. Kept here since serde's errors carry only text.
    refused: Option<LineError>,
}

impl<'a> Fields<'a> {
    pub(super) fn split(line: &'a str) -> Result<Self, LineError> {
        let mut json = serde_json::Deserializer::from_str(line);
        let mut fields = json.deserialize_map(Split).and_then(|fields| json.end().map(|()| fields))?;
        fields.refused.take().map_or(Ok(fields), Err)
    }

    pub(super) fn get(&self, field: Field) -> Option<&'a str> {
        self.values[field as usize].map(RawValue::get)
    }

    pub(super) fn require(&self, field: Field) -> Result<&'a str, LineError> {
        self.get(field).ok_or(LineError::field(field, Problem::Missing))
    }

    fn put(&mut self, name: &str, value: &'a RawValue) {
        let refused = match Field::ALL.into_iter().find(|field| field.name() == name) {
            None => LineError::Unknown(name.to_owned()),
            Some(field) => match self.values[field as usize].replace(value) {
                None => return,
                Some(_) => LineError::field(field, Problem::Twice),
            },
        };
        self.refused.get_or_insert(refused);
    }
}

struct Split;

impl<'de> Visitor<'de> for Split {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
            fields.put(&name.0, value);
        }
        Ok(fields)
    }
}

#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
