-- Writes the documents $2 under the keys $1, which are in order and each there once.
INSERT INTO {table} (key, document)
SELECT * FROM unnest($1::text[], $2::bytea[])
ON CONFLICT (key) DO UPDATE SET document = excluded.document
