use crate::outcome::{Outcome, Result};
use std::{
    fs,
    io::{self, ErrorKind},
    path::Path,
    process::{Command, Stdio},
};

/// Builds the guide, where mdBook is installed. A warning of it, or a link to a page that is not there, is a failure.
pub(super) fn build(root: &Path, open: bool) -> Result<Outcome> {
    let dead = dead_links(&root.join("docs/src"))?;
    for link in &dead {
        eprintln!("docs/src/{link} leads nowhere");
    }
    let links = Outcome::passed_if(dead.is_empty());

    let mut mdbook = Command::new("mdbook");
    mdbook.arg("build").arg(root.join("docs"));
    if open {
        mdbook.arg("--open");
    }
    let output = match mdbook.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            println!("left out: the guide, for which mdBook is missing: cargo install mdbook --locked");
            return Ok(links);
        }
        Err(e) => return Err(format!("starting mdbook: {e}").into()),
    };
    let said =
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    eprint!("{said}");
    let complains = said.lines().any(|line| ["WARN", "ERROR"].iter().any(|level| line.contains(level)));
    Ok(links.and(Outcome::passed_if(output.status.success() && !complains)))
}

/// The links between pages of `folder` that lead to no page, as `page: target`. Those to a heading of a page count as
/// links to the page.
fn dead_links(folder: &Path) -> io::Result<Vec<String>> {
    let mut dead = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let page = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path())?;
        let gone = targets(&text).filter(|target| !folder.join(target).is_file());
        dead.extend(gone.map(|target| format!("{page}: {target}")));
    }
    dead.sort();
    Ok(dead)
}

/// The files that a page links to.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let links = text.split("](").skip(1).filter_map(|after| after.split_once(')'));
    let files = links.map(|(target, _)| target.split('#').next().unwrap_or_default());
    files.filter(|file| file.ends_with(".md") && !file.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::{dead_links, targets};
    use std::path::Path;

    #[test]
    fn only_pages_of_the_guide_are_looked_for() {
        let text = "[a](a.md), [b](b.md#x) [c](https://example.com/c.md) [d](#here) `x](y)`";
        assert_eq!(targets(text).collect::<Vec<_>>(), ["a.md", "b.md"]);
    }

    #[test]
    fn every_link_of_the_guide_leads_to_a_page() {
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src");
        assert_eq!(dead_links(&guide).expect("the guide can be read"), [""; 0]);
    }
}
