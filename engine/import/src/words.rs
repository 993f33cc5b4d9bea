//! Statuses of purchases and kinds of lines, and the words that shops have for them, in English and Russian; statuses also in the
//! languages in which shops most often run.

/// Whether a purchase counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Status {
    /// Money was taken, or will be as usual.
    #[default]
    Completed,
    /// Not yet paid.
    Pending,
    /// Cancelled, failed or never paid.
    Cancelled,
}

impl Status {
    /// As the API writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
        }
    }

    /// What a shop's word says; none if it is not known.
    pub(super) fn read(text: &str) -> Option<Self> {
        find(&STATUSES, text)
    }

    /// What a shop's words say that may be its own, as in `Отказ клиента` and `Отправлен в ПВЗ`: by the words that they are made of.
    pub(super) fn read_loosely(text: &str) -> Option<Self> {
        Self::read(text).or_else(|| {
            let text = folded(text);
            let says = |stems: &[&str]| stems.iter().any(|stem| text.contains(stem));
            // What is not so is told by longer words than what is, and comes first.
            STATUS_STEMS.iter().find(|(_, stems)| says(stems)).map(|(status, _)| *status)
        })
    }
}

/// Whether a status says that all of an order was given back.
pub(super) fn is_refunded(text: &str) -> bool {
    let text = folded(text);
    let text = text.strip_prefix("wc ").unwrap_or(&text);
    let partly = ["part", "teil", "част"].iter().any(|stem| text.contains(stem));
    let stems = [
        "refunded",
        "returned",
        "возвращ",
        "возврат",
        "rückerstattet",
        "rembours",
        "reembols",
        "rimbors",
        "zwrócon",
        "terugbetaald",
        "повернен",
    ];
    !partly && stems.iter().any(|stem| text.contains(stem))
}

/// Whether a status says that a part of an order was given back, and not which.
pub(super) fn is_partly_refunded(text: &str) -> bool {
    let text = folded(text);
    let back = ["refund", "возвр", "erstattet", "rembours"].iter().any(|stem| text.contains(stem));
    back && ["part", "teil", "част"].iter().any(|stem| text.contains(stem))
}

/// What a row of a list of payments or receipts is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    /// Something was sold.
    Sale,
    /// What was sold came back, or its money went back; most files write such sums without a sign.
    Return,
    /// No sale: a fee, a payout, an authorisation.
    None,
}

impl Operation {
    /// What a shop's word says; none if it is not known.
    pub(super) fn read(text: &str) -> Option<Self> {
        find(&OPERATIONS, text)
    }
}

/// What stands for yes and no.
pub(super) fn truth(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "yes" | "y" | "true" | "1" | "да" | "истина" | "+" | "x" | "х" | "✓" | "ja" | "oui" | "si" | "sí" => {
            Some(true)
        }
        "no" | "n" | "false" | "0" | "нет" | "ложь" | "" | "nein" | "non" => Some(false),
        _ => None,
    }
}

/// Whether what stands for a customer says that there is none: a guest, or nothing at all.
pub(super) fn is_nobody(text: &str) -> bool {
    const WORDS: [&str; 26] = [
        "0",
        "guest",
        "guest customer",
        "guest user",
        "anonymous",
        "anonymous customer",
        "n/a",
        "na",
        "none",
        "null",
        "nan",
        "unknown",
        "not set",
        "no customer",
        "walk in",
        "walk in customer",
        "гость",
        "аноним",
        "нет",
        "не указан",
        "без покупателя",
        "розничный покупатель",
        "розничный клиент",
        "частное лицо",
        "физическое лицо",
        "gast",
    ];
    let text = folded(text);
    text.chars().all(|c| !c.is_alphanumeric()) || WORDS.contains(&text.as_str())
}

/// What a line of a purchase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ItemKind {
    /// Goods.
    #[default]
    Product,
    /// Work.
    Service,
    /// Delivery.
    Shipping,
    /// Money off.
    Discount,
    /// What is paid for payment, packing, handling.
    Fee,
    /// Tax on top of prices.
    Tax,
    /// A gift card, sold or paid with.
    GiftCard,
    /// What is known as a sum alone, such as a part of a payment that was given back.
    Other,
}

impl ItemKind {
    /// As the API writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Service => "service",
            Self::Shipping => "shipping",
            Self::Discount => "discount",
            Self::Fee => "fee",
            Self::Tax => "tax",
            Self::GiftCard => "gift_card",
            Self::Other => "other",
        }
    }

    /// What a shop's word says; none if it is not known.
    pub(super) fn read(text: &str) -> Option<Self> {
        find(&KINDS, text)
    }

    /// Whether its quantity and amount have one sign: what comes back has both negative.
    pub(super) fn has_signs(self) -> bool {
        matches!(self, Self::Product | Self::Service)
    }
}

