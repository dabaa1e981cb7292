-- Records that consumer ?1 has received message ?2, unless it has before.
INSERT INTO factum_inbox (consumer, message, received_at) VALUES (?1, ?2, factum_now()) ON CONFLICT DO NOTHING
