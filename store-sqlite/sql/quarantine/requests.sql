-- What is requested in partition ?3 of consumer ?1, log ?2.
SELECT lane, position, request FROM factum_quarantine
WHERE consumer = ?1 AND log = ?2 AND partition = ?3 AND request IS NOT NULL
ORDER BY lane, position
