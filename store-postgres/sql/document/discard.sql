-- Removes a collection.
DROP TABLE IF EXISTS {table}
