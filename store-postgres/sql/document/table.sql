-- The documents of one collection.
CREATE TABLE IF NOT EXISTS {table} (
    key      text COLLATE "C" PRIMARY KEY,
    document bytea NOT NULL
)
