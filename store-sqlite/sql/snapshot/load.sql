-- The snapshot of stream ?1 with a state of shape ?2.
SELECT version, state FROM factum_snapshots WHERE stream = ?1 AND schema = ?2
