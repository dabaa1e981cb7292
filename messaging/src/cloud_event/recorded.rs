use super::{
    Attribute, CloudEvent, CloudEventError, ExtensionName, Problem, check, extension, json, media_type, time,
};
use bytes::Bytes;
use factum_core::{
    CausationId, CorrelationId, EventEnum, EventId, EventType, Metadata, NewEvent, Position, Recorded,
    RecordedEvent, StreamId, StreamVersion, Tag, store,
};
use std::fmt::Write as _;
use uuid::Uuid;

/// Never to be changed: the ids that are derived in it are in people's logs.
const NAMESPACE: Uuid = Uuid::from_u128(0x8a6e_0c5d_41f7_4b0e_9d3a_52c8_7be1_f064);

/// Of the streams that are made for events that name none.
const CATEGORY: &str = "source";

impl CloudEvent {
    /// An event of the log, as it is told to others. `source` names the application, a URI or a reference to one, such as
    /// `/shop`. What each attribute holds is in the [table of `extension`](extension).
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`] when `source` is no reference to a URI, or the event has text that the specification
    /// forbids: one of Unicode's noncharacters, or a control character in its actor, tenant or traceparent.
    pub fn of(event: &RecordedEvent, source: &str) -> Result<Self, CloudEventError> {
        let known = &*event.metadata;
        let is_json = json::is_value(&event.payload);
        let mut told = Self {
            subject: Some(event.stream.to_string()),
            time: Some(event.time).filter(|time| time::print(*time).is_some()),
            content_type: Some(if is_json { media_type::JSON } else { media_type::BYTES }.to_owned()),
            data: Some(event.payload.clone()),
            ..Self::unchecked(event.id.to_string(), source.to_owned(), event.event_type.to_string())
        };
        let mut put = |name, value: Attribute| {
            told.extensions.insert(ExtensionName::known(name), value);
        };
        let type_version = i32::try_from(event.type_version);
        put(extension::PARTITION_KEY, event.stream.as_str().into());
        put(extension::SEQUENCE, format!("{:019}", event.version.get()).into());
        put(extension::LOG_POSITION, event.position.to_string().into());
        put(
            extension::SCHEMA_VERSION,
            type_version.map_or_else(|_| event.type_version.to_string().into(), Attribute::Integer),
        );
        let optional = [
            (extension::RECORDED_TIME, time::print(event.recorded_at)),
            (extension::CORRELATION_ID, known.correlation_id.map(|id| id.to_string())),
            (extension::CAUSATION_ID, known.causation_id.map(|id| id.to_string())),
            (extension::TRACE_PARENT, known.traceparent.clone()),
            (extension::ACTOR, known.actor.clone()),
            (extension::TENANT, known.tenant.clone()),
            (extension::TAGS, (!event.tags.is_empty()).then(|| tags_text(&event.tags))),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                put(name, value.into());
            }
        }
        told.check()?;
        Ok(told)
    }

    /// The event as if it were of a log here, to be decoded.
    ///
    /// Of an event that [`CloudEvent::of`] has made, this is that event, without what is not published. Of another one,
    ///
    /// | field | is |
    /// |---|---|
    /// | `stream` | the subject if that is a stream's name, `category-key`; otherwise the source, and after a space the subject if there is one, in the category `source`; a [derived](#derived-ids) id where that is too long |
    /// | `id` | the id if that is a UUID, otherwise a [derived](#derived-ids) one, of source and id |
    /// | `version` | the `sequence` if that is a number from 1, otherwise 1 |
    /// | `position` | the `logposition` if that is a number, otherwise [`Position::START`] |
    /// | `type_version` | the `schemaversion` if that is a number from 1, otherwise 1 |
    /// | `payload` | the data; `null` where there is none and the content type does not say that it is no JSON |
    /// | `time` | the time; otherwise the `recordedtime`, otherwise now |
    /// | `recorded_at` | the `recordedtime`; otherwise the time, otherwise now |
    /// | `tags` | the `tags` if they are a JSON array of them, otherwise none |
    /// | `correlation_id` | the `correlationid` if that is a UUID, otherwise a [derived](#derived-ids) one, of that text |
    /// | `causation_id` | the `causationid` if that is a UUID, otherwise a [derived](#derived-ids) one, as of an event of the same source |
    /// | `actor`, `tenant`, `traceparent` | the attribute |
    ///
    /// Version and position are those of another log. A time finer than a microsecond is cut off.
    ///
    /// # Derived ids
    /// UUIDs of version 5: the same text always gives the same id.
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`] when the type is not one that a log can hold.
    pub fn to_recorded(&self) -> Result<RecordedEvent, CloudEventError> {
        let event_type = EventType::new(&self.event_type)
            .map_err(|why| CloudEventError::attribute("type", Problem::Invalid(why)))?;
        let recorded_at = self.text(extension::RECORDED_TIME).and_then(time::parse);
        let time = self.time.or(recorded_at).unwrap_or_else(store::now);
        let id = EventId(self.uuid_of_event(&self.id));
        let mut event = NewEvent::from_parts(id, self.stream()?, event_type, self.payload())
            .with_time(time)
            .with_tags(self.tags())
            .with_metadata(self.metadata());
        let type_version = self.number(extension::SCHEMA_VERSION).and_then(|n| u32::try_from(n).ok());
        event.type_version = type_version.filter(|version| *version > 0).unwrap_or(1);
        let version = self.number(extension::SEQUENCE).filter(|n| *n > 0);
        let position = self.number(extension::LOG_POSITION);
        Ok(event.recorded(
            position.map_or(Position::START, Position::new),
            version.map_or(StreamVersion::FIRST, StreamVersion::new),
            time::to_the_microsecond(recorded_at.unwrap_or(time)),
        ))
    }

    /// The event as a Rust type with its record, if it is one of those of `E` by its type; see [`CloudEvent::to_recorded`].
    ///
    /// # Errors
    /// [`CloudEventError::Data`] when it is one of them by its type, and cannot be read as one.
    pub fn decode<E: EventEnum>(&self) -> Result<Option<Recorded<E>>, CloudEventError> {
        if !E::TYPES.iter().any(|t| t.name() == self.event_type) {
            return Ok(None);
        }
        Ok(Some(self.to_recorded()?.decode()?))
    }

    fn stream(&self) -> Result<StreamId, CloudEventError> {
        if let Some(Ok(stream)) = self.subject.as_deref().map(str::parse) {
            return Ok(stream);
        }
        let key = [Some(&self.source), self.subject.as_ref()].into_iter().flatten();
        // A source has no spaces.
        let key = key.map(String::as_str).collect::<Vec<_>>().join(" ");
        StreamId::new(CATEGORY, &key)
            .or_else(|_| StreamId::of(CATEGORY, derived(&key)))
            .map_err(|why| CloudEventError::attribute("source", Problem::Invalid(why)))
    }

    fn payload(&self) -> Bytes {
        // What an event without fields is stored as.
        let nothing = || match self.content_type.as_deref().is_none_or(media_type::is_json) {
            true => Bytes::from_static(b"null"),
            false => Bytes::new(),
        };
        self.data.clone().unwrap_or_else(nothing)
    }

    fn tags(&self) -> Vec<Tag> {
        let tags = self.text(extension::TAGS).and_then(|json| serde_json::from_str(json).ok());
        tags.unwrap_or_default()
    }

    fn metadata(&self) -> Metadata {
        let text = |name| self.extension(name).map(ToString::to_string);
        // Whoever shares it may be another source, so it is not part of the name.
        let shared = |id: String| uuid(&id).unwrap_or_else(|| derived(&id));
        let mut metadata = Metadata::default();
        metadata.correlation_id = text(extension::CORRELATION_ID).map(shared).map(CorrelationId);
        metadata.causation_id = text(extension::CAUSATION_ID).map(|id| CausationId(self.uuid_of_event(&id)));
        metadata.actor = text(extension::ACTOR);
        metadata.tenant = text(extension::TENANT);
        metadata.traceparent = text(extension::TRACE_PARENT);
        metadata
    }

    /// Ids are unique in their source only. Neither has a line break.
    fn uuid_of_event(&self, id: &str) -> Uuid {
        uuid(id).unwrap_or_else(|| derived(&format!("{}\n{id}", self.source)))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.extension(name)?.as_text()
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.extension(name)?.to_number()
    }
}

fn uuid(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok()
}

fn derived(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// A JSON array. Noncharacters, which tags may have and attributes may not, are escaped.
fn tags_text(tags: &[Tag]) -> String {
    let json = serde_json::to_string(tags).expect("text can be written as JSON");
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match check::is_noncharacter(c) {
            true => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                write!(text, "\\u{unit:04x}").expect("writing to a string does not fail");
            }),
            false => text.push(c),
        }
    }
    text
}
