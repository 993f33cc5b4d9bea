-- id = "basket_pairs"
-- title = { en = "Bought together", ru = "Покупают вместе" }
-- chart = { kind = "table", x = "antecedent_product", y = ["lift"] }
-- columns = [
--   { name = "antecedent", type = "text", title = { en = "Who buys (id)", ru = "Кто покупает (код)" } },
--   { name = "consequent", type = "text", title = { en = "Also buys (id)", ru = "Берёт и (код)" } },
--   { name = "support", type = "number", unit = "ratio", title = { en = "Support", ru = "Поддержка" } },
--   { name = "confidence", type = "number", unit = "ratio", title = { en = "Confidence", ru = "Достоверность" } },
--   { name = "lift", type = "number", unit = "ratio", title = { en = "Lift", ru = "Подъём" } },
--   { name = "orders", type = "integer", unit = "orders", title = { en = "Orders with both", ru = "Заказы с обоими" } },
--   { name = "antecedent_product", type = "text", title = { en = "Who buys", ru = "Кто покупает" } },
--   { name = "consequent_product", type = "text", title = { en = "Also buys", ru = "Берёт и" } },
--   { name = "conviction", type = "number", unit = "ratio", title = { en = "Conviction", ru = "Убедительность" } },
-- ]
-- [[parameters]]
-- name = "min_support"
-- type = "number"
-- default = "0.005"
-- min = 0
-- max = 1
-- description = { en = "Least share of orders that have both", ru = "Наименьшая доля заказов с обоими товарами" }
-- [[parameters]]
-- name = "min_confidence"
-- type = "number"
-- default = "0.1"
-- min = 0
-- max = 1
-- description = { en = "Least share of orders with the one that have the other too", ru = "Наименьшая доля заказов с первым, в которых есть и второй" }
-- [description]
-- en = """
-- Pairs of products in one order, each way round. support: share of all orders with both; confidence: share of the orders with
-- the first that have the second; lift: confidence over the share of all orders with the second, above 1 where they attract;
-- conviction: how much oftener the rule would fail by chance, empty where it never fails. Orders with at least one product
-- sold; thresholds are compared in whole numbers. The highest lift first."""
-- ru = """
-- Пары товаров в одном заказе, в обе стороны. support: доля всех заказов с обоими; confidence: доля заказов с первым, в которых
-- есть второй; lift: достоверность, делённая на долю заказов со вторым, больше 1 при притяжении; conviction: во сколько раз чаще
-- правило не сбывалось бы случайно, пусто, если оно сбывается всегда. Учитываются заказы с проданным товаром; пороги
-- сравниваются в целых числах. Сначала самый высокий подъём."""

SELECT
    antecedent,
    consequent,
    support,
    confidence,
    lift,
    orders,
    antecedent_product,
    consequent_product,
    conviction
-- `pairs` is made with these parameters, in whole numbers; to compare its fractions again would lose some to rounding.
FROM pairs
WHERE $min_support >= 0 AND $min_confidence >= 0
ORDER BY lift DESC, orders DESC, antecedent, consequent
LIMIT $limit
