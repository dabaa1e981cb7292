//! Payloads as they are shown to people.

use crate::output::escape;
use serde_json::value::RawValue;

/// On one line.
pub(crate) fn inline(payload: &[u8]) -> String {
    match json(payload) {
        // Outside strings a line break means no more than a space.
        Some(json) => escape(&json.replace(['\n', '\r'], " ")).to_string(),
        None => other(payload),
    }
}

/// Over several lines, each indented by `margin` spaces. Tokens stay as they are spelled: a number of 30 digits keeps
/// them.
pub(crate) fn pretty(payload: &[u8], margin: usize) -> String {
    let margin = " ".repeat(margin);
    match json(payload) {
        Some(json) => {
            let lines: Vec<_> =
                indented(json).lines().map(|line| format!("{margin}{}", escape(line))).collect();
            lines.join("\n")
        }
        None => format!("{margin}{}", other(payload)),
    }
}

fn json(payload: &[u8]) -> Option<&str> {
    serde_json::from_slice::<&RawValue>(payload).ok().map(RawValue::get)
}

fn other(payload: &[u8]) -> String {
    const SHOWN: usize = 64;
    match str::from_utf8(payload) {
        Ok(text) => escape(text).to_string(),
        Err(_) => {
            let more = if payload.len() > SHOWN { ".." } else { "" };
            format!("<{} bytes: {}{more}>", payload.len(), hex(&payload[..payload.len().min(SHOWN)]))
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Valid JSON with its white space laid out anew.
fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut tokens = Tokens(json).peekable();
    while let Some(token) = tokens.next() {
        match token {
            "{" | "[" if tokens.peek().is_some_and(|next| matches!(*next, "}" | "]")) => {
                out.push_str(token);
                out.extend(tokens.next());
            }
            "{" | "[" => {
                depth += 1;
                out.push_str(token);
                new_line(&mut out, depth);
            }
            "}" | "]" => {
                depth -= 1;
                new_line(&mut out, depth);
                out.push_str(token);
            }
            "," => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ":" => out.push_str(": "),
            scalar => out.push_str(scalar),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// The tokens of valid JSON.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0.trim_start();
        let bytes = rest.as_bytes();
        let end = match bytes.first()? {
            b'"' => end_of_string(bytes),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => bytes.iter().position(|b| b",:]} \t\r\n".contains(b)).unwrap_or(bytes.len()),
        };
        let (token, rest) = rest.split_at(end);
        self.0 = rest;
        Some(token)
    }
}

fn end_of_string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_without_touching_its_tokens() {
        let json = br#"{"a":[1,123456789012345678901234567890.10 ,"x\" , }"],"b":{ },"c":[],"d":null}"#;
        let expected = "  {\n    \"a\": [\n      1,\n      123456789012345678901234567890.10,\n      \"x\\\" , }\"\n    ],\n    \
                        \"b\": {},\n    \"c\": [],\n    \"d\": null\n  }";
        assert_eq!(pretty(json, 2), expected);
        assert_eq!(inline(b"{\n\"a\": 1\n}"), "{ \"a\": 1 }");
    }

    #[test]
    fn no_payload_drives_a_terminal() {
        assert_eq!(inline("\"\u{9b}2J\"".as_bytes()), r#""\u009b2J""#);
        assert_eq!(pretty("\"\u{9b}2J\"".as_bytes(), 0), r#""\u009b2J""#);
        assert_eq!(inline(b"\x1b[2J"), "\\u001b[2J");
        assert_eq!(inline(b"\xff\x1b"), "<2 bytes: ff1b>");
    }
}
