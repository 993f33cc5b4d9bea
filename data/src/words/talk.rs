//! What interactions are about.

use crate::Locale;

/// An occasion to talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// A mailing to a new customer.
    Welcome,
    /// A mailing after which the customer buys.
    Offer,
    /// A mailing to a customer who has gone.
    WinBack,
    /// A question before buying.
    Question,
    /// A question about a delivery, after buying.
    Delivery,
    /// The shop asks how things went.
    Feedback,
    /// The customer is not content and will return a product.
    Complaint,
    /// The customer comes to the shop and then buys.
    Visit,
}

/// Everything fixed about an interaction.
pub(crate) struct Talk {
    pub kind: &'static str,
    pub channel: &'static str,
    pub direction: &'static str,
    pub subject: &'static str,
    pub body: &'static str,
    /// How it ends, the likeliest first.
    pub outcomes: [&'static str; 3],
    /// Whether a person of the shop takes part.
    pub agent: bool,
}

/// The words for an occasion.
pub(crate) fn talk(locale: Locale, topic: Topic) -> Talk {
    let ru = locale == Locale::Ru;
    let say = |r: &'static str, e: &'static str| if ru { r } else { e };
    let (kind, channel, direction, agent) = match topic {
        Topic::Welcome | Topic::Offer | Topic::WinBack => ("email", "email", "out", false),
        Topic::Question => ("chat", "web", "in", true),
        Topic::Delivery => ("call", "phone", "in", true),
        Topic::Feedback => ("call", "phone", "out", true),
        Topic::Complaint => ("chat", "web", "in", true),
        Topic::Visit => ("visit", "shop", "in", true),
    };
    let (subject, body, outcomes) = match topic {
        Topic::Welcome => (
            say("Добро пожаловать", "Welcome"),
            say(
                "Спасибо за регистрацию! Дарим скидку на первый заказ.",
                "Thank you for joining! Here is a discount on your first order.",
            ),
            ["opened", "delivered", "clicked"],
        ),
        Topic::Offer => (
            say("Подборка для вас", "Picked for you"),
            say("Новинки и то, что вы смотрели раньше.", "New arrivals and what you looked at before."),
            ["clicked", "opened", "clicked"],
        ),
        Topic::WinBack => (
            say("Мы скучаем", "We miss you"),
            say(
                "Давно не виделись. Возвращайтесь, у нас есть новости.",
                "It has been a while. Come back and see what is new.",
            ),
            ["delivered", "delivered", "unsubscribed"],
        ),
        Topic::Question => (
            say("Вопрос о товаре", "Question about a product"),
            say("Есть ли в наличии и когда доставите?", "Is it in stock, and when can you deliver?"),
            ["answered", "answered", "callback"],
        ),
        Topic::Delivery => (
            say("Где мой заказ", "Where is my order"),
            say("Клиент уточнил срок и адрес доставки.", "The customer asked about the delivery date and address."),
            ["resolved", "resolved", "escalated"],
        ),
        Topic::Feedback => (
            say("Как вам покупка", "How was your order"),
            say(
                "Спросили о впечатлениях, предложили карту лояльности.",
                "Asked for impressions and offered the loyalty card.",
            ),
            ["satisfied", "no_answer", "satisfied"],
        ),
        Topic::Complaint => (
            say("Возврат товара", "Returning a product"),
            say(
                "Товар не подошёл, клиент просит вернуть деньги.",
                "The product did not suit; the customer asks for the money back.",
            ),
            ["refund", "refund", "refund"],
        ),
        Topic::Visit => (
            say("Визит в магазин", "Visit to the shop"),
            say("Подобрали товары вместе с консультантом.", "Chose products together with an assistant."),
            ["purchase", "purchase", "purchase"],
        ),
    };
    Talk { kind, channel, direction, subject, body, outcomes, agent }
}
