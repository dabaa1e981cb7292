use serde::Serialize;
use std::{
    fmt,
    io::{self, BufWriter, IsTerminal, Stdout, Write},
};

/// Standard output, for people or, with `--json`, for programs: one object a line.
#[derive(Debug)]
pub(crate) struct Output {
    out: BufWriter<Stdout>,
    json: bool,
    quiet: bool,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Self { out: BufWriter::with_capacity(64 * 1_024, io::stdout()), json, quiet }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.out.get_ref().is_terminal()
    }

    /// A line for programs.
    pub(crate) fn object(&mut self, object: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, object)?;
        self.out.write_all(b"\n")
    }

    /// A line for people.
    pub(crate) fn line(&mut self, line: impl fmt::Display) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    /// A line for people that ends in a text of any length; a terminal is shown as much of that as fits. Both have been
    /// escaped.
    pub(crate) fn line_with_end(&mut self, line: &str, end: &str) -> io::Result<()> {
        let terminal = self.is_terminal().then(console::Term::stdout);
        match terminal.and_then(|terminal| terminal.size_checked()) {
            Some((_, columns)) => self.line(format_args!("{line}{}", beginning(end, line, columns.into()))),
            None => self.line(format_args!("{line}{end}")),
        }
    }

    /// Says how it went: `object` for programs, `line` for people unless they asked for quiet.
    pub(crate) fn conclude(&mut self, object: &impl Serialize, line: impl fmt::Display) -> io::Result<()> {
        match self.json {
            true => self.object(object),
            false if self.quiet => Ok(()),
            false => self.line(line),
        }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Text as it is shown to people: a stored string must neither drive their terminal (control characters, of which C1
/// alone starts a sequence on some) nor show itself in another order than it has (direction marks).
pub(crate) fn escape(text: &str) -> impl fmt::Display {
    Escaped(text)
}

struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
            write!(f, "{}\\u{:04x}", &rest[..at], u32::from(c))?;
            rest = &rest[at + c.len_utf8()..];
        }
        f.write_str(rest)
    }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// As much of a text as fits into so many columns behind a line, but enough to tell something.
fn beginning<'a>(text: &'a str, line: &str, columns: usize) -> impl fmt::Display + 'a {
    const ENOUGH: usize = 30;
    let free = columns.saturating_sub(console::measure_text_width(line));
    console::truncate_str(text, free.max(ENOUGH), "..")
}

/// A number with thousands separators.
pub(crate) fn number(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 event`, `2,000 events`.
pub(crate) fn count(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(n), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (n, text) in
            [(0_u64, "0"), (999, "999"), (1_000, "1,000"), (338_247, "338,247"), (1_234_567, "1,234,567")]
        {
            assert_eq!(number(n), text);
        }
        assert_eq!((count(1, "event"), count(0, "event")), ("1 event".to_owned(), "0 events".to_owned()));
    }

    #[test]
    fn the_end_of_a_line_is_shortened_by_columns() {
        let text = "0123456789".repeat(5);
        for (columns, shown) in [(80, &text[..]), (58, &text), (57, &text[..47]), (9, &text[..28])] {
            let dots = if shown.len() < text.len() { ".." } else { "" };
            assert_eq!(beginning(&text, "größe名 ", columns).to_string(), format!("{shown}{dots}"));
        }
        assert_eq!(beginning(&"名".repeat(20), "", 31).to_string(), "名".repeat(14) + "..");
    }

    #[test]
    fn nothing_that_drives_a_terminal_is_shown_as_it_is() {
        let text = "a\u{1b}[31m\u{9b}2J\u{7f}\r\n\t\0\u{202e}é";
        let shown = escape(text).to_string();
        assert_eq!(shown, "a\\u001b[31m\\u009b2J\\u007f\\u000d\\u000a\\u0009\\u0000\\u202eé");
    }
}
