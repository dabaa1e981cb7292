-- Requests ?4 for lane ?3 of consumer ?1, log ?2; for all its lanes if ?3 is NULL.
UPDATE factum_quarantine SET request = ?4
WHERE consumer = ?1 AND log = ?2 AND (?3 IS NULL OR lane = ?3) AND NOT EXISTS (
    SELECT 1 FROM factum_quarantine b
    WHERE b.consumer = factum_quarantine.consumer AND b.log = factum_quarantine.log
        AND b.lane = factum_quarantine.lane AND b.position < factum_quarantine.position
)
