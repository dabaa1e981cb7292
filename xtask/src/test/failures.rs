use std::{collections::VecDeque, fmt};

/// So many lines of what a test has printed are repeated.
const LINES: usize = 20;

/// The tests that failed, and what each said last: repeated at the end, where whoever looks at a long run looks first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Failures {
    failures: Vec<Failure>,
    /// The lines that come are those of the last failure.
    printing: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Failure {
    test: String,
    said: VecDeque<String>,
    panicked: bool,
}

impl Failures {
    /// Takes note of a line that a test program printed.
    pub(super) fn note(&mut self, line: &str) {
        if let Some(test) = line.strip_prefix("---- ").and_then(|line| line.strip_suffix(" stdout ----")) {
            self.failures.push(Failure { test: test.to_owned(), ..Failure::default() });
            self.printing = true;
        } else if line == "failures:" {
            self.printing = false;
        } else if self.printing
            && let Some(failure) = self.failures.last_mut()
        {
            failure.note(line);
        }
    }

    /// A test program has ended.
    pub(super) const fn end(&mut self) {
        self.printing = false;
    }
}

impl Failure {
    /// Keeps what it said from its first panic on; of a test that returned an error, its last lines.
    fn note(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        if !self.panicked && line.starts_with("thread ") && line.contains(" panicked at ") {
            self.panicked = true;
            self.said.clear();
        }
        if self.said.len() == LINES {
            if self.panicked {
                return;
            }
            self.said.pop_front();
        }
        self.said.push_back(line.to_owned());
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Failure { test, said, .. } in &self.failures {
            writeln!(f, "failed: {test}")?;
            for line in said {
                writeln!(f, "    {line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Failures, LINES};

    fn failures(output: &str) -> String {
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.note(line));
        failures.to_string()
    }

    #[test]
    fn what_a_test_said_from_its_panic_on_is_repeated() {
        let output = "running 2 tests\ntest a ... FAILED\ntest b::c ... FAILED\n\nfailures:\n\n---- a stdout ----\na log\n
thread 'a' (1) panicked at it/a.rs:1:2:\nleft: 1\n\n---- b::c stdout ----\nError: gone\n\n\nfailures:\n    a\n    b::c\n";
        let expected = "failed: a\n    thread 'a' (1) panicked at it/a.rs:1:2:\n    left: 1\nfailed: b::c\n    Error: gone\n";
        assert_eq!(failures(output), expected);
    }

    #[test]
    fn a_long_story_is_cut() {
        let lines: String = (0..100).map(|line| format!("line {line}\n")).collect();
        let head = "failures:\n---- a stdout ----\n";
        let kept = failures(&format!("{head}{lines}"));
        assert_eq!(kept.lines().count(), 1 + LINES);
        assert!(kept.ends_with("    line 99\n"), "{kept}");
        let kept = failures(&format!("{head}thread 'a' panicked at a.rs:1:2:\n{lines}"));
        assert_eq!(kept.lines().count(), 1 + LINES);
        assert!(kept.contains("panicked at a.rs:1:2:\n    line 0\n"), "{kept}");
    }

    #[test]
    fn nothing_is_said_where_nothing_failed() {
        assert_eq!(failures("running 1 test\ntest a ... ok\n\nline\ntest result: ok. 1 passed\n"), "");
    }
}
