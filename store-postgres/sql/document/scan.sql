-- At most $2 documents after key $1, in order.
SELECT key, document FROM {table} WHERE key > $1 ORDER BY key LIMIT $2
