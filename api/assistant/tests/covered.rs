//! Every word of a question is in the plan, or is asked back about: what is left out would make the answer one to another question.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;

use kupets_assistant::language::Language;
use kupets_assistant::parser::{Asked, Outcome, Parsed, read};
use kupets_semantic::catalogue::Dimension;
use kupets_semantic::find::NamedDay;
use kupets_semantic::period::{Calendar, Rule, Unit};
use kupets_semantic::values::ValueIndex;

fn index() -> ValueIndex {
    let mut index = harness::shop(&["United Kingdom", "Germany", "France", "Norway", "Spain"]);
    index.insert_attribute("loyalty_tier");
    for (key, name) in [
        ("85123A", "WHITE HANGING HEART T-LIGHT HOLDER"),
        ("20902", "VINTAGE KEEPSAKE BOX PARIS DAYS"),
        ("22423", "REGENCY CAKESTAND"),
        ("10002", "lamp"),
    ] {
        index.insert_weighted(Dimension::Product, key, Some(name), 100);
    }
    index.insert(Dimension::Product, "22423", Some("mailout"));
    index.insert(Dimension::Product, "22423", Some("REGENCY CAKESTAND"));
    index.insert_weighted(Dimension::Product, "85123a", Some("WHITE HANGING HEART T-LIGHT HOLDER"), 1);
    index
}

fn ask(question: &str) -> Parsed {
    harness::ask(question, &index())
}

/// Metrics, dimensions, filters, the number of rows and the first day of a plan.
fn told(question: &str) -> String {
    let parsed = ask(question);
    let Outcome::Plan { plan, .. } = &parsed.outcome else { return parsed.source().to_owned() };
    let mut told = harness::metrics(plan) + &harness::keys_and_filters(plan);
    if let Some(grain) = plan.grain {
        told += &format!(" each {grain:?}");
    }
    if let Some(unit) = plan.average_per {
        told += &format!(" average per {unit:?}");
    }
    if plan.share {
        told += " share";
    }
    if let Some(limit) = plan.limit {
        told += &format!(" top {limit}");
    }
    if plan.limit_each {
        told += " of each";
    }
    if plan.together {
        told += " together";
    }
    told
}

fn hold(expected: &str, questions: &[&str]) {
    harness::hold(expected, questions, told);
}

#[test]
fn what_no_plan_has_is_asked_back() {
    hold(
        "clarify",
        &[
            // Counting keys, statistics, ranks.
            "сколько стран купили в октябре",
            "how many countries bought in October",
            "медианный чек за октябрь",
            "moving average of revenue in October",
            "where does France rank by revenue",
            "во сколько раз выручка Германии больше Франции",
            // What somebody did not do.
            "customers who didn't buy in October",
            "клиенты без возвратов",
            // "No" is the code of Norway, in capital letters only.
            "products with no sales in October",
            // Two figures side by side that nothing joins, prices, sets of weekdays.
            "товары дороже 50 рублей",
            "сравни выходные и будни по выручке",
            "возвраты средний чек за октябрь",
            // A value of nothing known, a name that is only a word of a longer one.
            "продажи через маркетплейсы в октябре",
            "overseas sales in October",
            "revenue on Boxing Day",
            "выручка за рубежом в октябре",
            "revenue of product 5 last month",
        ],
    );
}

#[test]
fn a_call_that_takes_no_filter_is_not_made_without_it() {
    hold("clarify", &["churn risk in Germany", "сегменты клиентов Франции", "прогноз выручки на выходные по вечерам"]);
    let parsed = ask("churn risk in Germany");
    assert_eq!(parsed.choices.len(), 1, "the answer for the whole shop is offered: {:?}", parsed.choices);
}

#[test]
fn what_explains_a_part_of_the_shop_is_about_that_part() {
    let parsed = ask("why did Germany's revenue drop in October");
    let plan = parsed.plan().unwrap();
    let calendar = Calendar::new(harness::now(), harness::ZONE);
    kupets_semantic::compile::call(plan, &calendar).unwrap();
    assert_eq!(kupets_semantic::compile::explained_filters(plan).len(), 1);
}

#[test]
fn a_word_for_a_thing_is_no_word_for_selling_it() {
    // "Bag" is no "bagged", "clock" no "clocked", "ship" no "shipped": what is asked for is a thing that is not sold here.
    hold(
        "clarify",
        &[
            "bag revenue in October",
            "clock units in October",
            "book sales in October",
            "ship revenue in October",
            "выручка по карточкам в октябре",
            "топ-3 зарубежных рынка по выручке",
        ],
    );
}

