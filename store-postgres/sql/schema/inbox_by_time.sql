-- Finds what can be forgotten without a look at what is kept.
CREATE INDEX inbox_by_time ON factum.inbox (consumer, received_at);
