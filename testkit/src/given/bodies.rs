use super::print;
use factum_core::{event::same_payload, sink::Document};
use std::{collections::BTreeMap, fmt};

/// The JSON of a view's documents, by key.
#[derive(Default)]
pub(crate) struct Bodies(pub(super) BTreeMap<String, Vec<u8>>);

impl From<Vec<Document>> for Bodies {
    fn from(documents: Vec<Document>) -> Self {
        Self(documents.into_iter().map(|document| (document.key, document.body.to_vec())).collect())
    }
}

/// Fields of an object have no order.
impl PartialEq for Bodies {
    fn eq(&self, others: &Self) -> bool {
        self.0.len() == others.0.len()
            && self
                .0
                .iter()
                .zip(&others.0)
                .all(|(one, other)| one.0 == other.0 && same_payload(one.1, other.1))
    }
}

impl fmt::Display for Bodies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("(no documents)\n");
        }
        self.0.iter().try_for_each(|(key, body)| write!(f, "{key:?}\n{}", print::payload(body)))
    }
}

/// As it is displayed, without the end of its last line.
impl fmt::Debug for Bodies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_string().trim_end())
    }
}
