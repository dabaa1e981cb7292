use crate::{
    ConsumerName, Invalid,
    invalid::{Field, Reason, check},
    limits,
};
use std::{borrow::Cow, fmt};

/// Names the documents of one view, in one version of the view and one generation of that.
///
/// The name becomes part of a table's name, so it is limited to `a–z`, `0–9` and `_`, and begins with a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Collection {
    name: Cow<'static, str>,
    version: u32,
    generation: u32,
}

impl Collection {
    /// The documents of version `version` of the view `name`, in its first generation.
    ///
    /// # Errors
    /// [`Invalid`] when the name is empty, longer than [`limits::COLLECTION_NAME_BYTES`], or has another character than
    /// those allowed.
    pub fn new(name: impl Into<Cow<'static, str>>, version: u32) -> Result<Self, Invalid> {
        let name = name.into();
        check(Field::CollectionName, &name, limits::COLLECTION_NAME_BYTES)?;
        let allowed =
            |(at, c): (usize, char)| c.is_ascii_lowercase() || (at > 0 && (c.is_ascii_digit() || c == '_'));
        match name.char_indices().find(|c| !allowed(*c)) {
            Some((at, found)) => Err(Invalid::new(Field::CollectionName, Reason::Character { found, at })),
            None => Ok(Self { name, version, generation: 0 }),
        }
    }

    /// The documents of the view that `consumer` keeps, in its first generation: the reverse of [`Collection::consumer`]. `None` if
    /// it cannot be a view's.
    #[must_use]
    pub fn of(consumer: &ConsumerName) -> Option<Self> {
        let (name, version) = consumer.as_str().rsplit_once("_v")?;
        let collection = Self::new(name.to_owned(), version.parse().ok()?).ok()?;
        // Not of a number with a sign, or with zeros before it.
        (collection.consumer().ok()? == *consumer).then_some(collection)
    }

    /// The same in another generation. The first is 0.
    #[must_use]
    pub const fn in_generation(mut self, generation: u32) -> Self {
        self.generation = generation;
        self
    }

    /// The number of the generation.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The consumer that makes it, in its first generation.
    ///
    /// # Errors
    /// [`Invalid`] when the name would be too long.
    pub fn consumer(&self) -> Result<ConsumerName, Invalid> {
        ConsumerName::new(format!("{}_v{}", self.name, self.version))
    }

    /// The name of the view.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of the view.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} v{}", self.name, self.version)?;
        match self.generation {
            0 => Ok(()),
            generation => write!(f, " (generation {generation})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Collection;
    use crate::ConsumerName;

    #[test]
    fn a_collection_is_found_by_its_consumer() {
        let of = |name: &str| Collection::of(&ConsumerName::new(name).expect("a name"));
        for (name, version) in [("balances", 1), ("a_v2", 30), ("b", 0)] {
            let collection = Collection::new(name, version).expect("a collection");
            assert_eq!(of(collection.consumer().expect("a consumer").as_str()), Some(collection));
        }
        for other in
            ["balances", "balances_v", "balances_v01", "balances_v+1", "balances_v1_g2", "_v1", "Größe_v1"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
