-- Node ?3 is there for consumer ?1 of log ?2 for the next ?4 milliseconds.
INSERT INTO factum_members (consumer, log, node, until)
VALUES (?1, ?2, ?3, factum_now() / 1000 + ?4)
ON CONFLICT DO UPDATE SET until = excluded.until
