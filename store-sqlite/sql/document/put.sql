-- Writes document ?1, whether or not it was there.
INSERT INTO {table} (key, document) VALUES (?1, ?2)
ON CONFLICT DO UPDATE SET document = excluded.document
