-- Parts consumer $1 of log $2 into $3 partitions, unless it is parted already; into one, if it has come somewhere without being
-- parted. Makes their checkpoints, at position $4.
WITH made AS (
    INSERT INTO factum.groups (consumer, log, partitions)
    SELECT $1, $2, CASE WHEN EXISTS (
        SELECT FROM factum.checkpoints WHERE consumer = $1 AND log = $2 AND position > 0
    ) THEN 1 ELSE $3 END
    ON CONFLICT DO NOTHING
    RETURNING partitions
)
INSERT INTO factum.checkpoints (consumer, log, partition, position, epoch)
SELECT $1, $2, n, $4, 0 FROM made, generate_series(0, made.partitions - 1) AS n
ON CONFLICT DO NOTHING
