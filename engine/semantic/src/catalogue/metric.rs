//! The metrics of the contract and what is derived from them: names in both languages, units, definitions.

use serde::{Deserialize, Serialize};

use super::Names;

/// A figure that can be asked for. Its meaning is the same in every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Sum of amounts, refunds included.
    Revenue,
    /// Sum of positive amounts.
    Gross,
    /// Minus the sum of negative amounts.
    Refunds,
    /// Purchases whose total is positive.
    Orders,
    /// Sum of quantities of goods.
    Units,
    /// Distinct known customers with an order.
    Customers,
    /// Revenue of orders / orders.
    AverageOrder,
    /// Customers whose first order ever is in the period.
    NewCustomers,
    /// Customers with an order in the period whose first one was before it.
    ReturningCustomers,
    /// Customers with two or more orders in the period / customers.
    RepeatRate,
    /// Refunds / gross.
    RefundRate,
    /// Distinct products with a sale.
    Products,
    /// Calls, letters, visits and other interactions.
    Interactions,
    /// Sum of amounts of goods.
    ProductRevenue,
    /// Sum of amounts of delivery.
    Shipping,
    /// Sum of amounts of fees.
    Fees,
    /// Minus the sum of amounts of discounts, and what was taken off lines.
    Discounts,
    /// Sum of costs of lines.
    Cost,
    /// Sum of amount - cost over lines with a cost.
    Margin,
    /// Revenue of lines with a cost / revenue.
    MarginCoverage,
    /// Orders that are not taken back whole.
    NetOrders,
    /// Customers whose first order ever is in the period and who ordered again within 90 days / customers whose first order is.
    #[serde(rename = "repeat_rate_90d")]
    RepeatRate90d,
}

/// What one of a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitOf {
    /// Money in the currency of the figure.
    Currency,
    /// Orders.
    Orders,
    /// Pieces.
    Units,
    /// People.
    Customers,
    /// Products.
    Products,
    /// Interactions.
    Interactions,
    /// A share of one: 0.25 is 25 %.
    Ratio,
    /// A plain number.
    Number,
}

impl UnitOf {
    /// Its name in answers of the server; money has the currency's.
    pub fn name(self, currency: &str) -> String {
        match self {
            Self::Currency => currency.to_owned(),
            Self::Orders => "orders".to_owned(),
            Self::Units => "units".to_owned(),
            Self::Customers => "customers".to_owned(),
            Self::Products => "products".to_owned(),
            Self::Interactions => "interactions".to_owned(),
            Self::Ratio => "ratio".to_owned(),
            Self::Number => "number".to_owned(),
        }
    }
}

/// What is told about a metric.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// The metric.
    pub metric: Metric,
    /// Its name in requests.
    pub name: &'static str,
    /// What people call it.
    pub names: Names,
    /// How it is worked out, in Russian and English.
    pub definition: (&'static str, &'static str),
    /// What one of it is.
    pub unit: UnitOf,
}

const fn define(
    metric: Metric,
    name: &'static str,
    names: Names,
    definition: (&'static str, &'static str),
    unit: UnitOf,
) -> Definition {
    Definition { metric, name, names, definition, unit }
}

