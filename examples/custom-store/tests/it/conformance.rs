//! The promises of every store, tested on this one.

use custom_store::FileStore;
use factum_testkit::conformance::Fixture;
use tempfile::TempDir;

/// A folder with the file of one store.
struct Folder(TempDir);

impl Fixture for Folder {
    type Store = FileStore;

    async fn make() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn open(&self) -> FileStore {
        FileStore::open(self.0.path().join("test.log")).unwrap()
    }
}

mod file {
    use super::Folder;
    use factum_testkit::conformance;

    conformance::store!(Folder, capabilities = [durable, gapless]);
    conformance::checkpoints!(Folder, capabilities = [durable]);
    conformance::snapshots!(Folder, capabilities = [durable]);
}
