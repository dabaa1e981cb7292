-- How many nodes there are for consumer ?1 of log ?2.
SELECT count(*) FROM factum_members WHERE consumer = ?1 AND log = ?2
