-- How long a workspace keeps its records. Portable between SQLite and PostgreSQL.

-- JSON: months for each kind that is not kept for ever, {"purchases": 84, "interactions": 24, "customers": 36}. Null: all is kept.
ALTER TABLE workspaces ADD COLUMN retention TEXT;