#[test]
fn a_period_that_is_meant_and_not_said_is_asked_back() {
    hold(
        "clarify",
        &[
            "выручка за отчётный период",
            "revenue for the reporting period",
            "revenue these days",
            "выручка в том году",
            "выручка на новый год",
            "revenue the same month last year",
            "выручка неделей раньше",
            "на сколько выросла выручка по сравнению с октябрём",
            "выручка с 9 до 12",
            "заказы после 15:30 в октябре",
        ],
    );
}

#[test]
fn a_bound_is_on_what_stands_beside_it() {
    hold(
        "customers by attributes.country [customers AtLeast 51]",
        &["страны, в которых не менее 51 клиентов", "countries with at least 51 customers"],
    );
    hold(
        "orders by customer [orders AtLeast 5]",
        &["customers with 5+ orders", "клиенты, у которых хотя бы 5 заказов"],
    );
    hold("orders by customer [orders In 1]", &["кто купил только один раз", "customers with a single purchase"]);
    hold("refunds by product [refunds More 500]", &["товары с возвратами на сумму свыше 500"]);
    hold("refunds by product [refunds More 0]", &["товары с возвратами", "products with refunds"]);
    hold(
        "revenue by product [revenue AtLeast 1000] [revenue AtMost 2000]",
        &["товары с выручкой от 1000 до 2000", "products with revenue between 1000 and 2000"],
    );
    hold("revenue [orders More 5]", &["revenue from customers with more than 5 orders"]);
}

#[test]
fn names_are_taken_where_they_are_meant() {
    hold("revenue [product In 22423]", &["выручка 22423 за октябрь", "22423 revenue in October"]);
    // Typed in small letters it is the one that is sold, not the one of one line.
    hold("revenue [product In 85123A]", &["85123a revenue in October"]);
    // A plain word that names a product, and one that a product was called before it got its name.
    hold("revenue [product In 10002]", &["lamp revenue in October"]);
    hold("clarify", &["mailout revenue in October"]);
    hold(
        "orders [attributes.country In Germany]",
        &["сколько заказов сделали немцы", "how many orders did Germans make"],
    );
    hold("revenue by attributes.loyalty_tier", &["revenue by loyalty tier", "revenue by loyalty_tier in October"]);
}

#[test]
fn a_misspelt_word_is_told_and_never_refuses() {
    let parsed = ask("врыучка за октябрь");
    let plan = parsed.plan().unwrap();
    assert!(plan.assumed.iter().any(|text| text.contains("врыучка")), "{:?}", plan.assumed);
    hold("clarify", &["сумка заказов за октябрь", "how many older last week"]);
}

#[test]
fn follow_ups_correct_add_and_refer() {
    hold("revenue [attributes.country In France,Spain]", &["выручка Франции за октябрь || добавь Испанию"]);
    hold(
        "revenue by attributes.country [attributes.country In France,Spain]",
        &["France revenue || compare with Spain"],
    );
    hold("revenue [customer In 17850]", &["tell me about customer 17850 || how much did he spend this year"]);
    hold("revenue [customer_kind In new]", &["сколько новых клиентов в октябре || сколько они потратили"]);
    hold("orders", &["revenue in October || sorry, I meant orders", "выручка за октябрь || нет, заказы"]);
    hold("revenue", &["выручка Франции за октябрь || убери фильтр по стране"]);
    let period = |question: &str| ask(question).plan().unwrap().period.label.clone();
    assert_eq!(period("orders last week || and the week before that?"), "Nov 9–15, 2026");
    assert_eq!(period("выручка за октябрь || а год назад?"), "1–31 октября 2025");
}

#[test]
fn an_answer_to_a_question_back_completes_it() {
    let values = index();
    let calendar = Calendar::new(harness::now(), harness::ZONE);
    let read = |question, asked_back| {
        let asked =
            Asked { question, fallback: Language::Ru, previous: None, calendar: &calendar, values: &values, days: &[] };
        read(&asked, Some(asked_back))
    };
    // A part of a question goes with the one before; a word that was not understood gives way to the new one.
    for (asked_back, question, metric, filters) in [
        ("выручка с 5 по 20", "октября", "revenue", 0),
        ("топ товаров", "по штукам", "units", 0),
        ("выручка по стране Нарния", "Франция", "revenue", 1),
        ("выручка по стране Нарния", "сколько заказов было вчера", "orders", 0),
    ] {
        let parsed = read(question, asked_back);
        let plan = parsed.plan().unwrap_or_else(|| panic!("{asked_back}, {question}: {:?}", parsed.outcome));
        assert_eq!((plan.metric().name(), plan.filters.len()), (metric, filters), "{asked_back}, {question}");
    }
}

#[test]
fn a_question_that_takes_a_change_for_granted_says_which() {
    let way = |question: &str| ask(question).plan().unwrap().order.as_ref().map(|order| order.descending);
    assert_eq!(way("почему упала выручка в октябре"), Some(false));
    assert_eq!(way("why did revenue go up in October"), Some(true));
    assert_eq!(way("почему такая выручка в октябре"), None);
}

