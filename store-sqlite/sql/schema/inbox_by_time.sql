-- Finds what can be forgotten without a look at what is kept.
CREATE INDEX factum_inbox_by_time ON factum_inbox (consumer, received_at);
