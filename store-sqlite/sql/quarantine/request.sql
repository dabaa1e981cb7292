-- Requests ?4 for lane ?3 of consumer ?1, log ?2; for all its lanes if ?3 is NULL; only where the first event is at ?5 unless
-- that is NULL. The number before the last bit is another one than that of the request whose place it takes.
UPDATE factum_quarantine SET request = (((coalesce(request, -2) >> 1) + 1) & 16383) << 1 | ?4
WHERE consumer = ?1 AND log = ?2 AND (?3 IS NULL OR lane = ?3) AND (?5 IS NULL OR position = ?5)
    AND NOT EXISTS (
    SELECT 1 FROM factum_quarantine b
    WHERE b.consumer = factum_quarantine.consumer AND b.log = factum_quarantine.log
        AND b.lane = factum_quarantine.lane AND b.position < factum_quarantine.position
)
