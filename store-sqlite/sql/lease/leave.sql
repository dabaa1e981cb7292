-- Node ?3 is not there any more for consumer ?1 of log ?2.
DELETE FROM factum_members WHERE consumer = ?1 AND log = ?2 AND node = ?3
