-- The settings of every connection.
-- WAL with synchronous = FULL: a commit is on the disk before it returns.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = OFF;
-- Moving the WAL into the file every 16 MiB rather than every 4 keeps long runs of appends even.
PRAGMA wal_autocheckpoint = 4096;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;
