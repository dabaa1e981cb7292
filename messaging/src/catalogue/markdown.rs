use super::{Catalogue, entries::Entry};
use std::fmt::{self, Write as _};

impl Catalogue {
    /// The catalogue as Markdown: a section for each type, with its topics and a table of its fields.
    #[must_use]
    pub fn markdown(&self, title: &str) -> String {
        let mut text = String::new();
        write(&mut text, self, title).expect("writing to a string does not fail");
        text
    }
}

fn write(text: &mut String, catalogue: &Catalogue, title: &str) -> fmt::Result {
    writeln!(text, "# {}\n", plain(title))?;
    writeln!(text, "| event | of | versions | events |\n|---|---|---|---:|")?;
    for (of, entry) in &catalogue.entries {
        let categories: Vec<_> = entry.categories.keys().map(|category| plain(category)).collect();
        let (name, anchor) = (plain(of), anchor(of));
        writeln!(
            text,
            "| [{name}](#{anchor}) | {} | {} | {} |",
            categories.join(", "),
            versions(entry),
            entry.count
        )?;
    }
    for (of, entry) in &catalogue.entries {
        section(text, of, entry)?;
    }
    Ok(())
}

fn section(text: &mut String, of: &str, entry: &Entry) -> fmt::Result {
    writeln!(text, "\n## {}\n", plain(of))?;
    for category in entry.categories.keys() {
        writeln!(text, "- Topic: `{}`", code(&entry.topic.address(category, of)))?;
    }
    if !entry.tags.is_empty() {
        let tags: Vec<_> = entry.tags.iter().map(|tag| format!("`{}`", code(tag))).collect();
        writeln!(text, "- Tags: {}", tags.join(", "))?;
    }
    if let Some((first, last)) = entry.times {
        writeln!(text, "- Happened from {} to {}", first.format("%F"), last.format("%F"))?;
    }
    for (version, shape) in entry.versions.iter().rev() {
        let rows = shape.rows();
        if entry.versions.len() > 1 {
            writeln!(text, "\n### Version {version}")?;
        }
        if rows.is_empty() {
            writeln!(text, "\nNo fields are known.")?;
            continue;
        }
        writeln!(text, "\n| field | is | always there |\n|---|---|---|")?;
        for (name, is, always) in rows {
            writeln!(text, "| `{}` | {is} | {} |", code(&name), if always { "yes" } else { "" })?;
        }
    }
    Ok(())
}

fn versions(entry: &Entry) -> String {
    entry.versions.keys().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// Text that is nothing but text. What is stored may be anything.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' => plain.extend(['\\', c]),
            c if c.is_control() => plain.push(char::REPLACEMENT_CHARACTER),
            c => plain.push(c),
        }
    }
    plain
}

/// Text between backticks, in a table.
fn code(text: &str) -> String {
    let c = |c: char| match c {
        '`' | '|' => '\u{fffd}',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(c).collect()
}

/// How most renderers name a heading.
fn anchor(text: &str) -> String {
    let text = text.to_lowercase().replace(' ', "-");
    text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}
