-- The number of stream ?1-?2.
SELECT id FROM factum_streams WHERE category = ?1 AND key = ?2
