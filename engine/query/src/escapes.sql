-- Attempts to reach out of a workspace, to change something, or to exhaust the server. Blocks are separated by empty lines.
-- A block that begins with `-- refused` must fail as a wrong request; `-- bounded` may answer or fail by a limit, soon and clearly.

-- refused: files as tables
SELECT * FROM 'customers.parquet'

-- refused
SELECT * FROM '/etc/passwd'

-- refused
SELECT * FROM "/etc/passwd"

-- refused
SELECT * FROM "file:///etc/passwd"

-- refused
SELECT * FROM 's3://bucket/tenants/x.parquet'

-- refused
SELECT * FROM "https://example.com/x.csv"

-- refused
SELECT * FROM "../other/customers.parquet"

-- refused: functions that read files
SELECT * FROM read_parquet('/etc/passwd')

-- refused
SELECT * FROM read_csv('/etc/passwd')

-- refused
SELECT * FROM read_json_auto('/etc/passwd')

-- refused
SELECT * FROM parquet_scan('x')

-- refused
SELECT * FROM parquet_metadata('x')

-- refused
SELECT * FROM glob('/*')

-- refused
SELECT read_text('/etc/passwd')

-- refused
SELECT pg_read_file('/etc/passwd')

-- refused
SELECT * FROM metadata_cache()

-- refused
SELECT * FROM LATERAL read_csv('/etc/passwd') AS t

-- refused
SELECT * FROM TABLE(read_csv('/etc/passwd'))

-- refused
SELECT * FROM ROWS FROM (read_csv('x'))

-- refused
SELECT * FROM ducklake_snapshots('x')

-- refused
SELECT * FROM customers, read_csv('/etc/passwd') AS f

-- refused: writing files
COPY customers TO '/tmp/x.csv'

-- refused
COPY (SELECT * FROM customers) TO '/tmp/x.parquet' STORED AS PARQUET

-- refused
COPY customers FROM '/etc/passwd'

-- refused
COPY customers FROM PROGRAM 'id'

-- refused
EXPORT DATABASE '/tmp/x'

-- refused
UNLOAD ('SELECT 1') TO 's3://x'

-- refused: definitions
CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'

-- refused
CREATE UNBOUNDED EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'

-- refused
CREATE TABLE x AS SELECT * FROM customers

-- refused
CREATE TABLE customers (a int)

-- refused
CREATE TEMPORARY TABLE x (a int)

-- refused
CREATE OR REPLACE VIEW customers AS SELECT 1

-- refused
CREATE VIEW v AS SELECT * FROM customers

-- refused
CREATE SCHEMA s

-- refused
CREATE DATABASE d

-- refused
CREATE FUNCTION f() RETURNS INT RETURN 1

-- refused
CREATE INDEX i ON customers (customer_id)

-- refused
DROP TABLE customers

-- refused
DROP VIEW orders

-- refused
DROP FUNCTION sum

-- refused
ALTER TABLE customers ADD COLUMN x int

-- refused
TRUNCATE TABLE customers

-- refused
COMMENT ON TABLE customers IS 'x'

-- refused: changes
INSERT INTO customers VALUES ('x')

-- refused
INSERT INTO customers SELECT * FROM customers

-- refused
UPDATE customers SET name = 'x'

-- refused
DELETE FROM customers

-- refused
MERGE INTO customers USING purchases ON true WHEN MATCHED THEN DELETE

-- refused
WITH gone AS (DELETE FROM customers RETURNING *) SELECT * FROM gone

-- refused
WITH added AS (INSERT INTO customers VALUES ('x') RETURNING *) SELECT * FROM added

-- refused
SELECT * INTO stolen FROM customers

-- refused
SELECT * FROM customers FOR UPDATE

-- refused
TABLE customers

-- refused: settings and sessions
SET datafusion.execution.batch_size = 1

-- refused
SET datafusion.runtime.memory_limit = '100G'

-- refused
SET TIME ZONE 'UTC'

-- refused
RESET datafusion.execution.batch_size

-- refused
RESET ALL

-- refused
SHOW TABLES

-- refused
SHOW ALL

-- refused
SHOW datafusion.execution.batch_size

-- refused
SHOW COLUMNS FROM customers

-- refused
SHOW CREATE TABLE customers

-- refused
SHOW FUNCTIONS

-- refused
DESCRIBE customers

-- refused
DESC customers

