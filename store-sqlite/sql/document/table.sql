-- The documents of one version of a view, as JSON, for its readers and for SQL.
CREATE TABLE IF NOT EXISTS {table} (
    key      TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID
