//! The sentences in Russian.

use kupets_analytics::recommend::{Falsifier, Kind, Method, Reason, Why};

use super::{
    figures::{days, money, number, percent, ru, whole},
    sentences::{CUSTOMER, Told, Words},
};
use crate::insight::{Language, words as common};

const LANGUAGE: Language = Language::Ru;
const DAYS: [&str; 3] = ["день", "дня", "дней"];
/// Of so many days.
const OF_DAYS: [&str; 3] = ["дня", "дней", "дней"];
/// Whom to call, and of how many.
const CUSTOMERS: [&str; 3] = ["клиента", "клиентов", "клиентов"];
const WEEKDAYS: [&str; 7] =
    ["по понедельникам", "по вторникам", "по средам", "по четвергам", "по пятницам", "по субботам", "по воскресеньям"];

fn count(number: u32) -> String {
    whole(number.into(), LANGUAGE)
}

fn share(value: f64) -> String {
    percent(value, LANGUAGE)
}

/// All sentences of a recommendation.
pub(super) fn words(told: &Told<'_>) -> Words {
    Words { title: title(told), reason: reason(told), estimate: estimate(told), falsified_by: falsified_by(told) }
}

fn segment(name: &str) -> &str {
    common::segment(name).unwrap_or(name)
}

fn title(told: &Told<'_>) -> String {
    match &told.one.why {
        Why::WinBack { segment: number, customers, .. } => {
            format!("Верните {} сегмента «{}»", ru((*customers).into(), CUSTOMERS), segment(told.segment(*number)))
        }
        Why::SecondPurchase { customers, .. } => {
            format!("Позовите {} за второй покупкой", ru((*customers).into(), CUSTOMERS))
        }
        Why::CrossSellBundle { .. } => format!("Предложите «{}» покупателям «{}»", told.product(1), told.product(0)),
        Why::ReorderDue { customers, .. } => {
            format!(
                "Напомните о «{}»: {}",
                told.product(0),
                ru((*customers).into(), ["клиенту", "клиентам", "клиентам"])
            )
        }
        Why::PriceLeak { .. } => format!("Проверьте скидку на «{}»", told.product(0)),
        Why::PromoteProduct { .. } => format!("Покажите «{}» большему числу клиентов", told.product(0)),
        Why::DropProduct { .. } => format!("Подумайте, не убрать ли «{}»", told.product(0)),
        Why::AtRiskKeyCustomer { .. } => format!("Свяжитесь с ключевым клиентом: {CUSTOMER}"),
        Why::BestContactTime { weekday, hour, .. } => {
            format!("Пишите {} в {hour}:00", WEEKDAYS[usize::from(*weekday % 7)])
        }
        Why::StockOut { .. } => format!("Проверьте, есть ли в наличии «{}»", told.product(0)),
    }
}

fn reason(told: &Told<'_>) -> String {
    let cash = |units: i128| money(units, told.currency, LANGUAGE);
    let span = |value: f64| ru(days(value), DAYS);
    match &told.one.why {
        Why::WinBack { silent_days, every_days, orders_value, .. } => format!(
            "Обычно они покупают раз в {} и молчат уже {} (медианы): больше трёх своих обычных перерывов. По одному среднему \
             заказу от каждого, это вместе {}.",
            span(*every_days),
            span(*silent_days),
            cash(*orders_value)
        ),
        Why::SecondPurchase { customers, came_back, of, median_days } => format!(
            "Вернулись {} из {} ({}), половина из них не позже чем через {} после первого заказа. Ещё {} с одним заказом: \
             прошло столько времени, сколько обычно проходит до второго.",
            count(*came_back),
            ru((*of).into(), CUSTOMERS),
            share(f64::from(*came_back) / f64::from((*of).max(1))),
            span(*median_days),
            ru((*customers).into(), ["клиент", "клиента", "клиентов"]),
        ),
        Why::CrossSellBundle { counts, customers } => format!(
            "Из {} в {} есть «{}», в {} есть «{}», а оба сразу в {}: в {} раза больше случайного. Первое брали, а второе \
             ещё нет: {}.",
            ru(counts.baskets.into(), ["заказа", "заказов", "заказов"]),
            count(counts.antecedent),
            told.product(0),
            count(counts.consequent),
            told.product(1),
            count(counts.both),
            number(counts.lift(), 1, LANGUAGE),
            ru((*customers).into(), ["клиент", "клиента", "клиентов"])
        ),
        Why::ReorderDue { every_days, silent_days, .. } => format!(
            "Они берут это раз в {}, последний раз {} назад (медианы): запас кончился или почти кончился.",
            span(*every_days),
            span(*silent_days)
        ),
        Why::PriceLeak { discount, discount_before, units, units_before } => format!(
            "За последние {} товар продавался на {} дешевле обычного, за {} до того на {}. Продажи: {} вместо {}. Прирост \
             не окупил скидку.",
            ru(told.period(), DAYS),
            share(*discount),
            ru(told.period(), DAYS),
            share(*discount_before),
            ru((*units).into(), ["штука", "штуки", "штук"]),
            count(*units_before)
        ),
        Why::PromoteProduct { buyers, repeat_buyers, usual_share } => format!(
            "{} из {} взяли его снова в другой день ({}); в среднем по товарам возвращаются {}.",
            count(*repeat_buyers),
            ru((*buyers).into(), ["покупателя", "покупателей", "покупателей"]),
            share(f64::from(*repeat_buyers) / f64::from((*buyers).max(1))),
            share(*usual_share)
        ),
        Why::DropProduct { revenue, revenue_before, share: part } => format!(
            "За последние {} он принёс {} после {} за {} до того: {} всех продаж.",
            ru(told.period(), DAYS),
            cash((*revenue).into()),
            cash((*revenue_before).into()),
            ru(told.period(), DAYS),
            share(*part)
        ),
        Why::AtRiskKeyCustomer { revenue, share: part, silent_days, every_days } => format!(
            "Купил на {}, это {} всей выручки, и обычно заказывает раз в {}. Последний заказ был {} назад.",
            cash((*revenue).into()),
            share(*part),
            span(*every_days),
            span(*silent_days)
        ),
        Why::BestContactTime { orders, of, .. } => format!(
            "На этот час недели приходится {} из {} ({}), больше, чем на любой другой.",
            count(*orders),
            ru((*of).into(), ["заказа", "заказов", "заказов"]),
            share(f64::from(*orders) / f64::from((*of).max(1)))
        ),
        Why::StockOut { silent_days, rate, shop, category, season, probability } => format!(
            "Товар не покупают уже {}, а раньше было {} заказа с ним в день; магазин при этом торгует на {} прежнего темпа{}. {}. \
             Случайно такое бывает с вероятностью {}.",
            ru((*silent_days).into(), DAYS),
            number(*rate, 1, LANGUAGE),
            share(*shop),
            category.map_or_else(String::new, |pace| format!(", остальные товары его категории на {}", share(pace))),
            season.map_or_else(
                || "Как он продавался в эти дни год назад, неизвестно".to_owned(),
                |pace| format!("Год назад в эти дни он продавался на {} прежнего темпа", share(pace))
            ),
            chance(*probability)
        ),
    }
}

