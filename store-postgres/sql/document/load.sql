-- The documents with the keys $1.
SELECT key, document FROM {table} WHERE key = ANY ($1)
