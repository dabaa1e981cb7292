-- The settings of every connection.
-- WAL with synchronous = FULL: a commit is on the disk before it returns.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = OFF;
-- A short WAL is used again and again: writing to blocks that it has costs the disk less than growing it.
PRAGMA wal_autocheckpoint = 1000;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;
