-- Forgets the snapshots of the stream with category $1 and key $2.
DELETE FROM factum.snapshots WHERE category = $1 AND key = $2