-- refused
USE other

-- refused
BEGIN

-- refused
START TRANSACTION

-- refused
COMMIT

-- refused
ROLLBACK

-- refused
SAVEPOINT a

-- refused
LOCK TABLE customers

-- refused
VACUUM

-- refused
ANALYZE

-- refused
ANALYZE TABLE customers COMPUTE STATISTICS

-- refused
KILL 1

-- refused
CALL something()

-- refused
DO 'x'

-- refused
LISTEN x

-- refused
NOTIFY x

-- refused
GRANT ALL ON customers TO x

-- refused
REVOKE ALL ON customers FROM x

-- refused
PRAGMA database_list

-- refused: extensions and other databases
LOAD 'httpfs'

-- refused
INSTALL httpfs

-- refused
ATTACH 'x.db' AS x

-- refused
ATTACH DATABASE 'x.db' AS x

-- refused
DETACH x

-- refused: prepared statements
PREPARE p AS SELECT * FROM customers

-- refused
PREPARE p AS DELETE FROM customers

-- refused
EXECUTE p

-- refused
EXECUTE IMMEDIATE 'DROP TABLE customers'

-- refused
DEALLOCATE p

-- refused
DECLARE c CURSOR FOR SELECT * FROM customers

-- refused
FETCH NEXT FROM c

-- refused: other catalogs and schemas
SELECT * FROM information_schema.tables

-- refused
SELECT * FROM information_schema.df_settings

-- refused
SELECT * FROM "information_schema"."columns"

-- refused
SELECT * FROM INFORMATION_SCHEMA.SCHEMATA

-- refused
SELECT * FROM pg_catalog.pg_tables

-- refused
SELECT * FROM pg_tables

-- refused
SELECT * FROM sqlite_master

-- refused
SELECT * FROM duckdb_tables

-- refused
SELECT * FROM ducklake_table

-- refused
SELECT * FROM main.customers

-- refused
SELECT * FROM public.customers

-- refused
SELECT * FROM datafusion.public.customers

-- refused
SELECT * FROM workspace.data.customers

-- refused
SELECT * FROM data.customers

-- refused
SELECT * FROM workspace.customers

-- refused
SELECT * FROM "workspace"."data"."customers"

-- refused
SELECT * FROM "workspace.data.customers"

-- refused
SELECT * FROM "data.customers"

-- refused
SELECT * FROM "Customers"

-- refused
SELECT * FROM "customers "

-- refused
SELECT * FROM [customers]

-- refused
SELECT * FROM `customers`

-- refused
SELECT * FROM ""

-- refused
SELECT * FROM customers WHERE EXISTS (SELECT 1 FROM other.customers)

-- refused
SELECT (SELECT count(*) FROM information_schema.tables)

-- refused
WITH a AS (SELECT * FROM secret.customers) SELECT 1

-- refused
SELECT * FROM customers WHERE customer_id IN (SELECT table_name FROM information_schema.tables)

-- refused
SELECT * FROM customers AS OF TIMESTAMP '2020-01-01'

-- refused
SELECT * FROM customers FOR SYSTEM_TIME AS OF '2020-01-01'

-- refused
SELECT * FROM customers TABLESAMPLE BERNOULLI (10)

-- refused
SELECT @@version

-- refused
SELECT @@datafusion.execution.batch_size

-- refused: several statements, and comments that hide one
SELECT 1; SELECT 2

-- refused
SELECT 1; DROP TABLE customers

-- refused
SELECT 1; /* x */ DROP TABLE customers -- x

-- refused
/* SELECT 1 */ DROP TABLE customers

-- refused
/*/* nested */ SELECT 1 */ DELETE FROM customers

-- refused
-- SELECT 1
DROP TABLE customers

-- refused
/* unclosed SELECT 1

-- refused
;

-- refused
SELECT 1 /*! ; DROP TABLE customers */; DROP TABLE customers

-- refused
SELECT 'a' 'b'; DELETE FROM customers; --'

-- refused
SELECT $$ ; DROP TABLE customers

-- refused: explain as a side door
EXPLAIN ANALYZE SELECT * FROM customers

-- refused
EXPLAIN ANALYZE VERBOSE SELECT * FROM customers

-- refused
EXPLAIN VERBOSE SELECT * FROM customers

-- refused
EXPLAIN (ANALYZE) SELECT * FROM customers

