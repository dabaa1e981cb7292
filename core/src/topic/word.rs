use crate::{
    Invalid,
    invalid::{self, Field, Reason},
    limits,
};
use std::{borrow::Cow, fmt::Write as _};

/// The characters that have a meaning in topics, in patterns or in escaped words.
const fn is_special(c: char) -> bool {
    matches!(c, '.' | '*' | '#' | '%') || c.is_ascii_control() || matches!(c, '\u{80}'..='\u{9f}')
}

/// Text as one word of a topic: `.`, `*`, `#`, `%` and control characters are percent-encoded, and empty text is `%`.
///
/// Different text always gives different words, so that two streams never share a topic by accident.
///
/// ```
/// use factum_core::topic::escape;
///
/// assert_eq!(escape("7f-01"), "7f-01");
/// assert_eq!(escape("ada@example.com"), "ada@example%2Ecom");
/// assert_eq!(escape(""), "%");
/// ```
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed("%");
    }
    if !text.contains(is_special) {
        return Cow::Borrowed(text);
    }
    let mut word = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_special(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                write!(word, "%{byte:02X}").expect("writing to a string does not fail");
            }
        } else {
            word.push(c);
        }
    }
    Cow::Owned(word)
}

/// The text that [`escape`] makes this word of; `None` if there is none.
pub(crate) fn unescape(word: &str) -> Option<String> {
    let mut bytes = word.bytes();
    let mut text = Vec::with_capacity(word.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' if word.len() > 1 => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                text.push((digit()? * 16 + digit()?) as u8);
            }
            b'%' => {}
            byte => text.push(byte),
        }
    }
    String::from_utf8(text).ok().filter(|text| escape(text) == word)
}

/// The words of a topic or pattern and where they begin.
pub(super) fn split(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let begin = text.as_ptr().addr();
    text.split('.').map(move |word| (word.as_ptr().addr() - begin, word))
}

/// Checks everything that topics and patterns have in common.
pub(super) fn check(
    (text_field, words_field): (Field, Field),
    text: &str,
    is_wildcard: fn(&str) -> bool,
) -> Result<(), Invalid> {
    invalid::check(text_field, text, limits::TOPIC_BYTES)?;
    invalid::check_length(words_field, split(text).count(), limits::TOPIC_WORDS)?;
    for (begin, word) in split(text) {
        if word.is_empty() {
            return Err(Invalid::new(text_field, Reason::EmptyWord { at: begin }));
        }
        let found = word.char_indices().find(|(_, c)| matches!(c, '*' | '#'));
        if let Some((at, found)) = found.filter(|_| !is_wildcard(word)) {
            return Err(Invalid::new(text_field, Reason::Character { found, at: begin + at }));
        }
    }
    Ok(())
}
