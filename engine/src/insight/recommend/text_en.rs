//! The sentences in English.

use kupets_analytics::recommend::{Falsifier, Kind, Method, Reason, Why};

use super::{
    figures::{days, en, money, number, percent, whole},
    sentences::{CUSTOMER, Told, Words},
};
use crate::insight::{Language, words as common};

const LANGUAGE: Language = Language::En;
const DAYS: [&str; 2] = ["day", "days"];
const CUSTOMERS: [&str; 2] = ["customer", "customers"];
const WEEKDAYS: [&str; 7] = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];

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

/// A default segment in words; a name that the workspace gave is as it is.
fn segment(name: &str) -> String {
    if common::segment(name).is_some() { name.replace('_', " ") } else { name.to_owned() }
}

fn title(told: &Told<'_>) -> String {
    match &told.one.why {
        Why::WinBack { segment: number, customers, .. } => {
            format!(
                "Win back {} of the segment “{}”",
                en((*customers).into(), CUSTOMERS),
                segment(told.segment(*number))
            )
        }
        Why::SecondPurchase { customers, .. } => {
            format!("Ask {} back for a second purchase", en((*customers).into(), CUSTOMERS))
        }
        Why::CrossSellBundle { .. } => format!("Offer “{}” to buyers of “{}”", told.product(1), told.product(0)),
        Why::ReorderDue { customers, .. } => {
            format!("Remind {} of “{}”", en((*customers).into(), CUSTOMERS), told.product(0))
        }
        Why::PriceLeak { .. } => format!("Review the discount on “{}”", told.product(0)),
        Why::PromoteProduct { .. } => format!("Show “{}” to more customers", told.product(0)),
        Why::DropProduct { .. } => format!("Consider taking out “{}”", told.product(0)),
        Why::AtRiskKeyCustomer { .. } => format!("Talk to {CUSTOMER}, a key customer who stays away"),
        Why::BestContactTime { weekday, hour, .. } => {
            format!("Write on {} at {hour}:00", WEEKDAYS[usize::from(*weekday % 7)])
        }
        Why::StockOut { .. } => format!("Check whether “{}” is in stock", told.product(0)),
    }
}

fn reason(told: &Told<'_>) -> String {
    let cash = |units: i128| money(units, told.currency, LANGUAGE);
    let span = |value: f64| en(days(value), DAYS);
    match &told.one.why {
        Why::WinBack { silent_days, every_days, orders_value, .. } => format!(
            "They usually order every {} and have been silent for {} (medians), each for more than three of their own gaps. An \
             average order of each of them comes to {} together.",
            span(*every_days),
            span(*silent_days),
            cash(*orders_value)
        ),
        Why::SecondPurchase { customers, came_back, of, median_days } => format!(
            "{} of {} came back ({}), half of them within {} of their first order. {} of those with one order so far {} at \
             the age at which most come back.",
            count(*came_back),
            en((*of).into(), CUSTOMERS),
            share(f64::from(*came_back) / f64::from((*of).max(1))),
            span(*median_days),
            count(*customers),
            if *customers == 1 { "is" } else { "are" },
        ),
        Why::CrossSellBundle { counts, customers } => format!(
            "Of {} orders {} have “{}”, {} have “{}”, and {} have both: {} times as many as by chance. {} bought the first \
             and never the second.",
            count(counts.baskets),
            count(counts.antecedent),
            told.product(0),
            count(counts.consequent),
            told.product(1),
            count(counts.both),
            number(counts.lift(), 1, LANGUAGE),
            en((*customers).into(), CUSTOMERS)
        ),
        Why::ReorderDue { every_days, silent_days, .. } => format!(
            "They buy it every {} and did so {} ago (medians): it is used up or nearly so.",
            span(*every_days),
            span(*silent_days)
        ),
        Why::PriceLeak { discount, discount_before, units, units_before } => format!(
            "In the last {} it sold {} below its usual price, in the {} before {} below. It sold {} instead of {}: too few \
             more to pay for it.",
            en(told.period(), DAYS),
            share(*discount),
            en(told.period(), DAYS),
            share(*discount_before),
            en((*units).into(), ["unit", "units"]),
            count(*units_before)
        ),
        Why::PromoteProduct { buyers, repeat_buyers, usual_share } => format!(
            "{} of its {} bought it again on another day ({}); of the buyers of all products {} do.",
            count(*repeat_buyers),
            en((*buyers).into(), ["buyer", "buyers"]),
            share(f64::from(*repeat_buyers) / f64::from((*buyers).max(1))),
            share(*usual_share)
        ),
        Why::DropProduct { revenue, revenue_before, share: part } => format!(
            "It brought {} in the last {} after {} in the {} before: {} of all sales.",
            cash((*revenue).into()),
            en(told.period(), DAYS),
            cash((*revenue_before).into()),
            en(told.period(), DAYS),
            share(*part)
        ),
        Why::AtRiskKeyCustomer { revenue, share: part, silent_days, every_days } => format!(
            "They spent {} so far, {} of all revenue, and usually order every {}. The last order was {} ago.",
            cash((*revenue).into()),
            share(*part),
            span(*every_days),
            span(*silent_days)
        ),
        Why::BestContactTime { orders, of, .. } => format!(
            "{} of {} fall into this hour of the week ({}), more than into any other.",
            count(*orders),
            en((*of).into(), ["order", "orders"]),
            share(f64::from(*orders) / f64::from((*of).max(1)))
        ),
        Why::StockOut { silent_days, rate, shop, category, season, probability } => format!(
            "Nobody has bought it for {}, after {} orders a day before; the shop went on at {} of its pace{}. {}. By chance \
             alone that happens with a probability of {}.",
            en((*silent_days).into(), DAYS),
            number(*rate, 1, LANGUAGE),
            share(*shop),
            category.map_or_else(String::new, |pace| format!(", the rest of its category at {}", share(pace))),
            season.map_or_else(
                || "How it sold in these days a year ago is not known".to_owned(),
                |pace| format!("A year ago it sold in these days at {} of its pace before", share(pace))
            ),
            chance(*probability)
        ),
    }
}

