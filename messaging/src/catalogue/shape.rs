use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What payloads look like, as far as was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// How many values were seen.
    seen: u64,
    types: BTreeSet<&'static str>,
    /// Of objects.
    fields: BTreeMap<String, Self>,
    objects: u64,
    /// Of the elements of arrays.
    items: Option<Box<Self>>,
    /// What all texts were, so far.
    format: Option<Format>,
    /// Some payload is no JSON.
    is_opaque: bool,
    /// Objects have so many different fields that they are rather maps.
    is_map: bool,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Any,
    Uuid,
    Time,
    Date,
}

/// An object with more fields than this, over all that were seen, is taken for a map.
const FIELDS: usize = 200;

impl Shape {
    pub(super) fn observe(&mut self, payload: &[u8]) {
        match serde_json::from_slice(payload) {
            Ok(value) => self.take(&value),
            Err(_) => self.is_opaque = true,
        }
    }

    fn take(&mut self, value: &Value) {
        self.seen += 1;
        match value {
            Value::Null => drop(self.types.insert("null")),
            Value::Bool(_) => drop(self.types.insert("boolean")),
            Value::Number(number) => {
                let is_integer = number.is_i64() || number.is_u64();
                self.types.insert(if is_integer { "integer" } else { "number" });
            }
            Value::String(text) => {
                self.types.insert("string");
                let found = Format::of(text);
                let known = self.format.get_or_insert(found);
                if *known != found {
                    *known = Format::Any;
                }
            }
            Value::Array(items) => {
                self.types.insert("array");
                let of_items = self.items.get_or_insert_default();
                items.iter().for_each(|item| of_items.take(item));
            }
            Value::Object(fields) => {
                self.types.insert("object");
                self.objects += 1;
                for (name, value) in fields {
                    if self.is_map {
                        self.fields.entry(String::new()).or_default().take(value);
                        continue;
                    }
                    self.fields.entry(name.clone()).or_default().take(value);
                    if self.fields.len() > FIELDS {
                        self.become_map();
                    }
                }
            }
        }
    }

    /// All fields are one.
    fn become_map(&mut self) {
        self.is_map = true;
        let mut all = Self::default();
        for field in std::mem::take(&mut self.fields).into_values() {
            all.merge(field);
        }
        self.fields.insert(String::new(), all);
    }

    fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        self.objects += other.objects;
        self.types.extend(other.types);
        self.is_map |= other.is_map;
        self.format = match (self.format, other.format) {
            (None, format) | (format, None) => format,
            (Some(one), Some(another)) => Some(if one == another { one } else { Format::Any }),
        };
        if let Some(items) = other.items {
            self.items.get_or_insert_default().merge(*items);
        }
        for (name, field) in other.fields {
            self.fields.entry(name).or_default().merge(field);
        }
    }

    /// As a JSON Schema of draft 7, which is that of AsyncAPI. Nothing is known of what was never seen.
    pub(super) fn schema(&self) -> Value {
        let mut schema = Map::new();
        if self.is_opaque {
            schema.insert("description".to_owned(), "Some payloads are not JSON.".into());
            return Value::Object(schema);
        }
        // Every integer is a number.
        let types = self.types.iter().filter(|name| **name != "integer" || !self.types.contains("number"));
        let types: Vec<_> = types.copied().collect();
        match types[..] {
            [] => {}
            [one] => drop(schema.insert("type".to_owned(), one.into())),
            _ => drop(schema.insert("type".to_owned(), types.into())),
        }
        if let Some(format) = self.format.and_then(Format::name) {
            schema.insert("format".to_owned(), format.into());
        }
        if let Some(items) = &self.items {
            schema.insert("items".to_owned(), items.schema());
        }
        if self.is_map {
            let values = self.fields.get("").map_or_else(|| json!({}), Self::schema);
            schema.insert("additionalProperties".to_owned(), values);
        } else if !self.fields.is_empty() {
            let fields = self.fields.iter().map(|(name, field)| (name.clone(), field.schema()));
            schema.insert("properties".to_owned(), Value::Object(fields.collect()));
            let required = self.required().map(Value::from).collect::<Vec<_>>();
            if !required.is_empty() {
                schema.insert("required".to_owned(), required.into());
            }
        }
        Value::Object(schema)
    }

    /// The fields that every object had.
    fn required(&self) -> impl Iterator<Item = &str> {
        let all = |(_, field): &(&String, &Self)| field.seen == self.objects;
        self.fields.iter().filter(all).map(|(name, _)| name.as_str())
    }

    /// The fields with what they are, those in others with a dot in between.
    pub(super) fn rows(&self) -> Vec<(String, String, bool)> {
        let mut rows = Vec::new();
        self.add_rows("", true, &mut rows);
        rows
    }

    fn add_rows(&self, prefix: &str, is_required: bool, rows: &mut Vec<(String, String, bool)>) {
        for (name, field) in &self.fields {
            let name = if self.is_map { "(any)" } else { name.as_str() };
            let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
            let has_it = is_required && !self.is_map && field.seen == self.objects;
            rows.push((path.clone(), field.words(), has_it));
            field.add_rows(&path, has_it, rows);
            if let Some(items) = &field.items {
                items.add_rows(&format!("{path}[]"), false, rows);
            }
        }
    }

    /// Its types in words.
    fn words(&self) -> String {
        let word = |name: &&'static str| match *name {
            "string" => self.format.and_then(Format::name).unwrap_or("string").to_owned(),
            "array" => {
                let of = self.items.as_ref().map(|items| items.words()).filter(|of| !of.is_empty());
                of.map_or_else(|| "array".to_owned(), |of| format!("array of {of}"))
            }
            name => name.to_owned(),
        };
        self.types.iter().map(word).collect::<Vec<_>>().join(" or ")
    }
}

