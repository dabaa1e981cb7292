use crate::{
    cargo,
    outcome::Result,
    workspace::{list, text},
};
use serde_json::Value;

/// A package that this workspace is built from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// An SPDX expression, if the package has one.
    pub(super) licence: Option<String>,
}

/// All packages that any feature needs on one of `targets`. What is needed only elsewhere is not looked at, and so need
/// not have been downloaded.
pub(super) fn load(targets: &[String]) -> Result<Vec<Package>> {
    let mut metadata = cargo::command("metadata");
    metadata.args(["--format-version", "1", "--all-features", "--locked"]);
    for target in targets {
        metadata.args(["--filter-platform", target]);
    }
    parse(&cargo::output(metadata)?)
}

fn parse(metadata: &[u8]) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_slice(metadata)?;
    let packages = list(&metadata, "packages")?.iter();
    packages
        .map(|package| {
            Ok(Package {
                name: text(package, "name")?.to_owned(),
                version: text(package, "version")?.to_owned(),
                licence: package["license"].as_str().map(str::to_owned),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Package, parse};

    #[test]
    fn a_package_without_a_licence_is_kept() {
        let metadata = br#"{ "packages": [
            { "name": "a", "version": "1.0.0", "license": "MIT" },
            { "name": "b", "version": "2.0.0", "license": null }
        ] }"#;
        let package = |name: &str, version: &str, licence: Option<&str>| Package {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: licence.map(str::to_owned),
        };
        let packages = parse(metadata).expect("it is complete");
        assert_eq!(packages, [package("a", "1.0.0", Some("MIT")), package("b", "2.0.0", None)]);
    }

    #[test]
    fn output_without_packages_is_an_error() {
        assert!(parse(b"{}").is_err());
    }
}
