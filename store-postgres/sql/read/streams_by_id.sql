-- The names of the streams with the numbers $1.
SELECT id, category, key FROM factum.streams WHERE id = ANY ($1)