impl Format {
    fn of(text: &str) -> Self {
        // Not every way in which the crate reads one.
        if text.len() == 36 && uuid::Uuid::parse_str(text).is_ok() {
            return Self::Uuid;
        }
        if chrono::DateTime::parse_from_rfc3339(text).is_ok() {
            return Self::Time;
        }
        if text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok() {
            return Self::Date;
        }
        Self::Any
    }

    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Uuid => Some("uuid"),
            Self::Time => Some("date-time"),
            Self::Date => Some("date"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;
    use serde_json::json;

    fn of(payloads: &[&str]) -> Shape {
        let mut shape = Shape::default();
        payloads.iter().for_each(|payload| shape.observe(payload.as_bytes()));
        shape
    }

    #[test]
    fn what_all_have_is_required_and_what_some_have_is_not() {
        let shape = of(&[r#"{"a":1,"b":"x"}"#, r#"{"a":2.5,"c":null}"#, r#"{"a":3}"#]);
        assert_eq!(
            shape.schema(),
            json!({
                "type": "object",
                "properties": {"a": {"type": "number"}, "b": {"type": "string"}, "c": {"type": "null"}},
                "required": ["a"],
            })
        );
    }

    #[test]
    fn texts_have_a_format_if_all_of_them_do() {
        let id = "\"6f1b5a1e-3d5f-4b3e-9a77-0a4a3b1c2d3e\"";
        assert_eq!(of(&[id, id]).schema(), json!({"type": "string", "format": "uuid"}));
        assert_eq!(of(&[id, "\"x\"", id]).schema(), json!({"type": "string"}));
        assert_eq!(of(&["\"2024-02-29\""]).schema()["format"], "date");
        assert_eq!(of(&["\"2024-02-29T10:00:00.5Z\""]).schema()["format"], "date-time");
    }

    #[test]
    fn what_is_inside_is_said_too() {
        let shape = of(&[r#"{"lines":[{"sku":"a","n":1},{"sku":"b"}],"to":{"zip":"1"}}"#, r#"{"lines":[]}"#]);
        let lines = &shape.schema()["properties"]["lines"];
        assert_eq!(lines["items"]["required"], json!(["sku"]));
        let rows = shape.rows();
        let names: Vec<_> =
            rows.iter().map(|(name, is, required)| (name.as_str(), is.as_str(), *required)).collect();
        assert_eq!(
            names,
            [
                ("lines", "array of object", true),
                ("lines[].n", "integer", false),
                ("lines[].sku", "string", false),
                ("to", "object", false),
                ("to.zip", "string", false),
            ]
        );
    }

    #[test]
    fn an_object_with_ever_other_fields_is_a_map() {
        let payloads: Vec<_> = (0..300).map(|n| format!(r#"{{"key-{n}":{n}}}"#)).collect();
        let shape = of(&payloads.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(shape.schema(), json!({"type": "object", "additionalProperties": {"type": "integer"}}));
    }

    #[test]
    fn what_is_not_json_and_what_was_never_seen_may_be_anything() {
        assert_eq!(of(&[]).schema(), json!({}));
        assert!(of(&["{}", "\u{1}"]).schema()["description"].is_string());
    }
}
