-- Forgets the messages that consumer $1 has received before $2 (microseconds since 1970), the $3 oldest of them at most. Gives
-- how many were forgotten, and how many were found: another one may be forgetting the same. Rows are deleted in the order
-- in which they lie, so that the two do not wait in a circle.
WITH old AS MATERIALIZED (
    SELECT ctid FROM factum.inbox
    WHERE consumer = $1 AND received_at < timestamptz 'epoch' + $2 * interval '1 microsecond'
    ORDER BY received_at LIMIT $3
), gone AS (
    DELETE FROM factum.inbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM old)) RETURNING 1
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM old)
