-- Into how many partitions a consumer is parted.
CREATE TABLE factum.groups (
    consumer   text COLLATE "C" NOT NULL,
    log        uuid NOT NULL,
    partitions integer NOT NULL,
    PRIMARY KEY (consumer, log)
);