/// All metrics, in the order in which they are listed.
pub const METRICS: [Definition; 22] = [
    define(
        Metric::Revenue,
        "revenue",
        Names {
            ru: "Выручка",
            en: "Revenue",
            words: "выручка | сумма продаж | объем продаж | оборот | доход | товарооборот | денег | деньги | \
                нетто выручка | чистая выручка | объем продаж в деньгах | сумма заказов | сумма покупок | \
                продажи в деньгах | заработок | поступления | касса | revenue | sales revenue | turnover | \
                net sales | net revenue | income | takings | sales value | sales amount | sales volume | \
                total sales | money | earnings | rev",
        },
        ("сумма всех строк вместе с возвратами", "sum of all amounts, refunds included"),
        UnitOf::Currency,
    ),
    define(
        Metric::Gross,
        "gross",
        Names {
            ru: "Продажи без вычета возвратов",
            en: "Gross sales",
            words: "валовые продажи | валовая выручка | выручка без вычета возвратов | продажи без вычета возвратов | \
                выручка без учета возвратов | продажи без учета возвратов | выручка без возвратов | \
                продажи без возвратов | выручка до возвратов | валовый оборот | валовка | валовку | валовый объем | до вычета возвратов | без вычета возвратов | before refunds | before returns | брутто | брутто выручка | gross | \
                gross sales | gross revenue | revenue before refunds | sales before refunds | \
                revenue without refunds | sales without refunds | revenue excluding refunds | \
                sales excluding refunds | sales before returns | revenue before returns",
        },
        ("сумма положительных строк, возвраты не вычтены", "sum of positive amounts, refunds not taken off"),
        UnitOf::Currency,
    ),
    define(
        Metric::Refunds,
        "refunds",
        Names {
            ru: "Возвраты",
            en: "Refunds",
            words: "возврат | возвраты | сумма возвратов | объем возвратов | вернули денег | вернули | возвращено | \
                вернул | refund | refunds | returns | refunded | amount refunded | refund amount | returned goods | \
                returned items | money back | chargebacks",
        },
        ("сумма отрицательных строк с обратным знаком", "minus the sum of negative amounts"),
        UnitOf::Currency,
    ),
    define(
        Metric::Orders,
        "orders",
        Names {
            ru: "Заказы",
            en: "Orders",
            words: "заказ | заказы | покупки | покупка | чеки | чеков | число чеков | сделки | сделка | транзакции | \
                количество продаж | число продаж | заказали | оформили | заказывали | заказов | order | orders | \
                purchases | transactions | receipts | deals | number of sales | sales count | checkouts | ordered | \
                invoices | number of purchases | отправление | заявки",
        },
        ("число покупок с положительным итогом", "distinct purchases whose total is positive"),
        UnitOf::Orders,
    ),
    define(
        Metric::Units,
        "units",
        Names {
            ru: "Продано штук",
            en: "Units sold",
            words: "штук | штуки | штуках | шт | единиц | единицы | единицах | проданных товаров | проданных единиц | \
                количество проданных товаров | количество товаров | товарных единиц | в натуральном выражении | \
                экземпляров | количество штук | units | unit | pieces | pcs | items sold | units sold | quantity | \
                quantity sold | number of items | sold items | unit sales | items | volume in units | product units",
        },
        ("сумма количеств товаров, возвраты вычтены", "sum of quantities of goods, refunds taken off"),
        UnitOf::Units,
    ),
    define(
        Metric::Customers,
        "customers",
        Names {
            ru: "Покупатели",
            en: "Customers",
            words: "клиент | клиенты | покупатель | покупатели | человек | людей | люди | клиентура | база клиентов | \
                клиентская база | активных клиентов | активные клиенты | активные покупатели | \
                уникальных покупателей | уникальные клиенты | уникальных клиентов | customer | customers | buyer | \
                buyers | clients | client | shoppers | people | active customers | unique customers | \
                unique buyers | customer base | patrons | purchasers | active buyers | distinct customers | \
                покупательская база",
        },
        ("известные клиенты хотя бы с одним заказом", "distinct known customers with an order"),
        UnitOf::Customers,
    ),
    define(
        Metric::AverageOrder,
        "average_order",
        Names {
            ru: "Средний чек",
            en: "Average order",
            words: "срзаказ | средний заказик | средняя сумма сделки | средняя сделка | средний размер покупки клиента | typical order | typical basket | typical ticket | avg receipt | avg bill | avg purchase | \
                average cart | average cart value | cart value | average order amount | average order total | средняя стоимость покупки | средняя величина заказа | mean basket | mean ticket | срчек | ср чек | ср . чек | средн чек | средний чек | среднего чека | средняя сумма заказа | средняя сумма чека | средняя сумма покупки | \
                средний заказ | средняя покупка | средняя стоимость заказа | средний размер заказа | размер чека | \
                средний размер чека | средняя корзина | величина чека | сумма среднего чека | \
                средний размер покупки | чек | чеку | чека | чеком | средний ценник | средний ценник заказа | средний ценник чека | сумма заказа в среднем | чек в среднем | average order | average order value | average order size | aov | \
                average basket | average ticket | average check | average purchase | average sale | \
                mean order value | average receipt | order value | basket size | average cheque | average bill | \
                avg order | avg order value | avg check | avg ticket | average transaction | \
                average transaction value | avg basket | mean order | ticket size | average spend per order",
        },
        ("выручка заказов / число заказов", "revenue of orders / orders"),
        UnitOf::Currency,
    ),
    define(
        Metric::NewCustomers,
        "new_customers",
        Names {
            ru: "Новые клиенты",
            en: "New customers",
            words: "свежие клиенты | свежих клиентов | свежие покупатели | свежих покупателей | свежий клиент | fresh customers | fresh buyers | \
                fresh faces | новые лица | новых лиц | новые люди | first purchasers | new faces | новые клиенты | новых клиентов | новые покупатели | новых покупателей | новички | новый клиент | \
                новый покупатель | впервые купили | купили впервые | первый раз купили | купили в первый раз | \
                сделали первый заказ | первый заказ | первую покупку | сделали первую покупку | \
                привлеченные клиенты | привлекли клиентов | привлекли новых клиентов | привлечено клиентов | \
                новых людей | new customers | new customer | new buyers | new buyer | new clients | new client | \
                first time buyers | first time customers | first-time buyers | first-time customers | \
                newly acquired customers | acquired customers | customers acquired | customer acquisition | \
                new shoppers | first order | first purchase | bought for the first time | new people | newcomers | \
                acquired",
        },
        ("клиенты, чей самый первый заказ пришёлся на период", "customers whose first order ever is in the period"),
        UnitOf::Customers,
    ),
    define(
        Metric::ReturningCustomers,
        "returning_customers",
        Names {
            ru: "Вернувшиеся клиенты",
            en: "Returning customers",
            words: "вернулись к нам | пришли снова | пришли опять | опять пришли | снова пришли | coming back customers | came back to us | come back to us | returned to us again | вернувшиеся клиенты | вернувшихся клиентов | вернувшиеся покупатели | постоянные клиенты | \
                постоянных клиентов | постоянные покупатели | старые клиенты | старых клиентов | вернувшихся | \
                вернулось клиентов | клиентов вернулось | returning customers | returning customer | \
                returning buyers | existing customers | existing buyers | old customers | customers returned | \
                customers came back | came back",
        },
        (
            "клиенты с заказом в периоде, чей первый заказ был раньше",
            "customers with an order in the period whose first one was before it",
        ),
        UnitOf::Customers,
    ),
    define(
        Metric::RepeatRate,
        "repeat_rate",
        Names {
            ru: "Доля повторных покупателей",
            en: "Repeat rate",
            words: "доля повторных покупателей | how loyal | насколько лояльны | доля повторных клиентов | доля повторных покупок | повторные покупки | \
                повторных покупок | повторные покупатели | повторные клиенты | повторные заказы | \
                доля повторных заказов | процент повторных покупок | процент повторных покупателей | \
                уровень повторных покупок | повторные продажи | доля повторных продаж | доля постоянных клиентов | \
                процент постоянных клиентов | доля вернувшихся клиентов | процент вернувшихся клиентов | \
                доля вернувшихся | процент вернувшихся | коэффициент повторных покупок | коэффициент повторных заказов | коэффициент удержания | repeat rate | repeat purchase rate | repeat purchases | \
                repeat buyers | repeat customers | share of repeat customers | repeat customer rate | \
                share of repeat buyers | percentage of repeat customers | percent of repeat customers | \
                repeat orders | share of returning customers | returning customer rate | repurchase rate | \
                repeat business | retention rate | second order | second purchase | ordered again | bought again | \
                buy again | order again | второй заказ | вторую покупку | вторым заказом | второй покупкой | \
                за вторым заказом | за второй покупкой | купили снова | купили повторно | купили еще раз | заказали еще раз | взяли еще раз | пришли еще раз | come back for more | come back for seconds | came back for seconds | заказали повторно | \
                заказали снова | повторно купили | повторно заказали | вернулись за вторым заказом | \
                вернулись за второй покупкой | came back for a second order | came back for another order | \
                came back for a second purchase | came back for more | percentage of returning customers",
        },
        (
            "клиенты с двумя и более заказами за период / покупатели",
            "customers with two or more orders in the period / customers",
        ),
        UnitOf::Ratio,
    ),
    define(
        Metric::RefundRate,
        "refund_rate",
        Names {
            ru: "Доля возвратов",
            en: "Refund rate",
            words: "доля возвратов | процент возвратов | уровень возвратов | возвратность | коэффициент возвратов | \
                доля возвратов в выручке | доля возвратов в продажах | refund rate | return rate | refunds rate | \
                share of refunds | percentage of refunds | percent of refunds | rate of refunds | rate of returns | \
                refund percentage | refund share | returns rate | share of returns",
        },
        ("возвраты / продажи без вычета возвратов", "refunds / gross"),
        UnitOf::Ratio,
    ),
    define(
        Metric::Products,
        "products",
        Names {
            ru: "Разных товаров",
            en: "Distinct products",
            words: "разных товаров | различных товаров | наименований | уникальных товаров | артикулов | \
                число артикулов | разные товары | ассортимент | количество наименований | количество артикулов | \
                distinct products | different products | unique products | number of products | skus | \
                distinct items | different items | unique skus | assortment size | product range",
        },
        ("число разных товаров хотя бы с одной продажей", "distinct products with at least one sale"),
        UnitOf::Products,
    ),
    define(
        Metric::Interactions,
        "interactions",
        Names {
            ru: "Обращения",
            en: "Interactions",
            words: "обращения | обращений | взаимодействия | взаимодействий | контакты с клиентами | \
                контактов с клиентами | коммуникации | касания | interactions | interaction | \
                contacts with customers | touchpoints | customer contacts | communications",
        },
        ("число звонков, писем, визитов и других обращений", "calls, letters, visits and other interactions"),
        UnitOf::Interactions,
    ),
    define(
        Metric::ProductRevenue,
        "product_revenue",
        Names { ru: "Выручка от товаров", en: "Product revenue", words: "" },
        ("сумма строк с товарами вместе с возвратами", "sum of amounts of lines of kind product, refunds included"),
        UnitOf::Currency,
    ),
    define(
        Metric::Shipping,
        "shipping",
        Names { ru: "Выручка от доставки", en: "Shipping revenue", words: "" },
        ("сумма строк с доставкой", "sum of amounts of lines of kind shipping"),
        UnitOf::Currency,
    ),
    define(
        Metric::Fees,
        "fees",
        Names { ru: "Сборы", en: "Fees", words: "" },
        ("сумма строк со сборами", "sum of amounts of lines of kind fee"),
        UnitOf::Currency,
    ),
    define(
        Metric::Discounts,
        "discounts",
        Names { ru: "Скидки", en: "Discounts", words: "" },
        (
            "сумма строк со скидками с обратным знаком и скидок внутри строк",
            "minus the sum of amounts of lines of kind discount, plus the discounts within lines",
        ),
        UnitOf::Currency,
    ),
    define(
        Metric::Cost,
        "cost",
        Names { ru: "Себестоимость", en: "Cost", words: "" },
        ("сумма себестоимости строк, где она передана", "sum of the costs of lines that have one"),
        UnitOf::Currency,
    ),
    define(
        Metric::Margin,
        "margin",
        Names { ru: "Маржа", en: "Margin", words: "" },
        (
            "сумма строк за вычетом их себестоимости, только по строкам, где она передана; пусто, если таких нет",
            "sum of amount - cost over lines that have a cost; empty where none has",
        ),
        UnitOf::Currency,
    ),
    define(
        Metric::MarginCoverage,
        "margin_coverage",
        Names {
            ru: "Доля выручки с себестоимостью", en: "Share of revenue with a cost", words: ""
        },
        ("выручка строк, где передана себестоимость / выручка", "revenue of lines that have a cost / revenue"),
        UnitOf::Ratio,
    ),
    define(
        Metric::NetOrders,
        "net_orders",
        Names {
            ru: "Заказы без возвращённых",
            en: "Net orders",
            words: "чистые заказы | нетто заказы | заказы без возвращенных | невозвращенные заказы | net orders | \
                orders not refunded | orders that were not refunded | orders net of refunds",
        },
        (
            "заказы, кроме тех, что возвращены целиком: возвраты, которые их называют, покрывают всю сумму",
            "orders but for those that are taken back whole: the refunds that name them come to their amount",
        ),
        UnitOf::Orders,
    ),
    define(
        Metric::RepeatRate90d,
        "repeat_rate_90d",
        Names { ru: "Повторные за 90 дней", en: "Repeat rate, 90 days", words: "" },
        (
            "клиенты, чей самый первый заказ пришёлся на период и второй был не позже чем через 90 дней / новые клиенты периода",
            "customers whose first order ever is in the period and whose second one came within 90 days / new customers",
        ),
        UnitOf::Ratio,
    ),
];

