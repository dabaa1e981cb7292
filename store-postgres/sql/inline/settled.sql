-- Whether nothing can appear any more between the mark $1 and position $2: every position is there. One that is not may be
-- that of a transaction that has not ended, or dead.
SELECT count(*) = $2 - $1 FROM factum.events WHERE position > $1 AND position <= $2
