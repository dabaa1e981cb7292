use crate::error::{in_use, opening};
use factum_core::StoreError;
use std::{
    fs::{File, OpenOptions, TryLockError},
    ops::{Deref, DerefMut},
    path::Path,
};

/// A file that nobody else has a store on. The system lets go of it when the process ends, however it ends.
pub(crate) struct Locked(File);

impl Locked {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        let file =
            options.read(true).write(true).create(true).truncate(false).open(path).map_err(opening(path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(in_use(path)),
            Err(TryLockError::Error(error)) => Err(opening(path)(error)),
        }
    }
}

impl Drop for Locked {
    /// Closing the file would do, were it not for children: one that this process starts at the same moment has the
    /// lock too, until it becomes another program.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl Deref for Locked {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut File {
        &mut self.0
    }
}
