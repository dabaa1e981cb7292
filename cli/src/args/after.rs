use super::time;
use crate::store::{EventReaderExt as _, Position, Store, StoreError, Timestamp};

/// A place of the log, behind which to begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum After {
    Position(Position),
    /// Where the log was then.
    Time(Timestamp),
}

impl After {
    /// A number is a position.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(position) => Ok(Self::Position(Position::new(position))),
            Err(_) => time::parse(text).map(Self::Time).map_err(|why| format!("no position, {why}")),
        }
    }

    pub(crate) async fn position_in(self, store: &Store) -> Result<Position, StoreError> {
        match self {
            Self::Position(position) => Ok(position),
            Self::Time(time) => store.position_at(time).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::After;

    #[test]
    fn a_number_is_a_position_and_a_day_a_time() {
        assert!(matches!(After::parse("2026"), Ok(After::Position(position)) if position.get() == 2026));
        assert!(matches!(After::parse("2026-01-31"), Ok(After::Time(_))));
        let why = After::parse("yesterday").expect_err("it is neither");
        assert!(why.starts_with("no position, neither a day as"), "{why}");
    }
}
