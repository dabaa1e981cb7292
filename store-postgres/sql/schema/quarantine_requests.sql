-- What somebody has asked to be done.
CREATE INDEX quarantine_requests ON factum.quarantine (consumer, log, partition) WHERE request IS NOT NULL;
