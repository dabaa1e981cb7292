-- Records that consumer $1 has received the messages $2, and gives those that are new. One that a transaction is recording
-- which has not ended is waited for; all go through the messages in one order, so that nobody waits in a circle.
INSERT INTO factum.inbox (consumer, message)
SELECT $1, m.message FROM (SELECT DISTINCT unnest($2) COLLATE "C" AS message) AS m ORDER BY m.message
ON CONFLICT (consumer, message) DO NOTHING
RETURNING message
