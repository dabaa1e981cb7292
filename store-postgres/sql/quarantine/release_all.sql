-- No event of consumer $1, log $2 in lane $3 waits any longer.
DELETE FROM factum.quarantine WHERE consumer = $1 AND log = $2 AND lane = $3
