use super::{PROGRAMS, Places};
use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};
use tempfile::TempDir;

fn install(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    PROGRAMS.iter().for_each(|program| fs::write(folder.join(program), "").unwrap());
}

/// What is found in a folder `root`, in which `path` is on the path.
fn search(root: &Path, named: Option<&str>, path: &str) -> Result<String, String> {
    let (named, path) = (named.map(|named| root.join(named)), root.join(path));
    let places = Places {
        named: named.as_deref().map(Path::as_os_str),
        path: Some(path.as_os_str()),
        versions: &root.join("versions"),
    };
    let found = places.search().map_err(|e| e.to_string())?;
    let root = root.canonicalize().unwrap();
    let folder = found.folder().canonicalize().unwrap();
    Ok(folder.strip_prefix(root).unwrap().to_str().unwrap().to_owned())
}

#[test]
fn the_newest_version_is_found_where_none_is_on_the_path() {
    let root = TempDir::new().unwrap();
    install(&root.path().join("versions/9/bin"));
    install(&root.path().join("versions/15/bin"));
    // Its clients only.
    fs::create_dir_all(root.path().join("versions/17/bin")).unwrap();
    assert_eq!(search(root.path(), None, "bin").unwrap(), "versions/15/bin");
}

#[test]
fn a_link_on_the_path_leads_to_the_folder_of_all_programs() {
    let root = TempDir::new().unwrap();
    install(&root.path().join("versions/15/bin"));
    install(&root.path().join("versions/14/bin"));
    fs::create_dir(root.path().join("bin")).unwrap();
    symlink("../versions/14/bin/initdb", root.path().join("bin/initdb")).unwrap();
    assert_eq!(search(root.path(), None, "bin").unwrap(), "versions/14/bin");
}

#[test]
fn pg_config_knows_where_programs_are() {
    let root = TempDir::new().unwrap();
    install(&root.path().join("elsewhere"));
    fs::create_dir(root.path().join("bin")).unwrap();
    let pg_config = root.path().join("bin/pg_config");
    let script = format!("#!/bin/sh\n[ \"$1\" = --bindir ] && echo '{}/elsewhere'\n", root.path().display());
    fs::write(&pg_config, script).unwrap();
    fs::set_permissions(&pg_config, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(search(root.path(), None, "bin").unwrap(), "elsewhere");
}

#[test]
fn the_folder_that_is_named_comes_first_and_is_not_replaced() {
    let root = TempDir::new().unwrap();
    install(&root.path().join("versions/15/bin"));
    install(&root.path().join("named"));
    assert_eq!(search(root.path(), Some("named"), "versions/15/bin").unwrap(), "named");
    let refused = search(root.path(), Some("nowhere"), "versions/15/bin").unwrap_err();
    assert!(refused.starts_with("FACTUM_POSTGRES_BIN: there is no initdb and no postgres in"), "{refused}");
}

#[test]
fn what_is_missing_is_said_in_one_line_with_how_to_get_it() {
    let root = TempDir::new().unwrap();
    let missing = search(root.path(), None, "bin").unwrap_err();
    assert!(missing.starts_with("PostgreSQL is missing"), "{missing}");
    assert!(missing.contains("apt-get install postgresql"), "{missing}");
    assert_eq!(missing.lines().count(), 1);
    let nothing = Places { named: None, path: Some(OsStr::new("")), versions: Path::new("") };
    nothing.search().unwrap_err();
}