#[test]
fn what_a_forecast_does_not_tell_is_asked_back() {
    hold(
        "clarify",
        &[
            "which product will sell best next month",
            "какая страна принесёт больше всего в следующем месяце",
            "who will buy next month",
            "кто купит в декабре",
            "какие клиенты купят в следующем месяце",
            "прогноз заказов больше 1000",
            "forecast orders over 100",
            "прогноз выручки по Германии на полгода",
            "прогноз по товарам на месяц",
        ],
    );
}

#[test]
fn what_only_looks_like_a_plan_is_asked_back() {
    hold(
        "clarify",
        &[
            // A part of as many as there are is no number of rows, and two lists are no pairs.
            "топ-10% товаров",
            "top 5% customers by revenue this year",
            "топ 3 страны и топ 3 товара за октябрь",
            // In either of two months, or in both.
            "сколько клиентов купили и в сентябре, и в октябре",
            "customers who bought in September and in October",
            // Two countries, and no two months.
            "почему в Германии больше заказов, чем во Франции",
            // Goods, and no people.
            "какие товары перестали покупать",
            // What time is meant nobody says.
            "выручка в ночь на 1 ноября",
            "выручка в последние дни октября",
            "revenue in the last days of October",
            "выручка за сезон",
            "сравни август, сентябрь и октябрь",
            // A day, and no number of customers.
            "первая покупка клиента 17850",
            "revenue per new customer in October",
        ],
    );
}

#[test]
fn a_percentage_is_of_what_it_is_said_of() {
    hold("new_customers [attributes.country In Germany] share", &["доля Германии среди новых клиентов в октябре"]);
    hold("new_customers", &["рост новых клиентов в октябре в процентах"]);
    hold("revenue [revenue More 50000] each Day", &["в какие дни выручка была больше 50 тысяч в октябре"]);
}

#[test]
fn a_question_that_names_only_a_figure_continues_the_one_before() {
    let label = |question: &str| {
        let parsed = ask(question);
        let plan = parsed.plan().unwrap_or_else(|| panic!("{question}: {:?}", parsed.outcome));
        (plan.metrics[0].name().to_owned(), plan.period.from)
    };
    let october = label("сколько заказов в октябре").1;
    for question in [
        "сколько заказов в октябре || на какую сумму?",
        "сколько заказов в октябре || и на какую сумму",
        "how many orders in October || and the revenue?",
    ] {
        assert_eq!(label(question), ("revenue".to_owned(), october), "{question}");
    }
    hold("revenue,orders by attributes.country", &["revenue by country in October || sort by orders"]);
    let offer = ask("расскажи о клиенте 17850 || что ему предложить");
    assert_eq!(offer.plan().unwrap().filters.len(), 1, "{:?}", offer.outcome);
    hold("revenue,orders by attributes.country", &["выручка по странам за октябрь || добавь заказы"]);
    hold(
        "clarify",
        &[
            "топ 5 товаров по возвратам за октябрь || кто их возвращает?",
            // Words that change nothing, and people whom the advice would leave out.
            "how many orders in October || and their value?",
            "top 5 customers in October || what should we offer them?",
        ],
    );
    let offer = ask("tell me about customer 17850 || and what should I sell him?");
    assert_eq!(offer.plan().unwrap().intent, kupets_semantic::plan::Intent::Offer);
}

#[test]
fn nobody_is_counted_by_themselves() {
    for question in [
        "топ 5 клиентов по выручке за октябрь || сколько клиентов",
        "top 5 customers by revenue in October || how many customers",
    ] {
        let parsed = ask(question);
        assert!(!matches!(parsed.outcome, Outcome::Unsupported { .. }), "{question}: {:?}", parsed.outcome);
        for plan in parsed.plan().into_iter().chain(parsed.choices.iter().map(|choice| &choice.plan)) {
            assert_eq!(plan.counted_by_itself(), None, "{question}: {plan:?}");
        }
    }
}

#[test]
fn a_day_with_a_name_is_no_step_of_many() {
    let values = index();
    let calendar = Calendar::new(harness::now(), harness::ZONE);
    let names = vec!["день рождения магазина".into(), "день открытия".into()];
    let days = [NamedDay { names, rule: Rule::Fixed { from: (6, 10), to: (6, 12) } }];
    let fallback = Language::Ru;
    for (question, average, label) in [
        ("заказы в день рождения магазина", None, "10–12 июня 2026"),
        ("сколько заказов было в день рождения магазина", None, "10–12 июня 2026"),
        ("выручка в день открытия", None, "10–12 июня 2026"),
        ("заказы в день за октябрь", Some(Unit::Day), "1–31 октября 2026"),
    ] {
        let asked = Asked { question, fallback, previous: None, calendar: &calendar, values: &values, days: &days };
        let parsed = read(&asked, None);
        let plan = parsed.plan().unwrap_or_else(|| panic!("{question}: {:?}", parsed.outcome));
        assert_eq!((plan.average_per, plan.period.label.as_str()), (average, label), "{question}");
    }
}

