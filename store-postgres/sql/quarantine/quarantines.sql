-- Who has something in quarantine.
SELECT DISTINCT consumer, log FROM factum.quarantine ORDER BY consumer, log
