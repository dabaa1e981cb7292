-- The transactions that have drawn positions and not ended. A prepared one has no process.
SELECT l.virtualtransaction, l.pid, a.application_name, a.state, extract(epoch FROM clock_timestamp() - a.xact_start)::float8
FROM pg_locks l
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.relation = 'factum.positions'::regclass
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.mode = 'RowExclusiveLock' AND l.granted
