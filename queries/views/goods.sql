-- The lines of completed purchases that are goods: no services, shipping, fees, discounts or taxes.
SELECT * FROM sales WHERE kind = 'product'
