-- The snapshot of the stream with category $1 and key $2 whose state has the shape $3.
SELECT version, state FROM factum.snapshots WHERE category = $1 AND key = $2 AND schema = $3
