-- What was asked of consumer $1, log $2 and is not done, of document $3 unless that is NULL.
SELECT document, id, failure FROM factum.repairs
WHERE consumer = $1 AND log = $2 AND ($3 IS NULL OR document = $3)
ORDER BY failure IS NOT NULL, asked_at, id LIMIT 1000
