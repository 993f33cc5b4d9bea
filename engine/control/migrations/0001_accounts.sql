-- Accounts: who may use which workspace, and with what.
-- Portable between SQLite and PostgreSQL: identifiers and hashes are TEXT, times are BIGINT milliseconds since the epoch.

CREATE TABLE users (
    id            TEXT   NOT NULL PRIMARY KEY,
    -- Lower-case, trimmed: one account an address.
    email         TEXT   NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    -- A PHC string: algorithm, parameters, salt and hash.
    password_hash TEXT   NOT NULL,
    locale        TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE workspaces (
    -- 32 hex digits; also the name of the workspace's folder in the lake.
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    locale     TEXT   NOT NULL,
    -- IANA name of the zone in which days, weeks and months begin.
    time_zone  TEXT   NOT NULL,
    -- ISO 4217 code of records and figures without another one.
    currency   TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE members (
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);

CREATE INDEX members_user ON members (user_id);

CREATE TABLE sessions (
    -- SHA-256 of the cookie's token, in hex: the token itself is never stored.
    token_hash   TEXT   NOT NULL PRIMARY KEY,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);

CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
    id           TEXT   NOT NULL PRIMARY KEY,
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    created_by   TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT   NOT NULL,
    -- The first characters of the key, to tell keys apart in a list.
    prefix       TEXT   NOT NULL,
    -- SHA-256 of the key, in hex: the key itself is never stored.
    key_hash     TEXT   NOT NULL UNIQUE,
    -- Space-separated, of: ingest read sql assistant.
    scopes       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    -- A revoked key stays as a record of what existed; it opens nothing.
    revoked_at   BIGINT
);

CREATE INDEX api_keys_workspace ON api_keys (workspace_id, id);