impl Metric {
    /// What is told about it.
    pub fn definition(self) -> &'static Definition {
        METRICS.iter().find(|known| known.metric == self).unwrap_or(&METRICS[0])
    }

    /// Its name in requests and as a column.
    pub fn name(self) -> &'static str {
        self.definition().name
    }

    /// The metric of that name.
    pub fn parse(name: &str) -> Option<Self> {
        METRICS.iter().find(|known| known.name == name).map(|known| known.metric)
    }

    /// What one of it is.
    pub fn unit(self) -> UnitOf {
        self.definition().unit
    }

    /// Whether the values of parts (days, channels) add up to that of the whole.
    pub fn adds_up(self) -> bool {
        matches!(
            self,
            Self::Revenue
                | Self::Gross
                | Self::Refunds
                | Self::Orders
                | Self::Units
                | Self::NewCustomers
                | Self::Interactions
                | Self::ProductRevenue
                | Self::Shipping
                | Self::Fees
                | Self::Discounts
                | Self::Cost
                | Self::Margin
                | Self::NetOrders
        )
    }

    /// Whether it is not 0 but unknown where no record says anything of it.
    pub fn may_be_unknown(self) -> bool {
        self.is_quotient() || self == Self::Margin
    }

    /// Whether it is a quotient, of which a share makes no sense.
    pub fn is_quotient(self) -> bool {
        matches!(
            self,
            Self::AverageOrder | Self::RepeatRate | Self::RefundRate | Self::MarginCoverage | Self::RepeatRate90d
        )
    }

    /// Whether it counts people.
    pub fn counts_customers(self) -> bool {
        matches!(
            self,
            Self::Customers | Self::NewCustomers | Self::ReturningCustomers | Self::RepeatRate | Self::RepeatRate90d
        )
    }
}
