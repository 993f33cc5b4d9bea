//! What the fields of results are called where the result does not say it itself.

use crate::lang::Lang;

/// Field, Russian, English.
const NAMES: &[(&str, &str, &str)] = &[
    ("revenue", "Выручка", "Revenue"),
    ("gross", "Продажи", "Gross"),
    ("refunds", "Возвраты", "Refunds"),
    ("orders", "Заказы", "Orders"),
    ("units", "Штуки", "Units"),
    ("customers", "Клиенты", "Customers"),
    ("average_order", "Средний чек", "Average order"),
    ("new_customers", "Новые клиенты", "New customers"),
    ("repeat_rate", "Доля повторных", "Repeat rate"),
    ("repeat_rate_90d", "Повторные за 90 дней", "Repeat rate, 90 days"),
    ("revenue_new", "От новых", "From new"),
    ("revenue_returning", "От вернувшихся", "From returning"),
    ("revenue_other", "От остальных", "From others"),
    ("product_revenue", "Выручка товаров", "Product revenue"),
    ("shipping", "Доставка", "Shipping"),
    ("fees", "Сборы", "Fees"),
    ("discounts", "Скидки", "Discounts"),
    ("cost", "Себестоимость", "Cost"),
    ("margin", "Маржа", "Margin"),
    ("net_orders", "Заказы без возвращённых", "Net orders"),
    ("product", "Товар", "Product"),
    ("product_id", "Код товара", "Product id"),
    ("category", "Категория", "Category"),
    ("channel", "Канал", "Channel"),
    ("customer", "Клиент", "Customer"),
    ("customer_id", "Код клиента", "Customer id"),
    ("name", "Имя", "Name"),
    ("segment", "Сегмент", "Segment"),
    ("lifecycle", "Стадия", "Stage"),
    ("customer_kind", "Новые и вернувшиеся", "New or returning"),
    ("weekday", "День недели", "Weekday"),
    ("hour", "Час", "Hour"),
    ("month_of_year", "Месяц", "Month"),
    ("period", "Период", "Period"),
    ("key", "Значение", "Key"),
    ("share", "Доля", "Share"),
    ("ratio", "Отношение", "Ratio"),
    ("records", "Записи", "Records"),
    ("value", "Значение", "Value"),
    ("metric", "Показатель", "Metric"),
    ("previous", "Раньше", "Before"),
    ("change", "Изменение", "Change"),
    ("before", "Раньше", "Before"),
    ("after", "Потом", "After"),
    ("dimension", "Разрез", "By"),
    ("label", "Что", "What"),
    ("purchase_id", "Покупка", "Purchase"),
    ("occurred_at", "Когда", "When"),
    ("quantity", "Количество", "Quantity"),
    ("unit_price", "Цена", "Price"),
    ("amount", "Сумма", "Amount"),
    ("currency", "Валюта", "Currency"),
    ("kind", "Вид", "Kind"),
    ("subject", "Тема", "Subject"),
    ("outcome", "Итог", "Outcome"),
    ("email", "E-mail", "E-mail"),
    ("phone", "Телефон", "Phone"),
    ("last_purchase_at", "Последняя покупка", "Last purchase"),
    ("churn_risk", "Риск ухода", "Churn risk"),
    ("predicted_clv", "Ценность за год", "Value over a year"),
    ("expected_purchases", "Ожидаемые покупки", "Expected purchases"),
];

/// Segments, stages and kinds of customers: the server's name, Russian, English.
const GROUPS: &[(&str, &str, &str)] = &[
    ("champions", "Чемпионы", "Champions"),
    ("loyal", "Лояльные", "Loyal"),
    ("potential_loyalists", "Станут лояльными", "Potential loyalists"),
    ("new_customers", "Новые", "New customers"),
    ("promising", "Обещающие", "Promising"),
    ("need_attention", "Требуют внимания", "Need attention"),
    ("about_to_sleep", "Засыпают", "About to sleep"),
    ("cannot_lose", "Нельзя терять", "Cannot lose"),
    ("at_risk", "Под угрозой", "At risk"),
    ("hibernating", "Спящие", "Hibernating"),
    ("new", "Новые", "New"),
    ("active", "Активные", "Active"),
    ("cooling", "Остывают", "Cooling"),
    ("lost", "Потеряны", "Lost"),
    ("won_back", "Вернулись", "Won back"),
    ("returning", "Вернувшиеся", "Returning"),
];

const WEEKDAYS: [(&str, &str); 7] =
    [("Пн", "Mon"), ("Вт", "Tue"), ("Ср", "Wed"), ("Чт", "Thu"), ("Пт", "Fri"), ("Сб", "Sat"), ("Вс", "Sun")];

const MONTHS: [(&str, &str); 12] = [
    ("Январь", "January"),
    ("Февраль", "February"),
    ("Март", "March"),
    ("Апрель", "April"),
    ("Май", "May"),
    ("Июнь", "June"),
    ("Июль", "July"),
    ("Август", "August"),
    ("Сентябрь", "September"),
    ("Октябрь", "October"),
    ("Ноябрь", "November"),
    ("Декабрь", "December"),
];

/// Whether a column names groups of customers.
pub(crate) fn is_group(column: &str) -> bool {
    column == "stage"
        || ["segment", "lifecycle", "customer_kind"].iter().any(|name| column.starts_with(name))
        || column.ends_with("_segment")
}

/// A group of customers as people call it; groups that a workspace has made itself have their own names.
pub(crate) fn group(name: &str, lang: Lang) -> String {
    let found = GROUPS.iter().find(|(group, ..)| *group == name);
    found.map_or_else(|| name.to_owned(), |(_, ru, en)| lang.pick(*ru, *en).to_owned())
}

/// What a number of a column stands for: a day of the week, a month.
pub(crate) fn of_number(column: &str, number: u64, lang: Lang) -> Option<&'static str> {
    let names: &[(&str, &str)] = match column {
        "weekday" => &WEEKDAYS,
        "month_of_year" => &MONTHS,
        _ => return None,
    };
    let at = usize::try_from(number).ok()?.checked_sub(1)?;
    names.get(at).map(|(ru, en)| lang.pick(*ru, *en))
}

/// A field as people call it.
pub(crate) fn title(name: &str, lang: Lang) -> String {
    let found = NAMES.iter().find(|(field, ..)| *field == name);
    if let Some((_, ru, en)) = found {
        return lang.pick(*ru, *en).to_owned();
    }
    // `revenue_before` and its like: the metric and what it is beside.
    for (end, ru, en) in
        [("_before", "раньше", "before"), ("_change", "изменение", "change"), ("_share", "доля", "share")]
    {
        if let Some(stem) = name.strip_suffix(end) {
            return format!("{}, {}", title(stem, lang), lang.pick(ru, en));
        }
    }
    let mut text = name.strip_prefix("attributes.").unwrap_or(name).replace('_', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
