-- The documents of one collection. Pages are left with room, so that a document that changes stays where it is and its
-- index entry with it.
CREATE TABLE IF NOT EXISTS {table} (
    key      text COLLATE "C" PRIMARY KEY,
    document bytea NOT NULL
) WITH (fillfactor = 70)
