-- The logs of which consumer ?1 has a checkpoint.
SELECT DISTINCT log FROM factum_checkpoints WHERE consumer = ?1
