-- Writes document ?1, whether or not it was there.
INSERT OR REPLACE INTO {table} (key, document) VALUES (?1, ?2)
