use super::{Collection, Document, DocumentReader};
use crate::StoreError;
use serde_json::Value;
use std::{cmp::Ordering, collections::VecDeque, fmt};

/// Where two collections differ, such as two generations of a read model.
///
/// Both are read page by page in the order of their keys, so that memory is bounded however many documents there are. What
/// is written meanwhile may be seen in one of them and not in the other: they are compared exactly if both are at the same
/// position before and after.
pub struct Differences<'a> {
    before: Pages<'a>,
    after: Pages<'a>,
    compared: u64,
}

/// One document that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// It is in the first one only.
    OnlyBefore(Document),
    /// It is in the second one only.
    OnlyAfter(Document),
    /// It is in both, and they are not the same JSON: neither the order of an object's fields counts nor white space.
    Changed {
        /// As it is in the first one.
        before: Document,
        /// As it is in the second one.
        after: Document,
    },
}

impl Difference {
    /// The document's key.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::OnlyBefore(document)
            | Self::OnlyAfter(document)
            | Self::Changed { before: document, .. } => &document.key,
        }
    }
}

impl<'a> Differences<'a> {
    /// Those from `before` to `after`, both of which `reader` has.
    #[must_use]
    pub fn between(reader: &'a dyn DocumentReader, before: Collection, after: Collection) -> Self {
        Self { before: Pages::new(reader, before), after: Pages::new(reader, after), compared: 0 }
    }

    /// How many documents have been looked at; one that is in both counts once.
    #[must_use]
    pub const fn compared(&self) -> u64 {
        self.compared
    }

    /// The next one, in the order of the keys, by bytes; `None` when there is no other. With `most`, it returns before it has
    /// looked at more documents than that, so that whoever shows how far it is has something to show: then it is
    /// `Some(None)` where none was found among them.
    ///
    /// # Errors
    /// [`StoreError`] when the documents cannot be read.
    pub async fn next_of(&mut self, most: u64) -> Result<Option<Option<Difference>>, StoreError> {
        for _ in 0..most {
            let order = match (self.before.first().await?, self.after.first().await?) {
                (None, None) => return Ok(None),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(before), Some(after)) => before.key.cmp(&after.key),
            };
            self.compared += 1;
            let before = if order.is_le() { self.before.page.pop_front() } else { None };
            let after = if order.is_ge() { self.after.page.pop_front() } else { None };
            let found = match (before, after) {
                (Some(before), Some(after)) if is_same(&before.body, &after.body) => continue,
                (Some(before), Some(after)) => Difference::Changed { before, after },
                (Some(before), None) => Difference::OnlyBefore(before),
                (None, Some(after)) => Difference::OnlyAfter(after),
                (None, None) => continue,
            };
            return Ok(Some(Some(found)));
        }
        Ok(Some(None))
    }

    /// The next one, in the order of the keys, by bytes; `None` when there is no other.
    ///
    /// # Errors
    /// [`StoreError`] when the documents cannot be read.
    pub async fn next(&mut self) -> Result<Option<Difference>, StoreError> {
        Ok(self.next_of(u64::MAX).await?.flatten())
    }
}

fn is_same(before: &[u8], after: &[u8]) -> bool {
    let value = |body| serde_json::from_slice::<Value>(body);
    before == after || matches!((value(before), value(after)), (Ok(before), Ok(after)) if before == after)
}

impl fmt::Debug for Differences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, after, compared } = self;
        f.debug_struct("Differences")
            .field("before", &before.collection)
            .field("after", &after.collection)
            .field("compared", compared)
            .finish()
    }
}

/// A collection, some documents at a time.
struct Pages<'a> {
    reader: &'a dyn DocumentReader,
    collection: Collection,
    page: VecDeque<Document>,
    last: Option<String>,
    done: bool,
}

/// Documents that are read at once.
const PAGE: usize = 500;

impl<'a> Pages<'a> {
    fn new(reader: &'a dyn DocumentReader, collection: Collection) -> Self {
        Self { reader, collection, page: VecDeque::new(), last: None, done: false }
    }

    async fn first(&mut self) -> Result<Option<&Document>, StoreError> {
        if self.page.is_empty() && !self.done {
            let page = self.reader.scan(&self.collection, self.last.take(), PAGE).await?;
            self.done = page.len() < PAGE;
            self.last = page.last().map(|document| document.key.clone());
            self.page = page.into();
        }
        Ok(self.page.front())
    }
}
