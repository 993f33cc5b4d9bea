-- Customers who were erased, so that a record of before is known when it comes late. Portable between SQLite and PostgreSQL.

-- A key for each tenant, 64 hex digits: without it nobody can tell whom a hash is of, and it goes with the workspace.
CREATE TABLE erased_customer_keys (
    tenant TEXT NOT NULL PRIMARY KEY,
    key    TEXT NOT NULL
);

CREATE TABLE erased_customers (
    tenant    TEXT   NOT NULL,
    -- HMAC-SHA256 of the customer's id under the tenant's key, in hex.
    id_hash   TEXT   NOT NULL,
    -- When the last erasure was asked for, microseconds since the epoch.
    erased_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id_hash)
);

-- `refuse`, `guest` or `anew`: what becomes of such a record. Null: `guest`.
ALTER TABLE workspaces ADD COLUMN erased_records TEXT;
