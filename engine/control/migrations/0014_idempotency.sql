-- What was sent under an Idempotency-Key, for as long as it is remembered: another body under the same key is refused. Only hashes.

CREATE TABLE idempotency_keys (
    tenant    TEXT   NOT NULL,
    -- SHA-256 of the table's name and the key, in hex.
    key_hash  TEXT   NOT NULL,
    -- SHA-256 of the body, in hex.
    body_hash TEXT   NOT NULL,
    -- Microseconds since the epoch.
    sent_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant, key_hash)
);

CREATE INDEX idempotency_keys_old ON idempotency_keys (sent_at);