#[test]
fn an_average_over_steps_is_one_of_them() {
    hold(
        "orders average per Week",
        &[
            "average weekly orders in October",
            "in a typical week of October, how many orders do we get",
            "how many orders a week on average in October",
            "mean number of orders per week in October",
            "среднее число заказов в неделю в октябре",
            "средненедельное количество заказов за октябрь",
            "сколько заказов в среднем за неделю в октябре",
        ],
    );
    hold(
        "revenue average per Day",
        &[
            "average daily revenue in October",
            "how much do we make per day on average in October",
            "daily average revenue for October",
            "выручка в среднем за день в октябре",
            "среднедневная выручка октября",
            "выручка за октябрь || а в среднем за день?",
            "revenue in October || per day on average",
        ],
    );
    hold(
        "new_customers average per Month",
        &["how many new customers a month this year", "сколько новых клиентов в месяц в этом году"],
    );
    hold(
        "orders by weekday average per Day",
        &["average orders by weekday in October", "среднее количество заказов по дням недели"],
    );
    // A quotient is one already, whatever the step; a day that is over is no step.
    hold("average_order each Week", &["average order per week in October", "средний чек по неделям за октябрь"]);
    hold("clarify", &["сколько заказов в день открытия"]);
    // Which whole steps it is of is told.
    let parsed = ask("average weekly orders in October");
    assert!(parsed.plan().unwrap().assumed.iter().any(|text| text.contains("Oct 5–25")), "{:?}", parsed.outcome);
}

#[test]
fn the_best_of_each_group_are_so_many_of_each() {
    hold(
        "revenue by attributes.country by product top 3 of each",
        &[
            "top 3 products in each country",
            "for every country the three best products",
            "топ-3 товара в каждой стране",
            "по 3 лучших товара по каждой стране",
        ],
    );
    hold(
        "revenue by customer each Month top 1 of each",
        &["best customer of each month this year", "лучший клиент каждого месяца этого года"],
    );
    hold(
        "units by weekday by product top 1 of each",
        &[
            "for each weekday the product that sold the most units",
            "самый продаваемый в штуках товар для каждого дня недели",
        ],
    );
    hold(
        "revenue by attributes.country by product [attributes.country In Germany,France] top 2 of each",
        &["top 2 products in each of Germany and France", "топ-2 товара отдельно в Германии и отдельно во Франции"],
    );
}

#[test]
fn a_share_of_the_best_is_one_number() {
    hold(
        "revenue by customer share top 2 together",
        &[
            "доля двух крупнейших клиентов в выручке октября",
            "what share of revenue do the two largest customers make",
            "какую долю выручки дают два крупнейших клиента",
        ],
    );
    hold("revenue by customer top 5 together", &["how much did the top 5 customers spend together in October"]);
    // A list with shares stays a list.
    hold("revenue by attributes.country share top 2", &["top 2 countries with their share of revenue"]);
}

#[test]
fn a_period_named_without_its_noun_is_the_one_before() {
    let before = |question: &str| ask(question).plan().unwrap().compared_with.clone().unwrap().label;
    assert_eq!(before("эта неделя лучше прошлой?"), "16–18 ноября 2026, до 12:00");
    assert_eq!(before("how much worse is this month than the last"), "Oct 1–25, 2026, until 12:00");
    assert_eq!(before("прошлая неделя по выручке хуже позапрошлой"), "9–15 ноября 2026");
    let change = ask("explain the change in revenue between September and October");
    let plan = change.plan().unwrap();
    assert_eq!(plan.period.label, "Oct 1–31, 2026");
    assert_eq!(plan.compared_with.as_ref().unwrap().label, "Sep 1–30, 2026");
}

#[test]
fn words_that_only_sound_like_others_are_no_others() {
    // What sold more is no advice, what came is no change, and what was lost is no segment.
    hold(
        "revenue",
        &["did we sell more in October than in September", "how did we do yesterday", "как отработали вчера"],
    );
    hold("new_customers", &["how many first-time buyers have we picked up since October"]);
    hold("revenue by product", &["which products lost the most revenue in October"]);
    hold("refunds by product top 1", &["which product had the highest refund value this year"]);
    // A word for the thing before its own name.
    hold(
        "units [product In 85123A]",
        &["сколько подсвечников WHITE HANGING HEART T-LIGHT HOLDER продали в октябре, штук"],
    );
}
