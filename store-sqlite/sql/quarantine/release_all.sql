-- No event of consumer ?1, log ?2, lane ?3 waits any longer.
DELETE FROM factum_quarantine WHERE consumer = ?1 AND log = ?2 AND lane = ?3
