-- The event at position ?4 of consumer ?1, log ?2, lane ?3 waits no longer.
DELETE FROM factum_quarantine WHERE consumer = ?1 AND log = ?2 AND lane = ?3 AND position = ?4
