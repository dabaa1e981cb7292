-- Forgets all snapshots of stream ?1.
DELETE FROM factum_snapshots WHERE stream = ?1
