-- Who has something in quarantine.
SELECT DISTINCT consumer, log FROM factum_quarantine ORDER BY consumer, log
