-- Removes the documents with the keys $1.
DELETE FROM {table} WHERE key = ANY ($1)
