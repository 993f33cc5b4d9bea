//! What a metric may be cut and filtered by.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Metric, Names};

/// A way to part records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// By product.
    Product,
    /// By category of the product.
    Category,
    /// By channel.
    Channel,
    /// By customer.
    Customer,
    /// By the customer's present segment.
    Segment,
    /// By where the customer stands: new, active, cooling, lost, won back.
    Lifecycle,
    /// `new` for customers whose first order ever is in the period, `returning` for those with an earlier one, `other` for guests.
    CustomerKind,
    /// By day of the week, 1 for Monday.
    Weekday,
    /// By hour of the day in the workspace's zone.
    Hour,
    /// By month of the year, all years together.
    MonthOfYear,
    /// By kind of an interaction.
    Kind,
    /// By who had an interaction.
    Agent,
    /// By how an interaction ended.
    Outcome,
    /// By a field of the purchase's attributes, or its customer's where the purchase has none.
    Attribute(String),
}

/// The dimensions without attributes, with what people call them.
pub const DIMENSIONS: [(Dimension, &str, Names); 13] = [
    (
        Dimension::Product,
        "product",
        Names {
            ru: "Товар",
            en: "Product",
            words: "товар | товары | товарам | продукт | продукты | позиция | позиции | артикул | номенклатура | \
                product | products | item | goods | sku | article | merchandise | хиты | бестселлер | bestseller",
        },
    ),
    (
        Dimension::Category,
        "category",
        Names {
            ru: "Категория",
            en: "Category",
            words: "категория | категории | категориям | группа товаров | группы товаров | группам товаров | \
                товарная группа | товарные группы | товарным группам | раздел каталога | category | categories | \
                product category | product categories | product group | product groups | product type",
        },
    ),
    (
        Dimension::Channel,
        "channel",
        Names {
            ru: "Канал",
            en: "Channel",
            words: "канал | каналы | каналам | канал продаж | каналы продаж | каналам продаж | площадка | площадки | \
                маркетплейсы | channel | channels | sales channel | sales channels | marketplace",
        },
    ),
    (
        Dimension::Customer,
        "customer",
        Names {
            ru: "Клиент",
            en: "Customer",
            words: "клиент | клиенты | покупатель | покупатели | customer | customers | buyer | client | shopper",
        },
    ),
    (
        Dimension::Segment,
        "segment",
        Names {
            ru: "Сегмент",
            en: "Segment",
            words: "сегмент | сегменты | сегментам | rfm сегмент | rfm | рфм | сегмент клиентов | сегменты клиентов | \
                segment | segments | customer segment | customer segments | rfm segment",
        },
    ),
    (
        Dimension::Lifecycle,
        "lifecycle",
        Names {
            ru: "Стадия клиента",
            en: "Customer stage",
            words: "жизненный цикл | стадия клиента | стадии клиентов | стадиям клиентов | стадиям | lifecycle | \
                lifecycle stage | customer stage | life cycle | customer lifecycle",
        },
    ),
    (
        Dimension::CustomerKind,
        "customer_kind",
        Names {
            ru: "Новые и вернувшиеся",
            en: "New and returning",
            words: "новые и вернувшиеся | новым и вернувшимся | новые и постоянные | новым и постоянным | \
                новые против постоянных | новые и старые | новым и старым | типу клиента | тип клиента | \
                тип покупателя | типам клиентов | new and returning | new vs returning | new versus returning | \
                customer type | new and existing | new vs existing | new or returning | returning vs new | \
                новых и вернувшихся | новых и постоянных | new and repeat | new and old",
        },
    ),
    (
        Dimension::Weekday,
        "weekday",
        Names {
            ru: "День недели",
            en: "Weekday",
            words: "день недели | дни недели | weekday | day of week | day of the week",
        },
    ),
    (
        Dimension::Hour,
        "hour",
        Names {
            ru: "Час",
            en: "Hour",
            words: "час | часы | время суток | hour of day | hour of the day | time of day | hour",
        },
    ),
    (
        Dimension::MonthOfYear,
        "month_of_year",
        Names {
            ru: "Месяц года",
            en: "Month of the year",
            words: "сезонность | seasonality | месяц года | month of the year",
        },
    ),
    (
        Dimension::Kind,
        "kind",
        Names {
            ru: "Вид обращения",
            en: "Kind of interaction",
            words: "вид обращения | виды обращений | видам обращений | видам | тип обращения | типам обращений | \
                kind of interaction | kind | interaction type | type of interaction",
        },
    ),
    (
        Dimension::Agent,
        "agent",
        Names {
            ru: "Кто общался",
            en: "Agent",
            words: "оператор | операторы | операторам | agent | agents | operator | operators",
        },
    ),
    (
        Dimension::Outcome,
        "outcome",
        Names {
            ru: "Итог обращения",
            en: "Outcome",
            words: "итог обращения | результат обращения | итогам | исход | outcome | outcomes",
        },
    ),
];

