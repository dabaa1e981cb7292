use crate::outcome::Result;
use spdx::{Expression, Licensee, ParseMode};
use toml::{Table, Value};

/// The part of deny.toml that licences are checked by.
#[derive(Debug)]
pub(super) struct Policy {
    /// The licences that are accepted.
    allow: Vec<Licensee>,
    /// The platforms whose dependencies count.
    pub(super) targets: Vec<String>,
}

impl Policy {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let config: Table = text.parse()?;
        let allow = strings(&config, "licenses", "allow")?;
        let allow = allow.iter().map(|licence| {
            Licensee::parse(licence)
                .map_err(|e| format!("{licence:?} is not the name of a licence: {}", e.reason))
        });
        Ok(Self {
            allow: allow.collect::<std::result::Result<_, _>>()?,
            targets: strings(&config, "graph", "targets")?,
        })
    }

    /// Whether a package may be used that has this SPDX expression as its licence.
    pub(super) fn check(&self, licence: Option<&str>) -> std::result::Result<(), String> {
        let licence = licence.ok_or("names no licence")?;
        // Older packages write `/` for `OR`.
        let expression = Expression::parse_mode(licence, ParseMode::LAX)
            .map_err(|e| format!("{licence:?} is not an SPDX expression: {}", e.reason))?;
        match expression.evaluate(|one| self.allow.iter().any(|allowed| allowed.satisfies(one))) {
            true => Ok(()),
            false => Err(format!("{licence} is not allowed")),
        }
    }
}

fn strings(config: &Table, section: &str, key: &str) -> Result<Vec<String>> {
    let strings =
        config.get(section).and_then(|section| section.get(key)).and_then(Value::as_array).and_then(|list| {
            list.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
    strings.ok_or_else(|| format!("[{section}] has no list of strings {key:?}").into())
}

#[cfg(test)]
mod tests {
    use super::Policy;

    fn policy() -> Policy {
        let text = r#"
            graph.targets = ["x86_64-unknown-linux-gnu"]
            licenses.allow = ["MIT", "Apache-2.0", "Unicode-3.0"]
        "#;
        Policy::parse(text).expect("it is complete")
    }

    #[test]
    fn a_choice_needs_one_allowed_licence_and_a_sum_needs_all() {
        for allowed in
            ["MIT", "GPL-3.0-only OR MIT", "(MIT OR GPL-3.0-only) AND Unicode-3.0", "Unlicense/Apache-2.0"]
        {
            assert_eq!(policy().check(Some(allowed)), Ok(()), "{allowed}");
        }
        for refused in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "Apache-2.0 WITH LLVM-exception", "MIT-0"] {
            assert_eq!(policy().check(Some(refused)), Err(format!("{refused} is not allowed")));
        }
    }

    #[test]
    fn a_package_must_name_a_licence_that_exists() {
        assert_eq!(policy().check(None), Err("names no licence".to_owned()));
        assert!(policy().check(Some("Made-Up")).is_err());
        assert!(policy().check(Some("")).is_err());
    }

    #[test]
    fn an_incomplete_or_mistyped_list_is_an_error() {
        for text in
            ["", "licenses.allow = 'MIT'\ngraph.targets = []", "licenses.allow = [1]\ngraph.targets = []"]
        {
            assert!(Policy::parse(text).is_err(), "{text}");
        }
        assert!(Policy::parse("licenses.allow = ['Apache-2']\ngraph.targets = []").is_err());
        assert!(Policy::parse("licenses.allow = ['MIT']").is_err());
    }

    #[test]
    fn the_list_of_this_project_can_be_read_and_allows_its_own_licence() {
        let policy = Policy::parse(include_str!("../../../../deny.toml")).expect("deny.toml is complete");
        assert_eq!(policy.check(Some(env!("CARGO_PKG_LICENSE"))), Ok(()));
        assert!(!policy.targets.is_empty());
    }
}
