-- The lines of completed purchases: what every figure counts. Those that are pending or cancelled stand in `purchases` alone.
SELECT * FROM purchases WHERE status = 'completed'
