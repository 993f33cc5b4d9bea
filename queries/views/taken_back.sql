-- Orders that refunds naming them (refund_of) have taken back whole, and when the last of these refunds was made: they are no order
-- of net_orders, of segments and of the lifecycle. Where no refund names an order, nothing but that is read.
SELECT s.purchase_id, r.taken_back_at
FROM (
    SELECT refund_of, currency, -sum(amount) AS back, max(occurred_at) AS taken_back_at
    FROM sales
    WHERE refund_of IS NOT NULL
    GROUP BY refund_of, currency
) r
JOIN sales s ON s.purchase_id = r.refund_of AND s.currency = r.currency
WHERE s.line = 1 AND s.purchase_amount > 0 AND r.back >= s.purchase_amount
