-- Into how many partitions consumer ?1 of log ?2 is parted.
SELECT partitions FROM factum_groups WHERE consumer = ?1 AND log = ?2
