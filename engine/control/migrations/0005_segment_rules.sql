-- What the segments of a workspace's customers are called, by their scores: JSON, a list of rules. Null: the default ones.
ALTER TABLE workspaces ADD COLUMN segment_rules TEXT;
