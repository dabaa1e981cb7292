-- The published mark, and whether this server is a replica.
SELECT position, pg_is_in_recovery() FROM factum.mark
