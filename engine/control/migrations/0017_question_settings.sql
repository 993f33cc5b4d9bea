-- How a workspace's questions are read. Portable between SQLite and PostgreSQL.

-- `day_first` or `month_first`: which number of 05/06/2025 is the day. Null: it follows from the currency.
ALTER TABLE workspaces ADD COLUMN date_order TEXT;
-- JSON: days that people call by a name of their own, [{"names": ["shop birthday"], "from": "06-10", "to": "06-12"}]. Null: none.
ALTER TABLE workspaces ADD COLUMN named_days TEXT;
