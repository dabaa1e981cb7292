use crate::{
    ConsumerName, Invalid,
    invalid::{Field, Reason, check},
    limits,
};
use std::fmt;

/// Names the documents of one view, in one version of the view and one generation of that.
///
/// The name becomes part of a table's name, so it is limited to `a–z`, `0–9` and `_`, and begins with a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Collection {
    name: &'static str,
    version: u32,
    generation: u32,
}

impl Collection {
    /// The documents of version `version` of the view `name`, in its first generation.
    ///
    /// # Errors
    /// [`Invalid`] when the name is empty, longer than [`limits::COLLECTION_NAME_BYTES`], or has another character than
    /// those allowed.
    pub fn new(name: &'static str, version: u32) -> Result<Self, Invalid> {
        check(Field::CollectionName, name, limits::COLLECTION_NAME_BYTES)?;
        let allowed =
            |(at, c): (usize, char)| c.is_ascii_lowercase() || (at > 0 && (c.is_ascii_digit() || c == '_'));
        match name.char_indices().find(|c| !allowed(*c)) {
            Some((at, found)) => Err(Invalid::new(Field::CollectionName, Reason::Character { found, at })),
            None => Ok(Self { name, version, generation: 0 }),
        }
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
    pub const fn name(&self) -> &str {
        self.name
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