/// A probability; what is smaller than can be read is told as a bound.
fn chance(probability: f64) -> String {
    if probability < 0.000_1 { format!("меньше {}", share(0.000_1)) } else { share(probability) }
}

fn estimate(told: &Told<'_>) -> String {
    let over = ru(told.one.effect.days.into(), DAYS);
    match told.one.effect.method {
        Method::AssumedResponse => format!(
            "Стоимость заказа каждого клиента, умноженная на предполагаемую долю откликнувшихся, за {over}. Когда отклик будет \
             измерен по контрольной группе, он заменит предположение."
        ),
        Method::MeasuredResponse => format!(
            "Стоимость заказа каждого клиента, умноженная на отклик, измеренный по контрольной группе, за {over}."
        ),
        Method::Accounting => {
            format!("Скидка сверх прежней за вычетом того, что принесли дополнительные штуки, за {over}.")
        }
        Method::SalesRate => format!("Прежние продажи в день при нынешнем темпе магазина, за {over}."),
        Method::Bounds => {
            format!("Во что обходится этот товар, неизвестно. В худшем случае пропадут его нынешние продажи за {over}.")
        }
        Method::None => "Сама по себе не приносит денег: эффект не оценивается.".to_owned(),
    }
}

fn falsified_by(told: &Told<'_>) -> String {
    let cash = |units: i128| money(units, told.currency, LANGUAGE);
    let one = matches!(told.one.why, Why::AtRiskKeyCustomer { .. });
    match told.one.falsified_by {
        Falsifier::OrderUnasked { days, .. } if one => {
            format!("Клиент сделает заказ в течение {} без напоминания.", ru(days.into(), OF_DAYS))
        }
        Falsifier::OrderUnasked { share: part, days } => format!(
            "Больше {} тех, кому не напоминали, и так сделают заказ в течение {}.",
            share(part),
            ru(days.into(), OF_DAYS)
        ),
        Falsifier::LiftVanishes { lift } => format!(
            "В новых заказах оба товара встретятся вместе не чаще случайного: сейчас в {} раза чаще.",
            number(lift, 1, LANGUAGE)
        ),
        Falsifier::UnitsReach { units } => format!(
            "Будет продано не меньше {} за {}: тогда скидка окупается.",
            ru(units.into(), ["штуки", "штук", "штук"]),
            ru(told.period(), DAYS)
        ),
        Falsifier::RepeatShareFalls { share: part } => {
            format!("Доля покупателей, которые берут его снова, упадёт до средней по товарам: {}.", share(part))
        }
        Falsifier::RevenueReaches { revenue } => {
            format!("Товар снова принесёт не меньше {} за {}.", cash(revenue.into()), ru(told.period(), DAYS))
        }
        Falsifier::HourShareFalls { share: part } => {
            format!("Среди следующих заказов победит другой час, или на этот придётся не больше {}.", share(part))
        }
        Falsifier::SoldAgain { days } => {
            format!("Товар есть на полке или сам продастся в течение {}.", ru(days.into(), OF_DAYS))
        }
    }
}

/// Why a kind has none.
pub(super) fn none(kind: Kind, reason: Option<Reason>) -> String {
    match reason {
        None => "По всем уже принято решение.".to_owned(),
        Some(Reason::NoFacts) => match kind {
            Kind::ReorderDue => "Никто не берёт один товар снова и снова, или срок ещё не подошёл.",
            Kind::CrossSellBundle => "Нет товаров, которые берут вместе чаще случайного.",
            Kind::BestContactTime => "За последний год нет заказов, час которых известен.",
            Kind::PriceLeak | Kind::DropProduct => "За последние восемь недель ничего не продано.",
            Kind::StockOut => "В последнее время ничего не продавалось.",
            _ => "Нет заказов известных клиентов.",
        }
        .to_owned(),
        Some(Reason::TooFew { have, need }) => {
            let what = match kind {
                Kind::SecondPurchase => "вернувшихся клиентов",
                Kind::StockOut => "продаж самого ходового товара",
                Kind::PromoteProduct => "покупателей",
                Kind::BestContactTime => "заказов",
                _ => "клиентов",
            };
            format!("Слишком мало {what}, чтобы судить: {}, нужно {}.", count(have), count(need))
        }
        Some(Reason::NothingFound) => "Ничто не требует действий.".to_owned(),
    }
}
