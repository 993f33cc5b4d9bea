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
