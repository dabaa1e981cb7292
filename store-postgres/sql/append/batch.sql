-- Appends a batch. The parameters are those of `factum.append`.
SELECT versions, streams, duplicates, conflicts, positions, at
FROM factum.append(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, CAST($18 AS text)::json, $19
)
