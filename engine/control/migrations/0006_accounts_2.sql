-- Accounts that an operator can run: sessions with a name, devices that are known, invites, links for a new password, keys that
-- expire, workspaces that go away, and a record of who did what.
-- Portable between SQLite and PostgreSQL: identifiers and hashes are TEXT, times are BIGINT milliseconds since the epoch.

-- When the workspace is deleted with everything in it. Null: it stays.
ALTER TABLE workspaces ADD COLUMN delete_at BIGINT;

-- What lists call a session: the hash of its token must not leave the database.
ALTER TABLE sessions ADD COLUMN id TEXT;
-- Up to a minute behind.
ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT;
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
-- Half of the hash of 256 random bits tells nothing of them.
UPDATE sessions SET id = substr(token_hash, 33);
CREATE UNIQUE INDEX sessions_id ON sessions (id);

-- From then on the key opens nothing. Null: never.
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
-- Since then it opens nothing, because the person it stands for has gone; it stays in lists until it is revoked.
ALTER TABLE api_keys ADD COLUMN stopped_at BIGINT;
CREATE INDEX api_keys_maker ON api_keys (created_by);

-- Browsers in which a person has logged in: strangers who guess do not lock these out.
CREATE TABLE devices (
    -- SHA-256 of the cookie's token, in hex.
    token_hash TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX devices_user ON devices (user_id);
CREATE INDEX devices_expiry ON devices (expires_at);

CREATE TABLE invites (
    id           TEXT   NOT NULL PRIMARY KEY,
    -- Null: the first account of the server, with a workspace of its own.
    workspace_id TEXT            REFERENCES workspaces (id) ON DELETE CASCADE,
    role         TEXT   NOT NULL,
    -- Lower-case; null: whoever has the link.
    email        TEXT,
    token_hash   TEXT   NOT NULL UNIQUE,
    created_by   TEXT            REFERENCES users (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    used_by      TEXT            REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX invites_workspace ON invites (workspace_id, id);

-- Links that set a new password, once.
CREATE TABLE password_resets (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_user ON password_resets (user_id);

-- Who did what, when, from where. It holds identities and names of things, never what a person is called or wrote.
CREATE TABLE audit (
    -- Sorts by time.
    id           TEXT   NOT NULL PRIMARY KEY,
    -- The workspace. Null: of a person, wherever they work.
    tenant       TEXT,
    at           BIGINT NOT NULL,
    -- person, key or server.
    actor_kind   TEXT   NOT NULL,
    -- Empty for the server, and for somebody who was not let in.
    actor_id     TEXT   NOT NULL,
    action       TEXT   NOT NULL,
    -- What kind of thing it was done to, and which; null where the action says it all.
    target_kind  TEXT,
    target_id    TEXT,
    -- JSON with names and numbers, never values of records: {"role": "admin"}, {"fields": ["phone"]}.
    detail       TEXT,
    -- Null: from the server's command line, or from within.
    address      TEXT
);
CREATE INDEX audit_tenant ON audit (tenant, id);
CREATE INDEX audit_target ON audit (tenant, target_kind, target_id);
CREATE INDEX audit_person ON audit (target_id, id);

-- Counts the changes after which what is kept in memory of keys and workspaces does not hold: a server reads it every two
-- seconds, so that it obeys what another process has changed.
CREATE TABLE account_changes (
    one   BIGINT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL
);
INSERT INTO account_changes (one, count) VALUES (1, 0);
