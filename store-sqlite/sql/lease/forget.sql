-- Forgets the nodes of consumer ?1 of log ?2 that have not said for a while that they are there.
DELETE FROM factum_members
WHERE consumer = ?1 AND log = ?2 AND until <= factum_now() / 1000
