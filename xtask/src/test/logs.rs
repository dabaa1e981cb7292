use std::path::{Path, PathBuf};

/// The real event logs that some tests replay. They are public, but not part of the repository.
const FILES: [&str; 2] = ["bpic2012.ndjson.gz", "bpic2019_1t_per_variant.ndjson.gz"];

/// Where the tests are told to look.
pub(super) const VARIABLE: &str = "FACTUM_LOGS";

/// The folder of the logs: the one in the environment, otherwise the place beside the repository where they usually lie.
pub(super) fn folder(root: &Path) -> PathBuf {
    std::env::var_os(VARIABLE).map_or_else(|| root.join("../shared/data"), PathBuf::from)
}

/// One line about what is left out, if anything is.
pub(super) fn missing(folder: &Path) -> Option<String> {
    let missing: Vec<_> = FILES.into_iter().filter(|file| !folder.join(file).exists()).collect();
    (!missing.is_empty()).then(|| {
        format!("left out: the tests of {}, which {VARIABLE} does not lead to", missing.join(" and "))
    })
}

#[cfg(test)]
mod tests {
    use super::missing;
    use std::path::Path;

    #[test]
    fn a_log_that_is_not_there_is_named() {
        let line = missing(Path::new("no such folder")).expect("nothing is there");
        assert!(line.contains("bpic2012.ndjson.gz") && line.contains("FACTUM_LOGS"), "{line}");
    }
}
