-- Removes document ?1, if it is there.
DELETE FROM {table} WHERE key = ?1
