//! Money, in whole cents.

use factum::prelude::*;
use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Mul},
};

/// An amount of money in cents. There are no fractions of a cent anywhere, so that what goes in comes out to the unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub u64);

impl Add for Cents {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Mul<u32> for Cents {
    type Output = Self;

    fn mul(self, times: u32) -> Self {
        Self(self.0 * u64::from(times))
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

/// Such as `12.05`.
impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::Cents;

    #[test]
    fn cents_always_have_two_digits() {
        assert_eq!(Cents(5).to_string(), "0.05");
        assert_eq!((Cents(999) * 3 + Cents(3)).to_string(), "30.00");
    }
}