/// A probability; what is smaller than can be read is told as a bound.
fn chance(probability: f64) -> String {
    if probability < 0.000_1 { format!("less than {}", share(0.000_1)) } else { share(probability) }
}

fn estimate(told: &Told<'_>) -> String {
    let over = en(told.one.effect.days.into(), DAYS);
    match told.one.effect.method {
        Method::AssumedResponse => format!(
            "The value of an order of each customer, times an assumed response of those who are asked, over {over}. What is \
             measured against a hold-out will take the place of the assumption."
        ),
        Method::MeasuredResponse => format!(
            "The value of an order of each customer, times the response that was measured against customers held out, over \
             {over}."
        ),
        Method::Accounting => {
            format!("The discount beyond that of before, less what the additional units brought, for {over}.")
        }
        Method::SalesRate => format!("What it sold a day before, for {over} at the shop's present pace."),
        Method::Bounds => {
            format!("What keeping it costs is not known. At worst its present sales of {over} are missing.")
        }
        Method::None => "Not a matter of money by itself: nothing is estimated.".to_owned(),
    }
}

fn falsified_by(told: &Told<'_>) -> String {
    let cash = |units: i128| money(units, told.currency, LANGUAGE);
    let one = matches!(told.one.why, Why::AtRiskKeyCustomer { .. });
    match told.one.falsified_by {
        Falsifier::OrderUnasked { days, .. } if one => {
            format!("They order within {} without being asked.", en(days.into(), DAYS))
        }
        Falsifier::OrderUnasked { share: part, days } => format!(
            "More than {} of those who are not asked order within {} all the same.",
            share(part),
            en(days.into(), DAYS)
        ),
        Falsifier::LiftVanishes { lift } => format!(
            "New orders hold both no oftener than by chance: {} times as often now, 1 then.",
            number(lift, 1, LANGUAGE)
        ),
        Falsifier::UnitsReach { units } => format!(
            "It sells {} or more in {}: then the discount pays.",
            en(units.into(), ["unit", "units"]),
            en(told.period(), DAYS)
        ),
        Falsifier::RepeatShareFalls { share: part } => {
            format!("The share of its buyers who come back falls to {}, that of all products.", share(part))
        }
        Falsifier::RevenueReaches { revenue } => {
            format!("It brings {} or more in {} again.", cash(revenue.into()), en(told.period(), DAYS))
        }
        Falsifier::HourShareFalls { share: part } => {
            format!("Another hour leads among the next orders, or this one has no more than {} of them.", share(part))
        }
        Falsifier::SoldAgain { days } => {
            format!("It is on the shelf, or sells within {} although nobody did anything.", en(days.into(), DAYS))
        }
    }
}

/// Why a kind has none.
pub(super) fn none(kind: Kind, reason: Option<Reason>) -> String {
    match reason {
        None => "All that there is was decided on already.".to_owned(),
        Some(Reason::NoFacts) => match kind {
            Kind::ReorderDue => "Nobody buys a product again and again, or nobody of them is due.",
            Kind::CrossSellBundle => "No two products are bought together oftener than by chance.",
            Kind::BestContactTime => "There are no orders of the last year whose hour is known.",
            Kind::PriceLeak | Kind::DropProduct => "Nothing was sold in the last eight weeks.",
            Kind::StockOut => "No product sold lately.",
            _ => "There are no orders of known customers.",
        }
        .to_owned(),
        Some(Reason::TooFew { have, need }) => {
            let what = match kind {
                Kind::SecondPurchase => "customers who came back",
                Kind::StockOut => "sales of the best-selling product",
                Kind::PromoteProduct => "buyers",
                Kind::BestContactTime => "orders",
                _ => "customers",
            };
            format!("There are too few {what} to tell anything: {} of {}.", count(have), count(need))
        }
        Some(Reason::NothingFound) => "Nothing calls for action.".to_owned(),
    }
}
