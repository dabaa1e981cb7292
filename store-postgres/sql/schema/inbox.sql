-- The messages that each consumer has handled, by the key under which they came.
CREATE TABLE factum.inbox (
    consumer    text COLLATE "C" NOT NULL,
    message     text COLLATE "C" NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, message)
);
