-- The identity of the log, and the version of this schema. One row.
CREATE TABLE factum.log (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    id             uuid NOT NULL,
    schema_version integer NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);
