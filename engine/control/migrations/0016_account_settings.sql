-- What people change of their account and their workspace. Portable between SQLite and PostgreSQL: times are BIGINT milliseconds since
-- the epoch.

-- Links that give an account another address, once: sent to that address.
CREATE TABLE email_changes (
    -- SHA-256 of the link's token, in hex.
    token_hash TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Lower-case, trimmed.
    email      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX email_changes_user ON email_changes (user_id);

-- JSON: days on which the shop is closed or sells otherwise, [{"date": "2026-01-01", "name": "New Year"}]. Null: none were named.
ALTER TABLE workspaces ADD COLUMN holidays TEXT;
