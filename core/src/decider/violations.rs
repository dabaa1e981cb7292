use std::{error::Error, fmt, slice};

/// What is wrong with a command by itself, before anything is loaded: at least one sentence.
///
/// All of it is said at once, so that a form can be corrected in one go. Over HTTP this is a `422 Unprocessable
/// Content`.
///
/// ```
/// use factum_core::decider::Violations;
///
/// let wrong = Violations::new("amount", "must not be 0").and("currency", "is not known");
/// assert_eq!(wrong.to_string(), "amount must not be 0; currency is not known");
/// assert_eq!(wrong.iter().next().and_then(|first| first.field()), Some("amount"));
///
/// let wrong = Violations::from("the two accounts are one");
/// assert_eq!(wrong.to_string(), "the two accounts are one");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    /// Never empty.
    violations: Vec<Violation>,
}

/// One thing that is wrong with a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    field: Option<String>,
    text: String,
}

impl Violations {
    /// This is wrong with a field. The text goes on from the field's name: `must not be 0`.
    #[must_use]
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { violations: vec![Violation { field: Some(field.into()), text: text.into() }] }
    }

    /// And this is wrong with a field.
    #[must_use]
    pub fn and(mut self, field: impl Into<String>, text: impl Into<String>) -> Self {
        self.violations.push(Violation { field: Some(field.into()), text: text.into() });
        self
    }

    /// What is wrong, in the order in which it was said.
    pub fn iter(&self) -> slice::Iter<'_, Violation> {
        self.violations.iter()
    }
}

impl Violation {
    /// The field that it is about; `None` if it is about the command as a whole.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is wrong.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// About the command as a whole.
impl From<String> for Violations {
    fn from(text: String) -> Self {
        Self { violations: vec![Violation { field: None, text }] }
    }
}

/// About the command as a whole.
impl From<&str> for Violations {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{field} {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.violations.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            fmt::Display::fmt(violation, f)?;
        }
        Ok(())
    }
}

impl Error for Violations {}
