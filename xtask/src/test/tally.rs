use super::{failures::Failures, summary::Summary};
use std::fmt;

/// How many tests passed, failed and were not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u64,
    reported: u64,
    skipped: u64,
    /// Test programs that began and gave no result, such as one that was aborted.
    pub(super) unfinished: u64,
}

impl Tally {
    /// An unfinished program counts as one failure: how many of its tests would have failed, nobody knows.
    pub(super) const fn failed(self) -> u64 {
        self.reported + self.unfinished
    }

    pub(super) const fn ran(self) -> u64 {
        self.passed + self.failed()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed())?;
        match self.skipped {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

/// Reads what test programs print.
#[derive(Debug, Default)]
pub(super) struct Counter {
    tally: Tally,
    summary: Summary,
    failures: Failures,
    /// A program has said how many tests it is going to run, and not yet how they went.
    running: bool,
    /// The beginning of a line whose end has not been read yet.
    line: Vec<u8>,
}

impl Counter {
    pub(super) fn feed(&mut self, output: &[u8]) {
        for piece in output.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.end_line();
            }
        }
    }

    pub(super) fn finish(mut self) -> (Tally, Summary, Failures) {
        self.end_line();
        self.end_program();
        (self.tally, self.summary, self.failures)
    }

    fn end_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line);
        let line = line.trim_end();
        if let Some(result) = Result::parse(line) {
            self.running = false;
            self.tally.passed += result.passed;
            self.tally.reported += result.failed;
            self.tally.skipped += result.ignored;
            self.failures.end();
        } else if announces_tests(line) {
            self.end_program();
            self.running = true;
        } else {
            self.summary.note(line);
            self.failures.note(line);
        }
        self.line.clear();
    }

    fn end_program(&mut self) {
        self.tally.unfinished += u64::from(self.running);
        self.running = false;
    }
}

/// `running 3 tests`
fn announces_tests(line: &str) -> bool {
    let count = line
        .strip_prefix("running ")
        .and_then(|rest| rest.strip_suffix("s").unwrap_or(rest).strip_suffix(" test"));
    count.is_some_and(|count| count.parse::<u64>().is_ok())
}

/// `test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`
#[derive(Debug, PartialEq, Eq)]
struct Result {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Result {
    fn parse(line: &str) -> Option<Self> {
        // Between the two is `ok` or `FAILED`, possibly in colour.
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let count = |what: &str| {
            let mut counts = counts.split("; ").filter_map(|count| count.split_once(' '));
            counts.find(|(_, name)| *name == what)?.0.parse().ok()
        };
        Some(Self { passed: count("passed")?, failed: count("failed")?, ignored: count("ignored")? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Counter, Result, Tally, announces_tests};

    fn tally(output: &str) -> Tally {
        let mut counter = Counter::default();
        counter.feed(output.as_bytes());
        counter.finish().0
    }

    const OK: &str = "running 3 tests\ntest a ... ok\ntest b ... ok\ntest c ... ignored\n\n\
        test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.12s\n\n";
    const FAILED: &str = "running 2 tests\ntest a ... ok\ntest b ... FAILED\n\n\
        test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n";
    const EMPTY: &str = "running 0 tests\n\n\
        test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n";

    #[test]
    fn the_results_of_all_programs_are_added_up() {
        let all = tally(&[OK, FAILED, EMPTY].concat());
        assert_eq!(all.to_string(), "3 passed, 1 failed, 1 skipped");
        assert_eq!(all.ran(), 4);
    }

    #[test]
    fn nothing_is_said_about_skipped_tests_when_there_are_none() {
        assert_eq!(tally(FAILED).to_string(), "1 passed, 1 failed");
    }

    #[test]
    fn programs_without_tests_do_not_count_as_tests() {
        assert_eq!(tally(EMPTY).ran(), 0);
        assert_eq!(tally("error: could not compile `bank`\n").ran(), 0);
    }

    #[test]
    fn it_does_not_matter_how_the_output_is_cut() {
        let output = [OK, FAILED].concat();
        for size in 1..output.len() {
            let mut counter = Counter::default();
            output.as_bytes().chunks(size).for_each(|chunk| counter.feed(chunk));
            assert_eq!(counter.finish().0, tally(&output), "in pieces of {size} bytes");
        }
    }

    #[test]
    fn a_program_that_ends_without_a_result_is_a_failure() {
        let aborted = "running 2 tests\ntest a ... ok\n";
        assert_eq!(tally(&[aborted, OK].concat()).to_string(), "2 passed, 1 failed, 1 skipped");
        assert_eq!(tally(&[OK, aborted].concat()).to_string(), "2 passed, 1 failed, 1 skipped");
        assert_eq!(tally(&[aborted, aborted].concat()).unfinished, 2);
    }

    #[test]
    fn a_result_is_read_in_colour_and_without_a_line_break() {
        let coloured = "test result: \u{1b}[32mok\u{1b}(B\u{1b}[m. 7 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out";
        assert_eq!(Result::parse(coloured), Some(Result { passed: 7, failed: 0, ignored: 2 }));
        assert_eq!(tally(coloured).to_string(), "7 passed, 0 failed, 2 skipped");
    }

    #[test]
    fn what_only_looks_like_a_result_is_none() {
        for line in [
            "test result: ok",
            "test result: ok. many passed",
            "  test result: ok. 1 passed; 0 failed; 0 ignored",
        ] {
            assert_eq!(Result::parse(line), None, "{line}");
        }
        assert!(announces_tests("running 1 test"));
        assert!(announces_tests("running 12 tests"));
        assert!(!announces_tests("running the tests"));
        assert!(!announces_tests("running 3 testss"));
    }
}
