use std::time::{Duration, Instant};

/// What a broker must have saved by now that writes down all that it has whenever some time has passed.
///
/// It looks whether that time has passed after it has done what there was to do. So an answer does not show that it has looked: it
/// may have hung, and be killed before it does. The next answer does, to what was asked after the first one had come.
#[derive(Debug)]
pub(super) struct Saves {
    every: Duration,
    /// When something was asked that was answered before something else was asked that was answered.
    looked: Option<Instant>,
    /// When the last thing was asked that was answered, and when the answer came.
    answered: Option<(Instant, Instant)>,
}

/// Mosquitto counts whole seconds, and saves when more than the time has passed.
const ROUNDED: Duration = Duration::from_secs(2);

const LATELY: Duration = Duration::from_millis(100);

impl Saves {
    pub(super) const fn every(time: Duration) -> Self {
        Self { every: time.saturating_add(ROUNDED), looked: None, answered: None }
    }

    /// There is another connection.
    pub(super) const fn begin(&mut self) {
        (self.looked, self.answered) = (None, None);
    }

    /// What was asked then is answered now.
    pub(super) fn answered(&mut self, asked: Instant, now: Instant) {
        match self.answered {
            Some((_, answer)) if asked < answer => {}
            before => {
                self.looked = before.map(|(asked, _)| asked).or(self.looked);
                self.answered = Some((asked, now));
            }
        }
    }

    /// Whether nothing that was asked lately is answered.
    pub(super) fn is_silent(&self, now: Instant) -> bool {
        self.answered.is_none_or(|(asked, _)| now.saturating_duration_since(asked) > LATELY)
    }

    /// What was confirmed before this is saved.
    pub(super) fn saved(&self) -> Option<Instant> {
        self.looked?.checked_sub(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::{ROUNDED, Saves};
    use std::time::{Duration, Instant};

    #[test]
    fn an_answer_to_what_was_asked_after_another_one_shows_that_it_was_saved_between_them() {
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let mut saves = Saves::every(Duration::from_secs(8));
        let saved =
            |saves: &Saves| saves.saved().map(|saved| (saved + ROUNDED + Duration::from_secs(8)) - begun);
        assert_eq!(saved(&saves), None);
        saves.answered(at(20), at(30));
        assert_eq!(saved(&saves), None, "it may have hung from 19 to 30, and not have looked since");
        saves.answered(at(25), at(31));
        assert_eq!(saved(&saves), None, "it may have answered both at once");
        saves.answered(at(32), at(33));
        assert_eq!(saved(&saves), Some(Duration::from_secs(20)));
        saves.answered(at(33), at(50));
        assert_eq!(saved(&saves), Some(Duration::from_secs(32)));
        saves.begin();
        assert_eq!(saved(&saves), None);
    }
}
