-- Which generation of consumer $2 is read, and its documents with the keys $1 if it is $3, whose table this is; one row at least.
SELECT a.active, d.key, d.document
FROM (SELECT coalesce((SELECT g.active FROM factum.generations g WHERE g.consumer = $2), 0) AS active) a
LEFT JOIN {table} d ON a.active = $3 AND d.key = ANY ($1)
