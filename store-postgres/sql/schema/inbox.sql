-- The messages that each consumer has received, by their keys. `received_at` is when the transaction began that has.
CREATE TABLE factum.inbox (
    consumer    text COLLATE "C" NOT NULL,
    message     text COLLATE "C" NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, message)
);
