-- When consumer ?1 has received message ?2.
SELECT received_at FROM factum_inbox WHERE consumer = ?1 AND message = ?2
