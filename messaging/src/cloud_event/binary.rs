use super::{
    Attribute, Binding, CloudEvent, CloudEventError, Problem, draft::Draft, extension::INTEGERS, json,
    media_type, time,
};
use bytes::Bytes;

impl CloudEvent {
    /// The event as a message in binary mode: the headers, the content type, and the body, which is the data.
    ///
    /// Booleans and integers become text. Data that is JSON and does not say so is said to be, since a reader of JSON would
    /// have taken it for that, and a reader of bytes would not. With [`Binding::Nats`] the content type is among the headers,
    /// and there is no other.
    #[must_use]
    pub fn to_binary(&self, binding: Binding) -> (Vec<(String, String)>, Option<String>, Bytes) {
        let mut headers = Vec::with_capacity(8 + self.extensions.len());
        let mut put = |name: &str, value: String| headers.push((binding.header(name), binding.encode(value)));
        put("specversion", "1.0".to_owned());
        put("id", self.id.clone());
        put("source", self.source.clone());
        put("type", self.event_type.clone());
        let implied = || {
            let is_json = self.data.as_deref().is_some_and(json::is_value);
            is_json.then(|| media_type::JSON.to_owned())
        };
        let mut content_type = self.content_type.clone().or_else(implied);
        let optional = [
            ("subject", self.subject.clone()),
            ("time", self.time.and_then(time::print)),
            ("datacontenttype", content_type.take_if(|_| binding == Binding::Nats)),
            ("dataschema", self.data_schema.clone()),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                put(name, value);
            }
        }
        self.extensions.iter().for_each(|(name, value)| put(name.as_str(), value.to_string()));
        (headers, content_type, self.data.clone().unwrap_or_default())
    }

    /// Reads a message in binary mode. Headers that are not an event's are left out; an empty body is no data.
    ///
    /// A header does not say of which type its value is, so extension attributes are text, except for those that are integers
    /// by their specification and have one as their value: `schemaversion`, `sampledrate` and `severitynumber`.
    ///
    /// # Errors
    /// [`CloudEventError::Attribute`], naming the attribute and what is wrong with it.
    pub fn from_binary<'a>(
        binding: Binding,
        content_type: Option<&str>,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        data: Bytes,
    ) -> Result<Self, CloudEventError> {
        let mut draft = Draft::default();
        for (header, value) in headers {
            let Some(name) = binding.attribute(header) else { continue };
            let value = binding.decode(value).ok_or_else(|| {
                CloudEventError::attribute(name.as_ref(), Problem::IsNot("percent-encoded UTF-8"))
            })?;
            draft.put(&name, typed(&name, value))?;
        }
        // Where both are given, the one counts that the binding asks for.
        if draft.content_type.is_none() || binding != Binding::Nats {
            let given = content_type.filter(|content_type| !content_type.is_empty());
            draft.content_type = given.map(str::to_owned).or(draft.content_type);
        }
        draft.finish((!data.is_empty()).then_some(data))
    }
}

fn typed(name: &str, value: String) -> Attribute {
    let integer = value.parse::<i32>().ok().filter(|_| INTEGERS.contains(&name));
    // Text that is spelled differently, such as `007`, would not come back as it was.
    match integer.filter(|integer| integer.to_string() == value) {
        Some(integer) => Attribute::Integer(integer),
        None => Attribute::Text(value),
    }
}