/// Names of attributes that shops use, with what people call them; the attribute itself is found in the data by any of them.
pub const ATTRIBUTES: [(&str, Names); 12] = [
    (
        "city",
        Names {
            ru: "Город", en: "City", words: "город | города | городам | city | cities | town | населенный пункт"
        },
    ),
    (
        "country",
        Names {
            ru: "Страна",
            en: "Country",
            words: "страна | страны | странам | рынки | рынков | рынкам | country | countries | markets",
        },
    ),
    (
        "region",
        Names {
            ru: "Регион",
            en: "Region",
            words: "регион | регионы | регионам | область | области | областям | region | regions | state | province",
        },
    ),
    ("gender", Names { ru: "Пол", en: "Gender", words: "пол | полу | gender | sex" }),
    (
        "age",
        Names {
            ru: "Возраст",
            en: "Age",
            words: "возраст | возрасту | возрастам | age | age group | возрастным группам",
        },
    ),
    (
        "source",
        Names {
            ru: "Источник", en: "Source", words: "источник | источники | источникам | source | sources"
        },
    ),
    (
        "payment",
        Names {
            ru: "Способ оплаты",
            en: "Payment",
            words: "способ оплаты | способы оплаты | способам оплаты | вид оплаты | типам оплаты | payment | \
                payment method | payment methods | payment type",
        },
    ),
    (
        "delivery",
        Names {
            ru: "Доставка",
            en: "Delivery",
            words: "способ доставки | способам доставки | способы доставки | delivery method | shipping method | \
                delivery type",
        },
    ),
    (
        "store",
        Names {
            ru: "Магазин",
            en: "Store",
            words: "магазин | магазины | магазинам | точкам | точка продаж | торговая точка | торговым точкам | store | \
                stores | outlet | branch | филиал | филиалам",
        },
    ),
    (
        "brand",
        Names {
            ru: "Бренд",
            en: "Brand",
            words: "бренд | бренды | брендам | марка | маркам | производитель | производителям | brand | brands | \
                manufacturer",
        },
    ),
    (
        "promo",
        Names {
            ru: "Промокод",
            en: "Promo code",
            words: "промокод | промокоды | промокодам | promo code | promo codes | coupon | coupons | promo",
        },
    ),
    (
        "manager",
        Names {
            ru: "Менеджер", en: "Manager", words: "менеджер | менеджеры | менеджерам | manager | managers"
        },
    ),
];

/// What begins the name of an attribute.
pub const ATTRIBUTE_PREFIX: &str = "attributes.";

impl fmt::Display for Dimension {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Attribute(name) = self {
            return write!(out, "{ATTRIBUTE_PREFIX}{name}");
        }
        let known = DIMENSIONS.iter().find(|(dimension, ..)| dimension == self);
        out.write_str(known.map_or("product", |(_, name, _)| name))
    }
}

impl Dimension {
    /// The dimension of that name.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(attribute) = name.strip_prefix(ATTRIBUTE_PREFIX) {
            let fits = !attribute.is_empty() && attribute.len() <= 200;
            return fits.then(|| Self::Attribute(attribute.to_owned()));
        }
        DIMENSIONS.iter().find(|(_, known, _)| *known == name).map(|(dimension, ..)| dimension.clone())
    }

    /// Its title in Russian and English.
    pub fn title(&self) -> (String, String) {
        if let Self::Attribute(name) = self {
            let known = ATTRIBUTES.iter().find(|(known, _)| known == name);
            return known.map_or_else(|| (name.clone(), name.clone()), |(_, names)| (names.ru.into(), names.en.into()));
        }
        let known = DIMENSIONS.iter().find(|(dimension, ..)| dimension == self);
        known.map_or_else(Default::default, |(.., names)| (names.ru.into(), names.en.into()))
    }

    /// Whether it parts the lines of one purchase, so that an order belongs to several of its keys.
    pub fn of_lines(&self) -> bool {
        matches!(self, Self::Product | Self::Category)
    }

    /// Whether it is of interactions only.
    pub fn of_interactions(&self) -> bool {
        matches!(self, Self::Kind | Self::Agent | Self::Outcome)
    }

    /// Whether that metric may be cut by it.
    pub fn fits(&self, metric: Metric) -> bool {
        if metric == Metric::Interactions {
            return !matches!(self, Self::Product | Self::Category | Self::CustomerKind);
        }
        !self.of_interactions()
    }

    /// Whether that metric counts the keys of the dimension, so that each of them would be one: customers by customer.
    pub fn is_counted_by(&self, metric: Metric) -> bool {
        matches!((self, metric), (Self::Customer, Metric::Customers) | (Self::Product, Metric::Products))
    }
}

impl Serialize for Dimension {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dimension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| {
            let known: Vec<&str> = DIMENSIONS.iter().map(|(_, name, _)| *name).collect();
            de::Error::custom(format!(
                "there is no dimension `{name}`; there are {}, attributes.NAME",
                known.join(", ")
            ))
        })
    }
}
