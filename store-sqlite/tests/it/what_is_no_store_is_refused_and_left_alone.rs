use crate::place::{Place, small};
use factum_core::{EventAppender, StoreError};
use factum_store_sqlite::SqliteConfig;
use std::{fs, path::Path};

async fn refused(path: &Path, create: bool) -> StoreError {
    SqliteConfig::new(path).create(create).open().await.expect_err("refused")
}

#[tokio::test]
async fn a_missing_file_that_is_not_to_be_created() {
    let place = Place::new();
    refused(&place.path(), false).await;
    assert!(!place.path().exists());
}

#[tokio::test]
async fn a_file_in_a_folder_that_is_not_there() {
    refused(&Place::new().file("no/such/folder/log.db"), true).await;
}

#[tokio::test]
async fn a_folder() {
    let place = Place::new();
    fs::create_dir(place.path()).unwrap();
    refused(&place.path(), true).await;
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    for bytes in [b"name,amount\n".as_slice(), &[b'x'; 20_000]] {
        let place = Place::new();
        fs::write(place.path(), bytes).unwrap();
        for create in [false, true] {
            let error = refused(&place.path(), create).await;
            assert!(error.is_incompatible(), "{error:?}");
            assert_eq!(fs::read(place.path()).unwrap(), bytes);
        }
    }
}

/// To look whether a file is a store must not turn it into something else.
#[tokio::test]
async fn the_database_of_another_application() {
    let place = Place::new();
    place.sql().execute_batch("CREATE TABLE theirs (it TEXT); INSERT INTO theirs VALUES ('x')").unwrap();
    let bytes = fs::read(place.path()).unwrap();
    let error = refused(&place.path(), false).await;
    assert!(error.is_incompatible(), "{error:?}");
    assert!(fs::read(place.path()).unwrap() == bytes, "the file was changed");
}

#[tokio::test]
async fn an_empty_file_that_is_not_to_be_made_a_store() {
    let place = Place::new();
    fs::write(place.path(), "").unwrap();
    let error = refused(&place.path(), false).await;
    assert!(error.is_incompatible(), "{error:?}");
    assert_eq!(fs::metadata(place.path()).unwrap().len(), 0);
    place.open().await;
}

#[tokio::test]
async fn a_store_of_a_newer_version() {
    let place = Place::new();
    drop(place.open().await);
    let sql = place.sql();
    sql.execute_batch("UPDATE factum_log SET schema_version = 99").unwrap();
    for create in [false, true] {
        let error = refused(&place.path(), create).await;
        assert!(error.is_incompatible(), "{error:?}");
        let why = std::error::Error::source(&error).unwrap().to_string();
        assert!(why.contains("99"), "{why}");
    }
}

#[tokio::test]
async fn a_table_of_another_application_with_our_name() {
    let place = Place::new();
    place.sql().execute_batch("CREATE TABLE factum_log (line TEXT)").unwrap();
    for create in [false, true] {
        let error = refused(&place.path(), create).await;
        assert!(error.is_incompatible(), "{error:?}");
    }
    let tables = "SELECT count(*) FROM sqlite_schema";
    assert_eq!(place.sql().query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

/// What SQLite keeps under these names ends with each connection, so nothing in it would be durable.
#[tokio::test]
async fn a_name_that_is_no_file() {
    for path in ["", ":memory:"] {
        refused(Path::new(path), true).await;
    }
}

#[tokio::test]
async fn not_the_database_of_another_application_that_is_to_have_a_log_too() {
    let place = Place::new();
    place.sql().execute_batch("CREATE TABLE theirs (it TEXT); INSERT INTO theirs VALUES ('x')").unwrap();
    let store = place.open().await;
    store.append_one(small("a")).await.unwrap();
    let theirs: String = place.sql().query_row("SELECT it FROM theirs", [], |row| row.get(0)).unwrap();
    assert_eq!(theirs, "x");
}
