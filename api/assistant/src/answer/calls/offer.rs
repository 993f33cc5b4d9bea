//! What to offer to a customer: what was bought before and is due, and what is new.

use serde::Deserialize;

use super::tell;
use crate::answer::{Answer, Chart, Context};
use crate::language::Language;

/// What `/v1/customers/{id}/offers` answers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Offers {
    /// Products that the customer bought before.
    #[serde(default)]
    pub repeat: Vec<Offer>,
    /// Products that the customer never bought.
    #[serde(default)]
    pub new: Vec<Offer>,
}

/// A product to offer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Offer {
    /// Its id.
    pub product_id: String,
    /// Its name.
    #[serde(default)]
    pub product: Option<String>,
    /// The probability that the next purchase has it.
    pub score: f64,
    /// Why, in a sentence.
    #[serde(default)]
    pub reason: String,
}

/// The answer; `customer` is what the customer is called.
pub fn write(customer: &str, offers: &Offers, context: &Context<'_>) -> Answer {
    let language = context.language;
    let customer = tell::quoted(customer, language);
    if offers.repeat.is_empty() && offers.new.is_empty() {
        let text = match language {
            Language::Ru => format!("Клиенту {customer} предложить пока нечего: покупок слишком мало."),
            Language::En => format!("There is nothing to offer to {customer} yet: there are too few purchases."),
        };
        return tell::answer(vec![text], Chart::None, None, language);
    }
    let mut lines = vec![match language {
        Language::Ru => format!("Что предложить клиенту {customer}:"),
        Language::En => format!("What to offer to {customer}:"),
    }];
    for (offers, title) in [
        (&offers.repeat, language.pick("Из того, что уже покупал:", "Of what was bought before:")),
        (&offers.new, language.pick("Новое:", "New:")),
    ] {
        if !offers.is_empty() {
            lines.push(title.to_owned());
            lines.extend(tell::rows(offers, language, |offer| line(offer, language)));
        }
    }
    tell::answer(lines, Chart::None, Some(("Расскажи о нём", "Tell me about them")), language)
}

fn line(offer: &Offer, language: Language) -> String {
    let name = tell::named(offer.product.as_deref(), &offer.product_id, language);
    let chance = tell::chance(offer.score, language).map_or_else(String::new, |chance| match language {
        Language::Ru => format!(", вероятность в следующей покупке {chance}"),
        Language::En => format!(", {chance} likely in the next purchase"),
    });
    let reason = offer.reason.trim().trim_end_matches('.');
    let reason = if reason.is_empty() { String::new() } else { format!(". {reason}") };
    format!("{name}{chance}{reason}.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(json: &str, language: Language) -> String {
        let context =
            Context { language, currency: "GBP", other_currencies: &[], recorded: None, zone: chrono_tz::Tz::UTC };
        write("Анна", &serde_json::from_str(json).unwrap(), &context).text.replace('\u{a0}', " ")
    }

    #[test]
    fn offers_are_told_with_their_reason() {
        let json = r#"{"repeat": [{"product_id": "P1", "product": "Чай", "score": 0.41, "reason": "Покупает раз в месяц."}],
            "new": [{"product_id": "P2", "product": null, "score": 0.05, "reason": ""}]}"#;
        assert_eq!(
            told(json, Language::Ru),
            "Что предложить клиенту «Анна»:\nИз того, что уже покупал:\n1. «Чай» (P1), вероятность в следующей покупке 41 %. \
             Покупает раз в месяц.\nНовое:\n1. P2, вероятность в следующей покупке 5 %."
        );
        assert!(told(json, Language::En).contains("New:\n1. P2, 5% likely in the next purchase."));
        assert!(told("{}", Language::Ru).contains("пока нечего"));
        assert!(told("{}", Language::En).contains("nothing to offer"));
    }
}
