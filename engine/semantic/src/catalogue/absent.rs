//! What people ask for and the data does not hold, and why: so that it can be said instead of guessed.

use super::{Metric, Names};

/// Something that is not there.
#[derive(Debug, Clone, Copy)]
pub struct Absent {
    /// Its name.
    pub name: &'static str,
    /// What people call it.
    pub names: Names,
    /// Why it is not there, in Russian and English.
    pub why: (&'static str, &'static str),
    /// What is there instead.
    pub instead: &'static [Metric],
    /// The metric that answers it where records hold what it is made of: a shop that sends costs has a margin.
    pub metric: Option<Metric>,
}

impl Absent {
    /// What is told of a metric where records do not hold what it is made of; none where they always do.
    pub fn of(metric: Metric) -> Option<&'static Self> {
        ABSENT.iter().find(|absent| absent.metric == Some(metric))
    }
}

const fn absent(
    name: &'static str,
    names: Names,
    why: (&'static str, &'static str),
    instead: &'static [Metric],
) -> Absent {
    Absent { name, names, why, instead, metric: None }
}

const fn unless(metric: Metric, absent: Absent) -> Absent {
    Absent { metric: Some(metric), ..absent }
}

/// All of them.
pub const ABSENT: [Absent; 23] = [
    unless(
        Metric::Margin,
        absent(
            "margin",
            Names {
                ru: "Маржа и прибыль",
                en: "Margin and profit",
                words: "навар | навара | барыш | барыши | профит | маржа | прибыль | валовая прибыль | валовая маржа | margin | profit | gross profit | gross margin",
            },
            (
                "себестоимость в данных не передана, поэтому прибыль и маржу посчитать не из чего",
                "no costs are recorded, so there is nothing to work out a profit or a margin from",
            ),
            &[Metric::Revenue, Metric::AverageOrder],
        ),
    ),
    unless(
        Metric::Cost,
        absent(
            "cost",
            Names {
                ru: "Себестоимость",
                en: "Cost",
                words: "себестоимость | закупочная цена | cogs | cost of goods | cost of goods sold | cost of sales | cost",
            },
            ("себестоимость в данных не передана", "no costs are recorded"),
            &[Metric::Revenue],
        ),
    ),
    absent(
        "profitability",
        Names {
            ru: "Рентабельность и наценка",
            en: "Profitability and markup",
            words: "маржинальность | рентабельность | наценка | прибыльность | прибыльный | маржинальный | \
                profit margin | net margin | profitability | markup | profitable",
        },
        (
            "доля прибыли здесь не считается; сама маржа есть, если у строк передана себестоимость",
            "a share of profit is not worked out here; the margin is, where lines are sent with their costs",
        ),
        &[Metric::Margin, Metric::Revenue],
    ),
    absent(
        "expenses",
        Names {
            ru: "Расходы и чистая прибыль",
            en: "Expenses and net profit",
            words: "операционная прибыль | операционные расходы | net income | \
                operating profit | operating income | operating costs | p&l | pnl | opex | capex | take home pay | running costs | чистая прибыль | закупка | затраты | расходы | убыток | издержки | аренда | аренды | аренду | \
                накладные расходы | коммуналка | во сколько обходится | rent | rental cost | overheads | overhead | \
                utilities | utility bills | net profit | costs | expenses | ebitda | loss",
        },
        (
            "расходы в данных не ведутся, поэтому чистую прибыль посчитать не из чего",
            "expenses are not recorded, so there is nothing to work out a net profit from",
        ),
        &[Metric::Margin, Metric::Revenue],
    ),
    absent(
        "staff",
        Names {
            ru: "Сотрудники",
            en: "Staff",
            words: "wages | wage | оклад | оклады | фот | смена продавца | лучший продавец | лучший продажник | best employee | rep | reps | сейлз | продажник | продажники | сотрудник | сотрудники | продавец | продавцы | кассир | персонал | зарплата | зарплаты | премия | \
                отпуск | kpi сотрудников | employee | employees | staff | salesperson | salespeople | sales rep | \
                sales reps | cashier | salary | salaries | payroll | headcount | team performance | seller | sellers",
        },
        ("кто из сотрудников продал, в покупках не записано", "purchases do not say which of your staff made the sale"),
        &[Metric::Revenue, Metric::Orders],
    ),
    absent(
        "stock",
        Names {
            ru: "Остатки",
            en: "Stock",
            words: "осталось | остался | осталась | остались | остаток | остатки | склад | складе | складские остатки | запас | запасы | наличие | в наличии | \
                оборачиваемость | закончились | закончился | закончилось | кончились | кончился | заканчиваются | нет на складе | sold out | run out | ran out | running out | running low | неликвид | дозаказать | stock | inventory | warehouse | in stock | stock level | \
                stock levels | out of stock | on hand | restock | sell through | turnover rate | replenish",
        },
        ("остатки и движения склада в данных не переданы", "stock and warehouse movements are not recorded"),
        &[Metric::Units],
    ),
    absent(
        "traffic",
        Names {
            ru: "Посещаемость и конверсия",
            en: "Traffic and conversion",
            words: "сайт | сайта | сайте | заходов на сайт | зашло на сайт | зашли на сайт | заходили на сайт | website | web site | the site | our site | homepage | landing page | подписчик | подписчики | подписчиков | инстаграм | инстаграме | instagram | followers | тикток | tiktok | лайки | лайков | рассылка | рассылку | рассылки | newsletter | newsletters | open rate | трафик | посещаемость | посетитель | посетители | визиты на сайт | визиты | просмотры | сессии | \
                конверсия | конверсии | отказы на сайте | брошенные корзины | брошенная корзина | клики | traffic | \
                visitors | visits | page views | pageviews | sessions | conversion | conversion rate | \
                conversions | bounce rate | abandoned carts | abandoned cart | abandoned their baskets | abandoned baskets | abandoned their carts | abandoned their cart | abandoned their basket | abandoned basket | abandon their carts | basket abandonment | бросили корзину | бросил корзину | бросают корзину | бросили корзины | cart abandonment | clicks | \
                website visits | ctr | footfall",
        },
        (
            "посещения и просмотры в данные не попадают: есть только покупки, клиенты и обращения",
            "visits and views are not recorded: there are purchases, customers and interactions only",
        ),
        &[Metric::Orders, Metric::NewCustomers],
    ),
    absent(
        "ads",
        Names {
            ru: "Реклама",
            en: "Advertising",
            words: "маркетинг | маркетинга | на маркетинг | marketing | рекламная кампания | рекламные кампании | рекламной кампании | кампания | кампании | ad campaign | ad campaigns | campaign | campaigns | =ad | adverts | advert | реклама | привлечение | привлечение клиента | customer acquisition cost | рекламный бюджет | расходы на рекламу | бюджет на рекламу | стоимость привлечения | \
                окупаемость рекламы | рои | ромай | директ | ads | advertising | ad spend | marketing spend | \
                marketing budget | roi | roas | romi | cac | cpa | cpc | cpm | acquisition cost | \
                cost per acquisition | campaign spend | дрр | ltv cac",
        },
        ("расходы на рекламу в данных не переданы", "advertising costs are not recorded"),
        &[Metric::NewCustomers, Metric::Revenue],
    ),
    unless(
        Metric::Shipping,
        absent(
            "shipping",
            Names {
                ru: "Доставка",
                en: "Shipping",
                words: "стоимость доставки | доставка | выручка от доставки | shipping | shipping cost | shipping costs | \
                    shipping revenue | delivery cost | delivery | freight",
            },
            ("доставка отдельно от товаров не записана", "shipping is not recorded apart from goods"),
            &[Metric::Revenue],
        ),
    ),
    absent(
        "logistics",
        Names {
            ru: "Сроки доставки",
            en: "Delivery times",
            words: "логистика | сроки доставки | время доставки | идет доставка | курьер | delivery time | \
                delivery times | logistics | courier",
        },
        ("сроки и ход доставки в данных не ведутся", "how long deliveries take is not recorded"),
        &[Metric::Orders],
    ),
    unless(
        Metric::Discounts,
        absent(
            "discounts",
            Names {
                ru: "Скидки",
                en: "Discounts",
                words: "скидка | скидки | скидок | сумма скидок | discount | discounts | markdown | markdowns | rebates",
            },
            ("скидки отдельно от цен не записаны", "discounts are not recorded apart from prices"),
            &[Metric::Revenue, Metric::AverageOrder],
        ),
    ),
    absent(
        "promotions",
        Names { ru: "Акции", en: "Promotions", words: "акция | акции | promotions | promotion" },
        ("акции в данных не отмечены", "promotions are not recorded"),
        &[Metric::Discounts, Metric::Revenue],
    ),
    unless(
        Metric::Fees,
        absent(
            "fees",
            Names { ru: "Сборы", en: "Fees", words: "сборы | сервисный сбор | fee | fees" },
            ("сборы отдельно от сумм не записаны", "fees are not recorded apart from amounts"),
            &[Metric::Revenue],
        ),
    ),
    absent(
        "tax",
        Names {
            ru: "Налоги и комиссии",
            en: "Taxes and fees",
            words: "ндс | налог | налоги | комиссия | комиссии | эквайринг | к перечислению | tax | taxes | vat | \
                commission | commissions | sales tax",
        },
        ("налоги и комиссии отдельно от сумм не записаны", "taxes and fees are not recorded apart from amounts"),
        &[Metric::Revenue],
    ),
    absent(
        "targets",
        Names {
            ru: "План продаж",
            en: "Targets",
            words: "выполнение плана | план продаж | план факт | план-факт | цель по выручке | цели | kpi | \
                sales target | sales targets | target | targets | quota | quotas | budget | plan vs actual | \
                against plan | план по выручке | план по продажам | план выручки | план по заказам | план выполнен | revenue plan | sales plan | hit the plan | on target",
        },
        (
            "плановых показателей в данных нет, поэтому с планом сравнить нельзя",
            "no targets are recorded, so there is nothing to compare with",
        ),
        &[Metric::Revenue],
    ),
    absent(
        "satisfaction",
        Names {
            ru: "Оценки и отзывы",
            en: "Ratings and reviews",
            words: "отзыв | отзывы | рейтинг | удовлетворенность | лояльность nps | нпс | nps | csat | review | \
                reviews | rating | ratings | satisfaction | satisfied | how satisfied | dissatisfied | happy with us | how happy | довольны | недовольны | feedback score | stars",
        },
        ("оценки и отзывы в данных не переданы", "ratings and reviews are not recorded"),
        &[Metric::RepeatRate, Metric::RefundRate],
    ),
    absent(
        "cash",
        Names {
            ru: "Деньги на счетах и долги",
            en: "Cash and debts",
            words: "credit card | credit cards | debit card | by card | paid by card | card payments | банковской картой | банковская карта | кредитной картой | оплатили картой | оплата картой | безнал | безналом | payment method | payment methods | способ оплаты | способы оплаты | на счету | на счете | cash | in the bank | наличные | наличных | неоплаченные | неоплаченных | unpaid | дебиторка | дебиторская задолженность | задолженность | долг | долги | остаток на счете | \
                cash flow | receivables | debt | debts | bank balance | account balance | unpaid invoices | \
                invoices overdue | кредиторка",
        },
        ("счета, оплаты и долги в данных не ведутся", "accounts, payments and debts are not kept here"),
        &[Metric::Revenue],
    ),
    absent(
        "market",
        Names {
            ru: "Рынок и конкуренты",
            en: "Market and competitors",
            words: "дождь | дождя | дожди | снег | ливень | rain | rainy | snow | какая доля рынка | какую долю рынка | доля на рынке | конкурент | конкуренты | доля рынка | рынок | объем рынка | размер рынка | рост рынка | market growth | market trend | market trends | курс доллара | курс евро | курс валют | погода | \
                новости | курсы валют | курс | usd rate | eur rate | gbp rate | bitcoin | биткоин | биткойн | crypto | cryptocurrency | крипта | криптовалюта | ethereum | oil price | цена нефти | \
                цена на нефть | ставка цб | ключевая ставка | interest rate | interest rates | stock market | фондовый рынок | gdp | ввп | безработица | unemployment | прогноз погоды | weather forecast | temperature outside | \
                температура на улице | дождь завтра | will it rain | is it raining | будет ли дождь | пойдет ли дождь | rivals | rival | to usd | to eur | to gbp | to rub | акции компании | биржа | competitor | competitors | market share | market size | \
                exchange rate | weather | news | stock price | share price | industry average | benchmark | \
                inflation | инфляция",
        },
        ("здесь есть только ваши собственные данные о продажах", "there is only your own sales data here"),
        &[Metric::Revenue],
    ),
    absent(
        "suppliers",
        Names {
            ru: "Поставщики",
            en: "Suppliers",
            words: "поставщик | поставщики | поставка | поставки | закупки | supplier | suppliers | vendor | vendors | \
                procurement | purchase orders | supply",
        },
        ("поставщики и закупки в данных не переданы", "suppliers and procurement are not recorded"),
        &[Metric::Units],
    ),
    absent(
        "leads",
        Names {
            ru: "Воронка",
            en: "Pipeline",
            words: "по рекомендации друзей | по рекомендации знакомых | по рекомендации | по рекомендациям | по совету друзей | по совету знакомых | сарафанное радио | сарафан | word of mouth | referred by | referral | referrals | refer a friend | лид | лиды | воронка | воронка продаж | этап сделки | lead | leads | pipeline | sales pipeline | \
                funnel | opportunities | win rate | churned mrr | mrr | arr | подписки | subscriptions",
        },
        ("лиды, воронка и подписки в данных не ведутся", "leads, a pipeline and subscriptions are not kept here"),
        &[Metric::NewCustomers, Metric::Orders],
    ),
    absent(
        "others",
        Names {
            ru: "Данные других компаний",
            en: "Other companies' data",
            words: "other shops on this platform | on this platform | на этой платформе | на вашей платформе | магазинов на платформе | магазины на платформе | кто еще на платформе | клиенты платформы | пользователи платформы | users of the platform | воркспейс | воркспейса | \
                воркспейсе | воркспейсы | воркспейсов | воркспейсам | workspaces | соседей | соседского | соседский | соседских | у соседей | соседа | \
                next door | shop next door | neighbours | neighbors | neighbour | neighbor | other merchants | other sellers | other retailers | \
                other businesses | other business | another business | other people's | someone else's | everyone else's | чужую | чужие | чужого | чужих | у других магазинов | \
                у других продавцов | у других компаний | остальных компаний | других клиентов сервиса | other clients of yours | your other clients | \
                your other customers | другая компания | другой компании | других компаний | чужие данные | чужой магазин | \
                чужого магазина | другого магазина | другой магазин | другие магазины | чужие продажи | \
                других магазинов | соседний магазин | другое пространство | другого пространства | \
                других пространств | всех пространств | соседнего рабочего пространства | соседнего пространства | соседней компании | соседнего магазина | рабочего пространства | рабочих пространств | других пользователей | другого пользователя | other users | another user | other tenant | neighbouring workspace | neighboring workspace | other companies' | competitor's workspace | other company | other companies | another company | \
                another workspace | other workspaces | another tenant | other tenants | all tenants | \
                all workspaces | tenant | workspace | other shops | another shop | someone else | other store | \
                another store | other accounts | another account | тенант | арендатор | чужой",
        },
        ("я вижу только данные вашего пространства", "I see the data of your own workspace only"),
        &[],
    ),
    absent(
        "people",
        Names {
            ru: "Пол и возраст",
            en: "Gender and age",
            words: "мужчин | мужчины | мужчинам | женщин | женщины | женщинам | девушек | пожилых | молодежь | \
                пенсионеров | men | women | male | males | female | females | elderly | teenagers | seniors",
        },
        (
            "пол и возраст клиентов не записаны; передавайте их признаками клиента, и по ним можно будет спрашивать",
            "the gender and age of customers are not recorded; send them as attributes of customers, and they can be asked for",
        ),
        &[Metric::Customers],
    ),
    absent(
        "other_talk",
        Names {
            ru: "Это не о продажах",
            en: "That is not about sales",
            words: "который час | сколько сейчас времени | what time is it | what's the time | какое сегодня число | what's the date today | what day is it | \
                election | elections | политика | politics | кто победил | кто выиграл | счет матча | матч | who won the match | чемпионат | world cup | \
                celebrity | знаменитости | посоветуй фильм | посоветуй книгу | сериал | netflix | tell me a story | bedtime story | \
                загадка | загадку | riddle | сыграем | play a game | let's play | напиши письмо маме | сделай домашку | homework | домашнее задание | solve | equation | уравнение | стихотворение | стихи | стих | поэма | анекдот | шутка | шутку | пошути | рецепт | переведи | перевод | \
                сказка | сказку | песня | песню | сочинение | столица | столицы | президент | гороскоп | фильм | \
                кино | футбол | реши уравнение | напиши код | напиши программу | python | смысл жизни | poem | joke | \
                jokes | recipe | translate | translation | capital of | president | horoscope | movie | football | \
                write code | verse | a verse | program in | song | lyrics | essay | meaning of life | who won",
        },
        (
            "я отвечаю только на вопросы о ваших продажах и клиентах",
            "I answer questions about your sales and customers only",
        ),
        &[],
    ),
];
