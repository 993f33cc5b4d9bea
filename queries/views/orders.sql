-- One row a purchase: its first line carries the facts of the whole, so that counting orders needs no DISTINCT.
-- A purchase counts as an order where `amount` is positive; the others are refunds.
SELECT purchase_id, customer_id, occurred_at, currency, channel, purchase_amount AS amount, attributes
FROM sales
WHERE line = 1
