-- The name of stream number ?1.
SELECT category, key FROM factum_streams WHERE id = ?1