/// A word as it is compared: without its case, `ё`, and what stands for a space.
fn folded(text: &str) -> String {
    let lower = text.trim().to_lowercase().replace('ё', "е").replace(['_', '-', '\u{a0}'], " ");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn find<T: Copy>(words: &[(T, &[&str])], text: &str) -> Option<T> {
    let text = folded(text);
    let text = text.strip_prefix("wc ").unwrap_or(&text);
    words.iter().find(|(_, words)| words.contains(&text)).map(|(value, _)| *value)
}

static STATUSES: [(Status, &[&str]); 3] = [
    (
        Status::Completed,
        &[
            "completed",
            "complete",
            "paid",
            "partially paid",
            "processing",
            "in progress",
            "confirmed",
            "shipped",
            "sent",
            "delivered",
            "fulfilled",
            "done",
            "closed",
            "succeeded",
            "success",
            "successful",
            "won",
            "refunded",
            "partially refunded",
            "returned",
            "завершен",
            "завершено",
            "завершена",
            "выполнен",
            "выполнено",
            "оплачен",
            "оплачено",
            "оплачена",
            "частично оплачен",
            "обрабатывается",
            "в обработке",
            "подтвержден",
            "отгружен",
            "отгружено",
            "отправлен",
            "отправлено",
            "доставлен",
            "доставлено",
            "доставляется",
            "получен",
            "получено",
            "выдан",
            "выдано",
            "закрыт",
            "закрыто",
            "успешно",
            "успешно реализовано",
            "сделка успешна",
            "реализован",
            "реализовано",
            "продажа",
            "возвращен",
            "возвращено",
            "возврат",
            "in transit",
            "out for delivery",
            "ready for pickup",
            "picked up",
            "awaiting fulfillment",
            "awaiting shipment",
            "awaiting pickup",
            "partially shipped",
            "partially fulfilled",
            "settled",
            "captured",
            "dispatched",
            "received",
            "ok",
            "accepted",
            "available",
            "approved",
            "disputed",
            "в пути",
            "в доставке",
            "готов к выдаче",
            "передан в доставку",
            "передан в службу доставки",
            "передан курьеру",
            "собран",
            "комплектуется",
            "принят",
            "вручен",
            "вручено",
            "выкуплен",
            "выкуплено",
            "частично возвращен",
            "abgeschlossen",
            "fertiggestellt",
            "in bearbeitung",
            "bezahlt",
            "versandt",
            "versendet",
            "zugestellt",
            "rückerstattet",
            "teilweise erstattet",
            "terminée",
            "terminé",
            "en cours",
            "payée",
            "payé",
            "expédiée",
            "livrée",
            "remboursée",
            "remboursé",
            "completado",
            "completada",
            "procesando",
            "pagado",
            "pagada",
            "enviado",
            "entregado",
            "reembolsado",
            "reembolsada",
            "completato",
            "in lavorazione",
            "pagato",
            "spedito",
            "consegnato",
            "rimborsato",
            "concluído",
            "concluido",
            "processando",
            "pago",
            "entregue",
            "zrealizowane",
            "zakończone",
            "w trakcie realizacji",
            "opłacone",
            "wysłane",
            "zwrócone",
            "afgerond",
            "voltooid",
            "in behandeling",
            "betaald",
            "verzonden",
            "terugbetaald",
            "виконано",
            "обробляється",
            "в обробці",
            "повернено",
        ],
    ),
    (
        Status::Pending,
        &[
            "pending",
            "pending payment",
            "payment pending",
            "awaiting payment",
            "awaiting processing",
            "unfulfilled",
            "not shipped",
            "unshipped",
            "unpaid",
            "not paid",
            "on hold",
            "authorized",
            "new",
            "open",
            "created",
            "draft",
            "checkout draft",
            "в ожидании",
            "в ожидании оплаты",
            "ожидает",
            "ожидает оплаты",
            "ожидает подтверждения",
            "ожидается оплата",
            "не оплачен",
            "не оплачено",
            "не оплачена",
            "неоплачен",
            "на удержании",
            "новый",
            "новая",
            "создан",
            "черновик",
            "в работе",
            "incomplete",
            "awaiting confirmation",
            "pending review",
            "under review",
            "requires payment",
            "на рассмотрении",
            "zahlung ausstehend",
            "ausstehend",
            "in wartestellung",
            "unbezahlt",
            "entwurf",
            "en attente",
            "en attente de paiement",
            "attente paiement",
            "brouillon",
            "pendiente",
            "pendiente de pago",
            "en espera",
            "borrador",
            "in attesa",
            "in attesa di pagamento",
            "in sospeso",
            "bozza",
            "pendente",
            "pagamento pendente",
            "aguardando",
            "aguardando pagamento",
            "rascunho",
            "oczekujące na płatność",
            "wstrzymane",
            "nieopłacone",
            "wachtend op betaling",
            "in afwachting van betaling",
            "in de wacht",
            "очікує оплати",
            "в очікуванні оплати",
            "на утриманні",
        ],
    ),
    (
        Status::Cancelled,
        &[
            "cancelled",
            "canceled",
            "failed",
            "voided",
            "void",
            "expired",
            "declined",
            "denied",
            "rejected",
            "trash",
            "lost",
            "failure",
            "error",
            "unsuccessful",
            "cancelled by customer",
            "отменен",
            "отменено",
            "отменена",
            "отмена",
            "аннулирован",
            "аннулировано",
            "отклонен",
            "отклонено",
            "отказ",
            "не удался",
            "не удалось",
            "провален",
            "сделка провалена",
            "закрыто и не реализовано",
            "abandoned",
            "refused",
            "невыкуп",
            "не выкуплен",
            "не выкуплено",
            "storniert",
            "abgebrochen",
            "fehlgeschlagen",
            "abgelehnt",
            "annulée",
            "annulé",
            "échouée",
            "échoué",
            "échec",
            "cancelado",
            "cancelada",
            "anulado",
            "fallido",
            "fallida",
            "annullato",
            "cancellato",
            "fallito",
            "malsucedido",
            "falhou",
            "anulowane",
            "nieudane",
            "geannuleerd",
            "mislukt",
            "скасовано",
            "не вдалося",
            "відхилено",
        ],
    ),
];

/// Parts of words, by which a status is known that is no word of the lists.
static STATUS_STEMS: [(Status, &[&str]); 3] = [
    (
        Status::Cancelled,
        &[
            "отмен",
            "отказ",
            "аннулир",
            "отклон",
            "не выкуп",
            "невыкуп",
            "не реализ",
            "неуспе",
            "провал",
            "cancel",
            "declin",
            "fail",
            "void",
            "reject",
            "storn",
        ],
    ),
    (
        Status::Pending,
        &[
            "не оплач",
            "неоплач",
            "ожид",
            "ждет",
            "чернов",
            "резерв",
            "новый заказ",
            "pending",
            "await",
            "unpaid",
            "not paid",
            "on hold",
            "draft",
        ],
    ),
    (
        Status::Completed,
        &[
            "доставл",
            "отправл",
            "отгруж",
            "оплач",
            "выполн",
            "заверш",
            "выдан",
            "получен",
            "вручен",
            "закрыт",
            "в пути",
            "собира",
            "сборк",
            "shipped",
            "deliver",
            "paid",
            "complet",
            "process",
            "fulfil",
            "transit",
            "refund",
        ],
    ),
];

static OPERATIONS: [(Operation, &[&str]); 3] = [
    (
        Operation::Sale,
        &[
            "sale",
            "sales",
            "sell",
            "sold",
            "purchase",
            "order",
            "payment",
            "charge",
            "capture",
            "invoice",
            "receipt",
            "income",
            "in",
            "credit sale",
            "cash sale",
            "pos sale",
            "online sale",
            "продажа",
            "чек продажи",
            "приход",
            "реализация",
            "оплата",
            "покупка",
            "заказ",
            "чек",
            "поступление",
            "отгрузка",
            "реализация товаров",
            "реализация товаров и услуг",
            "розничная продажа",
            "отчет о розничных продажах",
            "продажа товара",
            "verkauf",
            "vente",
            "venta",
        ],
    ),
    (
        Operation::Return,
        &[
            "refund",
            "refunds",
            "return",
            "returned",
            "returns",
            "partial refund",
            "payment refund",
            "credit note",
            "credit memo",
            "reversal",
            "chargeback",
            "sales return",
            "возврат",
            "возвраты",
            "чек возврата",
            "возврат прихода",
            "возврат продажи",
            "возврат товара",
            "возврат товаров",
            "возврат товаров от покупателя",
            "возврат от покупателя",
            "возврат покупателя",
            "возврат оплаты",
            "возврат платежа",
            "возврат средств",
            "rückerstattung",
            "erstattung",
            "gutschrift",
            "retoure",
            "remboursement",
            "reembolso",
            "devolución",
        ],
    ),
    (
        Operation::None,
        &[
            "payout",
            "stripe fee",
            "fee",
            "fees",
            "transfer",
            "withdrawal",
            "deposit",
            "adjustment",
            "authorization",
            "authorisation",
            "void",
            "payout failure",
            "topup",
            "top up",
            "application fee",
            "reserve",
            "reserve transaction",
            "network cost",
            "tax fee",
            "quote",
            "estimate",
            "выплата",
            "комиссия",
            "перевод",
            "вывод",
            "вывод средств",
            "внесение",
            "изъятие",
            "инкассация",
            "открытие смены",
            "закрытие смены",
            "расход",
            "возврат расхода",
            "хранение",
            "логистика",
            "штраф",
            "списание",
            "перемещение",
            "корректировка",
            "авторизация",
        ],
    ),
];

static KINDS: [(ItemKind, &[&str]); 8] = [
    (
        ItemKind::Product,
        &["product", "products", "goods", "item", "line item", "article", "товар", "товары", "продукт", "номенклатура"],
    ),
    (ItemKind::Service, &["service", "services", "work", "labor", "labour", "услуга", "услуги", "работа", "работы"]),
    (
        ItemKind::Shipping,
        &["shipping", "delivery", "postage", "freight", "shipment", "доставка", "пересылка", "почтовые расходы"],
    ),
    (
        ItemKind::Discount,
        &["discount", "coupon", "promotion", "promo", "markdown", "скидка", "скидки", "купон", "промокод"],
    ),
    (ItemKind::Fee, &["fee", "fees", "surcharge", "charge", "commission", "сбор", "сборы", "комиссия", "наценка"]),
    (ItemKind::Tax, &["tax", "taxes", "vat", "sales tax", "налог", "налоги", "ндс"]),
    (
        ItemKind::GiftCard,
        &[
            "gift card",
            "giftcard",
            "gift certificate",
            "voucher",
            "подарочная карта",
            "подарочный сертификат",
            "сертификат",
        ],
    ),
    (
        ItemKind::Other,
        &["other", "misc", "miscellaneous", "adjustment", "correction", "tip", "прочее", "другое", "корректировка"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_shops_are_known() {
        for (text, status) in [
            ("Completed", Status::Completed),
            ("wc-processing", Status::Completed),
            (" Оплачен ", Status::Completed),
            ("Доставлено", Status::Completed),
            ("on-hold", Status::Pending),
            ("Ожидает оплаты", Status::Pending),
            ("Canceled", Status::Cancelled),
            ("Отменён", Status::Cancelled),
            ("In Bearbeitung", Status::Completed),
            ("Zahlung ausstehend", Status::Pending),
            ("Annulée", Status::Cancelled),
            ("Скасовано", Status::Cancelled),
        ] {
            assert_eq!(Status::read(text), Some(status), "{text}");
        }
        for (text, kind) in [
            ("gift_card", ItemKind::GiftCard),
            ("Доставка", ItemKind::Shipping),
            ("Услуга", ItemKind::Service),
            ("НДС", ItemKind::Tax),
        ] {
            assert_eq!(ItemKind::read(text), Some(kind), "{text}");
        }
        assert_eq!((Status::read("purple"), ItemKind::read("purple")), (None, None));
        for (text, status) in [
            ("Отправлен в ПВЗ", Status::Completed),
            ("Отказ клиента", Status::Cancelled),
            ("Отменен клиентом", Status::Cancelled),
            ("Счет не оплачен", Status::Pending),
            ("Waiting: awaiting stock", Status::Pending),
            ("Delivered to locker", Status::Completed),
        ] {
            assert_eq!(Status::read_loosely(text), Some(status), "{text}");
        }
        assert_eq!(Status::read_loosely("purple"), None);
        assert!(
            is_refunded("Refunded")
                && is_refunded("Возврат")
                && !is_refunded("Partially refunded")
                && !is_refunded("paid")
        );
        assert!(
            is_partly_refunded("PARTIALLY_REFUNDED")
                && is_partly_refunded("Частично возвращён")
                && !is_partly_refunded("Refunded")
        );
        for (text, operation) in [
            ("Возврат прихода", Operation::Return),
            ("Sale", Operation::Sale),
            ("Чек возврата", Operation::Return),
            ("stripe_fee", Operation::None),
        ] {
            assert_eq!(Operation::read(text), Some(operation), "{text}");
        }
        assert_eq!((truth("Да"), truth("FALSE"), truth("1 500")), (Some(true), Some(false), None));
        assert!(is_nobody("Guest") && is_nobody(" - ") && is_nobody("0") && !is_nobody("17") && !is_nobody("Ann"));
    }

    #[test]
    fn what_the_api_takes_is_read_as_itself() {
        for (status, words) in &STATUSES {
            assert_eq!(Status::read(status.name()), Some(*status));
            assert!(words.iter().all(|word| Status::read(word) == Some(*status)), "{status:?}");
        }
        for (kind, words) in &KINDS {
            assert_eq!(ItemKind::read(kind.name()), Some(*kind));
            assert!(words.iter().all(|word| ItemKind::read(word) == Some(*kind)), "{kind:?}");
        }
    }
}
