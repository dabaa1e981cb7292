-- Forgets the messages that consumer ?1 has received before ?2, the ?3 oldest of them at most.
DELETE FROM factum_inbox WHERE consumer = ?1 AND message IN (
    SELECT message FROM factum_inbox WHERE consumer = ?1 AND received_at < ?2 ORDER BY received_at LIMIT ?3
)