-- refused
EXPLAIN (ANALYZE, FORMAT tree) SELECT * FROM customers

-- refused
EXPLAIN FORMAT tree SELECT * FROM customers

-- refused
EXPLAIN COPY customers TO '/tmp/x'

-- refused
EXPLAIN DELETE FROM customers

-- refused
EXPLAIN CREATE TABLE x AS SELECT 1

-- refused
EXPLAIN EXPLAIN SELECT 1

-- refused
EXPLAIN SET datafusion.execution.batch_size = 1

-- refused
EXPLAIN SELECT * FROM information_schema.tables

-- bounded: series without end
SELECT * FROM generate_series(1, 100000000000)

-- bounded
SELECT * FROM range(0, 100000000000)

-- refused
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT sum(n) FROM t

-- refused
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n FROM t) SELECT * FROM t

-- bounded: much out of little
SELECT repeat('x', 2000000000)

-- bounded
SELECT length(repeat(repeat('x', 100000), 100000))

-- bounded
SELECT lpad('x', 2000000000, 'yy')

-- bounded
SELECT rpad(customer_id, 2000000000) FROM customers

-- bounded
SELECT range(0, 10000000000)

-- bounded
SELECT generate_series(1, 9223372036854775807)

-- bounded
SELECT generate_series(DATE '0001-01-01', DATE '9999-12-31', INTERVAL '1 day')

-- bounded
SELECT generate_series(TIMESTAMP '0001-01-01 00:00:00', TIMESTAMP '2200-12-31 00:00:00', INTERVAL '1 microsecond')

-- bounded
SELECT unnest(range(0, 10000000000))

-- bounded
SELECT array_repeat('xxxxxxxx', 1000000000)

-- bounded
SELECT list_repeat('xxxxxxxx', 1000000000)

-- bounded
SELECT array_resize([1], 1000000000, 0)

-- bounded
SELECT replace(repeat('x', 1000000), 'x', repeat('y', 1000000))

-- bounded
SELECT regexp_replace(repeat('x', 1000000), 'x', repeat('y', 1000000), 'g')

-- bounded
SELECT 'a' SIMILAR TO '(a*)*b'

-- bounded
SELECT regexp_like(repeat('a', 100000), '(a*)*(a*)*(a*)*b')

-- bounded
SELECT regexp_like('a', '((((a{100}){100}){100}){100})')

-- bounded: products of products
SELECT count(*) FROM purchases a, purchases b, purchases c, purchases d, purchases e

-- bounded
SELECT * FROM purchases a CROSS JOIN purchases b CROSS JOIN purchases c ORDER BY a.amount + b.amount + c.amount

-- bounded
SELECT array_agg(a.purchase_id || b.purchase_id) FROM purchases a, purchases b, purchases c

-- bounded
SELECT DISTINCT a.purchase_id, b.purchase_id, c.line + random() FROM purchases a, purchases b, purchases c

-- bounded
SELECT a.customer_id, count(*) FROM purchases a JOIN purchases b ON true JOIN purchases c ON true GROUP BY CUBE (a.customer_id, a.product, a.currency, a.channel, b.product, b.channel, c.product, c.line)

-- refused
SELECT 1 FROM purchases GROUP BY CUBE (purchase_id, line, customer_id, product_id, product, category, quantity, unit_price, amount, currency, channel, occurred_at, attributes)

-- refused: what is not there
SELECT * FROM nothing

-- refused
SELECT nothing FROM customers

-- refused
SELECT nothing(customer_id) FROM customers

-- refused
SELECT * FROM customers WHERE

-- refused
SELECT $1

-- refused
SELECT $name

-- refused
SELECT ?

-- refused
SELECT 1 / 0

-- refused
SELECT CAST('x' AS INT)

-- refused
SELECT * FROM customers |> WHERE true

-- refused
FROM customers SELECT *

-- refused
SELECT * FROM customers PIVOT (count(name) FOR email IN ('a'))

-- refused
SELECT * FROM customers MATCH_RECOGNIZE (PATTERN (a) DEFINE a AS true)

-- refused
SELECT * FROM JSON_TABLE('{}', '$' COLUMNS (a INT PATH '$.a')) AS t

-- refused
SELECT * FROM XMLTABLE('/a' PASSING '<a/>' COLUMNS x INT PATH 'b') AS t

-- refused
SELECT * FROM OPENJSON('{}')
