-- The other transactions that have drawn positions and not ended, of those in $1 (NULL: all). What they commit becomes visible
-- before they are not among them any more.
SELECT coalesce(array_agg(DISTINCT l.virtualtransaction), '{}')
FROM pg_locks l
WHERE l.locktype = 'relation' AND l.relation = 'factum.positions'::regclass
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.mode = 'RowExclusiveLock' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
    AND ($1::text[] IS NULL OR l.virtualtransaction = ANY ($1))
